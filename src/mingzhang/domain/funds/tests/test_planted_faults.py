"""Each fault planted into a verb or an applier is found by the state machine."""

import inspect
import sys
import textwrap
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from mingzhang.domain.funds import (
    apply_holds,
    apply_limits,
    apply_payments,
    authority,
    chart,
    guards,
    holding,
    payments,
    posting,
    year_end,
)
from mingzhang.domain.funds.module import FUNDS
from mingzhang.domain.funds.tests.machine import Funds
from mingzhang.kernel.refusals import OurFault
from tests.scene import system

# Hypothesis draws constants of whatever modules are imported, so how soon a fault is met
# differs with the company of other tests; the search ends at the first find.
LOOK = settings(
    max_examples=2_000,
    stateful_step_count=40,
    deadline=None,
    database=None,
    derandomize=True,
    report_multiple_bugs=False,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)

FAULTS = {
    "an account may go below zero": (guards, "has", "if have < amount_fen:", "if False:"),
    "a frozen cell is used": (guards, "not_frozen", "if cell.flagged or", "if"),
    "a shortfall does not freeze": (guards, "not_frozen", "or cell.shortfall_fen:", "or False:"),
    "a limit never stops": (guards, "tested", "if rise_fen[n] <= left:", "if True:"),
    "a limit stops one fen early": (guards, "tested", "rise_fen[n] <= left", "rise_fen[n] < left"),
    "the plan to date forgets a month": (guards, "ceiling_of", "[:month]", "[: month - 1]"),
    "a closed year is posted to": (guards, "not_closed", "if cell.closed:", "if False:"),
    "a shortfall is not filled": (guards, "fill_shortfall", "if amount > 0:", "if amount > 9999:"),
    "the estimate is not asked": (holding, "sign", "if total_fen > estimate", "if 0 > estimate"),
    "a change order ignores the estimate": (
        holding,
        "change",
        "if change_fen > estimate",
        "if 0 > estimate",
    ),
    "cover exceeds what is committed": (
        holding,
        "cover",
        "if amount_fen > before.committed_fen:",
        "if False:",
    ),
    "a contract takes another's money": (
        holding,
        "within_contract",
        "if part.amount_fen > have:",
        "if False:",
    ),
    "an intention takes another's money": (
        holding,
        "within_intention",
        "if asked > intention.left_fen:",
        "if False:",
    ),
    "a contract closes with payments in flight": (
        holding,
        "close_contract",
        "if before.in_flight_fen:",
        "if False:",
    ),
    "natures mix in a virement": (
        authority,
        "vire",
        "if source.nature != target.nature:",
        "if False:",
    ),
    "interim quota is kept beside the vote": (
        authority,
        "appropriate",
        "amount_fen - kept",
        "amount_fen",
    ),
    "a cancelled payment is lost to its contract": (
        payments,
        "cancel",
        'back = "encumbered"',
        'back = "allotted"',
    ),
    "a return goes past its contract": (
        payments,
        "take_back",
        'to = "allotted" if commitment.closed else "encumbered"',
        'to = "allotted"',
    ),
    "a reversed return is taken from nobody": (
        payments,
        "reverse_return",
        "min(amount_fen - from_contract, found.allotted_fen)",
        "0",
    ),
    "an intention used by a contract stays whole": (
        apply_holds,
        "contract_signed",
        "if event.intention is not None:",
        "if False:",
    ),
    "a settled contract keeps its commitment": (
        apply_holds,
        "contract_closed",
        "committed_fen=estimate.committed_fen - before.committed_fen",
        "committed_fen=estimate.committed_fen",
    ),
    "a contract does not follow its money into the next year": (
        apply_holds,
        "commitment_carried",
        "amounts[event.to_cell] = amounts.get(event.to_cell, 0) + amounts.pop(event.from_cell)",
        "pass",
    ),
    "a settled payment stays in flight": (
        apply_payments,
        "payment_settled",
        "in_flight_fen=before.in_flight_fen - amount",
        "in_flight_fen=before.in_flight_fen",
    ),
    "an advance is booked as spent": (
        apply_payments,
        "payment_settled",
        '== "advanced"',
        '== "claimed"',
    ),
    "payments are not counted on patterns": (
        posting,
        "count_on",
        "paid_fen=pattern.paid_fen + rise[2] * amount_fen",
        "paid_fen=pattern.paid_fen",
    ),
    "a new pattern starts from nothing": (
        apply_limits,
        "pattern_filled",
        'held += counted(cell, "intention")',
        "held += 0",
    ),
    "frozen money lapses at year end": (
        year_end,
        "_close_free",
        'Posting(name, "frozen", "carried", cell.frozen_fen)',
        'Posting(name, "frozen", "carried", 0)',
    ),
    "open work is not seen at year end": (year_end, "close_cell", "if open_fen:", "if False:"),
    "an intention outlives its year": (
        year_end,
        "_move_hold",
        "if ledger.require(Intention, holder).left_fen:",
        "if False:",
    ),
    "a contract's money stays in the old year": (
        year_end,
        "_move_hold",
        "if not amount:",
        "if True:",
    ),
}


def planted(monkeypatch, module, name, old, new):
    """Put a changed copy of a function wherever the room names it; return the changed system."""
    original = getattr(module, name)
    source = textwrap.dedent(inspect.getsource(original))
    assert source.count(old) >= 1, f"{name} no longer says {old}"
    found: dict[str, Any] = {}
    exec(compile(source.replace(old, new, 1), name, "exec"), module.__dict__, found)  # noqa: S102
    changed = found[name]
    for key, each in list(sys.modules.items()):
        if key.startswith("mingzhang.domain.funds"):
            for attribute, value in list(vars(each).items()):
                if value is original:
                    monkeypatch.setattr(each, attribute, changed)

    def swap(table):
        return {key: changed if value is original else value for key, value in table.items()}

    return system(
        replace(FUNDS, rules=swap(FUNDS.rules), applies=swap(FUNDS.applies), due=swap(FUNDS.due))
    )


def found_by_machine(modules):
    machine = type("Faulty", (Funds,), {"modules": modules})
    try:
        run_state_machine_as_test(machine, settings=LOOK)
    except (AssertionError, OurFault):
        return True
    return False


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found(fault, monkeypatch):
    assert found_by_machine(planted(monkeypatch, *FAULTS[fault]))


@pytest.mark.parametrize(
    "pair", [("intended", "encumbered"), ("encumbered", "approved"), ("allotted", "encumbered")]
)
def test_a_movement_counted_wrongly_on_limits_is_found(pair, monkeypatch):
    right = chart.RISE[pair]
    wrong = (1, 1, 0) if pair[0] == "intended" else (0, 0, 0)
    assert wrong != right
    monkeypatch.setitem(chart.RISE, pair, wrong)
    assert found_by_machine(system(FUNDS))


def test_the_planting_itself_does_no_harm(monkeypatch):
    modules = planted(monkeypatch, guards, "has", "if have < amount_fen:", "if amount_fen > have:")
    machine = type("Sound", (Funds,), {"modules": modules})
    run_state_machine_as_test(machine, settings=settings(LOOK, max_examples=20))
