"""Snapshots: an honest one goes on as the original would, a hostile one is refused by name."""

import dataclasses
import shutil

import msgspec
import pytest

from mingzhang.consensus.audit import AuditRefused, audit_home
from mingzhang.consensus.genesis import read_genesis
from mingzhang.consensus.home import Node, NodeKey
from mingzhang.consensus.restore import Trusted
from mingzhang.consensus.snapshot import SnapshotRefused, make_snapshot
from mingzhang.kernel.records import encode
from mingzhang.ledger.blocks import block_bytes, read_block
from mingzhang.ledger.store import Store
from mingzhang.verify import bundle, comet
from mingzhang.verify.root import checkpoint_root, validators_root
from tests.engine import grown, small, stored
from tests.engine.restoring import GENESIS, refused, restore
from tests.engine.small import ANN, VERSIONS, Slip, SlipRecord

OTHER = small.genesis(grown.START_MS + 1)


# -- an honest snapshot --------------------------------------------------------------------------


def hashes_of(home, wires, clock):
    """Give commands to a node; return the app hash of each height from then on, and the codes."""
    node = Node(home, VERSIONS, clock=clock)
    node.start()
    try:
        first = node.engine.height
        grown.let_due_items_run(node)
        finals = grown.give(node, wires)
        blocks = [read_block(wire) for _, wire in node.store.blocks(first, node.engine.height)]
        codes = [(f.height, f.outcome.code, f.outcome.receipt) for f in finals]
        return [(b.height, b.block_hash, b.header.app_hash) for b in blocks], codes
    finally:
        node.stop()


def test_a_restored_node_goes_on_with_the_hashes_of_the_original(original, restored, tmp_path):
    home = shutil.copytree(original[0], tmp_path / "home")
    now_ms = grown.START_MS + 24 * grown.HOUR_MS + 90 * 60_000
    wires = grown.commands(now_ms, 3, 50)  # due items of both days fall due, too
    one, codes = hashes_of(home, wires, grown.Clock(now_ms))
    other, same_codes = hashes_of(restored, wires, grown.Clock(now_ms))
    assert one == other
    assert codes == same_codes
    assert len(one) > len(wires)
    assert {code for _, code, _ in codes} == {0, 1, 2}


def test_a_restored_node_refuses_the_same_replays_and_numbers(original, restored):
    clock = grown.Clock(grown.START_MS + 24 * grown.HOUR_MS + 60_000)
    node = Node(restored, VERSIONS, clock=clock)
    node.start()
    try:
        again = [final.outcome.void for final in grown.give(node, original[1])]
        assert [void and void.code for void in again] == ["KER-17"] * len(original[1])
        (taken,) = grown.give(node, [ANN(Slip(number="n1"), clock.now_ms)])
        assert b"CNT-02" in taken.outcome.receipt  # the index was rebuilt
    finally:
        node.stop()


def test_a_restored_node_tells_what_became_of_a_command(original, restored):
    for home in (original[0], restored):
        store = Store.open(home / "ledger")
        spent = list(store.stored("spent"))
        lists = list(store.stored("spent_hours"))
        store.close()
        if home == original[0]:
            expected = spent, lists
    assert (spent, lists) == expected
    assert len(spent) == 30


def test_a_restored_node_proves_records_right_away(restored):
    node = Node(restored, VERSIONS, clock=grown.Clock(grown.START_MS + 48 * grown.HOUR_MS))
    try:
        checkpoint = checkpoint_root(node.proofs.checkpoint())
        for trust in (checkpoint, validators_root(node.proofs.validators_file())):
            size = checkpoint.head.checkpoint.size if trust is checkpoint else None
            found = bundle.verify(node.proofs.record("count/counter/c1", None, size), trust)
            counter = node.application.view().find(small.Counter, "c1")
            assert found.claim.content == encode(counter)
            key = SlipRecord.key(node.application.view().lookup("count/number", "n3"))
            volume = node.application.committed.volume_of(key, SlipRecord)
            found = bundle.verify(node.proofs.record(key, volume, size), trust)
            assert found.claim.content == b'{"number":"n3"}'
            found = bundle.verify(node.proofs.record("count/counter/none", None, size), trust)
            assert found.claim.kind == "absence"
    finally:
        node.engine.stop()
        node._executor.close()
        node.store.close()


