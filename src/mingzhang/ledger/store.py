"""The ledger's store: records under one authenticated map, the journal, and what is derived.

One thread writes. A block is *staged* (leaves and trees change in memory, the new root is known),
then one or several staged blocks are *committed* in one durable LMDB transaction:

    store = Store.open(folder)
    root = store.stage(height, {"funds/line/1": (None, record)}, salt_seed)
    store.stage_journal(height, block)
    store.commit()                        # returns when the disk has it

`get`, `index`, `spent`, `meta` see what is staged; `prove`, `journal`, `blocks`, `delta`,
`spent_in`, `leaves` show what is committed. All may be called from any thread. What the disk,
memory or stored bytes do wrong is a `NodeFault`, damage a `Damaged` naming collection and key;
a caller's mistake is a ValueError raised before anything has changed.

Collections (each value sealed by a CRC-32; the number of entries of each stands in `meta`):

    buckets      volume NUL slot (3) → the leaves below one slot of a map's top (`bucket.py`), each
                 kind (1) ‖ height (8) ‖ salt (32, none in a plain leaf) ‖ record (`leaf.py`)
    journal      height (8) → form (1) ‖ block, deflated from `DEFLATE_BYTES` on
    deltas       height (8) → MessagePack list of [key, volume, record or nil]; derived, for views
    spent        key → hour (8) ‖ value
    spent_hours  hour (8) ‖ height (8) → MessagePack list of the keys spent, in order
    indexes      name NUL key (NUL SHA-256 of both, of a long key) → id; derived
    meta         name → value

A *volume* is a map of its own, for records that pile up (design section 5). Its root is the plain
value of the main map's leaf `kernel/volume/<name>`, which the store itself writes.
"""

from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Final

import msgspec

from mingzhang.kernel.faults import NodeFault
from mingzhang.ledger.bucket import EMPTY, Write, decode_bucket
from mingzhang.ledger.check import damage
from mingzhang.ledger.damaged import Damaged
from mingzhang.ledger.environment import Environment
from mingzhang.ledger.forest import MAIN, Forest, bucket_key
from mingzhang.ledger.journal import Journal
from mingzhang.ledger.leaf import SALTED, Leaf, Maker, leaf_of, plain
from mingzhang.ledger.loading import Loaded, batches, loaded
from mingzhang.ledger.pending import APPLICATION, Pending, lay_out
from mingzhang.ledger.prover import Proven, Prover, Undone
from mingzhang.ledger.sealed import name_of, unseal
from mingzhang.ledger.stored import Delta, body_of_block, keys_of
from mingzhang.verify.volume import VOLUME_KEY

VOLUME_LEAF: Final = VOLUME_KEY.encode()
MAX_KEY_BYTES: Final = 400
MAX_VOLUME_BYTES: Final = 32
SEED_BYTES: Final = 32
HMAC_BLOCK_BYTES: Final = 64

Writes = Mapping[str, tuple[str | None, bytes | None]]
"""Key to (volume, or None for the main map; record, or None to delete)."""


UNDONE: Final = "undone"
"""The name, among the application's own, of what the last heights replaced."""


