"""Bytes that are in blocks for decades: golden values of every event, record and command."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from mingzhang.domain.funds.module import FUNDS
from mingzhang.domain.funds.state import Limit, Part, Posting
from mingzhang.domain.funds.tests.samples import golden
from tests.rooms.offered import is_not_read

GOLDEN = json.loads((Path(__file__).parent / "golden.json").read_text(encoding="utf-8"))
EVERY: tuple[Any, ...] = (*FUNDS.rules, *FUNDS.applies, *FUNDS.invariants, Limit, Part, Posting)
STRUCTS = {each.__name__: each for each in EVERY}


def test_every_command_event_and_record_has_golden_bytes():
    assert sorted(GOLDEN) == sorted(STRUCTS)


@pytest.mark.parametrize("name", STRUCTS)
def test_bytes_are_as_released(name):
    assert golden(STRUCTS[name]) == GOLDEN[name]


@pytest.mark.parametrize("name", STRUCTS)
def test_golden_bytes_are_read_back_as_they_were(name):
    for form in ("full", "least"):
        wire = GOLDEN[name][form].encode()
        value = msgspec.json.decode(wire, type=STRUCTS[name])
        assert msgspec.json.encode(value) == wire


@pytest.mark.parametrize("name", [each.__name__ for each in (*FUNDS.applies, *FUNDS.invariants)])
def test_an_optional_field_appended_leaves_old_bytes_as_they_are(name):
    old = STRUCTS[name]
    later = msgspec.defstruct(
        "Later",
        [("reason", str | None, None)],
        bases=(old,),
        tag=old.__struct_config__.tag,
        frozen=True,
        kw_only=True,
    )
    wire = GOLDEN[name]["full"].encode()
    assert msgspec.json.encode(msgspec.json.decode(wire, type=later)) == wire


@pytest.mark.parametrize(
    ("name", "field", "value"),
    [
        ("SetLimit", "amount_fen", "-1"),
        ("SetLimit", "amount_fen", "9007199254740992"),
        ("SetLimit", "amount_fen", "1.5"),
        ("SetLimit", "year", "1989"),
        ("SetLimit", "unit", '"36*"'),
        ("SetLimit", "unit", r'"361\n"'),
        ("SetLimit", "point", '"order"'),
        ("SetLimit", "horizon", '"month"'),
        ("SetLimit", "mode", '"hint"'),
        ("LiftLimit", "pattern", '"2026-xyz"'),
        ("RequireLimits", "points", '["payment","payment","payment","payment"]'),
        ("FlagCell", "cell", '"l1"'),
        ("FlagCell", "cell", r'"l1:general:local:2026:2026\n"'),
        ("FreezeAmount", "amount_fen", "0"),
        ("FreezeAmount", "note", '"unknown field"'),
    ],
)
def test_a_malformed_command_is_not_read(name, field, value):
    is_not_read(STRUCTS[name], GOLDEN[name]["full"], field, value)
