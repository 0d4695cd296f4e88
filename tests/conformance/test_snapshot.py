"""spec/snapshot.md: read by a second reader that knows that page only, and held to the code."""

import hashlib
import json
import zlib

import msgspec
import pytest

from mingzhang.consensus import snapshot as form
from mingzhang.consensus.genesis import read_genesis
from mingzhang.consensus.restore import Trusted, restore_snapshot
from mingzhang.consensus.snapshot import SnapshotRefused
from mingzhang.ledger import chunked
from tests.conformance import snapshot_vectors, spec_pages
from tests.engine.small import NODE, VERSIONS
from tests.ledger import naive_map

FOLDER = spec_pages.SPEC / "vectors" / "snapshot"
EXPECT = json.loads((FOLDER / "expect.json").read_text())
MAGIC = b"mingzhang.snapshot/1\n"


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def number(wire):
    return int.from_bytes(wire, "big")


def sections(path):
    """{section: [item]} of a file, by the page's words alone."""
    wire = path.read_bytes()
    assert wire.startswith(MAGIC)
    at, digest, joined = len(MAGIC), sha(MAGIC), {}
    while at < len(wire):
        head, expected = wire[at : at + 9], wire[at + 9 : at + 41]
        packed = wire[at + 41 : at + 41 + number(head[1:5])]
        digest = sha(digest, head, packed)
        assert digest == expected
        raw = zlib.decompress(packed)
        assert len(raw) == number(head[5:])
        assert list(joined) == sorted(joined)
        joined[head[0]] = joined.get(head[0], b"") + raw
        at += 41 + len(packed)
    found = {}
    for section, raw in joined.items():
        found[section], at = [], 0
        while at < len(raw):
            size = number(raw[at : at + 4])
            found[section].append(raw[at + 4 : at + 4 + size])
            at += 4 + size
    return found


@pytest.fixture(scope="module")
def whole():
    return sections(FOLDER / "whole.snapshot")


@pytest.fixture(scope="module")
def records(whole):
    return [msgspec.msgpack.decode(item) for item in whole[5]]


def state(records, key):
    return next(json.loads(record) for _, at, _, record in records if at == key)


def history_root(leaves):
    """RFC 6962 in its own words: the root over hashes of leaves."""
    if len(leaves) == 1:
        return sha(b"\0", leaves[0])
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return sha(b"\1", history_root(leaves[:half]), history_root(leaves[half:]))


def test_the_records_give_the_root_that_the_sealing_header_names(whole, records):
    maps = {}
    for volume, key, salt, record in records:
        maps.setdefault(volume, {})[key.encode()] = sha(salt, record)
    main = maps.pop(None)
    for volume, values in maps.items():
        main[f"kernel/volume/{volume}".encode()] = naive_map.root_of(values)
    assert maps
    root = naive_map.root_of(main)
    header = msgspec.msgpack.decode(whole[3][0])[2]
    assert root == header["app_hash"] == bytes.fromhex(EXPECT["app_hash"])
    assert header["height"] == EXPECT["height"] + 1


def test_head_history_and_genesis_are_those_that_the_records_name(whole, records):
    (head,) = [msgspec.msgpack.decode(item) for item in whole[1]]
    assert sorted(head) == ["chain", "height", "seed"]
    assert sha(head["seed"]).hex() == state(records, "kernel/salt/head")["commitment"]
    history = state(records, "kernel/history/head")
    assert len(whole[4]) == history["size"]
    assert history_root(whole[4]).hex() == history["root"]
    sealing = msgspec.msgpack.decode(whole[3][0])[3]
    assert history_root([*whole[4], sealing]).hex() == EXPECT["checkpoint_root"]
    (genesis,) = whole[2]
    assert genesis == (FOLDER / "genesis.json").read_bytes()
    assert sha(genesis).hex() == state(records, "kernel/setting/genesis")["genesis_sha256"]


def test_spent_ids_give_the_chains_heights_included(whole, records):
    chains = {}
    for hour, key, value in map(msgspec.msgpack.decode, whole[6]):
        command_id, kid = key[:36], key[37:]
        count, chain = chains.get(hour, (0, bytes(32)))
        chains[hour] = (count + 1, sha(chain, kid, command_id, value))
    assert {str(hour): [n, chain.hex()] for hour, (n, chain) in chains.items()} == EXPECT[
        "spent_chains"
    ]
    assert state(records, "kernel/spent_hours/head")["hours"] == list(chains)
    for hour, (count, chain) in chains.items():
        found = state(records, f"kernel/spent/{hour:010d}")
        assert (found["count"], found["chain"]) == (count, chain.hex())


def test_records_and_counts_stand_as_described(whole, records):
    places = [((volume or ""), sha(key.encode())) for volume, key, _, _ in records]
    assert places == sorted(places)
    (end,) = [msgspec.msgpack.decode(item) for item in whole[255]]
    assert end == {
        "blocks": len(whole[3]),
        "history": len(whole[4]),
        "leaves": len(whole[5]),
        "spent": len(whole[6]),
    }


def test_the_same_history_gives_the_same_items_today(whole, tmp_path):
    snapshot_vectors.write(tmp_path)
    assert sections(tmp_path / "whole.snapshot") == whole
    assert json.loads((tmp_path / "expect.json").read_text()) == EXPECT


def restore(path, home):
    trusted = Trusted(genesis=read_genesis(FOLDER / "genesis.json"))
    return restore_snapshot(path, home, VERSIONS, NODE, trusted)


def test_the_vector_that_holds_is_restored(tmp_path):
    made = restore(FOLDER / "whole.snapshot", tmp_path / "home")
    assert form.as_json(made).items() <= EXPECT.items()


@pytest.mark.parametrize("name", EXPECT["reasons"])
def test_a_changed_vector_is_refused_by_its_reason(tmp_path, name):
    with pytest.raises(SnapshotRefused) as caught:
        restore(FOLDER / name, tmp_path / "home")
    assert caught.value.reason == EXPECT["reasons"][name]


def test_every_file_of_the_vectors_has_its_verdict():
    named = {*EXPECT["reasons"], "whole.snapshot", "genesis.json", "expect.json"}
    assert {path.name for path in FOLDER.iterdir()} == named


def test_the_page_names_the_codes_sections_and_bounds_of_the_code():
    reasons = [quoted for row in spec_pages.table("snapshot.md", "Restoring")
               for quoted in spec_pages.quoted(row[0])]  # fmt: skip
    assert sorted(reasons) == sorted(form._REASONS)
    named = [row[0].split() for row in spec_pages.table("snapshot.md", "Sections")]
    assert [int(place) for place, _ in named] == [
        *(form.HEAD, form.GENESIS, form.BLOCKS, form.HISTORY, form.LEAVES, form.SPENT),
        chunked.END,
    ]
    page = (spec_pages.SPEC / "snapshot.md").read_text()
    for bound in (chunked.COMPRESSED_BYTES_MAX, chunked.CHUNK_BYTES, chunked.ITEM_BYTES_MAX):
        assert f"{bound:,}" in page
    assert f"At most {chunked.CHUNKS_MAX:,} chunks" in page
    assert f"at most {chunked.RATIO_MAX} × the compressed length" in page
    assert f"1 … {form.BLOCKS_MAX}, each ≤ 1 MiB" in page
    assert form.BLOCK_BYTES_MAX == 1 << 20
