"""Steps 1–5: each thing that keeps a document from a vote, by its code and its place."""

import json
import random
import re
from pathlib import Path

import msgspec
import pytest

from mingzhang.domain.contracts import admission, admission_texts
from mingzhang.domain.contracts.admission import DOCUMENT_BYTES_MAX, admit
from mingzhang.domain.contracts.document import (
    Contract,
    canonical_bytes,
    contract_hash,
    from_json,
)
from mingzhang.domain.contracts.tests.documents import HOOKS, sound

SOUND = json.loads(canonical_bytes(sound()))


def changed(*path_and_value):
    """Return the sound document as text, with one member set, or removed by `...`."""
    *path, value = path_and_value
    document = json.loads(json.dumps(SOUND))
    at = document
    for step in path[:-1]:
        at = at[step]
    if value is ...:
        del at[path[-1]]
    elif path[-1] == "+":
        at.append(value)
    else:
        at[path[-1]] = value
    return json.dumps(document, ensure_ascii=False)


def findings(text):
    return admit(text, HOOKS)


def test_a_sound_document_is_admitted_and_its_id_is_the_hash_of_its_bytes():
    contract = sound()
    text = canonical_bytes(contract)
    assert admit(text.decode(), HOOKS) == admission.Admitted(contract, (), 0)
    assert from_json(text) == contract
    pretty = json.dumps(json.loads(text), indent=4, ensure_ascii=False)
    assert contract_hash(from_json(pretty)) == contract_hash(contract)
    assert contract_hash(contract) == (
        "6dd7a72726f0b60bf34c278ccd7c5d9e85639b221ef617be98250e5e9acac1fd"
    )


RULES = ("nodes", 0)
ROW = ("nodes", 0, "rows", 1)


