"""Given the DG jurisdiction, when a command, then events or the one refusal that takes precedence.

The rows walk down `errors` in order. Each comes with what would also have been wrong after it.
"""

from typing import Any

import pytest

from mingzhang.domain.funds import errors as funds_errors
from mingzhang.domain.funds.authority import allot
from mingzhang.domain.preparation import errors
from mingzhang.domain.preparation import messages as m
from mingzhang.domain.preparation.state import Request, Share, Total
from mingzhang.domain.preparation.terms import LINES_MAX, UNITS_MAX
from mingzhang.domain.preparation.tests.town import (
    BUDGET,
    CLERK,
    CLINIC_CLERK,
    DIRECTOR,
    HEALTH_FINANCE,
    PM,
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


def request_body(**changed: Any) -> dict[str, Any]:
    """Return the case's request of step 4 with members of its content changed."""
    plain = body(4, "preparation.request.submit/1")
    plain["content"] |= changed
    return plain


def lines_with(place: int, **changed: Any) -> list[Any]:
    lines = body(4, "preparation.request.submit/1")["content"]["lines"]
    lines[place] |= changed
    return lines


def send(town: Town, plain: dict[str, Any], who=CLERK):
    return town.do(command(m.SubmitRequest, plain), who)


def content(**changed: Any) -> dict[str, Any]:
    return request_body(**changed)["content"]


def rules(**changed: Any) -> dict[str, Any]:
    return body(1, "preparation.cycle.open/1")["rules"] | changed


def deadlines(*days: str) -> list[Any]:
    stages = ("first_up", "first_down", "second_up", "congress", "second_down")
    return [{"stage": s, "day": day(d)} for s, d in zip(stages, days, strict=True)]


def refused(town: Town, step) -> Any:
    """Return the refusal of a step, having seen that it changed nothing."""
    before = dict(town.scene.memory.records)
    with pytest.raises(errors.Refusal) as caught:
        step(town)
    assert town.scene.memory.records == before
    return caught.value


FIRST = ("2021-09-10", "2021-10-15", "2021-12-10", "2022-01-25", "2022-03-10")
HALF = {"deputies": 400, "in_favour": 200, "against": 150, "abstained": 50}
OPENING: list[tuple[str, Any, type[Exception], dict[str, Any]]] = [
    (
        "again",
        lambda t: t.open_cycle(rules=rules(desks=rules()["desks"][:1])),
        errors.CycleExists,
        {"year": 2022},
    ),
    (
        "deadlines not rising",
        lambda t: t.open_cycle(year=2023, deadlines=deadlines(FIRST[1], FIRST[0], *FIRST[2:])),
        errors.DeadlinesUnordered,
        {"stage": "first_down"},
    ),
    (
        "a deadline that has passed",
        lambda t: t.open_cycle(year=2023, deadlines=deadlines("2021-08-01", *FIRST[1:])),
        errors.DeadlinesUnordered,
        {"stage": "first_up"},
    ),
    (
        "stages in another order",
        lambda t: t.open_cycle(year=2023, deadlines=list(reversed(deadlines(*FIRST)))),
        errors.DeadlinesUnordered,
        {"stage": "first_up"},
    ),
    (
        "a level without desk",
        lambda t: t.open_cycle(
            year=2023, rules=rules(desks=rules()["desks"][:2]), required_units=["dg-nobody"]
        ),
        errors.RulesIncomplete,
        {"field": "desks"},
    ),
    (
        "a level with two desks",
        lambda t: t.open_cycle(
            year=2023, rules=rules(desks=[*rules()["desks"], rules()["desks"][0]])
        ),
        errors.RulesIncomplete,
        {"field": "desks"},
    ),
    (
        "a kind of indicator twice",
        lambda t: t.open_cycle(year=2023, rules=rules(goal_kinds=rules()["goal_kinds"] * 2)),
        errors.RulesIncomplete,
        {"field": "goal_kinds"},
    ),
    (
        "a required group that is not there",
        lambda t: t.open_cycle(year=2023, rules=rules(required_groups=["luck"])),
        errors.RulesIncomplete,
        {"field": "required_groups"},
    ),
    (
        "a required unit twice",
        lambda t: t.open_cycle(year=2023, required_units=["dg-rehab", "dg-rehab"]),
        errors.RulesIncomplete,
        {"field": "required_units"},
    ),
    (
        "a required unit that is not there",
        lambda t: t.open_cycle(year=2023, required_units=["dg-nobody"]),
        errors.NoOrganisation,
        {"organisation": "dg-nobody"},
    ),
    (
        "a required unit without department",
        lambda t: t.open_cycle(year=2023, required_units=["dg-lost"]),
        errors.NoDepartment,
        {"organisation": "dg-lost"},
    ),
]


@pytest.mark.parametrize(
    ("step", "refusal", "facts"), [row[1:] for row in OPENING], ids=[row[0] for row in OPENING]
)
def test_a_cycle_is_not_opened(step, refusal, facts):
    found = refused(called(), step)
    assert type(found) is refusal
    assert {name: found.facts()[name] for name in facts} == facts


def test_a_cycle_opens_with_a_due_item_for_the_end_of_each_stage():
    town = Town()
    events = town.open_cycle()
    due = [e.due_ms for e in events if type(e).__name__ == "Scheduled"]
    # 18880 is 2021-09-10: the stage ends at 2021-09-11T00:00+08:00
    assert due[0] == (18_880 + 1) * 86_400_000 - 28_800_000
    assert len(due) == 5


def test_only_a_finance_bureau_opens_a_cycle():
    town = Town()
    plain = body(1, "preparation.cycle.open/1")
    with pytest.raises(RightMissing):
        town.do(command(m.OpenCycle, plain), CLERK)


STAGES: list[tuple[str, Any, Any, type[Exception], dict[str, Any]]] = [
    ("no cycle", Town, lambda t: t.stage("first_down"), errors.NoCycle, {"year": 2022}),
    (
        "a stage left out",
        called,
        lambda t: t.stage("second_up"),
        errors.StageOutOfOrder,
        {"stage": "first_up", "next": "first_down"},
    ),
    (
        "back",
        ready,
        lambda t: t.stage("first_down"),
        errors.StageOutOfOrder,
        {"stage": "second_up", "next": "congress"},
    ),
    (
        "the same",
        ready,
        lambda t: t.stage("second_up"),
        errors.StageOutOfOrder,
        {"next": "congress"},
    ),
    (
        "handing down before the vote",
        in_congress,
        lambda t: t.stage("second_down"),
        errors.NotResolved,
        {"year": 2022},
    ),
    (
        "beyond the last",
        after_the_last,
        lambda t: t.stage("second_down"),
        errors.StageOutOfOrder,
        {"stage": "second_down", "next": "second_down"},
    ),
]


def in_congress() -> Town:
    town = approved()
    town.compile()
    town.stage("congress")
    return town


def after_the_last() -> Town:
    town = voted()
    town.stage("second_down")
    return town


@pytest.mark.parametrize(
    ("given", "step", "refusal", "facts"),
    [row[1:] for row in STAGES],
    ids=[row[0] for row in STAGES],
)
def test_a_stage_is_not_opened(given, step, refusal, facts):
    found = refused(given(), step)
    assert type(found) is refusal
    assert {name: found.facts()[name] for name in facts} == facts


def no_ceilings() -> Town:
    town = called()
    town.stage("first_down")
    return town


CEILINGS: list[tuple[str, Any, Any, type[Exception], dict[str, Any]]] = [
    ("no cycle", Town, lambda t: t.ceiling("dg-nobody", 1), errors.NoCycle, {"year": 2022}),
    (
        "before the congress",
        in_congress,
        lambda t: t.ceiling("dg-nobody", 1),
        errors.StageNotOpen,
        {"stage": "congress", "closed": False},
    ),
    (
        "nobody",
        no_ceilings,
        lambda t: t.ceiling("dg-nobody", 1),
        errors.NoOrganisation,
        {"organisation": "dg-nobody"},
    ),
    (
        "no department",
        no_ceilings,
        lambda t: t.ceiling("dg-lost", 1),
        errors.NoDepartment,
        {"organisation": "dg-lost"},
    ),
    (
        "the department's own",
        no_ceilings,
        lambda t: t.ceiling("dg-health", 1, HEALTH_FINANCE),
        errors.OtherOrganisation,
        {"organisation": "dg-health", "expected": "dg-finance"},
    ),
    (
        "a unit whose department has none",
        no_ceilings,
        lambda t: t.ceiling("dg-rehab", 1),
        errors.NoCeiling,
        {"organisation": "dg-health"},
    ),
    (
        "more than the year's",
        ready,
        lambda t: t.ceiling("dg-health", 20_000_001),
        errors.CeilingsDisagree,
        {"organisation": "dg-finance", "asked_fen": 2_000_000_100, "limit_fen": 2_000_000_000},
    ),
    (
        "more than the department's",
        ready,
        lambda t: t.ceiling("dg-clinic", 1_000_001),
        errors.CeilingsDisagree,  # 9,000,000 + 1,000,001 > 10,000,000
        {"organisation": "dg-health", "asked_fen": 1_000_000_100, "limit_fen": 1_000_000_000},
    ),
    (
        "less than its units'",
        ready,
        lambda t: t.ceiling("dg-health", 8_999_999),
        errors.CeilingsDisagree,
        {"organisation": "dg-health", "asked_fen": 900_000_000, "limit_fen": 899_999_900},
    ),
    (
        "less than its departments'",
        ready,
        lambda t: t.ceiling("dg-finance", 9_999_999),
        errors.CeilingsDisagree,
        {"organisation": "dg-finance", "asked_fen": 1_000_000_000, "limit_fen": 999_999_900},
    ),
]


@pytest.mark.parametrize(
    ("given", "step", "refusal", "facts"),
    [row[1:] for row in CEILINGS],
    ids=[row[0] for row in CEILINGS],
)
def test_a_ceiling_is_not_given(given, step, refusal, facts):
    found = refused(given(), step)
    assert type(found) is refusal
    assert {name: found.facts()[name] for name in facts} == facts


def test_a_ceiling_is_changed_and_says_from_what():
    town = ready()
    (changed, *_) = town.ceiling("dg-clinic", 1_000_000)  # 9,000,000 + 1,000,000 fits
    assert (changed.previous_fen, changed.department) == (None, "dg-health")
    (changed, *_) = town.ceiling("dg-rehab", 8_500_000, HEALTH_FINANCE)
    assert (changed.previous_fen, changed.ceiling_fen) == (900_000_000, 850_000_000)


ESTIMATE_LINES = body(2, "preparation.estimate.approve/1")["lines"]
LIBRARY: list[tuple[str, Any, Any, type[Exception], dict[str, Any]]] = [
    (
        "nobody's project",
        called,
        lambda t: t.register(organisation="dg-rehab"),
        errors.ProjectExists,
        {"project": "rehab-ward"},
    ),
    (
        "the name kept for basic expenditure",
        called,
        lambda t: t.register(project="basic"),
        errors.ProjectExists,
        {"project": "basic"},
    ),
    (
        "a project that ends before it begins",
        called,
        lambda t: t.register(project="lift", first_year=2023, last_year=2022),
        errors.YearWrong,
        {"year": 2022},
    ),
    (
        "an estimate of nothing",
        called,
        lambda t: t.estimate(project="lift"),
        errors.NoProject,
        {"project": "lift"},
    ),
    (
        "a line twice",
        called,
        lambda t: t.estimate(lines=[*ESTIMATE_LINES, ESTIMATE_LINES[0]]),
        errors.LineTwice,
        {"line": "rehab-l1"},
    ),
    (
        "a revision with other codes",
        ready,
        lambda t: t.estimate(
            lines=[ESTIMATE_LINES[0] | {"economic": "31003"}, *ESTIMATE_LINES[1:]]
        ),
        errors.LineDiffers,
        {"line": "rehab-l1"},
    ),
    (
        "a revision that drops a line",
        ready,
        lambda t: t.estimate(lines=ESTIMATE_LINES[:3]),
        errors.LineDiffers,
        {"line": "rehab-l4"},
    ),
    (
        "more than the ledger holds",
        called,
        lambda t: t.estimate(lines=[e | {"amount_fen": 2**52} for e in ESTIMATE_LINES]),
        errors.AmountTooLarge,
        {"asked_fen": 2**54, "limit_fen": 2**53 - 1},
    ),
]


@pytest.mark.parametrize(
    ("given", "step", "refusal", "facts"),
    [row[1:] for row in LIBRARY],
    ids=[row[0] for row in LIBRARY],
)
def test_the_library_does_not_take(given, step, refusal, facts):
    found = refused(given(), step)
    assert type(found) is refusal
    assert {name: found.facts()[name] for name in facts} == facts


def test_an_estimate_is_revised_as_a_second_version_and_the_first_stays():
    town = ready()
    raised = [ESTIMATE_LINES[0] | {"amount_fen": 900_000_000}, *ESTIMATE_LINES[1:]]
    town.estimate(lines=raised, reason="概算调整")
    versions = town.scene.memory.records
    assert versions["preparation/estimate/rehab-ward:1"].total_fen == 1_281_760_000
    assert versions["preparation/estimate/rehab-ward:2"].total_fen == 1_295_760_000  # + 140,000.00
    assert versions["preparation/project/rehab-ward"].estimate_fen == 1_295_760_000
    assert versions["funds/estimate/rehab-l1"].uncontracted_fen == 900_000_000


def closed() -> Town:
    town = ready()
    town.scene.pass_to("2021-12-11")  # the stage's last day was 2021-12-10
    return town


def without_ceilings() -> Town:
    town = no_ceilings()
    town.estimate()
    town.stage("second_up")
    return town


def with_clinic_project() -> Town:
    town = ready()
    plain = body(1, "preparation.project.register/1")
    pm = plain | {"project": "clinic-lift", "organisation": "dg-clinic"}
    town.scene.modules.gate, gate = OPEN_GATE, town.scene.modules.gate
    town.do(command(m.RegisterProject, pm), PM)
    town.scene.modules.gate = gate
    return town


class OpenGate:
    """Lets everybody do everything: for what belongs to other posts of a test's town."""

    def public_key(self, kid, context, ledger):
        raise AssertionError

    def authorise(self, command, context, ledger):
        pass


OPEN_GATE = OpenGate()
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


def current(town: Town) -> str:
    (request,) = town.scene.records(Request)
    return f"{request}:{town.request().version}"


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
    cycle = town.scene.memory.records["preparation/cycle/2022"]
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
        "nothing to take back",
        voted,
        lambda t: t.reverse(),
        errors.NotIssued,
        {"organisation": "dg-rehab"},
    ),
]


def hidden_issue(town: Town):
    """Issue without the `on` of a resolution that is not there yet."""
    plain = body(9, "preparation.appropriation.issue/1")
    return town.scene.do(
        command(m.IssueAppropriation, plain), BUDGET, {"preparation/resolution/2022": None}
    )


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
    records = town.scene.memory.records
    budget = records["preparation/unit_budget/2022:dg-rehab"]
    first = records[f"preparation/appropriation/{budget.appropriation}"]
    assert first.reversal_reason == "批复单位有误"
    assert records["preparation/project/rehab-ward"].voted == ()
    assert all(
        record.voted_fen == record.unallotted_fen == 0
        for key, record in records.items()
        if key.startswith("funds/cell/")
    )
    town.hand_down(number="D卫财〔2022〕11号")
    again = records["preparation/unit_budget/2022:dg-rehab"]
    assert (again.times, again.standing) == (2, True)
    second = records[f"preparation/appropriation/{again.appropriation}"]
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


def test_a_request_has_so_many_lines_only():
    plain = request_body(lines=lines_with(0)[:1] * (LINES_MAX + 1))
    with pytest.raises(ValueError, match="lines"):
        command(m.SubmitRequest, plain)
