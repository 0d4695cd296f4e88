"""Milestones, retention, virements and change orders as they come to pass."""

from typing import Any

import pytest

from mingzhang.domain.execution import errors as x
from mingzhang.domain.execution import events as e
from mingzhang.domain.execution import messages as m
from mingzhang.domain.execution import state as s
from mingzhang.domain.execution.terms import Document, MilestoneTerm
from mingzhang.domain.execution.tests.rules import always, by_amount
from mingzhang.domain.execution.tests.town import (
    ACCOUNTANT,
    BUILDER,
    CLERK,
    DIRECTOR,
    ENGINEER,
    HASH,
    HEALTH_FINANCE,
    LIBRARY,
    NEW_ACCOUNT,
    PM,
    QUALITY,
    REVIEWER,
    SECRETARY,
    WAGES,
    Town,
    cell,
    fen,
    who,
)
from mingzhang.domain.execution.tests.trouble import cancel, confirmed
from mingzhang.domain.funds.events import Intended
from mingzhang.domain.funds.state import Commitment, Part
from mingzhang.domain.procedure import messages as p
from mingzhang.domain.procedure.state import Task
from mingzhang.kernel.refusals import Stale, Unseen
from tests.scene import only


class TestMilestones:
    def test_a_milestone_pays_to_the_account_that_two_confirmed(self, building):
        confirmed(building)
        paid = only(building.accepted("m1", "1,900,000"), e.PaymentRequested).content
        assert paid.account == NEW_ACCOUNT

    def test_a_later_agreement_has_the_account_that_two_confirmed(self, town):
        confirmed(town)
        town.agree("a", "l1", {2022: "10"})
        assert town.ledger.require(s.Agreement, "a").account == NEW_ACCOUNT

    def test_accepted_with_an_open_non_conformity_it_is_paid_on_its_release(self, building):
        opened = m.OpenNonConformity(
            agreement="works", milestone="m2", title="cable", evidence_sha256=HASH
        )
        name = only(building.do(opened, QUALITY), e.NonConformityOpened).nonconformity
        building.accepted("m2", "2,450,000")
        assert building.ledger.require(s.Milestone, "works:m2").state == "accepted"
        with pytest.raises(x.NonConformityOpen) as refused:
            building.pay("l1", "1,748,330", BUILDER, agreement="works", milestone="m2")
        assert (refused.value.clause, refused.value.open) == ("R08", (name,))
        release = {"nonconformity": name, "evidence_sha256": HASH}
        building.do(m.ReleaseNonConformity(duty="quality", **release), who("hospital.quality", 2))
        events = building.do(m.ReleaseNonConformity(duty="engineer", **release), ENGINEER)
        paid = only(events, e.PaymentRequested).content
        assert paid.amount_fen == fen("1,748,330.00")  # 2,450,000 × 80 % − 211,670
        assert building.breaches() == []

    def test_a_supplier_reports_what_he_has_done_with_his_invoice(self, building):
        with pytest.raises(x.ProofMissing):
            building.report("m1", invoice=None)
        building.accepted("m1", "1,900,000", invoice="00000077")
        with pytest.raises(x.DuplicateInvoice):
            building.pay("l1", "1", invoice="00000077")

    @pytest.mark.parametrize("verb", [m.AcceptMilestone, m.RefuseMilestone])
    def test_nobody_signs_for_a_report_that_he_has_not_seen(self, building, verb):
        said = {"measured_fen": 100} if verb is m.AcceptMilestone else {"reason": "leaks"}
        asked = verb(agreement="works", milestone="m1", duty="engineer", **said)
        building.report("m1")
        seen = building.sees("execution/milestone/works:m1")
        building.report("m1", invoice="00000078")  # another one, before the engineer signs
        for on, refusal in (({}, Unseen), (seen, Stale)):
            with pytest.raises(refusal):
                building.do(asked, ENGINEER, on)
        building.do(asked, ENGINEER, building.sees("execution/milestone/works:m1"))

    def test_what_the_advance_takes_whole_is_paid_without_a_payment(self, building):
        events = building.accepted("m1", "100,000")  # 80,000 of progress, 211,670 to recoup
        assert only(events, e.MilestoneOffset).recouped_fen == fen("80,000")
        assert [each for each in events if isinstance(each, e.PaymentRequested)] == []
        assert building.ledger.require(s.Milestone, "works:m1").state == "paid"
        assert building.breaches() == []

    def test_a_cancelled_milestone_payment_is_asked_for_again_with_all_its_terms(self, building):
        first = only(building.accepted("m1", "1,900,000"), e.PaymentRequested).payment
        building.bank(first, outcome="bounced")
        cancel(building, first)
        assert building.ledger.require(s.Milestone, "works:m1").state == "accepted"
        assert building.ledger.require(s.Agreement, "works").advance_recouped_fen == 0
        name = building.pay("l1", "1,308,330", BUILDER, agreement="works", milestone="m1")
        again = building.payment(name)
        assert (again.wage_fen, again.recouped_fen) == (fen("380,000"), fen("211,670"))
        assert building.breaches() == []

    def test_a_milestone_whose_payment_came_back_whole_is_paid_again(self, building):
        first = only(building.accepted("m1", "1,900,000"), e.PaymentRequested).payment
        building.bank(first)
        for amount, state in (("308,330", "paid"), ("1,000,000", "accepted")):
            back = m.ReturnPayment(payment=first, amount_fen=fen(amount), reason="wrong")
            building.do(back, ACCOUNTANT)
            assert building.ledger.require(s.Milestone, "works:m1").state == state
        building.pay("l1", "1,308,330", BUILDER, agreement="works", milestone="m1")
        assert building.ledger.require(s.Milestone, "works:m1").state == "paid"
        assert building.breaches() == []

    @pytest.mark.parametrize("left_out", ["", "milestone-payment"])
    def test_no_more_is_taken_back_than_was_advanced(self, left_out):
        town = Town(contracts=tuple(each for each in LIBRARY if each != left_out))
        town.funded(l1="6,400,000")
        town.works("2022-07-05")  # the advance is still to come
        paid = only(town.accepted("m1", "1,900,000"), e.PaymentRequested).content
        assert (paid.amount_fen, paid.recouped_fen) == (fen("1,520,000"), 0)
        assert (paid.wage_fen, paid.wage_account) == (fen("380,000"), WAGES)
        town.pass_to("2022-07-05")
        paid = only(town.accepted("m2", "1,900,000"), e.PaymentRequested).content
        assert (paid.amount_fen, paid.recouped_fen) == (fen("1,308,330"), fen("211,670"))

    def test_a_release_does_not_pay_what_is_waiting_already(self):
        town = Town(more=(by_amount("ask", fen("1,308,330")),))
        town.funded(l1="6,400,000")
        town.works("2022-06-15")
        town.accepted("m1", "1,900,000")  # asked about, and waiting
        opened = m.OpenNonConformity(
            agreement="works", milestone="m1", title="cable", evidence_sha256=HASH
        )
        name = only(town.do(opened, QUALITY), e.NonConformityOpened).nonconformity
        for by, duty in ((who("hospital.quality", 2), "quality"), (ENGINEER, "engineer")):
            body: dict[str, Any] = {"duty": duty, "evidence_sha256": HASH}
            town.do(m.ReleaseNonConformity(nonconformity=name, **body), by)
        assert len(town.records(s.Payment)) == 2  # the advance, and the one that waits

    def test_retention_is_held_back_and_paid_later(self):
        town = Town()
        town.funded(l1="1,000,000")
        town.agree(
            "a",
            "l1",
            {2022: "900,000"},
            progress_bp=8_000,
            retention_bp=300,
            retains_before_completion=True,
            milestones=(
                MilestoneTerm(id="p", title="p", kind="progress", trigger="acceptance"),
                MilestoneTerm(id="r", title="r", kind="retention", trigger="acceptance"),
            ),
        )
        town.report("p", "a")
        town.accept("p", PM, "manager", "100,000", "a")
        paid = only(town.accept("p", QUALITY, "quality", "100,000", "a"), e.PaymentRequested)
        assert paid.content.amount_fen == fen("77,000")  # 80 % − 3 %
        assert town.ledger.require(s.Agreement, "a").retained_fen == fen("3,000")
        town.report("r", "a")
        town.accept("r", QUALITY, "quality", "0", "a")
        paid = only(town.accept("r", PM, "manager", "0", "a"), e.PaymentRequested)
        assert paid.content.amount_fen == fen("3,000")
        assert town.ledger.require(s.Agreement, "a").retained_fen == 0

    def test_an_automatic_payment_may_be_asked_about(self):
        doubt = by_amount("ask", fen("1,308,330"))
        town = Town(more=(doubt,))
        town.funded(l1="6,400,000", l4="600,000")
        town.works("2022-06-15")
        name = only(town.accepted("m1", "1,900,000"), e.PaymentRequested).payment
        assert town.payment(name).state == "asked"
        assert town.ledger.require(s.Milestone, "works:m1").state == "accepted"
        task = town.ledger.require(Task, town.payment(name).task)
        assert task.holder == "person:hospital.procurement-1"  # who proposed the agreement


