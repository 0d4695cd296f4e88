"""What governance allows: propose, review, vote, pause. Checks stand in the order of `errors`.

Institutions and majorities are those of identity's governance record. The shares are of all
weights: adopted as soon as enough have taken part and enough agreed, rejected as soon as
enough can no longer agree.
"""

from collections.abc import Iterator

from msgspec import Raw

from mingzhang.domain.contracts import events as e
from mingzhang.domain.contracts import messages as m
from mingzhang.domain.contracts.admission import admit
from mingzhang.domain.contracts.changes import open_proposals, suspended
from mingzhang.domain.contracts.document import Contract, canonical_bytes, contract_hash
from mingzhang.domain.contracts.errors import (
    AlreadyKnown,
    AlreadyVoted,
    BindingUnknown,
    ContractNotInState,
    ContractUnknown,
    NotAdmitted,
    NotAMember,
    OwnProposal,
    ProposalNotInState,
    ProposalUnknown,
    ProposerUnfit,
    TooEarly,
    TooManyOpen,
    VersionOutOfOrder,
)
from mingzhang.domain.contracts.hook_catalogue import HOOKS
from mingzhang.domain.contracts.state import (
    OPEN_MAX,
    Ballot,
    Binding,
    CastVote,
    ContractText,
    Named,
    PastBinding,
    Proposal,
    Standing,
    Terms,
)
from mingzhang.domain.contracts.steps import ACTIVATE, EXPIRE, clash_of, first_day, take_effect
from mingzhang.domain.identity.events import GovernanceSet
from mingzhang.domain.identity.state import Governance
from mingzhang.domain.identity.verbs import unfit
from mingzhang.kernel.calendar import MS_PER_DAY, parse_iso, start_of
from mingzhang.kernel.context import Context
from mingzhang.kernel.ledger import Ledger
from mingzhang.kernel.records import Event
from mingzhang.kernel.schedule import Scheduled, Unscheduled
from mingzhang.kernel.values import BP_ONE

FACT_CHARS_MAX = 300
"""Of what a finding quotes from a document, so that a refusal stays small."""


def propose(command: m.Propose, context: Context, ledger: Ledger) -> Iterator[Event]:
    """Admit the document by steps 1–5 and open its proposal."""
    admitted = admit(bytes(command.document).decode(), HOOKS)
    contract = admitted.contract
    if contract is None:
        first = admitted.findings[0]
        raise NotAdmitted(
            step=admitted.step,
            finding=first.code,
            node=first.node,
            row=first.row,
            cell=first.cell,
            at=first.at,
            what=first.what[:FACT_CHARS_MAX],
            findings=len(admitted.findings),
        )
    digest = contract_hash(contract)
    standing = ledger.find(Standing, digest)
    if standing is not None:
        raise AlreadyKnown(contract=digest, state=standing.state)
    _require_next_version(contract, ledger)
    earliest = max(first_day(context, ledger), parse_iso(contract.effective_from))
    _require_time(command.activate_day, earliest, ledger)
    clash = clash_of(contract, ledger)
    if clash is not None:
        raise clash
    yield _entered(contract)
    yield from _submitted(
        context,
        ledger,
        action="bind",
        hook=contract.hook,
        reason=command.reason,
        contract=digest,
        activate_day=command.activate_day,
        activate_height=command.activate_height,
    )


def withdraw(command: m.Withdraw, context: Context, ledger: Ledger) -> Iterator[Event]:
    """Open a proposal to withdraw a contract that is bound."""
    text = _bound_contract(command.contract, ledger)
    _require_time(command.activate_day, first_day(context, ledger), ledger)
    yield from _submitted(
        context,
        ledger,
        action="withdraw",
        hook=text.hook,
        reason=command.reason,
        contract=command.contract,
        activate_day=command.activate_day,
        activate_height=command.activate_height,
    )


