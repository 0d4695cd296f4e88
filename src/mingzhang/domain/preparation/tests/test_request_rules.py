"""Refusals of a request before any contract is asked.

The rows of each table walk down `errors` in order; each has something wrong that comes later, too.
"""

from typing import Any

import pytest

from mingzhang.domain.preparation import errors
from mingzhang.domain.preparation import messages as m
from mingzhang.domain.preparation.state import Share, Total
from mingzhang.domain.preparation.terms import LINES_MAX, UNITS_MAX
from mingzhang.domain.preparation.tests.cases import (
    OPEN_GATE,
    closed,
    content,
    current,
    in_congress,
    lines_with,
    no_ceilings,
    refused,
    request_body,
    send,
    with_clinic_project,
    without_ceilings,
)
from mingzhang.domain.preparation.tests.town import (
    CLINIC_CLERK,
    Town,
    approved,
    command,
    ready,
    submitted,
)
from mingzhang.kernel.refusals import RightMissing

FORMS: list[tuple[str, Any, Any, type[Exception], dict[str, Any]]] = [
    ("no cycle", Town, lambda t: t.submit(), errors.NoCycle, {"year": 2022}),
    (
        "ceilings are being given",
        no_ceilings,
        lambda t: t.submit(),
        errors.StageNotOpen,
        {"stage": "first_down", "closed": False},
    ),
    (
        "after the deadline",
        closed,
        lambda t: t.submit(),
        errors.StageNotOpen,
        {"stage": "second_up", "closed": True},
    ),
    (
        "before the congress",
        in_congress,
        lambda t: t.submit(previous=None),
        errors.StageNotOpen,
        {"stage": "congress"},
    ),
    (
        "no ceiling at all",
        without_ceilings,
        lambda t: t.submit(),
        errors.NoCeiling,
        {"organisation": "dg-health"},
    ),
    (
        "another unit's project",
        with_clinic_project,
        lambda t: t.submit(project="clinic-lift"),
        errors.OtherUnit,
        {"project": "clinic-lift", "unit": "dg-clinic"},
    ),
    (
        "a line twice",
        ready,
        lambda t: send(t, request_body(lines=lines_with(0) + lines_with(0)[:1])),
        errors.LineTwice,
        {"line": "rehab-l1"},
    ),
    (
        "a line with other codes",
        ready,
        lambda t: send(t, request_body(lines=lines_with(0, economic="31003"))),
        errors.LineDiffers,
        {"line": "rehab-l1"},
    ),
    (
        "one line with two classes",
        ready,
        lambda t: send(
            t,
            request_body(
                lines=[
                    *lines_with(0, line="new-1"),
                    *lines_with(1, line="new-1", source="other")[:2],
                ]
            ),
        ),
        errors.LineDiffers,
        {"line": "new-1"},
    ),
    (
        "a year before the budget's",
        ready,
        lambda t: send(
            t, request_body(lines=lines_with(0, amounts=[{"year": 2021, "amount_fen": 1}]))
        ),
        errors.YearWrong,
        {"line": "rehab-l1", "year": 2021},
    ),
    (
        "a year after the project's last",
        ready,
        lambda t: send(
            t, request_body(lines=lines_with(0, amounts=[{"year": 2024, "amount_fen": 1}]))
        ),
        errors.YearWrong,
        {"line": "rehab-l1", "year": 2024},
    ),
    (
        "a year twice",
        ready,
        lambda t: send(
            t, request_body(lines=lines_with(0, amounts=[{"year": 2022, "amount_fen": 1}] * 2))
        ),
        errors.YearWrong,
        {"line": "rehab-l1", "year": 2022},
    ),
    (
        "more than the ledger holds",
        ready,
        lambda t: send(
            t,
            request_body(
                lines=[
                    line | {"amounts": [{"year": 2022, "amount_fen": 2**52}]}
                    for line in lines_with(0)
                ]
            ),
        ),
        errors.AmountTooLarge,
        {"asked_fen": 2**54},
    ),
    (
        "an unknown kind of indicator",
        ready,
        lambda t: send(
            t,
            request_body(
                goals=content()["goals"]
                | {"indicators": [content()["goals"]["indicators"][0] | {"indicator_kind": "z9"}]}
            ),
        ),
        errors.IndicatorUnknown,
        {"indicator": "z9"},
    ),
    (
        "a predecessor that is not",
        ready,
        lambda t: t.submit(previous="019ca8a1-2b00-7000-8000-000000000001:1"),
        errors.OtherPredecessor,
        {"current": None},
    ),
    (
        "no predecessor where there is one",
        submitted,
        lambda t: t.submit(),
        errors.OtherPredecessor,
        {"previous": None},
    ),
    (
        "while it is before its reviewers",
        submitted,
        lambda t: t.submit(previous=current(t)),
        errors.UnderReview,
        {"state": "submitted"},
    ),
    (
        "once approved in this stage",
        approved,
        lambda t: t.submit(previous=current(t)),
        errors.UnderReview,
        {"state": "approved"},
    ),
]


@pytest.mark.parametrize(
    ("given", "step", "refusal", "facts"), [row[1:] for row in FORMS], ids=[row[0] for row in FORMS]
)
def test_a_request_is_not_taken(given, step, refusal, facts):
    found = refused(given(), step)
    assert type(found) is refusal
    assert {name: found.facts()[name] for name in facts} == facts


def test_nobody_submits_for_another_unit():
    with pytest.raises(RightMissing):
        ready().submit(who=CLINIC_CLERK)
    town = ready()
    town.scene.modules.gate = OPEN_GATE
    found = refused(town, lambda t: t.submit(who=CLINIC_CLERK))
    assert type(found) is errors.OtherOrganisation
    assert found.expected == "dg-rehab"


def test_a_department_has_room_for_so_many_units_only():
    town = ready()
    full = Total(shares=tuple(Share(organisation=f"unit-{n}") for n in range(UNITS_MAX)))
    town.scene.put({"preparation/total/2022:dg-health": full})
    found = refused(town, lambda t: t.submit())
    assert (type(found), found.limit) == (errors.TooMany, UNITS_MAX)
    town = ready()
    town.scene.put({"preparation/total/2022": full})
    found = refused(town, lambda t: t.submit())
    assert (type(found), found.organisation) == (errors.TooMany, "dg-finance")


def test_a_request_has_so_many_lines_only():
    plain = request_body(lines=lines_with(0)[:1] * (LINES_MAX + 1))
    with pytest.raises(ValueError, match="lines"):
        command(m.SubmitRequest, plain)
