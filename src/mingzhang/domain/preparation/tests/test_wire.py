"""Bodies of commands that are not read. Their golden bytes: tests/rooms/test_bytes.py."""

import json
from typing import Any

import msgspec
import pytest

from mingzhang.domain.disclosure import messages as d
from mingzhang.domain.preparation import messages as m
from mingzhang.domain.preparation.tests.town import body
from mingzhang.kernel.refusals import Malformed
from mingzhang.kernel.scan import read_body

SUBMIT = (4, m.SubmitRequest)
MALFORMED = [
    (1, m.OpenCycle, "year", 1989),
    (1, m.OpenCycle, "deadlines", []),
    (1, m.OpenCycle, "required_units", ["DG"]),
    (1, m.OpenCycle, "rules.desks", []),
    (1, m.OpenCycle, "rules.sources", []),
    (1, m.OpenCycle, "rules.department_days", 366),
    (1, m.RegisterProject, "project", "a" * 81),
    (1, m.RegisterProject, "documents", []),
    (1, m.RegisterProject, "project_kind", "old"),
    (2, m.ApproveEstimate, "lines", []),
    (2, m.ApproveEstimate, "document_sha256", "0" * 63),
    (*SUBMIT, "previous", "1"),
    (*SUBMIT, "reason", ""),
    (*SUBMIT, "project", "rehab\n"),
    (*SUBMIT, "note", "unknown"),
    (*SUBMIT, "content.lines.0.amounts", []),
    (*SUBMIT, "content.lines.0.amounts.0.amount_fen", 0),
    (*SUBMIT, "content.lines.0.amounts.0.amount_fen", -1),
    (*SUBMIT, "content.lines.0.amounts.0.amount_fen", 2**53),
    (*SUBMIT, "content.lines.0.nature", "gift"),
    (*SUBMIT, "content.lines.0.function", "2100212\n"),
    (*SUBMIT, "content.goals.indicators.0.target", "1,5"),
    (*SUBMIT, "content.goals.indicators.0.target", "5338.5\n"),
    (*SUBMIT, "content.goals.indicators.0.operator", ">="),
    (*SUBMIT, "content.goals.indicators.0.weight_bp", -1),
    (*SUBMIT, "content.documents.0.sha256", "A" * 64),
    (8, m.EnterResolution, "votes.deputies", 0),
    (8, m.EnterResolution, "votes.in_favour", -1),
    (8, m.EnterResolution, "draft", "2022:0"),
    (9, m.IssueAppropriation, "number", ""),
    (9, m.HandDownAppropriation, "organisation", ""),
]


@pytest.mark.parametrize(("step", "command", "path", "value"), MALFORMED)
def test_a_malformed_body_is_not_read(step, command, path, value):
    plain = body(step, command.kind)
    if command is m.EnterResolution:
        plain["draft"] = "2022:1"
    read_body(command, command.kind, msgspec.Raw(json.dumps(plain).encode()))
    *way, last = path.split(".")
    place: Any = plain
    for name in way:
        place = place[int(name)] if name.isdigit() else place[name]
    place[int(last) if last.isdigit() else last] = value
    with pytest.raises(Malformed) as caught:
        read_body(command, command.kind, msgspec.Raw(json.dumps(plain).encode()))
    assert last in caught.value.field or caught.value.field.endswith("]")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"figure": "1"}, "figure"),
        ({"queue": "19064:01"}, "queue"),
        ({"queue": "19064"}, "queue"),
        ({"ground_zh": ""}, "ground_zh"),
        ({"ground_en": "x" * 201}, "ground_en"),
        ({"amount_fen": 1}, "amount_fen"),
    ],
)
def test_a_malformed_withholding_is_not_read(fields, field):
    plain = {
        "figure": "019ca8a1-2b00-7000-8000-000000000001",
        "queue": "19064:0",
        "organisation": "dg-rehab",
        "ground_zh": "依据",
        "ground_en": "ground",
    }
    kind = d.WithholdFigure.kind
    read_body(d.WithholdFigure, kind, msgspec.Raw(json.dumps(plain).encode()))
    with pytest.raises(Malformed) as caught:
        read_body(d.WithholdFigure, kind, msgspec.Raw(json.dumps(plain | fields).encode()))
    assert field in caught.value.field
