"""What has happened in disclosure. Field order is wire order; every field is public."""

from mingzhang.domain.disclosure.state import Figure, Gap, Process
from mingzhang.domain.disclosure.terms import Entry
from mingzhang.kernel.records import Event
from mingzhang.kernel.values import Day


class PublicationsQueued(Event, tag="disclosure.publications_queued", frozen=True, kw_only=True):
    """Something will be published on a day, by a contract's rule."""

    day: Day
    page: int
    entries: tuple[Entry, ...]


class PublicationTaken(Event, tag="disclosure.publication_taken", frozen=True, kw_only=True):
    """What was queued has been dealt with before its day."""

    queue: str
    figure: str


class QueueDone(Event, tag="disclosure.queue_done", frozen=True, kw_only=True):
    """A page of what was due has been dealt with."""

    queue: str


class FigurePublished(Event, tag="disclosure.figure_published", frozen=True, kw_only=True):
    """A figure is public, numbered in its gazette."""

    figure: str
    content: Figure


class FigureWithheld(Event, tag="disclosure.figure_withheld", frozen=True, kw_only=True):
    """Something is not published; the gazette shows a numbered gap with its legal ground."""

    content: Gap


class FigureCorrected(Event, tag="disclosure.figure_corrected", frozen=True, kw_only=True):
    """A published figure is replaced by another one; both stay to be read."""

    figure: str
    by: str
    reason: str


class ProcessMoved(Event, tag="disclosure.process_moved", frozen=True, kw_only=True):
    """Where a request stands now, for everybody to see."""

    process: str
    content: Process
