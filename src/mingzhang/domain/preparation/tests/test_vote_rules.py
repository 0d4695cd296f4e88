"""Refusals of draft, resolution and appropriation, and taking one back.

The rows of each table walk down `errors` in order; each has something wrong that comes later, too.
"""

from typing import Any

import pytest

from mingzhang.domain.funds import errors as funds_errors
from mingzhang.domain.funds.authority import allot
from mingzhang.domain.preparation import appropriation_rules, errors
from mingzhang.domain.preparation import messages as m
from mingzhang.domain.preparation.tests.cases import (
    HALF,
    OPEN_GATE,
    content,
    hidden_issue,
    in_congress,
    lines_with,
    refused,
)
from mingzhang.domain.preparation.tests.town import (
    BUDGET,
    BUREAU_REVIEWER,
    DIRECTOR,
    HEALTH_FINANCE,
    REVIEWER,
    SECRETARY,
    Town,
    approved,
    body,
    called,
    command,
    day,
    handed_down,
    ready,
    submitted,
    voted,
)
from mingzhang.kernel.refusals import RightMissing, Stale, Unseen

VOTE: list[tuple[str, Any, Any, type[Exception], dict[str, Any]]] = [
    ("no cycle", Town, lambda t: t.compile(), errors.NoCycle, {"year": 2022}),
    ("too early", called, lambda t: t.compile(), errors.StageNotOpen, {"stage": "first_up"}),
    (
        "nothing approved",
        submitted,
        lambda t: t.compile(),
        errors.NothingApproved,
        {"organisation": "dg-finance"},
    ),
    ("after the vote", voted, lambda t: t.compile(), errors.AlreadyResolved, {"year": 2022}),
    (
        "a vote on no draft",
        in_congress,
        lambda t: t.resolve(draft="2022:2"),
        errors.NoDraft,
        {"draft": "2022:2", "current": "2022:1"},
    ),
    (
        "a vote on another year's draft",
        in_congress,
        lambda t: t.resolve(draft="2021:1"),
        errors.NoDraft,
        {"draft": "2021:1"},
    ),
    ("a second vote", voted, lambda t: t.resolve(), errors.AlreadyResolved, {"year": 2022}),
    (
        "more votes than deputies",
        in_congress,
        lambda t: t.resolve(votes=HALF | {"against": 151}, day=day("2021-10-18")),
        errors.VotesWrong,
        {"field": "votes"},
    ),
    (
        "a vote tomorrow",
        in_congress,
        lambda t: t.resolve(day=day("2021-10-19")),
        errors.VotesWrong,
        {"field": "day"},
    ),
]


def test_a_vote_before_the_congress_stage_is_refused():
    town = approved()
    town.compile()
    found = refused(town, lambda t: t.resolve())
    assert type(found) is errors.StageNotOpen


@pytest.mark.parametrize(
    ("given", "step", "refusal", "facts"),
    [row[1:] for row in VOTE],
    ids=[row[0] for row in VOTE],
)
def test_no_draft_and_no_vote(given, step, refusal, facts):
    found = refused(given(), step)
    assert type(found) is refusal
    assert {name: found.facts()[name] for name in facts} == facts


def test_only_the_congress_enters_its_resolution():
    town = in_congress()
    with pytest.raises(RightMissing):
        town.resolve(who=BUDGET)
    town.scene.modules.gate = OPEN_GATE
    found = refused(town, lambda t: t.resolve(who=BUDGET))
    assert (type(found), found.expected) == (errors.OtherOrganisation, "congress")


def test_a_resolution_names_the_draft_that_was_seen():
    town = in_congress()
    plain = body(8, "preparation.resolution.enter/1") | {"draft": "2022:1"}
    with pytest.raises(Unseen) as caught:
        town.scene.do(command(m.EnterResolution, plain), SECRETARY)
    assert caught.value.key == "preparation/draft/2022:1"
    with pytest.raises(Stale):
        town.scene.do(
            command(m.EnterResolution, plain), SECRETARY, {"preparation/draft/2022:1": "0" * 64}
        )


