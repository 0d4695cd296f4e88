"""Why identity may refuse, in order of precedence. Codes are permanent.

Before these come the kernel's own refusals; `RightMissing` (KER-02) is this room's gate.
"""

from dataclasses import dataclass

from mingzhang.kernel.refusals import Refusal


@dataclass(eq=False)
class NotFound(Refusal):
    """`what` (organisation, post, person, key, role, grant, proposal) does not exist."""

    code = "IDE-01"
    what: str
    id: str


@dataclass(eq=False)
class AlreadyExists(Refusal):
    """An id or key is taken for ever; choose another."""

    code = "IDE-02"
    what: str
    id: str


@dataclass(eq=False)
class NotForOneself(Refusal):
    """Nobody gives rights to, freezes, closes or unlocks himself."""

    code = "IDE-03"
    person: str


@dataclass(eq=False)
class PersonNotActive(Refusal):
    """A frozen, locked or closed person gets no rights (H17); or is not in the state needed."""

    code = "IDE-04"
    person: str
    state: str


@dataclass(eq=False)
class TermWrong(Refusal):
    """The term ends before it begins or before now, or is longer than `days_max`."""

    code = "IDE-05"
    field: str
    days_max: int


@dataclass(eq=False)
class KeyUnfit(Refusal):
    """The bytes are no key to trust: `fault` says which way."""

    code = "IDE-06"
    fault: str


@dataclass(eq=False)
class MayNotGive(Refusal):
    """The signer may not hand on this right; `who` may."""

    code = "IDE-07"
    right: str
    who: tuple[str, ...]


@dataclass(eq=False)
class DutiesClash(Refusal):
    """Two duties that may not meet in one person; `held` is what he has already."""

    code = "IDE-08"
    person: str
    held: str
    asked: str
    pair: str


@dataclass(eq=False)
class NotHeld(Refusal):
    """The person does not hold this post."""

    code = "IDE-09"
    person: str
    post: str


@dataclass(eq=False)
class KeyEnded(Refusal):
    """The key has been revoked or has expired already."""

    code = "IDE-10"
    kid: str


@dataclass(eq=False)
class GrantOver(Refusal):
    """The grant has ended already, or ends with its task and not by hand."""

    code = "IDE-11"
    grant: str


@dataclass(eq=False)
class NotTheSamePerson(Refusal):
    """Two-person rule: a second person confirms, never the proposer."""

    code = "IDE-12"
    proposer: str


@dataclass(eq=False)
class OtherOrganisation(Refusal):
    """The proposal is another organisation's; one of its own officers must act."""

    code = "IDE-13"
    organisation: str


@dataclass(eq=False)
class ProposerUnfit(Refusal):
    """The proposer has since been suspended or lost the right: propose again."""

    code = "IDE-14"
    proposer: str


@dataclass(eq=False)
class UnitKindWrong(Refusal):
    """A budget unit states whether it is an organ, an institution or an enterprise; others not."""

    code = "IDE-15"
    organisation_kind: str


@dataclass(eq=False)
class RoleNotHere(Refusal):
    """Such an institution has no posts with this role: the congress' seal is not a unit's."""

    code = "IDE-16"
    role: str
    organisation_kind: str


@dataclass(eq=False)
class TooMany(Refusal):
    """A bound of the ledger is reached: `what` may not exceed `limit`."""

    code = "IDE-17"
    what: str
    limit: int
