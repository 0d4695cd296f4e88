"""Governed deployment: what is refused, in order, and what follows when it is not."""

import json
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from mingzhang.domain.contracts import errors
from mingzhang.domain.contracts import events as e
from mingzhang.domain.contracts import messages as m
from mingzhang.domain.contracts.errors import (
    AlreadyKnown,
    AlreadyVoted,
    BindingUnknown,
    ContractNotInState,
    ContractUnknown,
    DecisionAborted,
    EffectClash,
    EffectConflict,
    NotAdmitted,
    NotAMember,
    NothingBound,
    OwnProposal,
    ProposalNotInState,
    ProposalUnknown,
    ProposerUnfit,
    SubjectMissing,
    Suspended,
    TooEarly,
    TooManyOpen,
    VersionOutOfOrder,
)
from mingzhang.domain.contracts.state import (
    OPEN_MAX,
    Binding,
    OpenProposals,
    Proposal,
    Standing,
)
from mingzhang.domain.contracts.tests.council import (
    AUDIT,
    CONGRESS,
    CONTROL,
    DAY,
    DELAY_DAYS,
    FINANCE,
    FINANCE_TOO,
    LEVELS,
    PAYMENT,
    STRANGER,
    adopt,
    hash_of,
    next_version,
    person,
    propose,
    proposed,
    ready,
    review,
    scene,
    section,
    seen,
    state,
    vote,
    with_function_node,
)
from mingzhang.domain.identity.events import GovernanceSet
from mingzhang.domain.identity.state import Key, Person
from mingzhang.kernel.calendar import iso
from mingzhang.kernel.context import Context
from mingzhang.kernel.execute import run_events
from mingzhang.kernel.refusals import OurFault, Refusal, Stale, Unseen
from tests.scene import SETTING, only

UNKNOWN = "0" * 64


NO_PROPOSAL = "018f0000-0000-7000-8000-000000000000"


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


def spoiled(*path_and_value):
    *path, value = path_and_value
    document = json.loads(json.dumps(CONTROL))
    at = document
    for step in path[:-1]:
        at = at[step]
    if value is ...:
        del at[path[-1]]
    else:
        at[path[-1]] = value
    return document


RULES = ("nodes", 0, "rows")


# What issue 8 lists under bad input; the whole catalogue stands in test_admission.
@pytest.mark.parametrize(
    ("document", "step", "finding"),
    [
        (with_function_node(), 2, "NODE_KIND"),
        (spoiled("inputs", 0, "type", ...), 2, "KEY_MISSING"),
        (spoiled("inputs", 0, "type", "any"), 2, "VALUE_MALFORMED"),
        (spoiled("script", "return true"), 2, "KEY_UNKNOWN"),
        (spoiled(*RULES, 0, "then", 0, 'd("2022-01-01")'), 3, "FUNCTION_FORBIDDEN"),
        (spoiled(*RULES, 9, "when", 8, "> contract_lft_fen"), 3, "NAME_UNKNOWN"),
        (spoiled(*RULES, 9, "when", 8, "> floor(amount_fen / 0)"), 3, "DIVISION_BY_ZERO"),
        (spoiled("tests", 0, "outputs", "verdict", "hold"), 4, "TEST_OUTPUTS"),
        (spoiled("tests", 9, ...), 4, "ROW_UNTESTED"),
        (spoiled("inputs", 0, "high", 5), 4, "TEST_INPUTS"),
        (spoiled("hook", "execution.change"), 5, "INTERFACE"),
    ],
)
def test_each_unfit_document_is_refused_by_its_own_name(document, step, finding):
    at = scene()
    before = dict(at.memory.records)
    with pytest.raises(NotAdmitted) as caught:
        at.do(propose(document), FINANCE)
    assert (caught.value.step, caught.value.finding) == (step, finding)
    assert at.memory.records == before


def scoped(*organisations: str) -> dict[str, Any]:
    scope = {"lines": [], "organisations": list(organisations), "projects": []}
    return CONTROL | {"id": "control-too", "scope": scope}


