"""Proofs that the store gives: of presence and absence, through volumes, now and a while ago."""

import itertools
import random
from hashlib import sha256

import pytest

from mingzhang.ledger.bucket import EMPTY
from mingzhang.ledger.forest import SHIFT, VOLUMES_IN_MEMORY
from mingzhang.ledger.prover import KEPT_BLOCKS
from mingzhang.ledger.store import Store
from mingzhang.verify.merkle import BadProof
from mingzhang.verify.volume import MapProof, verify_value
from tests.ledger import naive_map

SEED = bytes(range(32))
NOVEMBER = "2026-11"


@pytest.fixture
def store(tmp_path):
    made = Store.create(tmp_path / "ledger", b"genesis")
    yield made
    made.close()


def check(proven):
    value = None if proven.leaf is None else proven.leaf.value
    verify_value(proven.root, proven.key, value, proven.proof)


def settled(store, writes):
    store.stage(store.height + 1, writes, SEED)
    store.commit()


def test_the_root_is_that_of_the_naive_map_over_salted_values(store):
    records = {f"funds/cell/{n}": b"record %d" % n for n in range(200)}
    payments = {f"execution/payment/{n}": b"paid %d" % n for n in range(50)}
    settled(store, {k: (None, r) for k, r in records.items()})
    settled(store, {k: (NOVEMBER, r) for k, r in payments.items()})

    def value(key, record):
        salt = naive_hmac(SEED, key.encode())
        return sha256(salt + record).digest()

    volume = naive_map.root_of({k.encode(): value(k, r) for k, r in payments.items()})
    main = {k.encode(): value(k, r) for k, r in records.items()}
    assert store.root == naive_map.root_of(main | {b"kernel/volume/2026-11": volume})


def naive_hmac(key, message):
    """RFC 2104, for a key of at most 64 bytes."""
    padded = key.ljust(64, b"\0")
    inner = sha256(bytes(b ^ 0x36 for b in padded) + message).digest()
    return sha256(bytes(b ^ 0x5C for b in padded) + inner).digest()


def test_presence_and_absence_are_proven_in_the_main_map(store):
    settled(store, {f"funds/cell/{n}": (None, b"x%d" % n) for n in range(30)})
    for n in range(30):
        proven = store.prove(f"funds/cell/{n}")
        assert proven.leaf == store.get(f"funds/cell/{n}")
        check(proven)
    for n in range(30, 60):
        proven = store.prove(f"funds/cell/{n}")
        assert proven.leaf is None
        check(proven)


def test_a_record_in_a_volume_is_proven_through_its_volume(store):
    settled(store, {"a/1": (None, b"head"), "v/1": (NOVEMBER, b"one"), "v/2": (NOVEMBER, b"two")})
    present, absent = store.prove("v/1", NOVEMBER), store.prove("v/3", NOVEMBER)
    early, main = store.prove("v/1", "2026-10"), store.prove("v/1")
    assert [p.leaf is None for p in (present, absent, early, main)] == [False, True, True, True]
    for proven in (present, absent, early, main):
        check(proven)
    assert early.proof.volume_root == b""
    assert store.prove("kernel/volume/2026-11").leaf.record == present.proof.volume_root


def forgeries(present, absent, early):
    shown = present.proof
    value = present.leaf.value
    yield "value", present.root, "v/1", bytes(32), shown
    yield "present claimed absent", present.root, "v/1", None, shown
    yield "absent claimed present", absent.root, "v/3", value, absent.proof
    yield "other key", present.root, "v/2", value, shown
    yield (
        "volume not there",
        present.root,
        "v/1",
        None,
        MapProof(NOVEMBER, b"", b"", shown.volume_proof),
    )
    yield (
        "absent volume of another",
        present.root,
        "v/1",
        None,
        MapProof(NOVEMBER, b"", b"", early.proof.volume_proof),
    )
    yield (
        "absent volume with a proof in it",
        present.root,
        "v/1",
        None,
        MapProof("2026-10", absent.proof.proof, b"", early.proof.volume_proof),
    )
    yield (
        "other volume",
        present.root,
        "v/1",
        value,
        MapProof("2026-12", shown.proof, shown.volume_root, shown.volume_proof),
    )
    yield (
        "root of nobody",
        present.root,
        "v/1",
        value,
        MapProof(NOVEMBER, shown.proof, present.root, shown.volume_proof),
    )
    yield "no volume", present.root, "v/1", value, MapProof(None, shown.proof)
    yield (
        "a volume's parts in the main map",
        present.root,
        "v/1",
        value,
        MapProof(None, shown.proof, shown.volume_root, shown.volume_proof),
    )


