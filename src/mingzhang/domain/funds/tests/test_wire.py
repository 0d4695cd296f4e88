"""Bytes that are in blocks for decades: golden values of every event, record and command."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from mingzhang.domain.funds.module import FUNDS
from mingzhang.domain.funds.state import Limit, Part, Posting
from mingzhang.domain.funds.tests.samples import golden
from mingzhang.kernel.refusals import Malformed
from mingzhang.kernel.scan import read_body

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
        ("SetLimit", "amount_fen", b"-1"),
        ("SetLimit", "amount_fen", b"9007199254740992"),
        ("SetLimit", "amount_fen", b"1.5"),
        ("SetLimit", "year", b"1989"),
        ("SetLimit", "unit", b'"36*"'),
        ("SetLimit", "unit", rb'"361\n"'),
        ("SetLimit", "point", b'"order"'),
        ("SetLimit", "horizon", b'"month"'),
        ("SetLimit", "mode", b'"hint"'),
        ("LiftLimit", "pattern", b'"2026-xyz"'),
        ("RequireLimits", "points", b'["payment","payment","payment","payment"]'),
        ("FlagCell", "cell", b'"l1"'),
        ("FlagCell", "cell", rb'"l1:general:local:2026:2026\n"'),
        ("FreezeAmount", "amount_fen", b"0"),
        ("FreezeAmount", "note", b'"unknown field"'),
    ],
)
def test_a_malformed_command_is_not_read(name, field, value):
    members = msgspec.json.decode(GOLDEN[name]["full"], type=dict[str, msgspec.Raw])
    members[field] = msgspec.Raw(value)
    body = msgspec.Raw(msgspec.json.encode(members))
    with pytest.raises(Malformed) as refused:
        read_body(STRUCTS[name], STRUCTS[name].kind, body)
    assert field in refused.value.field
