"""Records that the application itself keeps, beside those of the scheduler.

They are written at fixed points of a block, not by events: the identifiers that it spent and the
hash of the salt chain by `consensus.execution`, the history of sealing headers by
`consensus.application`.
"""

import hashlib

from mingzhang.kernel.calendar import MS_PER_HOUR
from mingzhang.kernel.context import Setting
from mingzhang.kernel.records import Record
from mingzhang.kernel.schedule import Agenda, Hour
from mingzhang.kernel.values import Sha256


class SpentHour(Record, frozen=True, kw_only=True):
    """Identifiers spent whose commands expire in one hour: their count and hash chain.

    chain' = SHA-256(chain ‖ kid ‖ id ‖ receipt hash ‖ height (8)), from 32 zero bytes, so that a
    restorer is sure of each (`spec/state.md`). Deleted when the hour has passed: an expired command
    is refused by its date.
    """

    path = "kernel/spent"

    count: int
    chain: Sha256


def spent_link(chain: bytes, kid: bytes, command_id: bytes, value: bytes) -> bytes:
    """Return a spent chain's next link; `value` is receipt hash (32) ‖ height (8), as kept."""
    return hashlib.sha256(chain + kid + command_id + value).digest()


class SpentHours(Record, frozen=True, kw_only=True):
    """The hours that have a `SpentHour`, rising; at most 26. Id ``head``."""

    path = "kernel/spent_hours"

    hours: tuple[int, ...]


class RefusedByKey(Record, frozen=True, kw_only=True):
    """Unexpired refused commands of one key: pairs of the hour of `expires` and a count."""

    path = "kernel/refused"

    hours: tuple[tuple[int, int], ...]


class History(Record, frozen=True, kw_only=True):
    """The RFC 6962 head over the hashes of sealing headers, id ``head``."""

    path = "kernel/history"

    size: int
    root: Sha256
    peaks: tuple[Sha256, ...]
    """Roots of the perfect subtrees, largest first."""


class Salt(Record, frozen=True, kw_only=True):
    """SHA-256 of the salt chain's present secret s_h, id ``head``."""

    path = "kernel/salt"

    commitment: Sha256


class Automatic(Record, frozen=True, kw_only=True):
    """Receipts of due items: their count and hash chain, id ``head``.

    chain' = SHA-256(chain ‖ receipt hash). They have no result of their own in a block.
    """

    path = "kernel/automatic"

    count: int
    chain: Sha256


class Version(Record, frozen=True, kw_only=True):
    """The application version in force, and the one that follows at a height. Id ``app``."""

    path = "kernel/version"

    current: int
    following: int | None = None
    from_height: int | None = None


class SettingRecord(Record, frozen=True, kw_only=True):
    """What genesis fixed, id ``genesis``."""

    path = "kernel/setting"

    setting: Setting
    genesis_sha256: Sha256


def in_order_and_one_hour(hour: Hour) -> bool:
    """Items are sorted, all of one hour, and there is at least one."""
    items = hour.items
    return (
        bool(items)
        and items == tuple(sorted(items))
        and items[0].due_ms // MS_PER_HOUR == items[-1].due_ms // MS_PER_HOUR
    )


def hours_rise(agenda: Agenda) -> bool:
    """Hours stand in order, none twice."""
    return all(a < b for a, b in zip(agenda.hours, agenda.hours[1:], strict=False))
