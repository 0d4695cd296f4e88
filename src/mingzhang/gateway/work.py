"""All open work of whoever asks, in one order; and what a colleague would leave behind.

Work is what procedure gives as tasks, notices to acknowledge, and what waits for a signature that
no task asks for: milestones, agreements, accounts, change orders, quota on a condition. The routes
only gather: whether an act would succeed is asked by dry run. Sources: mission rows A2.2, H14.
"""

from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy import Table as SqlTable

from mingzhang.domain.execution.milestone_rules import ROLE_OF
from mingzhang.domain.identity.gate import may
from mingzhang.domain.identity.patterns import Scope
from mingzhang.domain.identity.state import Person, Post
from mingzhang.domain.procedure.handing_over import RIGHT_OF_ALL, holders_alone
from mingzhang.domain.procedure.state import Work
from mingzhang.gateway.problems import Problem, details, status_of_recorded
from mingzhang.gateway.rights import Reader, owner_of, reader
from mingzhang.gateway.service import Service
from mingzhang.kernel.context import Context
from mingzhang.kernel.refusals import RightMissing
from mingzhang.kernel.views import Table

ITEMS_MAX = 500
"""Items of one kind that an answer names; `counted` says how many tasks there are."""
NEWEST_MAX = 100
"""Rows of one table that are looked through for what is new."""
Row = dict[str, Any]


@dataclass(frozen=True)
class Asking:
    """Who asks: a signed-in person at a post."""

    service: Service
    who: Reader
    context: Context
    roles: tuple[str, ...]

    def table(self, name: str) -> tuple[Table, SqlTable]:
        """Return a table as the room describes it, and as SQL has it."""
        return self.service.projector.schema.rooms[name]

    def rows(self, name: str, *conditions: ColumnElement[bool]) -> list[Row]:
        """Return rows of a table as they stand, whoever may read them: for the gatherers only."""
        _, table = self.table(name)
        wanted = select(table).where(table.c.to_height.is_(None), *conditions).limit(ITEMS_MAX)
        return self.service.projector.fetch(wanted)

    def newest(self, name: str, *conditions: ColumnElement[bool]) -> list[Row]:
        """Return the rows of a table that were written last, as `rows`."""
        _, table = self.table(name)
        wanted = (
            select(table)
            .where(table.c.to_height.is_(None), *conditions)
            .order_by(table.c.from_height.desc(), table.c.id)
            .limit(NEWEST_MAX)
        )
        return self.service.projector.fetch(wanted)

    def may(self, right: str) -> bool:
        """Say whether the post has a right on its own organisation's."""
        try:
            may(self.who.ledger, self.context, right, Scope())
        except RightMissing:
            return False
        return True


def router(service: Service) -> APIRouter:
    """Return the routes under ``/api/work``."""
    routes = APIRouter(prefix="/api/work", tags=["work"])

    @routes.get("", summary="All open work of one's own / 我的全部待办")
    async def work(request: Request) -> dict[str, Any]:
        """One list, earliest deadline first, what has none last; `why` and `until_ms` of each."""
        service.limit(service.read_rate, request)
        asking = asked_by(service, request)
        items = [*_tasks(asking), *_notices(asking), *_signatures(asking), *_money(asking)]
        return {
            "height": service.live.height,
            "time_ms": service.node.engine.next_time_ms(),
            "items": sorted(items, key=_urgency),
        }

    @routes.get("/{person}", summary="What a person would leave behind / 某人的全部待办")
    async def left_behind(request: Request, person: str) -> dict[str, Any]:
        """For those who may hand it over. Hidden items are counted, never shown."""
        service.limit(service.read_rate, request)
        return _left_behind(asked_by(service, request), person)

    return routes


def asked_by(service: Service, request: Request) -> Asking:
    """Return who asks. Raises `Problem` without sign-in, or where no post is named."""
    who = reader(service, request)
    if who.context is None:
        raise Problem(401, "GAT-03")
    post = who.ledger.find(Post, who.context.post)
    return Asking(service, who, who.context, post.roles if post else ())


def _urgency(item: Row) -> tuple[int, int, int]:
    return (item["until_ms"] is None, item["until_ms"] or 0, item["since_ms"] or 0)


