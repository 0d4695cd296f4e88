"""How each event of disclosure changes records."""

from collections.abc import Mapping

from msgspec.structs import replace

from mingzhang.domain.disclosure import events as e
from mingzhang.domain.disclosure.publishing import next_chain
from mingzhang.domain.disclosure.state import (
    Figure,
    Gap,
    Gazette,
    Process,
    Queue,
    QueueHead,
    queue_id,
)
from mingzhang.kernel.ledger import Ledger
from mingzhang.kernel.records import Record

Writes = Mapping[str, Record | None]


def publications_queued(event: e.PublicationsQueued, ledger: Ledger) -> Writes:
    """Put the entries on their page."""
    page = queue_id(event.day, event.page)
    queue = ledger.find(Queue, page)
    head = ledger.find(QueueHead, f"{event.day}")
    return {
        Queue.key(page): Queue(entries=(*(queue.entries if queue else ()), *event.entries)),
        QueueHead.key(f"{event.day}"): QueueHead(
            count=(head.count if head else 0) + len(event.entries)
        ),
    }


def publication_taken(event: e.PublicationTaken, ledger: Ledger) -> Writes:
    """Take the entry off its page; the page's due item finds the others, or none."""
    queue = ledger.require(Queue, event.queue)
    entries = tuple(entry for entry in queue.entries if entry.figure != event.figure)
    return {Queue.key(event.queue): Queue(entries=entries) if entries else None}


def queue_done(event: e.QueueDone, ledger: Ledger) -> Writes:
    """Drop the page."""
    return {Queue.key(event.queue): None}


def figure_published(event: e.FigurePublished, ledger: Ledger) -> Writes:
    """Keep the figure, and chain it into its gazette."""
    key = Figure.key(event.figure)
    return {key: event.content, **_chained(ledger, key, event.content)}


def figure_withheld(event: e.FigureWithheld, ledger: Ledger) -> Writes:
    """Keep the gap, and chain it into its gazette."""
    key = Gap.key(f"{event.content.gazette}:{event.content.number}")
    return {key: event.content, **_chained(ledger, key, event.content)}


def figure_corrected(event: e.FigureCorrected, ledger: Ledger) -> Writes:
    """Mark the old figure; what it said stays."""
    figure = ledger.require(Figure, event.figure)
    return {
        Figure.key(event.figure): replace(
            figure, status="corrected", corrected_by=event.by, reason=event.reason
        )
    }


def process_moved(event: e.ProcessMoved, ledger: Ledger) -> Writes:
    """Keep where it stands now."""
    return {Process.key(event.process): event.content}


def _chained(ledger: Ledger, key: str, record: Figure | Gap) -> Writes:
    found = ledger.find(Gazette, record.gazette)
    return {
        Gazette.key(record.gazette): Gazette(
            count=record.number,
            chain=next_chain(found, record.number, key, record),
            withheld=(found.withheld if found else 0) + isinstance(record, Gap),
        )
    }
