"""Limits at three points and two horizons (row H1); closing a year in bounded steps."""

from typing import Any

import pytest

from mingzhang.domain.funds import authority, errors, events, holding, messages, payments, year_end
from mingzhang.domain.funds.limits import FILL_STEP
from mingzhang.domain.funds.state import Cell, Commitment, FiscalYear, ParkedCell, Part, Pattern
from mingzhang.domain.funds.tests.bench import Bench, cell
from tests.scene import only

L = cell("l")


def limit(bench, **values):
    given: dict[str, Any] = {
        "year": 2026,
        "unit": "",
        "function": "",
        "source": "",
        "project": "",
        "point": "payment",
        "horizon": "year",
        "mode": "stop",
        "amount_fen": 100,
        "basis": "doc",
    } | values
    found = only(bench.do(messages.SetLimit(**given)), events.LimitSet)
    bench.run_due()
    return found.pattern


def approve(bench, name, fen, payment="p"):
    return bench.verb(payments.approve, payment=payment, parts=(Part(name, fen),))


def test_what_a_unit_spends_counts_on_every_unit_above_it():
    bench = Bench()
    bench.line("l", unit="361001")
    bench.line("m", unit="361002")
    bench.line("n", unit="362001")
    for line in ("l", "m", "n"):
        bench.quota(bench.cell(line), 1_000)
    bureau = limit(bench, unit="361")
    unit = limit(bench, unit="361001", amount_fen=80)
    approve(bench, cell("l"), 60)
    approve(bench, cell("m"), 30, "q")
    approve(bench, cell("n"), 900, "r")
    with pytest.raises(errors.OverLimit) as refused:
        approve(bench, cell("m"), 11, "s")
    assert refused.value.facts() == {
        "pattern": bureau,
        "point": "payment",
        "horizon": "year",
        "asked_fen": 11,
        "left_fen": 10,
    }
    assert bench.ledger.require(Pattern, unit).paid_fen == 60
    assert bench.ledger.require(Pattern, bureau).paid_fen == 90
    assert bench.breaches() == []


@pytest.mark.parametrize("codes", [
    {"unit": "361", "function": "210"}, {"source": "local", "project": "p1"},
    {"unit": "361001", "function": "2100212", "source": "local", "project": "p1"},
])  # fmt: skip
def test_any_combination_of_codes_can_be_limited_and_others_are_left_alone(codes):
    bench = Bench()
    name = bench.funded(1_000)
    bench.line("other", unit="5", project="q", function="9")
    bench.quota(bench.cell("other", source="gift"), 1_000)
    limit(bench, **codes)
    approve(bench, cell("other", source="gift"), 500)
    with pytest.raises(errors.OverLimit):
        approve(bench, name, 101, "q")
    approve(bench, name, 100, "q")


def test_each_point_acts_and_the_hold_moves_without_being_counted_twice():
    bench = Bench()
    name = bench.funded(1_000)
    limit(bench, point="intention", amount_fen=300)
    limit(bench, point="contract", amount_fen=200)
    limit(bench, point="payment", amount_fen=150)
    bench.verb(holding.intend, intention="i", cell=name, amount_fen=250)
    with pytest.raises(errors.OverLimit) as refused:
        bench.verb(holding.intend, intention="j", cell=name, amount_fen=51)
    assert refused.value.point == "intention"
    with pytest.raises(errors.OverLimit) as refused:
        bench.sign("k", "l", 201, (name, 201), intention="i")
    assert refused.value.point == "contract"
    bench.sign("k", "l", 200, (name, 200), intention="i")
    with pytest.raises(errors.OverLimit) as refused:
        bench.verb(payments.approve, payment="p", parts=(Part(name, 151),), contract="k")
    assert refused.value.point == "payment"
    bench.verb(payments.approve, payment="p", parts=(Part(name, 150),), contract="k")
    with pytest.raises(errors.OverLimit) as refused:  # without an intention it acts too
        bench.sign("m", "l", 51, (name, 51))
    assert refused.value.point == "contract"
    (pattern,) = bench.records(Pattern).values()
    assert (pattern.held_fen, pattern.contracted_fen, pattern.paid_fen) == (250, 200, 150)
    bench.verb(payments.cancel, payment="p", parts=(Part(name, 150),), contract="k")
    bench.verb(holding.close_contract, contract="k", ref="r")
    (pattern,) = bench.records(Pattern).values()
    assert (pattern.held_fen, pattern.contracted_fen, pattern.paid_fen) == (50, 0, 0)


def test_a_warning_is_recorded_and_nothing_is_stopped():
    bench = Bench()
    name = bench.funded(1_000)
    pattern = limit(bench, mode="warn")
    warned = only(approve(bench, name, 130), events.LimitWarned)
    assert (warned.pattern, warned.asked_fen, warned.left_fen) == (pattern, 130, 100)
    assert bench.at(name).approved_fen == 130


