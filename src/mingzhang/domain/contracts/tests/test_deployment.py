"""What follows an adopted proposal, by itself: binding, waiting, suspension, the last day."""

import json

import pytest

from mingzhang.domain.contracts import events as e
from mingzhang.domain.contracts import messages as m
from mingzhang.domain.contracts.decision import binding_version, decide, version_for
from mingzhang.domain.contracts.errors import (
    BindingUnknown,
    ContractNotInState,
    NothingBound,
    Suspended,
)
from mingzhang.domain.contracts.genesis import genesis
from mingzhang.domain.contracts.state import (
    BOUND_MAX,
    Binding,
    ContractText,
    Proposal,
    Standing,
)
from mingzhang.domain.contracts.steps import ACTIVATE, EXPIRE
from mingzhang.domain.contracts.tests.council import (
    AUDIT,
    CONTROL,
    DAY,
    DELAY_DAYS,
    LEVELS,
    PAYMENT,
    adopt,
    hash_of,
    inputs_of,
    next_version,
    propose,
    proposed,
    ready,
    review,
    scene,
    state,
    with_function_node,
)
from mingzhang.kernel.calendar import iso
from mingzhang.kernel.context import Context
from mingzhang.kernel.schedule import DuePage
from tests.scene import SETTING, only


def test_an_adopted_contract_binds_after_the_delay_on_its_day():
    at = ready()
    adopt(at, at.proposal)
    assert at.records(Binding)[PAYMENT].contracts == (hash_of(CONTROL),)
    assert at.pass_to(iso(DAY + DELAY_DAYS - 1)) == []
    at.pass_to(iso(DAY + DELAY_DAYS))
    binding = at.records(Binding)[PAYMENT]
    assert (binding.version, binding.contracts) == (2, (hash_of(next_version(CONTROL)),))
    assert at.records(Standing)[hash_of(CONTROL)].state == "replaced"
    assert state(at) == "done"
    assert at.breaches() == []


def test_one_that_is_adopted_late_waits_the_delay_from_then():
    at = ready()
    at.pass_to(iso(DAY + 10))
    adopt(at, at.proposal)
    at.pass_to(iso(DAY + 10 + DELAY_DAYS - 1))
    assert state(at) == "adopted"
    at.pass_to(iso(DAY + 10 + DELAY_DAYS))
    assert state(at) == "done"


def test_it_also_waits_for_its_height():
    at = scene("payment-control")
    at.proposal = proposed(at, propose(next_version(CONTROL), activate_height=1_000))
    adopt(at, at.proposal)
    at.pass_to(iso(DAY + DELAY_DAYS))
    assert state(at) == "adopted"
    at.height = 1_000
    at.pass_to(iso(DAY + DELAY_DAYS + 1))
    assert state(at) == "done"


def test_what_nobody_decides_expires():
    at = ready()
    review(at, at.proposal)
    at.pass_to(iso(DAY + 31))
    assert state(at) == "expired"
    assert at.breaches() == []


def test_of_two_next_versions_the_later_is_overtaken():
    at = ready()
    other = proposed(at, propose(next_version(CONTROL, priority=5)))
    adopt(at, at.proposal)
    adopt(at, other)
    at.pass_to(iso(DAY + DELAY_DAYS))
    assert sorted(each.state for each in at.records(Proposal).values()) == ["done", "overtaken"]
    assert at.records(Binding)[PAYMENT].version == 2
    assert at.breaches() == []


def test_a_second_contract_joins_by_priority_and_leaves_when_withdrawn():
    at = scene("payment-control")
    at.proposal = proposed(at, propose(LEVELS))
    adopt(at, at.proposal)
    at.pass_to(iso(DAY + DELAY_DAYS))
    assert at.records(Binding)[PAYMENT].contracts == (hash_of(CONTROL), hash_of(LEVELS))
    day = DAY + 2 * DELAY_DAYS
    leaving = m.Withdraw(contract=hash_of(CONTROL), activate_day=day, reason="x")
    adopt(at, proposed(at, leaving))
    at.pass_to(iso(day))
    assert at.records(Binding)[PAYMENT].contracts == (hash_of(LEVELS),)
    assert at.records(Standing)[hash_of(CONTROL)].state == "withdrawn"
    assert at.breaches() == []


def test_a_contract_lapses_after_its_last_day():
    at = scene()
    last = iso(DAY + 20)
    at.proposal = proposed(at, propose(CONTROL | {"effective_to": last}))
    adopt(at, at.proposal)
    at.pass_to(last)
    assert decide(at.ledger, PAYMENT, inputs_of("payment-control")).verdict == "approve"
    at.pass_to(iso(DAY + 21))
    with pytest.raises(NothingBound):
        decide(at.ledger, PAYMENT, inputs_of("payment-control"))


def test_a_pause_acts_at_once_and_fails_closed_until_it_is_resumed_by_vote():
    at = scene("payment-control")
    at.do(m.Pause(contract=hash_of(CONTROL), reason="a fault"), AUDIT)
    with pytest.raises(Suspended) as caught:
        decide(at.ledger, PAYMENT, inputs_of("payment-control"))
    assert (caught.value.contract, caught.value.name) == (hash_of(CONTROL), "payment-control")
    with pytest.raises(ContractNotInState):
        at.do(m.Pause(contract=hash_of(CONTROL), reason="again"), AUDIT)
    events = adopt(at, proposed(at, m.Resume(contract=hash_of(CONTROL), reason="mended")))
    assert only(events, e.ContractResumed).contract == hash_of(CONTROL)
    assert decide(at.ledger, PAYMENT, inputs_of("payment-control")).verdict == "approve"
    assert at.breaches() == []


