"""Reads: views with filters, pages and an as-of height or date; records and their versions."""

import re
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Query, Request
from sqlalchemy import Select, func, select
from sqlalchemy import Table as SqlTable

from mingzhang.gateway.problems import Problem, details, status_of_recorded
from mingzhang.gateway.rights import Reader, owner_in_sql, owner_of, reader
from mingzhang.gateway.service import Service
from mingzhang.kernel.calendar import parse_iso, start_of
from mingzhang.kernel.views import Table
from mingzhang.ledger.leaf import Leaf
from mingzhang.views.schema import in_force

PAGE_MAX = 500
PAGE = 100
HEIGHT_MAX = 2**53 - 1
PageSize = Annotated[int, Query(ge=1, le=PAGE_MAX)]
Before = Annotated[int | None, Query(ge=0, le=HEIGHT_MAX)]
RESERVED = ("limit", "after", "height", "date", "since")
"""Query parameters that are not filters."""


@dataclass(frozen=True)
class AsOf:
    """The height an answer is of; `asked` is None for the newest."""

    height: int
    asked: int | None


def router(service: Service) -> APIRouter:
    """Return the routes under ``/api`` that read."""
    routes = APIRouter(prefix="/api", tags=["reads"])

    @routes.get("/ledger", summary="Which ledger this is / 账本概况")
    async def ledger() -> dict[str, Any]:
        """`time_ms` is the ledger's own time: of its newest block, or of a block made now."""
        genesis, engine = service.node.genesis, service.node.engine
        return {
            "chain": genesis.chain,
            "offset_s": genesis.offset_s,
            "currency": genesis.currency,
            "minor_unit": genesis.minor_unit,
            "validators": [each.organisation for each in genesis.validators],
            "height": service.live.height,
            "time_ms": engine.next_time_ms(),
            "block_time_ms": engine.time_ms,
            "sandbox": service.sandbox is not None,
        }

    @routes.get("/views", summary="Tables and their fields / 可查询的表")
    async def tables() -> dict[str, Any]:
        rooms = service.projector.schema.rooms
        return {"tables": [_described(each) for each, _ in rooms.values()]}

    @routes.get("/views/{name}", summary="Rows of a table / 查询")
    async def rows(request: Request, name: str) -> dict[str, Any]:
        """Filter by any column (``column=value``); `limit`, `after` page; `height` or `date`."""
        service.limit(service.read_rate, request)
        pair = service.projector.schema.rooms.get(name)
        if pair is None:
            raise Problem(404, "GAT-14", what=name)
        at = await as_of(service, request)
        return _rows(service, reader(service, request), pair, at, dict(request.query_params))

    @routes.get("/records/{key:path}", summary="A record as of a height or date / 记录")
    async def record(request: Request, key: str) -> dict[str, Any]:
        service.limit(service.read_rate, request)
        at = await as_of(service, request)
        return _record(service, reader(service, request), key, at)

    @routes.get("/leaf/{key:path}", summary="What `on` must name of a record / 所见版本")
    async def leaf(request: Request, key: str) -> dict[str, Any]:
        """Return the salted leaf value of a record as committed; null where there is none.

        Whoever has looked at the record by `/api/records` signs the version that stands there.
        """
        service.limit(service.read_rate, request)
        with service.node.engine.state_lock:
            version = service.node.application.committed.version(key)
            return {"height": service.node.engine.height, "key": key, "version": version}

    @routes.get("/versions/{key:path}", summary="All versions of a record / 全部版本")
    async def versions(request: Request, key: str) -> dict[str, Any]:
        service.limit(service.read_rate, request)
        return _versions(service, reader(service, request), key)

    _add_blocks(routes, service)
    return routes


def _add_blocks(routes: APIRouter, service: Service) -> None:
    @routes.get("/blocks", summary="Blocks, newest first / 区块")
    async def blocks(
        request: Request, before: Before = None, limit: PageSize = PAGE
    ) -> dict[str, Any]:
        service.limit(service.read_rate, request)
        return _blocks(service, before, limit)

    @routes.get("/blocks/{height}", summary="One block / 一个区块")
    async def block(request: Request, height: int) -> dict[str, Any]:
        service.limit(service.read_rate, request)
        await service.caught_up(height)
        return _block(service, reader(service, request), height)

    @routes.get("/refusals", summary="Refused commands and alarms / 拒绝与预警")
    async def refusals(
        request: Request, alarm: str = "", before: Before = None, limit: PageSize = PAGE
    ) -> dict[str, Any]:
        service.limit(service.read_rate, request)
        return _refusals(service, reader(service, request), alarm, before, limit)


def seen(service: Service) -> Callable[[Request], Awaitable[None]]:
    """Return what each read waits for: with ``since=H`` that the views show H (read your writes).

    H is the newest height that the caller was told of, by an answer to his command or by
    ``/api/live``.
    """

    async def wait(request: Request) -> None:
        since = request.query_params.get("since")
        if since is not None:
            await service.caught_up(whole(since, "since", (0, HEIGHT_MAX)))

    return wait


