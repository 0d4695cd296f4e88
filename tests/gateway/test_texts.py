"""Everything that people may read has Chinese and English words; every command has somebody."""

import json
import re
from importlib import resources

import pytest
from msgspec import inspect

from mingzhang.app import VERSIONS
from mingzhang.gateway.texts import LANGUAGES, catalogue, sentence, title_of, words, yuan
from mingzhang.kernel.refusals import Refusal

MODULES = VERSIONS[max(VERSIONS)]
TABLES = [table for room in MODULES.in_order for table in room.tables]


def refusals():
    waiting, found = [Refusal], []
    while waiting:
        for each in waiting.pop().__subclasses__():
            waiting.append(each)
            if "code" in vars(each) and re.fullmatch(r"[A-Z]{3}-[0-9]{2}", each.code):
                found.append(each)
    return [each for each in found if each.__module__.startswith("mingzhang.")]


def test_codes_are_permanent_and_unique():
    codes = [each.code for each in refusals()]
    assert len(codes) > 100
    assert sorted(codes) == sorted(dict.fromkeys(codes))


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_refusal_says_what_is_wrong_and_what_to_do(language):
    missing = []
    for each in refusals():
        facts = {
            name: 1 if name.endswith("_fen") else "x"
            for name in vars(each).get("__annotations__", {})
        }
        for part in ("text", "remedy"):
            words = sentence(each.code, part, facts, language)
            if not words or "{" in words:
                missing.append((each.code, part, words))
    assert missing == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_command_has_a_title(language):
    missing = [kind for kind in MODULES.commands if title_of(kind, language) == kind]
    assert missing == []


def test_the_two_catalogues_have_the_same_entries():
    zh, en = (catalogue(language) for language in LANGUAGES)
    assert sorted(zh) == sorted(en)


def test_each_command_is_a_right_of_some_standard_role():
    path = resources.files("mingzhang.domain.identity") / "standard.json"
    roles = json.loads(path.read_text(encoding="utf-8"))["roles"]
    rights = [right for role in roles for right in role["rights"]]

    def held(right):
        return any(
            right == each or (each.endswith(".*") and right.startswith(each[:-1]))
            for each in rights
        )

    nobody = [kind for kind, command in MODULES.commands.items() if not held(command.right())]
    assert nobody == []


def test_amounts_are_shown_in_yuan():
    assert yuan(1_281_760_000) == "12,817,600.00"
    assert yuan(-5) == "-0.05"
    assert yuan(0) == "0.00"


def members_and_codes():
    """Return the names of all members of records, and (member, code) of those that are codes."""
    seen, members, codes = set(), set(), set()

    def walk(of, name):
        if isinstance(of, inspect.StructType):
            if of.cls not in seen:
                seen.add(of.cls)
                for each in of.fields:
                    members.add(each.encode_name)
                    walk(each.type, each.encode_name)
        elif isinstance(of, inspect.LiteralType):
            codes.update((name, value) for value in of.values if value)
        else:
            inner = [*getattr(of, "types", ()), *getattr(of, "item_types", ())]
            parts = ("item_type", "key_type", "value_type")
            inner += [getattr(of, part) for part in parts if hasattr(of, part)]
            for each in inner:
                walk(each, name)

    for record in MODULES.records.values():
        walk(inspect.type_info(record), "")
    return members, codes


def test_each_member_of_a_record_and_each_code_has_words_in_both_languages():
    members, codes = members_and_codes()
    assert len(members) > 300
    assert len(codes) > 100
    members.update(column.name for table in TABLES for column in table.columns)
    told = words()
    assert sorted(members - set(told["members"])) == []
    assert sorted(each for each in codes if each[1] not in told["codes"].get(each[0], {})) == []
    both = [*told["members"].values(), *(w for of in told["codes"].values() for w in of.values())]
    assert all(len(each) == 2 and all(each) for each in both)


def test_a_refusal_tells_codes_members_and_rights_in_words():
    moved = {"year": 2022, "stage": "second_up", "next": "second_down"}
    assert sentence("PRP-06", "text", moved, "zh-CN").count("二上") == 1
    assert "second reply" in sentence("PRP-06", "text", moved, "en")
    lacking = {"right": "contracts.propose", "scope": "dg-rehab", "row_zh": "", "who": ()}
    assert "提出合约" in sentence("KER-02", "text", lacking, "zh-CN")
    wrong = {"kind": "execution.payment.request/1", "field": "$.content.lines[3].amount_fen"}
    assert "内容·预算线·3·金额" in sentence("KER-01", "text", wrong, "zh-CN")
    failed = {"failures": ("R01 amount_fen 500000 300000", "R07 documents_missing 立项批复 -")}
    told = sentence("PRP-25", "text", failed, "zh-CN")
    assert "R01 金额 5,000.00 / 3,000.00、R07 " in told
    assert "documents_missing" not in told
    unknown = sentence("PRP-06", "text", {"stage": "third_up"}, "en")
    assert "third_up" in unknown


def test_a_cell_is_told_by_line_nature_source_and_year_and_never_by_its_id():
    cell = "rehab-l2:general:local:2023:2022"
    shown = "rehab-l2（资金性质 一般公共预算、来源 本级财力、年度 2023、资金年份 2022）"
    for code in ("FND-05", "FND-23"):
        told = sentence(code, "text", {"cell": cell, "asked_fen": 100, "left_fen": 1}, "zh-CN")
        assert cell not in told
    assert shown in sentence("FND-05", "text", {"cell": cell}, "zh-CN")
    own_year = {"cell": "rehab-l2:unit_own:own:2023:2023"}
    told = sentence("FND-05", "text", own_year, "en")
    assert "rehab-l2 (nature of funds unit's own funds, source unit's own, year 2023)" in told
    changed = sentence("KER-03", "text", {"key": f"funds/cell/{cell}"}, "zh-CN")
    assert shown in changed
    assert cell not in changed


def test_no_refusal_tells_a_fingerprint():
    told = [part for code in catalogue("zh-CN").values() if isinstance(code, dict) for part in code]
    assert told
    texts = [str(each) for language in LANGUAGES for each in catalogue(language).values()]
    assert [each for each in texts if "sha256}" in each] == []
