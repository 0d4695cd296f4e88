"""Which version of the payment contracts judges a line: the one in force when it was approved."""

import pytest

from mingzhang.domain.contracts.state import Binding, CaseBinding, ContractText, PastBinding
from mingzhang.domain.execution import errors as x
from mingzhang.domain.execution import state as s
from mingzhang.domain.execution.paying import HOOK
from mingzhang.domain.execution.tests.rules import by_amount
from mingzhang.domain.execution.tests.town import CLERK, Town, fen
from mingzhang.domain.execution.tests.trouble import refused


@pytest.fixture
def town():
    """Line l1 was approved under version 1; version 2, which refuses 10.00, came before l2."""
    made = Town(more=(by_amount("reject", fen("10")),))
    second = made.ledger.require(Binding, HOOK).contracts
    names = {each: made.ledger.require(ContractText, each).name for each in second}
    first = tuple(each for each in second if names[each] != "one-reject")
    made.put({Binding.key(HOOK): Binding(version=1, contracts=first)})
    made.funded(l1="1,000")
    made.put(
        {
            Binding.key(HOOK): Binding(version=2, contracts=second),
            PastBinding.key(f"{HOOK}:1"): PastBinding(contracts=first),
        }
    )
    made.funded(l2="1,000")
    return made


def tenner(town, line, **more):
    return lambda: town.do(town.request(line, "10", **more), CLERK)


def test_another_version_judges_only_lines_approved_from_then_on(town):
    town.pay("l1", "10")
    refused(town, x.RefusedByContract, tenner(town, "l2"))
    town.pay("l2", "9")


def test_what_a_line_carries_over_keeps_its_version_and_new_money_has_the_new_one(town):
    town.pass_to("2023-01-10")
    guards = {key: each.guard for key, each in town.records(s.LineCells).items()}
    assert guards["l1:general:local:2023"] == 1
    assert guards["l2:general:local:2023"] == 2
    town.voted(2023, l3="100")
    assert town.records(s.LineCells)["l3:general:local:2023"].guard == 2


def test_a_line_is_judged_by_the_version_that_it_was_rebound_to(town):
    town.put({CaseBinding.key(f"{HOOK}:l1"): CaseBinding(version=2, proposal="p")})
    refused(town, x.RefusedByContract, tenner(town, "l1"))
