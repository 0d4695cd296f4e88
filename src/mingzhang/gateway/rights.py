"""What a caller may be shown: the ledger's own authorisation function, asked for reads.

Without sign-in a caller sees fields of level ``public`` and the public rooms' records. A
signed-in person says in `X-Acting` for which organisation and post (``health-dept/finance``), who
holds one post only need not; more is then asked of `identity.gate.readable`, row by row, by the
row's organisation.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fastapi import Request
from sqlalchemy import JSON, ColumnElement, Text, func, literal
from sqlalchemy import Table as SqlTable

from mingzhang.domain.identity.access import JURISDICTION
from mingzhang.domain.identity.gate import readable
from mingzhang.domain.identity.state import Person, Post
from mingzhang.gateway.keystore import SUITE
from mingzhang.gateway.problems import Problem
from mingzhang.gateway.service import Service
from mingzhang.kernel.context import Context
from mingzhang.kernel.ledger import Ledger
from mingzhang.kernel.views import Table

PUBLIC_ROOMS = ("disclosure", "kernel")
"""Rooms whose records hold public fields only (design section 5, 'A proof shows its figure')."""
PUBLIC_RECORDS = ("identity/organisation",)
"""Records of other rooms that are public whole: a seal's institution is proven by name."""
ACTING = "x-acting"
OWNERS = ("organisation", "unit", "department")
"""Fields that name to whom a row belongs, the first that is set."""


def owner_of(row: Mapping[str, Any]) -> str:
    """Return the organisation that a view's row or a record belongs to; "" for none.

    What names none itself, as a version of a request, belongs to its author's.
    """
    for name in OWNERS:
        if row.get(name):
            return str(row[name])
    author = row.get("author")
    return str(author.get("organisation", "")) if isinstance(author, Mapping) else ""


def owner_in_sql(table: SqlTable) -> ColumnElement[str]:
    """Return `owner_of` as an expression of a room's table."""
    parts: list[ColumnElement[Any]] = [
        func.nullif(table.c[name], "") for name in OWNERS if name in table.c
    ]
    if "author" in table.c and isinstance(table.c.author.type, JSON):
        parts.append(table.c.author["organisation"].as_string())
    none = literal("", Text)
    return func.coalesce(*parts, none, type_=Text()) if parts else none


@dataclass
class Reader:
    """One caller's rights as of now, remembered while the request lasts."""

    ledger: Ledger
    context: Context | None
    """None without sign-in."""
    _seen: dict[tuple[str, str, str], bool] = field(default_factory=dict)

    def is_own(self, person: str, kid: str) -> bool:
        """Say whether the reader gave a command, with any key of his or with this one."""
        if self.context is None:
            return False
        return kid == self.context.kid or (bool(person) and person == self.context.person)

    def may_see(self, command: Mapping[str, Any]) -> bool:
        """Say whether a command's receipt and signer may be shown: one's own, or by right."""
        return self.is_own(command["person"], command["kid"]) or self.may_read(
            "commands", command["organisation"]
        )

    def may_read(self, table: str, owner: str, column: str = "") -> bool:
        """Say whether restricted fields of an organisation's rows, or one, may be shown."""
        if self.context is None:
            return False
        asked = (table, owner, column)
        if asked not in self._seen:
            self._seen[asked] = readable(
                self.ledger, self.context, "restricted", owner or JURISDICTION, table, column
            )
        return self._seen[asked]

    def shown(self, described: Table, row: dict[str, Any]) -> dict[str, Any] | None:
        """Return a row with the fields that may be shown, or None when there are none."""
        owner = owner_of(row)
        if self.may_read(described.name, owner):
            return row
        secret = described.withheld is not None and described.withheld(self.ledger, row)
        opened = self._opened(described, owner, secret=secret)
        if not opened:
            return None
        return {name: row[name] for name in ("id", "from_height", "to_height", *opened)}

    def _opened(self, described: Table, owner: str, *, secret: bool = False) -> list[str]:
        """Return the columns of an owner's rows that are open to the reader one by one.

        Of a row that belongs to a state secret, no column is public.
        """
        return [
            each.name
            for each in described.columns
            if (each.level == "public" and not secret)
            or self.may_read(described.name, owner, each.name)
        ]

    def owners(self, described: Table, found: Iterable[str], columns: Sequence[str]) -> list[str]:
        """Return those owners of whose rows the reader may see something, and all the columns.

        Who filters by a column learns it: so only these owners' rows may be matched.
        """
        return [
            owner
            for owner in found
            if self.may_read(described.name, owner)
            or ((opened := self._opened(described, owner)) and all(c in opened for c in columns))
        ]

    def require_record(self, key: str, owner: str) -> None:
        """Refuse a record that may not be shown whole. Raises `Problem`."""
        room, name, _ = key.split("/", 2)
        is_public = room in PUBLIC_ROOMS or f"{room}/{name}" in PUBLIC_RECORDS
        if not is_public and not self.may_read(f"{room}_{name}", owner):
            raise Problem(403, "GAT-13", what=key)


def reader(service: Service, request: Request) -> Reader:
    """Return the rights of a request's caller. Raises `Problem` for a post that is not his."""
    application = service.node.application
    session = service.session(request)
    asked = request.headers.get(ACTING, "")
    ledger, time_ms = application.view(), service.node.engine.time_ms
    if session is None:
        if asked:
            raise Problem(401, "GAT-03")
        return Reader(ledger, None)
    held = posts_held(ledger, session.person, time_ms)
    acting = asked or (held[0] if len(held) == 1 else "")
    if asked and asked not in held:
        raise Problem(403, "GAT-27", acting=asked, posts=held)
    organisation, _, post = acting.partition("/")
    context = Context(
        setting=application.setting,
        height=application.height,
        time_ms=time_ms,
        kid=SUITE.thumbprint(session.public_key),
        person=session.person,
        organisation=organisation,
        post=post,
    )
    return Reader(ledger, context)


def posts_held(ledger: Ledger, person: str, time_ms: int) -> tuple[str, ...]:
    """Return the posts that a person holds at a time, each as ``organisation/post``."""
    found = ledger.find(Person, person)
    return tuple(
        f"{ledger.require(Post, held.post).organisation}/{held.post}"
        for held in (found.posts if found else ())
        if found is not None and found.state == "active" and found.holds(held.post, time_ms)
    )
