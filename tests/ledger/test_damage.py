"""Damage to stored bytes is named, at the first read or by `check`, and never served as data."""

import contextlib
import os
import random
import subprocess
import sys
import zlib
from collections import Counter
from hashlib import sha256

import lmdb
import pytest

from mingzhang.kernel.faults import NodeFault
from mingzhang.ledger.damaged import Damaged
from mingzhang.ledger.forest import SHIFT, bucket_key
from mingzhang.ledger.sealed import COLLECTIONS, name_of, seal_all, unseal
from mingzhang.ledger.store import Store
from tests.ledger import flipped_store

SEED = bytes(range(32))


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    folder = tmp_path_factory.mktemp("filled") / "ledger"
    flipped_store.fill(folder)
    return folder


@pytest.fixture
def copy(filled, tmp_path):
    (tmp_path / "ledger").mkdir()
    (tmp_path / "ledger" / "data.mdb").write_bytes((filled / "data.mdb").read_bytes())
    return tmp_path / "ledger"


def edit(folder, collection, key, change):
    """Put other bytes under a key, as a fault of the disk would; None takes the entry away."""
    with lmdb.open(str(folder), max_dbs=len(COLLECTIONS)) as env:
        db = env.open_db(collection.encode())
        with env.begin(write=True) as txn:
            raw = txn.get(key, db=db)
            after = change(raw)
            if after is None:
                txn.delete(key, db=db)
            else:
                txn.put(key, after, db=db)


def seal(collection, key, body):
    return seal_all(collection, [(key, body)])[0][1]


def flip(raw):
    return raw[:-1] + bytes([raw[-1] ^ 1])


def bucket_at(key, volume=""):
    position = sha256(key.encode()).digest()
    return bucket_key(volume.encode(), int.from_bytes(position[:4], "big") >> SHIFT)


ENTRIES = [
    ("buckets", bucket_at("funds/cell/7"), "funds/cell/7", lambda s: s.get("funds/cell/7")),
    (
        "buckets",
        bucket_at("execution/payment/0007", "2026-11"),
        "execution/payment/0007",
        lambda s: s.get("execution/payment/0007", "2026-11"),
    ),
    ("journal", (5).to_bytes(8, "big"), "height 5", lambda s: s.journal(5)),
    ("deltas", (5).to_bytes(8, "big"), "height 5", lambda s: s.delta(5)),
    ("spent", b"kid/0007", "kid/0007", lambda s: s.spent(b"kid/0007")),
    ("indexes", b"invoice\x00044-7", "invoice 044-7", lambda s: s.index("invoice", "044-7")),
    ("meta", b"app/seed", "app/seed", lambda s: s.meta("seed")),
]


@pytest.mark.parametrize(
    ("collection", "at", "name", "read"), ENTRIES, ids=[name for _, _, name, _ in ENTRIES]
)
def test_a_changed_value_is_named_at_the_first_read_and_by_the_check(
    copy, collection, at, name, read
):
    edit(copy, collection, at, flip)
    with pytest.raises(Damaged) as caught, contextlib.closing(Store.open(copy)) as store:
        # The main map's buckets are read when the store is opened already.
        read(store)
    assert caught.value.collection == collection
    assert name in caught.value.key
    found = list(Store.examine(copy))
    assert [(each.collection, name in each.key) for each in found][:1] == [(collection, True)]


def test_a_bucket_that_shows_no_key_any_more_is_named_by_the_key_asked(copy):
    at = bucket_at("execution/payment/0007", "2026-11")
    edit(copy, "buckets", at, lambda raw: raw[:4] + b"\xff\xff" + raw[6:])
    with contextlib.closing(Store.open(copy)) as store:
        with pytest.raises(Damaged, match="2026-11:execution/payment/0007"):
            store.get("execution/payment/0007", "2026-11")
        assert [found.collection for found in store.check()][:1] == ["buckets"]


def test_a_value_put_under_another_key_or_in_another_collection_is_damage():
    sealed = seal("spent", b"key", b"body")
    assert unseal("spent", b"key", sealed) == b"body"
    for collection, key in (("spent", b"kez"), ("indexes", b"key")):
        with pytest.raises(Damaged, match="checksum"):
            unseal(collection, key, sealed)


