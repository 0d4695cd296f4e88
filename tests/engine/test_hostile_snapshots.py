"""Snapshots that somebody changed, every checksum made to fit, or that a disk broke."""

import dataclasses
import hashlib
import io
import zlib

import msgspec
import pytest

from mingzhang.consensus import snapshot as form
from mingzhang.consensus.audit import audit_home
from mingzhang.consensus.committed import Committed
from mingzhang.consensus.genesis import GENESIS_BYTES_MAX, canonical
from mingzhang.consensus.restore import Trusted
from mingzhang.consensus.snapshot import LeafItem, SnapshotRefused, SpentItem
from mingzhang.kernel.module import KERNEL
from mingzhang.kernel.modules import Index, Modules
from mingzhang.ledger import chunked
from mingzhang.ledger.blocks import block_bytes, read_block
from mingzhang.ledger.chunked import MAGIC, Broken, ChunkWriter, items
from tests.engine import small, stored
from tests.engine.restoring import GENESIS, refused
from tests.engine.small import VERSIONS


def read(path):
    return list(items(io.BytesIO(path.read_bytes()).read))


def write(path, found):
    out = io.BytesIO()
    writer = ChunkWriter(out.write)
    for section, body in found[:-1]:
        writer.item(section, body)
    writer.finish(found[-1][1])
    path.write_bytes(out.getvalue())


def rewritten(original, tmp_path, change):
    """A snapshot whose items went through `change`, counts and checksums made to fit."""
    found = change(read(original[2]))
    sizes = [
        sum(section == each for section, _ in found)
        for each in (form.BLOCKS, form.HISTORY, form.LEAVES, form.SPENT)
    ]
    counts = form.Counts(blocks=sizes[0], history=sizes[1], leaves=sizes[2], spent=sizes[3])
    path = tmp_path / "hostile"
    write(path, [*found[:-1], (chunked.END, msgspec.msgpack.encode(counts))])
    return path


def nth(section, place, change):
    """Change the n-th item of a section: to other bytes, or to none."""

    def of(found):
        places = [at for at, each in enumerate(found) if each[0] == section]
        at = places[place]
        after = change(found[at][1])
        return [*found[:at], *([] if after is None else [(section, after)]), *found[at + 1 :]]

    return of


def item(kind, **change):
    """Change fields of an item by functions of what they are."""

    def of(wire):
        struct = msgspec.msgpack.decode(wire, type=kind)
        fields = {name: to(getattr(struct, name)) for name, to in change.items()}
        return msgspec.msgpack.encode(msgspec.structs.replace(struct, **fields))

    return of


def block(**change):
    def of(wire):
        before = read_block(wire)
        return block_bytes(
            msgspec.structs.replace(
                before, **{k: to(getattr(before, k)) for k, to in change.items()}
            )
        )

    return of


def swapped(section):
    def of(found):
        places = [at for at, each in enumerate(found) if each[0] == section]
        found[places[0]], found[places[1]] = found[places[1]], found[places[0]]
        return found

    return of


def doubled(section):
    def of(found):
        at = next(at for at, each in enumerate(found) if each[0] == section)
        return [*found[: at + 1], *found[at:]]

    return of


def moved_along(wire):
    """The same bytes in the chain's link, cut into kid, id and value one byte earlier."""
    found = msgspec.msgpack.decode(wire, type=SpentItem)
    link = found.key[37:] + found.key[:36] + found.value
    key = link[-41 - 36 : -41] + b"|" + link[: -41 - 36]
    return msgspec.msgpack.encode(SpentItem(found.hour, key, link[-41:]))


def one_more_hour(found):
    last = max(at for at, each in enumerate(found) if each[0] == form.SPENT)
    spent = msgspec.msgpack.decode(found[last][1], type=SpentItem)
    more = SpentItem(spent.hour + 1, b"0" * 36 + spent.key[36:], spent.value)
    return [*found[: last + 1], (form.SPENT, msgspec.msgpack.encode(more)), *found[last + 1 :]]


def with_many(found, section, body):
    at = next(at for at, each in enumerate(found) if each[0] == section)
    return [*found[:at], *[(section, body)] * 1_000, *found[at:]]


