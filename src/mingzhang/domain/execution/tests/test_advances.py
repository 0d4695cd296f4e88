"""Advances 备用金、借款: held by the line, cleared into spending, given back, never two overdue."""

from typing import Any

import pytest
from msgspec.structs import replace

from mingzhang.domain.execution import errors as x
from mingzhang.domain.execution import events as e
from mingzhang.domain.execution import invariants
from mingzhang.domain.execution import messages as m
from mingzhang.domain.execution import state as s
from mingzhang.domain.execution.terms import ADVANCES_MAX, VOUCHERS_MAX, Voucher
from mingzhang.domain.execution.tests.rules import by_amount
from mingzhang.domain.execution.tests.town import (
    ACCOUNT,
    ACCOUNTANT,
    CLERK,
    DIRECTOR,
    HASH,
    SECTION,
    TREASURY,
    Town,
    cell,
    fen,
    who,
)
from mingzhang.domain.execution.tests.trouble import cancel, refused
from mingzhang.domain.funds import errors as f
from mingzhang.domain.funds.state import Money
from mingzhang.domain.procedure import messages as p
from mingzhang.kernel.calendar import parse_iso
from tests.scene import only

SELLER = "91440000CELLER000L"


@pytest.fixture
def town():
    made = Town(section=SECTION)
    made.funded(l1="10,000", l2="10,000")
    return made


def wish(town, amount="1,000", **changes):
    town.count += 1
    body: dict[str, Any] = {
        "line": "l1",
        "nature": "general",
        "source": "local",
        "year": 2022,
        "amount_fen": fen(amount),
        "purpose": "31006",
        "holder": "nurse",
        "account": ACCOUNT,
        "document_sha256": f"{town.count:064x}",
        "clear_by": parse_iso("2022-06-30"),
    }
    return m.RequestAdvance(**(body | changes))


def asked(town, amount="1,000", **changes):
    return only(town.do(wish(town, amount, **changes), CLERK), e.PaymentRequested).payment


def advanced(town, amount="1,000", **changes):
    name = asked(town, amount, **changes)
    town.bank(name)
    return name


def voucher(number, amount="100"):
    return Voucher(amount_fen=fen(amount), seller=SELLER, invoice=f"{number:08d}")


def clear(town, name, *vouchers, back="0", by=ACCOUNTANT):
    command = m.ClearAdvance(payment=name, vouchers=vouchers, back_fen=fen(back))
    return town.do(command, by, town.sees(s.Payment.key(name)))


def of_line(town, line="l1"):
    found = town.at(line)
    return tuple(
        amount // 100 for amount in (found.allotted_fen, found.advanced_fen, found.settled_fen)
    )


class TestCleared:
    def test_an_advance_holds_the_line_until_vouchers_turn_it_into_spending(self, town):
        name = advanced(town, "1,000")
        assert town.payment(name).state == "advanced"
        assert of_line(town) == (9_000, 1_000, 0)
        clear(town, name, voucher(1, "300"), voucher(2, "350.50"))
        assert town.at("l1").settled_fen == fen("650.50")
        assert town.payment(name).state == "advanced"
        clear(town, name, back="349.50")
        assert town.payment(name).state == "settled"
        assert town.payment(name).returned_fen == fen("349.50")
        assert (town.at("l1").allotted_fen, town.at("l1").advanced_fen) == (fen("9,349.50"), 0)
        money = town.ledger.require(Money, "general")
        assert (money.spent_fen, money.advances_fen) == (fen("650.50"), 0)
        assert town.ledger.find(s.Advances, "nurse") is None
        assert town.breaches() == []

    def test_one_that_is_wholly_given_back_spends_nothing_and_frees_its_proof(self, town):
        body = wish(town)
        name = only(town.do(body, CLERK), e.PaymentRequested).payment
        town.bank(name)
        clear(town, name, back="1,000")
        assert town.payment(name).state == "returned"
        assert of_line(town) == (10_000, 0, 0)
        town.do(body, CLERK)

    def test_of_two_vintages_the_oldest_is_spent_and_the_youngest_comes_back(self, town):
        town.pass_to("2023-02-01")
        town.funded(2023, l1="500")
        old, new = cell("l1", 2023, 2022), cell("l1", 2023)
        name = advanced(town, "10,400", year=2023, clear_by=parse_iso("2023-03-01"))
        assert [(part.cell, part.amount_fen) for part in town.payment(name).parts] == [
            (old, fen("10,000")),
            (new, fen("400")),
        ]
        clear(town, name, voucher(1, "9,900"), back="150")
        clear(town, name, voucher(2, "200"), back="150")
        found = [town.at("l1", 2023, vintage) for vintage in (2022, 2023)]
        assert [each.settled_fen for each in found] == [fen("10,000"), fen("100")]
        assert [each.allotted_fen for each in found] == [0, fen("400")]
        assert town.payment(name).state == "settled"
        assert town.breaches() == []

    def test_what_was_spent_may_come_back_later_like_any_payment(self, town):
        name = advanced(town)
        clear(town, name, voucher(1, "900"), back="100")
        late = m.ReturnPayment(payment=name, amount_fen=fen("900"), reason="goods sent back")
        town.do(late, ACCOUNTANT)
        assert town.payment(name).state == "returned"
        assert of_line(town) == (10_000, 0, 0)

    def test_a_level_decides_an_advance_as_it_does_a_payment(self):
        town = Town(more=(by_amount("route", fen("1,000")),))
        town.funded(l1="10,000")
        town.pass_to("2022-03-20")
        name = asked(town)
        assert town.payment(name).state == "routed"
        case = town.payment(name).case
        key = s.Payment.key(name)
        yes = p.ApproveCase(case=case, subject=key, reason="yes")
        seen = town.sees(f"procedure/case/{case}", key)
        other = advanced(town, "10", clear_by=parse_iso("2022-03-22"))
        town.pass_to("2022-03-23")
        late = refused(town, x.AdvanceOverdue, lambda: town.do(yes, DIRECTOR, seen))
        assert late.payment == other
        clear(town, other, back="10")
        town.do(yes, DIRECTOR, seen)
        assert town.payment(name).state == "instructed"

    def test_a_bounced_advance_is_no_burden_until_it_is_paid(self, town):
        name = asked(town)
        town.bank(name, outcome="bounced", reason="no such account")
        assert town.ledger.find(s.Advances, "nurse") is None
        cancel(town, name)
        assert of_line(town) == (10_000, 0, 0)


