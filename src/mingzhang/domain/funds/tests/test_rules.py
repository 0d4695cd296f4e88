"""Every refusal, in order of precedence; each row is one scene of three lines."""

import pytest

from mingzhang.domain.funds import authority, errors, holding, limits, messages, payments, year_end
from mingzhang.domain.funds.state import Part
from mingzhang.domain.funds.tests.bench import Bench, cell

L = cell("l")
BIG = 9_007_199_254_740_992


def bench(fen=1_000):
    """A line `l` with so much quota, `other` with none, `bare` without estimate or cell."""
    made = Bench()
    made.funded(fen)
    made.line("other")
    made.line("bare")
    made.cell("other")
    made.cell("l", nature="government_fund")
    made.cell("l", 2027)
    made.cell("l", 2026, 2025)
    return made


def signed(total=500, now=300):
    made = bench()
    made.sign("k", "l", total, (L, now))
    return made


def approve(made, *parts, contract=None, intention=None, payment="p"):
    return made.verb(
        payments.approve,
        payment=payment,
        parts=tuple(Part(*part) for part in parts),
        contract=contract,
        intention=intention,
    )


def money(verb, name, fen):
    return lambda made: made.verb(verb, cell=name, amount_fen=fen, ref="r")


def open_cell(**values):
    given = {"line": "l", "nature": "general", "source": "local", "year": 2026} | values
    return lambda made: made.verb(authority.open_cell, **given)


def open_line(**values):
    given = {
        "line": "new",
        "unit": "361001",
        "project": "p1",
        "function": "2100212",
        "economic": "31006",
        "title": "New",
    } | values
    return lambda made: made.verb(authority.open_line, **given)


def vire(one, two, fen=1):
    return lambda made: made.verb(
        authority.vire, from_cell=one, to_cell=two, amount_fen=fen, ref="r"
    )


def sign(**values):
    given = {"contract": "new", "line": "l", "total_fen": 10, "now": (Part(L, 10),)} | values
    return lambda made: made.verb(holding.sign, **given)


def cover(**values):
    given = {"contract": "k", "cell": L, "amount_fen": 10, "ref": "r"} | values
    return lambda made: made.verb(holding.cover, **given)


