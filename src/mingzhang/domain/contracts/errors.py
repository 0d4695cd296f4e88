"""Why the room of contracts may refuse, in order of precedence. Codes are permanent.

First those of its commands, then those of a decision (`decision.decide`), which the asking
room's rule passes on: a contract that cannot decide refuses, it never skips.
"""

from dataclasses import dataclass

from mingzhang.kernel.refusals import Refusal


@dataclass(eq=False)
class NotAdmitted(Refusal):
    """The document fails a step of admission; the first finding, as `admission_texts` words it."""

    code = "CON-01"
    step: int
    finding: str
    node: str
    row: str
    cell: str
    at: int
    what: str
    findings: int
    """How many there are in all."""


@dataclass(eq=False)
class AlreadyKnown(Refusal):
    """This very document was proposed before; a change needs a new version."""

    code = "CON-02"
    contract: str
    state: str


@dataclass(eq=False)
class VersionOutOfOrder(Refusal):
    """The document must follow the version in force: its number plus one, `prev` its hash."""

    code = "CON-03"
    name: str
    expected_version: int
    expected_prev: str


@dataclass(eq=False)
class ContractUnknown(Refusal):
    """No such contract is on the ledger."""

    code = "CON-04"
    contract: str


@dataclass(eq=False)
class ContractNotInState(Refusal):
    """The contract is not in the state that this needs."""

    code = "CON-05"
    contract: str
    state: str


@dataclass(eq=False)
class BindingUnknown(Refusal):
    """The hook never had a binding of that number."""

    code = "CON-06"
    hook: str
    version: int


@dataclass(eq=False)
class TooEarly(Refusal):
    """It cannot begin before the delay that genesis sets has passed, nor before its own date."""

    code = "CON-07"
    earliest_day: int


@dataclass(eq=False)
class TooManyOpen(Refusal):
    """So many proposals wait that no more are taken."""

    code = "CON-08"
    limit: int


@dataclass(eq=False)
class ProposalUnknown(Refusal):
    """No such proposal."""

    code = "CON-09"
    proposal: str


@dataclass(eq=False)
class ProposalNotInState(Refusal):
    """The proposal is not at this step: it is reviewed, then voted on, then waits."""

    code = "CON-10"
    proposal: str
    state: str


@dataclass(eq=False)
class OwnProposal(Refusal):
    """Nobody reviews or votes on what he proposed."""

    code = "CON-11"
    person: str


@dataclass(eq=False)
class NotAMember(Refusal):
    """The organisation does not decide on contracts; `members` do."""

    code = "CON-12"
    organisation: str
    members: tuple[str, ...]


@dataclass(eq=False)
class AlreadyVoted(Refusal):
    """The organisation has voted."""

    code = "CON-13"
    organisation: str


@dataclass(eq=False)
class EffectClash(Refusal):
    """A bound contract sets the same field for the same cases: no case could be decided."""

    code = "CON-14"
    hook: str
    field: str
    name: str
    """Of the contract that is bound."""
    contract: str


@dataclass(eq=False)
class ProposerUnfit(Refusal):
    """Who proposed is frozen, locked, closed or without a key: the proposal does not go on."""

    code = "CON-15"
    person: str
    state: str


@dataclass(eq=False)
class NothingBound(Refusal):
    """The hook is mandatory, and no contract is bound that decides this case."""

    code = "CON-20"
    hook: str


@dataclass(eq=False)
class Suspended(Refusal):
    """A contract of the hook is suspended: the case waits until it is resumed or rebound."""

    code = "CON-21"
    hook: str
    contract: str
    name: str


@dataclass(eq=False)
class SubjectMissing(Refusal):
    """A contract of the hook is for some cases only, and the case was not described."""

    code = "CON-22"
    hook: str
    contract: str


@dataclass(eq=False)
class DecisionAborted(Refusal):
    """A contract could not decide; `reason` is worded in `admission_texts.ABORTS`."""

    code = "CON-23"
    contract: str
    name: str
    node: str
    row: str
    reason: str
    what: str


@dataclass(eq=False)
class EffectConflict(Refusal):
    """Two contracts set one field."""

    code = "CON-24"
    hook: str
    field: str
    contracts: tuple[str, ...]
