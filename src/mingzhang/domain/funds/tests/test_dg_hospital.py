"""The DG hospital renovation, step by step, every amount as the case gives it (cases/)."""

import pytest

from mingzhang.domain.funds import authority, errors, holding, payments, year_end
from mingzhang.domain.funds.state import Cell, Commitment, Estimate, FiscalYear, Part
from mingzhang.domain.funds.tests.bench import Bench, cell, yuan

LINES = {"l1": "8,860,000", "l2": "2,436,000", "l3": "921,250", "l4": "600,350"}
QUOTA_2022 = {"l1": "6,400,000", "l2": "800,000", "l3": "700,000", "l4": "600,000"}
QUOTA_2023 = {"l1": "2,460,000", "l2": "1,636,000", "l3": "221,250", "l4": "350"}
CARRIED = {"l1": "996,930", "l2": "102,650", "l3": "82,750", "l4": "471,400"}


def of(line, year, vintage=None):
    return cell(line, year, vintage)


class Case(Bench):
    def quota_of_year(self, year, amounts):
        for line, amount in amounts.items():
            self.cell(line, year)
            self.quota(of(line, year), yuan(amount))

    def paid(self, payment, line, year, amount, contract=None):
        parts = payments.draw(
            self.ledger,
            line=line,
            nature="general",
            source="local",
            year=year,
            amount_fen=yuan(amount),
            contract=contract,
        )
        self.pay(payment, *((part.cell, part.amount_fen) for part in parts), contract=contract)
        assert self.breaches() == []
        return parts

    def cover(self, contract, name, amount):
        self.verb(holding.cover, contract=contract, cell=name, amount_fen=yuan(amount), ref="cover")


def signed_2022():
    """Steps 2 to 16: estimate, quota, six contracts."""
    case = Case("2022-01-10")
    for line, amount in LINES.items():
        case.line(line)
        case.verb(authority.estimate, line=line, estimate_fen=yuan(amount), ref="estimate")
    with pytest.raises(errors.NoAccount):  # step 7, before the vote
        case.paid("early", "l3", 2022, "100,000")
    case.pass_to("2022-03-25")
    case.quota_of_year(2022, QUOTA_2022)
    case.pass_to("2022-04-06")
    for contract, total, now in [
        ("design", "298,000", "298,000"),
        ("engineer", "225,000", "112,500"),
        ("cost", "92,000", "46,000"),
        ("agency", "58,600", "58,600"),
        ("lab", "84,300", "42,150"),
    ]:
        case.sign(contract, "l3", yuan(total), (of("l3", 2022), yuan(now)))
    case.sign("works", "l1", yuan("8,466,800"), (of("l1", 2022), yuan("6,400,000")))
    return case


def paid_2022():
    """Steps 18 to 31."""
    case = signed_2022()
    case.pass_to("2022-07-05")
    case.paid("a1", "l1", 2022, "846,680", "works")
    case.paid("a2", "l3", 2022, "298,000", "design")
    case.paid("a3", "l3", 2022, "58,600", "agency")
    case.paid("m1", "l1", 2022, "1,308,330", "works")
    case.paid("m2", "l1", 2022, "1,748,330", "works")
    case.pass_to("2022-11-15")
    case.verb(
        authority.vire,
        from_cell=of("l4", 2022),
        to_cell=of("l1", 2022),
        amount_fen=yuan("128,600"),
        ref="change",
    )
    case.verb(holding.change, contract="works", change_fen=yuan("128,600"), ref="change")
    case.cover("works", of("l1", 2022), "128,600")
    case.sign("icu", "l2", yuan("1,128,000"), (of("l2", 2022), yuan("338,400")))
    case.sign("or", "l2", yuan("1,196,500"), (of("l2", 2022), yuan("358,950")))
    case.paid("i1", "l2", 2022, "338,400", "icu")
    case.paid("o1", "l2", 2022, "358,950", "or")
    case.paid("m3", "l1", 2022, "1,628,330", "works")
    case.paid("e1", "l3", 2022, "112,500", "engineer")
    case.paid("c1", "l3", 2022, "46,000", "cost")
    case.paid("l1", "l3", 2022, "42,150", "lab")
    case.paid("h1", "l3", 2022, "60,000")
    return case


def settled(case, year, line=None):
    return sum(
        found.settled_fen
        for found in case.records(Cell).values()
        if found.year == year and line in (None, found.line)
    )


