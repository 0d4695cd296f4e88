"""What the rooms offer, for the tests that hold every room to its specification and bytes."""

import importlib
import json
from pathlib import Path

import msgspec
import pytest

from mingzhang.app import VERSIONS
from mingzhang.kernel.records import Command, Event, kind_of
from mingzhang.kernel.refusals import Malformed
from mingzhang.kernel.scan import read_body

DOMAIN = Path(__file__).parents[2] / "src/mingzhang/domain"
ROOMS = tuple(room for room in VERSIONS[1].in_order if (DOMAIN / room.name).is_dir())
BY_NAME = {room.name: room for room in ROOMS}


def refusals_of(room):
    """Return a room's refusals in the order in which they are defined."""
    errors = importlib.import_module(f"mingzhang.domain.{room.name}.errors")
    return [
        found
        for found in vars(errors).values()
        if isinstance(found, type) and found.__module__ == errors.__name__ and "code" in vars(found)
    ]


def spec_of(room):
    return (DOMAIN / room.name / "README.md").read_text(encoding="utf-8")


def texts_of(room, language):
    return json.loads((DOMAIN / room.name / f"i18n/{language}.json").read_text(encoding="utf-8"))


def types_of(room):
    """Return a room's commands, events and records by the names under which they are stored."""
    types = (*room.rules, *room.applies, *room.invariants)
    return {_name_of(each): each for each in types}


def _name_of(struct):
    if issubclass(struct, Command):
        return struct.kind
    return kind_of(struct) if issubclass(struct, Event) else struct.path


def golden_of(room):
    """Return a room's golden bytes: `of`, `whole`, `spelled` and `short` of each type.

    `whole`: every field has a value of its own; it shows the order of the fields. `spelled`: the
    defaults are written out, and encode to `short`; so a default that changes is seen.
    """
    path = DOMAIN / room.name / "tests/golden.json"
    return json.loads(path.read_text(encoding="utf-8"))


def whole_of(command):
    """Return a body of a command with every member, from the golden bytes of its room."""
    room = BY_NAME[command.kind.partition(".")[0]]
    return next(row["whole"] for row in golden_of(room) if row["of"] == command.kind)


def is_not_read(command, whole, field, value):
    """Hold that a body is refused when one member's JSON is another, and the member is named."""
    members = msgspec.json.decode(whole, type=dict[str, msgspec.Raw])
    members[field] = msgspec.Raw(value.encode())
    with pytest.raises(Malformed) as caught:
        read_body(command, command.kind, msgspec.Raw(msgspec.json.encode(members)))
    assert field in caught.value.field
