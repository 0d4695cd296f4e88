"""What the contracts decide of a request: refusals with all that is wrong, routes, asks."""

import hashlib
import json
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from mingzhang.domain.contracts.decision import Clause, Decision, DecisionNote, Reason
from mingzhang.domain.contracts.errors import NothingBound
from mingzhang.domain.contracts.hook_catalogue import HOOKS
from mingzhang.domain.preparation import errors
from mingzhang.domain.preparation.state import Request, RequestVersion
from mingzhang.domain.preparation.tests.cases import (
    content,
    lines_with,
    refused,
    request_body,
    send,
)
from mingzhang.domain.preparation.tests.town import (
    CLINIC_CLERK,
    Town,
    ready,
    submitted,
)
from mingzhang.domain.preparation.verdict import HOOK, Asked, clause_of, inputs_of
from mingzhang.domain.procedure.state import Case


def amounts(yuan_2022: int, yuan_2023: int = 0) -> list[Any]:
    """Return one line item's amounts, in yuan."""
    both = [(2022, yuan_2022), (2023, yuan_2023)]
    return [{"year": year, "amount_fen": yuan * 100} for year, yuan in both if yuan]


def goals(**changed: Any) -> Any:
    return content()["goals"] | changed


def indicators(but: str = "") -> list[Any]:
    return [each for each in goals()["indicators"] if each["indicator_kind"] != but]


HEAVY = [indicators()[0] | {"weight_bp": 2_500}, *indicators()[1:]]
ONE_EACH: list[tuple[str, dict[str, Any], str, type[Exception], str]] = [
    # what is changed, of the content; the clause; what the refusal lists
    (
        "over the estimate by a fen",
        {
            "lines": lines_with(
                3,
                amounts=[
                    {"year": 2022, "amount_fen": 60_000_000},
                    {"year": 2023, "amount_fen": 35_001},
                ],
            )
        },
        "R01",
        errors.OverEstimate,
        "R01 amount_fen 1281760001 1281760000",
    ),
    (
        "over the ceiling by a fen",
        {
            "lines": lines_with(
                0,
                amounts=[
                    {"year": 2022, "amount_fen": 690_000_001},
                    {"year": 2023, "amount_fen": 190_000_000},
                ],
            )
        },
        "R01.1",
        errors.OverCeiling,
        "R01.1 year_amount_fen 900000001 900000000",
    ),
    (
        "a line whose purpose the law forbids",
        {"lines": lines_with(1, line="palace", function="2010301", economic="31001")},
        "R04",
        errors.RefusedByContract,
        "R04 lines_forbidden palace 0",
    ),
    ("no line", {"lines": []}, "Q01", errors.RefusedByContract, "Q01 lines_count 0 1"),
    (
        "a line without function",
        {"lines": lines_with(1, function="")},
        "Q02",
        errors.RefusedByContract,
        "Q02 lines_unclassified rehab-l2 0",
    ),
    (
        "a line without economic class",
        {"lines": lines_with(1, economic="")},
        "Q02",
        errors.RefusedByContract,
        "Q02 lines_unclassified rehab-l2 0",
    ),
    (
        "a line without government class",
        {"lines": lines_with(1, government_economic="")},
        "Q02",
        errors.RefusedByContract,
        "Q02 lines_unclassified rehab-l2 0",
    ),
    (
        "a line without nature",
        {"lines": lines_with(1, nature="")},
        "Q02",
        errors.RefusedByContract,
        "Q02 lines_unclassified rehab-l2 0",
    ),
    (
        "a line without source",
        {"lines": lines_with(1, source="")},
        "Q02",
        errors.RefusedByContract,
        "Q02 lines_unclassified rehab-l2 0",
    ),
    (
        "no goal form",
        {"goals": None},
        "Q04",
        errors.RefusedByContract,
        "Q04 goal_form_present false true",
    ),
    (
        "weights of 100 points",
        {"goals": goals(indicators=HEAVY)},
        "Q05",
        errors.RefusedByContract,
        "Q05 goal_weight_bp 10000 9000",
    ),
]


@pytest.mark.parametrize(
    ("changed", "clause", "refusal", "failure"),
    [row[1:] for row in ONE_EACH],
    ids=[row[0] for row in ONE_EACH],
)
def test_a_request_is_refused_by_clause_and_field(changed, clause, refusal, failure):
    found = refused(ready(), lambda t: send(t, request_body(**changed)))
    assert type(found) is refusal
    assert found.clause == clause
    assert failure in found.failures
    assert found.failures[0].startswith(f"{clause} {found.field} ")