class TestVirementsAndChanges:
    def test_within_the_limit_it_is_applied(self, town):
        town.vire(cell("l3"), cell("l1"), "90,000")  # 30 % of 300,000
        assert town.at("l1").allotted_fen == fen("1,090,000")
        assert [each.state for each in town.records(s.Virement).values()] == ["applied"]

    @pytest.mark.parametrize(
        ("giving", "taking", "amount", "more", "by"),
        [
            ("l3", "l1", "90,000.01", {}, who("finance.budget")),
            ("l2", "l1", "1", {}, who("finance.budget")),
            ("l3", "l1", "1", {"art67_case": "priority_cut"}, SECRETARY),
        ],
    )
    def test_beyond_it_a_level_decides(self, town, giving, taking, amount, more, by):
        before = town.at(taking).allotted_fen
        made = only(town.vire(cell(giving), cell(taking), amount, **more), e.VirementDecided)
        assert town.at(taking).allotted_fen == before
        town.approve_case(made.case, by)
        assert town.at(taking).allotted_fen == before + fen(amount)
        assert town.ledger.require(s.Virement, made.virement).state == "applied"
        assert town.ledger.require(s.MovedOut, cell(giving)).out_fen == fen(amount)

    def test_what_the_level_rejects_moves_nothing(self, town):
        made = only(town.vire(cell("l2"), cell("l1"), "1"), e.VirementDecided)
        town.decide(p.RejectCase, made.case, who("finance.budget"), reason="no")
        assert town.ledger.require(s.Virement, made.virement).state == "rejected"
        assert town.at("l1").allotted_fen == fen("1,000,000")

    def test_basic_expenditure_goes_to_the_bureau(self, town):
        use = m.DesignateLine(line="l4", use="basic", document=Document(number="N", sha256=HASH))
        town.do(use, who("finance.budget"))
        made = only(town.vire(cell("l4"), cell("l1"), "1"), e.VirementDecided)
        assert made.ruling.rows == ("virement-control/rules/V07",)

    def test_what_was_moved_before_counts(self, town):
        town.vire(cell("l3"), cell("l1"), "60,000")
        within = only(town.vire(cell("l3"), cell("l1"), "30,000"), e.VirementDecided)
        assert within.case == ""  # 90,000 of 300,000, what was moved included
        made = only(town.vire(cell("l3"), cell("l1"), "0.01"), e.VirementDecided)
        assert made.ruling.rows == ("virement-control/rules/V11",)

    def test_a_change_order_raises_total_and_cover(self, building):
        building.vire(cell("l4"), cell("l1"), "1,000")
        asked = m.RequestChange(
            agreement="works", increase_fen=fen("1,000"), reason="r", document_sha256=HASH
        )
        name = only(building.do(asked, BUILDER), e.ChangeRequested).change
        for command, by in ((m.AgreeChange, ENGINEER), (m.ApproveChange, HEALTH_FINANCE)):
            building.do(command(change=name), by, building.sees(s.ChangeOrder.key(name)))
        assert building.ledger.require(s.ChangeOrder, name).decided_by == HEALTH_FINANCE.person
        assert building.ledger.require(s.Agreement, "works").increased_fen == fen("1,000")
        assert building.breaches() == []