def with_header(**change):
    return block(header=lambda header: dataclasses.replace(header, **change))


def higher(value):
    return value[:32] + (int.from_bytes(value[32:], "big") + 1).to_bytes(8, "big")


def other_genesis(wire):
    return canonical(
        msgspec.structs.replace(msgspec.json.decode(wire, type=type(GENESIS)), currency="USD")
    )


flip = stored.flip
LEAF, SPENT, BLOCK, HISTORY, HEAD = (
    form.LEAVES,
    form.SPENT,
    form.BLOCKS,
    form.HISTORY,
    form.HEAD,
)
GONE = lambda wire: None  # noqa: E731
HOSTILE = {
    "a record dropped": (nth(LEAF, 3, GONE), "records"),
    "the last record dropped": (nth(LEAF, -1, GONE), "records"),
    "a record changed": (nth(LEAF, 5, item(LeafItem, record=flip)), "records"),
    "a salt changed": (nth(LEAF, 5, item(LeafItem, salt=flip)), "records"),
    "a byte moved from record to salt": (
        nth(LEAF, 5, item(LeafItem, salt=lambda s: s + b"{", record=lambda r: r[1:])),
        "malformed",
    ),
    "a record moved to another volume": (
        nth(LEAF, -1, item(LeafItem, volume=lambda v: "2030-01")),
        "records",
    ),
    "a volume's root given": (
        nth(LEAF, 0, item(LeafItem, key=lambda k: "kernel/volume/2023-11")),
        "malformed",
    ),
    "records out of order": (swapped(LEAF), "malformed"),
    "a record twice": (doubled(LEAF), "malformed"),
    "an empty record": (nth(LEAF, 0, item(LeafItem, record=lambda r: b"")), "malformed"),
    "a record that is none": (nth(LEAF, 0, lambda w: b"\xc1"), "malformed"),
    "a field too many": (
        nth(LEAF, 0, lambda w: msgspec.msgpack.encode([*msgspec.msgpack.decode(w), 1])),
        "malformed",
    ),
    "a spent id dropped": (nth(SPENT, 4, GONE), "spent"),
    "the last spent id dropped": (nth(SPENT, -1, GONE), "spent"),
    "all spent ids dropped": (lambda f: [e for e in f if e[0] != SPENT], "spent"),
    "a spent id changed": (
        nth(SPENT, 4, item(SpentItem, key=lambda k: b"0" * 8 + k[8:])),
        "spent",
    ),
    "a spent id given to another person": (nth(SPENT, 4, item(SpentItem, key=flip)), "spent"),
    "a receipt hash changed": (
        nth(SPENT, 4, item(SpentItem, value=lambda v: bytes(32) + v[32:])),
        "spent",
    ),
    "a spent id as of a height to come": (
        nth(SPENT, -1, item(SpentItem, value=lambda v: v[:32] + b"\1" + v[33:])),
        "spent",
    ),
    "a spent id one height later": (nth(SPENT, -1, item(SpentItem, value=higher)), "spent"),
    "a spent id's height cut": (nth(SPENT, 3, item(SpentItem, value=lambda v: v[:39])), "spent"),
    "a spent id of another hour": (
        nth(SPENT, -1, item(SpentItem, hour=lambda h: h + 1)),
        "spent",
    ),
    "a spent id of an hour that has none": (one_more_hour, "spent"),
    "a spent id of an hour before time": (
        nth(SPENT, 0, item(SpentItem, hour=lambda h: -1)),
        "spent",
    ),
    "a spent id twice": (doubled(SPENT), "spent"),
    "spent ids in another order": (swapped(SPENT), "spent"),
    "a spent id with another sign between": (
        nth(SPENT, 3, item(SpentItem, key=lambda k: k[:36] + b"x" + k[37:])),
        "spent",
    ),
    "a spent id whose bytes moved along the link": (nth(SPENT, 3, moved_along), "spent"),
    "a spent id without a person": (nth(SPENT, 0, item(SpentItem, key=lambda k: k[:36])), "spent"),
    "the seed changed": (nth(HEAD, 0, item(form.Head, seed=flip)), "seed"),
    "the seed cut": (nth(HEAD, 0, item(form.Head, seed=lambda s: s[:31])), "seed"),
    "the height changed": (nth(HEAD, 0, item(form.Head, height=lambda h: h + 1)), "malformed"),
    "the height changed in the block too": (
        lambda f: nth(BLOCK, 0, block(height=lambda h: h + 1))(
            nth(HEAD, 0, item(form.Head, height=lambda h: h + 1))(f)
        ),
        "malformed",
    ),
    "the chain changed": (nth(HEAD, 0, item(form.Head, chain=lambda c: "other")), "malformed"),
    "a history entry changed": (nth(HISTORY, 2, flip), "history"),
    "a history entry dropped": (nth(HISTORY, 0, GONE), "history"),
    "a history entry added": (doubled(HISTORY), "history"),
    "history in another order": (swapped(HISTORY), "history"),
    "a history entry cut": (nth(HISTORY, 0, lambda e: e[:31]), "malformed"),
    "another genesis": (nth(form.GENESIS, 0, other_genesis), "genesis"),
    "a genesis that is none": (nth(form.GENESIS, 0, lambda g: b"{}"), "malformed"),
    "a genesis nested without end": (nth(form.GENESIS, 0, lambda g: b"[" * 200_000), "malformed"),
    "two heads": (doubled(HEAD), "malformed"),
    "more history than heights": (lambda f: with_many(f, HISTORY, bytes(32)), "malformed"),
    "a genesis spelt otherwise": (nth(form.GENESIS, 0, lambda g: g + b" "), "malformed"),
    "no genesis": (nth(form.GENESIS, 0, GONE), "malformed"),
    "another app hash sealed": (nth(BLOCK, 0, with_header(app_hash=bytes(32))), "unsigned"),
    "a height beyond 64 bits": (nth(BLOCK, 0, with_header(height=2**64 - 1)), "unsigned"),
    "the seal's block hash changed": (nth(BLOCK, 0, block(block_hash=flip)), "malformed"),
    "no commit": (nth(BLOCK, 0, block(commit=lambda c: None)), "malformed"),
    "no block": (lambda f: [e for e in f if e[0] != BLOCK], "malformed"),
    "the sealing block dropped": (nth(BLOCK, 0, GONE), "malformed"),
    "a block that is none": (nth(BLOCK, 1, lambda b: b"\x90"), "malformed"),
    "a block with something more": (
        nth(BLOCK, 1, lambda w: msgspec.msgpack.encode([*msgspec.msgpack.decode(w), 1])),
        "malformed",
    ),
    "blocks without end": (lambda f: f[:2] + [f[2]] * 70 + f[3:], "malformed"),
    "the second block's header changed": (nth(BLOCK, 1, with_header(app_hash=bytes(32))), "block"),
    "the second block unsigned": (nth(BLOCK, 1, with_header(evidence_hash=bytes(32))), "block"),
    "the second block's hash changed": (nth(BLOCK, 1, block(block_hash=flip)), "block"),
    "the second block's time changed": (nth(BLOCK, 1, block(time_ms=lambda t: t + 1)), "block"),
    "a command slipped in": (nth(BLOCK, 1, block(commands=lambda c: (b"x",))), "block"),
    "a receipt slipped in": (nth(BLOCK, 1, block(receipts=lambda c: (b"x",))), "block"),
    "the first block's receipts": (nth(BLOCK, 0, block(receipts=lambda c: (b"x",))), "block"),
    "something due slipped in": (nth(BLOCK, 0, block(automatic=lambda c: (b"x",))), "block"),
    "a second block twice": (lambda f: [*f[:4], f[3], *f[4:]], "block"),
    "a section unknown": (lambda f: [*f[:-1], (200, b"x"), f[-1]], "malformed"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_snapshot_is_refused_by_name(original, tmp_path, name):
    change, reason = HOSTILE[name]
    found = refused(rewritten(original, tmp_path, change), tmp_path)
    assert found.reason == reason, str(found)
    assert found.where in str(found)


def test_a_genesis_too_large_is_not_even_read(original, tmp_path):
    change = nth(form.GENESIS, 0, lambda g: bytes(GENESIS_BYTES_MAX + 1))
    found = refused(rewritten(original, tmp_path, change), tmp_path)
    assert (found.reason, found.where) == ("malformed", f"genesis of {GENESIS_BYTES_MAX + 1} B")


def test_a_block_too_large_is_not_even_read(original, tmp_path):
    change = nth(BLOCK, 1, lambda w: bytes(form.BLOCK_BYTES_MAX + 1))
    found = refused(rewritten(original, tmp_path, change), tmp_path)
    assert (found.reason, found.where) == ("malformed", f"block of {form.BLOCK_BYTES_MAX + 1} B")


def system(**changed):
    """The small system's application with another room of counters and slips."""
    room = dataclasses.replace(small.COUNT, **changed)
    return {1: Modules(KERNEL, small.SMALL, room, gate=small.SmallGate())}


def some_totals(records):
    yield from (f"count/counter/{name} stands" for name, _ in records.of(small.Counter))


STRICTER = {
    "an invariant does not hold": {
        "invariants": {small.Counter: (lambda c: c.total_fen < 100,), small.SlipRecord: ()}
    },
    "an index holds a value twice": {
        "indexes": {small.SlipRecord: (Index(name="count/number", values=lambda s: ("one",)),)}
    },
    "a truth over all records fails": {"totals": (some_totals,)},
    "a record of no room": {"invariants": {small.Counter: ()}, "indexes": {}},
}


@pytest.mark.parametrize("name", STRICTER)
def test_a_signed_state_that_must_not_be_is_refused(original, tmp_path, name):
    found = refused(original[2], tmp_path, versions=system(**STRICTER[name]))
    assert found.reason == "record", str(found)
    assert "count/" in found.where


def test_a_record_in_another_map_than_its_id_says_is_refused(original, tmp_path, monkeypatch):
    monkeypatch.setattr(Committed, "volume_of", lambda self, key, kind: None)
    found = refused(original[2], tmp_path)
    assert (found.reason, found.where[:18]) == ("record", "record count/slip/")
    assert "in map 2023-11" in found.where


def test_with_a_checkpoint_alone_the_genesis_must_be_that_of_the_records(original, roots, tmp_path):
    trusted = Trusted(root=roots["checkpoint"])
    other = rewritten(original, tmp_path, HOSTILE["another genesis"][0])
    found = refused(other, tmp_path, trusted)
    assert found.reason == "genesis"
    assert found.where.endswith(GENESIS.sha256)
    assert found.where.split()[0] != GENESIS.sha256


def test_the_untouched_rewriting_is_taken(original, tmp_path):
    path = rewritten(original, tmp_path, lambda found: found)
    assert path.read_bytes() == original[2].read_bytes()


def test_counts_that_do_not_fit_are_refused(original, tmp_path):
    found = read(original[2])
    counts = msgspec.msgpack.decode(found[-1][1], type=form.Counts)
    more = msgspec.structs.replace(counts, leaves=counts.leaves + 1)
    write(tmp_path / "hostile", [*found[:-1], (chunked.END, msgspec.msgpack.encode(more))])
    assert refused(tmp_path / "hostile", tmp_path).reason == "malformed"


# -- broken files --------------------------------------------------------------------------------


def test_a_flipped_byte_anywhere_is_found(original):
    whole = original[2].read_bytes()
    for at in range(0, len(whole), 5):
        broken = bytearray(whole)
        broken[at] ^= 1 << at % 8
        with pytest.raises(Broken):
            list(items(io.BytesIO(broken).read))


def test_a_file_cut_off_anywhere_is_found(original):
    whole = original[2].read_bytes()
    for size in (*range(200), *range(200, len(whole), 97), len(whole) - 1):
        with pytest.raises(Broken):
            list(items(io.BytesIO(whole[:size]).read))


def test_bytes_after_the_end_are_found(original):
    with pytest.raises(Broken, match="after the end"):
        list(items(io.BytesIO(original[2].read_bytes() + bytes(60)).read))
    with pytest.raises(Broken, match="cut off"):
        list(items(io.BytesIO(original[2].read_bytes() + b"\xff").read))


@pytest.mark.parametrize("at", [3, 200, -3])
def test_a_broken_file_is_refused_and_leaves_nothing(original, tmp_path, at):
    broken = bytearray(original[2].read_bytes())
    broken[at] ^= 1
    (tmp_path / "broken").write_bytes(broken)
    assert refused(tmp_path / "broken", tmp_path).reason == "broken"


def chunk(section, packed, size):
    return chunks((section, packed, size))


def chunks(*parts):
    out, digest = MAGIC, hashlib.sha256(MAGIC).digest()
    for section, packed, size in parts:
        head = bytes([section]) + len(packed).to_bytes(4, "big") + size.to_bytes(4, "big")
        digest = hashlib.sha256(digest + head + packed).digest()
        out += head + digest + packed
    return out


def test_sections_rise_and_end_with_whole_items():
    item = (1).to_bytes(4, "big") + b"x"
    whole, cut = (zlib.compress(item), 5), (zlib.compress(item[:4]), 4)
    assert list(items(io.BytesIO(chunks((2, *whole), (chunked.END, *whole))).read)) == [
        (2, b"x"),
        (chunked.END, b"x"),
    ]
    for parts, why in (
        (((2, *whole), (1, *whole), (chunked.END, *whole)), "section 1 after 2"),
        (((2, *cut), (chunked.END, *whole)), "section 2:"),
        (((2, *whole), (chunked.END, *cut)), "section 255"),
        (((2, *whole),), "cut off"),
    ):
        with pytest.raises(Broken, match=why):
            list(items(io.BytesIO(chunks(*parts)).read))


def test_a_chunk_is_bounded_before_it_is_read_or_inflated():
    class Counted(io.BytesIO):
        most = 0

        def read(self, size):
            self.most = max(self.most, size)
            return super().read(size)

    over = MAGIC + bytes([1]) + (1 << 31).to_bytes(4, "big") + (5).to_bytes(4, "big") + bytes(32)
    file = Counted(over + bytes(100))
    with pytest.raises(Broken, match="over the bound"):
        list(items(file.read))
    assert file.most < 100
    for size in (1 << 20, 10_000):  # a thousandfold, but 64 times is the most
        with pytest.raises(Broken, match="over the bound"):
            list(items(io.BytesIO(chunk(1, zlib.compress(bytes(size)), size)).read))
    bomb = zlib.compress(bytes(64 << 20))
    with pytest.raises(Broken, match="inflate"):
        list(items(io.BytesIO(chunk(1, bomb, 1000)).read))
    with pytest.raises(Broken, match="over the bound"):
        list(items(io.BytesIO(chunk(1, bomb, 64 << 20)).read))
    with pytest.raises(Broken, match="an item of"):
        list(items(io.BytesIO(chunk(1, zlib.compress(b"\xff" * 8), 8)).read))
    with pytest.raises(Broken, match="inflate"):
        list(items(io.BytesIO(chunk(1, b"junk", 8)).read))
    with pytest.raises(Broken, match="inflate"):
        list(items(io.BytesIO(chunk(1, zlib.compress(bytes(8)) + b"x", 8)).read))


def test_items_longer_than_a_chunk_and_sections_out_of_order():
    out = io.BytesIO()
    writer = ChunkWriter(out.write)
    long = bytes(range(256)) * 10_000 + bytes(1 << 20)
    writer.item(2, b"short")
    writer.item(2, long)
    writer.item(4, b"")
    with pytest.raises(ValueError, match="section 3"):
        writer.item(3, b"late")
    with pytest.raises(ValueError, match="item of"):
        writer.item(4, bytes(chunked.ITEM_BYTES_MAX + 1))
    writer.finish(b"end")
    assert list(items(io.BytesIO(out.getvalue()).read)) == [
        (2, b"short"),
        (2, long),
        (4, b""),
        (chunked.END, b"end"),
    ]


def test_a_hostile_snapshot_is_no_ground_for_an_audit(original, tmp_path):
    path = rewritten(original, tmp_path, HOSTILE["a record changed"][0])
    with pytest.raises(SnapshotRefused):
        audit_home(original[0], VERSIONS, None, path)
