"""The store: what is staged, what is committed, what a second opening finds."""

import os
import subprocess
import sys
from hashlib import sha256
from hmac import digest

import pytest

from mingzhang.kernel.faults import NodeFault
from mingzhang.ledger.bucket import EMPTY
from mingzhang.ledger.store import Leaf, Store

SEED = bytes(range(32))


@pytest.fixture
def store(tmp_path):
    made = Store.create(tmp_path / "ledger", b"genesis")
    made.stage(0, {}, SEED)
    made.commit()
    yield made
    made.close()


def reopened(store, tmp_path):
    store.close()
    return Store.open(tmp_path / "ledger")


def test_a_new_ledger_has_no_height_and_the_empty_root(tmp_path):
    new = Store.create(tmp_path / "new", b"genesis")
    assert (new.height, new.root, new.genesis) == (-1, EMPTY, b"genesis")
    new.close()


def test_a_record_is_read_with_its_salt_before_and_after_the_commit(store, tmp_path):
    store.stage(1, {"funds/cell/1": (None, b"record")}, SEED)
    salt = digest(SEED, b"funds/cell/1", "sha256")
    expected = Leaf(salt, 1, b"record")
    assert store.get("funds/cell/1") == expected
    assert expected.value == sha256(salt + b"record").digest()
    store.commit()
    again = reopened(store, tmp_path)
    assert again.get("funds/cell/1") == expected
    assert again.get("funds/cell/2") is None
    again.close()


def test_what_was_staged_and_not_committed_is_gone_after_a_restart(store, tmp_path):
    store.stage(1, {"a/b": (None, b"1")}, SEED)
    store.commit()
    root = store.root
    store.stage(2, {"a/b": (None, b"2"), "a/c": ("2026-11", b"3")}, SEED)
    store.stage_journal(2, b"block")
    again = reopened(store, tmp_path)
    assert (again.height, again.root) == (1, root)
    assert again.get("a/b").record == b"1"
    assert again.get("a/c", "2026-11") is None
    assert again.journal(2) is None
    again.close()


def test_several_heights_are_committed_at_once(store, tmp_path):
    for height in range(1, 5):
        store.stage(height, {"a/b": (None, b"%d" % height)}, SEED)
        store.stage_journal(height, b"block %d" % height * 1000)
    assert store.journal(4) is None
    store.commit()
    again = reopened(store, tmp_path)
    assert [again.journal(h) for h in range(1, 5)] == [b"block %d" % h * 1000 for h in range(1, 5)]
    assert list(again.blocks(2, 3)) == [(h, b"block %d" % h * 1000) for h in (2, 3)]
    again.close()


def test_identical_bytes_are_no_write_and_move_neither_root_nor_height_of_the_record(store):
    root = store.stage(1, {"a/b": (None, b"x"), "v/1": ("2026-11", b"y")}, SEED)
    store.commit()
    assert store.stage(2, {"a/b": (None, b"x"), "v/1": ("2026-11", b"y")}, bytes(32)) == root
    assert store.get("a/b").height == 1
    store.commit()
    assert store.delta(2) == []


def test_a_delta_holds_what_changed_by_volume_and_key(store):
    store.stage(1, {"a/b": (None, b"x"), "v/1": ("2026-11", b"y"), "a/a": (None, b"z")}, SEED)
    store.stage(2, {"a/b": (None, None), "a/none": (None, None)}, SEED)
    store.commit()
    assert store.delta(1) == [("a/a", None, b"z"), ("a/b", None, b"x"), ("v/1", "2026-11", b"y")]
    assert store.delta(2) == [("a/b", None, None)]
    assert store.delta(3) is None


def test_deleting_every_record_restores_the_empty_root(store):
    store.stage(1, {"a/b": (None, b"x"), "v/1": ("2026-11", b"y")}, SEED)
    assert store.root != EMPTY
    assert store.get("kernel/volume/2026-11").salt == b""
    assert store.stage(2, {"a/b": (None, None), "v/1": ("2026-11", None)}, SEED) == EMPTY
    assert store.get("kernel/volume/2026-11") is None
    store.commit()


def test_one_key_in_two_volumes_is_two_records(store):
    store.stage(1, {"v/1": ("2026-11", b"y")}, SEED)
    store.stage(2, {"v/1": ("2026-12", b"z")}, SEED)
    assert store.get("v/1") is None
    assert store.get("v/1", "2026-11").record == b"y"
    assert store.get("v/1", "2026-12").record == b"z"
    assert store.get("v/1", "2027-01") is None
    assert [(v, k, leaf.record) for v, k, leaf in store.leaves()] == []
    store.commit()
    held = [(v, k) for v, k, _ in store.leaves()]
    assert held == [
        (None, "kernel/volume/2026-11"),
        (None, "kernel/volume/2026-12"),
        ("2026-11", "v/1"),
        ("2026-12", "v/1"),
    ]


