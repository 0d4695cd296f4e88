"""What an institution may ask about contracts. Sources: design section 6, issue 8 item 5.

Propose, withdraw, resume and rebind open a proposal, which another person reviews and the
institutions of the governance vote on. Only a pause acts at once: it fails closed.
"""

from typing import Annotated

import msgspec
from msgspec import Meta

from mingzhang.domain.contracts.document import HookName
from mingzhang.kernel.records import Command
from mingzhang.kernel.values import Day, Id, Sha256, Uuid7

Reason = Annotated[str, Meta(min_length=1, max_length=400)]
Height = Annotated[int, Meta(ge=0, le=9_007_199_254_740_991)]


class Propose(Command, frozen=True, kw_only=True):
    """Propose a document: a new contract, or the next version of one."""

    kind = "contracts.propose/1"

    document: msgspec.Raw
    """The document as JSON; what is recorded and hashed are its canonical bytes."""
    activate_day: Day
    """First day in force, unless the vote ends too late for it."""
    activate_height: Height = 0
    """Nor before this block."""
    reason: Reason


class Withdraw(Command, frozen=True, kw_only=True):
    """Propose that a contract in force be withdrawn without a successor."""

    kind = "contracts.withdraw/1"

    contract: Sha256
    activate_day: Day
    activate_height: Height = 0
    reason: Reason


class Resume(Command, frozen=True, kw_only=True):
    """Propose that a suspended contract decide again. Takes effect when adopted."""

    kind = "contracts.resume/1"

    contract: Sha256
    reason: Reason


class Rebind(Command, frozen=True, kw_only=True):
    """Propose that a waiting case be decided under a named binding of its hook."""

    kind = "contracts.rebind/1"

    hook: HookName
    case: Id
    version: Annotated[int, Meta(ge=1, le=1_000_000)]
    reason: Reason


class Review(Command, frozen=True, kw_only=True):
    """State whether a proposal may be voted on. Never by its proposer."""

    kind = "contracts.review/1"
    on_keys = ("contracts/proposal/{proposal}",)

    proposal: Uuid7
    accept: bool
    certificate_sha256: Sha256 | None = None
    """Digest of the signed certificate of steps 6–8 (proofs, replay, differential run)."""
    note: Reason


class Vote(Command, frozen=True, kw_only=True):
    """Vote for one's institution, once. Never by the proposer."""

    kind = "contracts.vote/1"
    on_keys = ("contracts/proposal/{proposal}",)

    proposal: Uuid7
    accept: bool


class Pause(Command, frozen=True, kw_only=True):
    """Suspend a contract at once: what it would decide is refused until it is resumed."""

    kind = "contracts.pause/1"

    contract: Sha256
    reason: Reason
