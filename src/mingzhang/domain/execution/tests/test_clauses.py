"""Payments refused by a clause, by the room or the bank; precedence of R03 to R06."""

from typing import ClassVar

import pytest
from msgspec.structs import replace

from mingzhang.domain.execution import errors as x
from mingzhang.domain.execution import events as e
from mingzhang.domain.execution import messages as m
from mingzhang.domain.execution import state as s
from mingzhang.domain.execution.tests.town import (
    ACCOUNT,
    ACCOUNTANT,
    ACCOUNTANT_TOO,
    BUILDER,
    CLERK,
    HASH,
    LIBRARY,
    NEW_ACCOUNT,
    SECTION,
    TREASURY,
    Town,
    cell,
    fen,
    who,
)
from mingzhang.domain.execution.tests.trouble import (
    nonconformity,
    refused,
    release_without_pay,
)
from mingzhang.domain.funds import authority, holding
from mingzhang.domain.funds import errors as f
from mingzhang.domain.funds.state import FiscalYear
from mingzhang.kernel.refusals import Stale, Unseen
from tests.scene import only


class TestPrecedenceOfClauses:
    """Where several refuse, the first of R03, R09, R10, R08, R11, R12, R06 is given."""

    FAULTS = ("R03", "R09", "R10", "R08", "R11", "R12", "R06")
    REFUSALS: ClassVar = {
        "R03": x.BeforeTheVote,
        "R09": x.DuplicateInvoice,
        "R10": x.AccountChanged,
        "R08": x.NonConformityOpen,
        "R11": x.WrongPurpose,
        "R12": x.OverBudget,
        "R06": x.EarlyPayment,
    }

    def prepared(self, faults):
        """A town whose m1 may be paid, and a request for it, but for the faults."""
        town = Town()
        town.funded(l1="6,400,000", l4="600,000")
        town.works("2022-06-15")
        town.accepted("m2", "300,000", invoice="00000077")
        asked = {"agreement": "works", "milestone": "m1", "invoice": "00000078"}
        amount = "1,308,330"
        if "R06" not in faults:
            nonconformity(town)
            town.accepted("m1", "1,900,000")
            name = next(iter(town.records(s.NonConformity)))
            if "R08" not in faults:
                release_without_pay(town, name)
        elif "R08" in faults:
            nonconformity(town)
        if "R09" in faults:
            asked["invoice"] = "00000077"
        if "R10" in faults:
            asked["account"] = NEW_ACCOUNT
        if "R11" in faults:
            asked["purpose"] = "31013"
        if "R12" in faults:
            amount = "1,308,330" if "R06" not in faults else "9,000,000"
            take_all(town, leave="1,000,000")
        if "R03" in faults:
            unvote(town)
        return town, town.request("l1", amount, **asked)

    @pytest.mark.parametrize("first", range(7))
    def test_with_all_later_faults_the_first_is_given(self, first):
        faults = self.FAULTS[first:]
        town, request = self.prepared(faults)
        found = refused(town, self.REFUSALS[faults[0]], lambda: town.do(request, CLERK))
        assert found.clause == faults[0]

    @pytest.mark.parametrize("fault", FAULTS)
    def test_each_fault_alone_is_refused(self, fault):
        town, request = self.prepared((fault,))
        found = refused(town, self.REFUSALS[fault], lambda: town.do(request, CLERK))
        assert found.clause == fault
        assert found.contract == "payment-control"
        assert len(found.contract_sha256) == len(found.input_sha256) == 64

    def test_without_fault_it_is_paid(self):
        town, request = self.prepared(())
        assert only(town.do(request, CLERK), e.PaymentRequested).content.state == "instructed"


def take_all(town, leave):
    """Have the works agreement keep only so much of this year's quota."""
    left = town.commitment("works").left[0].amount_fen
    town.verb(
        holding.uncover,
        contract="works",
        cell=cell("l1"),
        amount_fen=left - fen(leave),
        ref="back",
    )


