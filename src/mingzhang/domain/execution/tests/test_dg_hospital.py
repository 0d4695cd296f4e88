"""The DG hospital renovation, steps 7 to 34, every amount as the case gives it (cases/)."""

from typing import Any

import pytest

from mingzhang.domain.execution import errors as x
from mingzhang.domain.execution import events as e
from mingzhang.domain.execution import messages as m
from mingzhang.domain.execution import state as s
from mingzhang.domain.execution.terms import Document, MilestoneTerm
from mingzhang.domain.execution.tests.town import (
    ACCOUNT,
    BUILDER,
    DIRECTOR,
    ENGINEER,
    HASH,
    HEALTH_FINANCE,
    MAKER,
    NEW_ACCOUNT,
    PM,
    TREASURY,
    WAGES,
    Town,
    cell,
    condition,
    fen,
)
from mingzhang.domain.funds.state import FiscalYear, Part
from mingzhang.kernel.calendar import parse_iso
from tests.scene import only

QUOTA_2022: dict[str, Any] = {"l1": "6,400,000", "l2": "800,000", "l3": "700,000", "l4": "600,000"}
QUOTA_2023: dict[str, Any] = {"l1": "2,460,000", "l2": "1,636,000", "l3": "221,250", "l4": "350"}
SERVICES = (
    ("design", "298,000", None, "2022-07-08"),
    ("engineer", "112,500", "112,500", None),
    ("cost", "46,000", "46,000", None),
    ("agency", "58,600", None, "2022-07-08"),
    ("lab", "42,150", "42,150", None),
)


def released():
    """Steps 7 to 10: before the vote refused; quota released on the minutes."""
    town = Town("2022-01-10")
    with pytest.raises(x.BeforeTheVote) as early:
        town.pay("l3", "100,000", payee="maker")
    assert (early.value.clause, early.value.lawful) == ("R03", "vote")
    town.pass_to("2022-02-21")
    town.voted(**QUOTA_2022)
    quota = town.quota(condition=condition("D府办复〔2022〕19号"), **QUOTA_2022)
    assert town.at("l1").allotted_fen == 0
    town.pass_to("2022-03-25")
    shown = Document(number="D府办复〔2022〕19号", sha256=HASH)
    command = m.ReleaseQuota(quota=quota, met_by=shown)
    town.do(command, TREASURY, town.sees(f"execution/quota_document/{quota}"))
    assert sum(town.at(line).allotted_fen for line in QUOTA_2022) == fen("8,500,000.00")
    return town


def signed():
    """Steps 11 and 16: five services and the works."""
    town = released()
    town.pass_to("2022-04-06")
    for name, now, later, day in SERVICES:
        years = {2022: now} | ({2023: later} if later else {})
        fee = MilestoneTerm(
            id="fee",
            title="fee",
            kind="delivery",
            trigger="date",
            base_fen=fen(now),
            day=parse_iso(day) if day else None,
        )
        town.agree(
            name,
            "l3",
            years,
            milestones=(fee,) if day else (),
            is_engineer=name == "engineer",
            independence_sha256=HASH if name == "engineer" else None,
        )
    town.works()
    return town


def end_of_2022():
    """Steps 18 to 31."""
    town = signed()
    town.pass_to("2022-07-05")
    town.pass_to("2022-07-08")
    town.settle_all()
    town.pass_to("2022-08-22")
    town.accepted("m1", "1,900,000", invoice="04418801")
    town.pass_to("2022-11-11")
    town.accepted("m2", "2,450,000")
    town.pass_to("2022-11-15")
    change(town)
    town.pass_to("2022-11-25")
    for name, now, later in (("icu", "338,400", "789,600"), ("or", "358,950", "837,550")):
        equipment(town, name, now, later)
    town.pass_to("2022-12-15")
    town.accepted("m3", "2,300,000", invoice="04418832")
    town.pass_to("2022-12-26")
    for name, amount in (("engineer", "112,500"), ("cost", "46,000"), ("lab", "42,150")):
        town.pay("l3", amount, agreement=name)
    town.pay("l3", "60,000", payee="hospital", invoice=None, document_sha256=HASH)
    town.settle_all()
    return town


