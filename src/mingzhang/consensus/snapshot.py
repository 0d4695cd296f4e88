"""Snapshots: a ledger's state in one file that a restorer need not believe (spec/snapshot.md).

The state is the one that the newest sealing header names: its records give a root, and the root
must be that header's app hash, signed by validators whom the restorer knew before. What no root
covers is not in the file (heights of records, of history entries) or checked against a record that
is covered: spent identifiers against their chains, history entries against their head, the salt
seed against its hash. Indexes are rebuilt. The blocks after the state are executed, not believed.

A snapshot holds all records and salts: it is as secret as the ledger itself (mode 600).
"""

import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from mingzhang.consensus.application import Application
from mingzhang.consensus.genesis import Genesis, canonical, read_genesis
from mingzhang.kernel.house import History, SpentHours
from mingzhang.kernel.ledger import Ledger
from mingzhang.kernel.modules import Modules
from mingzhang.ledger.blocks import Block, block_bytes, read_block
from mingzhang.ledger.chunked import ChunkWriter
from mingzhang.ledger.environment import Environment
from mingzhang.ledger.leaf import Leaf
from mingzhang.ledger.store import Store
from mingzhang.verify.ed25519 import signature_holds

HEAD, GENESIS, BLOCKS, HISTORY, LEAVES, SPENT = 1, 2, 3, 4, 5, 6
BLOCKS_MAX = 64
BLOCK_BYTES_MAX = 1 << 20
"""A block of a snapshot does nothing but seal: a header and its validators' signatures."""
HASH_BYTES = 32
WHERE_MAX = 300
"""Characters shown of what a file says of itself; no control characters among them."""
TELL_EVERY = 1_000

Place = tuple[str | None, str, Leaf]
OnRecord = Callable[[int], None]


class SnapshotRefused(Exception):
    """A snapshot that cannot be made, or must not be believed; nothing was changed.

    `reason` is one of `_REASONS`; `where` names what is wrong.
    """

    def __init__(self, reason: str, where: str) -> None:
        zh, en = _REASONS[reason]
        shown = "".join([each if each.isprintable() else "�" for each in where[:WHERE_MAX]])
        super().__init__(f"{zh}（{shown}）。{en} ({shown}).")
        self.reason = reason
        self.where = shown


_REASONS = {
    "not-sealed": (
        "账本尚未封存，请启动节点后正常停止再制作快照",
        "The ledger is not sealed: start the node, stop it, then make the snapshot",
    ),
    "exists": ("目标已存在，请换一个名称", "It exists already; choose another name"),
    "broken": (
        "快照文件损坏，请重新获取",
        "The snapshot file is damaged or cut off; fetch it again",
    ),
    "malformed": (
        "快照内容不合格式，请换一个来源",
        "The snapshot's content is not as described; take one from another source",
    ),
    "no-root": (
        "须提供创世文件、验证人文件或检查点作为信任根",
        "Give your own genesis file, validators or checkpoint; a snapshot cannot vouch for itself",
    ),
    "genesis": ("快照属于另一账本", "The snapshot is of another ledger than the one trusted"),
    "unsigned": (
        "封存区块头未经所信任的验证人签名",
        "The sealing header is not signed by the validators that you trust",
    ),
    "checkpoint": (
        "历史与所信任的检查点不符，或检查点未覆盖本快照",
        "The history is not that of the checkpoint trusted, or the checkpoint does not reach it",
    ),
    "history": ("历史条目与账本所记不符", "History entries differ from the head on the ledger"),
    "records": (
        "记录或盐值被删改，与验证人签名的根不符",
        "Records or salts were dropped or changed: they do not give the root that was signed",
    ),
    "seed": ("盐种与账本所记不符", "The salt seed differs from its hash on the ledger"),
    "spent": (
        "已用指令清单与账本所记不符",
        "Spent identifiers differ from their chain on the ledger",
    ),
    "version": (
        "本软件不含该应用版本，请升级",
        "This software lacks the application version in force; install a newer one",
    ),
    "record": ("记录或全账总数不成立", "A record, or a truth over all of them, does not hold"),
    "block": ("快照所附区块与重放不符", "A block of the snapshot differs from its execution"),
    "key": ("创世文件未列出本节点公钥", "Genesis does not list this node's public key"),
}