ON_MONEY = [
    ("nothing moves", errors.AmountWrong, money(authority.allot, L, 0)),
    ("less than nothing moves", errors.AmountWrong, money(authority.cut, L, -1)),
    ("beyond the ledger's bound", errors.AmountWrong, money(authority.supplement, L, BIG)),
    ("a payment of no parts", errors.AmountWrong, approve),
    ("eleven months", errors.AmountWrong, lambda m: m.verb(
        authority.plan, cell=L, months_fen=(1,) * 11, ref="r")),
    ("no unit", errors.CodeMissing, open_line(unit="")),
    ("no function", errors.CodeMissing, open_line(function="")),
    ("no project", errors.CodeMissing, open_line(project="")),
    ("no economic class", errors.CodeMissing, open_line(economic="")),
    ("no source", errors.CodeMissing, open_cell(source="")),
    ("no such nature", errors.CodeMissing, open_cell(nature="other")),
    ("no line", errors.NoLine, open_cell(line="none")),
    ("a line again with another function", errors.LineTaken, open_line(line="l", function="2")),
    ("no cell", errors.NoAccount, money(authority.allot, cell("bare"), 1)),
    ("no cell to pay from", errors.NoAccount, lambda m: approve(m, (cell("bare"), 1))),
    ("no cell of the vintage", errors.NoAccount, vire(L, cell("l", 2026, 2024))),
    ("no estimate", errors.NoEstimate, sign(line="other", now=())),
    ("no contract", errors.NoCommitment, cover(contract="none")),
    ("no contract to pay", errors.NoCommitment, lambda m: approve(m, (L, 1), contract="none")),
    ("no intention", errors.NoIntention, lambda m: approve(m, (L, 1), intention="none")),
    ("no limit", errors.NoLimit, lambda m: m.do(messages.LiftLimit(
        pattern="2026-" + "0" * 32, point="payment", horizon="year", mode="stop", basis="b"))),
    ("to itself", errors.SameCell, vire(L, L)),
    ("a cell of another line", errors.OtherLine, sign(now=(Part(cell("other"), 1),))),
    ("natures mix", errors.OtherNature, vire(L, cell(nature="government_fund"))),
    ("natures mix in a payment", errors.OtherNature, lambda m: approve(
        m, (L, 1), (cell(nature="government_fund"), 1))),
    ("another year", errors.OtherYear, vire(L, cell("l", 2027))),
    ("another vintage", errors.OtherVintage, vire(L, cell("l", 2026, 2025))),
    ("a vintage after its year", errors.OtherVintage, open_cell(vintage=2027)),
    ("next year's quota", errors.YearNotBegun, lambda m: approve(m, (cell("l", 2027), 1))),
    ("a running year is closed", errors.YearNotBegun, lambda m: m.do(
        messages.CloseYear(year=2026))),
    ("an unknown year is closed", errors.YearEnded, lambda m: m.do(messages.CloseYear(year=2020))),
    ("a return of an open year as earlier", errors.YearNotClosed, lambda m: m.verb(
        payments.take_back_earlier, payment="p", cell=L, amount_fen=1, to_quota=True)),
    ("interim after the vote", errors.YearVoted, money(authority.grant_interim, L, 1)),
    ("not flagged", errors.FlagUnchanged, lambda m: m.do(messages.UnflagCell(cell=L, basis="b"))),
    ("over the estimate", errors.OverEstimate, sign(total_fen=10**12 + 1)),
    ("more now than in all", errors.OverTotal, sign(total_fen=9)),
    ("more than is available", errors.NotEnough, lambda m: approve(m, (L, 1_001))),
    ("two parts of one cell", errors.NotEnough, lambda m: approve(m, (L, 600), (L, 600))),
    ("more cut than is there", errors.NotEnough, money(authority.cut, L, 1_001)),
    ("more allotted than voted", errors.NotEnough, money(authority.allot, L, 1)),
    ("more reduced than is free", errors.NotEnough, money(authority.reduce, L, 1)),
    ("more frozen than is there", errors.NotEnough, lambda m: m.do(
        messages.FreezeAmount(cell=L, amount_fen=1_001, basis="b"))),
    ("more lifted than is frozen", errors.NotEnough, lambda m: m.do(
        messages.LiftFreeze(cell=L, amount_fen=1, basis="b"))),
    ("instructed without approval", errors.NotEnough, lambda m: m.verb(
        payments.instruct, payment="p", parts=(Part(L, 1),))),
    ("settled without instruction", errors.NotEnough, lambda m: m.verb(
        payments.settle, payment="p", parts=(Part(L, 1),))),
    ("bounced without instruction", errors.NotEnough, lambda m: m.verb(
        payments.bounce, payment="p", parts=(Part(L, 1),))),
    ("returned without payment", errors.NotEnough, lambda m: m.verb(
        payments.take_back, payment="p", cell=L, amount_fen=1)),
    ("claimed without payment", errors.NotEnough, lambda m: m.verb(
        payments.claim, payment="p", cell=L, amount_fen=1)),
    ("cleared without advance", errors.NotEnough, lambda m: m.verb(
        payments.clear_advance, payment="p", cell=L, used_fen=1, back_fen=0)),
    ("planned beyond the quota", errors.OverQuota, lambda m: m.verb(
        authority.plan, cell=L, months_fen=(84,) * 12, ref="r")),
]  # fmt: skip
ON_CONTRACT = [
    ("signed twice", errors.CommitmentTaken, sign(contract="k")),
    ("covered by another line", errors.OtherLine, cover(cell=cell("other"))),
    ("covered beyond the commitment", errors.OverCommitted, cover(amount_fen=201)),
    ("lowered beyond the commitment", errors.OverCommitted, lambda m: m.verb(
        holding.change, contract="k", change_fen=-201, ref="r")),
    ("raised beyond the estimate", errors.OverEstimate, lambda m: m.verb(
        holding.change, contract="k", change_fen=10**12, ref="r")),
    ("changed by nothing", errors.AmountWrong, lambda m: m.verb(
        holding.change, contract="k", change_fen=0, ref="r")),
    ("paid beyond what is left", errors.OverContract, lambda m: approve(
        m, (L, 301), contract="k")),
    ("paid from a cell it has nothing in", errors.OverContract, lambda m: approve(
        m, (cell("l", 2026, 2025), 1), contract="k")),
    ("drawn beyond what is left", errors.OverContract, lambda m: payments.draw(
        m.ledger, line="l", nature="general", source="local", year=2026, amount_fen=301,
        contract="k")),
    ("uncovered beyond what is left", errors.OverContract, lambda m: m.verb(
        holding.uncover, contract="k", cell=L, amount_fen=301, ref="r")),
    ("settled without payment in flight", errors.OverPaid, lambda m: m.verb(
        payments.settle, payment="p", parts=(Part(L, 1),), contract="k")),
    ("cancelled without payment in flight", errors.OverPaid, lambda m: m.verb(
        payments.cancel, payment="p", parts=(Part(L, 1),), contract="k")),
    ("returned beyond what it paid", errors.OverPaid, lambda m: m.verb(
        payments.take_back, payment="p", cell=L, amount_fen=1, contract="k")),
    ("lapsed while it holds", errors.OpenWork, lambda m: m.verb(
        year_end.lapse, cell=L, ref="r")),
]  # fmt: skip