@pytest.mark.parametrize(
    ("text", "step", "code", "place"),
    [
        # step 1
        (" " * (DOCUMENT_BYTES_MAX + 1), 1, "TOO_LARGE", ("", "")),
        ("[" * 900, 1, "TOO_NESTED", ("", "")),
        ("[" * 40_000, 1, "TOO_NESTED", ("", "")),
        ("\ud800", 1, "NOT_JSON", ("", "")),
        # step 2
        ("", 2, "NOT_JSON", ("", "")),
        ("{", 2, "NOT_JSON", ("", "")),
        ("\ufeff{}", 2, "NOT_JSON", ("", "")),
        ('{"id": NaN}', 2, "NOT_JSON", ("", "")),
        ("[]", 2, "VALUE_MALFORMED", ("", "")),
        ('{"id":"a","id":"b"}', 2, "KEY_TWICE", ("", "")),
        (changed("nodes", "+", {"kind": "function", "id": "js"}), 2, "NODE_KIND", ("js", "")),
        (changed("nodes", "+", {"kind": "switch", "id": "s"}), 2, "NODE_KIND", ("s", "")),
        (changed("nodes", "+", {"id": "s"}), 2, "NODE_KIND", ("s", "")),
        (changed("nodes", "+", 5), 2, "VALUE_MALFORMED", ("", "")),
        (changed("source", "x"), 2, "KEY_UNKNOWN", ("", "")),
        (changed(*RULES, "hitpolicy", "first"), 2, "KEY_UNKNOWN", ("rules", "")),
        (changed(*ROW, "wehn", []), 2, "KEY_UNKNOWN", ("rules", "R12")),
        (changed(*RULES, "default", "note", ""), 2, "KEY_UNKNOWN", ("rules", "default")),
        (changed("tests", 0, "fires", 0, "note", ""), 2, "KEY_UNKNOWN", ("", "")),
        (changed("scope", "person", []), 2, "KEY_UNKNOWN", ("", "")),
        (changed(*ROW, "when", ...), 2, "KEY_MISSING", ("rules", "R12")),
        (changed("inputs", 0, "type", ...), 2, "KEY_MISSING", ("", "")),
        (changed("legal", ...), 2, "KEY_MISSING", ("", "")),
        (changed("inputs", 0, "type", "object"), 2, "VALUE_MALFORMED", ("", "")),
        (changed("inputs", 0, "type", "float"), 2, "VALUE_MALFORMED", ("", "")),
        (changed("inputs", 0, "high", 1.5), 2, "VALUE_MALFORMED", ("", "")),
        (changed("inputs", 0, "high", 2**53), 2, "VALUE_MALFORMED", ("", "")),
        (changed("inputs", 0, "name", "amount\n"), 2, "VALUE_MALFORMED", ("", "")),
        (changed(*ROW, "when", "-"), 2, "VALUE_MALFORMED", ("rules", "R12")),
        (changed(*ROW, "when", 0, {"a": 1}), 2, "VALUE_MALFORMED", ("rules", "R12")),
        (changed("legal", []), 2, "VALUE_MALFORMED", ("", "")),
        (changed("tests", []), 2, "VALUE_MALFORMED", ("", "")),
        (changed("version", 0), 2, "VALUE_MALFORMED", ("", "")),
        (changed("mode", "maybe"), 2, "VALUE_MALFORMED", ("", "")),
        # step 3
        (changed("inputs", 0, "unit", ""), 3, "FIELD_UNTYPED", ("", "")),
        (changed("inputs", 2, "unit", "fen"), 3, "FIELD_UNTYPED", ("", "")),
        (changed("inputs", 0, "values", ["x"]), 3, "FIELD_UNTYPED", ("", "")),
        (changed(*ROW, "when", 1, "> availble_fen"), 3, "NAME_UNKNOWN", ("rules", "R12")),
        (changed(*ROW, "when", 1, ""), 3, "CELL_EMPTY", ("rules", "R12")),
        (changed(*ROW, "then", 0, ""), 3, "CELL_EMPTY", ("rules", "R12")),
        (changed(*ROW, "when", 1, "> 5,"), 3, "VALUE_MISSING", ("rules", "R12")),
        (changed(*ROW, "when", 1, "amount_fen > 5"), 3, "TEST_UNCLEAR", ("rules", "R12")),
        (changed(*ROW, "when", 1, "> 5 / 2"), 3, "DIVISION_UNROUNDED", ("rules", "R12")),
        (changed(*ROW, "then", 0, '"rejct"'), 3, "TYPE_MISMATCH", ("", "")),
        (changed(*ROW, "when", ["-"]), 3, "CELL_COUNT", ("rules", "R12")),
        (changed(*RULES, "when", 0, "frozn"), 3, "NAME_UNKNOWN", ("rules", "")),
        (changed(*ROW, "id", "F1"), 3, "ROW_TWICE", ("rules", "F1")),
        (changed(*RULES, "outputs", 0, "name", "amount_fen"), 3, "NAME_TWICE", ("rules", "")),
        (changed(*RULES, "outputs", 0, "name", "verdikt"), 3, "OUTPUT_MISSING", ("", "")),
        (changed("nodes", "+", SOUND["nodes"][0]), 3, "NODE_TWICE", ("rules", "")),
        (
            changed("invariants", "+", {"id": "I", "zh": "甲", "en": "a", "claim": "amount_fen"}),
            3,
            "CLAIM_NOT_BOOL",
            ("", "I"),
        ),
        (changed(*ROW, "basis", ["BL99"]), 3, "BASIS_UNKNOWN", ("rules", "R12")),
        (changed(*ROW, "basis", []), 3, "BASIS_MISSING", ("rules", "R12")),
        (changed(*ROW, "zh", ""), 3, "TEXT_MISSING", ("rules", "R12")),
        (changed(*RULES, "default", "en", ""), 3, "TEXT_MISSING", ("rules", "default")),
        (changed("effective_from", "2022-02-30"), 3, "DATE_WRONG", ("", "")),
        (changed("effective_to", "2020-01-01"), 3, "DATE_WRONG", ("", "")),
        # step 4
        (changed("tests", 0, "inputs", "extra", 1), 4, "TEST_INPUTS", ("", "")),
        (changed("tests", 0, "inputs", "frozen", "no"), 4, "TEST_INPUTS", ("", "")),
        (changed("tests", 0, "outputs", "verdict", "reject"), 4, "TEST_OUTPUTS", ("", "")),
        (changed("tests", 0, "outputs", {}), 4, "TEST_OUTPUTS", ("", "")),
        (changed("tests", 0, "fires", 0, "row", "R12"), 4, "TEST_FIRES", ("", "")),
        (changed("tests", 0, "fires", []), 4, "TEST_FIRES", ("", "")),
        (changed("tests", 1, "name", "enough"), 4, "TEST_TWICE", ("", "")),
        (changed("tests", 2, ...), 4, "ROW_UNTESTED", ("rules", "F1")),
        (changed("tests", 0, ...), 4, "ROW_UNTESTED", ("rules", "default")),
        (changed(*RULES, "default", None), 4, "TEST_ABORTED", ("rules", "")),
        (
            changed("waivers", "+", {"node": "rules", "row": "F9", "zh": "甲", "en": "a"}),
            4,
            "WAIVER_UNKNOWN",
            ("rules", "F9"),
        ),
        (
            changed("waivers", "+", {"node": "rules", "row": "F1", "zh": "甲", "en": "a"}),
            4,
            "WAIVER_NEEDLESS",
            ("rules", "F1"),
        ),
        (
            changed(
                "invariants",
                "+",
                {"id": "I", "zh": "甲", "en": "a", "claim": 'verdict == "approve"'},
            ),
            4,
            "CLAIM_FALSE",
            ("", "I"),
        ),
        # step 5
        (changed("hook", "trial.other"), 5, "HOOK_UNKNOWN", ("", "")),
        (changed("inputs", 0, "high", 5_000), 5, "INTERFACE", ("", "")),
        (changed("mode", "effect"), 5, "INTERFACE", ("", "")),
    ],
)
def test_what_is_wrong_is_named_with_its_step_and_place(text, step, code, place):
    found = findings(text)
    assert found.contract is None
    first = found.findings[0]
    assert (found.step, first.code, (first.node, first.row)) == (step, code, place)


