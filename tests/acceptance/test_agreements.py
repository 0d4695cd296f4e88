"""G3, B1.2: what agreements pay by themselves and hold back; flows seen in their block."""

import pytest

from tests.acceptance.test_limits import CELLS
from tests.acceptance.town import YUAN

feature = pytest.mark.feature
ACCOUNT = "102581000007:6222020000000007"
WAGES = "102581000100:6222020099990077"


def proposed(town, total_fen, **terms):
    """Put an agreement of 2023 before both sides; return its id."""
    name = f"c-term-{town.number()}"
    body = {
        "agreement": name,
        "number": name,
        "title": "测试合同",
        "agreement_kind": "services",
        "payee": "supplier-icu",
        "line": "rehab-l2",
        "nature": "general",
        "source": "local",
        "total_fen": total_fen,
        "years": [{"year": 2023, "amount_fen": total_fen}],
        "document_sha256": "ab" * 32,
        **terms,
    }
    town.give("hospital.procurement", "execution.agreement.propose/1", **body)
    town.give(
        "supplier.icu",
        "execution.agreement.sign/1",
        on=(f"execution/agreement/{name}",),
        agreement=name,
    )
    return name


def signed(town, total_fen, **terms):
    name = proposed(town, total_fen, **terms)
    on = (f"execution/agreement/{name}",)
    town.give("hospital.director", "execution.agreement.sign/1", on=on, agreement=name)
    return name


def report(town, agreement, milestone):
    invoice = f"{90_000_000 + town.number()}"
    town.give(
        "supplier.icu",
        "execution.milestone.report/1",
        agreement=agreement,
        milestone=milestone,
        evidence_sha256="cd" * 32,
        invoice=invoice,
    )
    return invoice


def accept(town, agreement, milestone, duty, measured_fen=0):
    user = {"manager": "hospital.pm", "quality": "hospital.quality"}[duty]
    return town.give(
        user,
        "execution.milestone.accept/1",
        on=(f"execution/milestone/{agreement}:{milestone}",),
        agreement=agreement,
        milestone=milestone,
        duty=duty,
        measured_fen=measured_fen,
    )


def payment_of(town, answer):
    """The payment that an acceptance made, nobody having asked for it."""
    event = town.event(answer, "execution.payment_requested")
    (row,) = town.rows("auditor", "execution_payments", id=event["payment"])
    assert (row["state"], row["submitted_by"], row["case_id"]) == ("instructed", "", "")
    assert row["from_height"] == answer["height"]
    return row


@feature("G3", "acceptance pays by itself")
@pytest.mark.parametrize("kind", ["equipment", "services"])
def test_accepted_goods_or_services_are_paid_without_a_person_and_not_before(town, kind):
    delivery = {"id": "delivery", "title": "交付验收", "kind": "delivery"}
    delivery |= {"trigger": "acceptance", "base_fen": 9_000 * YUAN}
    name = signed(town, 9_000 * YUAN, agreement_kind=kind, milestones=[delivery])
    invoice = report(town, name, "delivery")
    early = {"payee": "supplier-icu", "account": ACCOUNT, "invoice": invoice}
    early |= {"agreement": name, "milestone": "delivery", "amount_fen": 9_000 * YUAN}
    first = accept(town, name, "delivery", "manager")
    assert "execution.payment_requested" not in town.kinds(first)
    refused = town.ask_refused(**early)  # one of two has accepted
    assert refused["facts"]["clause"] == "R06"
    assert refused["facts"]["waits_for"] == ["quality"]
    same = town.refused(
        "hospital.pm",
        "execution.milestone.accept/1",
        on=(f"execution/milestone/{name}:delivery",),
        agreement=name,
        milestone="delivery",
        duty="manager",
        measured_fen=0,
    )
    assert same["code"].startswith("EXE-")
    row = payment_of(town, accept(town, name, "delivery", "quality"))
    assert (row["amount_fen"], row["agreement"]) == (9_000 * YUAN, name)
    again = town.ask_refused(**early)
    assert again["facts"]["clause"] == "R09"  # paid once