async def as_of(service: Service, request: Request) -> AsOf:
    """Return the height that a request asks for, by `height`, `date` or neither."""
    height, date = request.query_params.get("height"), request.query_params.get("date")
    if height is not None and date is not None:
        raise Problem(400, "GAT-26")
    if height is not None:
        asked = whole(height, "height", (0, HEIGHT_MAX))
        await service.caught_up(asked)
        return _known(service, asked)
    if date is not None:
        try:
            day = parse_iso(date)
        except ValueError:
            raise Problem(400, "GAT-25", name="date") from None
        return _known(service, _height_of(service, day))
    return AsOf(service.live.height, None)


def whole(text: str, name: str, bounds: tuple[int, int]) -> int:
    """Return the whole number that a parameter is. Raises `Problem` for anything else."""
    low, high = bounds
    if not re.fullmatch("[0-9]{1,16}", text) or not low <= int(text) <= high:
        raise Problem(400, "GAT-24", name=name, low=low, high=high)
    return int(text)


def _known(service: Service, asked: int) -> AsOf:
    """Return an earlier height, which a node that began with a snapshot may not know."""
    first = service.projector.states_from
    if asked < first:
        raise Problem(404, "GAT-23", first=first)
    return AsOf(asked, asked)


def _height_of(service: Service, day: int) -> int:
    """Return the last height of a date of the ledger."""
    blocks = service.projector.schema.blocks
    until_ms = start_of(day + 1, service.node.genesis.offset_s)
    newest = select(func.max(blocks.c.height).label("height")).where(blocks.c.time_ms < until_ms)
    (found,) = service.projector.fetch(newest)
    if found["height"] is None:
        first = service.projector.states_from
        raise Problem(404, "GAT-23", first=first) if first else Problem(404, "GAT-15")
    return int(found["height"])


def _described(table: Table) -> dict[str, Any]:
    columns = [
        {"name": each.name, "type": each.type, "level": each.level} for each in table.columns
    ]
    return {"name": table.name, "record": table.of.path, "columns": columns}


def _rows(
    service: Service,
    who: Reader,
    pair: tuple[Table, SqlTable],
    at: AsOf,
    query: dict[str, str],
) -> dict[str, Any]:
    described, table = pair
    limit = whole(query.get("limit", f"{PAGE}"), "limit", (1, PAGE_MAX))
    statement = select(table).where(in_force(table, at.asked)).order_by(table.c.id)
    statement = _filtered(service, statement, who, pair, query)
    shown: list[dict[str, Any]] = []
    after, more = query.get("after", ""), True
    while more and len(shown) <= limit:  # a page is full of rows that may be shown, or the last
        found = service.projector.fetch(statement.where(table.c.id > after).limit(limit + 1))
        shown += [row for row in (who.shown(described, each) for each in found) if row is not None]
        more = len(found) > limit
        after = found[-1]["id"] if found else after
    return {
        "height": at.height,
        "rows": shown[:limit],
        "after": shown[limit - 1]["id"] if len(shown) > limit else None,
    }


def _filtered(
    service: Service,
    statement: Select[Any],
    who: Reader,
    pair: tuple[Table, SqlTable],
    query: dict[str, str],
) -> Select[Any]:
    """Add the filters of a query; nobody may try values of what is hidden from him.

    Without sign-in a filter by a hidden column is refused; else it matches rows of those owners
    alone whose values the reader may see. A table without public columns has for him the rows
    alone of which he may see something, so that no page tells of others.
    """
    described, table = pair
    types = {each.name: each.type for each in described.columns} | {"id": "text"}
    hidden = [each.name for each in described.columns if each.level != "public"]
    tried: list[str] = []
    for name, value in query.items():
        if name in RESERVED:
            continue
        if types.get(name) not in ("text", "int", "bool"):
            raise Problem(400, "GAT-16", column=name)
        try:
            wanted = _value(types[name], value)
        except ValueError:
            raise Problem(400, "GAT-16", column=name) from None
        if name in hidden:
            if who.context is None:
                raise Problem(403, "GAT-13", what=name)
            tried.append(name)
        statement = statement.where(table.c[name] == wanted)
    if tried or len(hidden) == len(described.columns):
        owner = owner_in_sql(table)
        matched = statement.with_only_columns(owner.label("owner")).distinct().order_by(None)
        found = [str(row["owner"]) for row in service.projector.fetch(matched)]
        statement = statement.where(owner.in_(who.owners(described, found, tried)))
    return statement


def _value(column_type: str, text: str) -> str | int | bool:
    if column_type == "int":
        return int(text)
    if column_type == "bool":
        return bool(("false", "true").index(text.lower() or "false"))
    return text


