"""The road of the DG hospital's budget, steps 1 to 9, with its exact amounts."""

from typing import Any

import pytest

from mingzhang.domain.funds.state import Cell
from mingzhang.domain.preparation.errors import OverEstimate
from mingzhang.domain.preparation.state import Project, Total
from mingzhang.domain.preparation.tests.town import (
    BUREAU_REVIEWER,
    CLERK,
    DIRECTOR,
    REVIEWER,
    Town,
    body,
    day,
    handed_down,
    ready,
    submitted,
)
from mingzhang.domain.procedure.errors import OwnSubmission


def test_13_050_000_is_refused_against_the_estimate_of_12_817_600_with_the_remedy_of_232_400():
    town = ready()
    with pytest.raises(OverEstimate) as refused:
        town.submit(step=3)
    facts = refused.value
    assert (facts.asked_fen, facts.limit_fen) == (1_305_000_000, 1_281_760_000)
    assert facts.excess_fen == 23_240_000  # 13,050,000.00 - 12,817,600.00 = 232,400.00
    assert facts.clause == "R01"
    assert facts.field == "amount_fen"


def test_the_request_passes_unit_department_and_bureau_and_is_voted_and_handed_down():
    town = submitted()
    assert town.request().total_fen == 1_281_760_000
    assert town.request().year_fen == 850_000_000
    with pytest.raises(OwnSubmission) as refused:
        town.review("approve", CLERK)
    assert refused.value.clause == "R02"
    town.review("approve", DIRECTOR)
    town.review("approve", REVIEWER)
    town.review("ask", BUREAU_REVIEWER, question="请补充ICU设备配置依据")
    assert town.request().state == "asked"
    town.answer()
    assert (town.request().state, town.request().level) == ("submitted", "bureau")
    town.review("approve", BUREAU_REVIEWER)
    assert (town.request().state, town.request().approved_fen) == ("approved", 850_000_000)


def test_only_the_year_of_the_budget_is_voted_line_by_line():
    town = handed_down()
    cells = town.scene.records(Cell)
    voted = {cell.line: cell.voted_fen for cell in cells.values()}
    assert voted == {
        "rehab-l1": 640_000_000,
        "rehab-l2": 80_000_000,
        "rehab-l3": 70_000_000,
        "rehab-l4": 60_000_000,
    }
    assert all(cell.unallotted_fen == cell.voted_fen for cell in cells.values())
    assert town.scene.records(Project)["rehab-ward"].voted == ((2022, 850_000_000),)
    totals = town.scene.records(Total)
    assert totals["2022"].approved_fen == totals["2022:dg-health"].approved_fen == 850_000_000
    assert town.scene.breaches() == []


LATER = {  # steps.yaml, step 34: what 2023 is allotted by line
    "rehab-l1": 246_000_000,
    "rehab-l2": 163_600_000,
    "rehab-l3": 22_125_000,
    "rehab-l4": 35_000,
}


def second_year(town: Town) -> Town:
    """Put the second year of the project before the reviewers of the budget of 2023."""
    town.scene.pass_to("2022-09-01")
    plain = body(1, "preparation.cycle.open/1") | {"year": 2023}
    plain["deadlines"] = [d | {"day": d["day"] + 365} for d in plain["deadlines"]]
    town.open_cycle(**plain)
    town.stage("first_down", 2023)
    town.ceiling("dg-finance", 20_000_000, year=2023)
    town.ceiling("dg-health", 10_000_000, year=2023)
    town.stage("second_up", 2023)
    return town


def request_of_2023(extra_fen: int = 0) -> dict[str, Any]:
    content = body(4, "preparation.request.submit/1")["content"]
    for line in content["lines"]:
        line["amounts"] = [{"year": 2023, "amount_fen": LATER[line["line"]]}]
    content["lines"][0]["amounts"][0]["amount_fen"] += extra_fen
    return {"year": 2023, "content": content}


def test_the_second_year_is_voted_by_its_own_budget_within_what_the_estimate_leaves():
    town = second_year(handed_down())
    with pytest.raises(OverEstimate) as refused:
        town.submit(**request_of_2023(extra_fen=1))
    # 8,500,000.00 voted for 2022 + 4,317,600.01 asked for 2023
    assert refused.value.asked_fen == 1_281_760_001
    assert refused.value.excess_fen == 1
    (submitted_2023, *_) = [
        e for e in town.submit(**request_of_2023()) if type(e).__name__ == "RequestSubmitted"
    ]
    for who in (DIRECTOR, REVIEWER, BUREAU_REVIEWER):
        town.review("approve", who, submitted_2023.request)
    town.compile(2023)
    town.stage("congress", 2023)
    town.scene.pass_to("2023-01-18")
    town.resolve(year=2023, draft="2023:1", day=day("2023-01-18"))
    town.issue(year=2023)
    town.hand_down(year=2023)
    cells = town.scene.records(Cell)
    voted = {cell.line: cell.voted_fen for cell in cells.values() if cell.year == 2023}
    assert voted == LATER
    assert town.scene.records(Project)["rehab-ward"].voted == (
        (2022, 850_000_000),
        (2023, 431_760_000),  # 4,317,600.00
    )
    assert town.scene.breaches() == []
