"""What the README of execution shows beyond names: texts, alarms, command rows, clauses."""

import inspect
import re

from mingzhang.domain.execution import events
from mingzhang.domain.execution.module import EXECUTION
from mingzhang.domain.execution.refusing import CLAUSES, HELPS
from mingzhang.kernel.records import Event
from tests.rooms.offered import refusals_of, spec_of, texts_of

README = spec_of(EXECUTION)
REFUSALS = refusals_of(EXECUTION)


def test_refusals_are_listed_with_their_alarm():
    rows = re.findall(r"^\| (EXE-\d\d) \| `(\w+)` \| (\S+) \|", README, re.MULTILINE)
    assert rows == [(each.code, each.__name__, each.alarm or "–") for each in REFUSALS]


def test_the_readme_shows_the_chinese_text_of_each_refusal():
    catalogue = texts_of(EXECUTION, "zh-CN")
    assert [each for each in REFUSALS if catalogue[each.code]["text"] not in README] == []


def test_every_command_and_record_has_a_row_in_the_readme():
    for command in EXECUTION.rules:
        assert f"| `{command.__name__}` `{command.kind}` |" in README
    for record in EXECUTION.invariants:
        assert re.search(
            rf"^\| `{record.path}/\S+` \| `{record.__name__}` \|", README, re.MULTILINE
        )


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