def test_a_snapshot_of_the_restored_ledger_is_the_same_file(original, restored, tmp_path):
    make_snapshot(restored / "ledger", GENESIS, tmp_path / "again", VERSIONS)
    assert (tmp_path / "again").read_bytes() == original[2].read_bytes()


def test_a_snapshot_is_for_its_owner_only_and_names_what_it_holds(original, tmp_path):
    made = make_snapshot(original[0] / "ledger", GENESIS, tmp_path / "again", VERSIONS)
    assert (tmp_path / "again").stat().st_mode & 0o777 == 0o600
    assert (made.counts.spent, made.counts.blocks) == (30, 2)
    assert made.counts.leaves > 20
    with pytest.raises(SnapshotRefused) as caught:
        make_snapshot(original[0] / "ledger", GENESIS, tmp_path / "again", VERSIONS)
    assert caught.value.reason == "exists"


def test_a_snapshot_is_made_of_a_copy_while_the_node_runs(tmp_path):
    small.make(tmp_path / "home", time_ms=grown.START_MS)
    clock = grown.Clock(grown.START_MS + 1_000)
    node = Node(tmp_path / "home", VERSIONS, clock=clock)
    node.start()
    try:
        grown.give(node, grown.commands(clock.now_ms, 2))
        node.store.copy_to(tmp_path / "copy")
        height = node.engine.height
        grown.give(node, grown.commands(clock.now_ms, 1, 90))
        made = make_snapshot(tmp_path / "copy", GENESIS, tmp_path / "snapshot", VERSIONS)
    finally:
        node.stop()
    assert made.height == height - 2
    restore(tmp_path / "snapshot", tmp_path / "new")
    assert audit_home(tmp_path / "home", VERSIONS, None, tmp_path / "snapshot").differences == ()


def test_a_ledger_that_only_began_can_be_restored_from_its_first_seal(tmp_path):
    small.make(tmp_path / "home", time_ms=grown.START_MS)
    with pytest.raises(SnapshotRefused) as caught:
        make_snapshot(tmp_path / "home" / "ledger", GENESIS, tmp_path / "snapshot", VERSIONS)
    assert caught.value.reason == "not-sealed"
    assert not list(tmp_path.glob("snapshot*"))
    node = Node(tmp_path / "home", VERSIONS, clock=grown.Clock())
    node.start()
    node.stop()
    made = make_snapshot(tmp_path / "home" / "ledger", GENESIS, tmp_path / "snapshot", VERSIONS)
    assert made.height == 0
    restore(tmp_path / "snapshot", tmp_path / "new")


def test_what_fell_due_in_the_last_seal_is_not_taken_for_sealed(original, tmp_path):
    home = shutil.copytree(original[0], tmp_path / "home")
    store = Store.open(home / "ledger")
    last = store.committed_height
    store.close()

    def forged(body):
        block = msgspec.structs.replace(read_block(body[1:]), automatic=(b"{}",))
        return b"\0" + block_bytes(block)

    stored.forge(home, "journal", last.to_bytes(8, "big"), forged)
    with pytest.raises(SnapshotRefused) as caught:
        make_snapshot(home / "ledger", GENESIS, tmp_path / "snapshot", VERSIONS)
    assert caught.value.reason == "not-sealed"


# -- whom to trust -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "root", ["validators", "checkpoint", "both", "older checkpoint and validators"]
)
def test_a_root_that_covers_the_snapshot_is_enough(original, roots, tmp_path, root):
    restore(original[2], tmp_path / "new", Trusted(root=roots[root]))


@pytest.mark.parametrize(
    "root",
    [
        "older checkpoint alone",
        "newer checkpoint",
        "forged history",
        "another head",
        "another head beside validators",
    ],
)
def test_a_checkpoint_that_does_not_reach_it_or_differs_is_refused(original, roots, tmp_path, root):
    assert refused(original[2], tmp_path, Trusted(root=roots[root])).reason == "checkpoint"


def test_no_more_history_is_read_than_an_older_checkpoint_alone_covers(original, roots, tmp_path):
    found = refused(original[2], tmp_path, Trusted(root=roots["older checkpoint alone"]))
    assert found.where == "size 4, snapshot 5"


def test_a_root_of_another_chain_is_refused(original, roots, tmp_path):
    other = dataclasses.replace(roots["validators"], chain="another")
    assert refused(original[2], tmp_path, Trusted(root=other)).reason == "genesis"


def test_a_snapshot_does_not_vouch_for_itself(original, tmp_path):
    assert refused(original[2], tmp_path, Trusted()).reason == "no-root"
    assert refused(original[2], tmp_path, Trusted(genesis=OTHER)).reason == "genesis"


