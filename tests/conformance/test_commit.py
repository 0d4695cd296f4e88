"""Headers, sets, commits and results, held to CometBFT's own Go module by its vectors."""

import dataclasses
import json
import shutil
import subprocess
from pathlib import Path

import pytest

from mingzhang.verify import comet, comet_json
from tools import bundle_world

ROOT = Path(__file__).parents[2]
VECTORS = ROOT / "spec" / "vectors" / "commit"
CASES = json.loads((VECTORS / "commits.json").read_text())["cases"]
ENCODINGS = json.loads((VECTORS / "encodings.json").read_text())
REASONS = {
    "two of three equal: exactly two thirds": "too-little-power",
    "66 of 99: exactly two thirds": "too-little-power",
    "two of four": "too-little-power",
    "votes for no block do not count": "too-little-power",
    "signatures swapped": "bad-signature",
    "one signature twice": "wrong-address",
    "one place too many": "signature-count",
    "one place too few": "signature-count",
    "one bad signature among four": "bad-signature",
    "a bad vote for no block among three good": "bad-signature",
    "signature cut": "bad-signature",
    "timestamp of a vote changed": "bad-signature",
    "absent place with a signature": "absent-not-empty",
    "unknown flag": "bad-flag",
    "other header": "wrong-header",
    "other height": "wrong-height",
    "other round": "bad-signature",
    "negative round": "bad-round",
    "other parts": "bad-signature",
    "other set": "wrong-validators",
}


def parsed(case):
    return (
        tuple(comet_json.read_validator(each, "validators") for each in case["validators"]),
        comet_json.read_header(case["header"], "header"),
        comet_json.read_commit(case["commit"], "commit"),
    )


def named(name):
    return next(case for case in CASES if case["name"] == name)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_hashes_and_signed_bytes_are_those_of_the_go_module(case):
    validators, header, commit = parsed(case)
    assert comet.header_hash(header).hex() == case["header_hash"]
    assert comet.validators_hash(validators).hex() == case["validators_hash"]
    assert comet.commit_hash(commit).hex() == case["commit_hash"]
    for place, expected in zip(commit.signatures, case["sign_bytes"], strict=True):
        if expected:
            voted = commit.block_id if place.flag == comet.FLAG_COMMIT else None
            signed = comet.vote_sign_bytes(
                case["chain_id"], commit.height, commit.round, voted, place.time_ns
            )
            assert signed.hex() == expected


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_commit_is_judged_as_the_go_module_judges_it(case):
    validators, header, commit = parsed(case)
    if case["accepted"]:
        signers = comet.verify_commit(case["chain_id"], validators, header, commit)
        assert signers.power * 3 > signers.total_power * 2
        assert signers.total_power == sum(each.power for each in validators)
    else:
        with pytest.raises(comet.CommitRefused) as caught:
            comet.verify_commit(case["chain_id"], validators, header, commit)
        assert caught.value.reason == REASONS[case["name"]]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_what_is_read_is_written_back_as_the_go_module_wrote_it(case):
    _, header, commit = parsed(case)
    assert comet_json.write_header(header) == case["header"]
    assert comet_json.write_commit(commit) == case["commit"]
    validators, _, _ = parsed(case)
    assert comet_json.write_validators(validators) == case["validators"]


def test_only_those_who_voted_for_the_block_are_named_as_signers():
    validators, header, commit = parsed(named("three of four and a vote for no block"))
    signers = comet.verify_commit(header.chain_id, validators, header, commit)
    assert signers.validators == validators[:3]
    assert (signers.power, signers.total_power) == (30, 40)


def test_a_commit_of_another_chain_is_refused():
    validators, header, commit = parsed(named("four validators"))
    with pytest.raises(comet.CommitRefused) as caught:
        comet.verify_commit("another-chain", validators, header, commit)
    assert caught.value.reason == "wrong-chain"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda _: (), "empty-set"),
        (lambda validators: (*validators[:3], validators[0]), "duplicate-validator"),
        (
            lambda validators: (*validators[:3], dataclasses.replace(validators[3], power=0)),
            "bad-power",
        ),
        (
            lambda validators: (*validators[:3], dataclasses.replace(validators[3], power=2**60)),
            "bad-power",
        ),
    ],
)
def test_a_set_that_no_chain_may_have_is_refused_before_its_hash_is_asked(change, reason):
    validators, header, commit = parsed(named("four validators"))
    changed = change(validators)
    header = dataclasses.replace(header, validators_hash=comet.validators_hash(changed))
    with pytest.raises(comet.CommitRefused) as caught:
        comet.verify_commit(header.chain_id, changed, header, commit)
    assert caught.value.reason == reason


@pytest.mark.parametrize("field", [field.name for field in dataclasses.fields(comet.Header)])
def test_each_field_of_the_header_is_under_its_hash(field):
    _, header, _ = parsed(named("four validators"))
    value = getattr(header, field)
    other = {
        int: lambda: value + 1,
        str: lambda: value + "x",
        bytes: lambda: bytes([value[0] ^ 1]) + value[1:],
        comet.BlockId: lambda: comet.BlockId(value.hash, comet.PartSetHeader(4, value.parts.hash)),
    }[type(value)]()
    changed = dataclasses.replace(header, **{field: other})
    assert comet.header_hash(changed) != comet.header_hash(header)


@pytest.mark.parametrize("case", ENCODINGS["results"], ids=lambda case: str(len(case["results"])))
def test_results_hash_as_the_go_module_hashes_them(case):
    results = [
        comet.ExecTxResult(
            each["code"],
            bytes.fromhex(each["data"]),
            int(each["gas_wanted"]),
            int(each["gas_used"]),
        )
        for each in case["results"]
    ]
    assert [comet.result_bytes(each).hex() for each in results] == [
        each["leaf"] for each in case["results"]
    ]
    assert comet.results_hash(results).hex() == case["hash"]


@pytest.mark.parametrize(
    "case", ENCODINGS["transactions"], ids=lambda case: str(len(case["transactions"]))
)
def test_transactions_hash_as_the_go_module_hashes_them(case):
    transactions = [bytes.fromhex(each) for each in case["transactions"]]
    assert comet.data_hash(transactions).hex() == case["hash"]


@pytest.mark.parametrize("case", ENCODINGS["parts"], ids=lambda case: str(case["bytes_of_7"]))
def test_parts_hash_as_the_go_module_hashes_them(case):
    parts = comet.part_set_header(bytes([7]) * case["bytes_of_7"])
    assert (parts.total, parts.hash.hex()) == (case["total"], case["hash"])


def test_no_evidence_hashes_as_in_the_go_module():
    assert comet.no_evidence_hash().hex() == ENCODINGS["no_evidence_hash"]


@pytest.mark.skipif(shutil.which("go") is None, reason="Go is not installed on this machine")
def test_the_go_module_writes_the_committed_vectors_again(tmp_path):
    subprocess.run(
        ["go", "run", ".", str(tmp_path), bundle_world.MAIN.root.hex()],
        cwd=ROOT / "tests" / "conformance" / "comet",
        check=True,
        capture_output=True,
    )
    for name in ("commits.json", "encodings.json", "network.json"):
        assert (tmp_path / name).read_bytes() == (VECTORS / name).read_bytes()