def test_no_forgery_through_a_volume_is_accepted(store):
    settled(store, {"a/1": (None, b"head"), "v/1": (NOVEMBER, b"one"), "v/2": (NOVEMBER, b"two")})
    present, absent = store.prove("v/1", NOVEMBER), store.prove("v/3", NOVEMBER)
    early = store.prove("v/1", "2026-10")
    for _name, root, key, value, shown in forgeries(present, absent, early):
        with pytest.raises(BadProof):
            verify_value(root, key, value, shown)


def test_a_proof_of_the_main_map_carries_no_parts_of_a_volume(store):
    settled(store, {"a/1": (None, b"head"), "v/1": (NOVEMBER, b"one")})
    main, other = store.prove("a/1"), store.prove("v/1", NOVEMBER).proof
    check(main)
    for root, proof in ((other.volume_root, b""), (b"", other.volume_proof)):
        with pytest.raises(BadProof, match="volume's proof"):
            verify_value(
                main.root, "a/1", main.leaf.value, MapProof(None, main.proof.proof, root, proof)
            )


def test_a_tree_read_while_its_volume_changed_is_thrown_away(store):
    settled(store, {f"v/{n}": (f"2026-{n:02d}", b"paid") for n in range(1, 9)})
    gone = next(
        f"2026-{n:02d}" for n in range(1, 9) if b"2026-%02d" % n not in store._forest._volumes
    )
    store._forest.warm(gone.encode(), lambda _: b"another root by now")
    assert gone.encode() not in store._forest._volumes
    check(store.prove(f"v/{int(gone[5:])}", gone))
    assert gone.encode() in store._forest._volumes


def test_a_proof_of_absence_shows_salted_values_only(store):
    record = b"secret record of a neighbour"
    settled(store, {f"funds/cell/{n}": (None, record) for n in range(9)})
    shown = store.prove("funds/none").proof.proof
    assert record not in shown
    assert sha256(record).digest() not in shown


def test_proofs_are_made_as_of_each_of_the_last_heights(store):
    rnd = random.Random(5)
    states, roots = [{}], {}
    store.stage(0, {}, SEED)
    for height in range(1, 30):
        keys = [f"k/{rnd.randrange(25)}" for _ in range(6)]
        writes = {
            key: (rnd.choice([None, NOVEMBER]), rnd.choice([None, rnd.randbytes(9)]))
            for key in keys
        }
        roots[height] = store.stage(height, writes, SEED)
        state = dict(states[-1])
        for key, (volume, record) in writes.items():
            state[volume, key] = record
        states.append(state)
        if height % 3 == 0:
            store.commit()
    for height in range(1, store.committed_height + 1):
        for n in range(25):
            for volume in (None, NOVEMBER):
                proven = store.prove(f"k/{n}", volume, height)
                assert (proven.height, proven.root) == (height, roots[height])
                found = None if proven.leaf is None else proven.leaf.record
                assert found == states[height].get((volume, f"k/{n}"))
                check(proven)


def test_what_is_staged_does_not_show_in_proofs_before_the_commit(store):
    settled(store, {"a/1": (None, b"old")})
    root = store.root
    store.stage(1, {"a/1": (None, b"new"), "a/2": (None, b"more")}, SEED)
    proven = store.prove("a/1")
    assert (proven.leaf.record, proven.root, proven.height) == (b"old", root, 0)
    check(proven)
    assert store.prove("a/2").leaf is None
    with pytest.raises(ValueError, match="not committed"):
        store.prove("a/1", None, 1)


def test_a_proof_as_of_a_height_stays_the_same_whatever_follows(store):
    settled(store, {f"a/{n}": (None, b"old") for n in range(9)} | {"v/1": (NOVEMBER, b"old")})
    first = [store.prove("a/1", None, 0), store.prove("v/1", NOVEMBER, 0)]
    for height in range(1, 4):
        writes = {f"a/{n}": (None, b"%d" % height) for n in range(9)}
        settled(store, writes | {"v/1": (NOVEMBER, b"%d" % height)})
        again = [store.prove("a/1", None, 0), store.prove("v/1", NOVEMBER, 0)]
        assert again == first


