"""A2.1, A2.2, A3.4: deadlines, formulas, levels and payments follow the contract in force."""

import json
from typing import Any

import pytest

from mingzhang.cli.casebook import ROOT
from mingzhang.kernel.calendar import day_number
from tests.acceptance.schools import SCHOOLS
from tests.acceptance.test_governance import DELAY_DAYS, deployed, refusing, review, vote
from tests.acceptance.test_preparation_review import to_second_up
from tests.acceptance.town import YUAN

feature = pytest.mark.feature
SCHOOL = SCHOOLS[1]
ODD_FEN = 777_777
SMALL_FEN = 1_000 * YUAN


def stricter_payment_control(prev: str) -> dict[str, Any]:
    """The standard payment control, which in a second version also refuses one odd amount."""
    plain = json.loads((ROOT / "contracts/payment-control.json").read_text(encoding="utf-8"))
    (table,) = plain["nodes"]
    row = {**table["rows"][0], "id": "T01", "when": ["-"] * len(table["when"])}
    row |= {"then": ['"reject"', '"none"'], "zh": "试点限额。", "en": "A limit on trial."}
    row["when"][table["when"].index("amount_fen")] = f"{ODD_FEN}"
    table["rows"].insert(0, row)
    test = plain["tests"][0]
    shown = {
        "name": "试点限额",
        "inputs": test["inputs"] | {"amount_fen": ODD_FEN},
        "fires": [{"node": "rules", "row": "T01"}],
        "outputs": {"verdict": "reject", "notify": "none"},
    }
    return plain | {"version": 2, "prev": prev, "tests": [*plain["tests"], shown]}


@feature("A3.4", "same version guards")
def test_the_version_that_approved_a_line_guards_its_spending_until_the_line_is_rebound(town):
    older = town.ask_refused(purpose="31013")["facts"]["contract_sha256"]
    newer = deployed(town, stricter_payment_control(older))
    (now,) = town.rows("auditor", "contracts_bindings", id="execution.payment")
    assert newer in now["contracts"]
    assert older not in now["contracts"]

    odd = {"line": "rehab-l4", "purpose": "31006", "amount_fen": ODD_FEN}
    ruling = town.event(town.ask(**odd), "execution.payment_requested")["content"]["ruling"]
    assert older in ruling["contracts"]
    assert ruling["binding"] == now["version"] - 1
    assert town.ask_refused(purpose="31013")["facts"]["contract_sha256"] == older

    answer = town.give(
        "finance.budget",
        "contracts.rebind/1",
        hook="execution.payment",
        case="rehab-l4",
        version=now["version"],
        reason="试点",
    )
    proposal = town.event(answer, "contracts.proposal_submitted")["proposal"]
    review(town, proposal)
    vote(town, proposal, "dg-finance")
    assert town.ask(**odd)["accepted"]  # not before the institutions have decided
    vote(town, proposal, "dg-congress")
    refused = town.ask_refused(**odd)["facts"]
    assert (refused["clause"], refused["contract_sha256"]) == ("T01", newer)
    assert town.ask(amount_fen=ODD_FEN)["accepted"]  # other lines keep theirs


@feature("A2.1", "deadline from the contract")
def test_a_draft_later_than_the_deployed_contract_allows_is_refused_and_others_are_not(schools):
    year = 2_150
    project = schools.project(SCHOOL, year)
    left = day_number(year, 1, 1) - schools.today()
    last = left - DELAY_DAYS - 3  # so many days before the year the draft must be there
    document = refusing(
        project,
        {"stage": '"submit"', "days_before_year": f"< {last}"},
        {"days_before_year": last - 1},
    )
    for test in document["tests"][:-1]:
        test["inputs"]["days_before_year"] = last
    contract = deployed(schools, document)
    schools.cycle(year)  # its stages are ten days long: only the contract's deadline is near
    request, case = schools.submit(SCHOOL, year, project=project)
    schools.pass_days(day_number(year, 1, 1) - schools.today() - last + 1)
    schools.give(
        f"{SCHOOL}.clerk",
        "procedure.case.withdraw/1",
        on=(f"procedure/case/{case}",),
        case=case,
        reason="重报",
    )
    version = schools.record("auditor", f"preparation/request/{request}")["version"]
    late = schools.submit_refused(SCHOOL, year, project=project, previous=f"{request}:{version}")
    assert (late["facts"]["clause"], late["facts"]["contract"]) == ("S01", contract)
    assert schools.submit(SCHOOL, year)  # another project: the contract is not for it


@feature("A2.1", "formula from the contract")
def test_how_much_may_be_asked_is_computed_by_the_formula_of_the_deployed_contract(schools):
    year = 2_160
    project = schools.project(SCHOOL, year, year + 1)
    formula = "floor(last_year_fen * 15 / 10)"
    document = refusing(
        project,
        {"has_last_year": "true", "year_amount_fen": f"> {formula}"},
        {
            "has_ceiling": False,
            "has_last_year": True,
            "last_year_fen": 1_000,
            "year_amount_fen": 1_501,
        },
    )
    deployed(schools, document)
    schools.cycle(year)
    to_second_up(schools, year)
    schools.approved(SCHOOL, year, 100_009, project=project)
    schools.cycle(year + 1)
    computed_fen = 150_013  # floor(100,009 × 15 / 10 = 150,013.5)
    over = schools.submit_refused(SCHOOL, year + 1, computed_fen + 1, project=project)
    assert over["facts"]["clause"] == "S01"
    assert schools.submit(SCHOOL, year + 1, computed_fen, project=project)


@feature("A2.2", "level auto-approves")
def test_a_level_that_the_contract_passes_needs_no_person_and_the_clause_is_named(schools):
    plain = json.loads((ROOT / "contracts/approval-levels.json").read_text(encoding="utf-8"))
    (binding,) = schools.rows("auditor", "contracts_bindings", id="preparation.request")
    (bound,) = [
        contract
        for contract in binding["contracts"]
        if schools.record("auditor", f"contracts/contract/{contract}")["name"] == plain["id"]
    ]
    (table,) = plain["nodes"]
    small = {**table["rows"][0], "id": "L0", "then": ['"route"', '"department"']}
    small["when"] = ['"submit"', '"none"', f"<= {SMALL_FEN}"]
    table["rows"].insert(0, small)
    first = plain["tests"][0]
    for test in plain["tests"]:
        test["inputs"]["amount_fen"] = max(SMALL_FEN + 1, test["inputs"]["amount_fen"])
    plain["tests"].append(
        {
            "name": "小额",
            "inputs": first["inputs"] | {"stage": "submit", "level": "none", "amount_fen": 1},
            "fires": [{"node": "rules", "row": "L0"}],
            "outputs": {"verdict": "route", "route_to": "department"},
        }
    )
    deployed(schools, plain | {"version": 2, "prev": bound})
    year = schools.cycle()
    request, case = schools.submit(SCHOOL, year, SMALL_FEN)
    record = schools.record("auditor", f"procedure/case/{case}")
    assert record["levels"][record["position"]]["name"] == "department"
    (passed,) = record["decisions"]
    assert (passed["answer"], passed["clause"], passed.get("person", "")) == ("pass", "L0", "")
    (row,) = schools.rows(f"{SCHOOL}.clerk", "preparation_requests", id=request)
    assert (row["state"], row["level"]) == ("submitted", "department")
    schools.decide("edu.reviewer", "approve", request, case)
    _, other = schools.submit(SCHOOL, year, SMALL_FEN + 1)
    record = schools.record("auditor", f"procedure/case/{other}")
    assert record["levels"][record.get("position", 0)]["name"] == "unit"
