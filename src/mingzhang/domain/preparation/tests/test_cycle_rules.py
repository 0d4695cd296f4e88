"""Refusals of cycle, ceilings, project library and estimates.

The rows of each table walk down `errors` in order; each has something wrong that comes later, too.
"""

from typing import Any

import pytest

from mingzhang.domain.preparation import errors
from mingzhang.domain.preparation import messages as m
from mingzhang.domain.preparation.tests.cases import (
    ESTIMATE_LINES,
    FIRST,
    after_the_last,
    deadlines,
    in_congress,
    no_ceilings,
    refused,
    rules,
)
from mingzhang.domain.preparation.tests.town import (
    CLERK,
    HEALTH_FINANCE,
    Town,
    body,
    called,
    command,
    ready,
)
from mingzhang.kernel.refusals import RightMissing

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


@pytest.mark.parametrize(
    ("given", "step", "refusal", "facts"),
    [row[1:] for row in STAGES],
    ids=[row[0] for row in STAGES],
)
def test_a_stage_is_not_opened(given, step, refusal, facts):
    found = refused(given(), step)
    assert type(found) is refusal
    assert {name: found.facts()[name] for name in facts} == facts


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
    at = town.at
    assert at("preparation/estimate/rehab-ward:1").total_fen == 1_281_760_000
    assert at("preparation/estimate/rehab-ward:2").total_fen == 1_295_760_000  # + 140,000.00
    assert at("preparation/project/rehab-ward").estimate_fen == 1_295_760_000
    assert at("funds/estimate/rehab-l1").uncontracted_fen == 900_000_000
