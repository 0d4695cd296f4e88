"""The way of a request through its levels, and what moves it there and back."""

import json
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from mingzhang.domain.contracts.document import canonical_bytes, contract_hash, from_json
from mingzhang.domain.contracts.errors import NothingBound
from mingzhang.domain.contracts.state import Binding, ContractText, PastBinding
from mingzhang.domain.disclosure.state import Process
from mingzhang.domain.preparation import errors
from mingzhang.domain.preparation.state import Request, RequestVersion
from mingzhang.domain.preparation.tests.cases import (
    ESTIMATE_LINES,
    content,
    lines_with,
    refused,
    request_body,
    send,
)
from mingzhang.domain.preparation.tests.town import (
    BUREAU_REVIEWER,
    CLERK,
    DIRECTOR,
    HEALTH_FINANCE,
    REVIEWER,
    ROOT,
    Town,
    ready,
    submitted,
)
from mingzhang.domain.preparation.verdict import HOOK
from mingzhang.domain.procedure.state import Case


def amounts(yuan_2022: int, yuan_2023: int = 0) -> list[Any]:
    """Return one line item's amounts, in yuan."""
    both = [(2022, yuan_2022), (2023, yuan_2023)]
    return [{"year": year, "amount_fen": yuan * 100} for year, yuan in both if yuan]


def test_a_case_is_decided_by_the_contracts_it_began_under():
    town = submitted()
    binding = town.at("contracts/binding/preparation.request")
    town.scene.put(
        {
            f"contracts/past/{HOOK}:{binding.version}": PastBinding(contracts=binding.contracts),
            f"contracts/binding/{HOOK}": Binding(version=binding.version + 1, contracts=()),
        }
    )
    town.review("approve", DIRECTOR)
    assert town.request().level == "department"
    fresh = content(
        goals=None, documents=[], lines=[lines_with(0, line="b", amounts=amounts(1))[0]]
    )
    found = refused(town, lambda t: t.submit(project=None, content=fresh))
    assert isinstance(found, NothingBound)


def test_the_last_level_does_not_approve_what_the_contracts_still_ask_about():
    town = ready()
    send(town, request_body(documents=content()["documents"][:2]))
    for who in (DIRECTOR, REVIEWER):
        town.answer()
        town.review("approve", who)
    town.answer()
    found = refused(town, lambda t: t.review("approve", BUREAU_REVIEWER))
    assert (found.clause, found.verdict, found.field) == ("Q06", "ask", "documents_missing")


def test_an_answer_without_the_document_is_asked_again_at_the_next_level():
    town = ready()
    send(town, request_body(documents=content()["documents"][:2]))
    town.answer()
    town.review("approve", DIRECTOR)
    assert (town.request().state, town.request().level) == ("asked", "department")


def test_the_way_is_unit_department_bureau_and_ends_there_below_fifty_million():
    town = submitted()
    (case,) = town.scene.records(Case).values()
    assert [(level.name, level.desks[0].organisation, level.days) for level in case.levels] == [
        ("unit", "dg-rehab", 10),
        ("department", "dg-health", 15),
        ("bureau", "dg-finance", 20),
    ]


def test_above_fifty_million_the_government_decides_and_a_cycle_without_its_desk_says_so():
    town = ready()
    town.ceiling("dg-finance", 90_000_000)
    town.ceiling("dg-health", 80_000_000)
    town.ceiling("dg-rehab", 70_000_000, HEALTH_FINANCE)
    big = [each | {"amount_fen": 6_000_000_000} for each in ESTIMATE_LINES]
    town.estimate(lines=big)
    plain = request_body(lines=lines_with(0, amounts=amounts(50_000_001))[:1])
    found = refused(town, lambda t: send(t, plain))
    assert (type(found), found.field) == (errors.RulesIncomplete, "desks.government")
    send(town, request_body(lines=lines_with(0, amounts=amounts(50_000_000))[:1]))


def test_each_level_asks_the_contracts_again_with_the_facts_of_the_day():
    town = submitted()
    town.review("approve", DIRECTOR)
    town.ceiling("dg-rehab", 8_000_000, HEALTH_FINANCE)  # below the 8,500,000 asked
    found = refused(town, lambda t: t.review("approve", REVIEWER))
    assert type(found) is errors.OverCeiling
    assert found.excess_fen == 50_000_000  # 8,500,000.00 - 8,000,000.00
    town.ceiling("dg-rehab", 9_000_000, HEALTH_FINANCE)
    town.review("approve", REVIEWER)
    assert town.request().level == "bureau"


