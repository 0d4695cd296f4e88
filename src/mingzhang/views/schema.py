"""The SQL tables: those that the rooms describe, and those that every ledger has.

Every room table has `id`, `from_height`, `to_height` (NULL while the row is in force) beside its
own columns. Source: design section 9.
"""

from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Index,
    LargeBinary,
    MetaData,
    Table,
    Text,
    and_,
)
from sqlalchemy.sql.elements import ColumnElement

from mingzhang.kernel.modules import Modules
from mingzhang.kernel.views import ColumnType
from mingzhang.kernel.views import Table as Described

ROWS = "1"
"""Raised when rows hold something else in the same columns: views are then filled anew."""
FORMAT_DIGITS = 16
_TYPES = {"text": Text, "int": BigInteger, "bool": Boolean, "json": JSON}


@dataclass(frozen=True)
class Schema:
    """All tables of a ledger's views."""

    metadata: MetaData
    progress: Table
    filled: Table
    """One row, of a ledger that began with a snapshot: the height whose records were filled in."""
    blocks: Table
    commands: Table
    events: Table
    versions: Table
    rooms: dict[str, tuple[Described, Table]]
    """By table name."""
    by_record: dict[str, list[tuple[Described, Table]]]
    """By record path."""

    @property
    def format(self) -> str:
        """What stored views must have been made with: a hash of all tables, columns and indexes."""
        shape = [
            (
                table.name,
                [(c.name, type(c.type).__name__, c.nullable, c.primary_key) for c in table.columns],
                sorted((str(i.name), i.unique, i.columns.keys()) for i in table.indexes),
            )
            for table in sorted(self.metadata.tables.values(), key=lambda each: each.name)
        ]
        return sha256(repr((ROWS, shape)).encode()).hexdigest()[:FORMAT_DIGITS]


def schema_of(modules: Modules) -> Schema:
    """Return the tables of a system."""
    metadata = MetaData()
    progress = Table(
        "progress",
        metadata,
        Column("one", BigInteger, primary_key=True, autoincrement=False),
        Column("height", BigInteger, nullable=False),
        Column("format", Text, nullable=False),
    )
    filled = Table(
        "filled",
        metadata,
        Column("one", BigInteger, primary_key=True, autoincrement=False),
        Column("height", BigInteger, nullable=False),
    )
    blocks = Table(
        "blocks",
        metadata,
        Column("height", BigInteger, primary_key=True, autoincrement=False),
        Column("time_ms", BigInteger, nullable=False, index=True),
        Column("block_hash", Text, nullable=False),
        Column("app_hash", Text, nullable=False),
        Column("commands", BigInteger, nullable=False),
        Column("automatic", BigInteger, nullable=False),
    )
    commands = _commands(metadata)
    events = _events(metadata)
    versions = Table(
        "record_versions",
        metadata,
        Column("key", Text, primary_key=True),
        Column("from_height", BigInteger, primary_key=True, autoincrement=False),
        Column("to_height", BigInteger),
        Column("record", LargeBinary),
    )
    Index(
        "record_versions_open",
        versions.c.key,
        sqlite_where=versions.c.to_height.is_(None),
        postgresql_where=versions.c.to_height.is_(None),
        unique=True,
    )
    rooms: dict[str, tuple[Described, Table]] = {}
    by_record: dict[str, list[tuple[Described, Table]]] = {}
    for module in modules.in_order:
        for described in module.tables:
            pair = (described, _room_table(metadata, described))
            rooms[described.name] = pair
            by_record.setdefault(described.of.path, []).append(pair)
    return Schema(metadata, progress, filled, blocks, commands, events, versions, rooms, by_record)


def in_force(table: Table, height: int | None) -> ColumnElement[bool]:
    """Return the condition that picks the rows as of a height; None means the newest."""
    if height is None:
        return table.c.to_height.is_(None)
    return and_(
        table.c.from_height <= height,
        (table.c.to_height.is_(None)) | (table.c.to_height > height),
    )


def _commands(metadata: MetaData) -> Table:
    return Table(
        "commands",
        metadata,
        Column("height", BigInteger, primary_key=True, autoincrement=False),
        Column("place", BigInteger, primary_key=True, autoincrement=False),
        Column("kid", Text, nullable=False, index=True),
        Column("id", Text, nullable=False, index=True),
        Column("kind", Text, nullable=False, index=True),
        Column("organisation", Text, nullable=False, index=True),
        Column("post", Text, nullable=False),
        Column("person", Text, nullable=False, index=True),
        Column("accepted", Boolean, nullable=False, index=True),
        Column("code", Text, nullable=False),
        Column("clause", Text, nullable=False),
        Column("alarm", Text, nullable=False, index=True),
        Column("facts", JSON, nullable=False),
        Column("receipt_sha256", Text, nullable=False),
    )


def _events(metadata: MetaData) -> Table:
    return Table(
        "events",
        metadata,
        Column("height", BigInteger, primary_key=True, autoincrement=False),
        Column("place", BigInteger, primary_key=True, autoincrement=False),
        Column("ordinal", BigInteger, primary_key=True, autoincrement=False),
        Column("kind", Text, nullable=False, index=True),
        Column("event", LargeBinary, nullable=False),
    )


def _room_table(metadata: MetaData, described: Described) -> Table:
    table = Table(
        described.name,
        metadata,
        Column("id", Text, primary_key=True),
        Column("from_height", BigInteger, primary_key=True, autoincrement=False),
        Column("to_height", BigInteger),
        *(Column(each.name, _type(each.type)) for each in described.columns),
    )
    open_rows = table.c.to_height.is_(None)
    Index(
        f"{described.name}_open",
        table.c.id,
        sqlite_where=open_rows,
        postgresql_where=open_rows,
        unique=True,
    )
    for each in described.columns:
        if each.indexed:
            Index(f"{described.name}_{each.name}", table.c[each.name])
    return table


def _type(name: ColumnType) -> type:
    return _TYPES[name]