def change(town):
    """Step 25: 128,600.00 for the ICU's ventilation, from the contingency."""
    town.vire(cell("l4"), cell("l1"), "128,600")
    asked = m.RequestChange(
        agreement="works", increase_fen=fen("128,600"), reason="ICU", document_sha256=HASH
    )
    name = only(town.do(asked, BUILDER), e.ChangeRequested).change
    key = f"execution/change/{name}"
    town.do(m.AgreeChange(change=name), ENGINEER, town.sees(key))
    return town.do(m.ApproveChange(change=name), HEALTH_FINANCE, town.sees(key))


def equipment(town, name, now, later):
    """Step 26: 30 % on signing, 70 % on delivery."""
    return town.agree(
        name,
        "l2",
        {2022: now, 2023: later},
        agreement_kind="equipment",
        payee="maker",
        advance_bp=3_000,
        milestones=(
            MilestoneTerm(id="advance", title="advance", kind="advance", trigger="signing"),
            MilestoneTerm(
                id="delivery",
                title="delivery",
                kind="delivery",
                trigger="acceptance",
                base_fen=fen(later),
            ),
        ),
    )


def test_the_works_agreement_binds_two_years():
    town = signed()
    works = town.commitment("works")
    assert works.total_fen == fen("8,466,800.00")
    assert works.left == (Part(cell("l1"), fen("6,400,000.00")),)
    assert works.committed_fen == fen("2,066,800.00")
    assert town.breaches() == []


def test_the_advance_and_the_first_fees_are_paid_on_their_days_by_themselves():
    town = signed()
    (advance,) = town.pass_to("2022-07-05")
    paid = only(advance, e.PaymentRequested).content
    assert (paid.amount_fen, paid.state, paid.by) == (fen("846,680.00"), "instructed", "")
    fees = [only(events, e.PaymentRequested).content for events in town.pass_to("2022-07-08")]
    assert sorted(each.amount_fen for each in fees) == [fen("58,600.00"), fen("298,000.00")]
    assert town.ledger.require(s.Agreement, "works").advance_paid_fen == fen("846,680.00")


def test_an_accepted_milestone_pays_its_measure_less_the_advance_and_wages_apart():
    town = signed()
    town.pass_to("2022-07-05")
    paid = only(town.accepted("m1", "1,900,000"), e.PaymentRequested).content
    # 1,900,000.00 × 80 % = 1,520,000.00, less 211,670.00; wages 20 % of 1,900,000.00
    assert paid.amount_fen == fen("1,308,330.00")
    assert (paid.wage_fen, paid.wage_account) == (fen("380,000.00"), WAGES)
    assert paid.recouped_fen == fen("211,670.00")
    assert town.ledger.require(s.Milestone, "works:m1").state == "paid"
    assert town.breaches() == []


def test_before_acceptance_nothing_is_paid():
    town = signed()
    town.pass_to("2022-08-02")
    with pytest.raises(x.EarlyPayment) as refused:
        town.pay("l1", "1,308,330", BUILDER, agreement="works", milestone="m1")
    assert (refused.value.clause, refused.value.waits_for) == ("R06", ("report",))
    town.report("m1")
    with pytest.raises(x.EarlyPayment) as refused:
        town.pay("l1", "1,308,330", BUILDER, agreement="works", milestone="m1")
    assert refused.value.waits_for == ("engineer", "manager")


def test_a_virement_and_a_change_order_raise_the_works():
    town = signed()
    town.pass_to("2022-11-15")
    change(town)
    assert town.at("l1").allotted_fen == 0
    assert town.at("l4").moved_fen == -fen("128,600.00")
    assert town.commitment("works").total_fen == fen("8,595,400.00")
    assert town.ledger.require(s.MovedOut, cell("l4")).out_fen == fen("128,600.00")


def test_equipment_is_advanced_on_signing():
    town = signed()
    town.pass_to("2022-11-25")
    paid = only(equipment(town, "icu", "338,400", "789,600"), e.PaymentRequested).content
    assert (paid.amount_fen, paid.line) == (fen("338,400.00"), "l2")