class Store(Journal):
    """The ledger of one node, in one folder."""

    def __init__(self, environment: Environment) -> None:
        """Read the head and rebuild the main map's top. Raises `Damaged` when its root differs."""
        super().__init__(environment)
        self._pending = Pending(environment)
        self._forest = Forest(self._pending)
        self._prover = Prover(self._forest)
        packed = self.meta(UNDONE)
        if packed is not None:
            self._prover.unpack(packed)
        self._height = self._committed_height = self._pending.height
        self._spent_now: dict[bytes, list[bytes]] = {}

    @classmethod
    def create(cls, folder: Path, genesis: bytes) -> "Store":
        """Make an empty ledger, of no height yet. `genesis` is the hash of its genesis file."""
        environment = Environment(folder, create=True)
        lay_out(environment, genesis)
        return cls(environment)

    @classmethod
    def open(cls, folder: Path) -> "Store":
        """Open the ledger that stands in a folder, in the process that will use it."""
        environment = Environment(folder, create=False)
        try:
            return cls(environment)
        except NodeFault:
            environment.close()
            raise

    def close(self) -> None:
        """Close the store; what is staged is lost, and the object of no more use."""
        self._env.close()

    @property
    def height(self) -> int:
        """The last height staged, or committed when nothing is staged; -1 in a new ledger."""
        return self._height

    @property
    def committed_height(self) -> int:
        """The last height that the disk has."""
        return self._committed_height

    @property
    def root(self) -> bytes:
        """The main map's root after the last height staged, 32 bytes: the app hash."""
        return self._forest.main.root

    @property
    def genesis(self) -> bytes:
        """The hash of the genesis file."""
        return self._pending.genesis

    def get(self, key: str, volume: str | None = None) -> Leaf | None:
        """Return the leaf of a record, or None where the map holds no such key."""
        name, of = key.encode(), (volume or "").encode()
        try:
            with self._env:
                found = self._forest.find(of, sha256(name).digest())
        except Damaged as damaged:
            where = f"{volume or 'main'}:{key} ({damaged.key})"
            raise Damaged("buckets", where, damaged.why) from damaged
        return None if found is None else leaf_of(found.body)

    def record(self, key: str, volume: str | None = None) -> bytes | None:
        """Return a record's bytes, or None where the map holds no such key."""
        found = self.get(key, volume)
        return None if found is None else found.record

    def prove(self, key: str, volume: str | None = None, height: int | None = None) -> Proven:
        """Prove what stood under a key after a committed height, by default the last.

        `verify.volume.verify_value` checks it. Raises ValueError for a height that is not
        committed or more than `KEPT_BLOCKS` ago or before this process, and for an empty map.
        """
        self._prover.warm(volume)
        with self._env:
            at = self._committed_height if height is None else height
            if at > self._committed_height:
                raise ValueError(f"高度 height {at} 未提交 is not committed")
            return self._prover.prove(key, volume, at, self._height)

    def index(self, name: str, key: str) -> str | None:
        """Return the id that an index holds for a key, or None."""
        found = self._pending.find_surely("indexes", index_key(name, key))
        return None if found is None else found.decode()

    def spent(self, key: bytes) -> bytes | None:
        """Return the value kept for a spent key, or None."""
        found = self._pending.find_surely("spent", key)
        return None if found is None else found[8:]

    def spent_in(self, hour: int) -> Iterator[tuple[bytes, bytes]]:
        """Yield the committed (key, value) spent that expire in an hour, in the order spent.

        Of one moment only while nothing is committed, as `leaves`.
        """
        prefix = hour.to_bytes(8, "big")
        for at, raw in self._env.entries("spent_hours", prefix):
            if not at.startswith(prefix):
                return
            for key in keys_of(at, unseal("spent_hours", at, raw)):
                body = self._env.read("spent", key)
                if body is None:
                    raise Damaged("spent", name_of("spent", key), "缺失 missing")
                yield key, body[8:]

    def meta(self, name: str) -> bytes | None:
        """Return a value of the application's own, or None."""
        return self._pending.find("meta", APPLICATION + name.encode())

    def leaves(self, height: int | None = None) -> Iterator[tuple[str | None, str, Leaf]]:
        """Yield leaves as a journal does, by default as they stand.

        Or as of a height that `prove` still reaches.
        """
        newest = self._committed_height
        with self._env:
            before = self._prover.replaced_since(newest if height is None else height, newest)
        for at, bucket in self._buckets(before):
            volume = at.partition(b"\0")[0].decode() or None
            for entry in decode_bucket(bucket):
                yield volume, entry.key.decode(), leaf_of(entry.body)

    def _buckets(self, before: Undone) -> Iterator[tuple[bytes, bytes]]:
        """Yield (key, bucket) as committed, but those in `before` as they stood before."""
        older = sorted(
            [(bucket_key(v, slot), raw) for v in before for slot, raw in before[v].items()]
        )
        place = 0
        for at, raw in self._env.entries("buckets"):
            while place < len(older) and older[place][0] < at:
                yield older[place]
                place += 1
            bucket = unseal("buckets", at, raw)
            if place < len(older) and older[place][0] == at:
                bucket = older[place][1]
                place += 1
            yield at, bucket
        yield from older[place:]

    def stored(self, collection: str, first: bytes = b"") -> Iterator[tuple[bytes, bytes]]:
        """Yield every committed (key, body) of a collection from a key on, for an audit."""
        for at, raw in self._env.entries(collection, first):
            yield at, unseal(collection, at, raw)

    def copy_to(self, folder: Path) -> None:
        """Write a consistent copy of what is committed into a folder that does not exist yet."""
        self._env.copy_to(folder)

    def check(self) -> Iterator[Damaged]:
        """Yield all damage to what is committed (`check.py`); nothing may be staged meanwhile.

        Raises ValueError when something is staged, or was committed before the end.
        """
        head = self._pending.head
        for found in damage(self._pending):
            self._expect_at_rest(head)
            yield found
        self._expect_at_rest(head)

    @staticmethod
    def examine(folder: Path) -> Iterator[Damaged]:
        """Yield all damage of a ledger that stands still, even of one that does not open.

        Raises `NodeFault` for one that cannot be read at all.
        """
        environment = Environment(folder, create=False)
        try:
            yield from damage(Pending(environment))
        except Damaged as found:
            yield found
        finally:
            environment.close()

    def load(self, height: int, leaves: Iterable[Loaded]) -> bytes:
        """Fill a new ledger with the records of a snapshot and return its root; `commit` follows.

        Leaves come as `leaves` yields them, without the plain ones, which are derived. How high
        each was written is not known: all stand as of `height`, which the next `stage` follows.
        Batches are durable before that, still as of no height. Raises ValueError for a ledger that
        has begun, and for what no map may hold, or twice, or out of order.
        """
        if self._height != -1 or height < 0:
            raise ValueError(f"账本已开始 the ledger has begun: {self._height}; load {height}")
        for volume, batch in batches(leaves):
            with self._env:
                writes = _by_volume({key: (volume, salted) for key, salted in batch})
                name = (volume or "").encode()
                tree = self._forest.tree(name, self._prover.root_now(name))
                self._forest.change(height, name, tree, writes[name], loaded(height))
                if volume is not None:
                    heads = [_head_of(name, tree.root)]
                    self._forest.change(height, MAIN, self._forest.main, heads, plain(height))
            self._pending.commit(-1, self._forest.main.root)
            with self._env:
                self._forest.committed()
        self._height = height
        return self.root

    def stage(self, height: int, writes: Writes, salt_seed: bytes) -> bytes:
        """Apply the writes of the next height (the first is 0, genesis) and return the new root.

        A write of the bytes that stand already is none. `salt_seed` is s_h, from which a record's
        salt is HMAC-SHA-256(s_h, key). Raises ValueError for a wrong height, key, volume or seed,
        and for an empty record.
        """
        if height != self._height + 1:
            raise ValueError(f"高度 height {height}, expected {self._height + 1}")
        if len(salt_seed) != SEED_BYTES:
            raise ValueError(f"盐种 salt seed of {len(salt_seed)} B, expected {SEED_BYTES}")
        by_volume = _by_volume(writes)
        make = _salting(height, salt_seed)
        with self._env:
            main = self._forest.main
            delta: Delta = []
            undone: Undone = {}
            heads: list[Write] = []
            for volume in sorted(by_volume):
                if volume != MAIN:
                    tree = self._forest.tree(volume, self._prover.root_now(volume))
                    of = by_volume[volume]
                    done, undone[volume] = self._forest.change(height, volume, tree, of, make)
                    delta += _written(done, volume.decode())
                    heads.append(_head_of(volume, tree.root))
            of = by_volume.get(MAIN, [])
            done, replaced = self._forest.change(height, MAIN, main, of, make)
            delta += _written(done, None)
            _, under = self._forest.change(height, MAIN, main, heads, plain(height))
            undone[MAIN] = under | replaced
            delta.sort(key=_volume_and_key)
            stamp = height.to_bytes(8, "big")
            self._pending.put("deltas", stamp, msgspec.msgpack.encode(delta), existed=False)
            self._prover.keep(height, undone)
            self._height = height
            return main.root

    def stage_journal(self, height: int, block: bytes) -> None:
        """Stage the block of a height staged."""
        key = height.to_bytes(8, "big")
        self._pending.put("journal", key, body_of_block(block), existed=False)

    def stage_index(
        self, name: str, key: str, record_id: str | None, *, existed: bool | None = None
    ) -> None:
        """Stage the id that an index holds for a key, or None to remove it.

        `existed` says whether it held one, where the caller has just asked `index`.
        """
        at = index_key(name, key)
        if existed is None:
            existed = self._pending.find("indexes", at) is not None
        if existed or record_id is not None:
            body = None if record_id is None else record_id.encode()
            self._pending.put("indexes", at, body, existed=existed)

    def stage_spent(
        self, height: int, hour: int, key: bytes, value: bytes, *, asked: bool = False
    ) -> None:
        """Stage a key as spent at a height, by a command that expires in `hour`.

        Raises ValueError for a key that is spent already, or is empty or too long. With `asked`
        the caller has just been told by `spent` that it is not: only what is staged is looked at.
        """
        pending = self._pending
        held = pending.staged("spent", key) if asked else pending.find("spent", key)
        if not 0 < len(key) <= MAX_KEY_BYTES or held is not None:
            raise ValueError(f"已用过或长度不符 spent already, or of a wrong length: {key.hex()}")
        stamp = hour.to_bytes(8, "big")
        self._pending.put("spent", key, stamp + value, existed=False)
        self._spent_now.setdefault(stamp + height.to_bytes(8, "big"), []).append(key)

    def drop_spent(self, hour: int) -> None:
        """Stage the removal of all that was spent by commands expiring in an hour."""
        self._put_spent_lists()
        for at, body in self._pending.find_all("spent_hours", hour.to_bytes(8, "big")):
            for key in keys_of(at, body):
                self._pending.put("spent", key, None, existed=True)
            self._pending.put("spent_hours", at, None, existed=True)

    def stage_meta(self, name: str, value: bytes | None) -> None:
        """Stage a value of the application's own, or None to remove it."""
        at = APPLICATION + name.encode()
        existed = self._pending.find("meta", at) is not None
        if existed or value is not None:
            self._pending.put("meta", at, value, existed=existed)

    def commit(self) -> None:
        """Make every height staged durable, in one transaction; returns when the disk has it.

        Raises `NodeFault`; then nothing was written and the node must stop.
        """
        self._put_spent_lists()
        self.stage_meta(UNDONE, self._prover.packed(self._height))
        self._pending.commit(self._height, self._forest.main.root)
        self._committed_height = self._height
        with self._env:
            self._forest.committed()

    def _expect_at_rest(self, head: bytes) -> None:
        if self._pending.head != head or self._height != self._committed_height:
            raise ValueError("账本在变动，请核对副本 the ledger moves; check a copy (`copy_to`)")

    def _put_spent_lists(self) -> None:
        for at, keys in self._spent_now.items():
            body = self._pending.find("spent_hours", at)
            earlier = [] if body is None else keys_of(at, body)
            whole = msgspec.msgpack.encode(earlier + keys)
            self._pending.put("spent_hours", at, whole, existed=body is not None)
        self._spent_now = {}


