"""Records that the application itself keeps, beside those of the scheduler.

They are written at fixed points of a block, not by events: the identifiers that it spent and the
hash of the salt chain by `consensus.execution`, the history of sealing headers by
`consensus.application`.
"""

import hashlib

from mingzhang.kernel.context import Setting
from mingzhang.kernel.records import Record
from mingzhang.kernel.schedule import PAGE_MAX, DueBranch, DuePage
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


def items_in_order(page: DuePage) -> bool:
    """Items stand in order, none twice, at least one and not more than a page holds."""
    places = [item.place for item in page.items]
    return 0 < len(places) <= PAGE_MAX and places == sorted(dict.fromkeys(places))


def entries_in_order(branch: DueBranch) -> bool:
    """Entries stand in order, none twice, at least one and not more than a branch holds."""
    places = [place for place, _ in branch.entries]
    return 0 < len(places) <= PAGE_MAX and places == sorted(dict.fromkeys(places))