def rows(table):
    return [pytest.param(refusal, act, id=name) for name, refusal, act in table]


def refused(made, refusal, act):
    before = dict(made.memory.records)
    with pytest.raises(refusal) as caught:
        act(made)
    assert made.memory.records == before
    return caught.value


@pytest.mark.parametrize(("refusal", "act"), rows(ON_MONEY))
def test_of_money_refused_and_nothing_changed(refusal, act):
    refused(bench(), refusal, act)


@pytest.mark.parametrize(("refusal", "act"), rows(ON_CONTRACT))
def test_of_contracts_refused_and_nothing_changed(refusal, act):
    refused(signed(), refusal, act)


def test_a_frozen_cell_is_refused_at_every_step_that_binds_or_pays():
    made = signed()
    approve(made, (L, 10), contract="k")
    made.verb(holding.intend, intention="i", cell=L, amount_fen=10)
    made.do(messages.FlagCell(cell=L, basis="b"))
    for act in (
        lambda m: m.verb(holding.intend, intention="j", cell=L, amount_fen=1),
        sign(),
        cover(),
        lambda m: approve(m, (L, 1), contract="k", payment="q"),
        lambda m: approve(m, (L, 1), intention="i", payment="q"),
        lambda m: m.verb(payments.instruct, payment="p", parts=(Part(L, 10),)),
        vire(L, cell("other")),
    ):
        refused(made, errors.CellFrozen, act)
    refused(made, errors.FlagUnchanged, lambda m: m.do(messages.FlagCell(cell=L, basis="b")))
    made.do(messages.UnflagCell(cell=L, basis="b"))
    made.verb(payments.instruct, payment="p", parts=(Part(L, 10),))
    made.do(messages.FlagCell(cell=L, basis="b"))
    made.verb(payments.settle, payment="p", parts=(Part(L, 10),), contract="k")  # a fact
    made.verb(payments.take_back, payment="p", cell=L, amount_fen=10, contract="k")
    assert made.breaches() == []


def test_a_contract_with_a_payment_in_flight_is_not_closed_and_a_closed_one_pays_nothing():
    made = signed()
    approve(made, (L, 100), contract="k")
    close = lambda m: m.verb(holding.close_contract, contract="k", ref="r")  # noqa: E731
    found = refused(made, errors.PaymentInFlight, close)
    assert found.in_flight_fen == 100
    made.verb(payments.cancel, payment="p", parts=(Part(L, 100),), contract="k")
    close(made)
    refused(made, errors.ContractEnded, close)
    refused(made, errors.ContractEnded, cover())
    refused(made, errors.ContractEnded, lambda m: approve(m, (L, 1), contract="k"))
    assert made.at(L).allotted_fen == 1_000


