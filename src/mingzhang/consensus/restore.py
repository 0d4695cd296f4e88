"""Restoring: a snapshot read into a store of its own, verified, and gone on from.

Nothing in the file is believed for being there. In this order: the genesis against the one that the
restorer has; the sealing header against the validators, or the checkpoint, that he trusts; the
root of all records against that header; then what no root covers against records that do. The
first thing wrong is named. Nothing of the file is taken before the header is known to be signed.
"""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TypeVar

import msgspec

from mingzhang.consensus.application import Application
from mingzhang.consensus.execution import ZERO
from mingzhang.consensus.genesis import (
    GENESIS_BYTES_MAX,
    Genesis,
    GenesisRefused,
    canonical,
    genesis_of,
)
from mingzhang.consensus.home import NodeKey
from mingzhang.consensus.replay import Differs, Records, Replay
from mingzhang.consensus.snapshot import (
    BLOCK_BYTES_MAX,
    BLOCKS,
    BLOCKS_MAX,
    GENESIS,
    HASH_BYTES,
    HEAD,
    HISTORY,
    LEAVES,
    SPENT,
    Counts,
    Head,
    LeafItem,
    Made,
    SnapshotRefused,
    SpentItem,
)
from mingzhang.kernel.faults import NodeFault
from mingzhang.kernel.house import (
    History,
    Salt,
    SettingRecord,
    SpentHour,
    SpentHours,
    Version,
    spent_link,
)
from mingzhang.kernel.ledger import Ledger
from mingzhang.kernel.modules import Modules
from mingzhang.ledger.blocks import Block, block_bytes, read_block
from mingzhang.ledger.chunked import END, Broken, items
from mingzhang.ledger.loading import Loaded
from mingzhang.ledger.store import Store
from mingzhang.verify import comet, merkle
from mingzhang.verify.ed25519 import signature_holds
from mingzhang.verify.root import TrustRoot

ID_BYTES = 36
"""A spent key is the command's UUIDv7 ‖ ``|`` ‖ kid."""
COMMIT_EVERY = 16_384
"""Derived entries written per durable transaction."""

T = TypeVar("T", bound=msgspec.Struct)
OnBytes = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Trusted:
    """What the restorer had before he saw the snapshot: at least one of the two."""

    genesis: Genesis | None = None
    root: TrustRoot | None = None

    @property
    def names_validators(self) -> bool:
        """True when he knows who may sign; a checkpoint alone names nobody."""
        return self.genesis is not None or bool(self.root and self.root.validators)


class _Sections:
    """The items of a snapshot, section by section, counted."""

    def __init__(self, read: Callable[[int], bytes]) -> None:
        self._items = items(read)
        self._next: tuple[int, bytes] | None = None
        self.counts: dict[int, int] = {}

    def all(self, section: int) -> Iterator[bytes]:
        """Yield the items of the section that comes now. Raises `Broken`."""
        while True:
            found = self._next or next(self._items, None)
            self._next = found
            if found is None or found[0] != section:
                return
            self._next = None
            self.counts[section] = self.counts.get(section, 0) + 1
            yield found[1]

    def one(self, section: int) -> bytes:
        """Return the only item of the section that comes now."""
        found = list(islice(self.all(section), 2))
        if len(found) != 1:
            raise SnapshotRefused("malformed", f"section {section}: {len(found)} items")
        return found[0]

    def finish(self) -> Counts:
        """Return the counts at the end, which must be those met. `items` lets nothing follow."""
        counts = _decoded(self.one(END), Counts, "end")
        found = [self.counts.get(each, 0) for each in (BLOCKS, HISTORY, LEAVES, SPENT)]
        if found != list(msgspec.structs.astuple(counts)):
            raise SnapshotRefused("malformed", f"end: {found}")
        return counts


def _decoded(wire: bytes, kind: type[T], where: str) -> T:
    try:
        return msgspec.msgpack.decode(wire, type=kind)
    except msgspec.MsgspecError as error:
        raise SnapshotRefused("malformed", f"{where}: {error}") from error