class TestRefused:
    def test_an_overdue_advance_blocks_another_of_the_same_holder_until_it_is_cleared(self, town):
        name = advanced(town, clear_by=parse_iso("2022-03-10"))
        town.pass_to("2022-03-10")
        asked(town)  # on its last day it is not overdue
        town.pass_to("2022-03-11")
        found = refused(town, x.AdvanceOverdue, lambda: town.do(wish(town), CLERK))
        assert (found.payment, found.clear_by) == (name, "2022-03-10")
        asked(town, holder="hospital")
        clear(town, name, back="400")
        refused(town, x.AdvanceOverdue, lambda: town.do(wish(town), CLERK))
        clear(town, name, voucher(1, "600"))
        asked(town)

    def test_no_more_is_cleared_than_was_advanced(self, town):
        name = advanced(town)
        for vouchers, back in (((voucher(1, "1,000.01"),), "0"), ((voucher(1, "600"),), "400.01")):
            found = refused(
                town,
                x.OverAdvance,
                lambda vouchers=vouchers, back=back: clear(town, name, *vouchers, back=back),
            )
            assert found.left_fen == fen("1,000")
        clear(town, name, voucher(1, "600"))
        found = refused(town, x.OverAdvance, lambda: clear(town, name, back="400.01"))
        assert found.left_fen == fen("400")

    def test_a_voucher_counts_once_on_the_whole_ledger(self, town):
        name = advanced(town)
        other = advanced(town, holder="hospital")
        clear(town, name, voucher(1))
        refused(town, x.VoucherTwice, lambda: clear(town, other, voucher(1)))
        refused(town, x.VoucherTwice, lambda: clear(town, other, voucher(2), voucher(2)))
        refused(town, x.VoucherTwice, lambda: clear(town, name, voucher(1)))
        paid = town.pay("l2", "10", invoice="00009999")
        invoice = Voucher(amount_fen=1, seller="91440000DG000000XD", invoice="00009999")
        sold = town.ledger.require(s.Payee, "builder").credit_code
        found = refused(
            town,
            x.VoucherTwice,
            lambda: clear(town, other, replace(invoice, seller=sold)),
        )
        assert found.payment == paid
        town.do(
            m.RegisterPayee(
                payee="seller",
                title="seller",
                payee_class="supplier",
                credit_code=SELLER,
                account=ACCOUNT,
            ),
            ACCOUNTANT,
        )
        again = town.request("l2", "10", payee="seller", invoice="00000001")
        found = refused(town, x.DuplicateInvoice, lambda: town.do(again, CLERK))
        assert found.payment == name

    @pytest.mark.parametrize(
        "changes",
        [
            {"seller": None},
            {"invoice": None},
            {"document_sha256": HASH},
            {"seller": None, "invoice": None},
        ],
    )
    def test_a_voucher_is_an_invoice_or_a_document(self, town, changes):
        name = advanced(town)
        bad = replace(voucher(1), **changes)
        refused(town, x.ProofMissing, lambda: clear(town, name, bad))

    def test_a_document_clears_where_there_is_no_invoice(self, town):
        name = advanced(town)
        clear(town, name, Voucher(amount_fen=fen("1,000"), document_sha256=HASH))
        assert town.payment(name).cleared == (s.Cleared(f"DOC|{HASH}", fen("1,000")),)

    def test_nothing_is_not_cleared(self, town):
        name = advanced(town)
        refused(town, f.AmountWrong, lambda: clear(town, name))

    def test_neither_who_asked_nor_another_unit_clears_it(self, town):
        name = advanced(town)
        refused(town, x.OwnSubmission, lambda: clear(town, name, voucher(1), by=CLERK))
        refused(town, x.NotYours, lambda: clear(town, name, voucher(1), by=who("clinic.clerk")))

    def test_only_an_advance_that_is_out_is_cleared_and_it_ends_no_other_way(self, town):
        name = asked(town)
        refused(town, x.StateWrong, lambda: clear(town, name, voucher(1)))
        paid = town.pay("l2", "10")
        town.bank(paid)
        refused(town, x.StateWrong, lambda: clear(town, paid, voucher(1)))
        town.bank(name)
        back = m.ReturnPayment(payment=name, amount_fen=fen("1,000"), reason="given back")
        refused(town, x.StateWrong, lambda: town.do(back, TREASURY))
        refused(town, x.StateWrong, lambda: cancel(town, name))
        clear(town, name, voucher(1, "1,000"))
        refused(town, x.StateWrong, lambda: clear(town, name, back="1"))

    @pytest.mark.parametrize("day", ["2022-02-28", "2023-01-01"])
    def test_its_last_day_is_to_come_in_the_budget_year(self, town, day):
        found = refused(
            town, x.TermsWrong, lambda: town.do(wish(town, clear_by=parse_iso(day)), CLERK)
        )
        assert found.field == "clear_by"

    def test_a_supplier_holds_none(self, town):
        found = refused(town, x.WrongPayeeClass, lambda: town.do(wish(town, holder="maker"), CLERK))
        assert found.allowed == ("person", "unit")

    def test_the_contracts_decide_an_advance_like_any_payment(self, town):
        refused(town, x.OverBudget, lambda: town.do(wish(town, "10,000.01"), CLERK))
        refused(town, x.WrongPurpose, lambda: town.do(wish(town, purpose="31003"), CLERK))
        refused(town, x.WrongYear, lambda: town.do(wish(town, year=2021), CLERK))
        refused(town, x.LineUnknown, lambda: town.do(wish(town, line="l9"), CLERK))
        refused(town, x.NotYours, lambda: town.do(wish(town), who("clinic.clerk")))
        refused(town, x.NotFound, lambda: town.do(wish(town, holder="nobody"), CLERK))
        body = wish(town)
        town.do(body, CLERK)
        refused(town, x.DuplicateInvoice, lambda: town.do(body, CLERK))

    def test_a_holder_has_so_many_and_an_advance_so_many_vouchers(self, town):
        for _ in range(ADVANCES_MAX):
            name = advanced(town, "10")
        refused(town, x.BoundReached, lambda: town.do(wish(town), CLERK))
        many = tuple(voucher(n, "0.01") for n in range(VOUCHERS_MAX))
        clear(town, name, *many)
        refused(town, x.BoundReached, lambda: clear(town, name, voucher(9_999, "0.01")))


class TestAlwaysTrue:
    def test_an_advance_cannot_stand_as_over_with_something_left_to_clear(self, town):
        holds = invariants.an_advance_ends_with_nothing_to_clear
        standing = town.payment(advanced(town))
        assert holds(standing)
        assert not holds(replace(standing, state="settled"))
        assert not holds(replace(standing, clear_by=None))
        whole = (s.Cleared("DOC|x", standing.amount_fen),)
        assert not holds(replace(standing, cleared=whole))
        assert holds(replace(standing, cleared=whole, state="settled"))
        assert not holds(replace(standing, cleared=whole, state="instructed"))

    def test_a_list_of_advances_that_forgets_one_is_named(self, town):
        advanced(town)
        assert town.breaches() == []
        town.memory.records.pop("execution/advances/nurse")
        assert [each for each in town.breaches() if each.startswith("nurse: advances")]