def unvote(town):
    year = town.memory.records["funds/year/2022"]
    town.put({FiscalYear.key("2022"): replace(year, voted=())})


class TestPayment:
    def test_an_unknown_line_names_the_lines_there_are(self, town):
        found = refused(town, x.LineUnknown, lambda: town.pay("l9", "1"))
        assert found.lines == ("l1", "l2", "l3", "l4")

    def test_another_unit_may_not_ask(self, town):
        found = refused(town, x.NotYours, lambda: town.pay("l1", "1", who("clinic.clerk")))
        assert found.who == ("hospital.clerk@hospital",)

    def test_a_payee_may_ask_under_an_agreement_only(self, town):
        refused(town, x.NotYours, lambda: town.pay("l1", "1", BUILDER))

    @pytest.mark.parametrize("year", [2021, 2023])
    def test_another_year_is_refused_with_this_years_cells(self, town, year):
        found = refused(town, x.WrongYear, lambda: town.pay("l1", "1", year=year))
        assert found.cells == (f"{cell('l1')}={fen('1,000,000')}",)

    @pytest.mark.parametrize("proofs", [{"invoice": None}, {"document_sha256": HASH}])
    def test_one_proof_and_no_other(self, town, proofs):
        refused(town, x.ProofMissing, lambda: town.pay("l1", "1", **proofs))

    def test_an_unknown_payee(self, town):
        refused(town, x.NotFound, lambda: town.pay("l1", "1", payee="nobody"))

    def test_a_class_of_payee_that_the_line_does_not_pay(self, town):
        found = refused(town, x.WrongPayeeClass, lambda: town.pay("l1", "1", payee="nurse"))
        assert found.allowed == ("supplier", "unit")

    def test_without_a_policy_nobody_is_paid(self):
        town = Town(section={**SECTION, "payee_classes": {}})
        town.funded(l1="10")
        refused(town, x.WrongPayeeClass, lambda: town.pay("l1", "1"))

    def test_the_longest_prefix_counts(self):
        classes = {"3": ["person"], "310": ["supplier"], "31003": ["unit"]}
        town = Town(section={**SECTION, "payee_classes": classes})
        town.funded(l1="10", l2="10")
        town.pay("l1", "1")
        refused(town, x.WrongPayeeClass, lambda: town.pay("l2", "1"))

    def test_no_agreement_of_that_name(self, town):
        refused(town, x.NotFound, lambda: town.pay("l1", "1", agreement="none"))

    def test_an_agreement_that_is_not_signed(self, town):
        town.propose("a", "l1", {2022: "10"})
        refused(town, x.StateWrong, lambda: town.pay("l1", "1", agreement="a"))

    @pytest.mark.parametrize(
        ("field", "line", "more"),
        [
            ("line", "l3", {}),
            ("source", "l1", {"source": "grant"}),
            ("payee", "l1", {"payee": "maker"}),
        ],
    )
    def test_an_agreement_pays_its_own_payee_from_its_own_line(self, town, field, line, more):
        town.agree("a", "l1", {2022: "10"})
        found = refused(town, x.TermsWrong, lambda: town.pay(line, "1", agreement="a", **more))
        assert found.field == field

    def test_no_milestone_of_that_name(self, town):
        town.agree("a", "l1", {2022: "10"})
        refused(town, x.NotFound, lambda: town.pay("l1", "1", agreement="a", milestone="m9"))

    def test_an_accepted_milestone_pays_what_its_terms_say(self, building):
        nonconformity(building)
        building.accepted("m1", "1,900,000")
        release_without_pay(building, next(iter(building.records(s.NonConformity))))
        found = refused(
            building,
            x.TermsWrong,
            lambda: building.pay("l1", "1,308,331", agreement="works", milestone="m1"),
        )
        assert (found.asked, found.expected) == (fen("1,308,331"), fen("1,308,330"))

    def test_no_intention_of_that_name(self, town):
        missing = "0185134b-a250-721f-86ba-8c9f8be10497"
        refused(town, x.NotFound, lambda: town.pay("l1", "1", intention=missing))

    def test_a_frozen_payee_is_named_before_all_clauses(self, town):
        town.do(m.FreezePayee(payee="builder", reason="court"), TREASURY)
        found = refused(town, x.Frozen, lambda: town.pay("l1", "9,000,000", purpose="31013"))
        assert (found.clause, found.payee, found.cells) == ("F02", "builder", ())
        assert found.who == ("finance.treasury@finance",)
        town.do(m.UnfreezePayee(payee="builder", reason="court"), TREASURY)
        town.pay("l1", "1")

    def test_a_frozen_cell(self, town):
        town.verb(authority.flag, cell=cell("l1"), ref="order")
        found = refused(town, x.Frozen, lambda: town.pay("l1", "1"))
        assert (found.clause, found.cells) == ("F01", (cell("l1"),))

    def test_a_cell_without_quota_is_refused_never_skipped(self, town):
        found = refused(town, x.OverBudget, lambda: town.pay("l1", "1", source="grant"))
        assert (found.left_fen, found.short_fen) == (0, 100)

    def test_over_the_line_proposes_a_virement(self, town):
        found = refused(town, x.OverBudget, lambda: town.pay("l3", "300,000.01"))
        assert (found.left_fen, found.short_fen) == (fen("300,000"), 1)
        assert found.virement_from == (
            f"{cell('l1')}={fen('1,000,000')}",
            f"{cell('l4')}={fen('200,000')}",
            f"{cell('l2')}={fen('500,000')}",
        )
        assert found.who == ("hospital.director@hospital",)

    def test_a_frozen_line_or_another_project_is_not_proposed(self, town):
        town.open_line("other", "31006", project="roof")
        town.funded(other="7")
        town.verb(authority.flag, cell=cell("l1"), ref="order")
        found = refused(town, x.OverBudget, lambda: town.pay("l3", "400,000"))
        assert [each.partition(":")[0] for each in found.virement_from] == ["l4", "l2"]

    def test_a_wrong_purpose_names_the_lines_for_it(self, town):
        found = refused(town, x.WrongPurpose, lambda: town.pay("l1", "1", purpose="31003"))
        assert found.lines == (f"{cell('l2')}={fen('500,000')}",)

    def test_an_invoice_pays_once_on_the_whole_ledger(self, town):
        first = town.pay("l1", "1", invoice="A1")
        found = refused(town, x.DuplicateInvoice, lambda: town.pay("l2", "5", invoice="A1"))
        assert (found.payment, found.state) == (first, "instructed")
        town.pay("l1", "1", invoice="A1", payee="maker")  # another seller's number
        refused(town, x.DuplicateInvoice, lambda: town.pay("l1", "1", invoice="0A1"))

    def test_a_document_pays_once(self, town):
        whom = {"payee": "hospital", "invoice": None, "document_sha256": HASH}
        town.pay("l3", "1", **whom)
        refused(town, x.DuplicateInvoice, lambda: town.pay("l3", "1", **whom))

    def test_an_invoice_is_not_paid_again_by_calling_it_a_document(self, town):
        town.pay("l1", "1", invoice="A1")
        refused(
            town,
            x.ProofMissing,
            lambda: town.pay("l1", "1", invoice=None, document_sha256=HASH),
        )

    def test_a_new_account_counts_once_two_persons_confirmed_it(self, town):
        town.do(
            m.ChangePayeeAccount(
                payee="builder", unit="hospital", account=NEW_ACCOUNT, reason="letter"
            ),
            BUILDER,
        )
        confirm = m.ConfirmPayeeAccount(payee="builder", account=NEW_ACCOUNT, channel="telephone")
        for confirmations, by in enumerate((ACCOUNTANT, ACCOUNTANT_TOO)):
            found = refused(
                town, x.AccountChanged, lambda: town.pay("l1", "1", account=NEW_ACCOUNT)
            )
            assert (found.confirmations, found.needed) == (confirmations, 2)
            town.do(confirm, by)
        assert town.payment(town.pay("l1", "1", account=NEW_ACCOUNT)).account == NEW_ACCOUNT

    def test_without_a_contract_of_payment_nothing_is_paid(self):
        town = Town(contracts=tuple(name for name in LIBRARY if not name.startswith("payment")))
        town.funded(l1="10")
        with pytest.raises(Exception, match="CON-"):
            town.pay("l1", "1")
        assert town.records(s.Payment) == {}

    def test_whatever_the_contracts_say_no_account_goes_below_zero(self):
        town = Town(contracts=("payment-levels", "contract-signing"))  # no control at all
        town.funded(l1="10")
        refused(town, f.NotEnough, lambda: town.pay("l1", "11"))
        refused(town, f.NoAccount, lambda: town.pay("l1", "1", source="grant"))
        town.agree("a", "l1", {2022: "4"})
        refused(town, f.OverContract, lambda: town.pay("l1", "5", agreement="a"))


