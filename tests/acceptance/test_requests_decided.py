"""B1.3, B1.1: requests approved, refused or sent back by contract; money that moves by itself."""

import pytest

from tests.acceptance.town import YUAN

feature = pytest.mark.feature


@feature("B1.3", "approved by contract")
@feature("B1.1", "bank instruction goes out")
@feature("B1.2", "balances live")
def test_a_lawful_request_is_approved_and_instructed_in_its_own_block(town):
    cell = "rehab-l2:general:local:2023:2022"
    before = town.cell(cell)
    answer = town.ask(amount_fen=100 * YUAN)
    payment = town.event(answer, "execution.payment_requested")
    assert payment["content"]["state"] == "instructed"
    assert payment["content"]["voucher"]
    assert payment["content"]["ruling"]["verdict"] == "approve"
    after = town.cell(cell)
    assert after["from_height"] == answer["height"]
    assert before["allotted_fen"] - after["allotted_fen"] == 100 * YUAN


@feature("B1.3", "sent back for explanation")
def test_a_doubtful_request_is_sent_back_and_decided_again_once_explained(town):
    answer = town.ask(amount_fen=300_000 * YUAN)
    content = town.event(answer, "execution.payment_requested")
    assert content["content"]["state"] == "asked"
    name = content["payment"]
    tasks = town.rows("hospital.clerk", "procedure_tasks", task_kind="answer")
    assert [task for task in tasks if name in task["subject_key"]]
    key = f"execution/payment/{name}"
    town.give(
        "hospital.clerk",
        "execution.payment.answer/1",
        on=(key,),
        payment=name,
        answer="原厂维保，单一来源，附说明。",
    )
    (row,) = town.rows("auditor", "execution_payments", id=name)
    assert row["state"] == "routed"  # still doubtful: a person of the unit decides
    (case,) = [c for c in town.rows("auditor", "procedure_cases") if c["subject_id"] == name]
    town.give(
        "hospital.director",
        "procedure.case.approve/1",
        on=(f"procedure/case/{case['id']}", key),
        case=case["id"],
        subject=key,
        reason="同意",
    )
    (row,) = town.rows("auditor", "execution_payments", id=name)
    assert row["state"] == "instructed"


@feature("B1.2", "duplicate answered at once")
def test_one_invoice_pays_once_on_the_whole_ledger(town):
    body = town.payment(amount_fen=10 * YUAN)
    town.give("hospital.clerk", "execution.payment.request/1", **body)
    problem = town.refused("hospital.clerk", "execution.payment.request/1", **body)
    assert problem["facts"]["clause"] == "R09"
    assert problem["facts"]["state"] == "instructed"


@feature("B1.1", "progress condition")
@feature("G3", "before acceptance refused")
def test_a_milestone_that_is_not_accepted_is_not_paid(town):
    problem = town.refused(
        "contractor.b",
        "execution.payment.request/1",
        line="rehab-l1",
        nature="general",
        source="local",
        year=2023,
        amount_fen=100_000 * YUAN,
        purpose="31006",
        payee="contractor-b",
        account="102581000001:6222020000000001",
        invoice="04418899",
        agreement="c-works",
        milestone="m4",
    )
    assert problem["facts"]["clause"] == "R06"
    assert problem["facts"]["waits_for"] == ["report"]


@feature("B1.1", "moved by the contract itself")
@feature("B1.1", "time condition")
@feature("G3", "milestone pays by itself")
@feature("G3", "advance recouped")
@feature("G3", "wages apart")
@feature("G3", "longer than one year")
@feature("G3", "three kinds coded")
@feature("B1.5", "source to payee")
@feature("B1.5", "payee to source")
def test_the_case_paid_by_itself_to_the_fen(town):
    paid = town.rows("auditor", "execution_payments", year=2022, limit=500, date="2022-12-31")
    assert sum(row["amount_fen"] for row in paid if row["state"] == "settled") == 6_846_270 * YUAN
    (advance,) = [r for r in paid if (r["agreement"], r["milestone"]) == ("c-works", "advance")]
    assert (advance["amount_fen"], advance["submitted_by"]) == (846_680 * YUAN, "")
    (m1,) = [r for r in paid if (r["agreement"], r["milestone"]) == ("c-works", "m1")]
    assert m1["amount_fen"] == 1_308_330 * YUAN  # 1,900,000 × 80 % − 211,670
    assert m1["wage_fen"] == 380_000 * YUAN
    kinds = {row["agreement_kind"] for row in town.rows("auditor", "execution_agreements")}
    assert kinds == {"works", "equipment", "services"}
    (works,) = town.rows("auditor", "execution_agreements", id="c-works")
    years = [(part["year"], part["amount_fen"]) for part in works["years"]]
    assert years == [(2022, 6_400_000 * YUAN), (2023, 2_066_800 * YUAN)]
    for row in paid:
        if row["state"] == "settled":
            assert sum(part["amount_fen"] for part in row["parts"]) == row["amount_fen"]
            assert all(part["cell"].startswith(row["line"]) for part in row["parts"])
