"""Governed deployment: what is refused, in order, and what follows when it is not."""

import json

import msgspec
import pytest

from mingzhang.domain.contracts import errors
from mingzhang.domain.contracts import events as e
from mingzhang.domain.contracts import messages as m
from mingzhang.domain.contracts.decision import binding_version, decide, version_for
from mingzhang.domain.contracts.errors import (
    AlreadyKnown,
    AlreadyVoted,
    BindingUnknown,
    ContractNotInState,
    ContractUnknown,
    DecisionAborted,
    EffectConflict,
    NotAdmitted,
    NotAMember,
    NothingBound,
    OwnProposal,
    ProposalNotInState,
    ProposalUnknown,
    SubjectMissing,
    Suspended,
    TooEarly,
    TooManyOpen,
    VersionOutOfOrder,
)
from mingzhang.domain.contracts.genesis import genesis
from mingzhang.domain.contracts.state import (
    BOUND_MAX,
    OPEN_MAX,
    Binding,
    ContractText,
    OpenProposals,
    Proposal,
    Standing,
)
from mingzhang.domain.contracts.steps import ACTIVATE, EXPIRE
from mingzhang.domain.contracts.tests.council import (
    AUDIT,
    CONGRESS,
    DAY,
    DELAY_DAYS,
    FINANCE,
    FINANCE_TOO,
    PAYMENT,
    STRANGER,
    adopt,
    hash_of,
    inputs_of,
    library,
    next_version,
    propose,
    proposed,
    review,
    scene,
    seen,
    vote,
)
from mingzhang.domain.identity.events import GovernanceSet
from mingzhang.kernel.calendar import iso
from mingzhang.kernel.context import Context
from mingzhang.kernel.execute import run_events
from mingzhang.kernel.refusals import Refusal, Stale, Unseen
from mingzhang.kernel.schedule import Hour
from tests.scene import SETTING, only

CONTROL = library("payment-control")
LEVELS = library("payment-levels")
UNKNOWN = "0" * 64
NO_PROPOSAL = "018f0000-0000-7000-8000-000000000000"


def with_function_node():
    node = {"kind": "function", "id": "js", "source": "return true"}
    return CONTROL | {"nodes": [*CONTROL["nodes"], node]}


def ready():
    """A ledger with payment control bound, a second version of it and a rebinding proposed."""
    at = scene("payment-control")
    at.proposal = proposed(at, propose(next_version(CONTROL)))
    return at


def refusals():
    """Down the order of precedence; each also holds faults that come further down."""
    third = next_version(next_version(CONTROL))
    return [
        (propose(with_function_node(), day=0), FINANCE, NotAdmitted),
        (propose(CONTROL, day=0), FINANCE, AlreadyKnown),
        (propose(third, day=0), FINANCE, VersionOutOfOrder),
        (propose(next_version(CONTROL, prev=UNKNOWN), day=0), FINANCE, VersionOutOfOrder),
        (m.Withdraw(contract=UNKNOWN, activate_day=0, reason="x"), FINANCE, ContractUnknown),
        (m.Pause(contract=UNKNOWN, reason="x"), FINANCE, ContractUnknown),
        (m.Resume(contract=UNKNOWN, reason="x"), FINANCE, ContractUnknown),
        (
            m.Withdraw(contract=hash_of(next_version(CONTROL)), activate_day=0, reason="x"),
            FINANCE,
            ContractNotInState,
        ),
        (m.Pause(contract=hash_of(next_version(CONTROL)), reason="x"), FINANCE, ContractNotInState),
        (m.Resume(contract=hash_of(CONTROL), reason="x"), FINANCE, ContractNotInState),
        (m.Rebind(hook=PAYMENT, case="c", version=2, reason="x"), FINANCE, BindingUnknown),
        (m.Rebind(hook="no.hook", case="c", version=1, reason="x"), FINANCE, BindingUnknown),
        (propose(LEVELS, day=DAY + DELAY_DAYS - 1), FINANCE, TooEarly),
        (
            m.Withdraw(contract=hash_of(CONTROL), activate_day=DAY, reason="x"),
            FINANCE,
            TooEarly,
        ),
    ]


@pytest.mark.parametrize(("command", "who", "refusal"), refusals())
def test_what_may_not_be_proposed_is_refused_and_nothing_changes(command, who, refusal):
    at = ready()
    before = dict(at.memory.records)
    with pytest.raises(refusal):
        at.do(command, who)
    assert at.memory.records == before