def test_the_checksum_is_the_common_crc_32():
    seed = zlib.crc32(b"spent")
    assert (
        seal("spent", b"k", b"v")
        == zlib.crc32(b"v", zlib.crc32(b"k", seed)).to_bytes(4, "big") + b"v"
    )


def test_a_record_that_was_lost_is_not_taken_for_one_that_never_was(copy):
    lost = bucket_at("execution/payment/0007", "2026-11")
    edit(copy, "buckets", lost, lambda _: None)
    other = bucket_at("none", "2026-11")
    edit(copy, "buckets", other, lambda _: seal("buckets", other, b""))
    store = Store.open(copy)
    assert store.get("execution/payment/0079", "2026-11") is None
    with pytest.raises(Damaged, match="buckets 2026-11"):
        store.stage(12, {"execution/payment/0008": ("2026-11", b"x")}, SEED)
    store.close()
    assert "2026-11" in [found.key for found in Store.examine(copy)]


def test_a_lost_entry_is_found_by_the_count_when_the_store_is_opened(copy):
    edit(copy, "spent", b"kid/0007", lambda _: None)
    with pytest.raises(Damaged, match="spent count"):
        Store.open(copy)


def test_a_commit_after_which_the_count_would_not_hold_is_not_made(copy):
    # An entry that LMDB lost while it was open: found by the count before anything is written.
    store = Store.open(copy)
    store.stage(12, {"a/b": (None, b"x")}, SEED)
    store._pending.put("spent", b"lost", b"\0" * 8, existed=True)
    with pytest.raises(Damaged, match="spent count"):
        store.commit()
    store.close()
    again = Store.open(copy)
    assert again.height == 11
    again.close()


def test_an_older_bucket_is_found_when_the_store_is_opened(copy):
    at = bucket_at("funds/cell/7")

    def older(raw):
        changed = unseal("buckets", at, raw)
        return seal("buckets", at, changed[:2] + bytes(32) + changed[34:])

    edit(copy, "buckets", at, older)
    with pytest.raises(Damaged, match="buckets main"):
        Store.open(copy)
    keys = [found.key for found in Store.examine(copy)]
    assert any(key.startswith("main slot") for key in keys)
    assert "main" in keys


def test_a_record_that_is_not_the_trees_is_named_by_the_proof_and_the_check(copy):
    at = bucket_at("funds/cell/7")

    def rewritten(raw):
        return seal("buckets", at, unseal("buckets", at, raw)[:-1] + b"9")

    edit(copy, "buckets", at, rewritten)
    store = Store.open(copy)
    with pytest.raises(Damaged, match="funds/cell/7"):
        store.prove("funds/cell/7")
    assert "funds/cell/7" in [found.key for found in store.check()]
    store.close()


def test_a_key_that_changed_hides_its_entry_from_nobody(copy):
    # One bit of a key in its page: the search for the true key ends beside the false one.
    whole = bytearray((copy / "data.mdb").read_bytes())
    volume = bucket_at("execution/payment/0033", "2026-11")
    for spent in (b"kid/0033", b"invoice\x00044-33", volume):
        for start in [n for n in range(len(whole)) if whole.startswith(spent, n)]:
            whole[start + len(spent) - 1] ^= 0x40
    (copy / "data.mdb").write_bytes(whole)
    store = Store.open(copy)
    with pytest.raises(Damaged):
        store.spent(b"kid/0033")
    with pytest.raises(Damaged):
        store.index("invoice", "044-33")
    with pytest.raises(Damaged):
        store.get("execution/payment/0033", "2026-11")
    assert store.spent(b"kid/0001") is None or store.spent(b"kid/0007")
    store.close()


def test_a_sound_store_is_found_sound(filled):
    store = Store.open(filled)
    assert list(store.check()) == []
    store.close()


def test_a_store_that_moves_is_not_checked(copy):
    store = Store.open(copy)
    store.stage(store.height + 1, {"a/b": (None, b"x")}, SEED)
    with pytest.raises(ValueError, match="moves"):
        list(store.check())
    store.close()


