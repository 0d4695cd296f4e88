"""The bytes people sign and blocks hold, of every room whose golden.json lists each type once."""

import json
import re

import msgspec
import pytest

from mingzhang.kernel.records import Command
from tests.rooms.offered import BY_NAME, ROOMS, golden_of, types_of

LISTED = [
    BY_NAME[name] for name in ("identity", "procedure", "preparation", "execution", "disclosure")
]
GOLDEN = [(types_of(room)[row["of"]], row) for room in LISTED for row in golden_of(room)]
EACH = pytest.mark.parametrize(("struct", "row"), GOLDEN, ids=[row["of"] for _, row in GOLDEN])


@EACH
def test_bytes_never_change(struct, row):
    decoder = msgspec.json.Decoder(struct)
    whole = decoder.decode(row["whole"])
    assert msgspec.json.encode(whole).decode() == row["whole"]
    spelled = decoder.decode(row["spelled"])
    assert msgspec.json.encode(spelled).decode() == row["short"]
    assert decoder.decode(row["short"]) == spelled


@EACH
def test_golden_bytes_use_every_field_in_order(struct, row):
    plain = json.loads(row["whole"])
    if "kind" not in struct.__struct_fields__:
        plain.pop("kind", None)
    assert tuple(plain) == struct.__struct_fields__


@pytest.mark.parametrize("room", LISTED, ids=lambda room: room.name)
def test_each_type_has_golden_bytes(room):
    assert [row["of"] for row in golden_of(room)] == list(types_of(room))


@EACH
def test_an_optional_field_appended_leaves_old_events_and_records_as_they_are(struct, row):
    if issubclass(struct, Command):
        return
    later = msgspec.defstruct(
        "Later",
        [("appended", str | None, None)],
        bases=(struct,),
        tag=struct.__struct_config__.tag,
        frozen=True,
        kw_only=True,
    )
    decoded = msgspec.json.decode(row["short"], type=later)
    assert msgspec.json.encode(decoded) == row["short"].encode()


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
def test_a_command_names_its_room_and_version(room):
    for command in room.rules:
        assert re.fullmatch(rf"{room.name}(\.[a-z_]+)+/[1-9][0-9]*", command.kind)
