"""Merkle lists against the definition of RFC 6962 section 2.1, written down as it stands there."""

from hashlib import sha256

import pytest

from mingzhang.verify.merkle import (
    EMPTY_ROOT,
    BadProof,
    Head,
    consistency,
    inclusion,
    leaf_hash,
    root,
    root_from_inclusion,
    verify_consistency,
    verify_inclusion,
)

SIZES = [*range(1, 34), 63, 64, 65, 100]
LEAVES = [b"leaf %d" % n for n in range(100)]
HASHES = [leaf_hash(leaf) for leaf in LEAVES]


def mth(leaves):
    """RFC 6962, 2.1, word for word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return sha256(b"\x01" + mth(leaves[:k]) + mth(leaves[k:])).digest()


def proof_of_consistency(m, leaves, *, whole):
    """SUBPROOF of RFC 6962, 2.1.2, word for word."""
    n = len(leaves)
    if m == n:
        return [] if whole else [mth(leaves)]
    k = 1
    while k * 2 < n:
        k *= 2
    if m <= k:
        return [*proof_of_consistency(m, leaves[:k], whole=whole), mth(leaves[k:])]
    return [*proof_of_consistency(m - k, leaves[k:], whole=False), mth(leaves[:k])]


def test_the_root_is_that_of_the_definition():
    assert root([]) == EMPTY_ROOT
    assert [root(LEAVES[:n]) for n in SIZES] == [mth(LEAVES[:n]) for n in SIZES]


def test_a_known_root_of_certificate_transparency_is_met():
    # Published with RFC 6962's reference code: eight leaves of growing length.
    leaves = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657"]
    leaves = [bytes.fromhex(leaf) for leaf in [*leaves, "606162636465666768696a6b6c6d6e6f"]]
    expected = "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
    assert root(leaves).hex() == expected


def test_a_head_grows_to_the_same_root_whatever_the_size():
    head = Head()
    assert head.root() == EMPTY_ROOT
    for n, leaf in enumerate(LEAVES, start=1):
        head = head.append(leaf)
        assert (head.size, head.root()) == (n, mth(LEAVES[:n]))
        assert len(head.peaks) == n.bit_count()


def test_every_leaf_is_proven_in_every_list():
    for n in SIZES:
        expected = mth(LEAVES[:n])
        for i in range(n):
            verify_inclusion(expected, LEAVES[i], i, n, inclusion(LEAVES[:n], i))


def test_a_path_proves_no_other_leaf_place_size_or_root():
    for n in (2, 3, 7, 8, 13):
        expected = mth(LEAVES[:n])
        for i in range(n):
            path = inclusion(LEAVES[:n], i)
            forged = [
                (expected, b"other", i, n, path),
                (bytes(32), LEAVES[i], i, n, path),
                (expected, LEAVES[i], i, n, path[:-1]),
                (expected, LEAVES[i], i, n, (*path, bytes(32))),
                (expected, LEAVES[i], i, n, (path[0][:31], *path[1:])),
                (expected, LEAVES[i], n, n, path),
                (expected, LEAVES[i], -1, n, path),
                *((expected, LEAVES[i], j, n, path) for j in range(n) if j != i),
            ]
            for claim in forged:
                with pytest.raises(BadProof):
                    verify_inclusion(*claim)


def test_an_inner_node_is_not_a_leaf():
    inner = HASHES[0] + HASHES[1]
    with pytest.raises(BadProof, match="another root"):
        verify_inclusion(mth(LEAVES[:4]), inner, 0, 2, inclusion(LEAVES[:4], 0)[1:])


def test_nothing_is_proven_in_an_empty_list():
    with pytest.raises(BadProof, match="outside"):
        root_from_inclusion(b"", 0, 0, ())
    with pytest.raises(IndexError):
        inclusion([], 0)


def test_the_proof_of_consistency_is_that_of_the_definition_and_holds():
    for n in SIZES:
        for m in range(1, n + 1):
            proof = consistency(HASHES[:n], m)
            assert list(proof) == proof_of_consistency(m, LEAVES[:n], whole=True)
            verify_consistency(mth(LEAVES[:m]), m, mth(LEAVES[:n]), n, proof)


def test_the_empty_list_begins_every_list():
    verify_consistency(EMPTY_ROOT, 0, mth(LEAVES[:5]), 5, consistency(HASHES[:5], 0))
    with pytest.raises(BadProof):
        verify_consistency(bytes(32), 0, mth(LEAVES[:5]), 5, ())


def test_no_list_is_consistent_with_one_that_was_rewritten():
    for n in (2, 5, 8, 13):
        for m in range(1, n):
            older, newer = mth(LEAVES[:m]), mth(LEAVES[:n])
            proof = consistency(HASHES[:n], m)
            rewritten = mth([b"rewritten", *LEAVES[1:n]])
            flipped = [(*proof[:i], bytes(32), *proof[i + 1 :]) for i in range(len(proof))]
            forged = [
                (older, m, rewritten, n, proof),
                (bytes(32), m, newer, n, proof),
                (older, m, newer, n, proof[:-1]),
                (older, m, newer, n, (*proof, bytes(32))),
                (older, m, newer, n, ()),
                (newer, n, older, m, proof),
                *((older, m, newer, n, each) for each in flipped),
                *((older, k, newer, n, proof) for k in range(n + 1) if k != m),
            ]
            for claim in forged:
                with pytest.raises(BadProof):
                    verify_consistency(*claim)


def test_a_list_of_equal_size_must_have_the_same_root():
    verify_consistency(mth(LEAVES[:3]), 3, mth(LEAVES[:3]), 3, ())
    with pytest.raises(BadProof):
        verify_consistency(mth(LEAVES[:3]), 3, mth(LEAVES[:4]), 3, ())
    with pytest.raises(BadProof):
        verify_consistency(mth(LEAVES[:3]), 3, mth(LEAVES[:3]), 3, (bytes(32),))


def test_a_proof_of_consistency_beyond_the_list_is_not_made():
    with pytest.raises(IndexError):
        consistency(HASHES[:3], 4)


def test_a_path_of_other_than_hashes_or_without_end_is_refused_for_that():
    for path in ((b"short",), (bytes(32),) * 66):
        with pytest.raises(BadProof, match="hashes of 32 bytes"):
            root_from_inclusion(b"leaf", 0, 2, path)
        with pytest.raises(BadProof, match="hashes of 32 bytes"):
            verify_consistency(bytes(32), 1, bytes(32), 2, path)
