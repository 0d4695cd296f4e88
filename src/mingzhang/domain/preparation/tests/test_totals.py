"""Totals and the first balancing proposal stand there without anybody's action (row A2.1)."""

import hashlib
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mingzhang.domain.preparation.balance import proportional
from mingzhang.domain.preparation.errors import NothingApproved
from mingzhang.domain.preparation.state import Balance, Overdue, Request
from mingzhang.domain.preparation.tests.cases import content, lines_with, refused
from mingzhang.domain.preparation.tests.town import (
    BUREAU_REVIEWER,
    CLERK,
    CLINIC_CLERK,
    CLINIC_DIRECTOR,
    DIRECTOR,
    HEALTH_FINANCE,
    REVIEWER,
    Town,
    approved,
    handed_down,
    voted,
)
from mingzhang.domain.procedure.state import Notice


def basic(town: Town, unit: str, yuan: int, who: Any, **more: Any) -> tuple[Any, ...]:
    """Submit basic expenditure of a unit, in yuan."""
    item = lines_with(0, line=f"{unit}-basic", amounts=[{"year": 2022, "amount_fen": yuan * 100}])[
        0
    ]
    return town.submit(
        who=who,
        organisation=unit,
        project=None,
        content=content(goals=None, documents=[], lines=[item]),
        **more,
    )


def both_required() -> Town:
    town = Town()
    town.open_cycle(required_units=["dg-rehab", "dg-clinic"])
    return town


def test_totals_are_complete_once_every_required_unit_has_submitted():
    town = both_required()
    basic(town, "dg-rehab", 6_000_000, CLERK)
    assert town.at("preparation/total/2022:dg-health").complete is False
    assert town.at("preparation/total/2022").complete is False
    basic(town, "dg-clinic", 3_000_000, CLINIC_CLERK)
    for name in ("2022:dg-health", "2022"):
        total = town.at(f"preparation/total/{name}")
        assert (total.complete, total.asked_fen, total.live) == (True, 900_000_000, 2)


def test_a_ceiling_below_the_sum_gives_a_proportional_proposal_for_department_and_bureau():
    town = both_required()
    basic(town, "dg-rehab", 6_000_000, CLERK)
    basic(town, "dg-clinic", 3_000_000, CLINIC_CLERK)
    town.stage("first_down")
    town.ceiling("dg-finance", 7_000_000)
    events = town.ceiling("dg-health", 6_000_000)
    (for_department, for_bureau) = [e for e in events if type(e).__name__ == "BalanceProposed"]
    # 6,000,000 of 9,000,000: each keeps two thirds
    assert [(s.organisation, s.proposed_fen) for s in for_department.shares] == [
        ("dg-rehab", 400_000_000),
        ("dg-clinic", 200_000_000),
    ]
    assert for_bureau.ceiling_fen == 700_000_000
    assert [s.proposed_fen for s in for_bureau.shares] == [700_000_000]
    total = town.at("preparation/total/2022:dg-health")
    assert total.over_fen == 300_000_000
    assert [share.proposed_fen for share in total.shares] == [400_000_000, 200_000_000]
    notices = town.scene.records(Notice).values()
    told = {n.organisation: n.about for n in notices if n.notice_kind == "balance_proposed"}
    assert told == {
        "dg-health": "preparation/balance/2022:dg-health",
        "dg-finance": "preparation/balance/2022",
    }
    again = town.ceiling("dg-health", 6_000_000)  # nothing new to propose
    assert [e for e in again if type(e).__name__ == "BalanceProposed"] == []


def test_no_proposal_while_a_required_unit_is_missing():
    town = both_required()
    basic(town, "dg-rehab", 6_000_000, CLERK)
    town.stage("first_down")
    town.ceiling("dg-finance", 5_000_000)
    town.ceiling("dg-health", 5_000_000)
    assert town.scene.records(Balance) == {}


def test_no_proposal_where_exactly_the_ceiling_is_asked_for():
    town = both_required()
    basic(town, "dg-rehab", 6_000_000, CLERK)
    basic(town, "dg-clinic", 3_000_000, CLINIC_CLERK)
    town.stage("first_down")
    town.ceiling("dg-finance", 9_000_000)
    town.ceiling("dg-health", 9_000_000)
    assert town.scene.records(Balance) == {}


def test_the_proposal_is_withdrawn_once_what_is_asked_fits():
    town = both_required()
    basic(town, "dg-rehab", 6_000_000, CLERK)
    basic(town, "dg-clinic", 3_000_000, CLINIC_CLERK)
    town.stage("first_down")
    town.ceiling("dg-finance", 9_000_000)
    town.ceiling("dg-health", 8_000_000)
    assert list(town.scene.records(Balance)) == ["2022:dg-health"]
    requests = {r.unit: name for name, r in town.scene.records(Request).items()}
    town.review("reject", CLINIC_DIRECTOR, requests["dg-clinic"], reason="缓办")
    assert town.scene.records(Balance) == {}
    total = town.at("preparation/total/2022:dg-health")
    assert (total.asked_fen, total.over_fen, total.complete) == (600_000_000, 0, False)
    assert [share.proposed_fen for share in total.shares] == [None, None]
    assert town.scene.breaches() == []


