"""The tree's roots and ways, against the naive map, over any history of writes and deletions."""

from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mingzhang.ledger.bucket import (
    EMPTY,
    Entry,
    Write,
    change_bucket,
    decode_bucket,
    encode_bucket,
    hash_leaf,
    subtree_hash,
)
from mingzhang.ledger.damaged import Damaged
from mingzhang.ledger.leaf import plain
from mingzhang.ledger.tree import Tree
from mingzhang.ledger.ways import View
from tests.ledger import naive_map


class Map:
    """A tree with its buckets in a dict, and what it should hold: {position: value}."""

    def __init__(self, depth):
        self.buckets = {}
        self.values = {}
        self.tree = Tree("test", depth, self.buckets.__getitem__, [])

    def write(self, block):
        """Apply {position: value or None}; return the buckets replaced."""
        by_slot, replaced = {}, {}
        for position, value in block.items():
            write = Write(position, b"key of " + position.hex().encode(), value)
            by_slot.setdefault(self.tree.slot_of(position), []).append(write)
        for slot, writes in by_slot.items():
            before = self.tree.bucket(slot)
            assert self.buckets.get(slot, b"") == before
            after, done = change_bucket(before, writes, self.tree.depth, plain(0))
            changes = [w.position for w in writes if self.values.get(w.position) != w.record]
            assert [write.position for write in done] == changes
            assert done or after == before
            replaced[slot] = before
            self.buckets[slot] = after
        self.tree.put([(slot, self.buckets[slot]) for slot in replaced])
        for slot in replaced:
            if not self.buckets[slot]:
                del self.buckets[slot]
        self.values |= block
        self.values = {position: v for position, v in self.values.items() if v is not None}
        return replaced

    @property
    def leaves(self):
        return {position: naive_map.leaf(position, v) for position, v in self.values.items()}


# Positions from few, long-shared beginnings: deep trees of few leaves, and full and empty slots.
BEGINNINGS = [
    bytes(32),
    b"\xff" * 32,
    b"\0" * 31 + b"\1",
    b"\x80" + bytes(31),
    sha256(b"").digest(),
]
POSITIONS = st.builds(
    lambda start, flip: bytes(
        [*start[: flip // 8], start[flip // 8] ^ (0x80 >> flip % 8), *start[flip // 8 + 1 :]]
    ),
    st.sampled_from(BEGINNINGS),
    st.one_of(st.integers(0, 12), st.integers(0, 255)),
)
BLOCKS = st.lists(
    st.dictionaries(POSITIONS, st.one_of(st.none(), st.binary(min_size=1, max_size=2)), max_size=8),
    max_size=8,
)


@settings(max_examples=300, deadline=None)
@given(st.integers(1, 9), BLOCKS)
def test_any_history_gives_the_root_and_buckets_of_a_fresh_build(depth, blocks):
    grown = Map(depth)
    for block in blocks:
        grown.write(block)
        assert grown.tree.root == naive_map.root(grown.leaves)
    fresh = Map(depth)
    fresh.write(grown.values)
    assert fresh.buckets == grown.buckets
    assert (
        Tree("again", depth, grown.buckets.__getitem__, grown.buckets.items()).root
        == grown.tree.root
    )


def climbed(way):
    """Root that a leaf's way leads to."""
    found = way.entry.leaf_hash
    for right, sibling in way.path:
        children = sibling + found if right else found + sibling
        found = sha256(b"JMT::IntrnalNode" + children).digest()
    return found


def check_view(view, leaves):
    """Every leaf's way, and the neighbours of places between, are those of `leaves`."""
    ordered = sorted(leaves)
    assert view.root == naive_map.root(leaves)
    for position in ordered:
        way = view.find(position)
        assert (way.entry.position, way.entry.leaf_hash) == (position, leaves[position])
        assert climbed(way) == view.root
        bits = [naive_map.bit(position, depth) for depth in range(len(way.path))]
        assert [bit for bit, _ in reversed(way.path)] == bits
    for place in [*BEGINNINGS, sha256(b"1").digest(), sha256(b"2").digest()]:
        if place in leaves:
            continue
        assert view.find(place) is None
        beside = [None if w is None else w.entry.position for w in view.neighbours(place)]
        before = [p for p in ordered if p < place]
        after = [p for p in ordered if p > place]
        assert beside == [before[-1] if before else None, after[0] if after else None]
        assert all(climbed(w) == view.root for w in view.neighbours(place) if w is not None)


@settings(max_examples=200, deadline=None)
@given(st.integers(1, 9), BLOCKS)
def test_ways_lead_to_the_root_now_and_as_of_every_height(depth, blocks):
    grown = Map(depth)
    states, undone = [dict(grown.leaves)], []
    for block in blocks:
        undone.append(grown.write(block))
        states.append(dict(grown.leaves))
    for height, state in enumerate(states):
        replaced = {}
        for later in reversed(undone[height:]):
            replaced |= later
        check_view(View(grown.tree, replaced), state)


def test_two_leaves_that_part_at_the_last_bit_stand_256_deep():
    grown = Map(4)
    grown.write({bytes(32): b"a", bytes(31) + b"\1": b"b"})
    assert grown.tree.root == naive_map.root(grown.leaves)
    assert len(View(grown.tree, {}).find(bytes(32)).path) == 256


def test_a_bucket_comes_back_from_its_bytes():
    entries = [
        Entry(bytes([n]) * 32, bytes([n + 1]) * 32, b"key %d" % n, b"body" * n) for n in range(3)
    ]
    raw = encode_bucket(entries, subtree_hash(entries, 0))
    assert decode_bucket(raw) == entries
    assert decode_bucket(b"") == []
    for broken in (raw + b"\0", raw[:-1]):
        with pytest.raises(Damaged, match="expected"):
            decode_bucket(broken)


def test_an_empty_subtree_has_the_placeholder_for_hash():
    assert subtree_hash([], 7) == EMPTY == naive_map.EMPTY


def test_a_leaf_hash_is_that_of_crate_jmt():
    # Position and value of the first vector of spec/vectors/map: held to Go there.
    position = sha256(b"k").digest()
    assert hash_leaf(position, b"v") == naive_map.leaf(position, b"v")


def test_a_bucket_that_is_not_the_trees_is_damage():
    grown = Map(4)
    grown.write({b"\x11" * 32: b"a"})
    older = grown.buckets[1]
    grown.write({b"\x11" * 32: b"b"})
    grown.buckets[1] = older
    with pytest.raises(Damaged, match="test slot 1"):
        grown.tree.bucket(1)
