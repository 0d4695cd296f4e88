"""Why procedure may refuse, in order of precedence. Codes are permanent."""

from dataclasses import dataclass

from mingzhang.kernel.refusals import Refusal


@dataclass(eq=False)
class Unknown(Refusal):
    """`what` (case, task, notice, person) does not exist."""

    code = "PRO-01"
    what: str
    id: str


@dataclass(eq=False)
class NotOpen(Refusal):
    """The case, task or notice is in a state in which this cannot be done."""

    code = "PRO-02"
    what: str
    id: str
    state: str


@dataclass(eq=False)
class OtherSubject(Refusal):
    """The signer looked at another record than the case is about; `subject` is the case's."""

    code = "PRO-03"
    subject: str


@dataclass(eq=False)
class OwnSubmission(Refusal):
    """Nobody decides on what he submitted: 不相容岗位分离 (clause R02)."""

    code = "PRO-04"
    person: str
    clause: str = "R02"


@dataclass(eq=False)
class NotAssigned(Refusal):
    """The case is not before this person or post; `desks` are whose turn it is."""

    code = "PRO-05"
    case: str
    desks: tuple[str, ...]


@dataclass(eq=False)
class AlreadyDecided(Refusal):
    """This person has approved, at this level or an earlier one; another one must."""

    code = "PRO-06"
    person: str


@dataclass(eq=False)
class AlreadyReviewed(Refusal):
    """A review has begun: ask the reviewer to return it instead (domain.md, 撤回)."""

    code = "PRO-07"
    case: str


@dataclass(eq=False)
class TooManyRounds(Refusal):
    """The case has been asked `limit` times: decide, or return it."""

    code = "PRO-08"
    limit: int


@dataclass(eq=False)
class CaseStillOpen(Refusal):
    """The record is before its reviewers already."""

    code = "PRO-09"
    case: str


@dataclass(eq=False)
class LevelImpossible(Refusal):
    """A level that nobody could pass, or more than the bounds allow; the routing is wrong."""

    code = "PRO-10"
    level: str


@dataclass(eq=False)
class RoutedNowhere(Refusal):
    """The organisation has no post with the role: create one, or route elsewhere."""

    code = "PRO-11"
    organisation: str
    role: str


@dataclass(eq=False)
class ReceiverUnfit(Refusal):
    """Work goes to an active person of the same organisation who has not this case already."""

    code = "PRO-12"
    person: str
    task: str
    reason: str
    """``not_active``, ``other_organisation``, ``same_person`` or ``has_it_already``."""


@dataclass(eq=False)
class NotAddressed(Refusal):
    """The notice is for somebody else, or the case is no affair of this organisation."""

    code = "PRO-13"
    organisation: str


@dataclass(eq=False)
class PersonHasOpenWork(Refusal):
    """Hand the open work over first (H14); `count` includes `hidden` items."""

    code = "PRO-14"
    person: str
    count: int
    hidden: int


@dataclass(eq=False)
class PostHasOpenWork(Refusal):
    """Nobody else holds the post: hand its open work over, or fill it first."""

    code = "PRO-15"
    post: str
    count: int


@dataclass(eq=False)
class FollowedAlready(Refusal):
    """The person is told of this already."""

    code = "PRO-16"
    person: str


@dataclass(eq=False)
class TooManyFollowed(Refusal):
    """`what` (a person, or a record by its followers) has as many subscriptions as may be."""

    code = "PRO-17"
    what: str
    id: str
    limit: int
