"""What has happened to what a person follows, read when he looks: nothing is sent for it.

Every row is asked of the one authorisation function as of now, so a subscription shows nothing
that its owner may not read. Each item says by which subscription it is told. Sources: issue 9;
`docs/decisions/0006-subscriptions.md`.
"""

from collections.abc import Iterator
from typing import Any

from fastapi import APIRouter, Request
from sqlalchemy import or_

from mingzhang.domain.identity.state import Person
from mingzhang.domain.procedure.routing import FOLLOWED, NOTICE_KINDS
from mingzhang.domain.procedure.state import FOLLOWS_MAX, Follow, Subscription
from mingzhang.domain.procedure.subscribing import NOTICES
from mingzhang.gateway.problems import Problem
from mingzhang.gateway.reads import times_of
from mingzhang.gateway.rights import owner_of
from mingzhang.gateway.service import Service
from mingzhang.gateway.work import Asking, Row, asked_by, item_of

SUBSCRIPTIONS = "procedure_subscriptions"
TOLD = 30
"""Newest items that an answer names."""
PARTS = {
    "preparation/project": (
        ("preparation_estimates", "project"),
        ("preparation_requests", "project"),
    ),
    "preparation/request": (("procedure_cases", "subject_key"),),
    "execution/agreement": (
        ("execution_milestones", "agreement"),
        ("execution_changes", "agreement"),
        ("execution_nonconformities", "agreement"),
        ("execution_payments", "agreement"),
    ),
    "procedure/case": (("procedure_comments", "case_id"),),
}
"""What belongs to a record that one follows: tables, and the column with its id or its key."""


def router(service: Service) -> APIRouter:
    """Return the route under ``/api``."""
    routes = APIRouter(prefix="/api", tags=["work"])

    @routes.get("/following", summary="What one follows, and what is new / 我关注的")
    async def following(request: Request) -> dict[str, Any]:
        """`follows` is what one has chosen; `told` what has happened since, newest first."""
        service.limit(service.read_rate, request)
        asking = asked_by(service, request)
        follows = _follows(asking, asking.context.person)
        told = sorted(_told(asking, follows), key=lambda each: -each["since_ms"])
        return {**_chosen(asking, follows), "told": told[:TOLD]}

    @routes.get("/following/{person}", summary="What somebody follows / 某人关注的")
    async def of_person(request: Request, person: str) -> dict[str, Any]:
        """Return what a person has chosen, to who may read it."""
        service.limit(service.read_rate, request)
        asking = asked_by(service, request)
        found = asking.who.ledger.find(Person, person)
        if found is None or not asking.who.may_read(SUBSCRIPTIONS, found.organisation):
            raise Problem(403, "GAT-13", what=f"following/{person}")
        return _chosen(asking, _follows(asking, person))

    return routes


def _follows(asking: Asking, person: str) -> tuple[Follow, ...]:
    found = asking.who.ledger.find(Subscription, person)
    return found.follows if found else ()


def _chosen(asking: Asking, follows: tuple[Follow, ...]) -> dict[str, Any]:
    """Return what was chosen, with what the reader may see of it, and what can be."""
    return {
        "height": asking.service.live.height,
        "most": FOLLOWS_MAX,
        "kinds": NOTICE_KINDS,
        "paths": tuple(FOLLOWED),
        "follows": [
            {
                "about": each.about,
                "since_ms": each.since_ms,
                "by": each.by,
                "record": None
                if each.about in NOTICE_KINDS
                else item_of("", each.about, asking)["about"],
            }
            for each in follows
        ],
    }


def _told(asking: Asking, follows: tuple[Follow, ...]) -> Iterator[Row]:
    since = {each.about: each.since_ms for each in follows}
    yield from _notices(asking, since)
    for path, readers in FOLLOWED.items():
        prefix = f"{path}/"
        keys = [about for about in since if about.startswith(prefix)]
        names = [*keys, *(about.removeprefix(prefix) for about in keys)]
        for name, column in ((readers.table, "id"), *PARTS[path]) if keys else ():
            for row, at_ms in _changed(asking, name, column, names):
                about = prefix + row[column].removeprefix(prefix)
                if at_ms > since[about]:
                    yield _changed_item(asking, name, row, about, at_ms)


def _changed(asking: Asking, name: str, column: str, names: list[str]) -> Iterator[tuple[Row, int]]:
    """Return the newest rows that belong to these records and may be read, and when each came."""
    _, table = asking.table(name)
    rows = [
        row
        for row in asking.newest(name, table.c[column].in_(names))
        if asking.who.may_read(name, owner_of(row))
    ]
    times = times_of(asking.service, {row["from_height"] for row in rows})
    return ((row, times[row["from_height"]]) for row in rows if row["from_height"] in times)


def _changed_item(asking: Asking, name: str, row: Row, about: str, at_ms: int) -> Row:
    described, _ = asking.table(name)
    return {
        "kind": "followed",
        "key": f"{described.of.path}/{row['id']}",
        "id": row["id"],
        "why": about,
        "since_ms": at_ms,
        "until_ms": None,
        "about": row,
    }


def _notices(asking: Asking, since: dict[str, int]) -> Iterator[Row]:
    """Return notices of the chosen kinds to the organisation acted for, or to the person.

    Those that it has yet to acknowledge wait at the workbench already (`work`).
    """
    kinds = [about for about in since if about in NOTICE_KINDS]
    mine = asking.context
    if not kinds or not asking.who.may_read(NOTICES, mine.organisation):
        return
    _, table = asking.table(NOTICES)
    found = asking.newest(
        NOTICES,
        table.c.organisation == mine.organisation,
        or_(table.c.person == "", table.c.person == mine.person),
        or_(table.c.must_acknowledge.is_(False), table.c.acknowledged_by.is_not(None)),
        table.c.notice_kind.in_(kinds),
    )
    for row in found:
        if row["at_ms"] > since[row["notice_kind"]]:
            yield item_of(
                "subscribed",
                row["about"],
                asking,
                id=row["id"],
                notice=row["notice_kind"],
                why=row["notice_kind"],
                text=row["text"],
                since_ms=row["at_ms"],
            )