@pytest.mark.parametrize(
    ("height", "writes", "seed"),
    [
        (2, {"a": (None, b"x")}, SEED),
        (-1, {"a": (None, b"x")}, SEED),
        (1, {"": (None, b"x")}, SEED),
        (1, {"a\0b": (None, b"x")}, SEED),
        (1, {"k" * 401: (None, b"x")}, SEED),
        (1, {"kernel/volume/2026-11": (None, b"x" * 32)}, SEED),
        (1, {"a": ("", b"x")}, SEED),
        (1, {"a": ("2026\0", b"x")}, SEED),
        (1, {"a": ("v" * 33, b"x")}, SEED),
        (1, {"a": (None, b"")}, SEED),
        (1, {"a": (None, b"x")}, b"short"),
    ],
)
def test_a_wrong_write_is_refused_before_anything_changes(store, height, writes, seed):
    with pytest.raises(ValueError, match=r"."):
        store.stage(height, {"good": (None, b"g")} | writes, seed)
    assert (store.height, store.root) == (0, EMPTY)
    assert store.get("good") is None


def test_an_index_key_of_any_length_is_found_again(store):
    store.stage_index("invoice", "n" * 5000, "payment-1")
    store.stage_index("invoice", "n" * 5001, "payment-2")
    store.commit()
    assert store.index("invoice", "n" * 5000) == "payment-1"
    assert store.index("invoice", "n" * 5001) == "payment-2"


def test_an_index_entry_is_set_moved_and_removed(store, tmp_path):
    store.stage_index("invoice", "044-1", "payment-1")
    store.stage_index("invoice", "044-2", "payment-2")
    store.stage_index("invoice", "none", None)
    assert store.index("invoice", "044-1") == "payment-1"
    assert store.index("payee", "044-1") is None
    store.commit()
    store.stage_index("invoice", "044-1", None)
    store.stage_index("invoice", "044-2", "payment-3")
    assert store.index("invoice", "044-1") is None
    store.commit()
    again = reopened(store, tmp_path)
    assert again.index("invoice", "044-1") is None
    assert again.index("invoice", "044-2") == "payment-3"
    again.close()


def test_spent_keys_are_kept_in_order_and_dropped_by_the_hour(store, tmp_path):
    keys = [b"%d" % n for n in (5, 3, 9)]
    for key in keys:
        store.stage_spent(1, 7, key, b"receipt " + key)
    store.stage_spent(1, 8, b"8", b"other hour")
    assert store.spent(b"3") == b"receipt 3"
    with pytest.raises(ValueError, match="spent"):
        store.stage_spent(1, 9, b"3", b"again")
    store.stage(1, {}, SEED)
    store.commit()
    store.stage_spent(2, 7, b"1", b"receipt 1")
    store.stage(2, {}, SEED)
    store.commit()
    assert list(store.spent_in(7)) == [(k, b"receipt " + k) for k in [*keys, b"1"]]
    store.stage_spent(3, 7, b"2", b"staged only")
    store.drop_spent(7)
    assert store.spent(b"3") is None
    assert store.spent(b"2") is None
    store.commit()
    again = reopened(store, tmp_path)
    assert again.spent(b"3") is None
    assert again.spent(b"8") == b"other hour"
    assert list(again.spent_in(7)) == []
    again.close()


def test_values_of_the_application_are_kept(store, tmp_path):
    store.stage_meta("salt", b"s")
    store.stage_meta("gone", b"g")
    store.commit()
    store.stage_meta("gone", None)
    assert store.meta("gone") is None
    store.commit()
    again = reopened(store, tmp_path)
    assert again.meta("salt") == b"s"
    assert again.meta("gone") is None
    assert again.meta("head") is None
    again.close()


def test_a_copy_is_a_ledger_of_its_own(store, tmp_path):
    store.stage(1, {"a/b": (None, b"x")}, SEED)
    store.commit()
    store.copy_to(tmp_path / "copy")
    copy = Store.open(tmp_path / "copy")
    assert (copy.height, copy.root) == (1, store.root)
    copy.close()


def test_a_ledger_is_not_made_over_another_nor_opened_where_none_is(store, tmp_path):
    with pytest.raises(NodeFault, match="already"):
        Store.create(tmp_path / "ledger", b"genesis")
    with pytest.raises(NodeFault, match="no ledger"):
        Store.open(tmp_path / "nothing")


def test_a_second_writer_on_one_ledger_is_stopped(store, tmp_path):
    store.stage(1, {"a/b": (None, b"x")}, SEED)
    store.commit()
    other = (
        "import sys; from pathlib import Path; from mingzhang.ledger.store import Store;"
        "s = Store.open(Path(sys.argv[1]));"
        "s.stage(2, {'a/b': (None, b'1')}, bytes(32)); s.commit()"
    )
    env = os.environ | {"PYTHONPATH": "src"}
    subprocess.run([sys.executable, "-c", other, tmp_path / "ledger"], check=True, env=env)
    store.stage(2, {"a/b": (None, b"2")}, SEED)
    with pytest.raises(NodeFault, match="another process"):
        store.commit()
    again = reopened(store, tmp_path)
    assert again.get("a/b").record == b"1"
    again.close()