@dataclass(frozen=True, slots=True)
class State:
    """A snapshot's state in a store of its own, verified; `blocks` are still to be executed."""

    store: Store
    application: Application
    genesis: Genesis
    validators: tuple[comet.Validator, ...]
    blocks: tuple[Block, ...]
    made: Made


def load_state(
    path: Path,
    folder: Path,
    versions: Mapping[int, Modules],
    trusted: Trusted,
    on_bytes: OnBytes | None = None,
) -> State:
    """Read a snapshot into a new store in a folder, and verify all of it.

    `on_bytes(read, size)` is called as the file is read. Raises `SnapshotRefused`, naming what is
    wrong; then the folder is of no use. The store is at the height of the snapshot's state.
    """
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size

        def read(count: int) -> bytes:
            if on_bytes is not None:
                on_bytes(file.tell(), size)
            return file.read(count)

        try:
            return _load(_Sections(read), folder, versions, trusted)
        except Broken as broken:
            raise SnapshotRefused("broken", str(broken)) from broken


def _load(
    sections: _Sections, folder: Path, versions: Mapping[int, Modules], trusted: Trusted
) -> State:
    head = _decoded(sections.one(HEAD), Head, "head")
    genesis = _genesis(sections.one(GENESIS), head, trusted)
    blocks = _blocks(sections)
    header, validators = _sealed(blocks[0], head, genesis, trusted)
    entries: list[bytes] = []
    history = _history(entries, sections, blocks[0], trusted)
    store = Store.create(folder, bytes.fromhex(genesis.sha256))
    try:
        _load_records(store, head, header, sections)
        for index, entry in enumerate(entries):
            store.stage_meta(f"history/{index:012d}", entry + bytes(8))
        store.stage_meta("seed", head.seed)
        store.stage_meta("moved", b"1")
        store.commit()
        application = _application(store, versions)
        _hold_house(application.view(), head, genesis, history)
        _spent(store, application.view(), sections)
        counts = sections.finish()
        _derive(store, application)
        store.commit()
    except Differs as found:
        store.close()
        raise SnapshotRefused("record", str(found)) from found
    except BaseException:
        store.close()
        raise
    made = Made(head.height, header.app_hash.hex(), counts)
    return State(store, application, genesis, validators, tuple(blocks), made)


def _load_records(store: Store, head: Head, header: comet.Header, sections: _Sections) -> None:
    try:
        root = store.load(head.height, _leaves(sections))
    except ValueError as error:
        raise SnapshotRefused("malformed", str(error)) from error
    if root != header.app_hash:
        raise SnapshotRefused("records", f"{root.hex()} ≠ {header.app_hash.hex()}")


def _genesis(wire: bytes, head: Head, trusted: Trusted) -> Genesis:
    if len(wire) > GENESIS_BYTES_MAX:
        raise SnapshotRefused("malformed", f"genesis of {len(wire)} B")
    try:
        genesis = genesis_of(msgspec.json.decode(wire), "snapshot")
    except (msgspec.MsgspecError, GenesisRefused, RecursionError) as error:
        raise SnapshotRefused("malformed", f"genesis: {error}") from error
    if canonical(genesis) != wire or genesis.chain != head.chain:
        raise SnapshotRefused("malformed", "genesis")
    if trusted.genesis is None and trusted.root is None:
        raise SnapshotRefused("no-root", genesis.chain)
    if trusted.genesis is not None and trusted.genesis.sha256 != genesis.sha256:
        raise SnapshotRefused("genesis", f"{genesis.sha256} ≠ {trusted.genesis.sha256}")
    if trusted.root is not None and trusted.root.chain != genesis.chain:
        raise SnapshotRefused("genesis", f"{genesis.chain} ≠ {trusted.root.chain}")
    return genesis