def test_an_intention_gives_no_more_than_it_has():
    made = bench()
    made.verb(holding.intend, intention="i", cell=L, amount_fen=100)
    again = lambda m: m.verb(holding.intend, intention="i", cell=L, amount_fen=1)  # noqa: E731
    refused(made, errors.IntentionTaken, again)
    refused(made, errors.OverIntention, lambda m: approve(m, (L, 101), intention="i"))
    refused(made, errors.OverIntention, sign(total_fen=200, now=(Part(L, 101),), intention="i"))
    refused(
        made,
        errors.OverIntention,
        lambda m: m.verb(holding.release_intention, intention="i", amount_fen=101, ref="r"),
    )
    made.verb(holding.release_intention, intention="i", amount_fen=40, ref="r")
    assert (made.at(L).intended_fen, made.at(L).allotted_fen) == (60, 940)


def test_interim_quota_is_absorbed_and_what_is_bound_beyond_the_vote_is_refused():
    made = Bench()
    made.funded(0, "x")
    name = made.cell("x", source="transfer")
    made.verb(authority.grant_interim, cell=name, amount_fen=500, ref="r")
    made.pay("p", (name, 450))
    late = money(authority.appropriate, name, 449)
    found = refused(made, errors.NotEnough, late)
    assert (found.account, found.asked_fen, found.have_fen) == ("allotted", 51, 50)
    made.verb(authority.appropriate, cell=name, amount_fen=460, ref="r")
    after = made.at(name)
    assert (after.voted_fen, after.interim_fen) == (460, 0)
    assert (after.allotted_fen, after.unallotted_fen, after.settled_fen) == (10, 0, 450)


def test_a_reversed_return_is_never_refused_and_its_shortfall_fills_itself():
    made = bench(100)
    made.pay("p", (L, 100))
    made.verb(payments.take_back, payment="p", cell=L, amount_fen=80)
    made.pay("q", (L, 70))
    made.verb(payments.reverse_return, payment="p", cell=L, amount_fen=80)
    found = made.at(L)
    assert (found.allotted_fen, found.shortfall_fen, found.settled_fen) == (0, 70, 170)
    refused(made, errors.CellFrozen, lambda m: approve(m, (L, 1), payment="r"))
    made.verb(authority.supplement, cell=L, amount_fen=90, ref="r")
    made.verb(authority.allot, cell=L, amount_fen=90, ref="r")
    assert (made.at(L).allotted_fen, made.at(L).shortfall_fen) == (20, 0)
    assert made.breaches() == []


def test_refusals_come_in_the_order_of_their_codes():
    made = signed()
    made.do(messages.FlagCell(cell=L, basis="b"))
    wrong = {"contract": "k", "total_fen": 10**13, "now": (Part(L, 10**13 + 1),)}
    refused(made, errors.AmountWrong, sign(**wrong | {"total_fen": 0}))
    refused(made, errors.NoLine, sign(**wrong, line="none"))
    refused(made, errors.NoAccount, sign(**wrong | {"now": (Part(cell("bare"), 1),)}))
    refused(made, errors.CommitmentTaken, sign(**wrong))
    wrong["contract"] = "new"
    refused(made, errors.NoIntention, sign(**wrong, intention="none"))
    refused(made, errors.CellFrozen, sign(**wrong))
    made.do(messages.UnflagCell(cell=L, basis="b"))
    refused(made, errors.OverEstimate, sign(**wrong))
    wrong["total_fen"] = 2_000
    refused(made, errors.OverTotal, sign(**wrong))
    wrong["now"] = (Part(L, 1_500),)
    refused(made, errors.NotEnough, sign(**wrong))


def test_a_ledger_keeps_a_bounded_number_of_shapes():
    made = bench()
    codes = "2100212"

    def limit(unit, function):
        return lambda m: m.verb(
            limits.set_limit,
            year=2026,
            unit=unit,
            function=function,
            point="payment",
            horizon="year",
            mode="warn",
            amount_fen=1,
            basis="b",
        )

    for n in range(16):
        limit("361001"[: n // 7], codes[: n % 7])(made)
    refused(made, errors.BoundReached, limit("361001", codes))
    limit("3", "2")(made)  # a shape in use, with other codes or the same, is welcome
