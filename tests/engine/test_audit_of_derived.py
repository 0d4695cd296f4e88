"""`audit` names what an operator forged beside the blocks, with checksums and counts that fit."""

import dataclasses
import shutil
from hashlib import sha256

import msgspec
import pytest

from mingzhang.consensus.audit import audit_home
from mingzhang.kernel.module import KERNEL
from mingzhang.kernel.modules import Modules
from mingzhang.kernel.schedule import ParkedItem
from mingzhang.ledger.bucket import Write
from mingzhang.ledger.forest import MAIN
from mingzhang.ledger.leaf import SALTED
from mingzhang.ledger.loading import loaded
from mingzhang.ledger.sealed import name_of, seal_all
from mingzhang.ledger.store import Store
from tests.engine import grown, small, stored
from tests.engine.small import VERSIONS


@pytest.fixture(scope="module")
def later(original, tmp_path_factory):
    """The ledger that lived on after its snapshot was taken."""
    home = shutil.copytree(original[0], tmp_path_factory.mktemp("later") / "home")
    grown.go_on(home)
    return home


@pytest.fixture(params=["genesis", "snapshot"])
def audited(later, original, tmp_path, request):
    """(home, audit): a copy of that ledger, and its audit from genesis or from the snapshot."""
    home = shutil.copytree(later, tmp_path / "home")
    snapshot = original[2] if request.param == "snapshot" else None

    def audit():
        return audit_home(home, VERSIONS, None, snapshot).differences

    assert audit() == ()
    return home, audit


def recount(home, collection, by):
    """Have the store's own counts say what it holds."""

    def counted(body):
        counts = msgspec.msgpack.decode(body)
        return msgspec.msgpack.encode({**counts, collection: counts[collection] + by})

    stored.forge(home, "meta", b"counts", counted)


def take_away(home, collection, key):
    stored.edit(home, collection, key, lambda raw: None)
    recount(home, collection, -1)


def add(home, collection, key, body):
    stored.edit(home, collection, key, lambda raw: seal_all(collection, [(key, body)])[0][1])
    recount(home, collection, 1)


COLLECTIONS = {"index": "indexes", "spent": "spent", "delta": "deltas", "list": "spent_hours"}


def what(kind):
    return "spent" if kind == "list" else kind


@pytest.mark.parametrize("kind", COLLECTIONS)
def test_a_forged_entry_is_named_by_its_key_and_byte(audited, kind):
    home, audit = audited
    collection = COLLECTIONS[kind]
    key = stored.keys(home, collection)[-1]
    stored.forge(home, collection, key, stored.flip)
    (found,) = audit()
    assert found.what == what(kind)
    assert found.key == f"{collection} {name_of(collection, key)}"
    assert found.byte is not None


@pytest.mark.parametrize("kind", ["index", "spent", "delta", "list"])
def test_an_entry_taken_away_is_named(audited, kind):
    home, audit = audited
    collection = COLLECTIONS[kind]
    key = stored.keys(home, collection)[-1]
    take_away(home, collection, key)
    (found,) = audit()
    assert (found.what, found.detail) == (what(kind), "仅重放中有 computed only")
    assert found.key == f"{collection} {name_of(collection, key)}"


@pytest.mark.parametrize(
    ("kind", "key", "body"),
    [
        ("index", b"count/number\0n999", b"01"),
        ("spent", b"0" * 36 + b"|nobody", bytes(48)),
        ("delta", (10**6).to_bytes(8, "big"), msgspec.msgpack.encode([])),
        ("list", (10**6).to_bytes(8, "big") + bytes(8), msgspec.msgpack.encode([])),
    ],
)
def test_an_entry_slipped_in_is_named(audited, kind, key, body):
    home, audit = audited
    add(home, COLLECTIONS[kind], key, body)
    (found,) = audit()
    assert (found.what, found.detail) == (what(kind), "仅存储中有 stored only")
    assert found.key == f"{COLLECTIONS[kind]} {name_of(COLLECTIONS[kind], key)}"


@pytest.mark.parametrize("name", ["seed", "moved"])
def test_a_forged_seed_or_a_forged_seal_is_named(audited, name):
    home, audit = audited
    stored.forge(home, "meta", b"app/" + name.encode(), stored.flip)
    (found,) = audit()
    assert (found.what, found.key) == ("meta", f"meta app/{name}")


@pytest.mark.parametrize("place", [0, -1])
@pytest.mark.parametrize("byte", [0, 31])
def test_a_forged_history_entry_is_named(audited, place, byte):
    home, audit = audited
    keys = [key for key in stored.keys(home, "meta") if key.startswith(b"app/history/")]

    def changed(body):
        return body[:byte] + bytes([body[byte] ^ 1]) + body[byte + 1 :]

    stored.forge(home, "meta", keys[place], changed)
    (found,) = audit()
    assert (found.what, found.key, found.byte) == ("meta", f"meta {keys[place].decode()}", byte)


