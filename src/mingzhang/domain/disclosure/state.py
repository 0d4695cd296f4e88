"""The records of disclosure: what the public reads, and verifies by key. Amounts are in fen."""

from typing import Annotated

from msgspec import Meta

from mingzhang.domain.disclosure.terms import (
    Content,
    Entry,
    FigureKind,
    Rule,
    Status,
)
from mingzhang.kernel.records import Record
from mingzhang.kernel.values import Sha256, TimeMs, Year

EMPTY_CHAIN = "0" * 64
QUEUE_PAGE = 64
"""Entries on a page of a day's queue; each page is one due item."""
FIGURE_OF = "disclosure/figure_of"
"""Index: kind and id of a source to the figure in force that tells of it."""
Count = Annotated[int, Meta(ge=0)]


class Figure(Record, frozen=True, kw_only=True):
    """A published figure. Its number is its place in the gazette of its publisher and month."""

    path = "disclosure/figure"
    piles_up = True

    content: Content
    gazette: str
    number: Annotated[int, Meta(ge=1)]
    published_ms: TimeMs
    height: int
    """Height of the ledger as of which it was read."""
    rule: Rule
    status: Status = "published"
    corrects: str = ""
    """The figure that this one replaces."""
    corrected_by: str = ""
    reason: str = ""
    """Why it was corrected."""


class Gap(Record, frozen=True, kw_only=True):
    """What a gazette withholds under a number; id ``<gazette>:<number>``."""

    path = "disclosure/gap"

    gazette: str
    number: Annotated[int, Meta(ge=1)]
    figure_kind: FigureKind
    at_ms: TimeMs
    ground_zh: str
    """Legal ground."""
    ground_en: str
    rule: Rule | None = None
    """None where an official withheld it."""


class Gazette(Record, frozen=True, kw_only=True):
    """Count and hash chain of what a publisher has published in a month; id ``<who>:<month>``.

    chain' = SHA-256(chain|number|key|SHA-256 of the record as published), text in UTF-8, digests
    in lower-case hexadecimal. Whoever has the figures and gaps 1 to count sees one left out.
    """

    path = "disclosure/gazette"

    count: Count
    chain: Sha256
    withheld: Count = 0


class Process(Record, frozen=True, kw_only=True):
    """Where a request stands: at which stage, whose turn, since when, by which rule (A4.1).

    Its content is not here: it is published once approved.
    """

    path = "disclosure/process"

    year: Year
    unit: str
    department: str
    state: str
    level: str
    turn: tuple[str, ...]
    """Organisations whose turn it is."""
    since_ms: TimeMs
    version: int
    clause: str
    """Row of the contract by which it stands there."""
    contract: str


class Queue(Record, frozen=True, kw_only=True):
    """What will be published on a day; id ``<day>:<page>``. Deleted when it has been."""

    path = "disclosure/queue"

    entries: tuple[Entry, ...]


class QueueHead(Record, frozen=True, kw_only=True):
    """How many entries a day's queue has had; id = day number."""

    path = "disclosure/queue_head"

    count: Count


def queue_id(day: int, page: int) -> str:
    """Return the id of a page of a day's queue."""
    return f"{day}:{page}"


def gazette_id(organisation: str, month: str) -> str:
    """Return the id of a publisher's gazette of a month."""
    return f"{organisation}:{month}"


def figure_value(source_kind: str, source: str) -> str:
    """Return the value under which the index `FIGURE_OF` finds a figure."""
    return f"{source_kind}|{source}"


def figure_values(figure: Figure) -> tuple[str, ...]:
    """Return the index value of a figure in force. Several returns of one payment have none."""
    if figure.corrected_by or figure.content.source_kind == "returned":
        return ()
    return (figure_value(figure.content.source_kind, figure.content.source),)