def test_half_of_the_deputies_is_no_majority_and_the_cycle_is_back_in_second_up():
    town = in_congress()
    town.scene.pass_to("2022-01-20")
    events = town.resolve(votes=HALF)
    assert events[0].adopted is False
    cycle = town.at("preparation/cycle/2022")
    assert (cycle.stage, cycle.closed) == ("second_up", False)
    assert refused(town, lambda t: t.issue()).code == errors.NotResolved.code


def test_one_more_than_half_adopts():
    town = in_congress()
    town.scene.pass_to("2022-01-20")
    votes = HALF | {"in_favour": 201, "against": 149}
    assert town.resolve(votes=votes)[0].adopted is True


HANDING: list[tuple[str, Any, Any, type[Exception], dict[str, Any]]] = [
    ("no cycle", Town, lambda t: t.hand_down(), errors.NoCycle, {"year": 2022}),
    (
        "a department without requests",
        voted,
        lambda t: t.issue(organisation="dg-drc"),
        errors.NothingApproved,
        {"organisation": "dg-drc"},
    ),
    ("before the vote", in_congress, hidden_issue, errors.NotResolved, {"year": 2022}),
    (
        "a unit without department",
        voted,
        lambda t: t.hand_down(organisation="dg-lost", who=BUDGET),
        errors.NoDepartment,
        {"organisation": "dg-lost"},
    ),
    (
        "another department",
        voted,
        lambda t: t.hand_down(who=BUDGET),
        errors.OtherOrganisation,
        {"expected": "dg-health"},
    ),
    (
        "a unit without requests",
        voted,
        lambda t: t.hand_down(organisation="dg-clinic"),
        errors.NothingApproved,
        {"organisation": "dg-clinic"},
    ),
    (
        "before the bureau",
        voted,
        lambda t: t.hand_down(),
        errors.NotIssued,
        {"organisation": "dg-health"},
    ),
    (
        "twice to a department",
        handed_down,
        lambda t: t.issue(),
        errors.AlreadyIssued,
        {"organisation": "dg-health"},
    ),
    (
        "twice to a unit",
        handed_down,
        lambda t: t.hand_down(),
        errors.AlreadyIssued,
        {"organisation": "dg-rehab"},
    ),
    (
        "taken back by the unit itself",
        handed_down,
        lambda t: t.reverse(who=DIRECTOR),
        errors.OtherOrganisation,
        {"organisation": "dg-rehab", "expected": "dg-health"},
    ),
    (
        "nothing to take back",
        voted,
        lambda t: t.reverse(),
        errors.NotIssued,
        {"organisation": "dg-rehab"},
    ),
]


@pytest.mark.parametrize(
    ("given", "step", "refusal", "facts"),
    [row[1:] for row in HANDING],
    ids=[row[0] for row in HANDING],
)
def test_nothing_is_handed_down(given, step, refusal, facts):
    town = given()
    town.scene.modules.gate = OPEN_GATE
    found = refused(town, step)
    assert type(found) is refusal
    assert {name: found.facts()[name] for name in facts} == facts


@pytest.mark.parametrize(
    "step",
    [
        lambda t: t.issue(who=HEALTH_FINANCE),
        lambda t: t.hand_down(who=DIRECTOR),
        lambda t: t.reverse(who=DIRECTOR),
    ],
)
def test_who_has_not_the_right_hands_nothing_down_and_takes_nothing_back(step):
    with pytest.raises(RightMissing):
        step(voted())


def test_the_approval_of_a_department_is_the_bureaus():
    town = voted()
    town.scene.modules.gate = OPEN_GATE
    found = refused(town, lambda t: t.issue(who=HEALTH_FINANCE))
    assert (type(found), found.expected) == (errors.OtherOrganisation, "dg-finance")


def test_an_appropriation_taken_back_can_be_handed_down_again_and_both_are_shown():
    town = handed_down()
    town.reverse()
    at = town.at
    budget = at("preparation/unit_budget/2022:dg-rehab")
    first = at(f"preparation/appropriation/{budget.appropriation}")
    assert first.reversal_reason == "批复单位有误"
    assert at("preparation/project/rehab-ward").voted == ()
    assert all(
        town.at(key).voted_fen == town.at(key).unallotted_fen == 0
        for key in town.scene.memory.records
        if key.startswith("funds/cell/")
    )
    town.hand_down(number="D卫财〔2022〕11号")
    again = at("preparation/unit_budget/2022:dg-rehab")
    assert (again.times, again.standing) == (2, True)
    second = at(f"preparation/appropriation/{again.appropriation}")
    assert second.previous == budget.appropriation
    assert second.total_fen == first.total_fen == 850_000_000
    assert town.scene.breaches() == []


