"""The history's list (RFC 6962), held by its vectors to Go's `golang.org/x/mod/sumdb/tlog`."""

import json
from pathlib import Path

import pytest

from mingzhang.verify.merkle import (
    BadProof,
    Head,
    consistency,
    inclusion,
    leaf_hash,
    verify_consistency,
    verify_inclusion,
)

VECTORS = json.loads(
    (Path(__file__).parents[2] / "spec" / "vectors" / "history" / "history.json").read_text()
)
ENTRIES = [bytes.fromhex(each) for each in VECTORS["entries"]]
HASHES = [leaf_hash(each) for each in ENTRIES]
CLAIMS = VECTORS["inclusion"] + VECTORS["consistency"]


def holds(claim):
    newer, path = claim["newer"], [bytes.fromhex(each) for each in claim["path"]]
    root, size = bytes.fromhex(newer["root"]), newer["size"]
    try:
        if "older" in claim:
            older = claim["older"]
            verify_consistency(bytes.fromhex(older["root"]), older["size"], root, size, path)
        else:
            verify_inclusion(root, bytes.fromhex(claim["entry"]), claim["index"], size, path)
    except BadProof:
        return False
    return True


def test_a_head_that_grows_is_the_one_that_go_computes_at_every_size():
    head, found = Head(), []
    for entry in [*ENTRIES, b""]:
        peaks = {"peaks": [each.hex() for each in head.peaks]} if head.peaks else {}
        found.append({"size": head.size, "root": head.root().hex(), **peaks})
        head = head.append(entry)
    assert found == VECTORS["heads"]
    assert len(found) > 10


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim["name"])
def test_a_claim_about_the_history_is_judged_as_go_judges_it(claim):
    assert holds(claim) == claim["holds"]


def test_the_proofs_made_here_are_those_that_go_makes():
    made = [claim for claim in CLAIMS if "," not in claim["name"]]
    for claim in made:
        size = claim["newer"]["size"]
        if "older" in claim:
            path = consistency(HASHES[:size], claim["older"]["size"])
        else:
            path = inclusion(ENTRIES[:size], claim["index"])
        assert [each.hex() for each in path] == claim["path"], claim["name"]
    assert len(made) > 100
    assert sum(claim["holds"] for claim in CLAIMS) < len(CLAIMS) - 50
