"""H5: advances 备用金、借款 hold the line, are cleared into spending, and end only at nothing."""

import hashlib
from contextlib import contextmanager

import pytest

from mingzhang.kernel.calendar import iso
from tests.acceptance.town import YUAN

feature = pytest.mark.feature

CELLS = "rehab-l4:general:local:2023"
SELLER = "91440000STATIONER1"


def line_of(town, name):
    rows = [row for row in town.rows("auditor", "funds_cells") if row["id"].startswith(CELLS)]
    return {row["id"]: row[name] for row in rows}


def ask_for(town, holder, amount_fen, days=1, *, refused=False):
    who, account = holder
    act = town.refused if refused else town.give
    return act(
        "hospital.clerk",
        "execution.advance.request/1",
        line="rehab-l4",
        nature="general",
        source="local",
        year=2023,
        amount_fen=amount_fen,
        purpose="31006",
        holder=who,
        account=account,
        document_sha256=hashlib.sha256(f"loan {town.number()}".encode()).hexdigest(),
        clear_by=town.today() + days,
    )


def advance(town, holder, amount_fen, days=1):
    """Ask for an advance and let the bank pay it; return the payment's id."""
    answer = ask_for(town, holder, amount_fen, days)
    name = town.event(answer, "execution.payment_requested")["payment"]
    town.give(
        "bank",
        "execution.bank.settle/1",
        items=[{"payment": name, "outcome": "settled", "reference": f"ADV-{town.number()}"}],
    )
    return name


def clearing(town, name, *vouchers, back_fen=0, user="hospital.finance", refused=False):
    act = town.refused if refused else town.give
    return act(
        user,
        "execution.advance.clear/1",
        on=(f"execution/payment/{name}",),
        payment=name,
        vouchers=list(vouchers),
        back_fen=back_fen,
    )


def bought(town, amount_fen):
    return {"amount_fen": amount_fen, "seller": SELLER, "invoice": f"{80_000_000 + town.number()}"}


def state_of(town, name):
    (row,) = town.rows("auditor", "execution_payments", id=name)
    return row["state"], row["uncleared_fen"]


@contextmanager
def moved(town):
    """Yield what the line's totals changed by; filled when the block ends."""
    names = ("available_fen", "advanced_fen", "settled_fen")
    before = {name: sum(line_of(town, name).values()) for name in names}
    change = {}
    yield change
    change.update({n: sum(line_of(town, n).values()) - before[n] for n in names})


@feature("H5", "advance holds the line")
def test_an_advance_takes_its_amount_off_the_line_and_is_not_called_paid(town):
    holder = town.payee("person")
    with moved(town) as change:
        name = advance(town, holder, 500 * YUAN)
    assert change == {"available_fen": -500 * YUAN, "advanced_fen": 500 * YUAN, "settled_fen": 0}
    assert state_of(town, name) == ("advanced", 500 * YUAN)
    free = sum(line_of(town, "available_fen").values())
    problem = ask_for(town, holder, free + 1, refused=True)
    assert (problem["facts"]["clause"], problem["facts"]["left_fen"]) == ("R12.1", free)
    supplier = ask_for(town, town.payee(), 1, refused=True)
    assert (supplier["code"], supplier["facts"]["allowed"]) == ("EXE-14", ["person", "unit"])


@feature("H5", "clearing turns into spending")
def test_vouchers_turn_an_advance_into_spending_up_to_its_amount(town):
    name = advance(town, town.payee("unit"), 500 * YUAN)
    taxi = bought(town, 300 * YUAN)
    with moved(town) as change:
        clearing(town, name, taxi, bought(town, 150 * YUAN))
    assert change == {
        "available_fen": 0,
        "advanced_fen": -450 * YUAN,
        "settled_fen": 450 * YUAN,
    }
    more = clearing(town, name, bought(town, 50 * YUAN + 1), refused=True)
    assert (more["code"], more["facts"]["left_fen"]) == ("EXE-31", 50 * YUAN)
    again = clearing(town, name, {**taxi, "amount_fen": 1}, refused=True)
    assert (again["code"], again["facts"]["payment"]) == ("EXE-32", name)
    own = clearing(town, name, bought(town, 1), user="hospital.clerk", refused=True)
    assert own["code"] == "KER-02"  # who asks for advances has no right to clear them
    clearing(town, name, bought(town, 50 * YUAN))
    assert state_of(town, name) == ("settled", 0)


@feature("H5", "rest returned")
def test_what_was_not_spent_comes_back_to_the_line_and_can_be_spent_again(town):
    name = advance(town, town.payee("person"), 500 * YUAN)
    clearing(town, name, bought(town, 380 * YUAN))
    with moved(town) as change:
        clearing(town, name, back_fen=120 * YUAN)
    assert change == {
        "available_fen": 120 * YUAN,
        "advanced_fen": -120 * YUAN,
        "settled_fen": 0,
    }
    (row,) = town.rows("auditor", "execution_payments", id=name)
    assert (row["state"], row["returned_fen"], len(row["cleared"])) == ("settled", 120 * YUAN, 1)


@feature("H5", "closes only at zero")
def test_an_advance_is_over_only_when_nothing_is_left_to_clear(town):
    name = advance(town, town.payee("person"), 100 * YUAN)
    clearing(town, name, bought(town, 99 * YUAN))
    assert state_of(town, name) == ("advanced", 1 * YUAN)
    key = f"execution/payment/{name}"
    ways_out = {
        "hospital.clerk": ("execution.payment.cancel/1", {"reason": "结案"}),
        "hospital.finance": (
            "execution.payment.return/1",
            {"amount_fen": 1 * YUAN, "reason": "结案", "to_quota": True},
        ),
    }
    for user, (kind, body) in ways_out.items():
        problem = town.refused(user, kind, on=(key,), payment=name, **body)
        assert (problem["code"], problem["facts"]["state"]) == ("EXE-04", "advanced")
    assert town.record("auditor", key)["state"] == "advanced"
    clearing(town, name, back_fen=1 * YUAN)
    assert state_of(town, name) == ("settled", 0)
    problem = clearing(town, name, back_fen=1, refused=True)
    assert problem["facts"]["state"] == "settled"


@feature("H5", "overdue blocks new ones")
def test_an_overdue_advance_blocks_another_of_its_holder_until_it_is_cleared(town):
    holder, other = town.payee("person"), town.payee("person")
    name = advance(town, holder, 100 * YUAN)
    last = iso(town.today() + 1)
    advance(town, holder, 100 * YUAN, days=30)  # one that is not overdue blocks nothing
    town.pass_days(2)
    problem = ask_for(town, holder, 10 * YUAN, refused=True)
    assert problem["code"] == "EXE-30"
    assert (problem["facts"]["payment"], problem["facts"]["clear_by"]) == (name, last)
    assert "逾期" in problem["title_zh"]
    ask_for(town, other, 10 * YUAN)
    clearing(town, name, back_fen=99 * YUAN)
    assert ask_for(town, holder, 10 * YUAN, refused=True)["code"] == "EXE-30"
    clearing(town, name, bought(town, 1 * YUAN))
    ask_for(town, holder, 10 * YUAN)