def test_what_has_been_allotted_cannot_be_taken_back():
    town = handed_down()
    cell = next(key for key in town.scene.memory.records if key.startswith("funds/cell/"))
    ledger, context = town.scene.ledger.layer(), town.scene.context(BUDGET)
    for event in allot(
        ledger, context, cell=cell.removeprefix("funds/cell/"), amount_fen=1, ref="doc"
    ):
        ledger.apply(event)
    town.scene.memory.take(ledger)
    found = refused(town, lambda t: t.reverse())
    assert isinstance(found, funds_errors.NotEnough)


def test_only_what_was_approved_and_has_money_in_the_year_is_handed_down():
    town = ready()
    later = [{"year": 2023, "amount_fen": 60_035_000}]
    town.submit(content=content(lines=lines_with(3, amounts=later)))
    for who in (DIRECTOR, REVIEWER, BUREAU_REVIEWER):
        town.review("approve", who)
    pending = lines_with(0, line="rehab-basic", amounts=[{"year": 2022, "amount_fen": 100}])
    town.submit(project=None, content=content(goals=None, documents=[], lines=pending[:1]))
    town.compile()
    town.stage("congress")
    town.scene.pass_to("2022-01-20")
    town.resolve()
    town.issue()
    town.hand_down()
    budget = town.at("preparation/unit_budget/2022:dg-rehab")
    appropriation = town.at(f"preparation/appropriation/{budget.appropriation}")
    assert [line.line for line in appropriation.lines] == ["rehab-l1", "rehab-l2", "rehab-l3"]
    assert appropriation.total_fen == 790_000_000  # 6,400,000 + 800,000 + 700,000
    assert town.at("preparation/issue/2022:dg-health").total_fen == 790_000_000
    assert town.scene.breaches() == []


def test_the_department_takes_back_what_it_handed_down():
    town = handed_down()
    town.scene.modules.gate = OPEN_GATE
    town.reverse(who=HEALTH_FINANCE)
    assert town.at("preparation/unit_budget/2022:dg-rehab").standing is False


def crowded() -> Town:
    """Return the town voted with 400 lines of the hospital, 200 of basic expenditure."""
    town = ready()
    fen = [{"year": 2022, "amount_fen": 100}]
    for project, prefix in (("rehab-ward", "ward"), (None, "basic")):
        lines = [lines_with(0, line=f"{prefix}-{n}", amounts=fen)[0] for n in range(200)]
        form: dict[str, Any] = {} if project else {"goals": None, "documents": []}
        (submitted_now, *_) = [
            event
            for event in town.submit(project=project, content=content(lines=lines, **form))
            if type(event).__name__ == "RequestSubmitted"
        ]
        for who in (DIRECTOR, REVIEWER, BUREAU_REVIEWER):
            town.review("approve", who, submitted_now.request)
    town.compile()
    town.stage("congress")
    town.scene.pass_to("2022-01-20")
    town.resolve()
    town.issue()
    return town


def test_a_unit_of_four_hundred_lines_is_handed_down_in_one_command_and_not_one_more(monkeypatch):
    town = crowded()
    monkeypatch.setattr(appropriation_rules, "UNIT_LINES_MAX", 399)
    found = refused(town, lambda t: t.hand_down())
    assert (type(found), found.limit) == (errors.TooMany, 399)
    monkeypatch.undo()
    town.hand_down()
    budget = town.at("preparation/unit_budget/2022:dg-rehab")
    appropriation = town.at(f"preparation/appropriation/{budget.appropriation}")
    assert (len(appropriation.lines), appropriation.total_fen) == (400, 40_000)
    town.reverse()
    town.scene.pass_to("2022-03-31")
    assert town.scene.breaches() == []