def test_a_contract_that_sets_what_a_bound_one_sets_for_the_same_cases_is_not_admitted():
    at = scene("payment-control", "payment-levels")
    before = dict(at.memory.records)
    for document in (scoped(), scoped("hospital")):
        with pytest.raises(EffectClash) as caught:
            at.do(propose(document), FINANCE)
        clash = caught.value
        assert (clash.hook, clash.field, clash.name) == (PAYMENT, "notify", "payment-control")
        assert clash.contract == hash_of(CONTROL)
    assert at.memory.records == before
    assert at.do(propose(next_version(CONTROL)), FINANCE)  # it takes the other's place


def test_scopes_that_share_no_case_keep_two_contracts_apart_until_one_is_widened():
    at = scene()
    at.genesis({"contracts": section() | {"documents": [scoped("hospital", "school")]}})
    with pytest.raises(EffectClash):
        at.do(propose(scoped("school") | {"id": "third"}), FINANCE)
    assert at.do(propose(scoped("museum") | {"id": "third"}), FINANCE)


def test_of_two_open_proposals_that_clash_the_second_to_be_bound_is_overtaken():
    at = scene()
    first, second = (proposed(at, propose(scoped() | {"id": name})) for name in ("a", "b"))
    for proposal in (first, second):
        adopt(at, proposal)
    at.pass_to(iso(DAY + DELAY_DAYS))
    states = [str(at.records(Proposal)[each].state) for each in (first, second)]
    assert states == ["done", "overtaken"]


def test_a_ledger_does_not_begin_with_contracts_that_clash():
    both = section() | {"documents": [CONTROL, CONTROL | {"id": "too"}]}
    with pytest.raises(OurFault) as caught:
        scene().genesis({"contracts": both})
    assert str(caught.value.__cause__) == "too and payment-control both set notify"


REVOKED = Key(person="li", public_key="00" * 32, label="", from_ms=0, state="revoked")
FROZEN = [
    ({"state": "frozen"}, {}, "frozen"),
    ({"state": "locked"}, {}, "locked"),
    ({"state": "closed"}, {}, "closed"),
    ({"keys": ("k1",)}, {"k1": REVOKED}, "revoked"),
    ({"keys": ("k1", "k2")}, {"k1": REVOKED, "k2": replace(REVOKED, state="expired")}, "revoked"),
    ({"keys": ("k1", "k2")}, {"k1": REVOKED, "k2": replace(REVOKED, state="valid")}, ""),
]


def make(at, changed, keys):
    at.put({Key.key(kid): key for kid, key in keys.items()})
    at.put({Person.key(FINANCE.person): person(FINANCE, **changed)})


@pytest.mark.parametrize(("changed", "keys", "why"), FROZEN)
def test_what_a_frozen_or_revoked_person_proposed_is_neither_reviewed_nor_voted_on(
    changed, keys, why
):
    at = ready()
    make(at, changed, keys)
    if not why:
        assert review(at, at.proposal)
        return
    with pytest.raises(ProposerUnfit) as caught:
        review(at, at.proposal)
    assert (caught.value.person, caught.value.state) == ("li", why)
    make(at, {}, {})
    review(at, at.proposal)
    make(at, changed, keys)
    with pytest.raises(ProposerUnfit):
        vote(at, at.proposal, CONGRESS)
    assert state(at) == "voting"


@pytest.mark.parametrize(("changed", "keys", "why"), FROZEN)
def test_what_he_had_adopted_before_does_not_take_effect(changed, keys, why):
    at = ready()
    adopt(at, at.proposal)
    make(at, changed, keys)
    at.pass_to(iso(DAY + DELAY_DAYS))
    assert state(at) == ("overtaken" if why else "done")
    bound = at.records(Binding)[PAYMENT].contracts
    assert (hash_of(CONTROL) in bound) == bool(why)


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
    met |= {EffectClash, ProposerUnfit}
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