def test_the_works_contract_binds_the_total_and_encumbers_this_years_quota():
    works = signed_2022().ledger.require(Commitment, "works")
    assert works.total_fen == yuan("8,466,800.00")
    assert works.left == (Part(of("l1", 2022), yuan("6,400,000.00")),)
    assert works.committed_fen == yuan("2,066,800.00")


def test_the_year_end_rush_is_refused_by_what_the_contract_has_left():
    case = paid_2022()
    assert case.at(of("l1", 2022)).allotted_fen == 0
    with pytest.raises(errors.OverContract) as refused:
        case.paid("rush", "l1", 2022, "1,000,000", "works")
    assert refused.value.left_fen == yuan("996,930.00")
    assert refused.value.asked_fen == yuan("1,000,000.00")


def test_2022_is_paid_and_carried_over_by_line():
    case = paid_2022()
    assert settled(case, 2022) == yuan("6,846,270.00")
    case.pass_to("2023-01-01")
    carried = {line: case.at(of(line, 2023, 2022)).carried_fen for line in LINES}
    assert carried == {line: yuan(amount) for line, amount in CARRIED.items()}
    assert sum(carried.values()) == yuan("1,653,730.00")
    assert case.at(of("l1", 2023, 2022)).encumbered_fen == yuan("996,930.00")
    assert case.ledger.require(FiscalYear, "2022").closed
    assert case.breaches() == []


def test_all_is_paid_or_returned_to_the_fen():
    case = paid_2022()
    case.pass_to("2023-01-16")
    case.cover("lab", of("l3", 2023, 2022), "42,150")  # carried-over money, before the vote
    case.paid("l2", "l3", 2023, "42,150", "lab")
    with pytest.raises(errors.NoAccount):
        case.cover("works", of("l1", 2023), "1")
    case.pass_to("2023-02-10")
    case.quota_of_year(2023, QUOTA_2023)
    case.cover("works", of("l1", 2023), "2,066,800")
    for contract, amount in (("icu", "789,600"), ("or", "837,550")):
        case.cover(contract, of("l2", 2023), amount)
        case.paid(f"{contract}2", "l2", 2023, amount, contract)
    parts = case.paid("m4", "l1", 2023, "1,344,650", "works")
    assert parts == (  # the oldest vintage first
        Part(of("l1", 2023, 2022), yuan("996,930.00")),
        Part(of("l1", 2023), yuan("347,720.00")),
    )
    case.paid("f1", "l1", 2023, "1,437,744", "works")
    case.cover("engineer", of("l3", 2023), "112,500")
    case.cover("cost", of("l3", 2023), "46,000")
    case.paid("e2", "l3", 2023, "112,500", "engineer")
    case.paid("c2", "l3", 2023, "46,000", "cost")
    case.paid("h2", "l3", 2023, "41,400")
    case.paid("ret", "l1", 2023, "257,136", "works")
    before = case.at(of("l1", 2023)).encumbered_fen
    assert before == yuan("24,200.00")
    case.verb(holding.close_contract, contract="works", ref="settlement")
    assert case.ledger.require(Commitment, "works").total_fen == yuan("8,571,200.00")
    case.pass_to("2023-12-20")
    for line in LINES:
        for vintage in (2022, 2023):
            name = of(line, 2023, vintage)
            case.verb(year_end.lapse, cell=name, ref="final-account")
    lapsed = {
        line: -sum(case.at(of(line, 2023, v)).lapsed_fen for v in (2022, 2023)) for line in LINES
    }
    assert lapsed == {
        "l1": yuan("417,400.00"),
        "l2": yuan("111,500.00"),
        "l3": yuan("61,950.00"),
        "l4": yuan("471,750.00"),
    }
    paid = {line: settled(case, 2022, line) + settled(case, 2023, line) for line in LINES}
    assert paid == {
        "l1": yuan("8,571,200.00"),
        "l2": yuan("2,324,500.00"),
        "l3": yuan("859,300.00"),
        "l4": 0,
    }
    assert settled(case, 2023) == yuan("4,908,730.00")
    assert sum(paid.values()) == yuan("11,755,000.00")
    assert sum(lapsed.values()) == yuan("1,062,600.00")
    assert sum(paid.values()) + sum(lapsed.values()) == yuan("12,817,600.00")
    assert sum(e.estimate_fen for e in case.records(Estimate).values()) == yuan("12,817,600.00")
    assert case.breaches() == []