def test_the_plan_to_date_opens_month_by_month_and_is_asked_again_at_instruction():
    bench = Bench()  # 2 March
    name = bench.funded(1_200)
    limit(bench, horizon="plan_to_date", amount_fen=0)
    with pytest.raises(errors.OverLimit) as refused:
        approve(bench, name, 1)
    assert refused.value.left_fen == 0
    bench.verb(authority.plan, cell=name, months_fen=(100,) * 12, ref="r")
    with pytest.raises(errors.OverLimit):
        approve(bench, name, 301)
    approve(bench, name, 300)
    bench.verb(authority.plan, cell=name, months_fen=(0, 0, 0, *(100,) * 9), ref="r")
    with pytest.raises(errors.OverLimit) as refused:
        bench.verb(payments.instruct, payment="p", parts=(Part(name, 300),))
    assert refused.value.left_fen == -300
    bench.pass_to("2026-06-01")
    bench.verb(payments.instruct, payment="p", parts=(Part(name, 300),))
    assert bench.breaches() == []


def test_a_lifted_limit_no_longer_stops_and_still_counts():
    bench = Bench()
    name = bench.funded(1_000)
    pattern = limit(bench)
    bench.do(
        messages.LiftLimit(
            pattern=pattern, point="payment", horizon="year", mode="stop", basis="doc"
        )
    )
    approve(bench, name, 500)
    assert bench.ledger.require(Pattern, pattern).paid_fen == 500


def test_where_a_limit_is_mandatory_its_absence_refuses():
    bench = Bench()
    name = bench.funded(1_000)
    bench.do(messages.RequireLimits(year=2026, points=("payment",), basis="doc"))
    bench.verb(holding.intend, intention="i", cell=name, amount_fen=10)
    with pytest.raises(errors.NoMandatoryLimit) as refused:
        approve(bench, name, 1)
    assert refused.value.facts() == {"cell": name, "point": "payment"}
    limit(bench, point="contract")
    with pytest.raises(errors.NoMandatoryLimit):
        approve(bench, name, 1)
    limit(bench)
    approve(bench, name, 1)


def test_a_new_pattern_is_filled_in_bounded_steps_and_acts_once_it_is_complete():
    bench = Bench()
    name = bench.funded(1_000)
    approve(bench, name, 60)
    for n in range(FILL_STEP):
        bench.line(f"m{n}", unit=f"4{n:02d}")
        bench.cell(f"m{n}")
    values: dict[str, Any] = {
        "year": 2026,
        "unit": "36",
        "function": "",
        "source": "",
        "project": "",
    }
    bench.do(
        messages.SetLimit(
            **values, point="payment", horizon="year", mode="stop", amount_fen=100, basis="doc"
        )
    )
    (pattern,) = bench.records(Pattern).values()
    assert not pattern.complete
    approve(bench, name, 41, "q")  # it does not act yet, and says so
    late = bench.cell("l", source="gift")  # opened meanwhile: counted once
    filled = [e for e in bench.run_due() if type(e) is events.PatternFilled]
    assert [len(e.cells) for e in filled] == [1, 0]
    (pattern,) = bench.records(Pattern).values()
    assert (pattern.complete, pattern.paid_fen) == (True, 101)
    assert bench.at(late).patterns == bench.at(name).patterns
    with pytest.raises(errors.OverLimit):
        approve(bench, name, 1, "r")
    assert bench.breaches() == []


def test_open_work_parks_a_cell_until_it_is_done_and_the_year_closes_then():
    bench = Bench()
    name = bench.funded(1_000)
    approve(bench, name, 10)
    bench.verb(payments.instruct, payment="p", parts=(Part(name, 10),))
    bench.pass_to("2027-01-01")
    assert bench.records(ParkedCell)[name].open_fen == (("instructed", 10),)
    with pytest.raises(errors.YearEnded):
        approve(bench, name, 1, "q")
    bench.verb(payments.approve, payment="q", parts=(Part(name, 1),), late=True)
    bench.verb(payments.cancel, payment="q", parts=(Part(name, 1),))
    bench.verb(payments.settle, payment="p", parts=(Part(name, 10),))
    bench.do(messages.CloseYear(year=2026))
    bench.run_due()
    assert bench.records(ParkedCell) == {}
    assert bench.ledger.require(FiscalYear, "2026").closed
    assert bench.at(cell("l", 2027, 2026)).allotted_fen == 990
    with pytest.raises(errors.YearIsClosed):
        bench.verb(payments.approve, payment="q", parts=(Part(name, 1),), late=True)
    with pytest.raises(errors.YearEnded):
        bench.cell("l", source="gift")
    assert bench.breaches() == []


