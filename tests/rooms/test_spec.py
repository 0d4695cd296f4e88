"""Each room's README is its specification: README and texts name what the code offers, in order."""

import dataclasses
import re

import pytest

from tests.rooms.offered import ROOMS, refusals_of, spec_of, texts_of

RULING = ("row", "contract", "contract_sha256", "input_sha256", "verdict")
"""Facts by which programs, and a page's link, find the rule that decided: people read a clause."""
EACH = pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)


@EACH
def test_spec_names_every_command_event_record_invariant_reaction_and_view(room):
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


@EACH
def test_spec_lists_refusals_with_their_codes_in_order_of_precedence(room):
    rows = re.findall(r"^\| ([A-Z]{3}-\d\d) \| `(\w+)` \|", spec_of(room), re.MULTILINE)
    refusals = refusals_of(room)
    assert refusals
    assert rows == [(each.code, each.__name__) for each in refusals]
    codes = [code for code, _ in rows]
    assert codes == sorted(dict.fromkeys(codes))
    if room.name != "contracts":  # leaves a gap between two kinds
        assert [int(code[-2:]) for code in codes] == list(range(1, len(codes) + 1))


@EACH
def test_spec_names_no_kind_and_no_record_path_that_is_not_there(room):
    spec = spec_of(room)
    kinds = [command.kind for command in room.rules]
    named = re.findall(rf"`({room.name}\.[a-z_.]+/\d+)`", spec)
    assert [kind for kind in named if kind not in kinds] == []
    paths = {record.path: record.__name__ for record in room.invariants}
    stated = re.findall(rf"^\| `({room.name}/[a-z_]+)/[^`\s]+` \| `(\w+)`", spec, re.MULTILINE)
    assert dict(stated) == paths


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@EACH
def test_every_refusal_and_command_has_words_with_its_facts_and_fields(room, language):
    texts = texts_of(room, language)
    for refusal in refusals_of(room):
        facts = [field.name for field in dataclasses.fields(refusal)]
        entry = texts.pop(refusal.code)
        used = re.findall(r"\{(\w+)\}", entry["text"] + entry["remedy"])
        assert [name for name in used if name not in facts] == [], refusal.code
        if room.name != "contracts":  # whose facts tell programs more than people
            left = [name for name in facts if name not in (*used, *RULING)]
            assert left == [], refusal.code
        assert entry["text"]
        assert entry["remedy"]
    for command in room.rules:
        entry = texts.pop(command.right())
        assert tuple(entry["fields"]) == command.__struct_fields__, command.kind
        assert entry["title"]
    assert texts == {}