def _salting(height: int, salt_seed: bytes) -> Maker:
    """Return the maker of a height's leaves: salt = HMAC-SHA-256(s_h, key)."""
    head = SALTED + height.to_bytes(8, "big")
    block = salt_seed.ljust(HMAC_BLOCK_BYTES, b"\0")
    # RFC 2104 in its own words: `hmac` takes twice the time a key (measured).
    inner, outer = (sha256(bytes([byte ^ pad for byte in block])) for pad in (0x36, 0x5C))

    def make(key: bytes, record: bytes) -> tuple[bytes, bytes]:
        within, around = inner.copy(), outer.copy()
        within.update(key)
        around.update(within.digest())
        salt = around.digest()
        return head + salt + record, sha256(salt + record).digest()

    return make


def _by_volume(writes: Writes) -> dict[bytes, list[Write]]:
    """Return the writes by map; raises ValueError for what no map may hold."""
    groups: dict[str | None, list[Write]] = {}
    for key, (volume, record) in writes.items():
        name = key.encode()
        if not 0 < len(name) <= MAX_KEY_BYTES or b"\0" in name or name.startswith(VOLUME_LEAF):
            raise ValueError(f"键 key {key!r}: 1 … {MAX_KEY_BYTES} B, no NUL, not {VOLUME_LEAF!r}")
        if record == b"":
            raise ValueError(f"空记录 empty record at {key!r}")
        group = groups.get(volume)
        if group is None:
            group = groups[volume] = []
        group.append(Write(sha256(name).digest(), name, record))
    by_volume = {(volume or "").encode(): group for volume, group in groups.items()}
    if "" in groups or any(len(of) > MAX_VOLUME_BYTES or b"\0" in of for of in by_volume):
        raise ValueError(f"卷 volumes {list(groups)}: 1 … {MAX_VOLUME_BYTES} B, no NUL")
    return by_volume


def _head_of(volume: bytes, root: bytes) -> Write:
    """Return the write of a volume's leaf in the main map; an empty volume has none."""
    name = VOLUME_LEAF + volume
    return Write(sha256(name).digest(), name, None if root == EMPTY else root)


def _written(done: list[Write], volume: str | None) -> Delta:
    return [(write.key.decode(), volume, write.record) for write in done]


def index_key(name: str, key: str) -> bytes:
    """Return the stored key of an index entry; one too long for the store stands by its hash."""
    at = f"{name}\0{key}".encode()
    return at if len(at) <= MAX_KEY_BYTES else f"{name}\0\0".encode() + sha256(at).digest()


def _volume_and_key(write: tuple[str, str | None, bytes | None]) -> tuple[str, str]:
    return write[1] or "", write[0]
