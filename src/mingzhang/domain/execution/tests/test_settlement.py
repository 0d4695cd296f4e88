"""Settlement 竣工结算: both sides state the final sum; then nothing more is paid."""

from typing import Any

import pytest
from msgspec.structs import replace

from mingzhang.domain.execution import errors as x
from mingzhang.domain.execution import messages as m
from mingzhang.domain.execution import state as s
from mingzhang.domain.execution.invariants import settled_by_both_sides
from mingzhang.domain.execution.terms import MilestoneTerm, Signature
from mingzhang.domain.execution.tests.town import (
    ACCOUNTANT,
    BUILDER,
    DIRECTOR,
    HASH,
    MAKER,
    Town,
    fen,
)
from mingzhang.domain.funds import errors as f
from mingzhang.domain.funds.state import Commitment
from mingzhang.kernel.calendar import parse_iso
from tests.scene import Who

OTHER = "cd" * 32
LATER = MilestoneTerm(
    id="later",
    title="later",
    kind="delivery",
    trigger="date",
    base_fen=fen("300"),
    day=parse_iso("2022-09-01"),
)


@pytest.fixture
def paid(town):
    """An agreement of 1,000 of which 600 are paid, and the payment."""
    town.agree("a", "l1", {2022: "1,000"}, milestones=(LATER,))
    name = town.pay("l1", "600", BUILDER, agreement="a")
    town.bank(name)
    return town, name


def state(town: Town, who: Who, amount: str, document: str = HASH) -> Any:
    key = s.Agreement.key("a")
    command = m.SettleAgreement(agreement="a", settled_fen=fen(amount), document_sha256=document)
    return town.do(command, who, {key: town.memory.version(key)})


def settled(town: Town) -> None:
    state(town, DIRECTOR, "600")
    state(town, BUILDER, "600")


def agreement(town: Town) -> s.Agreement:
    return town.ledger.require(s.Agreement, "a")


def test_both_sides_end_it_and_what_it_held_is_free(paid):
    town, _ = paid
    before = town.at("l1").allotted_fen
    state(town, DIRECTOR, "600")
    assert (agreement(town).state, town.at("l1").allotted_fen) == ("signed", before)
    state(town, BUILDER, "600")
    assert (agreement(town).state, town.at("l1").allotted_fen) == ("settled", before + fen("400"))
    assert town.ledger.require(Commitment, "a").closed
    assert town.breaches() == []


def test_another_statement_takes_the_place_of_the_one_before(paid):
    town, _ = paid
    state(town, DIRECTOR, "600")
    state(town, BUILDER, "600", OTHER)
    assert agreement(town).state == "signed"
    assert [each.duty for each in agreement(town).settled_by] == ["payee"]
    state(town, DIRECTOR, "600", OTHER)
    assert agreement(town).state == "settled"


def test_who_may_not_and_what_does_not_fit_is_refused(paid):
    town, _ = paid
    with pytest.raises(x.NotYours):
        state(town, MAKER, "600")
    for amount in ("600.01", "599.99", "1,000"):
        with pytest.raises(x.TermsWrong) as wrong:
            state(town, DIRECTOR, amount)
        assert (wrong.value.field, wrong.value.expected) == ("settled_fen", fen("600"))
    state(town, DIRECTOR, "600")
    with pytest.raises(x.SecondPerson):
        state(town, DIRECTOR, "600")
    town.pay("l1", "100", BUILDER, agreement="a")
    with pytest.raises(f.PaymentInFlight):
        _both(town, "700")
    settled_twice = m.SettleAgreement(agreement="none", settled_fen=1, document_sha256=HASH)
    with pytest.raises(x.NotFound):
        town.do(settled_twice, DIRECTOR, {s.Agreement.key("none"): None})


def _both(town: Town, amount: str) -> None:
    state(town, DIRECTOR, amount)
    state(town, BUILDER, amount)


def test_nothing_is_paid_after_it_by_hand_by_date_or_again(paid):
    town, name = paid
    settled(town)
    before = town.at("l1")
    with pytest.raises(x.StateWrong) as late:
        town.pay("l1", "1", BUILDER, agreement="a")
    assert late.value.state == "settled"
    with pytest.raises(x.StateWrong):
        state(town, BUILDER, "600")
    town.pass_to("2022-09-02")
    assert town.at("l1") == before
    assert town.ledger.require(s.Milestone, "a:later").state == "planned"
    back = m.ReturnPayment(payment=name, amount_fen=fen("600"), reason="wrong")
    town.do(back, ACCOUNTANT)  # a fact: money that comes back goes to the line
    assert town.at("l1").allotted_fen == before.allotted_fen + fen("600")
    assert town.breaches() == []


def test_an_advance_is_taken_back_first(building):
    building.pass_to("2022-07-06")
    building.settle_all()
    key = s.Agreement.key("works")
    command = m.SettleAgreement(agreement="works", settled_fen=fen("846,680"), document_sha256=HASH)
    with pytest.raises(x.TermsWrong) as wrong:
        building.do(command, DIRECTOR, {key: building.memory.version(key)})
    assert (wrong.value.field, wrong.value.asked) == ("advance", fen("846,680"))


def test_settled_by_one_side_is_never_written(paid):
    town, _ = paid
    settled(town)
    whole = agreement(town)
    assert settled_by_both_sides(whole)
    same = Signature("p", "o", "unit", 1)
    for signatures in (whole.settled_by[:1], (), (same, same)):
        assert not settled_by_both_sides(replace(whole, settled_by=signatures))