def test_a_project_outside_the_library_is_refused_by_its_clause():
    found = refused(
        ready(),
        lambda t: t.submit(project="lift", content=content(lines=lines_with(0, line="lift-1")[:1])),
    )
    assert (found.clause, found.failures[0]) == ("Q03", "Q03 in_project_library false true")
    assert found.advice.startswith("先办理入库。")
    assert found.advice.endswith("Enter it in the library first.")
    assert found.who == (
        "preparation.request.submit@dg-rehab",
        "preparation.project.register@dg-rehab",
    )


def test_everything_that_is_wrong_is_listed_at_once_the_first_clause_first():
    plain = request_body(
        lines=[*lines_with(0, amounts=amounts(13_050_000), function="")[:1]],
        goals=None,
        documents=[],
    )
    found = refused(ready(), lambda t: send(t, plain))
    assert type(found) is errors.OverEstimate
    assert found.failures == (
        "R01 amount_fen 1305000000 1281760000",
        "R01.1 year_amount_fen 1305000000 900000000",
        "Q02 lines_unclassified rehab-l1 0",
        "Q04 goal_form_present false true",
        "Q06 documents_missing feasibility,ex_ante 0",
        "Q07 goal_kinds_missing output,cost,benefit,satisfaction 0",
    )
    assert found.who == (
        "preparation.request.submit@dg-rehab",
        "preparation.estimate.approve@dg-drc",
        "preparation.ceiling.set@dg-health",
    )


def test_the_refusal_names_contract_row_and_the_hash_of_its_inputs():
    town = ready()
    found = refused(town, lambda t: t.submit(step=3))
    assert found.row == "request-control/rules/R01"
    assert found.verdict == "reject"
    assert town.at(f"contracts/contract/{found.contract}").name == "request-control"
    inputs = town.at("contracts/binding/preparation.request").contracts
    assert found.contract in inputs
    assert len(found.input_sha256) == 64


def test_the_input_hash_can_be_recomputed_by_anybody():
    town = submitted()
    (version,) = town.scene.records(RequestVersion).values()
    cycle = town.at("preparation/cycle/2022")
    asked = Asked(
        cycle=cycle,
        year=2022,
        unit="dg-rehab",
        department="dg-health",
        project="rehab-ward",
        content=version.content,
        request=None,
        day=town.scene.context().day,
    )
    inputs = inputs_of(ready().scene.ledger, asked, "submit", "none")
    wire = json.dumps(inputs, sort_keys=True, separators=(",", ":")).encode()
    assert version.ruling.input_sha256 == hashlib.sha256(wire).hexdigest()
    content_wire = msgspec.json.encode(version.content)
    assert version.content_sha256 == hashlib.sha256(content_wire).hexdigest()


def test_without_contracts_nothing_is_submitted():
    town = ready()
    town.scene.memory.records.pop("contracts/binding/preparation.request")
    assert isinstance(refused(town, lambda t: t.submit()), NothingBound)


def test_a_unit_without_ceiling_of_its_own_is_held_to_what_its_department_has_left():
    town = ready()
    items = [lines_with(0, line="clinic-1", amounts=amounts(10_000_001))[0]]
    clinic: Any = {
        "who": CLINIC_CLERK,
        "organisation": "dg-clinic",
        "project": None,
        "content": content(goals=None, documents=[], lines=items),
    }
    found = refused(town, lambda t: t.submit(**clinic))
    assert (type(found), found.limit_fen) == (errors.OverCeiling, 1_000_000_000)
    assert "preparation.ceiling.set@dg-finance" in found.who
    clinic["content"]["lines"][0]["amounts"] = amounts(10_000_000)
    town.submit(**clinic)


def only_levels(town: Town) -> None:
    """Leave the contract of levels alone bound to the hook."""
    binding = town.at("contracts/binding/preparation.request")
    kept = tuple(
        contract
        for contract in binding.contracts
        if town.at(f"contracts/contract/{contract}").name == "approval-levels"
    )
    town.scene.put({"contracts/binding/preparation.request": replace(binding, contracts=kept)})


def test_what_could_never_be_appropriated_is_refused_even_where_the_contracts_let_it_pass():
    town = ready()
    only_levels(town)
    found = refused(town, lambda t: send(t, request_body(lines=lines_with(1, source=""))))
    assert (type(found), found.line) == (errors.LineDiffers, "rehab-l2")
    lift = content(lines=lines_with(0, line="lift-1")[:1])
    found = refused(town, lambda t: t.submit(project="lift", content=lift))
    assert (type(found), found.project) == (errors.NoProject, "lift")