def test_the_last_approval_is_refused_where_the_contracts_no_longer_agree():
    town = submitted()
    for who in (DIRECTOR, REVIEWER):
        town.review("approve", who)
    lower = [ESTIMATE_LINES[0] | {"amount_fen": 800_000_000}, *ESTIMATE_LINES[1:]]
    town.estimate(lines=lower)
    found = refused(town, lambda t: t.review("approve", BUREAU_REVIEWER))
    assert (type(found), found.excess_fen) == (errors.OverEstimate, 86_000_000)


@pytest.mark.parametrize(
    ("verb", "words", "state", "counted"),
    [
        ("reject", {"reason": "不属职能"}, "rejected", 0),
        ("return", {"reason": "压减"}, "returned", 850_000_000),
        ("ask", {"question": "依据？"}, "asked", 850_000_000),
    ],
)
def test_what_a_reviewer_says_moves_the_request_and_its_totals(verb, words, state, counted):
    town = submitted()
    town.review(verb, DIRECTOR, **words)
    assert town.request().state == state
    assert town.at("preparation/total/2022").asked_fen == counted
    assert town.scene.breaches() == []


def test_a_request_withdrawn_before_the_first_review_may_come_again():
    town = submitted()
    town.withdraw()
    assert town.request().state == "withdrawn"
    assert town.at("preparation/total/2022:dg-health").live == 0
    assert town.at("preparation/total/2022").complete is False
    (request,) = town.scene.records(Request)
    town.submit(previous=f"{request}:1")
    assert (town.request().version, town.request().state) == (2, "submitted")
    assert town.at("preparation/total/2022:dg-health").asked_fen == 850_000_000


def test_a_returned_request_comes_again_after_the_deadline_and_both_versions_are_kept():
    town = submitted()
    town.review("return", DIRECTOR, reason="压减预备费")
    town.scene.pass_to("2021-12-13")  # the stage closed on 2021-12-10
    assert town.at("preparation/cycle/2022").closed
    (request,) = town.scene.records(Request)
    lines = lines_with(3, amounts=amounts(500_000, 350))
    town.submit(previous=f"{request}:1", content=content(lines=lines), reason="已压减")
    versions = town.scene.records(RequestVersion)
    assert versions[f"{request}:1"].content.total_fen() == 1_281_760_000
    assert versions[f"{request}:2"].content.total_fen() == 1_271_760_000  # - 100,000.00
    assert (versions[f"{request}:2"].previous, versions[f"{request}:2"].reason) == (1, "已压减")
    assert versions[f"{request}:2"].author.person == CLERK.person
    assert town.at("preparation/total/2022:dg-health").requests == 1
    assert town.at("preparation/total/2022").requests == 1


def rebound(town: Town, name: str, change: Any) -> None:
    """Bind, in place of a standard contract, one that differs from it."""
    plain = json.loads((ROOT / f"contracts/{name}.json").read_text(encoding="utf-8"))
    change(plain["nodes"][0])
    contract = from_json(json.dumps(plain).encode())
    key = f"contracts/contract/{contract_hash(contract)}"
    text = ContractText(
        name=name, version=1, hook=HOOK, document=msgspec.Raw(canonical_bytes(contract))
    )
    binding = town.at(f"contracts/binding/{HOOK}")
    kept = tuple(
        each for each in binding.contracts if town.at(f"contracts/contract/{each}").name != name
    )
    both = replace(binding, contracts=(*kept, contract_hash(contract)))
    town.scene.put({key: text, f"contracts/binding/{HOOK}": both})


def test_a_contract_that_routes_back_does_not_send_a_request_round_for_ever():
    def back(table: Any) -> None:
        table["rows"][1]["then"][1] = '"unit"'  # L2: from the unit to the unit

    town = ready()
    rebound(town, "approval-levels", back)
    town.submit()
    (case,) = town.scene.records(Case).values()
    assert [level.name for level in case.levels] == ["unit"]


def test_a_contract_that_routes_to_nobody_and_does_not_approve_is_a_refusal():
    def nowhere(table: Any) -> None:
        table["rows"][0]["then"][1] = '"none"'  # L1

    town = ready()
    rebound(town, "approval-levels", nowhere)
    found = refused(town, lambda t: t.submit())
    assert (type(found), found.verdict, found.clause) == (errors.RefusedByContract, "route", "L1")


def test_a_request_is_approved_at_once_where_the_contracts_approve_it_at_submission():
    def at_once(table: Any) -> None:
        table["rows"][0]["then"] = ['"approve"', '"none"']

    town = ready()
    rebound(town, "approval-levels", at_once)
    town.submit()
    assert (town.request().state, town.request().case) == ("approved", "")
    assert town.at("preparation/total/2022").approved_fen == 850_000_000
    (process,) = town.scene.records(Process).values()
    assert (process.state, process.clause) == ("approved", "L1")
