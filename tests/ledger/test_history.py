"""Any history of blocks, commits and restarts: the store says what a plain dict says."""

import shutil
import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from mingzhang.ledger.leaf import Leaf
from mingzhang.ledger.store import Store
from mingzhang.verify.volume import verify_value
from tests.ledger import naive_map
from tests.ledger.test_proofs import naive_hmac

KEYS = [f"room/kind/{n}" for n in range(12)]
VOLUMES = [None, "2026-11", "2026-12"]
WRITES = st.dictionaries(
    st.sampled_from(KEYS),
    st.tuples(st.sampled_from(VOLUMES), st.one_of(st.none(), st.sampled_from([b"a", b"b", b"cc"]))),
    max_size=6,
)


def expected_root(leaves):
    """Root of the main map over {(volume, key): Leaf}."""
    main = {k.encode(): leaf.value for (v, k), leaf in leaves.items() if v is None}
    for volume in VOLUMES[1:]:
        of = {k.encode(): leaf.value for (v, k), leaf in leaves.items() if v == volume}
        if of:
            main[f"kernel/volume/{volume}".encode()] = naive_map.root_of(of)
    return naive_map.root_of(main)


class Histories(RuleBasedStateMachine):
    """Blocks staged, committed or lost; what stands is compared after each step."""

    @initialize()
    def begin(self):
        self.folder = Path(tempfile.mkdtemp())
        self.store = Store.create(self.folder / "ledger", b"genesis")
        self.staged, self.committed = ({}, {}, {}), ({}, {}, {})
        self.heights = (-1, -1)

    @rule(writes=WRITES, seed=st.sampled_from([bytes(32), b"\1" * 32]))
    def block(self, writes, seed):
        height = self.heights[0] + 1
        leaves, indexed, spent = (dict(each) for each in self.staged)
        for key, (volume, record) in writes.items():
            before = leaves.get((volume, key))
            if record is None:
                leaves.pop((volume, key), None)
            elif before is None or before.record != record:
                leaves[volume, key] = Leaf(naive_hmac(seed, key.encode()), height, record)
        root = self.store.stage(height, writes, seed)
        assert root == expected_root(leaves)
        self.store.stage_journal(height, b"%d" % height * 700)
        self.staged, self.heights = (leaves, indexed, spent), (height, self.heights[1])

    @rule(key=st.sampled_from(KEYS), record_id=st.sampled_from([None, "1", "2"]))
    def index(self, key, record_id):
        self.store.stage_index("of", key, record_id)
        self.staged[1][key] = record_id

    @rule(key=st.integers(0, 9), hour=st.integers(1, 3))
    def spend(self, key, hour):
        name = b"%d" % key
        if name in self.staged[2]:
            assert self.store.spent(name) == b"v%d" % self.staged[2][name]
        else:
            self.store.stage_spent(max(self.heights[0], 0), hour, name, b"v%d" % hour)
            self.staged[2][name] = hour

    @rule(hour=st.integers(1, 3))
    def drop(self, hour):
        self.store.drop_spent(hour)
        for name in [name for name, of in self.staged[2].items() if of == hour]:
            del self.staged[2][name]

    @rule()
    def commit(self):
        self.store.commit()
        self.committed = tuple(dict(each) for each in self.staged)
        self.heights = (self.heights[0], self.heights[0])
        assert list(self.store.check()) == []

    @rule()
    def restart(self):
        self.store.close()
        self.store = Store.open(self.folder / "ledger")
        self.staged = tuple(dict(each) for each in self.committed)
        self.heights = (self.heights[1], self.heights[1])

    @rule(key=st.sampled_from(KEYS), volume=st.sampled_from(VOLUMES))
    def prove(self, key, volume):
        if not self.committed[0]:
            return
        proven = self.store.prove(key, volume)
        assert proven.leaf == self.committed[0].get((volume, key))
        assert proven.root == expected_root(self.committed[0])
        value = None if proven.leaf is None else proven.leaf.value
        verify_value(proven.root, key, value, proven.proof)

    @invariant()
    def the_store_says_what_the_dict_says(self):
        leaves, indexed, spent = self.staged
        assert (self.store.height, self.store.committed_height) == self.heights
        for key in KEYS:
            for volume in VOLUMES:
                assert self.store.get(key, volume) == leaves.get((volume, key))
            assert self.store.index("of", key) == indexed.get(key)
        for n in range(10):
            hour = spent.get(b"%d" % n)
            assert self.store.spent(b"%d" % n) == (None if hour is None else b"v%d" % hour)

    def teardown(self):
        self.store.close()
        shutil.rmtree(self.folder)


TestHistories = Histories.TestCase
TestHistories.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