def resume(command: m.Resume, context: Context, ledger: Ledger) -> Iterator[Event]:
    """Open a proposal to let a suspended contract decide again."""
    text = _require_contract(command.contract, ledger)
    if command.contract not in suspended(ledger):
        raise ContractNotInState(contract=command.contract, state="not suspended")
    _require_room(ledger)
    yield from _submitted(
        context,
        ledger,
        action="resume",
        hook=text.hook,
        reason=command.reason,
        contract=command.contract,
    )


def rebind(command: m.Rebind, context: Context, ledger: Ledger) -> Iterator[Event]:
    """Open a proposal to decide a waiting case under another binding of its hook."""
    binding = ledger.find(Binding, command.hook)
    past = ledger.find(PastBinding, f"{command.hook}:{command.version}")
    if past is None and (binding is None or binding.version != command.version):
        raise BindingUnknown(hook=command.hook, version=command.version)
    _require_room(ledger)
    yield from _submitted(
        context,
        ledger,
        action="rebind",
        hook=command.hook,
        reason=command.reason,
        case=command.case,
        version=command.version,
    )


def review(command: m.Review, context: Context, ledger: Ledger) -> Iterator[Event]:
    """Put a proposal to the vote, or end it; never by its proposer."""
    proposal = _proposal(command.proposal, "submitted", context, ledger)
    _require_fit_proposer(proposal, context, ledger)
    yield e.ProposalReviewed(
        proposal=command.proposal,
        by=context.person,
        organisation=context.organisation,
        accepted=command.accept,
        note=command.note,
        certificate_sha256=command.certificate_sha256,
    )
    if not command.accept:
        yield _never_expires(command.proposal, proposal)


def vote(command: m.Vote, context: Context, ledger: Ledger) -> Iterator[Event]:
    """Cast an institution's vote, and decide the proposal when the votes suffice."""
    proposal = _proposal(command.proposal, "voting", context, ledger)
    members = tuple(name for name, _ in ledger.require(Governance, "now").weights)
    if context.organisation not in members:
        raise NotAMember(organisation=context.organisation, members=members)
    if context.organisation in [cast.organisation for cast in _votes(command.proposal, ledger)]:
        raise AlreadyVoted(organisation=context.organisation)
    _require_fit_proposer(proposal, context, ledger)
    yield e.VoteCast(
        proposal=command.proposal,
        organisation=context.organisation,
        by=context.person,
        accepted=command.accept,
    )
    yield from judge(command.proposal, context, ledger)


def pause(command: m.Pause, context: Context, ledger: Ledger) -> Iterator[Event]:
    """Suspend a contract at once. What it would decide is refused until it is resumed."""
    _require_contract(command.contract, ledger)
    standing = ledger.require(Standing, command.contract)
    if standing.state not in ("bound", "replaced"):
        raise ContractNotInState(contract=command.contract, state=standing.state)
    if command.contract in suspended(ledger):
        raise ContractNotInState(contract=command.contract, state="suspended")
    yield e.ContractPaused(
        contract=command.contract,
        by=context.person,
        organisation=context.organisation,
        reason=command.reason,
    )


def governance_changed(event: GovernanceSet, context: Context, ledger: Ledger) -> Iterator[Event]:
    """Judge every proposal that is being voted on by the new members and majorities."""
    del event
    for proposal_id in open_proposals(ledger):
        if ledger.require(Proposal, proposal_id).state == "voting":
            yield from judge(proposal_id, context, ledger)


def judge(proposal_id: str, context: Context, ledger: Ledger) -> Iterator[Event]:
    """Decide a proposal if its votes suffice. Votes of former members count no longer."""
    proposal = ledger.require(Proposal, proposal_id)
    governance = ledger.require(Governance, "now")
    weights = dict(governance.weights)
    total = sum(weights.values())
    cast = [
        (weights.get(each.organisation, 0), each.accepted) for each in _votes(proposal_id, ledger)
    ]
    agreed = sum(weight for weight, accepted in cast if accepted)
    against = sum(weight for weight, accepted in cast if not accepted)
    took_part = (agreed + against) * BP_ONE >= governance.participation_bp * total
    adopted = took_part and agreed * BP_ONE >= governance.approval_bp * total
    hopeless = (total - against) * BP_ONE < governance.approval_bp * total
    if not (adopted or hopeless):
        return
    yield e.ProposalDecided(
        proposal=proposal_id,
        adopted=adopted,
        weight_for=agreed,
        weight_against=against,
        weight_all=total,
    )
    yield _never_expires(proposal_id, proposal)
    if not adopted:
        return
    if proposal.action in ("resume", "rebind"):
        yield from take_effect(proposal_id, context, ledger)
        return
    day = max(proposal.activate_day, first_day(context, ledger))
    due_ms = start_of(day, context.setting.offset_s)
    yield Scheduled(due_ms=due_ms, handler=ACTIVATE, subject=proposal_id)


