"""Checkpoints and proof bundles of a solo node, from its newest sealing header.

Each batch ends in two seals; the first is the header that the history holds, so both the node's
commit and a countersigned checkpoint lead to it (design section 5). Older receipts are reached
through the header after theirs, whose hash is in the history when it sealed writes.
"""

import threading
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from mingzhang.consensus.execution import VOID_CODE
from mingzhang.consensus.genesis import Genesis
from mingzhang.consensus.grown import Grown
from mingzhang.crypto.suite import Signer
from mingzhang.kernel.house import History
from mingzhang.kernel.receipts import receipt_hash, result_code
from mingzhang.ledger.blocks import Block, read_block
from mingzhang.ledger.store import Store
from mingzhang.verify import build, comet, merkle, note
from mingzhang.verify.bundle import Inclusion

COUNTERSIGNERS_MAX = 64
KEPT_CHECKPOINTS = 400
"""Countersigned checkpoints kept; with one a day, more than a year."""


class ProofRefused(Exception):
    """No such proof can be made.

    `reason` is one of: ``no-block``, ``no-receipt``, ``void``, ``not-sealed``, ``size``.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class CountersignatureRefused(Exception):
    """A note that adds nothing: another text, an unknown key, a wrong signature."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Proofs:
    """Makes bundles. The lock is the engine's: proofs are of one committed moment."""

    def __init__(
        self, store: Store, genesis: Genesis, signer: Signer, lock: threading.RLock
    ) -> None:
        self._store = store
        self._genesis = genesis
        self._signer = signer
        self._lock = lock
        self._entries: list[tuple[bytes, int]] = []
        """Header hash and height of each entry of the history."""
        self._tree = Grown()
        """The tree over them."""
        self._places: dict[int, int] = {}
        """From a height to its place among them."""
        self._newest: tuple[int, bytes] = (0, b"")
        """Size and note of the checkpoint made last."""
        self._validators = tuple(
            comet.Validator(bytes.fromhex(each.public_key), each.power)
            for each in genesis.validators
        )

    def verifier_key(self) -> str:
        """Return the node's verifier key, ``chain+id+key``."""
        key = note.VerifierKey(self._genesis.chain, note.ED25519, self._signer.public_key)
        return note.format_key(key)

    def validators_file(self) -> bytes:
        """Return the root file that pins the validators."""
        names = [each.organisation for each in self._genesis.validators]
        return build.validators_root_file(
            self._genesis.chain, list(zip(names, self._validators, strict=True))
        )

    def checkpoint(self) -> bytes:
        """Return the newest head of the history as a note signed by the node."""
        with self._lock:
            self._learn()
            return self._checkpoint()

    def _checkpoint(self) -> bytes:
        size = len(self._entries)
        if self._newest[0] != size or not size:
            self._newest = (size, self._note(size, self._tree.root(size)))
        return self._newest[1]

    def consistency(self, older: int, newer: int) -> tuple[bytes, ...]:
        """Return the proof that the history of one size begins with that of another.

        Raises `ProofRefused` for sizes that the history has not had, or in the wrong order.
        """
        with self._lock:
            self._learn()
            if not 0 <= older <= newer <= len(self._entries):
                raise ProofRefused("size")
            return self._tree.consistency(older, newer)

    def _note(self, size: int, root: bytes) -> bytes:
        chain = self._genesis.chain
        text = note.format_checkpoint(note.Checkpoint(chain, size, root, ()))
        line = note.sign(text, chain, self._signer.public_key, self._signer.sign)
        return note.format_note(note.Note(text, (line,)))

    def record(
        self,
        key: str,
        volume: str | None,
        older: int | None = None,
        permit: Callable[[bytes], None] = lambda _record: None,
    ) -> bytes:
        """Return the bundle that a record stands under a key now, or that none does.

        `permit` is given the very record that the bundle would show, and raises to refuse it.

        `older` is the size of the verifier's checkpoint: the bundle then shows that today's
        history continues it.
        """
        with self._lock:
            height = self._newest_sealing()
            proven = self._store.prove(key, volume, height - 1)
            evidence = self._evidence(height, older)
        if proven.leaf is None:
            return build.absence_bundle(key, proven.proof, evidence)
        leaf = proven.leaf
        permit(leaf.record)
        return build.record_bundle(key, leaf.record, leaf.salt, proven.proof, evidence)

    def receipt(self, height: int, place: int, older: int | None = None) -> bytes:
        """Return the bundle that a receipt is a result of a block."""
        with self._lock:
            block = self._block(height)
            if not 0 <= place < len(block.receipts):
                raise ProofRefused("no-receipt")
            wire = block.receipts[place]
            if not wire:
                raise ProofRefused("void")
            results = [recorded_result(each) for each in block.receipts]
            leaves = [comet.result_bytes(each) for each in results]
            where = Inclusion(place, len(leaves), merkle.inclusion(leaves, place))
            evidence = self._evidence(height + 1, older)
        return build.receipt_bundle(wire, results[place].code, where, evidence)

    # -- parts -------------------------------------------------------------------------------

    def _block(self, height: int) -> Block:
        wire = self._store.journal(height) if height >= 1 else None
        if wire is None:
            raise ProofRefused("no-block")
        return read_block(wire)

    def _newest_sealing(self) -> int:
        self._learn()
        if not self._entries:
            raise ProofRefused("not-sealed")
        return self._entries[-1][1]

    def _evidence(self, height: int, older: int | None) -> build.Evidence:
        """Return why the header at a height is to be believed: commit, and place in the history."""
        self._learn()
        block = self._block(height)
        if block.header is None or block.commit is None:
            raise ProofRefused("no-block")
        size = len(self._entries)
        index = self._places.get(height)
        if index is None:
            return build.Evidence((block.header,), self._validators, block.commit)
        consistency = None
        if older is not None:
            if not 0 < older <= size:
                raise ProofRefused("size")
            consistency = self._tree.consistency(older, size)
        return build.Evidence(
            headers=(block.header,),
            validators=self._validators,
            commit=block.commit,
            history=Inclusion(index, size, self._tree.inclusion(index, size)),
            checkpoint=self._checkpoint(),
            consistency=consistency,
        )

    def _learn(self) -> None:
        """Take over what the history has gained."""
        leaf = self._store.get(History.key("head"))
        if leaf is None:
            return
        while True:
            entry = self._store.meta(f"history/{len(self._entries):012d}")
            if entry is None:
                return
            header_hash, height = entry[:32], int.from_bytes(entry[32:], "big")
            self._places.setdefault(height, len(self._entries))
            self._entries.append((header_hash, height))
            self._tree.append(merkle.leaf_hash(header_hash))