def test_a_header_that_other_validators_signed_is_refused(original, roots, tmp_path):
    stranger = NodeKey(b"x" * 32)
    validators = roots["validators"]
    (named,) = validators.validators
    theirs = (named[0], comet.Validator(stranger.public_key, 1))
    other = dataclasses.replace(validators, validators=(theirs,))
    assert refused(original[2], tmp_path, Trusted(root=other)).reason == "unsigned"


def test_a_key_that_genesis_does_not_list_gets_no_node(original, tmp_path):
    assert refused(original[2], tmp_path, key=NodeKey(b"x" * 32)).reason == "key"


def test_a_folder_in_use_is_not_touched(original, restored, tmp_path):
    before = sorted(restored.iterdir())
    with pytest.raises(SnapshotRefused) as caught:
        restore(original[2], restored)
    assert caught.value.reason == "exists"
    assert sorted(restored.iterdir()) == before


def test_a_version_that_this_software_lacks_is_refused(original, tmp_path):
    assert refused(original[2], tmp_path, versions={2: VERSIONS[1]}).reason == "version"


# -- the restored ledger and the audit -----------------------------------------------------------


def test_both_ledgers_are_audited_from_the_snapshot(original, restored):
    home = original[0]
    whole = audit_home(home, VERSIONS)
    assert whole.differences == ()
    for each in (home, restored):
        audit = audit_home(each, VERSIONS, None, original[2])
        assert audit.differences == ()
        assert (audit.app_hash, audit.records) == (whole.app_hash, whole.records)
        assert audit.heights == whole.heights


def test_a_restored_ledger_is_not_audited_from_genesis(original, restored):
    with pytest.raises(AuditRefused, match="--from"):
        audit_home(restored, VERSIONS)


def test_a_ledger_is_not_audited_from_a_snapshot_that_it_has_not_reached(original, tmp_path):
    small.make(tmp_path / "home", time_ms=grown.START_MS)
    with pytest.raises(AuditRefused, match="高度"):
        audit_home(tmp_path / "home", VERSIONS, None, original[2])


def test_a_ledger_that_went_on_after_the_snapshot_is_audited_from_it(original, tmp_path):
    home = shutil.copytree(original[0], tmp_path / "home")
    grown.go_on(home)
    audit = audit_home(home, VERSIONS, None, original[2])
    assert audit.differences == ()
    assert audit.commands == 12
    key = stored.keys(home, "journal")[-4]
    stored.forge(home, "journal", key, lambda body: body[:-1])
    (difference,) = audit_home(home, VERSIONS, None, original[2]).differences
    assert difference.height in (int.from_bytes(key, "big"), int.from_bytes(key, "big") - 1)


def test_a_store_that_has_begun_takes_no_snapshot(tmp_path):
    store = Store.create(tmp_path / "ledger", b"genesis")
    store.stage(0, {}, bytes(32))
    with pytest.raises(ValueError, match="begun"):
        store.load(1, [])
    store.close()


def test_leaves_of_an_earlier_height_are_those_that_stood_then(tmp_path):
    store = Store.create(tmp_path / "ledger", b"genesis")
    seed = bytes(32)
    written = [
        {f"a/{n}": (None, b"0") for n in range(50)} | {"p/1": ("2026-11", b"0")},
        {"a/1": (None, b"1"), "a/2": (None, None), "b/9": (None, b"1"), "p/2": ("2026-11", b"1")},
        {
            "b/9": (None, None),
            "a/3": (None, b"2"),
            "p/1": ("2026-11", None),
            "q/1": ("2026-12", b"2"),
        },
    ]
    seen = []
    for height, writes in enumerate(written):
        store.stage(height, writes, seed)
        store.commit()
        seen.append(list(store.leaves()))
    assert [list(store.leaves(height)) for height in range(3)] == seen
    assert len(seen[0]) == 52  # the volume's head is a leaf, too
    store.close()
    again = Store.open(tmp_path / "ledger")
    with pytest.raises(ValueError, match="no longer"):
        list(again.leaves(0))
    again.close()


def test_the_genesis_in_the_home_is_that_of_the_snapshot(restored):
    assert read_genesis(restored / "genesis.json").sha256 == GENESIS.sha256
    assert (restored / "node.key").stat().st_mode & 0o777 == 0o600
    assert not (restored / "salt").exists()