def half_done(town, *milestones):
    """An agreement that retains 3 %, half of it measured; its id and that half's payment."""
    name = signed(
        town,
        10_000 * YUAN,
        progress_bp=8_000,
        retention_bp=300,
        retains_before_completion=True,
        milestones=[
            {"id": "m1", "title": "进度", "kind": "progress", "trigger": "acceptance"},
            *milestones,
        ],
    )
    report(town, name, "m1")
    accept(town, name, "m1", "manager", 5_000 * YUAN)
    return name, payment_of(town, accept(town, name, "m1", "quality", 5_000 * YUAN))


@feature("G3", "retention held or guaranteed")
def test_retention_is_held_back_and_paid_at_its_own_milestone_once(town):
    retention = {"id": "ret", "title": "质保金", "kind": "retention", "trigger": "acceptance"}
    name, row = half_done(town, retention)
    assert row["amount_fen"] == 5_000 * YUAN * 77 // 100  # 80 % less 3 % retained
    (held,) = town.rows("auditor", "execution_agreements", id=name)
    assert held["retained_fen"] == 150 * YUAN
    report(town, name, "ret")
    accept(town, name, "ret", "manager")
    row = payment_of(town, accept(town, name, "ret", "quality"))
    assert row["amount_fen"] == 150 * YUAN
    (held,) = town.rows("auditor", "execution_agreements", id=name)
    assert held["retained_fen"] == 0


@feature("G3", "retention held or guaranteed")
def test_with_a_bond_nothing_is_retained_and_more_than_three_percent_never(town):
    progress = {"id": "m1", "title": "进度", "kind": "progress", "trigger": "acceptance"}
    terms = {"progress_bp": 8_000, "milestones": [progress]}
    for wrong, clause in (
        ({"retention_bp": 301, "retains_before_completion": True}, "S12"),
        (
            {
                "retention_bp": 300,
                "retains_before_completion": True,
                "performance_bond_fen": 100 * YUAN,
            },
            "S13",
        ),
    ):
        name = proposed(town, 10_000 * YUAN, **terms, **wrong)
        on = (f"execution/agreement/{name}",)
        refused = town.refused(
            "hospital.director", "execution.agreement.sign/1", on=on, agreement=name
        )
        assert refused["facts"]["clause"] == clause
    guaranteed = {"retention_bp": 300, "performance_bond_fen": 100 * YUAN}
    name = signed(town, 10_000 * YUAN, **terms, **guaranteed)
    report(town, name, "m1")
    accept(town, name, "m1", "manager", 5_000 * YUAN)
    row = payment_of(town, accept(town, name, "m1", "quality", 5_000 * YUAN))
    assert row["amount_fen"] == 4_000 * YUAN


def settle(town, user, agreement, settled_fen, document="ef", *, refused=False):
    do = town.refused if refused else town.give
    return do(
        user,
        "execution.agreement.settle/1",
        on=(f"execution/agreement/{agreement}",),
        agreement=agreement,
        settled_fen=settled_fen,
        document_sha256=document * 32,
    )


def free(town):
    rows = town.rows("auditor", "funds_cells", line="rehab-l2", year=2023)
    return sum(row["available_fen"] for row in rows)


def state_of(town, agreement):
    (row,) = town.rows("auditor", "execution_agreements", id=agreement)
    return row["state"]


