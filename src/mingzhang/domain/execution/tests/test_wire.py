"""The bytes people sign and blocks hold: golden.json has each type once.

`whole`: every field has a value of its own; it shows the order of the fields. `spelled`: the
defaults are written out, and encode to `short`; so a default that changes is seen.
"""

import json
import re
from pathlib import Path

import msgspec
import pytest

from mingzhang.domain.execution import messages as m
from mingzhang.domain.execution.module import EXECUTION
from mingzhang.kernel.records import Command, Event, kind_of
from mingzhang.kernel.refusals import Malformed
from mingzhang.kernel.scan import read_body

GOLDEN = json.loads((Path(__file__).parent / "golden.json").read_text(encoding="utf-8"))


def name_of(struct):
    if issubclass(struct, Command):
        return struct.kind
    return kind_of(struct) if issubclass(struct, Event) else struct.path


TYPES = {name_of(t): t for t in (*EXECUTION.rules, *EXECUTION.applies, *EXECUTION.invariants)}


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
    for command in EXECUTION.rules:
        assert re.fullmatch(r"execution(\.[a-z_]+)+/[1-9][0-9]*", command.kind)


@pytest.mark.parametrize(
    ("command", "field", "value"),
    [
        (m.IssueQuota, "parts", "[]"),
        (m.IssueQuota, "year", "1989"),
        (m.ReleaseQuota, "quota", '"q1"'),
        (m.SetPlan, "months_fen", "[1,2,3]"),
        (m.RegisterPayee, "account", '"6222020000000001"'),
        (m.RegisterPayee, "credit_code", '"91440000dg000001xx"'),
        (m.ChangePayeeAccount, "account", '"102581000001:6222020000000001\\n"'),
        (m.ProposeAgreement, "years", "[]"),
        (m.ProposeAgreement, "total_fen", "0"),
        (m.AcceptMilestone, "duty", '"owner"'),
        (m.AcceptMilestone, "milestone", '"m:1"'),
        (m.RequestPayment, "amount_fen", "0"),
        (m.RequestPayment, "amount_fen", "-1"),
        (m.RequestPayment, "amount_fen", "9007199254740992"),
        (m.RequestPayment, "amount_fen", "1.5"),
        (m.RequestPayment, "invoice", '"04418832 "'),
        (m.RequestPayment, "invoice", '"a4418832"'),
        (m.RequestPayment, "purpose", '""'),
        (m.RequestPayment, "note", '"unknown"'),
        (m.ReportBank, "items", "[]"),
        (m.RequestVirement, "from_cell", '"l1"'),
        (m.RequestVirement, "art67_case", '"other"'),
    ],
)
def test_a_malformed_body_is_not_read(command, field, value):
    (row,) = [row for row in GOLDEN if row["of"] == command.kind]
    members = msgspec.json.decode(row["whole"], type=dict[str, msgspec.Raw])
    members[field] = msgspec.Raw(value.encode())
    with pytest.raises(Malformed) as caught:
        read_body(command, command.kind, msgspec.Raw(msgspec.json.encode(members)))
    assert field in caught.value.field
