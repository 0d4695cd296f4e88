"""Corrections before the vote, and what the vote closes (rows F6, A2.2)."""

from typing import Any

import pytest

from mingzhang.domain.preparation import errors
from mingzhang.domain.preparation import messages as m
from mingzhang.domain.preparation.state import Request, RequestVersion
from mingzhang.domain.preparation.tests.cases import OPEN_GATE, content, lines_with, refused
from mingzhang.domain.preparation.tests.town import (
    BUREAU_REVIEWER,
    CLERK,
    CLINIC_CLERK,
    DIRECTOR,
    REVIEWER,
    Town,
    approved,
    command,
    submitted,
    voted,
)
from tests.scene import Who

LESS = lines_with(3, amounts=[{"year": 2022, "amount_fen": 50_000_000}])


def correct(town: Town, who: Who = CLERK, **changed: Any) -> Any:
    (request,) = town.scene.records(Request)
    plain = {
        "request": request,
        "organisation": "dg-rehab",
        "reason": "预备费录入有误",
        "content": content(lines=LESS),
    }
    return town.do(command(m.CorrectRequest, plain | changed), who)


def test_a_correction_is_reviewed_again_and_until_then_the_approved_version_stands():
    town = approved()
    correct(town)
    head = town.request()
    assert (head.version, head.state, head.approved_version) == (2, "submitted", 1)
    assert town.at("preparation/total/2022").approved_fen == 850_000_000
    for who in (DIRECTOR, REVIEWER, BUREAU_REVIEWER):
        town.review("approve", who)
    head = town.request()
    assert (head.approved_version, head.approved_fen) == (2, 840_000_000)  # - 100,000.00
    assert town.at("preparation/total/2022").approved_fen == 840_000_000
    versions = town.scene.records(RequestVersion)
    assert [v.corrects for v in versions.values()] == [False, True]
    assert town.scene.breaches() == []


def test_a_rejected_correction_leaves_the_approved_version_in_the_draft():
    town = approved()
    correct(town)
    town.review("reject", DIRECTOR, reason="无误，不必更正")
    assert town.request().drafted
    total = town.at("preparation/total/2022")
    assert (total.asked_fen, total.approved_fen, total.live) == (850_000_000, 850_000_000, 1)
    (drafted,) = town.compile()
    assert (drafted.total_fen, drafted.left_out) == (850_000_000, 0)
    assert town.scene.breaches() == []


def test_a_correction_after_the_draft_makes_the_congress_wait_for_a_new_draft():
    town = approved()
    town.compile()
    town.stage("congress")
    correct(town)
    for who in (DIRECTOR, REVIEWER, BUREAU_REVIEWER):
        town.review("approve", who)
    town.scene.pass_to("2022-01-20")
    found = refused(town, lambda t: t.resolve())
    assert (type(found), found.draft) == (errors.DraftChanged, "2022:1")
    (second,) = town.compile()
    assert (second.draft, second.previous) == ("2022:2", "2022:1")
    assert refused(town, lambda t: t.resolve()).code == errors.NoDraft.code
    town.resolve(draft="2022:2")
    assert town.at("preparation/resolution/2022").total_fen == 840_000_000


def test_after_the_vote_nothing_is_corrected_and_nothing_more_is_approved():
    town = approved()
    town.compile()
    correct(town)
    town.stage("congress")
    for who in (DIRECTOR, REVIEWER):
        town.review("approve", who)
    town.scene.pass_to("2022-01-20")
    town.resolve()
    found = refused(town, lambda t: t.review("approve", BUREAU_REVIEWER))
    assert (type(found), found.year) == (errors.AlreadyResolved, 2022)
    assert refused(voted(), correct).code == errors.AlreadyResolved.code


@pytest.mark.parametrize(
    ("given", "changed", "who", "refusal"),
    [
        (approved, {"request": "019ca8a1-2b00-7000-8000-000000000001"}, CLERK, errors.NoRequest),
        (approved, {"organisation": "dg-clinic"}, CLERK, errors.NoRequest),
        (approved, {}, CLINIC_CLERK, errors.OtherOrganisation),
        (approved, {"content": content(lines=LESS + LESS)}, CLERK, errors.LineTwice),
        (submitted, {}, CLERK, errors.UnderReview),
    ],
)
def test_what_is_not_approved_or_not_ones_own_is_not_corrected(given, changed, who, refusal):
    town = given()
    town.scene.modules.gate = OPEN_GATE
    assert type(refused(town, lambda t: correct(t, who, **changed))) is refusal


def test_what_the_first_stage_approved_is_no_draft_to_correct():
    town = Town()
    town.open_cycle()
    town.register()
    town.submit()
    for who in (DIRECTOR, REVIEWER, BUREAU_REVIEWER):
        town.review("approve", who)
    assert town.request().state == "approved"
    assert type(refused(town, correct)) is errors.UnderReview


def test_a_correction_goes_through_the_contracts_like_any_version():
    more = lines_with(0, amounts=[{"year": 2022, "amount_fen": 1_000_000_000}])
    found = refused(approved(), lambda t: correct(t, content=content(lines=more)))
    assert type(found) is errors.OverEstimate