def test_the_year_is_paid_to_the_fen_and_carried_over():
    town = end_of_2022()
    assert town.paid(2022) == fen("6,846,270.00")
    assert town.paid(2022, "l1") == fen("5,531,670.00")
    assert town.breaches() == []
    town.pass_to("2023-01-03")
    carried = {line: town.at(line, 2023, 2022).carried_fen for line in QUOTA_2022}
    assert carried == {
        "l1": fen("996,930.00"),
        "l2": fen("102,650.00"),
        "l3": fen("82,750.00"),
        "l4": fen("471,400.00"),
    }
    assert town.at("l1", 2023, 2022).encumbered_fen == fen("996,930.00")
    assert town.ledger.require(FiscalYear, "2022").closed
    assert town.breaches() == []


def test_steps_28_to_32_are_refused_each_by_its_clause():
    town = end_of_2022()
    before = dict(town.memory.records)
    with pytest.raises(x.DuplicateInvoice) as refused:  # 28
        town.pay("l1", "1,628,330", BUILDER, agreement="works", milestone="m3", invoice="04418832")
    assert (refused.value.clause, refused.value.state) == ("R09", "settled")
    town_change = m.ChangePayeeAccount(
        payee="maker", unit="hospital", account=NEW_ACCOUNT, reason="letter"
    )
    town.do(town_change, MAKER)  # 29
    with pytest.raises(x.AccountChanged) as changed:
        town.pay(
            "l2",
            "789,600",
            agreement="icu",
            milestone="delivery",
            payee="maker",
            account=NEW_ACCOUNT,
        )
    assert (changed.value.clause, changed.value.asked) == ("R10", "…0009")
    assert (changed.value.expected, changed.value.confirmations) == (f"…{ACCOUNT[-4:]}", 0)
    with pytest.raises(x.WrongPurpose) as purpose:  # 30
        town.pay("l2", "260,000", payee="maker", purpose="31013")
    assert (purpose.value.clause, purpose.value.economic) == ("R11", "31003")
    with pytest.raises(x.OverBudget) as rush:  # 32
        town.pay("l1", "1,000,000", agreement="works")
    assert (rush.value.clause, rush.value.left_fen) == ("R12", fen("996,930.00"))
    assert (rush.value.free_fen, rush.value.short_fen) == (0, fen("3,070.00"))
    assert rush.value.virement_from == (
        f"{cell('l4')}={fen('471,400')}",
        f"{cell('l3')}={fen('82,750')}",
        f"{cell('l2')}={fen('102,650')}",  # another subject: last, as the bureau decides
    )
    after = dict(town.memory.records)
    del after["execution/account/hospital|maker"]
    assert after == before


def test_carried_money_pays_before_the_vote_and_the_new_quota_covers_the_rest():
    town = end_of_2022()
    town.pass_to("2023-01-16")
    with pytest.raises(x.OverBudget):
        town.pay("l3", "42,150", year=2023, agreement="lab")
    cover = m.CoverAgreement(agreement="lab", year=2023, amount_fen=fen("42,150"))
    town.do(cover, DIRECTOR)
    paid = town.payment(town.pay("l3", "42,150", year=2023, agreement="lab"))
    assert paid.parts == (Part(cell("l3", 2023, 2022), fen("42,150.00")),)
    town.settle_all()
    assert town.paid(2023) == fen("42,150.00")
    town.pass_to("2023-02-10")
    town.funded(2023, **QUOTA_2023)
    town.do(m.CoverAgreement(agreement="works", year=2023, amount_fen=fen("2,066,800")), DIRECTOR)
    assert town.commitment("works").committed_fen == 0
    paid = only(town.accepted("m4", "1,945,400"), e.PaymentRequested).content  # step 36
    assert paid.amount_fen == fen("1,344,650.00")
    assert paid.parts == (  # the oldest vintage first
        Part(cell("l1", 2023, 2022), fen("996,930.00")),
        Part(cell("l1", 2023), fen("347,720.00")),
    )
    assert town.breaches() == []


def test_the_project_manager_and_the_engineer_are_two():
    town = signed()
    town.pass_to("2022-07-05")
    town.report("m1")
    town.accept("m1", PM, "manager", "1,900,000")
    assert town.ledger.require(s.Milestone, "works:m1").state == "reported"
