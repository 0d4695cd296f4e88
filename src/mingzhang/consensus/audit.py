"""`mingzhang audit`: a ledger executed again, and all that is stored held against what comes out.

From its genesis, or from a snapshot that is verified first: each block of the journal is executed
on a store of its own; headers, commits, receipts, records and salts, and what is derived (indexes,
spent identifiers, history entries, deltas, salt seed) must come out byte for byte. The first
difference is named: height, key, byte. Truths over the whole ledger are recomputed, and every
stored byte is checked.
"""

import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

from mingzhang.consensus.application import Application
from mingzhang.consensus.genesis import Genesis, read_genesis
from mingzhang.consensus.replay import (
    MISSING,
    Difference,
    Differs,
    Records,
    Replay,
    What,
    compare_bytes,
)
from mingzhang.consensus.restore import Trusted, load_state
from mingzhang.kernel.faults import NodeFault
from mingzhang.kernel.modules import Modules
from mingzhang.ledger.environment import OF_THE_STORE, Environment
from mingzhang.ledger.leaf import Leaf
from mingzhang.ledger.sealed import name_of
from mingzhang.ledger.store import Store
from mingzhang.verify import comet
from mingzhang.verify.ed25519 import signature_holds

COMMIT_EVERY = 64
"""Blocks re-executed per durable write of the scratch store."""
HASH_BYTES = 32
HISTORY_PREFIX = b"app/history/"
OWN_META = (b"app/moved", b"app/seed")
"""What the application keeps under its own names, beside the history's entries."""

T = TypeVar("T")
Place = tuple[str | None, str, Leaf]


class AuditRefused(Exception):
    """There is nothing to begin from; the message says what to give."""


@dataclass(frozen=True, slots=True)
class Audit:
    """What an audit saw. Nothing is wrong when `differences` is empty."""

    heights: int
    commands: int
    records: int
    app_hash: str
    differences: tuple[Difference, ...]


def audit_home(
    home: Path,
    versions: Mapping[int, Modules],
    on_height: Callable[[int, int], None] | None = None,
    snapshot: Path | None = None,
) -> Audit:
    """Audit the ledger in a node's folder; of a node that runs, a copy of what it has committed.

    From `snapshot`, when one is given, else from genesis. `on_height(height, last)` is called now
    and then. Damage of the stored bytes is a difference too; only a folder that is no ledger
    raises (`NodeFault`), or a want of what to begin from (`AuditRefused`, `SnapshotRefused`).
    """
    genesis = read_genesis(home / "genesis.json")
    run = _Run(genesis, dict(versions), on_height or (lambda _height, _last: None))
    with tempfile.TemporaryDirectory(prefix="mingzhang-audit-") as scratch:
        try:
            store = Store.open(_at_rest(home / "ledger", Path(scratch) / "copy"))
        except NodeFault as fault:
            return run.result(Difference(0, "store", fault.where, None, str(fault)))
        try:
            run.begin(store, home, Path(scratch) / "ledger", snapshot)
            run.replay(store)
        except Differs as found:
            return run.result(found.difference)
        except NodeFault as fault:
            return run.result(Difference(run.height, "store", fault.where, None, str(fault)))
        finally:
            run.close()
            store.close()
    return run.result(None)


def _at_rest(ledger: Path, copy: Path) -> Path:
    """Return where the ledger stands still: in its own folder, or copied beside a running node."""
    try:
        used = Environment.in_use(ledger)
    except OF_THE_STORE:
        used = False  # whoever opens it says what is wrong
    if used:
        Environment.copy_beside(ledger, copy)
    return copy if used else ledger


