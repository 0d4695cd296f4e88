"""What happens when nobody acts in time: a level escalates, an unread notice goes up."""

from collections.abc import Iterator

from mingzhang.domain.identity.state import Organisation, Terms
from mingzhang.domain.procedure import events as e
from mingzhang.domain.procedure import verbs
from mingzhang.domain.procedure.routing import Desk
from mingzhang.domain.procedure.state import Case, Notice
from mingzhang.kernel.context import Context
from mingzhang.kernel.ledger import Ledger
from mingzhang.kernel.records import Event
from mingzhang.kernel.schedule import DueItem


def level_overdue(item: DueItem, context: Context, ledger: Ledger) -> Iterator[Event]:
    """Let the organisations above decide too, and tell both sides."""
    case = ledger.require(Case, item.subject)
    if case.state != "open" or case.deadline_ms != item.due_ms:
        return
    level = case.level
    heard = dict.fromkeys(each.desk for each in case.approvals())
    above = tuple(_parent(ledger, desk.organisation) for desk in level.desks)
    yield e.CaseEscalated(
        case=item.subject,
        subject=case.subject,
        position=case.position,
        organisations=tuple(dict.fromkeys(parent for parent in above if parent)),
    )
    for number, (desk, parent) in enumerate(zip(level.desks, above, strict=True)):
        if parent and number not in heard:
            role = level.escalate_role or desk.role
            at = Desk(organisation=parent, role=role)
            yield from verbs.call_posts(ledger, context, item.subject, number, at, None)
    told = (*(desk.organisation for desk in level.desks), *above)
    for organisation in dict.fromkeys(name for name in told if name):
        yield from verbs.notify(
            ledger,
            context,
            "level_overdue",
            Case.key(item.subject),
            organisation=organisation,
            acknowledge_days=ledger.require(Terms, "now").acknowledge_days,
        )


def notice_overdue(item: DueItem, context: Context, ledger: Ledger) -> Iterator[Event]:
    """Tell the organisation above that a notice has not been acknowledged."""
    notice = ledger.require(Notice, item.subject)
    if notice.acknowledged_by is not None:
        return
    yield e.NoticeOverdue(notice=item.subject)
    parent = _parent(ledger, notice.organisation)
    if parent:
        yield from verbs.notify(
            ledger, context, "notice_overdue", Notice.key(item.subject), organisation=parent
        )


def _parent(ledger: Ledger, organisation: str) -> str:
    found = ledger.find(Organisation, organisation)
    return (found.parent or "") if found else ""
