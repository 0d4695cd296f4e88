"""What the ledger holds of contracts, what is bound where, and what waits for a decision."""

from typing import Literal

import msgspec

from mingzhang.domain.contracts.events import Action
from mingzhang.kernel.records import Record

OPEN_MAX = 64
"""Proposals open at a time."""
BOUND_MAX = 16
"""Contracts of one hook."""
SUSPENDED_MAX = 256


class Terms(Record, frozen=True, kw_only=True):
    """Days between adoption and effect, and days a proposal stays open. Id ``now``."""

    path = "contracts/terms"

    delay_days: int
    vote_days: int


class ContractText(Record, frozen=True, kw_only=True):
    """A document. Its id is its hash; it never changes."""

    path = "contracts/contract"

    name: str
    version: int
    hook: str
    document: msgspec.Raw
    """Canonical bytes: SHA-256 of these is the id."""


class Standing(Record, frozen=True, kw_only=True):
    """Where a contract stands. Its id is the document's hash."""

    path = "contracts/standing"

    state: Literal["proposed", "bound", "replaced", "withdrawn", "refused"]


class Named(Record, frozen=True, kw_only=True):
    """The version of a named contract that is, or last was, in force."""

    path = "contracts/named"

    contract: str
    version: int


class Binding(Record, frozen=True, kw_only=True):
    """What decides new cases of a hook, by priority. Its id is the hook."""

    path = "contracts/binding"

    version: int
    """Rises by one at each change; a case remembers the one it began under."""
    contracts: tuple[str, ...]


class PastBinding(Record, frozen=True, kw_only=True):
    """An earlier binding, for the cases that began under it. Its id is ``<hook>:<version>``."""

    path = "contracts/past"

    contracts: tuple[str, ...]


class SuspendedList(Record, frozen=True, kw_only=True):
    """The contracts that are suspended, sorted. Id ``all``; absent when there are none."""

    path = "contracts/suspended"

    contracts: tuple[str, ...]


class CaseBinding(Record, frozen=True, kw_only=True):
    """The binding that governance chose for one case. Its id is ``<hook>:<case>``."""

    path = "contracts/case"

    version: int
    proposal: str


class CastVote(msgspec.Struct, frozen=True, kw_only=True):
    """One institution's vote."""

    organisation: str
    by: str
    accepted: bool


class Proposal(Record, frozen=True, kw_only=True):
    """What was proposed, and how far it has come."""

    path = "contracts/proposal"

    action: Action
    hook: str
    by: str
    organisation: str
    reason: str
    until_ms: int
    state: Literal["submitted", "voting", "adopted", "rejected", "done", "expired", "overtaken"]
    contract: str = ""
    case: str = ""
    version: int = 0
    activate_day: int = 0
    activate_height: int = 0
    reviewer: str = ""
    review_note: str = ""
    certificate_sha256: str | None = None


class Ballot(Record, frozen=True, kw_only=True):
    """The votes on a proposal, whose id it has.

    Apart from the proposal, which a vote names in `on`: one vote must not make the next stale.
    """

    path = "contracts/ballot"

    proposer: str
    votes: tuple[CastVote, ...]


class OpenProposals(Record, frozen=True, kw_only=True):
    """Proposals not yet decided, sorted. Id ``all``; absent when there are none."""

    path = "contracts/open"

    proposals: tuple[str, ...]