@feature("G3", "settlement final")
@feature("G3", "surplus returned")
def test_after_the_settlement_by_both_sides_nothing_more_is_paid_and_the_rest_is_free_again(town):
    first, second = (
        {"id": name, "title": name, "kind": "delivery", "trigger": "acceptance", "base_fen": fen}
        for name, fen in (("first", 9_000 * YUAN), ("second", 500 * YUAN))
    )
    name = signed(town, 10_000 * YUAN, milestones=[first, second])
    report(town, name, "first")
    accept(town, name, "first", "manager")
    paid = payment_of(town, accept(town, name, "first", "quality"))
    before = free(town)
    (estimate,) = town.rows("auditor", "funds_estimates", id="rehab-l2")

    for user in ("hospital.director", "supplier.icu"):
        wrong = settle(town, user, name, 10_000 * YUAN, refused=True)
        assert wrong["code"] == "EXE-09"
        assert (wrong["facts"]["asked"], wrong["facts"]["expected"]) == (
            10_000 * YUAN,
            9_000 * YUAN,
        )
    stranger = settle(town, "supplier.or", name, 9_000 * YUAN, refused=True)
    assert stranger["code"] == "EXE-03"
    settle(town, "hospital.director", name, 9_000 * YUAN)
    assert settle(town, "hospital.director", name, 9_000 * YUAN, refused=True)["code"] == "EXE-06"
    in_flight = settle(town, "supplier.icu", name, 9_000 * YUAN, refused=True)
    assert in_flight["facts"]["in_flight_fen"] == 9_000 * YUAN  # the bank has not paid yet
    item = {"payment": paid["id"], "outcome": "settled", "reference": "BK", "reason": ""}
    town.give("bank", "execution.bank.settle/1", items=[item])
    settle(town, "supplier.icu", name, 9_000 * YUAN, "0a")  # another document: not alike
    assert (state_of(town, name), free(town)) == ("signed", before)
    settle(town, "hospital.director", name, 9_000 * YUAN, "0a")
    assert (state_of(town, name), free(town)) == ("settled", before + 1_000 * YUAN)
    (after,) = town.rows("auditor", "funds_estimates", id="rehab-l2")
    assert after["uncontracted_fen"] - estimate["uncontracted_fen"] == 1_000 * YUAN

    late = town.ask_refused(
        agreement=name, payee="supplier-icu", account=ACCOUNT, amount_fen=1 * YUAN
    )
    assert (late["code"], late["facts"]["state"]) == ("EXE-04", "settled")
    reported = town.refused(
        "supplier.icu",
        "execution.milestone.report/1",
        agreement=name,
        milestone="second",
        evidence_sha256="cd" * 32,
        invoice=None,
    )
    assert reported["code"] == "EXE-04"
    covered = town.refused(
        "hospital.procurement",
        "execution.agreement.cover/1",
        agreement=name,
        year=2023,
        amount_fen=1 * YUAN,
    )
    assert covered["code"].startswith("FND-")
    assert free(town) == before + 1_000 * YUAN


@feature("G3", "settlement final")
def test_what_is_still_retained_is_paid_before_the_settlement(town):
    name, row = half_done(town)
    refused = settle(town, "hospital.director", name, row["amount_fen"], refused=True)
    assert (refused["facts"]["field"], refused["facts"]["asked"]) == ("retention", 150 * YUAN)


@feature("B1.2", "flows live")
@feature("B1.2", "balances live")
def test_a_payments_flow_is_seen_in_the_block_that_made_it_and_so_is_the_banks(town):
    answer = town.ask(amount_fen=120 * YUAN)
    height = answer["height"]
    name = town.event(answer, "execution.payment_requested")["payment"]
    at = {"height": height}
    (flow,) = town.rows("auditor", "execution_payments", id=name, **at)
    assert flow["from_height"] == height
    assert sum(part["amount_fen"] for part in flow["parts"]) == 120 * YUAN
    (part,) = flow["parts"]
    assert part["cell"] in CELLS
    assert town.rows("auditor", "execution_payments", id=name, height=height - 1) == []

    def moved(column, height):
        then, before = (town.cell(part["cell"], height=h)[column] for h in (height, height - 1))
        return then - before

    assert moved("available_fen", height) == -120 * YUAN
    assert moved("instructed_fen", height) == 120 * YUAN
    (money,) = town.rows("auditor", "funds_money", id="general", height=height)
    item = {"payment": name, "outcome": "settled", "reference": "BK", "reason": ""}
    height = town.give("bank", "execution.bank.settle/1", items=[item])["height"]
    assert moved("instructed_fen", height) == -120 * YUAN
    assert moved("settled_fen", height) == 120 * YUAN
    (after,) = town.rows("auditor", "funds_money", id="general", height=height)
    assert after["spent_fen"] - money["spent_fen"] == 120 * YUAN
    assert after["treasury_fen"] - money["treasury_fen"] == -120 * YUAN
