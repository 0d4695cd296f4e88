"""The road of the DG hospital's budget, steps 1 to 9, with its exact amounts."""

import pytest

from mingzhang.domain.funds.state import Cell
from mingzhang.domain.preparation.errors import OverEstimate
from mingzhang.domain.preparation.state import Project, Total
from mingzhang.domain.preparation.tests.town import (
    BUREAU_REVIEWER,
    CLERK,
    DIRECTOR,
    REVIEWER,
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