def test_the_height_of_a_history_entry_is_compared_where_it_can_be_known(audited):
    home, audit = audited
    keys = [key for key in stored.keys(home, "meta") if key.startswith(b"app/history/")]
    stored.forge(home, "meta", keys[-1], stored.flip)
    (found,) = audit()
    assert found.key == f"meta {keys[-1].decode()}"


def place_of(home, key):
    """The bucket that holds a record of the main map."""
    at = (at for at in stored.keys(home, "buckets") if at.startswith(b"\0"))
    return next(each for each in at if key.encode() in stored.body(home, "buckets", each))


@pytest.mark.parametrize("part", ["record", "salt"])
def test_a_forged_record_or_salt_is_named_by_its_key(audited, part):
    home, audit = audited
    key = "count/counter/c1"
    store = Store.open(home / "ledger")
    leaf = store.get(key)
    store.close()
    before = getattr(leaf, part)
    change = lambda body: body.replace(before, stored.flip(before))  # noqa: E731
    stored.forge(home, "buckets", place_of(home, key), change)
    (found,) = audit()
    named = key if part == "record" else f"{key} (salt)"
    assert (found.what, found.key, found.byte) == ("leaf", named, len(before) - 1)


def test_a_record_that_no_block_wrote_is_named_though_the_map_is_whole(audited):
    home, audit = audited
    store = Store.open(home / "ledger")
    height, key = store.committed_height, b"count/counter/forged"
    write = Write(sha256(key).digest(), key, b'{"total_fen":1}')
    make = loaded(height)
    salted = write._replace(record=bytes(32) + write.record)
    store._forest.change(height, MAIN, store._forest.main, [salted], make)
    store._pending.commit(height, store._forest.main.root)
    assert not list(store.check())
    store.close()
    (found,) = audit()
    assert (found.what, found.key, found.detail) == ("leaf", key.decode(), "仅存储中有 stored only")


@pytest.mark.parametrize("record_type", [small.Counter, small.SlipRecord])
def test_a_truth_over_all_records_that_fails_is_named(later, record_type):
    def none_stand(records):
        assert list(records.of(ParkedItem)) == []
        found = dict(records.of(record_type))
        assert all(type(each) is record_type for each in found.values())
        yield f"{len(found)} stand"

    store = Store.open(later / "ledger")
    count = sum(key.startswith(record_type.key("")) for _, key, _ in store.leaves())
    store.close()
    room = dataclasses.replace(small.COUNT, totals=(none_stand,))
    versions = {1: Modules(KERNEL, small.SMALL, room, gate=small.SmallGate())}
    (found,) = audit_home(later, versions).differences
    assert count > 1
    assert (found.what, found.key, found.detail) == ("total", "count", f"{count} stand")


def test_damage_before_the_snapshot_is_found_too(later, original, tmp_path):
    home = shutil.copytree(later, tmp_path / "home")
    stored.edit(home, "journal", (1).to_bytes(8, "big"), stored.flip)
    (found,) = audit_home(home, VERSIONS, None, original[2]).differences
    assert (found.what, found.key) == ("store", "journal height 1")


def test_the_last_block_taken_away_is_named(audited):
    home, audit = audited
    last = stored.keys(home, "journal")[-1]
    take_away(home, "journal", last)
    (found,) = audit()
    assert (found.what, found.key) == ("block", f"journal/{int.from_bytes(last, 'big')}")


def test_a_ledger_that_only_began_comes_out_the_same(tmp_path):
    small.make(tmp_path / "home")
    assert audit_home(tmp_path / "home", VERSIONS).differences == ()


def test_a_forged_height_of_a_record_is_named(audited):
    home, audit = audited
    store = Store.open(home / "ledger")
    key, leaf = next(
        (key, leaf)
        for volume, key, leaf in store.leaves()
        if key.startswith("count/counter/c") and leaf.height > store.committed_height - 30
    )
    store.close()
    place = next(
        at
        for at in stored.keys(home, "buckets")
        if key.encode() in stored.body(home, "buckets", at)
    )

    def changed(body):
        stamp = SALTED + leaf.height.to_bytes(8, "big") + leaf.salt
        assert body.count(stamp) == 1
        return body.replace(stamp, SALTED + (leaf.height - 1).to_bytes(8, "big") + leaf.salt)

    stored.forge(home, "buckets", place, changed)
    (found,) = audit()
    assert (found.what, found.key, found.height) == ("leaf", f"{key} (height)", leaf.height)


@pytest.mark.parametrize(
    "collection", ["buckets", "journal", "deltas", "spent", "spent_hours", "indexes", "meta"]
)
@pytest.mark.parametrize("place", [0, 0.5, 1])
def test_a_flipped_bit_of_any_collection_is_named_by_its_key(later, tmp_path, collection, place):
    home = shutil.copytree(later, tmp_path / "home")
    keys = stored.keys(home, collection)
    key = keys[int(place * (len(keys) - 1))]
    stored.edit(home, collection, key, stored.flip)
    (found,) = audit_home(home, VERSIONS).differences
    named = name_of(collection, key)
    assert found.what == "store"
    assert named in found.key + found.detail, found