def test_no_more_proposals_are_taken_than_may_be_open():
    at = ready()
    many = tuple(f"018f0000-0000-7000-8000-{number:012d}" for number in range(OPEN_MAX))
    at.put({OpenProposals.key("all"): OpenProposals(proposals=many)})
    for command in (
        propose(LEVELS),
        m.Rebind(hook=PAYMENT, case="c", version=1, reason="x"),
        m.Withdraw(contract=hash_of(CONTROL), activate_day=DAY + DELAY_DAYS, reason="x"),
    ):
        with pytest.raises(TooManyOpen):
            at.do(command, FINANCE)


def test_a_finding_of_admission_is_refused_with_step_code_and_place():
    with pytest.raises(NotAdmitted) as caught:
        scene().do(propose(with_function_node()), FINANCE)
    assert caught.value.facts() == {
        "step": 2,
        "finding": "NODE_KIND",
        "node": "js",
        "row": "",
        "cell": "nodes[1]",
        "at": 0,
        "what": "function",
        "findings": 1,
    }
    misspelt = json.loads(json.dumps(CONTROL))
    misspelt["nodes"][0]["rows"][9]["when"][8] = "> contract_lft_fen"
    with pytest.raises(NotAdmitted) as caught:
        scene().do(propose(misspelt), FINANCE)
    found = caught.value
    assert (found.step, found.finding, found.row) == (3, "NAME_UNKNOWN", "R12")
    assert (found.node, found.what) == ("rules", "contract_lft_fen")


def test_review_is_by_another_person_at_its_step():
    at = ready()
    with pytest.raises(ProposalUnknown):
        at.do(
            m.Review(proposal=NO_PROPOSAL, accept=True, note="x"),
            FINANCE,
            {Proposal.key(NO_PROPOSAL): None},
        )
    with pytest.raises(OwnProposal):
        review(at, at.proposal, FINANCE)
    with pytest.raises(ProposalNotInState):
        vote(at, at.proposal, CONGRESS)
    review(at, at.proposal)
    with pytest.raises(ProposalNotInState):
        review(at, at.proposal)


def test_a_vote_is_by_a_member_once_and_never_by_the_proposer():
    at = ready()
    review(at, at.proposal)
    with pytest.raises(OwnProposal):
        vote(at, at.proposal, FINANCE)
    with pytest.raises(NotAMember) as caught:
        vote(at, at.proposal, STRANGER)
    assert caught.value.members == ("audit", "congress", "finance")
    vote(at, at.proposal, CONGRESS)
    with pytest.raises(AlreadyVoted):
        vote(at, at.proposal, CONGRESS, accept=False)


def test_review_and_vote_name_the_proposal_that_was_seen():
    at = ready()
    with pytest.raises(Unseen):
        at.do(m.Review(proposal=at.proposal, accept=True, note="x"), FINANCE_TOO)
    looked = seen(at, at.proposal)
    review(at, at.proposal)
    with pytest.raises(Stale):
        at.do(m.Vote(proposal=at.proposal, accept=True), CONGRESS, looked)


def test_one_vote_does_not_make_the_next_one_stale():
    at = ready()
    review(at, at.proposal)
    looked = seen(at, at.proposal)
    at.do(m.Vote(proposal=at.proposal, accept=True), CONGRESS, looked)
    at.do(m.Vote(proposal=at.proposal, accept=True), FINANCE_TOO, looked)


def state(at):
    return at.records(Proposal)[at.proposal].state


# Weights: finance 2, congress 1, audit 1; three quarters must take part, over half agree.
@pytest.mark.parametrize(
    ("votes", "expected"),
    [
        ([(FINANCE_TOO, True)], "voting"),
        ([(FINANCE_TOO, True), (CONGRESS, True)], "adopted"),
        ([(CONGRESS, True), (AUDIT, True)], "voting"),
        ([(CONGRESS, True), (AUDIT, True), (FINANCE_TOO, False)], "rejected"),
        ([(FINANCE_TOO, False)], "rejected"),
        ([(CONGRESS, False)], "voting"),
        ([(CONGRESS, False), (FINANCE_TOO, True)], "voting"),
        ([(CONGRESS, False), (AUDIT, True), (FINANCE_TOO, True)], "adopted"),
        ([(CONGRESS, False), (AUDIT, False)], "rejected"),
    ],
)
def test_votes_decide_as_soon_as_they_suffice(votes, expected):
    at = ready()
    review(at, at.proposal)
    for who, accept in votes:
        vote(at, at.proposal, who, accept=accept)
    assert state(at) == expected
    assert at.breaches() == []


