"""The README and the texts name everything that the code offers."""

import json
import re
from pathlib import Path

import pytest

from mingzhang.domain.identity import errors
from mingzhang.domain.identity.module import IDENTITY
from mingzhang.kernel.refusals import Refusal

ROOM = Path(__file__).parents[1]
SPEC = (ROOM / "README.md").read_text(encoding="utf-8")
REFUSALS = [
    c
    for c in vars(errors).values()
    if isinstance(c, type) and issubclass(c, Refusal) and c is not Refusal
]


def test_spec_names_every_command_event_record_invariant_and_view():
    offered = [kind.__name__ for kind in (*IDENTITY.rules, *IDENTITY.applies)]
    offered += [command.kind for command in IDENTITY.rules]
    offered += [record.__name__ for record in IDENTITY.invariants]
    offered += [holds.__name__ for of in IDENTITY.invariants.values() for holds in of]
    offered += [total.__name__ for total in IDENTITY.totals]
    offered += [table.name for table in IDENTITY.tables]
    offered += list(IDENTITY.due)
    assert [name for name in offered if f"`{name}`" not in SPEC] == []


def test_spec_names_no_command_or_refusal_that_is_not_there():
    kinds = dict.fromkeys(command.kind for command in IDENTITY.rules)
    assert [k for k in re.findall(r"`(identity\.[a-z_.]+/\d+)`", SPEC) if k not in kinds] == []
    codes = [refusal.code for refusal in REFUSALS]
    assert re.findall(r"^\| (IDE-\d\d) \|", SPEC, re.MULTILINE) == codes


def test_every_table_of_records_stands_at_its_path():
    for record in IDENTITY.invariants:
        assert re.search(rf"^\| `{record.path}/[^`]+` \| `{record.__name__}`", SPEC, re.MULTILINE)


def test_spec_lists_refusals_with_their_codes():
    rows = [f"| {refusal.code} | `{refusal.__name__}` |" for refusal in REFUSALS]
    assert [row for row in rows if row not in SPEC] == []


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_every_refusal_and_command_has_words_with_its_facts_and_fields(language):
    texts = json.loads((ROOM / "i18n" / f"{language}.json").read_text(encoding="utf-8"))
    for refusal in REFUSALS:
        facts = dict.fromkeys(refusal.__annotations__)
        entry = texts.pop(refusal.code)
        used = re.findall(r"\{(\w+)\}", entry["text"] + entry["remedy"])
        assert [name for name in used if name not in facts] == [], refusal.code
        assert [name for name in facts if name not in used] == [], refusal.code
    for command in IDENTITY.rules:
        entry = texts.pop(command.right())
        assert tuple(entry["fields"]) == command.__struct_fields__, command.kind
        assert entry["title"]
    assert texts == {}
