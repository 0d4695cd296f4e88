"""The map of design section 5 once more, as plainly as it can be said, to hold the real one to.

Recursive, in memory, no buckets, no top. Positions are given, so that a test may choose them.
"""

from hashlib import sha256

EMPTY = b"SPARSE_MERKLE_PLACEHOLDER_HASH__"


def leaf(position, value):
    return sha256(b"JMT::LeafNode" + position + sha256(value).digest()).digest()


def bit(position, depth):
    return position[depth // 8] >> (7 - depth % 8) & 1


def root(leaves, depth=0):
    """Root over {position: leaf hash}, all of which share their first `depth` bits."""
    if not leaves:
        return EMPTY
    if len(leaves) == 1:
        return next(iter(leaves.values()))
    left = {p: h for p, h in leaves.items() if not bit(p, depth)}
    right = {p: h for p, h in leaves.items() if bit(p, depth)}
    children = root(left, depth + 1) + root(right, depth + 1)
    return sha256(b"JMT::IntrnalNode" + children).digest()


def root_of(values):
    """Root over {key: value}."""
    positions = {sha256(key).digest(): value for key, value in values.items()}
    return root({p: leaf(p, value) for p, value in positions.items()})