def lenient():
    """Payment control whose limit of the contract is twice what is left."""
    document = json.loads(json.dumps(next_version(CONTROL)))
    rules = document["nodes"][0]
    column = rules["when"].index("amount_fen")
    for row in rules["rows"]:
        if row["id"] == "R12":
            row["when"][column] = "> contract_left_fen * 2"
    document["invariants"] = []
    document["tests"] = [test for test in document["tests"] if test["fires"][0]["row"] != "R12"]
    over = json.loads(json.dumps(document["tests"][0]))
    over["name"] = "twice and one"
    over["inputs"]["amount_fen"] = over["inputs"]["contract_left_fen"] * 2 + 1
    over["outputs"] = {"notify": "finance", "verdict": "reject"}
    over["fires"][0]["row"] = "R12"
    document["tests"].append(over)
    return document


def test_a_case_keeps_the_binding_that_it_began_under_until_governance_rebinds_it():
    at = scene("payment-control")
    begun = binding_version(at.ledger, PAYMENT)
    adopt(at, proposed(at, propose(lenient())))
    at.pass_to(iso(DAY + DELAY_DAYS))
    over = inputs_of("payment-control", amount_fen=555_332_001)
    assert decide(at.ledger, PAYMENT, over).verdict == "approve"
    assert decide(at.ledger, PAYMENT, over, case_version=begun).verdict == "reject"
    assert version_for(at.ledger, PAYMENT, "case-1", begun) == begun

    at.do(m.Pause(contract=hash_of(CONTROL), reason="a fault"), AUDIT)
    with pytest.raises(Suspended):
        decide(at.ledger, PAYMENT, over, case_version=begun)
    adopt(at, proposed(at, m.Rebind(hook=PAYMENT, case="case-1", version=2, reason="waits")))
    assert version_for(at.ledger, PAYMENT, "case-1", begun) == 2
    assert version_for(at.ledger, PAYMENT, "case-2", begun) == begun
    with pytest.raises(BindingUnknown):
        decide(at.ledger, PAYMENT, over, case_version=9)


def test_genesis_binds_the_library_and_refuses_what_admission_would():
    at = scene("payment-control", "payment-levels", "request-control", "approval-levels")
    assert at.records(Binding)[PAYMENT].contracts == (hash_of(CONTROL), hash_of(LEVELS))
    text = at.records(ContractText)[hash_of(CONTROL)]
    assert (text.name, text.version, text.hook) == ("payment-control", 1, PAYMENT)
    assert at.breaches() == []
    context = Context(setting=SETTING, height=0, time_ms=at.time_ms)
    for documents, words in (
        ([with_function_node()], "NODE|节点种类"),
        ([CONTROL], "twice"),
        ([next_version(CONTROL)], "first versions"),
    ):
        section = {"delay_days": 1, "vote_days": 1, "documents": documents}
        with pytest.raises(ValueError, match=words):
            list(genesis(section, context, at.ledger))


def waiting(at):
    return [item.handler for page in at.records(DuePage).values() for item in page.items]


def test_what_is_decided_is_not_waited_for_any_more():
    at = ready()
    assert waiting(at) == [EXPIRE]
    adopt(at, at.proposal)
    assert waiting(at) == [ACTIVATE]
    refused = proposed(at, propose(LEVELS))
    review(at, refused, accept=False)
    assert waiting(at) == [ACTIVATE]


def test_to_withdraw_or_resume_what_is_so_already_is_overtaken():
    at = scene("payment-control")
    day = DAY + DELAY_DAYS
    leaving = m.Withdraw(contract=hash_of(CONTROL), activate_day=day, reason="x")
    for _ in range(2):
        adopt(at, proposed(at, leaving))
    at.do(m.Pause(contract=hash_of(CONTROL), reason="x"), AUDIT)
    again = [
        proposed(at, m.Resume(contract=hash_of(CONTROL), reason=reason)) for reason in ("a", "b")
    ]
    for proposal in again:
        adopt(at, proposal)
    at.pass_to(iso(day))
    states = sorted(each.state for each in at.records(Proposal).values())
    assert states == ["done", "done", "overtaken", "overtaken"]
    assert at.records(Binding)[PAYMENT].version == 2


def test_a_hook_that_is_full_takes_no_further_contract():
    at = scene()
    scope: dict[str, list[str]] = {"lines": [], "projects": []}
    many = [
        CONTROL | {"id": f"control-{number}", "scope": scope | {"organisations": [f"o-{number}"]}}
        for number in range(BOUND_MAX)
    ]
    at.genesis({"contracts": {"delay_days": DELAY_DAYS, "vote_days": 30, "documents": many}})
    at.proposal = proposed(at, propose(LEVELS))
    following = proposed(at, propose(next_version(many[0])))
    adopt(at, at.proposal)
    adopt(at, following)
    at.pass_to(iso(DAY + DELAY_DAYS))
    assert state(at) == "overtaken"
    assert at.records(Proposal)[following].state == "done"
    assert len(at.records(Binding)[PAYMENT].contracts) == BOUND_MAX


def test_the_last_day_of_a_contract_that_was_replaced_before_changes_nothing():
    at = scene()
    ending = CONTROL | {"effective_to": iso(DAY + 20)}
    adopt(at, proposed(at, propose(ending)))
    at.pass_to(iso(DAY + DELAY_DAYS))
    successor = next_version(ending, effective_to=None)
    adopt(at, proposed(at, propose(successor, day=DAY + 2 * DELAY_DAYS)))
    at.pass_to(iso(DAY + 30))
    assert at.records(Binding)[PAYMENT].contracts == (hash_of(successor),)
    assert at.records(Standing)[hash_of(ending)].state == "replaced"
