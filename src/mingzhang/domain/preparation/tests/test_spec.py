"""The README and the texts name everything that the code offers, in the code's order."""

import dataclasses
import json
import re
from pathlib import Path

import pytest

from mingzhang.domain.disclosure import errors as disclosure_errors
from mingzhang.domain.disclosure.module import DISCLOSURE
from mingzhang.domain.preparation import errors as preparation_errors
from mingzhang.domain.preparation.module import PREPARATION
from mingzhang.kernel.refusals import Refusal

DOMAIN = Path(__file__).parents[2]
ROOMS = [(PREPARATION, preparation_errors, "PRP"), (DISCLOSURE, disclosure_errors, "DIS")]


def spec_of(room):
    return (DOMAIN / room.name / "README.md").read_text(encoding="utf-8")


def refusals_of(errors):
    return [
        c
        for c in vars(errors).values()
        if isinstance(c, type) and issubclass(c, Refusal) and c is not Refusal
    ]


@pytest.mark.parametrize(("room", "errors", "prefix"), ROOMS)
def test_spec_names_every_command_event_record_invariant_reaction_and_view(room, errors, prefix):
    spec = spec_of(room)
    offered = [kind.__name__ for kind in (*room.rules, *room.applies, *room.reacts)]
    offered += [command.kind for command in room.rules]
    offered += [record.__name__ for record in room.invariants]
    offered += [holds.__name__ for of in room.invariants.values() for holds in of]
    offered += [holds.__name__ for of in room.checks.values() for holds in of]
    offered += [total.__name__ for total in room.totals]
    offered += [table.name for table in room.tables]
    offered += [index.name for of in room.indexes.values() for index in of]
    offered += list(room.due)
    assert [name for name in offered if f"`{name}`" not in spec] == []


@pytest.mark.parametrize(("room", "errors", "prefix"), ROOMS)
def test_spec_lists_refusals_with_code_and_alarm_in_order_of_precedence(room, errors, prefix):
    spec = spec_of(room)
    rows = re.findall(rf"^\| ({prefix}-\d\d) \| `(\w+)` \| (\w*) ?\|", spec, re.MULTILINE)
    refusals = refusals_of(errors)
    assert rows == [(r.code, r.__name__, r.alarm) for r in refusals]
    assert [r.code for r in refusals] == [f"{prefix}-{n:02d}" for n in range(1, len(refusals) + 1)]


@pytest.mark.parametrize(("room", "errors", "prefix"), ROOMS)
def test_spec_names_no_kind_and_no_record_path_that_is_not_there(room, errors, prefix):
    spec = spec_of(room)
    kinds = [command.kind for command in room.rules]
    named = re.findall(rf"`({room.name}\.[a-z_.]+/\d+)`", spec)
    assert [kind for kind in named if kind not in kinds] == []
    paths = {record.path: record.__name__ for record in room.invariants}
    stated = re.findall(rf"^\| `({room.name}/[a-z_]+)/[^`]+` \| `(\w+)`", spec, re.MULTILINE)
    assert dict(stated) == paths


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize(("room", "errors", "prefix"), ROOMS)
def test_every_refusal_and_command_has_words_with_its_facts_and_fields(
    room, errors, prefix, language
):
    path = DOMAIN / room.name / "i18n" / f"{language}.json"
    texts = json.loads(path.read_text(encoding="utf-8"))
    for refusal in refusals_of(errors):
        facts = [field.name for field in dataclasses.fields(refusal)]
        entry = texts.pop(refusal.code)
        used = re.findall(r"\{(\w+)\}", entry["text"] + entry["remedy"])
        assert sorted(dict.fromkeys(used)) == sorted(facts), refusal.code
        assert entry["remedy"]
    for command in room.rules:
        entry = texts.pop(command.right())
        assert tuple(entry["fields"]) == command.__struct_fields__, command.kind
        assert entry["title"]
    assert texts == {}


@pytest.mark.parametrize(("room", "errors", "prefix"), ROOMS)
def test_every_alarm_is_a_colour_of_the_alert(room, errors, prefix):
    for refusal in refusals_of(errors):
        assert refusal.alarm in ("", "red", "orange", "yellow", "blue")
