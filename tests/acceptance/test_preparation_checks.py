"""A2.1, A3.1: the contract's form, conditions and ceilings, as a request is submitted."""

import pytest

from tests.acceptance.schools import DEPARTMENT, GOALS
from tests.acceptance.town import YUAN

feature = pytest.mark.feature


@feature("A2.1", "format from the contract")
def test_a_line_without_its_function_code_is_refused_with_the_field_named(schools):
    year = schools.cycle()
    problem = schools.submit_refused("school-a", year, line={"function": ""})
    assert problem["facts"]["clause"] == "Q02"
    assert problem["facts"]["field"] == "lines_unclassified"
    assert schools.submit("school-a", year)


@feature("A2.1", "condition from the contract")
@feature("A3.1", "performance goal checked")
@pytest.mark.parametrize(
    ("weights", "clause"),
    [((*GOALS[:3], ("s1", 1_999)), "Q05"), ((*GOALS[:3], ("s1", 2_001)), "Q05"), (None, "Q04")],
)
def test_goals_that_do_not_sum_to_ninety_points_are_refused(schools, weights, clause):
    year = schools.cycle()
    goals = schools.goals(weights) if weights else None
    problem = schools.submit_refused("school-a", year, goals=goals)
    assert problem["facts"]["clause"] == clause
    assert problem["facts"]["advice"] in problem["detail_zh"]
    assert schools.submit("school-a", year)


@feature("A3.1", "ceiling checked")
@feature("A3.1", "failure names clause, field, remedy")
def test_a_request_one_fen_above_the_ceiling_is_stopped_and_at_the_ceiling_passes(schools):
    year = schools.cycle()
    schools.ceiling(year, DEPARTMENT, 900_000 * YUAN)
    schools.ceiling(year, "school-a", 500_000 * YUAN)
    problem = schools.submit_refused("school-a", year, 500_000 * YUAN + 1)
    assert problem["code"] == "PRP-26"
    assert problem["facts"]["clause"] == "R01.1"
    assert problem["facts"]["field"] == "year_amount_fen"
    assert "0.01" in problem["detail_zh"]  # what to cut
    assert "preparation.ceiling.set@dg-finance" in problem["facts"]["who"]
    assert schools.submit("school-a", year, 500_000 * YUAN)


@feature("A3.1", "required document checked")
def test_a_missing_document_is_named_and_asked_for(schools):
    year = schools.cycle()
    request, case = schools.submit("school-a", year, documents=[])
    record = schools.record("auditor", f"procedure/case/{case}")
    asked = record["decisions"][-1]
    assert asked["answer"] == "ask"
    assert "feasibility" in asked["reason"]
    assert "ex_ante" in asked["reason"]
    (row,) = schools.rows("school-a.clerk", "preparation_requests", id=request)
    assert row["state"] == "asked"


def test_a_question_lists_what_is_asked_for_and_no_ceiling_that_is_kept(schools):
    year = schools.cycle()
    schools.ceiling(year, DEPARTMENT, 900_000 * YUAN)
    schools.ceiling(year, "school-a", 500_000 * YUAN)
    _, case = schools.submit("school-a", year, 300_000 * YUAN, documents=[])
    record = schools.record("auditor", f"procedure/case/{case}")
    question = record["decisions"][-1]["reason"]
    assert question.endswith("[Q06 documents_missing feasibility,ex_ante 0]")


@feature("A2.1", "department total by itself")
@feature("A2.1", "bureau total by itself")
def test_totals_stand_once_the_last_required_school_has_submitted(schools):
    year = schools.cycle()
    schools.submit("school-a", year, 300_000 * YUAN)

    def total(of):
        (row,) = schools.rows("finance.budget", "preparation_totals", id=of)
        return row

    of_department = f"{year}:{DEPARTMENT}"
    assert not total(of_department)["complete"]
    schools.submit("school-b", year, 200_000 * YUAN)
    for of in (of_department, f"{year}"):
        assert total(of)["complete"], of
        assert total(of)["asked_fen"] == 500_000 * YUAN


@feature("A2.1", "balancing proposal")
def test_a_sum_over_the_ceiling_brings_a_proposal_that_keeps_to_it(schools):
    year = schools.cycle()
    schools.submit("school-a", year, 300_000 * YUAN)
    schools.submit("school-b", year, 200_000 * YUAN)
    assert schools.rows("finance.budget", "preparation_balances", id=f"{year}:{DEPARTMENT}") == []
    schools.ceiling(year, DEPARTMENT, 400_000 * YUAN)
    (row,) = schools.rows("finance.budget", "preparation_balances", id=f"{year}:{DEPARTMENT}")
    assert row["shares"] == [["school-a", 240_000 * YUAN], ["school-b", 160_000 * YUAN]]
    notices = schools.rows("edu.finance", "procedure_notices", limit=500)
    assert [each for each in notices if str(year) in each["about"]]


@feature("A3.1", "legality of purpose checked")
@feature("A2.2", "decided on legality")
def test_a_line_for_what_the_law_forbids_is_stopped_and_the_line_is_named(schools):
    year = schools.cycle()
    palace = {"line": f"palace-{year}", "function": "2010301", "economic": "31001"}
    problem = schools.submit_refused("school-a", year, line=palace)
    facts = problem["facts"]
    assert (facts["clause"], facts["field"]) == ("R04", "lines_forbidden")
    assert facts["failures"] == [f"R04 lines_forbidden palace-{year} 0"]
    assert "删除该明细行" in problem["detail_zh"]
    assert schools.submit("school-a", year, line=palace | {"function": "2050201"})
