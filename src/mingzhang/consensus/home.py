"""A node's folder: genesis, salt, key and ledger; made once, opened by the process that runs.

HOME/genesis.json   the jurisdiction's genesis file
HOME/salt           32 secret bytes handed to validators beside it (mode 600)
HOME/node.key       the node's Ed25519 seed, hex (mode 600)
HOME/node.lock      held by the process that runs the node
HOME/ledger/        the store
"""

import fcntl
import gc
import hashlib
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from nacl.signing import SigningKey

from mingzhang.consensus.application import Application
from mingzhang.consensus.clock import Clock
from mingzhang.consensus.execution import COLLECT_AFTER
from mingzhang.consensus.executor import Executor, InProcess, OwnProcess
from mingzhang.consensus.genesis import Genesis, canonical, read_genesis
from mingzhang.consensus.proofs import Countersigned, Proofs
from mingzhang.consensus.solo import Solo
from mingzhang.crypto.worker import SignatureWorker
from mingzhang.kernel.modules import Modules
from mingzhang.kernel.refusals import OurFault
from mingzhang.ledger.blocks import Block, block_bytes
from mingzhang.ledger.store import Store
from mingzhang.verify.ed25519 import signature_holds


class HomeRefused(Exception):
    """The folder cannot be used; the message says why and what to do."""


class NodeKey:
    """The node's signing key. Never printed."""

    def __init__(self, seed: bytes) -> None:
        self.seed = seed
        self._key = SigningKey(seed)
        self.public_key = bytes(self._key.verify_key)
        """The 32 bytes that genesis names."""

    def sign(self, message: bytes) -> bytes:
        """Return an Ed25519 signature of 64 bytes."""
        return self._key.sign(message).signature


def make_home(
    home: Path, genesis: Genesis, salt: bytes, key: NodeKey, versions: Mapping[int, Modules]
) -> None:
    """Write a node's folder and its height 0. Raises `HomeRefused` when one stands there."""
    if (home / "ledger").exists():
        raise HomeRefused(
            f"{home} 中已有账本；请换一个目录。A ledger stands in {home} already; "
            "choose another folder."
        )
    if key.public_key.hex() not in [each.public_key for each in genesis.validators]:
        raise HomeRefused(
            "创世文件未列出本节点公钥。The genesis file does not list this node's public key; "
            "add it under `validators`."
        )
    if hashlib.sha256(salt).hexdigest() != genesis.salt_sha256:
        raise HomeRefused(
            "盐值与创世文件不符。The salt is not the one whose hash the genesis file holds."
        )
    home.mkdir(parents=True, exist_ok=True)
    store = Store.create(home / "ledger", bytes.fromhex(genesis.sha256))
    application = Application(store, versions, signature_holds)
    try:
        begun = application.begin(genesis, salt)
    except OurFault as fault:
        store.close()
        shutil.rmtree(home / "ledger")
        if not any(home.iterdir()):
            home.rmdir()
        raise HomeRefused(
            f"创世文件有误：{fault.__cause__}。The genesis file does not hold together: "
            f"{fault.__cause__}. Correct it; nothing was written."
        ) from fault
    block = Block(
        height=0,
        time_ms=genesis.time_ms,
        header=None,
        block_hash=b"",
        commit=None,
        commands=(),
        receipts=(),
        automatic=begun.automatic,
    )
    application.journal(block, block_bytes(block))
    application.commit()
    store.close()
    (home / "genesis.json").write_bytes(canonical(genesis))
    write_secret(home / "salt", salt.hex())
    write_secret(home / "node.key", key.seed.hex())


class Node:
    """An opened home: its store, application and solo engine. `start` and `stop` it."""

    def __init__(
        self,
        home: Path,
        versions: Mapping[int, Modules],
        clock: Clock | None = None,
        *,
        rules: str | None = None,
    ) -> None:
        """Open a home. Raises `HomeRefused` or `NodeFault`.

        `clock` is a sandbox's, which may be moved; without one it is this machine's.
        `rules` says where a process of its own finds `versions`, as ``module:name``; without it
        commands execute in this one.
        """
        if not (home / "ledger").is_dir():
            raise HomeRefused(
                f"{home} 中没有账本；先运行 `mingzhang init`。No ledger stands in {home}; "
                "run `mingzhang init` first."
            )
        self._lock = _locked(home)
        try:
            self._open(home, versions, clock, rules)
        except BaseException:
            self._unlock()
            raise

    def _open(
        self, home: Path, versions: Mapping[int, Modules], clock: Clock | None, rules: str | None
    ) -> None:
        self.home = home
        self.rules = rules
        self.genesis = read_genesis(home / "genesis.json")
        self.store = Store.open(home / "ledger")
        if self.store.genesis.hex() != self.genesis.sha256:
            raise HomeRefused(
                f"{home}/genesis.json 不是本账本的创世文件。{home}/genesis.json is not the file "
                "that this ledger began with; put the original back."
            )
        self.application = Application(self.store, versions, signature_holds)
        self.key = NodeKey(bytes.fromhex((home / "node.key").read_text().strip()))
        self._executor: Executor = (
            InProcess(self.store, versions, SignatureWorker())
            if rules is None
            else OwnProcess(home / "ledger", rules)
        )
        self.engine = Solo(self.store, self.application, self.key, self._executor, clock)
        self.proofs = Proofs(self.store, self.genesis, self.key, self.engine.state_lock)
        self.countersigned = Countersigned(home, self.proofs.verifier_key())

    def start(self) -> None:
        """Begin to take commands. Raises `ClockBehind` or `ClockAhead` (`consensus.clock`).

        Sets the process's collection thresholds: next to nothing of a block is cyclic.
        """
        gc.set_threshold(*COLLECT_AFTER)
        self.engine.start()

    def stop(self) -> None:
        """Finish the batch at hand and close everything. Once more does nothing."""
        self.engine.stop()
        self._executor.close()
        self.store.close()
        self._unlock()

    def _unlock(self) -> None:
        held, self._lock = self._lock, -1
        if held >= 0:
            os.close(held)


def _locked(home: Path) -> int:
    """Return a descriptor that locks a home until it is closed.

    Raises `HomeRefused` when another node holds it.
    """
    held = os.open(home / "node.lock", os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(held)
        raise HomeRefused(
            f"{home} 的节点正在运行；同一账本只运行一个节点。A node runs on {home} already; stop "
            "it first: one node runs per ledger."
        ) from None
    return held


def write_secret(path: Path, text: str) -> None:
    """Write a text into a new file that its owner alone may read. Raises `FileExistsError`."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