def test_an_input_that_the_hook_does_not_have_or_that_is_left_out_is_refused():
    more = json.loads(json.dumps(SOUND))
    more["inputs"].append({**more["inputs"][0], "name": "extra_fen"})
    less = json.loads(json.dumps(SOUND))
    less["inputs"] = less["inputs"][:2]
    less["nodes"][0]["when"] = ["amount_fen"]
    less["nodes"][0]["rows"] = [{**less["nodes"][0]["rows"][1], "when": ["> available_fen"]}]
    less["tests"] = less["tests"][:2]
    for document, name in ((more, "extra_fen"), (less, "frozen")):
        for test in document["tests"]:
            test["inputs"] = {
                key: value for key, value in test["inputs"].items() if key != "frozen"
            } | ({"frozen": test["inputs"]["frozen"], "extra_fen": 0} if name != "frozen" else {})
        found = findings(json.dumps(document))
        assert (found.step, found.findings[0].code) == (5, "INTERFACE")
        assert name in [finding.what for finding in found.findings]


def test_a_row_that_no_test_fires_is_admitted_when_it_is_waived_with_a_reason():
    document = json.loads(changed("tests", 2, ...))
    document["waivers"] = [{"node": "rules", "row": "F1", "zh": "由他处保证", "en": "elsewhere"}]
    assert findings(json.dumps(document)).contract is not None
    document["waivers"][0]["en"] = ""
    assert findings(json.dumps(document)).findings[0].code == "VALUE_MALFORMED"


def test_every_finding_of_a_document_is_given_not_only_the_first():
    document = json.loads(json.dumps(SOUND))
    document["nodes"][0]["rows"][0]["when"][0] = "truee"
    document["nodes"][0]["rows"][1]["when"][1] = "> availble_fen"
    assert [(f.row, f.cell) for f in findings(json.dumps(document)).findings] == [
        ("F1", "when[0]"),
        ("R12", "when[1]"),
    ]


def test_every_code_has_its_words_in_both_languages_and_they_are_filled_in():
    for zh, en in (*admission_texts.FINDINGS.values(), *admission_texts.ABORTS.values()):
        assert zh.endswith("。")
        assert en.endswith((".", ")."))
    assert admission_texts.finding_text("NAME_UNKNOWN", "x_fen") == (
        "没有名为 x_fen 的输入或变量。",
        "There is no input or variable x_fen.",
    )
    assert admission_texts.abort_text("INPUT_INVALID", "x")[1] == (
        "Input x has the wrong type or range."
    )


def test_codes_in_the_source_all_have_words():
    here = Path(__file__).parents[1]
    text = "".join(path.read_text(encoding="utf-8") for path in here.glob("*.py"))
    used = re.findall(r'(?:code=|SyntaxFault\(|_fault\()"([A-Z_]+)"', text)
    aborts = re.findall(r'Abort\("([A-Z_]+)"', text)
    assert len(used) > 40
    assert [code for code in used if code not in admission_texts.FINDINGS] == []
    assert [code for code in aborts if code not in admission_texts.ABORTS] == []


def test_random_bytes_are_refused_and_never_raise():
    dice = random.Random(8)
    text = canonical_bytes(sound()).decode()
    for _ in range(300):
        at = dice.randrange(len(text))
        cut = text[:at] + dice.choice(['"', "{", "}", "[", "]", ",", ":", "\\", "9", "é", ""])
        mangled = cut + text[at + dice.randrange(3) :]
        found = admit(mangled, HOOKS)
        assert (found.contract is None) == bool(found.findings)


def test_members_of_the_format_are_those_of_its_structs():
    assert sorted(SOUND) == sorted(field.name for field in msgspec.structs.fields(Contract))
