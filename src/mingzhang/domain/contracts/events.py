"""What the room of contracts records. Field order is wire order."""

from typing import Literal

import msgspec

from mingzhang.kernel.records import Event

Action = Literal["bind", "withdraw", "resume", "rebind"]


class TermsSet(Event, tag="contracts.terms_set", frozen=True, kw_only=True):
    """How long an adopted proposal waits at least, and one that is not decided stays open."""

    delay_days: int
    vote_days: int


class ContractEntered(Event, tag="contracts.entered", frozen=True, kw_only=True):
    """A document that passed admission is on the ledger. Its hash is `contract`."""

    contract: str
    name: str
    version: int
    hook: str
    document: msgspec.Raw
    """Canonical bytes."""


class ProposalSubmitted(Event, tag="contracts.proposal_submitted", frozen=True, kw_only=True):
    """An action waits for its review."""

    proposal: str
    action: Action
    hook: str
    by: str
    organisation: str
    reason: str
    until_ms: int
    contract: str = ""
    case: str = ""
    version: int = 0
    activate_day: int = 0
    activate_height: int = 0


class ProposalReviewed(Event, tag="contracts.proposal_reviewed", frozen=True, kw_only=True):
    """Another person has looked at it; accepted, it is put to the vote."""

    proposal: str
    by: str
    organisation: str
    accepted: bool
    note: str
    certificate_sha256: str | None = None


class VoteCast(Event, tag="contracts.vote_cast", frozen=True, kw_only=True):
    """An institution has voted."""

    proposal: str
    organisation: str
    by: str
    accepted: bool


class ProposalDecided(Event, tag="contracts.proposal_decided", frozen=True, kw_only=True):
    """The votes suffice, one way or the other. Weights are those of the members then."""

    proposal: str
    adopted: bool
    weight_for: int
    weight_against: int
    weight_all: int


class ProposalEnded(Event, tag="contracts.proposal_ended", frozen=True, kw_only=True):
    """It is over: ``done``, ``expired`` without a decision, or ``overtaken`` by another."""

    proposal: str
    how: Literal["done", "expired", "overtaken"]


class BindingChanged(Event, tag="contracts.binding_changed", frozen=True, kw_only=True):
    """From now on new cases of the hook are decided by these contracts, in this order."""

    hook: str
    version: int
    contracts: tuple[str, ...]
    added: str = ""
    removed: str = ""
    reason: str = ""


class ContractPaused(Event, tag="contracts.paused", frozen=True, kw_only=True):
    """The contract decides nothing; its cases wait."""

    contract: str
    by: str
    organisation: str
    reason: str


class ContractResumed(Event, tag="contracts.resumed", frozen=True, kw_only=True):
    """The contract decides again."""

    contract: str
    proposal: str


class CaseRebound(Event, tag="contracts.case_rebound", frozen=True, kw_only=True):
    """A case is decided under a named binding of its hook."""

    hook: str
    case: str
    version: int
    proposal: str