class TestBank:
    def test_a_payment_is_reported_once(self, town):
        name = town.pay("l1", "1")
        refused(town, x.ItemTwice, lambda: town.bank(name, name))

    def test_an_unknown_payment(self, town):
        refused(town, x.NotFound, lambda: town.bank("0185134b-a250-721f-86ba-8c9f8be10497"))

    def test_one_wrong_item_refuses_the_report(self, town):
        first, second = town.pay("l1", "1"), town.pay("l1", "2")
        town.bank(first)
        found = refused(town, x.StateWrong, lambda: town.bank(second, first))
        assert (found.id, found.state) == (first, "settled")

    def test_an_instruction_is_not_cancelled_nor_instructed_twice(self, town):
        name = town.pay("l1", "1")
        key = town.sees(f"execution/payment/{name}")
        again = m.ReinstructPayment(payment=name, account=ACCOUNT)
        refused(town, x.StateWrong, lambda: town.do(again, CLERK, key))
        cancel = m.CancelPayment(payment=name, reason="no")
        refused(town, x.StateWrong, lambda: town.do(cancel, CLERK, key))

    def test_a_bounced_payment_goes_to_a_confirmed_account_only(self, town):
        name = town.pay("l1", "1")
        town.bank(name, outcome="bounced", reason="closed")
        key = town.sees(f"execution/payment/{name}")
        again = m.ReinstructPayment(payment=name, account=NEW_ACCOUNT)
        found = refused(town, x.AccountUnconfirmed, lambda: town.do(again, ACCOUNTANT, key))
        assert found.who == ("hospital.finance@hospital",)

    def test_a_bounced_payment_is_its_units(self, town):
        name = town.pay("l1", "1")
        town.bank(name, outcome="bounced")
        key = town.sees(f"execution/payment/{name}")
        again = m.ReinstructPayment(payment=name, account=ACCOUNT)
        refused(town, x.NotYours, lambda: town.do(again, who("clinic.clerk"), key))

    def test_no_more_comes_back_than_was_paid(self, town):
        name = town.pay("l1", "10")
        back = m.ReturnPayment(payment=name, amount_fen=600, reason="error")
        refused(town, x.StateWrong, lambda: town.do(back, ACCOUNTANT))
        town.bank(name)
        town.do(back, ACCOUNTANT)
        found = refused(town, x.OverReturn, lambda: town.do(back, ACCOUNTANT))
        assert (found.asked_fen, found.left_fen) == (600, 400)

    def test_a_step_on_what_was_not_seen_is_refused(self, town):
        name = town.pay("l1", "1")
        cancel = m.CancelPayment(payment=name, reason="no")
        refused(town, Unseen, lambda: town.do(cancel, CLERK))
        old = town.sees(f"execution/payment/{name}")
        town.bank(name, outcome="bounced")
        refused(town, Stale, lambda: town.do(cancel, CLERK, old))