def test_a_clause_is_cited_before_a_default_row_and_only_of_the_verdict_that_counts():
    def reason(verdict: str, row: str) -> Reason:
        words = dict.fromkeys(("zh", "en", "remedy_zh", "remedy_en"), "")
        clause = Clause(
            contract="c", name="n", version=1, node="t", row=row, basis_zh=(), basis_en=(), **words
        )
        return Reason(verdict=verdict, clause=clause)

    note = DecisionNote(hook=HOOK, binding=1, input_sha256="0" * 64)

    def cited(verdict: str, *reasons: Reason) -> str | None:
        decision = Decision(verdict=verdict, reasons=reasons, effects=(), note=note)
        found = clause_of(decision)
        return found.row if found else None

    assert cited("approve", reason("approve", "default"), reason("approve", "L5")) == "L5"
    assert cited("reject", reason("reject", "default"), reason("approve", "L5")) == "default"
    assert cited("approve") is None


def test_missing_documents_are_asked_for_and_a_new_version_brings_them():
    town = ready()
    documents = content()["documents"]
    events = send(town, request_body(documents=documents[:2]))  # no ex_ante
    assert town.request().state == "asked"
    (asked,) = [e for e in events if type(e).__name__ == "CaseAsked"]
    assert asked.clause == "Q06"
    assert [type(e).__name__ for e in events].count("RequestMoved") == 1
    assert "Q06 documents_missing ex_ante 0" in asked.question
    first = town.request().case
    plain = request_body(documents=documents)
    (request,) = town.scene.records(Request)
    send(town, plain | {"previous": f"{request}:1", "reason": "补充事前评估报告"})
    assert (town.request().state, town.request().version) == ("submitted", 2)
    cases = town.scene.records(Case)
    assert (cases[first].state, cases[town.request().case].state) == ("closed", "open")
    assert town.scene.breaches() == []


def test_a_form_without_a_required_group_is_asked_about():
    town = ready()
    rest = indicators(but="s1")
    heavier = [rest[0] | {"weight_bp": 2_500}, *rest[1:]]  # 80 + 10 = 90 points
    events = send(town, request_body(goals=goals(indicators=heavier)))
    (asked,) = [e for e in events if type(e).__name__ == "CaseAsked"]
    assert asked.clause == "Q07"


def test_what_other_requests_of_the_unit_ask_for_is_taken_from_its_ceiling():
    town = submitted()  # 8,500,000 of 9,000,000
    basic = {
        "project": None,
        "content": content(
            goals=None,
            documents=[],
            lines=[
                lines_with(
                    0,
                    line="rehab-basic",
                    economic="30201",
                    government_economic="50502",
                    amounts=amounts(500_001),
                )[0]
            ],
        ),
    }
    found = refused(town, lambda t: t.submit(**basic))
    assert (type(found), found.asked_fen, found.limit_fen) == (
        errors.OverCeiling,
        50_000_100,
        50_000_000,
    )
    basic["content"]["lines"][0]["amounts"] = amounts(500_000)
    town.submit(**basic)
    assert town.at("preparation/total/2022:dg-health").asked_fen == 900_000_000


def test_basic_expenditure_needs_no_goal_form_and_no_documents():
    town = ready()
    town.submit(
        project=None,
        content=content(
            goals=None,
            documents=[],
            lines=[lines_with(0, line="rehab-basic", amounts=amounts(100))[0]],
        ),
    )
    assert town.request().project == ""
    assert town.request().state == "submitted"


def test_last_years_amount_is_stated_to_the_contracts():
    town = Town()
    assert inputs_of(town.scene.ledger, _asked(town), "submit", "none")["has_last_year"] is False
    before = Request(
        year=2021,
        unit="dg-rehab",
        department="dg-health",
        project="rehab-ward",
        state="approved",
        version=1,
        case="",
        total_fen=7,
        year_fen=7,
        content_sha256="0" * 64,
        since_ms=0,
        stage="second_up",
        ruling=_ruling(),
        approved_version=1,
        approved_fen=7,
        approved_sha256="0" * 64,
        approved_stage="second_up",
    )
    town.scene.put({Request.key("r1"): before})
    town.scene.memory.index["preparation/request_of", "2021|dg-rehab|rehab-ward"] = "r1"
    inputs = inputs_of(town.scene.ledger, _asked(town), "submit", "none")
    assert (inputs["has_last_year"], inputs["last_year_fen"]) == (True, 7)


def _asked(town: Town) -> Asked:
    (version,) = submitted().scene.records(RequestVersion).values()
    cycle = submitted().at("preparation/cycle/2022")
    return Asked(
        cycle=cycle,
        year=2022,
        unit="dg-rehab",
        department="dg-health",
        project="rehab-ward",
        content=version.content,
        request=None,
        day=town.scene.context().day,
    )


def _ruling() -> Any:
    (version,) = submitted().scene.records(RequestVersion).values()
    return version.ruling


def test_the_inputs_are_exactly_those_of_the_hook():
    town = ready()
    inputs = inputs_of(town.scene.ledger, _asked(town), "submit", "none")
    assert list(inputs) == [given.field.name for given in HOOKS[HOOK].inputs]
