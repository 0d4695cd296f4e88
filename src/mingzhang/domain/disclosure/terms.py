"""Values that commands, events and records of disclosure share. Every field is public.

Amounts are in fen. Nothing here holds a person's name, an account or a price that is not public:
what the public may not see has no field to stand in.
"""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta
from msgspec.structs import replace

from mingzhang.kernel.values import Day, Fen, Sha256, SignedFen, TimeMs, Year

FigureKind = Literal["budget", "adjustment", "request", "approval", "payment", "accountability"]
"""Kinds of record that are published; the hook `disclosure.publish` knows them by these names."""
PublisherLevel = Literal["government", "department", "unit"]
SourceKind = Literal[
    "resolution",
    "issue",
    "appropriation",
    "reversal",
    "version",
    "approval",
    "settled",
    "returned",
    "breach",
]
"""What a figure is read from: a record of preparation or execution, by its id."""
Status = Literal["published", "reversed", "corrected"]
"""``reversed``: what it tells of was taken back. ``corrected``: a later figure replaces it."""
QueueId = Annotated[str, Meta(pattern=r"^[1-9][0-9]{0,5}:(0|[1-9][0-9]{0,4})(?!\n)$")]
"""A page of a day's queue: ``<day number>:<page>``."""
Reason = Annotated[str, Meta(min_length=1, max_length=1_000)]


class FigurePart(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A part of a figure: a line down to its classes, or an organisation."""

    title_zh: str
    title_en: str
    amount_fen: Fen
    function: str = ""
    """功能分类, down to 项."""
    economic: str = ""
    """部门预算支出经济分类, down to 款."""
    organisation: str = ""
    line: str = ""
    """Budget line that it is of, opaque: what tells two lines of one title apart."""


class FigurePayee(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who was paid. Of a natural person, and where the contracts mask, the class alone."""

    payee_class: str
    title: str = ""
    credit_code: str = ""
    """统一社会信用代码, which is on public register."""


class FigureStep(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One decision on the way of a request: at which level, by which organisation or clause."""

    level: str
    answer: str
    at_ms: TimeMs
    organisation: str = ""
    clause: str = ""


class Content(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a figure says, as read from its sources at a height."""

    figure_kind: FigureKind
    level: PublisherLevel
    organisation: str
    """Who publishes: government, department or unit."""
    year: Year
    title_zh: str
    title_en: str
    amount_fen: SignedFen
    source_kind: SourceKind
    source: str
    """Id of the record that it is read from; opaque."""
    sources: tuple[str, ...]
    """Keys of the records that it came from, nearest first: the walk back (row A4.4)."""
    parts: tuple[FigurePart, ...] = ()
    steps: tuple[FigureStep, ...] = ()
    last_year_fen: int | None = None
    """The same of the year before, where there is one."""
    previous_fen: int | None = None
    """The same of the version before, where there is one."""
    number: str = ""
    """Document number, where there is one."""
    day: Day | None = None
    """When what it tells of happened."""
    reversed: bool = False
    payee: FigurePayee | None = None
    """Of a payment and of what came back of it."""


class Rule(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """By which row of which contract it is published or withheld, on which legal basis."""

    contract: Sha256
    row: str
    """``<contract name>/<node>/<row>``."""
    input_sha256: Sha256
    basis_zh: tuple[str, ...]
    basis_en: tuple[str, ...]


class Entry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What waits to be published; `figure` is the id that it will have."""

    figure: str
    figure_kind: FigureKind
    level: PublisherLevel
    organisation: str
    source_kind: SourceKind
    source: str
    amount_fen: Fen = 0
    """Of a return, which no record of its own holds."""


def retitled(content: Content, titles: tuple[str, str]) -> Content:
    """Return what a figure says under other titles; an empty one leaves the title."""
    return replace(
        content,
        title_zh=titles[0] or content.title_zh,
        title_en=titles[1] or content.title_en,
    )


def masked(content: Content) -> Content:
    """Return what a figure says without what is protected: of its payee the class alone."""
    if content.payee is None:
        return content
    return replace(content, payee=FigurePayee(payee_class=content.payee.payee_class))