def _blocks(sections: _Sections) -> list[Block]:
    blocks: list[Block] = []
    for wire in sections.all(BLOCKS):
        if len(wire) > BLOCK_BYTES_MAX:
            raise SnapshotRefused("malformed", f"block of {len(wire)} B")
        try:
            blocks.append(read_block(wire))
        except msgspec.MsgspecError as error:
            raise SnapshotRefused("malformed", f"block: {error}") from error
        if block_bytes(blocks[-1]) != wire or len(blocks) > BLOCKS_MAX:
            raise SnapshotRefused("malformed", f"block {blocks[-1].height}")
    if not blocks:
        raise SnapshotRefused("malformed", "no block")
    return blocks


def _sealed(
    first: Block, head: Head, genesis: Genesis, trusted: Trusted
) -> tuple[comet.Header, tuple[comet.Validator, ...]]:
    """Return the sealing header and its validators, once it is signed by those trusted.

    A checkpoint alone says nothing of validators: then those of genesis must have signed, and the
    checkpoint speaks for the header.
    """
    header, commit = first.header, first.commit
    pinned = tuple(each for _, each in trusted.root.validators) if trusted.root else ()
    named = tuple(
        comet.Validator(bytes.fromhex(each.public_key), each.power) for each in genesis.validators
    )
    if header is None or commit is None or first.height != head.height + 1:
        raise SnapshotRefused("malformed", f"block {first.height}: no sealing header")
    try:
        comet.verify_commit(genesis.chain, pinned or named, header, commit)
    except (comet.CommitRefused, OverflowError) as refused:
        raise SnapshotRefused("unsigned", f"header {header.height}: {refused}") from refused
    if header.height != first.height or comet.header_hash(header) != first.block_hash:
        raise SnapshotRefused("malformed", f"block {first.height}: of another header")
    return header, pinned or named


def _history(kept: list[bytes], sections: _Sections, first: Block, trusted: Trusted) -> merkle.Head:
    """Keep the entries before the sealing header, hold all to the checkpoint, return their head."""
    root = trusted.root
    checkpoint = root.head.checkpoint if root is not None and root.head is not None else None
    head = merkle.Head()
    shown = checkpoint is None
    known = trusted.names_validators
    for entry in sections.all(HISTORY):
        if len(entry) != HASH_BYTES or head.size >= first.height:
            raise SnapshotRefused("malformed", f"history entry {head.size}")
        kept.append(entry)
        head = head.append(entry)
        if checkpoint is not None and head.size == checkpoint.size:
            # An earlier checkpoint pins the past; the header itself is then the validators'.
            shown = known and head.root() == checkpoint.root
            if not shown:
                break
    whole = head.append(first.block_hash)
    if checkpoint is not None and whole.size == checkpoint.size:
        shown = whole.root() == checkpoint.root
    if checkpoint is not None and not shown:
        raise SnapshotRefused("checkpoint", f"size {checkpoint.size}, snapshot {whole.size}")
    return head


def _leaves(sections: _Sections) -> Iterator[Loaded]:
    for wire in sections.all(LEAVES):
        item = _decoded(wire, LeafItem, "record")
        yield item.volume, item.key, item.salt, item.record


def _application(store: Store, versions: Mapping[int, Modules]) -> Application:
    leaf = store.get(Version.key("app"))
    version = None if leaf is None else msgspec.json.decode(leaf.record, type=Version)
    if version is None or version.current not in versions:
        raise SnapshotRefused("version", str(version))
    return Application(store, dict(versions), signature_holds)


def _hold_house(view: Ledger, head: Head, genesis: Genesis, history: merkle.Head) -> None:
    """Hold what no root covers to the records that speak of it."""
    setting = view.require(SettingRecord, "genesis")
    if setting.genesis_sha256 != genesis.sha256:
        raise SnapshotRefused("genesis", f"{genesis.sha256} ≠ {setting.genesis_sha256}")
    salt = view.require(Salt, "head")
    if hashlib.sha256(head.seed).hexdigest() != salt.commitment:
        raise SnapshotRefused("seed", Salt.key("head"))
    record = view.find(History, "head")
    expected = None if record is None else (record.size, record.root)
    found = (history.size, history.root().hex()) if history.size else None
    if found != expected:
        raise SnapshotRefused("history", f"{found} ≠ {expected}")


