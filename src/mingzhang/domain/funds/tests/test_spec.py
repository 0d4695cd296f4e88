"""The README is the specification: it names everything that the code offers, in order."""

import inspect
import json
import re
from pathlib import Path

from mingzhang.domain.funds import errors, events
from mingzhang.domain.funds.module import CHECKS, FUNDS
from mingzhang.kernel.refusals import Refusal

ROOM = Path(__file__).parents[1]
README = (ROOM / "README.md").read_text(encoding="utf-8")
REFUSALS = [
    each
    for _, each in inspect.getmembers(errors, inspect.isclass)
    if issubclass(each, Refusal) and each is not Refusal
]
REFUSALS.sort(key=lambda each: inspect.getsourcelines(each)[1])


def texts(language):
    return json.loads((ROOM / "i18n" / f"{language}.json").read_text(encoding="utf-8"))


def test_refusals_are_listed_in_the_order_in_which_they_are_defined():
    rows = re.findall(r"^\| (FND-\d\d) \| `(\w+)` \|", README, re.MULTILINE)
    assert rows == [(each.code, each.__name__) for each in REFUSALS]
    assert [code for code, _ in rows] == sorted(dict.fromkeys(code for code, _ in rows))


def test_the_readme_shows_the_chinese_text_of_each_refusal():
    for code, entry in texts("zh-CN").items():
        if code.startswith("FND"):
            assert entry["text"] in README


def test_every_refusal_is_worded_in_both_languages_from_its_own_facts():
    for language in ("zh-CN", "en"):
        catalogue = texts(language)
        for each in REFUSALS:
            entry = catalogue[each.code]
            named = re.findall(r"{(\w+)}", entry["text"] + entry["remedy"])
            assert set(named) <= set(each.__dataclass_fields__), each
            assert entry["text"]
            assert entry["remedy"]


def test_every_command_and_field_is_labelled_in_both_languages():
    for language in ("zh-CN", "en"):
        catalogue = texts(language)
        for command in FUNDS.rules:
            entry = catalogue[command.right()]
            assert list(entry["fields"]) == list(command.__struct_fields__)


def test_every_command_record_invariant_total_and_table_is_in_the_readme():
    for command in FUNDS.rules:
        assert f"| `{command.__name__}` `{command.kind}` |" in README
    for record, holds in FUNDS.invariants.items():
        assert re.search(
            rf"^\| `{record.path}/<?[\w:-]+>?` \| `{record.__name__}` \|", README, re.MULTILINE
        )
        assert all(f"`{each.__name__}`" in README for each in holds)
    assert all(f"`{each.__name__}`" in README for checks in CHECKS.values() for each in checks)
    assert all(f"`{each.__name__}`" in README for each in FUNDS.totals)
    assert all(f"`{each.name}`" in README for each in FUNDS.tables)


def test_the_postings_of_each_movement_are_those_of_the_readme():
    table = README.partition("## Verbs and their postings")[2].splitlines()
    for event, pairs in events.PAIRS.items():
        row = next(line for line in table if f"| `{event.__name__}` |" in line)
        stated = row.rstrip(" |").rpartition("|")[2].strip()
        assert stated == ", ".join(f"{debit} / {credit}" for debit, credit in pairs), event


def test_every_event_is_in_the_journal_under_the_rooms_name():
    assert all(str(e.__struct_config__.tag).startswith("funds.") for e in FUNDS.applies)
    assert set(events.PAIRS) <= set(FUNDS.applies)
