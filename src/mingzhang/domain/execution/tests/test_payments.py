"""What becomes of payments: asked, sent on, held, warned, settled, bounced, returned."""

import pytest

from mingzhang.domain.execution import errors as x
from mingzhang.domain.execution import events as e
from mingzhang.domain.execution import messages as m
from mingzhang.domain.execution import state as s
from mingzhang.domain.execution.terms import Document
from mingzhang.domain.execution.tests.rules import by_amount
from mingzhang.domain.execution.tests.town import (
    ACCOUNT,
    ACCOUNTANT,
    BUILDER,
    CLERK,
    DIRECTOR,
    HASH,
    NEW_ACCOUNT,
    REVIEWER,
    SECTION,
    TREASURY,
    Town,
    cell,
    fen,
    who,
)
from mingzhang.domain.execution.tests.trouble import cancel, confirmed
from mingzhang.domain.funds.events import PaymentInstructed
from mingzhang.domain.funds.state import Intention, Part
from mingzhang.domain.identity.events import GrantGiven
from mingzhang.domain.procedure import messages as p
from mingzhang.domain.procedure.errors import OwnSubmission
from mingzhang.domain.procedure.state import Task
from mingzhang.kernel.receipts import Receipt, receipt_bytes, refusal_note
from tests.scene import Who, only


def town_with(*documents):
    made = Town(more=documents)
    made.funded(l1="1,000,000", l2="500,000", l3="300,000", l4="200,000")
    return made


def answer(town, name, by=CLERK):
    command = m.AnswerPayment(payment=name, answer="here is why", document_sha256=HASH)
    return town.do(command, by, town.sees(s.Payment.key(name)))


class TestApproved:
    def test_it_is_instructed_in_its_block_with_voucher_and_ruling(self, town):
        events = town.do(town.request("l1", "10"), CLERK)
        found = only(events, e.PaymentRequested)
        assert only(events, PaymentInstructed).ref == found.payment
        content = found.content
        assert content.state == "instructed"
        assert content.voucher == f"20220301-{found.payment[-12:]}"
        assert content.parts == (Part(cell("l1"), fen("10")),)
        assert content.ruling.verdict == "approve"
        assert content.ruling.rows == (
            "payment-control/rules/default",
            "payment-levels/rules/L1",
        )
        assert len(content.ruling.contracts) == 2

    def test_it_writes_three_leaves_at_most_under_an_agreement(self, town):
        town.agree("a", "l1", {2022: "100"})
        before = dict(town.memory.records)
        town.pay("l1", "10", agreement="a")
        written = [key for key, each in town.memory.records.items() if before.get(key) is not each]
        assert sorted(key.rpartition("/")[0] for key in written) == [
            "execution/payment",
            "funds/cell",
            "funds/commitment",
        ]

    def test_a_warning_stands_in_the_event(self):
        town = town_with(by_amount("warn", fen("10")))
        found = town.payment(town.pay("l1", "10"))
        assert (found.state, found.ruling.verdict) == ("instructed", "warn")
        assert found.ruling.rows[0] == "one-warn/rules/D1"

    def test_an_intention_is_used_and_its_rest_stays(self, town):
        opened = m.OpenIntention(
            line="l1",
            nature="general",
            source="local",
            year=2022,
            amount_fen=fen("300"),
            reason="r",
        )
        name = town.do(opened, CLERK)[0].intention
        town.pay("l1", "200", intention=name)
        assert town.ledger.require(Intention, name).left_fen == fen("100")
        assert town.at("l1").allotted_fen == fen("999,700")
        town.do(m.CancelIntention(intention=name, reason="r"), CLERK)
        assert town.at("l1").allotted_fen == fen("999,800")

    def test_an_agreement_takes_what_an_intention_held(self, town):
        opened = m.OpenIntention(
            line="l1", nature="general", source="local", year=2022, amount_fen=300, reason="r"
        )
        name = town.do(opened, CLERK)[0].intention
        town.propose("a", "l1", {2022: "2"})
        town.sign("a", BUILDER)
        town.sign("a", DIRECTOR, intention=name)
        assert town.ledger.require(Intention, name).left_fen == 100
        assert town.at("l1").encumbered_fen == 200

    def test_interim_quota_is_absorbed_by_the_vote(self):
        town = Town("2022-01-10")
        grant = m.GrantInterim(
            line="l1",
            nature="general",
            source="local",
            year=2022,
            amount_fen=fen("60"),
            purpose="legal_duty",
            document=Document(number="N", sha256=HASH),
        )
        town.do(grant, who("finance.budget"))
        town.bank(town.pay("l1", "40", art54="legal_duty"))
        town.voted(l1="100")
        found = town.at("l1")
        assert (found.voted_fen, found.interim_fen) == (fen("100"), 0)
        assert (found.settled_fen, found.allotted_fen) == (fen("40"), fen("20"))