def item_of(kind: str, key: str, asking: Asking, **more: Any) -> Row:  # noqa: ANN401 - plain JSON
    """Return an item with what its reader may see of the record that it is about."""
    item = {"kind": kind, "key": key, "since_ms": None, "until_ms": None, "why": "", **more}
    room, _, rest = key.partition("/")
    name, _, record_id = rest.partition("/")
    pairs = asking.service.projector.schema.by_record.get(f"{room}/{name}", [])
    about = None
    for described, table in pairs[:1]:
        for row in asking.rows(described.name, table.c.id == record_id):
            about = asking.who.shown(described, row)
    if about and {"height", "command"} <= about.keys():
        code = about["code"]
        told = details(status_of_recorded(code), code, about["facts"])
        words = {name: told[name] for name in ("title", "title_zh")}
        about = {**about, **words, "place": _place(asking, about)}
    return {**item, "about": about}


def _place(asking: Asking, about: Row) -> int | None:
    """Return at which place of its block the command stands that a record is kept of."""
    commands = asking.service.projector.schema.commands
    found = asking.service.projector.fetch(
        select(commands.c.place).where(
            commands.c.height == about["height"], commands.c.id == about["command"]
        )
    )
    return found[0]["place"] if found else None


# -- tasks and notices ---------------------------------------------------------------------------


def _tasks(asking: Asking) -> list[Row]:
    _, table = asking.table("procedure_tasks")
    person = asking.who.ledger.require(Person, asking.context.person)
    holders = [f"person:{asking.context.person}"]
    holders += (
        [f"post:{asking.context.post}"]
        if person.holds(asking.context.post, asking.context.time_ms)
        else []
    )
    found = asking.rows("procedure_tasks", table.c.holder.in_(holders), table.c.is_open.is_(True))
    return [_task(asking, row) for row in found]


def _task(asking: Asking, row: Row) -> Row:
    return item_of(
        row["task_kind"],
        row["subject_key"],
        asking,
        id=row["id"],
        case=row["case_id"],
        why=row["reason"],
        right=row["right"],
        since_ms=row["since_ms"],
        until_ms=row["deadline_ms"],
    )


def _notices(asking: Asking) -> list[Row]:
    """Return what the institution must acknowledge, and what the person alone was told."""
    _, table = asking.table("procedure_notices")
    mine = asking.context
    found = asking.rows(
        "procedure_notices",
        or_(
            table.c.person == mine.person,
            and_(
                table.c.person == "",
                table.c.organisation == mine.organisation,
                table.c.must_acknowledge.is_(True),
            ),
        ),
        table.c.acknowledged_by.is_(None),
    )
    return [
        item_of(
            "notice",
            row["about"],
            asking,
            id=row["id"],
            notice=row["notice_kind"],
            why=row["text"],
            since_ms=row["at_ms"],
            until_ms=row["deadline_ms"],
        )
        for row in found
    ]


# -- what waits for a signature ------------------------------------------------------------------


def _signatures(asking: Asking) -> list[Row]:
    """Return milestones, agreements and change orders that wait for the asking post."""
    items: list[Row] = []
    _, table = asking.table("execution_agreements")
    own = asking.context.organisation
    dealt = or_(table.c.unit == own, table.c.payee == own, table.c.engineer == own)
    agreements = {row["id"]: row for row in asking.rows("execution_agreements", dealt)}
    if not agreements:
        return items
    duties = [duty for duty, role in ROLE_OF.items() if role in asking.roles]
    _, milestones = asking.table("execution_milestones")
    for row in asking.rows("execution_milestones", milestones.c.state == "reported"):
        agreement = agreements.get(row["agreement"])
        signed = {each["duty"] for each in row["accepted_by"]}
        if agreement and any(_is_due(own, agreement, duty, signed) for duty in duties):
            items.append(_party_item("milestone", "execution/milestone", row, agreement))
    items += [
        _party_item("signature", "execution/agreement", row, row)
        for row in agreements.values()
        if row["state"] == "proposed" and _may_sign(asking, row)
    ]
    _, changes = asking.table("execution_changes")
    for row in asking.rows("execution_changes", changes.c.state == "requested"):
        agreement = agreements.get(row["agreement"])
        if agreement and _may_decide_change(asking, row, agreement):
            items.append(_party_item("change", "execution/change", row, agreement))
    return items