class Head(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The first item: of which ledger, and as of which height."""

    chain: str
    height: int
    """The height whose state the records are; the first block's header, one above, seals it."""
    seed: bytes
    """The salt chain's secret s_h after that height."""


class Counts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The last item: how many items each of the long sections had."""

    blocks: int
    history: int
    leaves: int
    spent: int


class LeafItem(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A record: its map (None for the main one), key, salt and bytes."""

    volume: str | None
    key: str
    salt: bytes
    record: bytes


class SpentItem(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A spent identifier: hour of `expires`, id ``|`` kid, receipt hash (32) ‖ height (8)."""

    hour: int
    key: bytes
    value: bytes


@dataclass(frozen=True, slots=True)
class Made:
    """A snapshot that was written, or restored. `app_hash` is that of the state sealed."""

    height: int
    app_hash: str
    counts: Counts


# -- making ------------------------------------------------------------------------------------


def snapshot_home(
    home: Path, path: Path, versions: Mapping[int, Modules], on_record: OnRecord | None = None
) -> Made:
    """Write the snapshot of a node that may be running: of a copy, made beside the new file.

    Raises what `make_snapshot` raises, and `GenesisRefused`.
    """
    genesis = read_genesis(home / "genesis.json")
    with tempfile.TemporaryDirectory(prefix=f".{path.name}-", dir=path.parent) as scratch:
        Environment.copy_beside(home / "ledger", Path(scratch) / "ledger")
        return make_snapshot(Path(scratch) / "ledger", genesis, path, versions, on_record)


def make_snapshot(
    folder: Path,
    genesis: Genesis,
    path: Path,
    versions: Mapping[int, Modules],
    on_record: OnRecord | None = None,
) -> Made:
    """Write the snapshot of a store that stands still: a stopped node's, or a copy.

    `on_record(number)` is called now and then. Raises `SnapshotRefused` (``not-sealed``,
    ``exists``) and what the store and disk raise.
    """
    if path.exists():
        raise SnapshotRefused("exists", str(path))
    store = Store.open(folder)
    part = path.with_name(path.name + ".part")
    try:
        application = Application(store, dict(versions), signature_holds)
        blocks = _sealing_blocks(store, application.view())
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            made = _write(file, store, application.view(), genesis, blocks, on_record)
            file.flush()
            os.fsync(file.fileno())
        part.rename(path)
    finally:
        part.unlink(missing_ok=True)
        store.close()
    return made


def _sealing_blocks(store: Store, view: Ledger) -> list[Block]:
    """Return the newest sealing block and those after it; they do nothing but seal."""
    history = view.find(History, "head")
    entry = store.meta(f"history/{history.size - 1:012d}") if history else None
    if entry is None:
        raise SnapshotRefused("not-sealed", f"height {store.height}")
    first = int.from_bytes(entry[HASH_BYTES:], "big")
    blocks = [read_block(wire) for _, wire in store.blocks(first, store.committed_height)]
    if not blocks or len(blocks) > BLOCKS_MAX or any(b.commands or b.automatic for b in blocks):
        raise SnapshotRefused("not-sealed", f"height {store.height}")
    return blocks


def _write(
    file: BinaryIO,
    store: Store,
    view: Ledger,
    genesis: Genesis,
    blocks: list[Block],
    on_record: OnRecord | None,
) -> Made:
    sealing = blocks[0].header
    height = blocks[0].height - 1
    history = view.require(History, "head")
    seed = store.meta("seed")
    try:
        records = store.leaves(height)
        first = next(records)
    except (ValueError, StopIteration) as error:
        raise SnapshotRefused("not-sealed", f"height {height}") from error
    if sealing is None or seed is None:
        raise SnapshotRefused("not-sealed", f"height {height}")
    writer = ChunkWriter(file.write)
    head = Head(chain=genesis.chain, height=height, seed=seed)
    writer.item(HEAD, msgspec.msgpack.encode(head))
    writer.item(GENESIS, canonical(genesis))
    for block in blocks:
        writer.item(BLOCKS, block_bytes(block))
    for index in range(history.size - 1):
        entry = store.meta(f"history/{index:012d}") or b""
        writer.item(HISTORY, entry[:HASH_BYTES])
    leaves = spent = 0
    for volume, key, leaf in _with(first, records):
        if leaf.salt:
            found = LeafItem(volume, key, leaf.salt, leaf.record)
            writer.item(LEAVES, msgspec.msgpack.encode(found))
            leaves += 1
            if on_record is not None and leaves % TELL_EVERY == 0:
                on_record(leaves)
    hours = view.find(SpentHours, "head")
    for hour in hours.hours if hours else ():
        for spent_key, value in store.spent_in(hour):
            writer.item(SPENT, msgspec.msgpack.encode(SpentItem(hour, spent_key, value)))
            spent += 1
    counts = Counts(blocks=len(blocks), history=history.size - 1, leaves=leaves, spent=spent)
    writer.finish(msgspec.msgpack.encode(counts))
    return Made(height, sealing.app_hash.hex(), counts)


def _with(first: Place, rest: Iterator[Place]) -> Iterator[Place]:
    yield first
    yield from rest


def as_json(made: Made) -> dict[str, Any]:
    """Return what was made as plain values, for people and programs."""
    counts = msgspec.structs.asdict(made.counts)
    return {"height": made.height, "app_hash": made.app_hash, **counts}
