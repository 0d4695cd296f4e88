"""Three cases that other systems got wrong (funds-model section 7)."""

import pytest

from mingzhang.domain.funds import errors, holding, payments
from mingzhang.domain.funds.state import Part
from mingzhang.domain.funds.tests.bench import Bench, cell, yuan


def test_a_line_without_account_is_refused_and_not_skipped():
    bench = Bench()
    bench.line("l")
    bench.line("other")
    bench.quota(bench.cell("other"), 10)
    with pytest.raises(errors.NoAccount) as refused:
        bench.verb(payments.approve, payment="p", parts=(Part(cell("l"), 1),))
    assert refused.value.facts() == {"cell": "l:general:local:2026:2026"}


def test_an_account_without_a_vote_has_nothing_to_pay_with():
    bench = Bench()
    name = bench.funded(0)
    with pytest.raises(errors.NotEnough) as refused:
        bench.verb(payments.approve, payment="p", parts=(Part(name, 1),))
    assert (refused.value.asked_fen, refused.value.have_fen) == (1, 0)


def test_twenty_million_less_eleven_paid_and_five_ordered_leave_four():
    bench = Bench()
    name = bench.funded(yuan("20,000,000.00"))
    bench.pay("p", (name, yuan("11,000,000.00")))
    bench.sign("k", "l", yuan("5,000,000.00"), (name, yuan("5,000,000.00")))
    assert bench.at(name).allotted_fen == yuan("4,000,000.00")


def test_an_order_on_an_intention_is_not_counted_twice():
    bench = Bench()
    name = bench.funded(1_000)
    bench.verb(holding.intend, intention="i", cell=name, amount_fen=300)
    assert bench.at(name).allotted_fen == 700
    bench.sign("k", "l", 200, (name, 200), intention="i")
    found = bench.at(name)
    assert (found.allotted_fen, found.intended_fen, found.encumbered_fen) == (700, 100, 200)
    bench.verb(payments.approve, payment="invoice", parts=(Part(name, 200),), contract="k")
    bench.verb(holding.intend, intention="j", cell=name, amount_fen=50)
    assert bench.at(name).allotted_fen == 650