class TestAsked:
    AMOUNT = "10"

    @pytest.fixture
    def doubtful(self):
        return town_with(by_amount("ask", fen(self.AMOUNT)))

    def test_nothing_moves_and_the_submitter_has_a_task(self, doubtful):
        name = doubtful.pay("l1", self.AMOUNT)
        found = doubtful.payment(name)
        assert (found.state, found.parts, found.voucher) == ("asked", (), "")
        assert doubtful.at("l1").allotted_fen == fen("1,000,000")
        task = doubtful.ledger.require(Task, found.task)
        assert (task.holder, task.task_kind) == (f"person:{CLERK.person}", "answer")
        assert task.subject_key == s.Payment.key(name)

    def test_still_doubtful_after_the_answer_it_goes_to_the_units_level(self, doubtful):
        name = doubtful.pay("l1", self.AMOUNT)
        answer(doubtful, name)
        found = doubtful.payment(name)
        assert (found.state, found.answer) == ("routed", "here is why")
        assert doubtful.ledger.require(Task, found.task).outcome == "answered"
        doubtful.approve_case(found.case, DIRECTOR)
        assert doubtful.payment(name).state == "instructed"
        assert doubtful.at("l1").instructed_fen == fen(self.AMOUNT)
        assert doubtful.breaches() == []

    def test_a_stranger_explains_nothing(self, doubtful):
        name = doubtful.pay("l1", self.AMOUNT)
        with pytest.raises(x.NotYours):
            answer(doubtful, name, BUILDER)

    def test_what_is_not_asked_is_not_answered(self, town):
        with pytest.raises(x.StateWrong):
            answer(town, town.pay("l1", "1"))

    def test_an_asked_payment_holds_its_invoice_until_it_is_cancelled(self, doubtful):
        name = doubtful.pay("l1", self.AMOUNT, invoice="A1")
        with pytest.raises(x.DuplicateInvoice):
            doubtful.pay("l2", "1", invoice="A1")
        cancel(doubtful, name)
        assert doubtful.ledger.require(Task, doubtful.payment(name).task).outcome == "cancelled"
        doubtful.pay("l2", "1", invoice="A1")

    def test_by_the_time_of_the_answer_a_clause_may_refuse(self, doubtful):
        name = doubtful.pay("l1", self.AMOUNT)
        doubtful.do(m.FreezePayee(payee="builder", reason="court"), TREASURY)
        with pytest.raises(x.Frozen):
            answer(doubtful, name)
        assert doubtful.payment(name).state == "asked"


class TestSentOn:
    @pytest.fixture
    def large(self):
        made = Town()
        made.funded(l1="8,000,000")
        return made

    def test_a_large_one_is_decided_by_the_department(self, large):
        name = large.pay("l1", "2,000,000.01")
        found = large.payment(name)
        assert (found.state, found.parts) == ("routed", ())
        assert large.at("l1").allotted_fen == fen("8,000,000")
        large.approve_case(found.case, REVIEWER)
        assert large.payment(name).state == "instructed"
        assert large.at("l1").instructed_fen == fen("2,000,000.01")

    @pytest.mark.parametrize("verb", ["reject", "return", "withdraw"])
    def test_what_the_level_does_not_agree_to_frees_its_invoice(self, large, verb):
        name = large.pay("l1", "3,000,000", invoice="A1")
        case = large.payment(name).case
        if verb == "withdraw":
            command = p.WithdrawCase(case=case, reason="r")
            large.do(command, CLERK, large.sees(f"procedure/case/{case}"))
        else:
            kind = p.RejectCase if verb == "reject" else p.ReturnCase
            large.decide(kind, case, REVIEWER, reason="no")
        assert large.payment(name).state == "rejected"
        assert large.at("l1").allotted_fen == fen("8,000,000")
        large.pay("l1", "1", invoice="A1")

    def test_nobody_approves_what_he_submitted(self, large):
        the_same = Who(REVIEWER.person, "hospital", "hospital.clerk")
        name = large.pay("l1", "3,000,000", the_same)
        with pytest.raises(OwnSubmission):
            large.approve_case(large.payment(name).case, REVIEWER)

    def test_an_approval_that_comes_too_late_is_refused_by_the_clause(self, large):
        name = large.pay("l1", "3,000,000")
        large.do(m.FreezePayee(payee="builder", reason="court"), TREASURY)
        with pytest.raises(x.Frozen):
            large.approve_case(large.payment(name).case)
        assert large.payment(name).state == "routed"

    def test_beyond_the_plan_to_date_it_is_held_until_the_unit_decides(self, town):
        months = (fen("100"),) + (fen("50"),) * 11
        plan = m.SetPlan(
            line="l1",
            nature="general",
            source="local",
            year=2022,
            vintage=2022,
            months_fen=months,
        )
        town.do(plan, ACCOUNTANT)
        town.pay("l1", "200")  # January to March: 100 + 50 + 50
        name = town.pay("l1", "0.01")
        assert town.payment(name).state == "routed"
        assert town.payment(name).ruling.verdict == "hold"
        town.pass_to("2022-04-01")
        assert town.payment(town.pay("l1", "50")).state == "instructed"

    def test_without_a_desk_at_that_level_it_is_refused(self):
        town = Town(section={**SECTION, "desks": []})
        town.funded(l1="8,000,000")
        with pytest.raises(x.NoDesk) as refused:
            town.pay("l1", "3,000,000")
        assert (refused.value.level, refused.value.unit) == ("department", "hospital")

    def test_a_routed_payment_is_cancelled_with_its_case(self, large):
        name = large.pay("l1", "3,000,000")
        cancel(large, name)
        with pytest.raises(Exception, match="PRO-02"):
            large.approve_case(large.payment(name).case)


