"""The browser's verifier: its own tests, and each of its answers beside Python's."""

import base64
import json
import re
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mingzhang.verify import bundle, comet, comet_json, note
from mingzhang.verify.encodings import to_rfc3339
from mingzhang.verify.reasons import Rejected
from mingzhang.verify.strict_json import Malformed, load
from tests.bundle_vectors import CASES, GOOD, bundle_of, expected, keys_of, root_files, root_from
from tests.web import verifier

SPEC = Path(__file__).parents[2] / "spec" / "vectors"
MALFORMED = ("malformed", "root-malformed")
"""Where a file is at fault in two ways, which is named first is each reader's own affair."""
WITH_ROOTS_TO_CHANGE = ["record-by-countersigned-checkpoint", "record-by-both"]

judge = pytest.fixture(scope="module")(verifier.judge)


def plain(found):
    """Return what was found in the words of the package's test/judge.ts."""
    claim = found.claim
    return {
        "kind": claim.kind,
        "key": claim.key,
        "content": claim.content.hex(),
        "code": claim.code,
        "volume": claim.shown.volume if claim.shown else None,
        "chain": found.chain,
        "height": str(found.height),
        "sealed_height": str(found.sealed_height),
        "sealed_time": to_rfc3339(found.sealed_time_ns),
        "header_hash": found.header_hash.hex(),
        "by": list(found.by),
        "not_judged": list(found.not_judged),
        "validators": list(found.validators),
        "power": str(found.power),
        "total_power": str(found.total_power),
        "history_size": str(found.history_size),
        "signed_by": [
            [each.key.name, None if each.time_s is None else str(each.time_s)]
            for each in found.checkpoint_signed_by
        ],
        "trusting": found.trusting,
    }


def in_python(data, files, keys, required):
    try:
        return plain(bundle.verify(data, root_from(files, keys, required)))
    except Rejected as error:
        return {"refused": error.code, "fact": error.where}


def both(judge, data, files, keys=(), required=None):
    """Return Python's answer and the browser's."""
    question = {"bundle": data, **files, "keys": list(keys)}
    if required is not None:
        question["countersigners_required"] = required
    mine, other = in_python(data, files, keys, required), judge.ask(question)
    for answer in (mine, other):
        if answer.get("refused") in MALFORMED:
            del answer["fact"]
    return mine, other


def test_the_verifier_imports_only_itself_the_reasons_and_two_libraries():
    allowed = re.compile(
        r"\./[a-z0-9-]+\.ts|@noble/(ed25519|hashes/sha2\.js)|.*/spec/reasons\.json"
    )
    files = sorted((verifier.PACKAGE / "src").iterdir())
    found = [
        named
        for file in files
        for named in re.findall(r"""(?:from|import\() ?["'](.*?)["']""", file.read_text())
    ]
    assert len(found) > len(files)
    assert [each for each in found if not allowed.fullmatch(each)] == []


def test_the_package_passes_its_own_tests():
    done = verifier.run_tests("test/**/*.test.ts")
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]


@pytest.mark.parametrize("name", CASES)
def test_both_verifiers_answer_each_case_with_the_same_facts(judge, name):
    expect = expected(name)
    required = expect.get("countersigners_required")
    mine, other = both(judge, bundle_of(name), root_files(name), keys_of(name), required)
    assert other == mine
    assert other.get("refused") == expect.get("reason")


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(GOOD), st.data())
def test_a_changed_byte_of_a_bundle_is_answered_alike(judge, name, data):
    changed = bytearray(bundle_of(name))
    at = data.draw(st.integers(0, len(changed) - 1))
    changed[at] = data.draw(st.integers(0, 255))
    required = expected(name).get("countersigners_required")
    mine, other = both(judge, bytes(changed), root_files(name), keys_of(name), required)
    assert other == mine


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(WITH_ROOTS_TO_CHANGE), st.data())
def test_a_changed_byte_of_a_root_is_answered_alike(judge, name, data):
    files = root_files(name)
    kind = data.draw(st.sampled_from(sorted(files)))
    changed = bytearray(files[kind])
    at = data.draw(st.integers(0, len(changed) - 1))
    changed[at] = data.draw(st.integers(0, 255))
    files[kind] = bytes(changed)
    if kind == "checkpoint" and changed[:1] == b"{":  # Python's read_root takes it for validators
        return
    mine, other = both(judge, bundle_of(name), files, keys_of(name))
    assert other == mine


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_a_changed_character_of_a_key_is_answered_alike(judge, data):
    name = "record-by-countersigned-checkpoint"
    keys = keys_of(name)
    which = data.draw(st.integers(0, len(keys) - 1))
    at = data.draw(st.integers(0, len(keys[which])))
    # What languages take for a space or drop around a text, half a surrogate left out.
    character = data.draw(
        st.characters(codec="utf-8") | st.sampled_from(" \x1c\x85\ufeff\u2028\t+")
    )
    keys[which] = keys[which][:at] + character + keys[which][at:]
    mine, other = both(judge, bundle_of(name), root_files(name), keys)
    assert other == mine


