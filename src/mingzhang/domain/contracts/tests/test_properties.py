"""Whatever is asked, in whatever order: invariants and totals hold, views take every record."""

from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mingzhang.domain.contracts import invariants
from mingzhang.domain.contracts import messages as m
from mingzhang.domain.contracts.decision import decide
from mingzhang.domain.contracts.module import CONTRACTS
from mingzhang.domain.contracts.state import (
    Ballot,
    Binding,
    CastVote,
    ContractText,
    OpenProposals,
    Proposal,
    Standing,
    SuspendedList,
)
from mingzhang.domain.contracts.tests.council import (
    AUDIT,
    CONGRESS,
    DAY,
    FINANCE,
    FINANCE_TOO,
    PAYMENT,
    STRANGER,
    canonical,
    hash_of,
    inputs_of,
    library,
    next_version,
    propose,
    scene,
    seen,
)
from mingzhang.kernel.calendar import iso
from mingzhang.kernel.refusals import OurFault, Refusal

CONTROL = library("payment-control")
LEVELS = library("payment-levels")
SECOND = next_version(CONTROL)
THIRD = next_version(SECOND)
DOCUMENTS = (CONTROL, SECOND, THIRD, LEVELS, next_version(CONTROL, priority=7))
HASHES = tuple(hash_of(document) for document in DOCUMENTS)

people = st.sampled_from([FINANCE, FINANCE_TOO, CONGRESS, AUDIT, STRANGER])
days = st.integers(0, 12)
steps = st.one_of(
    st.tuples(st.just("propose"), st.sampled_from(DOCUMENTS), days),
    st.tuples(st.just("withdraw"), st.sampled_from(HASHES), days),
    st.tuples(st.just("resume"), st.sampled_from(HASHES), days),
    st.tuples(st.just("pause"), st.sampled_from(HASHES), days),
    st.tuples(st.just("rebind"), st.just(PAYMENT), st.integers(1, 3)),
    st.tuples(st.just("review"), st.integers(0, 5), st.booleans()),
    st.tuples(st.just("vote"), st.integers(0, 5), st.booleans()),
    st.tuples(st.just("vote"), st.integers(0, 5), st.just(value=True)),
    st.tuples(st.just("pass"), st.none(), st.integers(1, 9)),
)


def command_of(at, step):
    """Return the command of a step; review and vote take an open proposal by its place."""
    kind, what, more = step
    match kind:
        case "propose":
            return propose(what, day=DAY + more)
        case "withdraw":
            return m.Withdraw(contract=what, activate_day=DAY + more, reason="x")
        case "resume":
            return m.Resume(contract=what, reason="x")
        case "pause":
            return m.Pause(contract=what, reason="x")
        case "rebind":
            return m.Rebind(hook=what, case="c", version=more, reason="x")
    proposals = sorted(at.records(Proposal))
    if not proposals:
        return None
    proposal = proposals[what % len(proposals)]
    if kind == "review":
        return m.Review(proposal=proposal, accept=more, note="x")
    return m.Vote(proposal=proposal, accept=more)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(steps, people), max_size=25))
def test_any_history(history):
    at = scene("payment-control")
    day = DAY
    for step, who in history:
        if step[0] == "pass":
            day += step[2]
            at.pass_to(iso(day))
        elif (command := command_of(at, step)) is not None:
            proposal = getattr(command, "proposal", None)
            try:
                at.do(command, who, seen(at, proposal) if proposal else None)
            except Refusal as refusal:
                assert type(refusal) is not OurFault  # noqa: PT017 - any other is an answer
        assert at.breaches() == []
    for table in CONTRACTS.tables:
        for record_id, record in at.records(table.of).items():
            row = table.row(record_id, record)
            assert sorted(row) == sorted(column.name for column in table.columns)
    with suppress(Refusal):
        assert decide(at.ledger, PAYMENT, inputs_of("payment-control")).verdict == "approve"


HASH = "0" * 64


@pytest.mark.parametrize(
    ("holds", "impossible"),
    [
        (invariants.binds_each_once, Binding(version=1, contracts=("a", "a"))),
        (invariants.binds_each_once, Binding(version=1, contracts=tuple(map(str, range(17))))),
        (invariants.lists_few_in_order, SuspendedList(contracts=("b", "a"))),
        (invariants.lists_few_in_order, SuspendedList(contracts=())),
        (invariants.lists_open_in_order, OpenProposals(proposals=("a", "a"))),
        (invariants.lists_open_in_order, OpenProposals(proposals=())),
        (
            invariants.nobody_reviewed_his_own,
            Proposal(
                action="bind",
                hook=PAYMENT,
                by="li",
                organisation="finance",
                reason="x",
                until_ms=1,
                state="voting",
                reviewer="li",
            ),
        ),
        (
            invariants.each_institution_voted_once,
            Ballot(
                proposer="li",
                votes=(
                    CastVote(organisation="audit", by="sun", accepted=True),
                    CastVote(organisation="audit", by="qi", accepted=True),
                ),
            ),
        ),
        (
            invariants.each_institution_voted_once,
            Ballot(proposer="li", votes=(CastVote(organisation="audit", by="li", accepted=True),)),
        ),
        (
            invariants.names_what_its_document_says,
            ContractText(name="other", version=1, hook=PAYMENT, document=canonical(CONTROL)),
        ),
    ],
)
def test_each_invariant_can_fail(holds, impossible):
    assert holds in CONTRACTS.invariants[type(impossible)]
    assert holds(impossible) is False


@pytest.mark.parametrize(
    ("records", "words"),
    [
        ({Binding.key(PAYMENT): Binding(version=2, contracts=())}, "bound are"),
        ({Standing.key(HASH): Standing(state="bound")}, "bound are"),
        ({OpenProposals.key("all"): OpenProposals(proposals=("x",))}, "open proposals"),
        (
            {
                ContractText.key(HASH): ContractText(
                    name="x", version=1, hook=PAYMENT, document=canonical(CONTROL)
                )
            },
            "another hash",
        ),
    ],
)
def test_each_total_can_fail(records, words):
    at = scene("payment-control")
    assert at.breaches() == []
    at.put(records)
    (breach,) = at.breaches()
    assert words in breach
