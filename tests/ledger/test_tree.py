"""The tree's roots and ways, against the naive map, over any history of writes and deletions."""

from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mingzhang.ledger.bucket import EMPTY, Entry, decode_bucket, encode_bucket, subtree_hash
from mingzhang.ledger.sealed import Damaged
from mingzhang.ledger.tree import Change, Tree, hash_leaf
from mingzhang.ledger.ways import View
from tests.ledger import naive_map


class Map:
    """A tree with its buckets in a dict, and what it should hold."""

    def __init__(self, depth):
        self.buckets = {}
        self.leaves = {}
        self.tree = Tree(depth, self.buckets.__getitem__, [])

    def write(self, block):
        """Apply {position: leaf hash or None}; return the buckets replaced."""
        changes = [
            Change(position, block[position], b"key of " + position.hex().encode(), stood)
            for position in sorted(block)
            if (stood := position in self.leaves) or block[position] is not None
        ]
        replaced = self.tree.update(changes)
        for slot, before, after in replaced:
            assert self.buckets.get(slot, b"") == before
            self.buckets[slot] = after
            if not after:
                del self.buckets[slot]
        for position, found in block.items():
            self.leaves[position] = found
            if found is None:
                del self.leaves[position]
        return {slot: before for slot, before, _ in replaced}

    def __contains__(self, position):
        return position in self.leaves


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
    st.dictionaries(
        POSITIONS, st.one_of(st.none(), st.binary(min_size=32, max_size=32)), max_size=8
    ),
    max_size=8,
)


def clean(block, held):
    """Drop deletions of what is not held: the store makes no change of them."""
    return {p: h for p, h in block.items() if h is not None or p in held}


@settings(max_examples=300, deadline=None)
@given(st.integers(1, 9), BLOCKS)
def test_any_history_gives_the_root_and_buckets_of_a_fresh_build(depth, blocks):
    grown = Map(depth)
    for block in blocks:
        grown.write(clean(block, grown))
        assert grown.tree.root == naive_map.root(grown.leaves)
    fresh = Map(depth)
    fresh.write(grown.leaves)
    assert fresh.buckets == grown.buckets
    assert Tree(depth, grown.buckets.__getitem__, grown.buckets.items()).root == grown.tree.root


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
        undone.append(grown.write(clean(block, grown)))
        states.append(dict(grown.leaves))
    for height, state in enumerate(states):
        replaced = {}
        for later in reversed(undone[height:]):
            replaced |= later
        check_view(View(grown.tree, replaced), state)


def test_two_leaves_that_part_at_the_last_bit_stand_256_deep():
    near = {bytes(32): b"a" * 32, bytes(31) + b"\1": b"b" * 32}
    grown = Map(4)
    grown.write(near)
    assert grown.tree.root == naive_map.root(near)
    assert len(View(grown.tree, {}).find(bytes(32)).path) == 256


def test_a_bucket_comes_back_from_its_bytes():
    entries = [Entry(bytes([n]) * 32, bytes([n + 1]) * 32, b"key %d" % n) for n in range(3)]
    raw = encode_bucket(entries, subtree_hash(entries, 0))
    assert decode_bucket(raw) == entries
    assert decode_bucket(b"") == []
    with pytest.raises(ValueError, match="zip"):
        decode_bucket(raw + b"\0more")


def test_an_empty_subtree_has_the_placeholder_for_hash():
    assert subtree_hash([], 7) == EMPTY == naive_map.EMPTY


def test_a_leaf_hash_is_that_of_crate_jmt():
    # Position and value of the first vector of spec/vectors/map: held to Go there.
    position = sha256(b"k").digest()
    assert hash_leaf(position, b"v") == naive_map.leaf(position, b"v")


@pytest.mark.parametrize("stood", [True, False])
def test_a_tree_that_disagrees_with_the_records_is_damage_named_by_key(stood):
    grown = Map(4)
    grown.write({b"\x11" * 32: b"a" * 32, b"\x12" * 32: b"b" * 32})
    position = b"\x13" * 32 if stood else b"\x11" * 32
    with pytest.raises(Damaged, match="lost/key"):
        grown.tree.update([Change(position, b"c" * 32, b"lost/key", stood)])
