"""The script of cases/dg-hospital, steps 1 to 9: each act by its person, on its day."""

import json
import re
from typing import Any

import pytest

from mingzhang.domain.funds.state import Cell
from mingzhang.domain.preparation.tests.town import CASE, USERS, Town
from mingzhang.domain.preparation.tests.town import command as command_of
from mingzhang.kernel.records import kind_of
from mingzhang.kernel.refusals import Refusal

LAST_STEP = 9


def filled(value: Any, saved: dict[str, str]) -> Any:
    """Return plain JSON with ``${name}`` replaced by what earlier acts saved."""
    text = re.sub(r"\$\{(\w+)\}", lambda found: saved[found[1]], json.dumps(value))
    return json.loads(text)


def test_the_script_runs_and_only_what_it_says_is_refused_is_refused():
    town = Town()
    saved: dict[str, str] = {}
    refused: list[tuple[int, str]] = []
    for step in CASE["steps"]:
        if step["n"] > LAST_STEP:
            break
        town.scene.pass_to(step["at"][:10])
        for act in step["acts"]:
            command = town.scene.modules.commands[act["kind"]]
            read = command_of(command, filled(act["body"], saved))
            keys = filled(act.get("on", []), saved)
            if "refused" in act:
                with pytest.raises(Refusal) as caught:
                    town.do(read, USERS[act["who"]], *keys)
                clause = caught.value.facts()["clause"]
                assert clause == act["refused"]["clause"]
                refused.append((step["n"], str(clause)))
                continue
            events = town.do(read, USERS[act["who"]], *keys)
            for name, where in act.get("save", {}).items():
                tag, _, field = where.rpartition(".")
                (value,) = [getattr(e, field) for e in events if kind_of(type(e)) == tag]
                saved[name] = value
    assert refused == [(3, "R01"), (5, "R02"), (7, "R03")]
    assert town.scene.breaches() == []
    votes = [r.voted_fen for r in town.scene.records(Cell).values()]
    assert sum(votes) == 850_000_000