@given(
    st.lists(st.integers(0, 2**53 - 1), min_size=1, max_size=12),
    st.integers(0, 10_000),
)
def test_shares_sum_to_the_ceiling_and_none_exceeds_what_was_asked(amounts, of_ten_thousand):
    whole = sum(amounts)
    if whole == 0:
        return
    ceiling = whole * of_ten_thousand // 10_001
    shares = proportional(tuple((f"u{n}", fen) for n, fen in enumerate(amounts)), ceiling)
    assert sum(share.proposed_fen for share in shares) == ceiling
    for share, asked in zip(shares, amounts, strict=True):
        assert 0 <= share.proposed_fen <= asked
        # within a fen of the exact proportion
        assert abs(share.proposed_fen * whole - asked * ceiling) < whole


def test_what_the_first_stage_approved_does_not_stand_in_the_draft():
    town = both_required()
    basic(town, "dg-rehab", 5_000_000, CLERK)
    for who in (DIRECTOR, REVIEWER, BUREAU_REVIEWER):
        town.review("approve", who)
    head = town.request()
    assert (head.state, head.approved_version, head.drafted) == ("approved", 1, False)
    assert town.at("preparation/total/2022").approved_fen == 0
    early = town.copy()
    for stage in ("first_down", "second_up"):
        early.stage(stage)
    assert type(refused(early, lambda t: t.compile())) is NothingApproved
    town.stage("first_down")
    town.ceiling("dg-finance", 9_000_000)
    town.ceiling("dg-health", 9_000_000)
    town.stage("second_up")
    (request,) = town.scene.records(Request)
    basic(town, "dg-rehab", 4_000_000, CLERK, previous=f"{request}:1")
    assert (town.request().version, town.request().approved_version) == (2, 0)
    for who in (DIRECTOR, REVIEWER, BUREAU_REVIEWER):
        town.review("approve", who)
    assert town.request().drafted
    assert town.at("preparation/total/2022").approved_fen == 400_000_000
    assert town.scene.breaches() == []


def test_the_draft_is_one_document_whose_hash_covers_each_approved_request():
    town = approved()
    (drafted,) = town.compile()
    (request,) = town.scene.records(Request)
    head = town.request()
    line = f"dg-health|dg-rehab|rehab-ward|{request}|1|{head.content_sha256}|850000000\n"
    assert drafted.sha256 == hashlib.sha256(line.encode()).hexdigest()
    assert (drafted.total_fen, drafted.requests, drafted.left_out) == (850_000_000, 1, 0)


def test_requests_under_review_are_counted_as_left_out_of_the_draft():
    town = approved()
    basic(town, "dg-rehab", 100, CLERK)
    (drafted,) = town.compile()
    assert (drafted.requests, drafted.left_out) == (1, 1)


def test_departments_and_units_without_approval_are_noted_after_20_and_15_days():
    town = voted()  # 2022-01-20
    town.scene.pass_to("2022-02-09")
    assert town.scene.records(Overdue) == {}
    town.scene.pass_to("2022-02-10")
    missed = town.at("preparation/overdue/department:2022:dg-health")
    assert (missed.responsible, missed.step) == ("dg-finance", "department")
    (notice,) = [
        n for n in town.scene.records(Notice).values() if n.notice_kind == "deadline_missed"
    ]
    assert notice.organisation == "dg-finance"
    town.issue()
    town.scene.pass_to("2022-02-25")
    assert len(town.scene.records(Overdue)) == 1
    town.scene.pass_to("2022-02-26")  # 02-10 + 15 days = 02-25
    assert town.at("preparation/overdue/unit:2022:dg-rehab").responsible == "dg-health"


def test_a_unit_without_approved_requests_is_not_waited_for():
    town = approved()
    town.ceiling("dg-clinic", 1_000)
    town.compile()
    town.stage("congress")
    town.scene.pass_to("2022-01-20")
    town.resolve()
    town.issue()
    town.scene.pass_to("2022-03-31")
    assert list(town.scene.records(Overdue)) == ["unit:2022:dg-rehab"]


def test_nobody_is_late_who_handed_down_in_time():
    town = handed_down()
    town.scene.pass_to("2022-12-31")
    assert town.scene.records(Overdue) == {}


def test_a_stage_that_was_left_in_time_is_not_closed_later():
    town = Town()
    town.open_cycle()
    town.stage("first_down")
    town.scene.pass_to("2021-09-12")  # the deadline of the first stage
    assert town.at("preparation/cycle/2022").closed is False
    town.scene.pass_to("2021-10-16")
    assert town.at("preparation/cycle/2022").closed is True


def test_ceilings_of_units_are_the_departments_to_give():
    town = Town()
    town.open_cycle()
    town.stage("first_down")
    town.ceiling("dg-health", 1_000)
    town.ceiling("dg-rehab", 600, HEALTH_FINANCE)
    assert town.at("preparation/total/2022:dg-health").share("dg-rehab").ceiling_fen == 60_000
