"""What may be asked of disclosure beside what happens by itself.

No command types a figure: amounts are read from the ledger. Sources: 预算法 第十四条;
政府信息公开条例; rows D1, F6.
"""

from typing import Annotated

from msgspec import Meta

from mingzhang.domain.disclosure.terms import QueueId, Reason
from mingzhang.kernel.records import Command
from mingzhang.kernel.values import Id, Title, Uuid7


class PublishFigure(Command, frozen=True, kw_only=True):
    """Publish now what waits for its day."""

    kind = "disclosure.figure.publish/1"

    figure: Uuid7
    queue: QueueId
    """The page on which it waits."""
    organisation: Id
    """Who publishes."""


class WithholdFigure(Command, frozen=True, kw_only=True):
    """Withhold what waits for its day, on a legal ground; the gazette shows the gap."""

    kind = "disclosure.figure.withhold/1"

    figure: Uuid7
    queue: QueueId
    organisation: Id
    ground_zh: Title
    ground_en: Title


class CorrectFigure(Command, frozen=True, kw_only=True):
    """Correct a published figure: its sources are read again; both versions stay visible."""

    kind = "disclosure.figure.correct/1"
    on_keys = ("disclosure/figure/{figure}",)

    figure: Uuid7
    organisation: Id
    reason: Reason
    title_zh: Annotated[str, Meta(max_length=200)] = ""
    """Another title, where it was the title that was wrong."""
    title_en: Annotated[str, Meta(max_length=200)] = ""
