"""README and catalogues name everything that the code offers."""

import json
import re
from pathlib import Path
from typing import Any

from mingzhang.domain.contracts import errors
from mingzhang.domain.contracts.module import CONTRACTS
from mingzhang.kernel.refusals import Refusal

HERE = Path(__file__).parents[1]
SPEC = (HERE / "README.md").read_text(encoding="utf-8")
REFUSALS = [
    found
    for found in vars(errors).values()
    if isinstance(found, type) and issubclass(found, Refusal) and found is not Refusal
]


def catalogue(language: str) -> dict[str, Any]:
    text = (HERE / "i18n" / f"{language}.json").read_text(encoding="utf-8")
    found = json.loads(text)
    assert isinstance(found, dict)
    return found


def test_spec_names_every_command_event_record_invariant_due_item_and_table():
    offered = [kind.__name__ for kind in (*CONTRACTS.rules, *CONTRACTS.applies)]
    offered += [command.kind for command in CONTRACTS.rules]
    offered += [record.__name__ for record in CONTRACTS.invariants]
    offered += [holds.__name__ for of in CONTRACTS.invariants.values() for holds in of]
    offered += [total.__name__ for total in CONTRACTS.totals]
    offered += [followed.__name__ for followed in CONTRACTS.reacts]
    offered += [*CONTRACTS.due, *(table.name for table in CONTRACTS.tables)]
    assert [name for name in offered if f"`{name}`" not in SPEC] == []


def test_spec_lists_refusals_in_order_with_their_codes():
    rows = [f"| {refusal.code} | `{refusal.__name__}` |" for refusal in REFUSALS]
    places = [SPEC.find(row) for row in rows]
    assert -1 not in places
    assert places == sorted(places)


def test_both_catalogues_word_every_refusal_with_facts_that_it_has():
    for language in ("zh-CN", "en"):
        words = catalogue(language)
        for refusal in REFUSALS:
            entry = words[refusal.code]
            named = re.findall(r"\{(\w+)\}", entry["text"] + entry["remedy"])
            assert [name for name in named if name not in refusal.__annotations__] == []
            assert entry["remedy"]


def test_both_catalogues_title_every_command_and_label_every_field():
    for language in ("zh-CN", "en"):
        words = catalogue(language)
        for command in CONTRACTS.rules:
            entry = words[command.right()]
            assert entry["title"]
            assert sorted(entry["fields"]) == sorted(command.__struct_fields__)
        expected = [refusal.code for refusal in REFUSALS]
        expected += [command.right() for command in CONTRACTS.rules]
        assert sorted(words) == sorted(expected)