def test_a_height_beyond_those_kept_is_refused(store, tmp_path):
    for n in range(KEPT_BLOCKS + 3):
        store.stage(n, {"a/1": (None, b"%d" % n)}, SEED)
    store.commit()
    oldest = store.height - KEPT_BLOCKS
    check(store.prove("a/1", None, oldest))
    with pytest.raises(ValueError, match="no longer"):
        store.prove("a/1", None, oldest - 1)
    store.close()
    again = Store.open(tmp_path / "ledger")
    check(again.prove("a/1"))
    check(again.prove("a/1", None, again.height - 2))  # the last heights replaced little
    with pytest.raises(ValueError, match="no longer"):
        again.prove("a/1", None, again.height - 3)
    again.close()


def test_an_empty_map_proves_nothing(store):
    settled(store, {})
    assert store.root == EMPTY
    with pytest.raises(ValueError, match="empty map"):
        store.prove("a/1")


def test_proofs_among_20_000_keys_stay_small(store):
    settled(store, {f"funds/cell/{n:06d}": (None, b"head") for n in range(20_000)})
    settled(store, {f"execution/payment/{n:06d}": (NOVEMBER, b"paid") for n in range(20_000)})
    sizes = {True: 0, False: 0}
    for n in range(0, 40_000, 97):
        proven = store.prove(f"execution/payment/{n:06d}", NOVEMBER)
        check(proven)
        present = proven.leaf is not None
        size = len(proven.proof.proof) + len(proven.proof.volume_proof)
        sizes[present] = max(sizes[present], size)
    # Two ways of about 15 levels, 55 bytes each; three for absence.
    assert 1000 < sizes[True] <= 2800
    assert 1500 < sizes[False] <= 4000


def test_a_record_beside_a_volumes_leaf_is_proven_as_of_before_both_changed(store):
    # Both stand in one bucket, which one height then replaces twice.
    slot = sha256(b"kernel/volume/2026-11").digest()[:4]
    slot = int.from_bytes(slot, "big") >> SHIFT
    beside = next(
        key
        for n in itertools.count()
        if int.from_bytes(sha256((key := f"a/{n}").encode()).digest()[:4], "big") >> SHIFT == slot
    )
    settled(store, {beside: (None, b"old"), "v/1": (NOVEMBER, b"old")})
    first = [store.prove(beside), store.prove("v/1", NOVEMBER)]
    settled(store, {beside: (None, b"new"), "v/1": (NOVEMBER, b"new")})
    assert [store.prove(beside, None, 0), store.prove("v/1", NOVEMBER, 0)] == first


def test_no_more_volumes_stay_in_memory_than_allowed(store):
    months = [f"2026-{month:02d}" for month in range(1, 13)]
    settled(store, {f"v/{month}": (month, b"paid") for month in months})
    assert len(store._forest._volumes) == VOLUMES_IN_MEMORY
    for month in months:
        check(store.prove(f"v/{month}", month))
        assert len(store._forest._volumes) <= VOLUMES_IN_MEMORY
    # Volumes with anything staged stay until the commit, however many are asked for.
    store.stage(1, {f"v/{month}": (month, b"again") for month in months[:6]}, SEED)
    for month in months:
        check(store.prove(f"v/{month}", month))
        assert store.get(f"v/{month}", month).record == (b"again" if month < "2026-07" else b"paid")
    store.commit()
    for month in months:
        check(store.prove(f"v/{month}", month))


def test_a_volume_out_of_memory_is_proven_and_written_again(store):
    for month in range(1, 13):
        settled(
            store, {"v/1": (f"2026-{month:02d}", b"%d" % month), "v/2": ("2026-01", b"%d" % month)}
        )
    for month in range(1, 13):
        proven = store.prove("v/1", f"2026-{month:02d}")
        assert proven.leaf.record == b"%d" % month
        check(proven)
    settled(store, {"v/1": ("2026-02", b"later")})
    check(store.prove("v/1", "2026-02"))
    assert store.get("v/9", "2026-03") is None