def test_a_parked_cell_is_tried_again_on_the_next_day_by_itself():
    bench = Bench()
    name = bench.funded(1_000)
    approve(bench, name, 10)
    bench.pass_to("2027-01-01")
    bench.verb(payments.cancel, payment="p", parts=(Part(name, 10),))
    bench.pass_to("2027-01-02")
    assert bench.at(name).closed


def test_asking_often_for_the_close_leaves_one_retry_a_day():
    bench = Bench()
    name = bench.funded(1_000)
    approve(bench, name, 10)
    bench.pass_to("2027-01-01")
    for _ in range(3):
        bench.do(messages.CloseYear(year=2026))
        bench.run_due()
    bench.do(messages.CloseYear(year=2026))
    bench.time_ms -= 1_000  # a second request in the same block
    bench.do(messages.CloseYear(year=2026))
    bench.run_due()
    assert len(bench.pass_to("2027-01-02")) == 1
    assert bench.records(ParkedCell)[name].open_fen == (("approved", 10),)


def test_a_year_of_many_cells_and_holds_closes_in_bounded_steps():
    bench = Bench()
    name = bench.funded(1_000)
    for n in range(150):
        bench.verb(holding.intend, intention=f"i{n}", cell=name, amount_fen=1)
    bench.sign("k", "l", 700, (name, 500))
    bench.verb(authority.freeze, cell=name, amount_fen=20, ref="r")
    bench.verb(authority.cut, cell=name, amount_fen=30, ref="r")
    for n in range(70):
        bench.line(f"m{n}")
        bench.cell(f"m{n}")
    steps = bench.pass_to("2027-01-01")
    assert len(steps) >= 3
    assert max(map(len, steps)) <= 200
    found = bench.at(cell("l", 2027, 2026))
    assert (found.carried_fen, found.allotted_fen, found.frozen_fen) == (970, 450, 20)
    assert found.encumbered_fen == 500
    assert bench.at(name).lapsed_fen == -30
    commitment = bench.ledger.require(Commitment, "k")
    assert commitment.left == (Part(cell("l", 2027, 2026), 500),)
    assert all(each.closed for each in bench.records(Cell).values() if each.year == 2026)
    assert bench.breaches() == []


def test_money_beyond_two_years_lapses_and_what_is_under_contract_waits():
    bench = Bench()
    name = bench.funded(1_000)
    bench.sign("k", "l", 300, (name, 300))
    bench.pass_to("2027-01-01")
    bench.pass_to("2028-01-01")
    bench.pass_to("2029-01-01")
    last = cell("l", 2028, 2026)
    assert bench.records(ParkedCell)[last].open_fen == (("encumbered", 300),)
    bench.verb(holding.uncover, contract="k", cell=last, amount_fen=300, ref="r")
    bench.pass_to("2029-01-02")
    assert bench.at(last).lapsed_fen == -1_000
    assert bench.ledger.require(Commitment, "k").committed_fen == 300
    assert cell("l", 2029, 2026) not in bench.records(Cell)
    assert bench.breaches() == []


def test_a_return_of_an_earlier_year_goes_to_quota_or_treasury_and_never_beyond_the_payment():
    bench = Bench()
    name = bench.funded(1_000)
    bench.pay("p", (name, 100))
    bench.pay("q", (name, 50))
    bench.verb(payments.claim, payment="q", cell=name, amount_fen=50)
    bench.pass_to("2027-03-01")
    back = {"payment": "p", "cell": name}
    bench.verb(payments.take_back_earlier, **back, amount_fen=60, to_quota=True)
    found = bench.at(cell("l", 2027, 2026))
    assert (found.prior_fen, found.allotted_fen) == (60, 910)
    bench.verb(payments.take_back_earlier, **back, amount_fen=30, to_quota=False)
    with pytest.raises(errors.NotEnough) as refused:
        bench.verb(payments.take_back_earlier, **back, amount_fen=11, to_quota=False)
    assert refused.value.have_fen == 10
    bench.verb(payments.take_back_earlier, **back, amount_fen=50, to_quota=False, of_claim=True)
    with pytest.raises(errors.YearIsClosed):
        bench.verb(payments.take_back, **back, amount_fen=1)
    bench.pass_to("2029-03-01")
    with pytest.raises(errors.VintageTooOld):
        bench.verb(payments.take_back_earlier, **back, amount_fen=1, to_quota=True)
    assert bench.breaches() == []


def test_lapse_gives_back_all_free_money_of_a_closed_project():
    bench = Bench()
    name = bench.funded(1_000)
    bench.verb(authority.freeze, cell=name, amount_fen=100, ref="r")
    bench.verb(year_end.lapse, cell=name, ref="final-account")
    found = bench.at(name)
    assert (found.lapsed_fen, found.allotted_fen, found.frozen_fen) == (-1_000, 0, 0)
