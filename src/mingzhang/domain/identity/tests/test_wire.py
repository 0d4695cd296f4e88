"""The bytes people sign and blocks hold: golden.json has each type once.

`whole`: every field has a value of its own; it shows the order of the fields. `spelled`: the
defaults are written out, and encode to `short`; so a default that changes is seen.
"""

import json
import re
from pathlib import Path

import msgspec
import pytest

from mingzhang.domain.identity import messages as m
from mingzhang.domain.identity.module import IDENTITY
from mingzhang.kernel.records import Command, Event, kind_of
from mingzhang.kernel.refusals import Malformed
from mingzhang.kernel.scan import read_body

GOLDEN = json.loads((Path(__file__).parent / "golden.json").read_text(encoding="utf-8"))


def name_of(struct):
    if issubclass(struct, Command):
        return struct.kind
    return kind_of(struct) if issubclass(struct, Event) else struct.path


TYPES = {name_of(t): t for t in (*IDENTITY.rules, *IDENTITY.applies, *IDENTITY.invariants)}


@pytest.mark.parametrize("row", GOLDEN, ids=lambda row: row["of"])
def test_bytes_never_change(row):
    decoder = msgspec.json.Decoder(TYPES[row["of"]])
    whole = decoder.decode(row["whole"])
    assert msgspec.json.encode(whole).decode() == row["whole"]
    spelled = decoder.decode(row["spelled"])
    assert msgspec.json.encode(spelled).decode() == row["short"]
    assert decoder.decode(row["short"]) == spelled


def test_each_type_has_golden_bytes_and_uses_every_field():
    assert [row["of"] for row in GOLDEN] == list(TYPES)
    for row in GOLDEN:
        plain = json.loads(row["whole"])
        plain.pop("kind", None)
        assert tuple(plain) == TYPES[row["of"]].__struct_fields__


@pytest.mark.parametrize("row", GOLDEN, ids=lambda row: row["of"])
def test_an_optional_field_appended_leaves_old_events_and_records_as_they_are(row):
    struct = TYPES[row["of"]]
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
    assert msgspec.json.encode(msgspec.json.decode(row["short"], type=later)) == (
        row["short"].encode()
    )


def test_a_command_names_its_version():
    for command in IDENTITY.rules:
        assert re.fullmatch(r"identity(\.[a-z_]+)+/[1-9][0-9]*", command.kind)


@pytest.mark.parametrize(
    ("command", "field", "value"),
    [
        (m.AddKey, "public_key", '"zz"'),
        (m.AddKey, "public_key", '"%s"' % ("AB" * 32)),
        (m.AddKey, "public_key", '"%s\\n"' % ("ab" * 32)),
        (m.AddKey, "person", '"Upper"'),
        (m.GiveGrant, "right_given", '"*"'),
        (m.GiveGrant, "right_given", '"a.*.b"'),
        (m.GiveGrant, "until_ms", "-1"),
        (m.GiveGrant, "until_ms", "null"),
        (m.GiveDelegation, "rights", "[]"),
        (m.RotateKey, "overlap_h", "169"),
        (m.RevokeKey, "kid", '"short"'),
        (m.CreatePost, "roles", "[]"),
        (m.CreatePost, "note", '"unknown"'),
        (m.RegisterOrganisation, "organisation_kind", '"bank"'),
        (m.ConfirmProposal, "proposal", '"019ca8a1-2b00-4000-8000-000000000001"'),
        (m.SetCalendar, "year", "1989"),
    ],
)
def test_a_malformed_body_is_not_read(command, field, value):
    (row,) = [row for row in GOLDEN if row["of"] == command.kind]
    members = msgspec.json.decode(row["whole"], type=dict[str, msgspec.Raw])
    members[field] = msgspec.Raw(value.encode())
    with pytest.raises(Malformed) as caught:
        read_body(command, command.kind, msgspec.Raw(msgspec.json.encode(members)))
    assert field in caught.value.field