def _record(service: Service, who: Reader, key: str, at: AsOf) -> dict[str, Any]:
    versions = service.projector.schema.versions
    statement = select(versions).where(versions.c.key == key, in_force(versions, at.asked))
    (version,) = _shown_versions(service, who, key, at.height, statement)
    return {"height": at.height, **version}


def _versions(service: Service, who: Reader, key: str) -> dict[str, Any]:
    height = service.live.height
    shown = known_versions(service, who, key)
    return {"height": height, "known_from": service.projector.states_from, "versions": shown}


def known_versions(service: Service, who: Reader, key: str) -> list[dict[str, Any]]:
    """Return the versions of a record, oldest first. Raises `Problem` to who may not read it."""
    versions = service.projector.schema.versions
    statement = select(versions).where(versions.c.key == key).order_by(versions.c.from_height)
    return _shown_versions(service, who, key, service.live.height, statement.limit(PAGE_MAX))


def times_of(service: Service, heights: Iterable[int]) -> dict[int, int]:
    """Return the times of blocks in ms, by height; those not held here are missing."""
    blocks = service.projector.schema.blocks
    statement = select(blocks.c.height, blocks.c.time_ms).where(blocks.c.height.in_([*heights]))
    return {row["height"]: row["time_ms"] for row in service.projector.fetch(statement)}


def _shown_versions(
    service: Service, who: Reader, key: str, height: int, statement: Select[Any]
) -> list[dict[str, Any]]:
    """Return versions of one record, oldest first, to who may read the newest of them."""
    rows = service.projector.fetch(statement)
    if not rows or key.count("/") < 2:  # noqa: PLR2004 - room, name, id
        raise Problem(404, "GAT-17", key=key, height=height)
    records = [msgspec.json.decode(row["record"]) for row in rows]
    who.require_record(key, owner_of(records[-1]))
    leaf = standing(service, key)
    return [
        {
            "key": key,
            "from_height": row["from_height"],
            "to_height": row["to_height"],
            "record": record,
            "version": leaf.value.hex()
            if leaf is not None and row["record"] == leaf.record
            else None,
        }
        for row, record in zip(rows, records, strict=True)
    ]


def standing(service: Service, key: str) -> Leaf | None:
    """Return the leaf of a record as committed now, which the views may not show yet.

    Its value is what `on` names: only beside the very bytes that it stands for is it of use.
    """
    committed = service.node.application.committed
    with service.node.engine.state_lock:
        volume = committed.volume_of(key, committed.modules.record_type(key))
        return service.node.store.get(key, volume)


def _blocks(service: Service, before: int | None, limit: int) -> dict[str, Any]:
    blocks = service.projector.schema.blocks
    statement = select(blocks).order_by(blocks.c.height.desc()).limit(limit)
    if before is not None:
        statement = statement.where(blocks.c.height < before)
    return {
        "height": service.live.height,
        "known_from": service.projector.blocks_from,
        "blocks": service.projector.fetch(statement),
    }


def _block(service: Service, who: Reader, height: int) -> dict[str, Any]:
    blocks = service.projector.schema.blocks
    commands = service.projector.schema.commands
    if height < service.projector.blocks_from:
        raise Problem(404, "GAT-23", first=service.projector.blocks_from)
    (row,) = service.projector.fetch(select(blocks).where(blocks.c.height == height))
    listed = service.projector.fetch(
        select(commands).where(commands.c.height == height).order_by(commands.c.place)
    )
    return {"height": height, **row, "listed": [shown_command(who, each) for each in listed]}


def _refusals(
    service: Service, who: Reader, alarm: str, before: int | None, limit: int
) -> dict[str, Any]:
    commands, blocks = service.projector.schema.commands, service.projector.schema.blocks
    statement = (
        select(commands, blocks.c.time_ms)
        .join(blocks, blocks.c.height == commands.c.height)
        .where(commands.c.accepted.is_(False))
    )
    if alarm:
        statement = statement.where(commands.c.alarm == alarm)
    if before is not None:
        statement = statement.where(commands.c.height < before)
    statement = statement.order_by(commands.c.height.desc(), commands.c.place).limit(limit)
    rows = service.projector.fetch(statement)
    return {
        "height": service.live.height,
        "known_from": service.projector.blocks_from,
        "refusals": [{**shown_command(who, row), "time_ms": row["time_ms"]} for row in rows],
    }


def shown_command(who: Reader, row: dict[str, Any]) -> dict[str, Any]:
    """Show who gave a command, and a refusal's facts and words, only to who may know."""
    if who.may_see(row):
        if row["accepted"]:
            return row
        return {**row, "told": details(status_of_recorded(row["code"]), row["code"], row["facts"])}
    public = ("height", "place", "kind", "organisation", "accepted", "code", "clause", "alarm")
    return {name: row[name] for name in public}
