"""How a case travels: subject, desks and levels. Values that records, events and rooms share."""

from typing import Annotated, Literal, NamedTuple, get_args

import msgspec
from msgspec import Meta

from mingzhang.kernel.values import Id

LEVELS_MAX = 12
DESKS_MAX = 8
APPROVALS_MAX = 16
ROUNDS_MAX = 12
"""Times that one case may be asked for more."""
DAYS_MAX = 250
"""Working days of a deadline: a year has no more."""

_KEY = r"[a-z]+/[a-z_]+/[A-Za-z0-9][A-Za-z0-9._:|-]{0,199}"
RecordKey = Annotated[str, Meta(pattern=rf"^{_KEY}(?!\n)$")]
"""A key of the map: ``preparation/request/<id>``."""
NoticeKind = Literal[
    "level_passed",
    "case_approved",
    "case_asked",
    "case_returned",
    "case_rejected",
    "level_overdue",
    "notice_overdue",
    "work_without_holder",
    "mentioned",
    "balance_proposed",
    "deadline_missed",
    "breach_recorded",
    "breach_corrected",
    "breach_overdue",
]
"""Every kind of notice that the ledger sends."""
NOTICE_KINDS: tuple[NoticeKind, ...] = get_args(NoticeKind)
Followable = Annotated[str, Meta(pattern=rf"^([a-z_]{{1,48}}|{_KEY})(?!\n)$")]
"""A kind of notice, or a `RecordKey`: only a key has slashes."""


class Readers(NamedTuple):
    """By which right a kind of record is read: that on a table, of the organisation it names."""

    table: str
    owner: str


FOLLOWED = {
    "preparation/project": Readers("preparation_projects", "unit"),
    "preparation/request": Readers("preparation_requests", "unit"),
    "execution/agreement": Readers("execution_agreements", "unit"),
    "procedure/case": Readers("procedure_cases", "organisation"),
}
"""Records that a person may follow, by their path."""
RoleName = Annotated[str, Meta(min_length=1, max_length=48)]


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """What a case is about: a record of a lifecycle room, as of a version."""

    room: str
    kind: str
    """What the room calls it: ``request``, ``payment``, ``contract``."""
    id: str
    key: str
    """Its key in the map; approvals must name in `on` the version that they saw."""
    version: int = 1


class Desk(msgspec.Struct, frozen=True, kw_only=True):
    """Who decides: the posts of an organisation with a role template."""

    organisation: Id
    role: RoleName


class Level(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One step of the way.

    It is passed by `approvals` different persons at its desks, from at least `organisations`
    different ones: k of n, and the act of two departments that counts only with both.
    """

    name: Id
    desks: tuple[Desk, ...]
    approvals: int = 1
    organisations: int = 1
    days: int = 0
    """Working days to decide in, at most 250; 0 sets no deadline."""
    escalate_role: str = ""
    """The role, at the organisation above, that may decide once the deadline has passed;
    without one, the role of the desk."""
    clause: str = ""
    """The clause by which a contract has passed this level already: nobody is asked."""

    def possible(self) -> bool:
        """Say whether the level can be passed at all, and is within the bounds."""
        organisations = len(dict.fromkeys(desk.organisation for desk in self.desks))
        return (
            0 < len(self.desks) <= DESKS_MAX
            and 1 <= self.organisations <= organisations
            and self.organisations <= self.approvals <= APPROVALS_MAX
            and 0 <= self.days <= DAYS_MAX
        )