def sending(name):
    """Return a town in which a contract, instead of the library's, sends all to the department."""
    kept = tuple(each for each in LIBRARY if each != name)
    return Town(contracts=kept, more=(always(name, "route", "department"),))


class TestSentToALevel:
    """What a contract of signing or of change routes waits for the department."""

    def routed(self):
        town = sending("contract-signing")
        town.funded(l1="10")
        command = m.OpenIntention(
            line="l1", nature="general", source="local", year=2022, amount_fen=fen("8"), reason="r"
        )
        intention = only(town.do(command, CLERK), Intended).intention
        town.propose("a", "l1", {2022: "8"})
        town.sign("a", BUILDER)
        case = only(town.sign("a", DIRECTOR, intention=intention), e.AgreementRouted).case
        assert town.ledger.find(Commitment, "a") is None
        return town, case

    def test_an_agreement_binds_what_its_intention_held(self):
        town, case = self.routed()
        town.approve_case(case)
        assert town.commitment("a").left == (Part(cell("l1"), fen("8")),)
        assert town.at("l1").allotted_fen == fen("2")

    def test_an_agreement_that_is_not_agreed_to_binds_nothing(self):
        town, case = self.routed()
        town.decide(p.RejectCase, case, REVIEWER, reason="no")
        assert town.ledger.require(s.Agreement, "a").state == "rejected"
        assert town.at("l1").intended_fen == fen("8")

    @pytest.mark.parametrize("agreed", [True, False])
    def test_a_change_order_waits_for_its_level(self, agreed):
        town = sending("change-order")
        town.funded(l1="6,400,000", l4="600,000")
        town.works("2022-06-15")
        town.vire(cell("l4"), cell("l1"), "1,000")
        asked = m.RequestChange(
            agreement="works", increase_fen=fen("1,000"), reason="r", document_sha256=HASH
        )
        name = only(town.do(asked, BUILDER), e.ChangeRequested).change
        key = town.sees(s.ChangeOrder.key(name))
        town.do(m.AgreeChange(change=name), ENGINEER, key)
        key = town.sees(s.ChangeOrder.key(name))
        case = only(town.do(m.ApproveChange(change=name), DIRECTOR, key), e.ChangeRouted).case
        if agreed:
            town.approve_case(case)
        else:
            town.decide(p.RejectCase, case, REVIEWER, reason="no")
        assert town.ledger.require(s.ChangeOrder, name).state == (
            "approved" if agreed else "rejected"
        )
        increase = fen("1,000") if agreed else 0
        assert town.commitment("works").total_fen == fen("8,466,800") + increase
        assert town.breaches() == []
