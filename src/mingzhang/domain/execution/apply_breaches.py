"""How events of accountability change the record."""

from collections.abc import Mapping

from msgspec.structs import replace

from mingzhang.domain.execution import events
from mingzhang.domain.execution.state import Breach
from mingzhang.kernel.ledger import Ledger
from mingzhang.kernel.records import Record

Writes = Mapping[str, Record | None]


def breach_recorded(event: events.BreachRecorded, ledger: Ledger) -> Writes:
    """Keep the record as it was made."""
    return {Breach.key(event.breach): event.content}


def breach_corrected(event: events.BreachCorrected, ledger: Ledger) -> Writes:
    """Keep by whom and how."""
    return _breach(
        event.breach,
        ledger,
        state="corrected",
        corrected_by=event.by,
        statement=event.statement,
        document_sha256=event.document_sha256,
    )


def breach_overdue(event: events.BreachOverdue, ledger: Ledger) -> Writes:
    """Its time has passed."""
    return _breach(event.breach, ledger, state="overdue")


def _breach(name: str, ledger: Ledger, **changed: object) -> dict[str, Record | None]:
    return {Breach.key(name): replace(ledger.require(Breach, name), **changed)}