def _votes(proposal_id: str, ledger: Ledger) -> tuple[CastVote, ...]:
    ballot = ledger.find(Ballot, proposal_id)
    return ballot.votes if ballot else ()


def _require_next_version(contract: Contract, ledger: Ledger) -> None:
    """Refuse a version that does not follow the one in force, and name it."""
    named = ledger.find(Named, contract.id)
    version, prev = (named.version + 1, named.contract) if named else (1, "")
    if contract.version != version or (contract.prev or "") != prev:
        raise VersionOutOfOrder(name=contract.id, expected_version=version, expected_prev=prev)


def _entered(contract: Contract) -> e.ContractEntered:
    return e.ContractEntered(
        contract=contract_hash(contract),
        name=contract.id,
        version=contract.version,
        hook=contract.hook,
        document=Raw(canonical_bytes(contract)),
    )


def _require_contract(contract: str, ledger: Ledger) -> ContractText:
    text = ledger.find(ContractText, contract)
    if text is None:
        raise ContractUnknown(contract=contract)
    return text


def _bound_contract(contract: str, ledger: Ledger) -> ContractText:
    text = _require_contract(contract, ledger)
    standing = ledger.require(Standing, contract)
    if standing.state != "bound":
        raise ContractNotInState(contract=contract, state=standing.state)
    return text


def _require_time(day: int, earliest: int, ledger: Ledger) -> None:
    if day < earliest:
        raise TooEarly(earliest_day=earliest)
    _require_room(ledger)


def _require_room(ledger: Ledger) -> None:
    if len(open_proposals(ledger)) >= OPEN_MAX:
        raise TooManyOpen(limit=OPEN_MAX)


def _submitted(
    context: Context,
    ledger: Ledger,
    *,
    action: e.Action,
    hook: str,
    reason: str,
    contract: str = "",
    case: str = "",
    version: int = 0,
    activate_day: int = 0,
    activate_height: int = 0,
) -> Iterator[Event]:
    proposal = context.record_id()
    until_ms = context.time_ms + ledger.require(Terms, "now").vote_days * MS_PER_DAY
    yield e.ProposalSubmitted(
        proposal=proposal,
        action=action,
        hook=hook,
        by=context.person,
        organisation=context.organisation,
        reason=reason,
        until_ms=until_ms,
        contract=contract,
        case=case,
        version=version,
        activate_day=activate_day,
        activate_height=activate_height,
    )
    yield Scheduled(due_ms=until_ms, handler=EXPIRE, subject=proposal)


def _require_fit_proposer(proposal: Proposal, context: Context, ledger: Ledger) -> None:
    """Let nothing go on that a person proposed who is now kept from acting (mission row H17)."""
    why = unfit(ledger, proposal.by, context.time_ms)
    if why:
        raise ProposerUnfit(person=proposal.by, state=why)


def _never_expires(proposal_id: str, proposal: Proposal) -> Unscheduled:
    return Unscheduled(due_ms=proposal.until_ms, handler=EXPIRE, subject=proposal_id)


def _proposal(proposal_id: str, state: str, context: Context, ledger: Ledger) -> Proposal:
    proposal = ledger.find(Proposal, proposal_id)
    if proposal is None:
        raise ProposalUnknown(proposal=proposal_id)
    if proposal.state != state:
        raise ProposalNotInState(proposal=proposal_id, state=proposal.state)
    if proposal.by == context.person:
        raise OwnProposal(person=context.person)
    return proposal