def _spent(store: Store, view: Ledger, sections: _Sections) -> None:
    """Stage the spent identifiers, once their chains are those on the ledger."""
    chains: dict[int, tuple[int, bytes]] = {}
    last = 0
    for number, wire in enumerate(sections.all(SPENT), start=1):
        item = _decoded(wire, SpentItem, "spent")
        hour, key, value = item.hour, item.key, item.value
        whole = len(value) == HASH_BYTES + 8 and key[ID_BYTES : ID_BYTES + 1] == b"|"
        if not whole or hour < last:
            raise SnapshotRefused("spent", f"hour {hour}, {key!r}")
        last = hour
        count, chain = chains.get(hour, (0, ZERO))
        link = spent_link(chain, key[ID_BYTES + 1 :], key[:ID_BYTES], value)
        chains[hour] = (count + 1, link)
        try:
            store.stage_spent(int.from_bytes(value[HASH_BYTES:], "big"), hour, key, value)
        except ValueError as error:
            raise SnapshotRefused("spent", f"hour {hour}: {error}") from error
        if number % COMMIT_EVERY == 0:
            store.commit()
    listed = view.find(SpentHours, "head")
    hours = listed.hours if listed else ()
    for hour in dict.fromkeys((*hours, *chains)):
        record = view.find(SpentHour, f"{hour:010d}")
        expected = None if record is None else (record.count, record.chain)
        count, chain = chains.get(hour, (0, ZERO))
        if (count, chain.hex()) != expected:
            raise SnapshotRefused("spent", f"hour {hour}: {count} {chain.hex()} ≠ {expected}")


def _derive(store: Store, application: Application) -> None:
    """Rebuild the indexes from the records; recompute what must be true of all of them."""
    indexes = application.modules.indexes
    records = Records(store, application)
    staged = 0
    for record_id, record in records.checked():
        for index in indexes.get(type(record), ()):
            for value in index.values(record):
                if store.index(index.name, value) is not None:
                    key = record.key(record_id)
                    raise SnapshotRefused("record", f"{key}: {index.name} {value} twice")
                store.stage_index(index.name, value, record_id, existed=False)
                staged += 1
                if staged % COMMIT_EVERY == 0:
                    store.commit()
    records.totals()


# -- restoring ---------------------------------------------------------------------------------


def restore_snapshot(
    path: Path,
    home: Path,
    versions: Mapping[int, Modules],
    key: NodeKey,
    trusted: Trusted,
    on_bytes: OnBytes | None = None,
) -> Made:
    """Make a node's folder from a snapshot. `home` must not exist, or be empty.

    All or nothing: raises `SnapshotRefused` and leaves no folder behind. The restored node has no
    file `salt`: it is audited from a snapshot, not from genesis.
    """
    if home.exists() and (not home.is_dir() or any(home.iterdir())):
        raise SnapshotRefused("exists", str(home))
    home.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{home.name}-", dir=home.parent))
    try:
        state = load_state(path, work / "ledger", versions, trusted, on_bytes)
        try:
            if key.public_key not in [each.public_key for each in state.validators]:
                raise SnapshotRefused("key", key.public_key.hex())
            _go_on(state)
        finally:
            state.store.close()
        _durable(work / "genesis.json", canonical(state.genesis), 0o644)
        _durable(work / "node.key", key.seed.hex().encode(), 0o600)
        work.rename(home)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return state.made


def _go_on(state: State) -> None:
    """Execute the blocks after the state, so that the node goes on where the other stood."""
    replay = Replay(state.application, state.validators, from_genesis=False)
    for block in state.blocks:
        try:
            replay.execute(block)
        except (Differs, NodeFault) as found:
            raise SnapshotRefused("block", f"{block.height}: {found}") from found
        state.application.journal(block, block_bytes(block))
    state.application.commit()


def _durable(path: Path, wire: bytes, mode: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(wire)
        file.flush()
        os.fsync(file.fileno())