class Countersigned:
    """Checkpoints that others have countersigned, one file each in HOME/checkpoints/."""

    def __init__(self, home: Path, own_key: str) -> None:
        self._folder = home / "checkpoints"
        self._keys_file = home / "countersigners.txt"
        self._own_key = note.parse_key(own_key)

    def keys(self) -> tuple[note.VerifierKey, ...]:
        """Return the verifier keys of the countersigners that this home knows."""
        if not self._keys_file.exists():
            return ()
        lines = self._keys_file.read_text(encoding="utf-8").split()
        return tuple(note.parse_key(line) for line in lines)

    def names(self) -> list[str]:
        """Return those keys as people pass them on."""
        return [note.format_key(key) for key in self.keys()]

    def newest(self) -> bytes | None:
        """Return the newest countersigned checkpoint, or None."""
        found = sorted(self._folder.glob("*.txt")) if self._folder.is_dir() else []
        return found[-1].read_bytes() if found else None

    def add(self, data: bytes, present: bytes) -> None:
        """Keep a countersigned note over the node's `present` checkpoint, or merge its lines.

        Raises `CountersignatureRefused`.
        """
        try:
            offered = note.parse_note(data)
            ours = note.parse_note(present)
            size = note.parse_checkpoint(offered.text).size
            signed = note.verify_note(offered, (self._own_key, *self.keys()))
        except note.NoteRefused as refused:
            raise CountersignatureRefused(refused.reason) from refused
        kept = self._folder / f"{size:012d}.txt"
        if kept.exists():
            ours = note.parse_note(kept.read_bytes())
        if offered.text != ours.text:
            raise CountersignatureRefused("another-checkpoint")
        theirs = [each for each in signed if each.key != self._own_key]
        if not theirs:
            raise CountersignatureRefused("no-countersignature")
        lines = dict.fromkeys((*ours.signatures, *offered.signatures))
        self._folder.mkdir(mode=0o700, exist_ok=True)
        kept.write_bytes(note.format_note(note.Note(ours.text, tuple(lines)[:COUNTERSIGNERS_MAX])))
        for old in sorted(self._folder.glob("*.txt"))[:-KEPT_CHECKPOINTS]:
            old.unlink()


def countersigned(checkpoint: bytes, name: str, signer: Signer) -> bytes:
    """Return a checkpoint with one's own countersignature added, as of this machine's time."""
    found = note.parse_note(checkpoint)
    line = note.countersign(found.text, name, signer.public_key, int(time.time()), signer.sign)
    return note.format_note(note.Note(found.text, (*found.signatures, line)))


class _Note(msgspec.Struct):
    code: str


class _Judged(msgspec.Struct):
    refusal: _Note | None = None


def recorded_result(receipt: bytes) -> comet.ExecTxResult:
    """Return what consensus covers of a receipt that a block holds; empty bytes are void."""
    if not receipt:
        return comet.ExecTxResult(VOID_CODE, b"")
    refusal = msgspec.json.decode(receipt, type=_Judged).refusal
    code = result_code(refusal.code if refusal else None)
    return comet.ExecTxResult(code, receipt_hash(receipt))