class TestAtTheBank:
    def test_settled_is_paid(self, town):
        first, second = town.pay("l1", "10"), town.pay("l2", "20")
        town.bank(first, second)
        assert town.payment(first).bank_reference == "BK-0"
        assert town.paid(2022) == fen("30")
        assert town.breaches() == []

    def test_a_bounced_payment_stands_as_approved_and_goes_again(self, town):
        name = town.pay("l1", "10")
        town.bank(name, outcome="bounced", reason="account closed")
        found = town.payment(name)
        assert (found.state, found.reason) == ("approved", "account closed")
        assert town.at("l1").approved_fen == fen("10")
        again = m.ReinstructPayment(payment=name, account=ACCOUNT)
        town.do(again, ACCOUNTANT, town.sees(s.Payment.key(name)))
        town.bank(name)
        assert (town.payment(name).state, town.payment(name).reason) == ("settled", "")

    def test_a_bounced_payment_goes_to_an_account_that_two_confirmed(self, town):
        name = town.pay("l1", "10")
        town.bank(name, outcome="bounced")
        confirmed(town)
        again = m.ReinstructPayment(payment=name, account=NEW_ACCOUNT)
        town.do(again, ACCOUNTANT, town.sees(s.Payment.key(name)))
        assert town.payment(name).account == NEW_ACCOUNT

    def test_a_bounced_payment_given_up_gives_its_money_back(self, town):
        town.agree("a", "l1", {2022: "100"})
        name = town.pay("l1", "10", agreement="a", invoice="A1")
        town.bank(name, outcome="bounced")
        cancel(town, name)
        assert town.commitment("a").left == (Part(cell("l1"), fen("100")),)
        assert town.breaches() == []
        town.pay("l1", "10", agreement="a", invoice="A1")

    def test_money_comes_back_in_part_and_whole(self, town):
        name = town.pay("l1", "10", invoice="A1")
        town.bank(name)
        for amount, state in ((400, "settled"), (600, "returned")):
            back = m.ReturnPayment(payment=name, amount_fen=amount, reason="error")
            town.do(back, ACCOUNTANT)
            assert town.payment(name).state == state
        assert town.at("l1").allotted_fen == fen("1,000,000")
        assert town.breaches() == []
        town.pay("l1", "10", invoice="A1")

    def test_money_of_a_closed_year_comes_back_to_this_years_quota(self, town):
        town.agree("a", "l1", {2022: "100"})
        name = town.pay("l1", "10", agreement="a")
        town.bank(name)
        town.pass_to("2023-01-05")
        back = m.ReturnPayment(payment=name, amount_fen=400, reason="error")
        town.do(back, ACCOUNTANT)
        assert town.payment(name).returned_late_fen == 400
        assert town.at("l1", 2023, 2022).prior_fen == 400
        treasury = m.ReturnPayment(payment=name, amount_fen=600, reason="error", to_quota=False)
        town.do(treasury, ACCOUNTANT)
        assert town.at("l1", 2023, 2022).prior_fen == 400
        assert town.breaches() == []


def test_every_refusal_is_recorded_as_it_is(town):
    """A receipt holds code and facts; the facts encode."""
    with pytest.raises(x.OverBudget) as refused:
        town.pay("l3", "400,000")
    note = refusal_note(refused.value)
    wire = receipt_bytes(Receipt(kid="k", id="i", kind="execution.payment.request/1", refusal=note))
    assert b'"code":"EXE-27"' in wire
    assert b'"left_fen":30000000' in wire


def test_alarms_have_their_levels():
    levels: dict[str, tuple[type[x.Refused], ...]] = {
        "red": (x.NotTheEngineer, x.Frozen, x.DuplicateInvoice, x.AccountChanged),
        "orange": (x.BeforeTheVote, x.WrongPurpose, x.OverBudget, x.NonConformityOpen),
        "yellow": (x.EarlyPayment, x.RefusedByContract),
        "": (x.NotFound, x.StateWrong, x.TermsWrong),
    }
    for level, refusals in levels.items():
        assert [each.alarm for each in refusals] == [level] * len(refusals)


def test_a_task_gives_no_right_beyond_its_own():
    town = town_with(by_amount("ask", fen("10")))
    events = town.do(town.request("l1", "10"), CLERK)
    assert [each for each in events if isinstance(each, GrantGiven)] == []