def test_a_spent_key_of_another_hour_and_a_gap_in_the_journal_are_named(copy):
    other_hour = seal("spent", b"kid/0007", (9).to_bytes(8, "big") + b"receipt")
    edit(copy, "spent", b"kid/0007", lambda _: other_hour)
    edit(copy, "journal", (5).to_bytes(8, "big"), lambda _: None)
    beyond = (12).to_bytes(8, "big")
    edit(copy, "journal", beyond, lambda _: seal("journal", beyond, b"\0block"))
    named = [(found.collection, found.key) for found in Store.examine(copy)]
    assert ("spent", "kid/0007") in named
    assert ("journal", "height 5") in named


def test_a_block_missing_from_the_journal_is_named(copy):
    store = Store.open(copy)
    store.stage(store.height + 1, {"a/b": (None, b"x")}, SEED)
    store.commit()
    assert [(found.collection, found.key) for found in store.check()] == [("journal", "height 12")]
    store.close()


def flipped(folder, scratch, bits):
    """Outcome of each flipped bit; the program is begun again after LMDB dies on a page."""
    outcomes = {}
    left = list(bits)
    while left:
        done = subprocess.run(
            [sys.executable, "-m", "tests.ledger.flipped_bits", folder, scratch, *map(str, left)],
            capture_output=True,
            text=True,
            check=False,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(["src", "."])},
        )
        for line in done.stdout.splitlines():
            bit, _, outcome = line.partition(" ")
            outcomes[int(bit)] = outcome
        left = [bit for bit in left if bit not in outcomes]
        if left:
            assert done.returncode < 0, done.stderr
            outcomes[left.pop(0)] = f"died {-done.returncode}"
    return outcomes


def test_no_flipped_bit_of_the_file_is_served_as_data(filled, tmp_path):
    rnd = random.Random(11)
    size = (filled / "data.mdb").stat().st_size
    bits = [rnd.randrange(size * 8) for _ in range(150)]
    outcomes = flipped(filled, tmp_path / "scratch", bits)
    silent = {bit: outcome for bit, outcome in outcomes.items() if outcome == "SILENT"}
    assert silent == {}
    kinds = Counter(outcome.split()[0] for outcome in outcomes.values())
    assert kinds["named"] >= 15, kinds


def test_no_flipped_bit_of_lmdbs_own_heads_is_served_as_data(filled, tmp_path):
    # Its two meta pages: a broken newer one must not take the ledger back to an older block.
    bits = [page * 32768 + bit for page in (0, 1) for bit in range(0, 152 * 8, 13)]
    outcomes = flipped(filled, tmp_path / "scratch", bits)
    assert [bit for bit, outcome in outcomes.items() if outcome == "SILENT"] == []


def test_a_store_behind_its_witness_is_not_opened_and_one_ahead_is(copy, filled):
    store = Store.open(copy)
    store.stage(store.height + 1, {"a/b": (None, b"x")}, SEED)
    store.commit()
    store.close()
    ahead = (copy / "head").read_bytes()
    later = (copy / "data.mdb").read_bytes()
    (copy / "data.mdb").write_bytes((filled / "data.mdb").read_bytes())
    with pytest.raises(Damaged, match="12 was acknowledged"):
        Store.open(copy)
    (copy / "data.mdb").write_bytes(later)
    for sound in (ahead, (filled / "head").read_bytes(), b"", bytes(44)):
        (copy / "head").write_bytes(sound)
        store = Store.open(copy)
        assert store.height == 12
        store.close()
    for broken in (flip(ahead), ahead[:-1], ahead + b"x"):
        (copy / "head").write_bytes(broken)
        with pytest.raises(Damaged, match="head"):
            Store.open(copy)


def test_names_are_for_people():
    assert name_of("buckets", b"2026-11\0\0\1\2") == "2026-11 slot 258"
    assert name_of("spent_hours", bytes(7) + b"\7" + bytes(7) + b"\2") == "hour 7 height 2"
    assert name_of("spent", b"\xff\xfe") == "fffe"


def test_damage_is_a_fault_of_the_node():
    assert issubclass(Damaged, NodeFault)
    assert not issubclass(Damaged, Exception)