def test_a_proposal_refused_in_review_is_closed_and_its_document_with_it():
    at = ready()
    review(at, at.proposal, accept=False)
    assert state(at) == "rejected"
    document = hash_of(next_version(CONTROL))
    assert at.records(Standing)[document].state == "refused"
    with pytest.raises(AlreadyKnown) as caught:
        at.do(propose(next_version(CONTROL)), FINANCE)
    assert caught.value.state == "refused"
    assert at.breaches() == []


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


def set_governance(at, weights, participation_bp=7_500, approval_bp=5_001):
    event = GovernanceSet(
        weights=weights, participation_bp=participation_bp, approval_bp=approval_bp
    )
    context = Context(setting=SETTING, height=at.height, time_ms=at.time_ms)
    done = run_events(at.modules, at.ledger, context, lambda layer: iter((event,)))
    at.memory.take(done.layer)
    return done.events


def test_open_votes_are_judged_again_when_the_members_change():
    at = ready()
    review(at, at.proposal)
    vote(at, at.proposal, CONGRESS)
    vote(at, at.proposal, AUDIT)
    assert state(at) == "voting"
    events = set_governance(at, (("audit", 1), ("congress", 1)))
    assert only(events, e.ProposalDecided).adopted is True
    assert state(at) == "adopted"
    assert at.breaches() == []


def test_the_vote_of_a_former_member_counts_no_longer():
    at = ready()
    review(at, at.proposal)
    vote(at, at.proposal, CONGRESS)
    set_governance(at, (("audit", 1), ("finance", 1)))
    assert state(at) == "voting"
    vote(at, at.proposal, FINANCE_TOO)
    assert state(at) == "voting"
    vote(at, at.proposal, AUDIT)
    assert state(at) == "adopted"


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


def test_every_refusal_of_a_command_is_declared_in_the_order_in_which_rules_check():
    declared = [
        found
        for found in vars(errors).values()
        if isinstance(found, type) and issubclass(found, Refusal) and found is not Refusal
    ]
    rows = [refusal for *_, refusal in refusals()]
    order = [declared.index(refusal) for refusal in rows]
    assert order == sorted(order)
    codes = [refusal.code for refusal in declared]
    assert codes == sorted(dict.fromkeys(codes))
    met = {*rows, TooManyOpen, ProposalUnknown, ProposalNotInState, OwnProposal, NotAMember}
    met |= {AlreadyVoted, NothingBound, Suspended, SubjectMissing, DecisionAborted, EffectConflict}
    assert met == set(declared)


def test_a_document_is_kept_in_canonical_bytes_however_it_was_sent():
    at = scene()
    text = json.dumps(CONTROL, indent=3, ensure_ascii=True)
    command = m.Propose(
        document=msgspec.Raw(text.encode()), activate_day=DAY + DELAY_DAYS, reason="x"
    )
    entered = only(at.do(command, FINANCE), e.ContractEntered)
    assert entered.contract == hash_of(CONTROL)


# Shares are of all weights, four here: finance 2, congress 1, audit 1.
@pytest.mark.parametrize(
    ("participation_bp", "approval_bp", "votes", "expected"),
    [
        (5_000, 5_000, [(FINANCE_TOO, True)], "adopted"),
        (5_001, 5_000, [(FINANCE_TOO, True)], "voting"),
        (10_000, 5_000, [(FINANCE_TOO, True), (CONGRESS, True)], "voting"),
        (10_000, 5_000, [(FINANCE_TOO, True), (CONGRESS, True), (AUDIT, False)], "adopted"),
        (5_000, 5_000, [(CONGRESS, False), (AUDIT, False)], "voting"),
        (5_000, 5_001, [(CONGRESS, False), (AUDIT, False)], "rejected"),
    ],
)
def test_both_thresholds_are_reached_exactly_at_their_share(
    participation_bp, approval_bp, votes, expected
):
    at = ready()
    weights = (("audit", 1), ("congress", 1), ("finance", 2))
    set_governance(at, weights, participation_bp, approval_bp)
    review(at, at.proposal)
    for who, accept in votes:
        vote(at, at.proposal, who, accept=accept)
    assert state(at) == expected


def test_a_contract_does_not_begin_before_its_own_first_day():
    at = scene()
    later = CONTROL | {"effective_from": iso(DAY + 40)}
    with pytest.raises(TooEarly) as caught:
        at.do(propose(later, day=DAY + 39), FINANCE)
    assert caught.value.earliest_day == DAY + 40
    at.do(propose(later, day=DAY + 40), FINANCE)


def waiting(at):
    return [item.handler for hour in at.records(Hour).values() for item in hour.items]


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
    many = [CONTROL | {"id": f"control-{number}"} for number in range(BOUND_MAX)]
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
