"""A list's tree that is kept whole gives what is recomputed from all its leaves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingzhang.consensus.grown import Grown
from mingzhang.verify import merkle

HASHES = [merkle.leaf_hash(bytes([n])) for n in range(140)]


def grown(count):
    tree = Grown()
    for each in HASHES[:count]:
        tree.append(each)
    return tree


@given(st.integers(0, 140), st.data())
def test_roots_paths_and_consistency_are_those_of_the_recomputed_tree(count, data):
    tree = grown(count)
    size = data.draw(st.integers(0, count))
    older = data.draw(st.integers(0, size))
    assert len(tree) == count
    assert tree.root(size) == merkle.root_of_hashes(HASHES[:size])
    assert tree.consistency(older, size) == merkle.consistency(HASHES[:size], older)
    if size:
        index = data.draw(st.integers(0, size - 1))
        assert tree.inclusion(index, size) == merkle.inclusion_of_hashes(HASHES[:size], index)


def test_what_lies_outside_the_list_has_no_proof():
    tree = grown(5)
    for index, size in ((5, 5), (-1, 5), (0, 6), (0, 0)):
        with pytest.raises(IndexError):
            tree.inclusion(index, size)
    for older, newer in ((3, 2), (-1, 5), (5, 6)):
        with pytest.raises(IndexError):
            tree.consistency(older, newer)
