"""Rules of commands: to publish early, to withhold, to correct. Checks as in `errors`."""

from collections.abc import Iterator

from msgspec.structs import replace

from mingzhang.domain.disclosure import errors
from mingzhang.domain.disclosure.events import FigureCorrected, PublicationTaken
from mingzhang.domain.disclosure.messages import CorrectFigure, PublishFigure, WithholdFigure
from mingzhang.domain.disclosure.publishing import (
    ask,
    publish,
    require_publishable,
    shown,
    withhold,
)
from mingzhang.domain.disclosure.state import Figure, Queue
from mingzhang.domain.disclosure.terms import Entry, retitled
from mingzhang.kernel.context import Context
from mingzhang.kernel.ledger import Ledger
from mingzhang.kernel.records import Event


def publish_figure(command: PublishFigure, context: Context, ledger: Ledger) -> Iterator[Event]:
    """Publish before the day what waits for it."""
    entry = _waiting(ledger, command)
    decision = ask(ledger, entry)
    require_publishable(decision)
    yield PublicationTaken(queue=command.queue, figure=command.figure)
    yield from publish(ledger, context, entry, decision)


def withhold_figure(command: WithholdFigure, context: Context, ledger: Ledger) -> Iterator[Event]:
    """Withhold what waits for its day, and show the gap."""
    entry = _waiting(ledger, command)
    yield PublicationTaken(queue=command.queue, figure=command.figure)
    ground = (command.ground_zh, command.ground_en)
    yield from withhold(ledger, context, entry, ground, None)


def correct_figure(command: CorrectFigure, context: Context, ledger: Ledger) -> Iterator[Event]:
    """Replace a published figure by what its sources say now; the old one says by which."""
    figure = ledger.find(Figure, command.figure)
    if figure is None:
        raise errors.NoFigure(figure=command.figure)
    before = figure.content
    _require_publisher(command.organisation, before.organisation)
    if figure.corrected_by:
        raise errors.AlreadyCorrected(figure=command.figure, corrected_by=figure.corrected_by)
    entry = Entry(
        figure=context.record_id(),
        figure_kind=before.figure_kind,
        level=before.level,
        organisation=before.organisation,
        source_kind=before.source_kind,
        source=before.source,
        amount_fen=-before.amount_fen if before.source_kind == "returned" else 0,
    )
    titles = (command.title_zh, command.title_en)
    decision = ask(ledger, entry)
    now = retitled(shown(ledger, entry, decision), titles)
    if titles == ("", ""):
        titles = (before.title_zh, before.title_en)
        now = replace(now, title_zh=before.title_zh, title_en=before.title_en)
    if now == before:
        raise errors.NothingToCorrect(figure=command.figure)
    require_publishable(decision)
    yield FigureCorrected(figure=command.figure, by=entry.figure, reason=command.reason)
    yield from publish(
        ledger,
        context,
        entry,
        decision,
        titles=titles,
        corrects=command.figure,
        reason=command.reason,
    )


def _waiting(ledger: Ledger, command: PublishFigure | WithholdFigure) -> Entry:
    """Return the entry of what waits. Raises `NotQueued`, `OtherPublisher`."""
    queue = ledger.find(Queue, command.queue)
    for entry in queue.entries if queue else ():
        if entry.figure == command.figure:
            _require_publisher(command.organisation, entry.organisation)
            return entry
    raise errors.NotQueued(figure=command.figure, queue=command.queue)


def _require_publisher(organisation: str, publisher: str) -> None:
    if organisation != publisher:
        raise errors.OtherPublisher(organisation=organisation, publisher=publisher)
