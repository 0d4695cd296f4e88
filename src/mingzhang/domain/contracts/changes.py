"""How each event changes the room's records."""

from collections.abc import Mapping

from msgspec.structs import replace

from mingzhang.domain.contracts import events as e
from mingzhang.domain.contracts.state import (
    Ballot,
    Binding,
    CaseBinding,
    CastVote,
    ContractText,
    Named,
    OpenProposals,
    PastBinding,
    Proposal,
    Standing,
    SuspendedList,
    Terms,
)
from mingzhang.kernel.ledger import Ledger
from mingzhang.kernel.records import Record

Writes = Mapping[str, Record | None]


def terms_set(event: e.TermsSet, ledger: Ledger) -> Writes:
    """Set the terms; the ledger is not asked."""
    del ledger
    terms = Terms(delay_days=event.delay_days, vote_days=event.vote_days)
    return {Terms.key("now"): terms}


def contract_entered(event: e.ContractEntered, ledger: Ledger) -> Writes:
    """Keep the document; the ledger is not asked."""
    del ledger
    text = ContractText(
        name=event.name, version=event.version, hook=event.hook, document=event.document
    )
    return {
        ContractText.key(event.contract): text,
        Standing.key(event.contract): Standing(state="proposed"),
    }


def proposal_submitted(event: e.ProposalSubmitted, ledger: Ledger) -> Writes:
    """Open a proposal."""
    proposal = Proposal(
        action=event.action,
        hook=event.hook,
        by=event.by,
        organisation=event.organisation,
        reason=event.reason,
        until_ms=event.until_ms,
        state="submitted",
        contract=event.contract,
        case=event.case,
        version=event.version,
        activate_day=event.activate_day,
        activate_height=event.activate_height,
    )
    return {
        Proposal.key(event.proposal): proposal,
        OpenProposals.key("all"): OpenProposals(
            proposals=tuple(sorted((*open_proposals(ledger), event.proposal)))
        ),
    }


def proposal_reviewed(event: e.ProposalReviewed, ledger: Ledger) -> Writes:
    """Put the proposal to the vote, or end it."""
    before = ledger.require(Proposal, event.proposal)
    after = replace(
        before,
        state="voting" if event.accepted else "rejected",
        reviewer=event.by,
        review_note=event.note,
        certificate_sha256=event.certificate_sha256,
    )
    writes = {Proposal.key(event.proposal): after}
    return writes if event.accepted else writes | _closed(event.proposal, before, ledger)


def vote_cast(event: e.VoteCast, ledger: Ledger) -> Writes:
    """Add the vote."""
    before = ledger.find(Ballot, event.proposal)
    vote = CastVote(organisation=event.organisation, by=event.by, accepted=event.accepted)
    ballot = Ballot(
        proposer=ledger.require(Proposal, event.proposal).by,
        votes=(*(before.votes if before else ()), vote),
    )
    return {Ballot.key(event.proposal): ballot}


def proposal_decided(event: e.ProposalDecided, ledger: Ledger) -> Writes:
    """Close the vote."""
    before = ledger.require(Proposal, event.proposal)
    after = replace(before, state="adopted" if event.adopted else "rejected")
    writes: dict[str, Record | None] = {Proposal.key(event.proposal): after}
    if event.adopted:
        return writes | _no_longer_open(event.proposal, ledger)
    return writes | _closed(event.proposal, before, ledger)


def proposal_ended(event: e.ProposalEnded, ledger: Ledger) -> Writes:
    """Mark it as over."""
    before = ledger.require(Proposal, event.proposal)
    writes: dict[str, Record | None] = {
        Proposal.key(event.proposal): replace(before, state=event.how)
    }
    if event.how == "done":
        return writes
    return writes | _closed(event.proposal, before, ledger)


def _closed(proposal_id: str, proposal: Proposal, ledger: Ledger) -> dict[str, Record | None]:
    """Take a failed proposal off the list; the document that it proposed is refused with it."""
    writes = _no_longer_open(proposal_id, ledger)
    if proposal.action == "bind":
        writes[Standing.key(proposal.contract)] = Standing(state="refused")
    return writes


def _no_longer_open(proposal_id: str, ledger: Ledger) -> dict[str, Record | None]:
    left = tuple(other for other in open_proposals(ledger) if other != proposal_id)
    return {OpenProposals.key("all"): OpenProposals(proposals=left) if left else None}


def binding_changed(event: e.BindingChanged, ledger: Ledger) -> Writes:
    """Bind, and keep what was bound before for the cases that began under it."""
    before = ledger.find(Binding, event.hook)
    binding = Binding(version=event.version, contracts=event.contracts)
    writes: dict[str, Record | None] = {Binding.key(event.hook): binding}
    if before is not None:
        past = PastBinding(contracts=before.contracts)
        writes[PastBinding.key(f"{event.hook}:{before.version}")] = past
    if event.removed:
        state: Standing = Standing(state="replaced" if event.added else "withdrawn")
        writes[Standing.key(event.removed)] = state
    if event.added:
        text = ledger.require(ContractText, event.added)
        named = Named(contract=event.added, version=text.version)
        writes[Named.key(text.name)] = named
        writes[Standing.key(event.added)] = Standing(state="bound")
    return writes


def contract_paused(event: e.ContractPaused, ledger: Ledger) -> Writes:
    """Put the contract on the list of those suspended."""
    listed = tuple(sorted((*suspended(ledger), event.contract)))
    return {SuspendedList.key("all"): SuspendedList(contracts=listed)}


def contract_resumed(event: e.ContractResumed, ledger: Ledger) -> Writes:
    """Take the contract off the list of those suspended."""
    left = tuple(other for other in suspended(ledger) if other != event.contract)
    return {SuspendedList.key("all"): SuspendedList(contracts=left) if left else None}


def case_rebound(event: e.CaseRebound, ledger: Ledger) -> Writes:
    """Note the binding chosen for the case; the ledger is not asked."""
    del ledger
    chosen = CaseBinding(version=event.version, proposal=event.proposal)
    return {CaseBinding.key(f"{event.hook}:{event.case}"): chosen}


def open_proposals(ledger: Ledger) -> tuple[str, ...]:
    """Return the proposals not yet decided, sorted."""
    found = ledger.find(OpenProposals, "all")
    return found.proposals if found else ()


def suspended(ledger: Ledger) -> tuple[str, ...]:
    """Return the hashes of the contracts that are suspended, sorted."""
    found = ledger.find(SuspendedList, "all")
    return found.contracts if found else ()