@pytest.mark.parametrize("file", ["commits.json", "network.json"])
def test_a_commit_made_by_the_go_module_is_judged_for_the_same_reason(judge, file):
    for case in json.loads((SPEC / "commit" / file).read_text())["cases"]:
        try:
            signers = comet.verify_commit(
                case["chain_id"],
                [comet_json.read_validator(each, "") for each in case["validators"]],
                comet_json.read_header(case["header"], "header"),
                comet_json.read_commit(case["commit"], "commit"),
            )
            mine = {"power": str(signers.power), "total_power": str(signers.total_power)}
        except comet.CommitRefused as error:
            mine = {"refused": str(error)}
        question = {name: case[name] for name in ("chain_id", "validators", "header", "commit")}
        assert judge.ask(question) == mine, case["name"]


def written(value):
    """Return a value with its types told apart, as the package's test/judge.ts writes it."""
    if isinstance(value, dict):
        return [[name, written(each)] for name, each in value.items()]
    if isinstance(value, list):
        return {"list": [written(each) for each in value]}
    return [ord(each) for each in value] if isinstance(value, str) else value


TOKENS = (
    *'{}[]:,"" \t\n',
    *("0", "-0", "1", "-", "9007199254740991", "9007199254740992", "1.0", "1e1", "01", "+1", "NaN"),
    *("true", "null", "Infinity", '"a"', '"a":', '"\\u0061":', '"\\ud83d\\ude00"', '"\\ud83d"'),
    *(
        '"\\',
        '\\"',
        '"\\u12"',
        '"\\/"',
        '"\\v"',
        "\u00a0",
        "\ufeff",
        "\x00",
        "\x1f",
        '"\x7f"',
        "明",
    ),
)


@settings(max_examples=600, deadline=None)
@given(st.lists(st.sampled_from(TOKENS), max_size=9).map("".join))
@example("[" * 16 + "]" * 16)
@example("[" * 17 + "]" * 17)
@example('{"a":{"a":1},"b":[{"a":-0}]}')
def test_both_readers_take_the_same_texts_for_json(judge, text):
    try:
        mine = {"value": written(load(text.encode(), 1_000))}
    except Malformed:
        mine = {"refused": True}
    other = judge.ask({"json": text.encode()})
    assert ({"refused": True} if "refused" in other else other) == mine


NOTES = json.loads((SPEC / "note" / "notes.json").read_text())["cases"]


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(NOTES), st.data())
def test_a_changed_note_is_refused_for_the_same_reason(judge, case, data):
    text = case["note"]
    at, end = sorted(data.draw(st.integers(0, len(text))) for _ in range(2))
    put = data.draw(
        st.text(st.characters(codec="utf-8"), max_size=2) | st.sampled_from(["\n", " ", "—"])
    )
    changed = (text[:at] + put + text[min(end, at + data.draw(st.integers(0, 2))) :]).encode()
    keys = [note.parse_key(each) for each in case["keys"]]
    try:
        parsed = note.parse_note(changed)
        signed = [each.key.name for each in note.verify_note(parsed, keys)]
        head = note.parse_checkpoint(parsed.text)
        mine = {
            "signed": signed,
            "origin": head.origin,
            "size": str(head.size),
            "root": head.root.hex(),
            "extensions": list(head.extensions),
        }
    except note.NoteRefused as error:
        mine = {"refused": error.reason}
    assert judge.ask({"note": changed, "keys": case["keys"]}) == mine


def test_a_signature_is_judged_alike_over_every_crafted_case(judge):
    for case in json.loads((SPEC / "signature" / "ed25519.json").read_text())["cases"]:
        question = {
            name: base64.b64encode(bytes.fromhex(case[name])).decode()
            for name in ("public_key", "message", "signature")
        }
        assert judge.ask(question) == {"good": case["verdict"]}, case["name"]
