"""What is true of the records of disclosure, of a change to them, and of all of them."""

from collections.abc import Iterator

from mingzhang.domain.disclosure.events import FigurePublished, FigureWithheld
from mingzhang.domain.disclosure.state import QUEUE_PAGE, Figure, Gap, Gazette, Queue
from mingzhang.kernel.ledger import Ledger
from mingzhang.kernel.records import Records


def parts_add_up(figure: Figure) -> bool:
    """The parts of a figure, where it has any, sum to it."""
    parts = figure.content.parts
    return not parts or sum(part.amount_fen for part in parts) == abs(figure.content.amount_fen)


def says_whether_it_was_corrected(figure: Figure) -> bool:
    """A figure is corrected exactly when it names the one that replaces it."""
    return (figure.status == "corrected") == bool(figure.corrected_by)


def has_a_ground(gap: Gap) -> bool:
    """Nothing is withheld without a legal ground, in both languages."""
    return bool(gap.ground_zh and gap.ground_en)


def counts_its_gaps(gazette: Gazette) -> bool:
    """No more is withheld than is numbered."""
    return 0 <= gazette.withheld <= gazette.count


def is_neither_empty_nor_too_long(queue: Queue) -> bool:
    """A page of a queue holds something, and no more than a due item can do."""
    return 1 <= len(queue.entries) <= QUEUE_PAGE


def takes_the_next_number(event: FigurePublished | FigureWithheld, ledger: Ledger) -> bool:
    """What is published or withheld has the number after the gazette's last."""
    gazette = ledger.find(Gazette, event.content.gazette)
    return event.content.number == (gazette.count + 1 if gazette else 1)


def gazettes_have_no_holes(records: Records) -> Iterator[str]:
    """Figures and gaps of a gazette have the numbers 1 to its count, each once."""
    numbers: dict[str, list[int]] = {}
    for _, figure in records.of(Figure):
        numbers.setdefault(figure.gazette, []).append(figure.number)
    for _, gap in records.of(Gap):
        numbers.setdefault(gap.gazette, []).append(gap.number)
    counts = {name: gazette.count for name, gazette in records.of(Gazette)}
    for gazette in dict.fromkeys((*numbers, *counts)):
        found = sorted(numbers.get(gazette, []))
        if found != list(range(1, counts.get(gazette, 0) + 1)):
            yield f"gazette {gazette}: {counts.get(gazette, 0)} numbers, found {found}"