class _Run:
    """One audit at work: `begin`, `replay`, `close`."""

    def __init__(
        self,
        genesis: Genesis,
        versions: dict[int, Modules],
        on_height: Callable[[int, int], None],
    ) -> None:
        self._genesis = genesis
        self._versions = versions
        self._on_height = on_height
        self._fresh: Store | None = None
        self._replay: Replay | None = None
        self._from = -1
        """The height of the state begun from, -1 for genesis itself."""
        self._records = 0

    @property
    def height(self) -> int:
        """The height at work."""
        return 0 if self._replay is None else self._replay.height

    def result(self, difference: Difference | None) -> Audit:
        """Return what was seen so far."""
        differences = () if difference is None else (difference,)
        replay = self._replay
        if replay is None:
            return Audit(0, 0, 0, "", differences)
        root = replay.application.app_hash.hex()
        return Audit(self.height, replay.commands, self._records, root, differences)

    def close(self) -> None:
        """Close the scratch store."""
        if self._fresh is not None:
            self._fresh.close()

    def begin(self, store: Store, home: Path, scratch: Path, snapshot: Path | None) -> None:
        """Make the state that the replay begins from."""
        compare_bytes(
            0,
            "genesis",
            "meta/genesis",
            store.genesis.hex().encode(),
            self._genesis.sha256.encode(),
        )
        if snapshot is not None:
            state = load_state(snapshot, scratch, self._versions, Trusted(genesis=self._genesis))
            self._fresh, self._from = state.store, state.made.height
            self._replay = Replay(state.application, state.validators, from_genesis=False)
            if store.committed_height <= self._from or store.first_height > self._from + 1:
                raise AuditRefused(_out_of_reach(store, self._from))
            return
        if not (home / "salt").exists() and store.first_height > 0:
            raise AuditRefused(_out_of_reach(store, -1))
        salt = bytes.fromhex((home / "salt").read_text().strip())
        self._fresh = Store.create(scratch, bytes.fromhex(self._genesis.sha256))
        application = Application(self._fresh, self._versions, signature_holds)
        begun = application.begin(self._genesis, salt)
        validators = [
            comet.Validator(bytes.fromhex(each.public_key), each.power)
            for each in self._genesis.validators
        ]
        self._replay = Replay(application, validators, from_genesis=True)
        wire = store.journal(0)
        if wire is None:
            raise Differs(Difference(0, "block", "journal/0", None, MISSING))
        self._replay.compare_all("receipt", self._replay.read(wire).automatic, begun.automatic)

    def replay(self, store: Store) -> None:
        """Execute every block again and compare. Raises `Differs` at the first difference."""
        fresh, replay = self._fresh, self._replay
        if fresh is None or replay is None:
            raise ValueError("begin first")
        last = store.committed_height
        for height, wire in store.blocks(fresh.height + 1, last):
            replay.execute(replay.read(wire))
            if height % COMMIT_EVERY == 0:
                replay.application.commit()
                self._on_height(height, last)
        replay.application.commit()
        self._on_height(fresh.height, last)
        if fresh.height != last:
            raise Differs(Difference(last, "block", f"journal/{last}", None, MISSING))
        self._leaves(store, fresh)
        self._derived(store, fresh)
        records = Records(fresh, replay.application)
        for _ in records.checked():
            pass
        records.totals()
        for damage in store.check():
            what = f"{damage.collection} {damage.key}"
            raise Differs(Difference(last, "store", what, None, damage.why))

    def _leaves(self, store: Store, fresh: Store) -> None:
        """Compare records and salts; and when each was written, for those written since."""
        for one, other in _pairs(store.leaves(), fresh.leaves()):
            if one is None or other is None or one[:2] != other[:2]:
                raise Differs(self._missing_leaf(one, other))
            key, stored, computed = one[1], one[2], other[2]
            since = computed.height > self._from
            height = computed.height if since else self.height
            self._records += 1
            compare_bytes(height, "leaf", key, stored.record, computed.record)
            compare_bytes(height, "leaf", f"{key} (salt)", stored.salt, computed.salt)
            if since and stored.height != computed.height:
                detail = f"写入高度：存储 stored {stored.height}，重放 computed {computed.height}"
                raise Differs(Difference(height, "leaf", f"{key} (height)", None, detail))

    def _missing_leaf(self, one: Place | None, other: Place | None) -> Difference:
        """Return which leaf, the first in the order of the map, only one side has."""
        known = [each for each in (one, other) if each is not None]
        first = min(known, key=_place)
        side = "仅存储中有 stored only" if first is one else "仅重放中有 computed only"
        return Difference(first[2].height, "leaf", first[1], None, side)

    def _derived(self, store: Store, fresh: Store) -> None:
        """Compare what is derived from blocks and records, and what the node needs to go on."""
        first = (self._from + 1).to_bytes(8, "big")
        collections: tuple[tuple[What, str, bytes], ...] = (
            ("delta", "deltas", first),
            ("index", "indexes", b""),
            ("spent", "spent", b""),
            ("spent", "spent_hours", b""),
            ("meta", "meta", b"app/"),
        )
        for what, collection, begin in collections:
            stored = _of_the_ledger(store.stored(collection, begin), collection)
            computed = _of_the_ledger(fresh.stored(collection, begin), collection)
            for one, other in _pairs(stored, computed):
                self._entry(what, collection, one, other)

    def _entry(
        self,
        what: What,
        collection: str,
        one: tuple[bytes, bytes] | None,
        other: tuple[bytes, bytes] | None,
    ) -> None:
        if one is None or other is None or one[0] != other[0]:
            key = min(each[0] for each in (one, other) if each is not None)
            side = (
                "仅存储中有 stored only"
                if one is not None and one[0] == key
                else "仅重放中有 computed only"
            )
            height, name = self._named(collection, key)
            raise Differs(Difference(height, what, name, None, side))
        height, name = self._named(collection, one[0])
        stored, computed = one[1], other[1]
        if collection == "meta" and computed[HASH_BYTES:] == bytes(8):
            stored, computed = stored[:HASH_BYTES], computed[:HASH_BYTES]  # before the snapshot
        compare_bytes(height, what, name, stored, computed)

    def _named(self, collection: str, key: bytes) -> tuple[int, str]:
        height = {"deltas": key[:8], "spent_hours": key[8:16]}.get(collection)
        at = self.height if height is None else int.from_bytes(height, "big")
        return at, f"{collection} {name_of(collection, key)}"


def _place(leaf: Place) -> tuple[str, bytes]:
    return leaf[0] or "", sha256(leaf[1].encode()).digest()


def _of_the_ledger(
    entries: Iterator[tuple[bytes, bytes]], collection: str
) -> Iterator[tuple[bytes, bytes]]:
    """Leave out what depends on how a node's commits fell: of `meta`, all but the ledger's own."""
    for key, body in entries:
        if collection != "meta" or key in OWN_META or key.startswith(HISTORY_PREFIX):
            yield key, body


def _pairs(one: Iterator[T], other: Iterator[T]) -> Iterator[tuple[T | None, T | None]]:
    """Yield what both sides give, in step, until both end."""
    while True:
        pair = next(one, None), next(other, None)
        if pair == (None, None):
            return
        yield pair


def _out_of_reach(store: Store, height: int) -> str:
    first, last = store.first_height, store.committed_height
    return (
        f"账本保有区块 {first} 至 {last}，无法从高度 {height} 重放；"
        f"请以 --from 给出高度在 {first - 1} 与 {last - 1} 之间的快照。"
        f"The ledger holds blocks {first} to {last} and cannot be replayed from height {height}; "
        f"give, with --from, a snapshot of a height from {first - 1} to {last - 1}."
    )
