"""The README is the specification: it names everything that the code offers, in order."""

import inspect
import json
import re
from pathlib import Path

import pytest

from mingzhang.domain.execution import errors, events
from mingzhang.domain.execution.module import EXECUTION
from mingzhang.domain.execution.refusing import CLAUSES, HELPS
from mingzhang.kernel.records import Event

ROOM = Path(__file__).parents[1]
README = (ROOM / "README.md").read_text(encoding="utf-8")
REFUSALS = [
    each
    for _, each in inspect.getmembers(errors, inspect.isclass)
    if issubclass(each, errors.Refused) and each is not errors.Refused
]
REFUSALS.sort(key=lambda each: inspect.getsourcelines(each)[1])


def texts(language):
    return json.loads((ROOM / "i18n" / f"{language}.json").read_text(encoding="utf-8"))


def test_refusals_are_listed_in_the_order_in_which_they_are_defined():
    rows = re.findall(r"^\| (EXE-\d\d) \| `(\w+)` \| (\S+) \|", README, re.MULTILINE)
    assert rows == [(each.code, each.__name__, each.alarm or "–") for each in REFUSALS]
    assert [code for code, _, _ in rows] == sorted(dict.fromkeys(code for code, _, _ in rows))


def test_the_readme_shows_the_chinese_text_of_each_refusal():
    catalogue = texts("zh-CN")
    assert [each for each in REFUSALS if catalogue[each.code]["text"] not in README] == []


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_every_refusal_is_worded_from_its_own_facts(language):
    catalogue = texts(language)
    for each in REFUSALS:
        entry = catalogue[each.code]
        named = re.findall(r"{(\w+)}", entry["text"] + entry["remedy"])
        assert set(named) <= set(each.__dataclass_fields__), each
        assert entry["text"]
        assert entry["remedy"]


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_every_command_and_field_is_labelled(language):
    catalogue = texts(language)
    for command in EXECUTION.rules:
        entry = catalogue[command.right()]
        assert entry["title"]
        assert list(entry["fields"]) == list(command.__struct_fields__)


def test_every_command_event_record_invariant_and_table_is_in_the_readme():
    for command in EXECUTION.rules:
        assert f"| `{command.__name__}` `{command.kind}` |" in README
    for event in (*EXECUTION.applies, *EXECUTION.reacts):
        assert f"`{event.__name__}`" in README, event
    for record, holds in EXECUTION.invariants.items():
        assert re.search(
            rf"^\| `{record.path}/\S+` \| `{record.__name__}` \|", README, re.MULTILINE
        )
        assert all(f"`{each.__name__}`" in README for each in holds)
    assert all(f"`{h.__name__}`" in README for each in EXECUTION.checks.values() for h in each)
    assert all(f"`{each.__name__}`" in README for each in EXECUTION.totals)
    assert all(f"`{each.name}`" in README for each in EXECUTION.tables)
    assert all(f"`{name}`" in README for name in EXECUTION.due)


def test_every_event_is_applied_by_the_room():
    defined = [
        each
        for _, each in inspect.getmembers(events, inspect.isclass)
        if issubclass(each, Event) and each is not Event
    ]
    assert [each for each in defined if each not in EXECUTION.applies] == []


def test_every_later_event_of_a_payment_is_held_to_its_states():
    later = [
        each
        for each in EXECUTION.applies
        if "payment" in each.__struct_fields__
        and each.__name__.startswith("Payment")
        and each is not events.PaymentRequested
    ]
    assert [each for each in later if each not in EXECUTION.checks] == []


def test_each_clause_of_the_standard_contracts_has_a_refusal_that_names_who_helps():
    assert set(CLAUSES.values()) == {each for each in REFUSALS if each.code in HELPS}
