"""The application: the same code under every engine. It turns blocks into state.

An engine calls `finalize` for each block in order, then `commit`, which makes everything that was
finalized since the last commit durable in one transaction; solo commits three blocks at once and
lets the rules run ahead (`executor.py`), so it calls `apply` with what they came to. Nothing is
written before `commit` (design section 5, drills).
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mingzhang.consensus.admission import SignatureCheck, Token, spent_key
from mingzhang.consensus.committed import Committed
from mingzhang.consensus.execution import Executed, Execution, Outcome, in_force
from mingzhang.consensus.genesis import Genesis
from mingzhang.kernel import schedule
from mingzhang.kernel.context import Context, Setting
from mingzhang.kernel.execute import Done, run
from mingzhang.kernel.faults import NodeFault
from mingzhang.kernel.house import History
from mingzhang.kernel.ledger import Ledger
from mingzhang.kernel.modules import Modules
from mingzhang.kernel.records import Command, encode
from mingzhang.ledger.blocks import Block
from mingzhang.ledger.store import Store
from mingzhang.verify.comet import ExecTxResult
from mingzhang.verify.merkle import Head

RESTART = "Restart this node."


@dataclass(frozen=True, slots=True)
class Finalized:
    """What a block did. `moved` says that commands or due items changed the map."""

    height: int
    time_ms: int
    app_hash: bytes
    outcomes: tuple[Outcome, ...]
    automatic: tuple[bytes, ...]
    faults: tuple[str, ...]
    moved: bool

    @property
    def results(self) -> tuple[ExecTxResult, ...]:
        """The results that consensus covers, one per command."""
        return tuple([each.result for each in self.outcomes])


class Application:
    """State machine over a store. One thread calls `finalize` or `apply`, and `commit`."""

    def __init__(
        self, store: Store, versions: Mapping[int, Modules], signature_holds: SignatureCheck
    ) -> None:
        self._store = store
        self._versions = versions
        self._signature_holds = signature_holds
        self._execution: Execution | None = None
        self.committed: Committed
        """The state as any thread may read it."""
        self.setting: Setting
        self.version: int
        """The application version in force."""
        if store.height >= 0:
            self._resume()

    def begin(self, genesis: Genesis, salt: bytes) -> Finalized:
        """Write genesis as height 0. Raises `ValueError` when the salt is not the file's."""
        if self._store.height >= 0:
            raise ValueError("the ledger has begun already")
        if hashlib.sha256(salt).hexdigest() != genesis.salt_sha256:
            raise ValueError("the salt beside the genesis file is another one")
        self._moved = False
        self._execution = Execution(self._store, self._versions, self._signature_holds)
        executed = self._execution.begin(genesis, salt)
        modules, self.setting = self._execution.modules, genesis.setting
        self.version = genesis.app_version
        self.committed = Committed(self._store, modules, genesis.offset_s, cached=False)
        return self.apply(executed, b"")

    def _resume(self) -> None:
        modules, self.setting, self.version = in_force(self._store, self._versions)
        self.committed = Committed(self._store, modules, self.setting.offset_s, cached=False)
        self._moved = self._store.meta("moved") == b"1"
        self._seed = self._store.meta("seed") or b""

    # -- blocks ------------------------------------------------------------------------------

    @property
    def modules(self) -> Modules:
        """The manifest in force."""
        return self.committed.modules

    @property
    def height(self) -> int:
        """The last finalized height."""
        return self._store.height

    @property
    def app_hash(self) -> bytes:
        """The root of the map after the last finalized block."""
        return self._store.root

    @property
    def needs_seal(self) -> bool:
        """True when the last block moved the map, so that the next one appends to the history."""
        return self._moved

    def view(self) -> Ledger:
        """Return a view of the state after the last finalized block, for any thread."""
        return Ledger(self.modules, self.committed)

    def next_due_ms(self) -> int | None:
        """Return when something is due, or None."""
        return schedule.next_due_ms(self.view())

    def finalize(
        self, height: int, time_ms: int, block_hash: bytes, tokens: Sequence[Token]
    ) -> Finalized:
        """Execute the next block and apply it. `block_hash` and faults as `apply`."""
        self._require_next(height, block_hash)
        if self._execution is None:
            self._execution = Execution(self._store, self._versions, self._signature_holds)
        return self.apply(self._execution.execute(time_ms, tokens), block_hash)

    def apply(self, executed: Executed, block_hash: bytes) -> Finalized:
        """Apply what the next block writes. `block_hash` is that of its header.

        Raises `NodeFault` when the height is not the next one, when the block before moved the
        map and there is no hash to enter into the history, or when this machine fails.
        """
        self._require_next(executed.height, block_hash)
        store, writes = self._store, dict(executed.writes)
        if self._moved:
            key, record = self._append_history(executed.height, block_hash)
            writes[key] = (None, record)
        for index, of, record_id, existed in executed.indexes:
            store.stage_index(index, of, record_id, existed=existed)
        for hour, spent, value in executed.spent:
            store.stage_spent(executed.height, hour, spent, value, asked=True)
        for hour in executed.dropped:
            store.drop_spent(hour)
        app_hash = store.stage(executed.height, writes, executed.seed)
        self._seed, self._moved = executed.seed, executed.moved
        return Finalized(
            executed.height,
            executed.time_ms,
            app_hash,
            executed.outcomes,
            executed.automatic,
            executed.faults,
            executed.moved,
        )

    def journal(self, block: Block, wire: bytes) -> None:
        """Stage the journal's record of a finalized block."""
        self._store.stage_journal(block.height, wire)

    def commit(self) -> None:
        """Make everything finalized since the last commit durable, in one transaction."""
        self._store.stage_meta("seed", self._seed)
        self._store.stage_meta("moved", b"1" if self._moved else b"0")
        self._store.commit()

    def _require_next(self, height: int, block_hash: bytes) -> None:
        if height != self._store.height + 1:
            raise NodeFault(f"block {height} after {self._store.height}", "the engine", RESTART)
        if self._moved and not block_hash:
            raise NodeFault(f"block {height} seals writes without a header", "the engine", RESTART)

    def _append_history(self, height: int, block_hash: bytes) -> tuple[str, bytes]:
        """Enter a header into the history; return its head's key and record."""
        before = self.view().find(History, "head")
        head = (
            Head()
            if before is None
            else Head(before.size, tuple(bytes.fromhex(peak) for peak in before.peaks))
        )
        after = head.append(block_hash)
        entry = block_hash + height.to_bytes(8, "big")
        self._store.stage_meta(f"history/{head.size:012d}", entry)
        record = History(
            size=after.size,
            root=after.root().hex(),
            peaks=tuple(peak.hex() for peak in after.peaks),
        )
        return History.key("head"), encode(record)

    # -- for others ----------------------------------------------------------------------------

    def preview(self, command: Command, asked: Context) -> Done:
        """Run a command on an overlay and record nothing: the ledger's own answer.

        Raises the refusal that the command would get.
        """
        return run(self.modules, self.view(), command, asked)

    def spent(self, kid: str, command_id: str) -> bytes | None:
        """Return receipt hash (32) ‖ height (8) of a spent identifier, or None."""
        return self._store.spent(spent_key(kid, command_id))
