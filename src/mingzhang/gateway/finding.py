"""Finding: by a few words, by a file's SHA-256, and which commands changed a record."""

from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from sqlalchemy import ColumnElement, Text, cast, or_, select
from sqlalchemy import Table as SqlTable

from mingzhang.gateway.reads import known_versions, shown_command, times_of
from mingzhang.gateway.rights import Reader, reader
from mingzhang.gateway.service import Service
from mingzhang.kernel.views import Table
from mingzhang.views.schema import in_force

FOUND_MAX = 10
"""Rows that a search shows of one table."""
TRIED_MAX = 200
"""Rows of one table that a search looks at: of some, what matched may not be shown."""

Words = Annotated[str, Query(min_length=2, max_length=80)]
Sha256 = Annotated[str, Path(pattern="^[0-9a-f]{64}$")]
Row = dict[str, Any]


def router(service: Service) -> APIRouter:
    """Return the routes that find."""
    routes = APIRouter(prefix="/api", tags=["finding"])

    @routes.get("/search", summary="Rows in which a text stands / 查找")
    def search(request: Request, q: Words) -> dict[str, Any]:
        """Look in all text columns of all tables; show the columns that the reader may see."""
        service.limit(service.read_rate, request, cost=10)
        who = reader(service, request)
        found = [each for pair in _tables(service) for each in _search(service, who, pair, q)]
        return {"height": service.live.height, "found": found}

    @routes.get(
        "/registered/{sha256}", summary="Whether, when and where a file was entered / 查文件"
    )
    def registered(request: Request, sha256: Sha256) -> dict[str, Any]:
        """Look where records name files by digest; what the reader may not see is left out."""
        service.limit(service.read_rate, request, cost=10)
        who = reader(service, request)
        found = [each for pair in _tables(service) for each in _naming(service, who, pair, sha256)]
        found.sort(key=lambda each: (each["from_height"], each["key"]))
        return {
            "height": service.live.height,
            "known_from": service.projector.states_from,
            "found": _timed(service, found),
        }

    @routes.get("/trail/{key:path}", summary="Which commands changed a record / 经过")
    def trail(request: Request, key: str) -> dict[str, Any]:
        """Per version the commands that its block holds; `sure` where only one can have done it.

        Versions without a command were written by a due item, or stood in the snapshot.
        """
        service.limit(service.read_rate, request)
        who = reader(service, request)
        versions = known_versions(service, who, key)
        changes = [
            _change(service, who, key, each["from_height"], to_height=each["to_height"])
            for each in versions
        ]
        return {"height": service.live.height, "key": key, "changes": _timed(service, changes)}

    return routes


def _tables(service: Service) -> Iterator[tuple[Table, SqlTable]]:
    yield from service.projector.schema.rooms.values()


def _texts(described: Table, table: SqlTable) -> dict[str, ColumnElement[str]]:
    names = ["id", *(each.name for each in described.columns if each.type == "text")]
    return {name: table.c[name] for name in names}


def _search(
    service: Service, who: Reader, pair: tuple[Table, SqlTable], words: str
) -> Iterator[Row]:
    described, table = pair
    columns = _texts(described, table)
    matches = [column.icontains(words, autoescape=True) for column in columns.values()]
    statement = (
        select(table).where(in_force(table, None), or_(*matches)).order_by(table.c.id.desc())
    )
    left = FOUND_MAX
    for row in service.projector.fetch(statement.limit(TRIED_MAX)):
        shown = who.shown(described, row)
        if shown is None:
            continue
        inside = [n for n in columns if words.lower() in str(shown.get(n) or "").lower()]
        if inside and left:
            left -= 1
            yield {
                "table": described.name,
                "key": f"{described.of.path}/{row['id']}",
                "column": inside[-1],
                "row": {name: value for name, value in shown.items() if name in columns},
            }


def _naming(
    service: Service, who: Reader, pair: tuple[Table, SqlTable], sha256: str
) -> Iterator[Row]:
    """Yield the first version of each record that names a file."""
    described, table = pair
    digests = [n for n in _texts(described, table) if n == "id" or n.endswith("sha256")]
    lists = [each.name for each in described.columns if each.name == "documents"]
    matches = [table.c[name] == sha256 for name in digests]
    matches += [cast(table.c[name], Text).contains(sha256) for name in lists]
    statement = select(table).where(or_(*matches)).order_by(table.c.from_height)
    seen: dict[str, bool] = {}
    for row in service.projector.fetch(statement.limit(TRIED_MAX)):
        shown = who.shown(described, row)
        if shown is None or row["id"] in seen:
            continue
        inside = [n for n in (*digests, *lists) if sha256 in str(shown.get(n) or "")]
        if inside:
            seen[row["id"]] = True
            yield {
                "table": described.name,
                "key": f"{described.of.path}/{row['id']}",
                "column": inside[-1],
                "from_height": row["from_height"],
                "still": row["to_height"] is None,
            }


def _change(service: Service, who: Reader, key: str, height: int, *, to_height: int | None) -> Row:
    commands, events = service.projector.schema.commands, service.projector.schema.events
    rows = service.projector.fetch(
        select(commands)
        .where(commands.c.height == height, commands.c.accepted.is_(True))
        .order_by(commands.c.place)
    )
    automatic = service.projector.fetch(
        select(events.c.place).where(events.c.height == height, events.c.place < 0).limit(1)
    )
    record_id = key.split("/", 2)[2]
    if len(rows) > 1:
        naming = [row for row in rows if _names(service, row, record_id)]
        rows = naming or rows
    return {
        "from_height": height,
        "to_height": to_height,
        "sure": len(rows) == 1 and not automatic,
        "automatic": bool(automatic),
        "commands": [shown_command(who, row) for row in rows],
    }


def _names(service: Service, command: Row, record_id: str) -> bool:
    """Say whether an event of a command names a record."""
    events = service.projector.schema.events
    rows = service.projector.fetch(
        select(events.c.event).where(
            events.c.height == command["height"], events.c.place == command["place"]
        )
    )
    return any(record_id.encode() in bytes(row["event"]) for row in rows)


def _timed(service: Service, found: list[Row]) -> list[Row]:
    times = times_of(service, [each["from_height"] for each in found])
    return [{**each, "time_ms": times.get(each["from_height"])} for each in found]