def _is_due(own: str, agreement: Row, duty: str, signed: set[str]) -> bool:
    if duty == "engineer":
        return bool(agreement["engineer"] == own) and duty not in signed
    needed = ("manager",) if agreement["engineer"] else ("manager", "quality")
    return bool(agreement["unit"] == own) and duty in needed and duty not in signed


def _may_sign(asking: Asking, row: Row) -> bool:
    side = "unit" if row["unit"] == asking.context.organisation else "payee"
    is_party = row[side] == asking.context.organisation
    has_signed = any(each["duty"] == side for each in row["signatures"])
    return is_party and not has_signed and asking.may("execution.agreement.sign")


def _may_decide_change(asking: Asking, row: Row, agreement: Row) -> bool:
    own = asking.context.organisation
    needs_engineer = bool(agreement["engineer"]) and not row["agreed_by"]
    if needs_engineer:
        return bool(agreement["engineer"] == own) and asking.may("execution.change.agree")
    return bool(agreement["unit"] == own) and asking.may("execution.change.approve")


def _party_item(kind: str, path: str, row: Row, agreement: Row) -> Row:
    """Return an item about an agreement to its party, who has its terms in hand."""
    names = ("milestone", "state", "increase_fen", "reason", "measured_fen", "invoice")
    about = {name: row[name] for name in names if row.get(name) is not None}
    about |= {"agreement": agreement["id"], "title": agreement["title"], "id": row["id"]}
    return {
        "kind": kind,
        "key": f"{path}/{row['id']}",
        "id": row["id"],
        "why": "",
        "since_ms": None,
        "until_ms": None,
        "about": {"total_fen": agreement["total_fen"], **about},
    }


# -- what waits in the ways of money -------------------------------------------------------------


def _money(asking: Asking) -> list[Row]:
    """Return accounts to confirm, bounced payments, advances past their day, quota to release."""
    items: list[Row] = []
    own, person = asking.context.organisation, asking.context.person
    if asking.may("execution.payee.confirm"):
        _, table = asking.table("execution_accounts")
        for row in asking.rows("execution_accounts", table.c.unit == own):
            confirmed = {each["person"] for each in row["confirmed"]}
            waits = row["counts"] != row["account"] and person not in confirmed
            if waits and row["asked_by"] != person:
                items.append(item_of("account", f"execution/account/{row['id']}", asking))
    if asking.may("execution.payment.reinstruct"):
        _, table = asking.table("execution_payments")
        at = asking.rows(
            "execution_payments", table.c.unit == own, table.c.state.in_(("approved", "advanced"))
        )
        items += [
            item_of(
                "bounced" if row["state"] == "approved" else "advance",
                f"execution/payment/{row['id']}",
                asking,
                why=row["reason"],
            )
            for row in at
        ]
    if asking.may("execution.quota.release"):
        _, table = asking.table("execution_quota_documents")
        items += [
            item_of(
                "quota",
                f"execution/quota_document/{row['id']}",
                asking,
                why=row["condition"] or "",
            )
            for row in asking.rows(
                "execution_quota_documents", table.c.issuer == own, table.c.state == "conditional"
            )
        ]
    return items


# -- leaving -------------------------------------------------------------------------------------


def _left_behind(asking: Asking, person_id: str) -> dict[str, Any]:
    ledger = asking.who.ledger
    person = ledger.find(Person, person_id)
    if person is None:
        raise Problem(
            404, "GAT-17", key=f"identity/person/{person_id}", height=asking.context.height
        )
    try:
        may(ledger, asking.context, RIGHT_OF_ALL, Scope(organisation=person.organisation))
    except RightMissing:
        raise Problem(403, "GAT-13", what=f"work/{person_id}") from None
    holders = holders_alone(ledger, asking.context, person_id)
    works = [ledger.find(Work, holder) or Work(count=0) for holder in holders]
    described, table = asking.table("procedure_tasks")
    found = asking.rows("procedure_tasks", table.c.holder.in_(holders), table.c.is_open.is_(True))
    items = [
        _task(asking, row)
        for row in found
        if not row["hidden"] and asking.who.may_read(described.name, owner_of(row))
    ]
    return {
        "height": asking.service.live.height,
        "person": person_id,
        "count": sum(each.count for each in works),
        "hidden": sum(each.hidden for each in works),
        "items": sorted(items, key=_urgency),
    }
