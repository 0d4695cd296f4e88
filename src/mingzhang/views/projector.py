"""The one ordered projector: block by block from the journal into the tables.

Rows are never changed but for `to_height`. `rebuild` drops the tables and fills them again, and
gives the same ones. Of a ledger that began with a snapshot it fills in the records as they stand,
each from the height it was last written at: the tables then know states from `states_from` on,
commands, events and blocks from `blocks_from` on, and say so instead of showing less.
"""

import hashlib
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
from sqlalchemy import (
    Connection,
    Engine,
    Select,
    Table,
    create_engine,
    event,
    insert,
    inspect,
    select,
    update,
)

from mingzhang.crypto.jws import split
from mingzhang.kernel.modules import Modules
from mingzhang.kernel.refusals import Refusal
from mingzhang.ledger.blocks import read_block
from mingzhang.ledger.journal import Journal
from mingzhang.views.bulk import Bulk
from mingzhang.views.schema import Schema, schema_of

BLOCKS_A_STEP = 200
RECORDS_A_STEP = 5_000

Row = dict[str, Any]


class _Payload(msgspec.Struct):
    """The part of a recorded command's payload that views show; consensus has checked it."""

    id: str
    kind: str
    acting: dict[str, str] = msgspec.field(name="as")


class _Note(msgspec.Struct):
    code: str
    facts: dict[str, Any]


class _Receipt(msgspec.Struct):
    kid: str
    id: str
    kind: str
    events: tuple[msgspec.Raw, ...] = ()
    refusal: _Note | None = None


class _Kind(msgspec.Struct):
    kind: str


_PAYLOAD = msgspec.json.Decoder(_Payload)
_RECEIPT = msgspec.json.Decoder(_Receipt)
_KIND = msgspec.json.Decoder(_Kind)


def open_views(url: str) -> Engine:
    """Return the engine for a database URL, such as ``sqlite:////srv/mz/views.sqlite``."""
    engine = create_engine(url)
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def _tune(connection: Any, _record: Any) -> None:  # noqa: ANN401 - the driver's own type
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=NORMAL")

    return engine


class ViewsRefused(Exception):
    """The views do not join on to the ledger's blocks; the message says what to do."""


class Projector:
    """Keeps the views of one ledger. `catch_up` may be called as often as one likes.

    `states_from` and `blocks_from` are 0 for a ledger held from genesis on. Views that were made
    with other tables or columns are dropped when it is opened, and filled anew.
    """

    def __init__(self, journal: Journal, modules: Modules, engine: Engine) -> None:
        self._journal = journal
        self._modules = modules
        self.engine = engine
        self.schema: Schema = schema_of(modules)
        self._bulk = Bulk(engine)
        self._alarms = {each.code: getattr(each, "alarm", "") for each in _all_refusals(Refusal)}
        self._persons = _Persons(self.schema)
        self.blocks_from = max(0, journal.first_height)
        self.states_from = 0
        if self._stored_format() not in (None, self.schema.format):
            self._drop()
        self.schema.metadata.create_all(engine)
        with engine.begin() as connection:
            begun = connection.execute(select(self.schema.progress.c.one)).first()
            if begun is None and not self.blocks_from:
                self._begin(connection)
            filled = connection.execute(select(self.schema.filled.c.height)).scalar()
            self.states_from = 0 if filled is None else int(filled)

    @property
    def height(self) -> int:
        """The last height that the views show; -1 before genesis."""
        with self.engine.connect() as connection:
            progress = self._progress(connection)
        return -1 if progress is None else progress

    def fetch(self, statement: Select[Any]) -> list[Row]:
        """Return the rows that a statement selects, by column name."""
        with self.engine.connect() as connection:
            return [dict(row) for row in connection.execute(statement).mappings()]

    def expect_joined(self) -> None:
        """Raise `ViewsRefused` unless what is shown is a beginning of what the ledger holds.

        Blocks may be missing between the two after a restore, or be others than those shown.
        """
        shown, first, last = self.height, self.blocks_from, self._journal.committed_height
        blocks = self.schema.blocks
        rows = self.fetch(select(blocks.c.block_hash).where(blocks.c.height == shown))
        wire = self._journal.journal(shown) if rows else None
        same = wire is None or read_block(wire).block_hash.hex() == rows[0]["block_hash"]
        if not first <= shown + 1 <= last + 1 or not same:
            raise ViewsRefused(
                f"查询库（区块 {shown}）与账本（区块 {first} 至 {last}）不相衔接；"
                "请停止节点，运行 `mingzhang rebuild HOME`。"
                f"The views (block {shown}) do not join on to this ledger (blocks {first} to "
                f"{last}); stop the node and run `mingzhang rebuild HOME`."
            )

    def catch_up(self, until: int | None = None) -> int:
        """Project all committed blocks, or those up to a height. Returns the height reached.

        Raises `ViewsRefused` rather than leave blocks out.
        """
        last = self._journal.committed_height if until is None else until
        height = self.height
        if height + 1 < self.blocks_from:
            self.expect_joined()
        while height < last:
            first, height = height + 1, min(height + BLOCKS_A_STEP, last)
            with self.engine.begin() as connection:
                self._step(connection, first, height)
        return height

    def rebuild(self, on_step: Callable[[int], None] | None = None) -> int:
        """Drop all tables and fill them again from the journal.

        A ledger that began with a snapshot must stand still meanwhile.
        """
        self._drop()
        self.schema.metadata.create_all(self.engine)
        with self.engine.begin() as connection:
            self._begin(connection)
            if self.blocks_from:
                self._fill(connection)
        height = self.height
        while height < self._journal.committed_height:
            height = self.catch_up(min(height + BLOCKS_A_STEP, self._journal.committed_height))
            if on_step is not None:
                on_step(height)
        return height

    def _stored_format(self) -> str | None:
        """Return what the stored views were made with, or None where none were begun."""
        if not inspect(self.engine).has_table(self.schema.progress.name):
            return None
        with self.engine.connect() as connection:
            found = connection.execute(select(self.schema.progress.c.format)).scalar()
        return None if found is None else str(found)

    def _drop(self) -> None:
        """Drop all tables; the one that says so last, so that who is killed here begins again."""
        progress = self.schema.progress
        tables = [each for each in self.schema.metadata.sorted_tables if each is not progress]
        self.schema.metadata.drop_all(self.engine, tables)
        self.schema.metadata.drop_all(self.engine, [progress])

    # -- one step ----------------------------------------------------------------------------

    def _begin(self, connection: Connection) -> None:
        self._persons = _Persons(self.schema)
        begun = {"one": 1, "height": self.blocks_from - 1, "format": self.schema.format}
        connection.execute(insert(self.schema.progress), begun)

    def _fill(self, connection: Connection) -> None:
        """Fill in the records as they stand, for a ledger whose first blocks are not here."""
        now = self._journal.committed_height
        ranges, held = _Ranges(self.schema), 0
        for _volume, key, leaf in self._journal.leaves():
            if not leaf.salt:
                continue
            self._put(ranges, key, leaf.record, leaf.height)
            held += 1
            if held % RECORDS_A_STEP == 0:
                ranges.write(connection, self._bulk)
                ranges = _Ranges(self.schema)
        ranges.write(connection, self._bulk)
        if self._journal.committed_height != now:
            raise ViewsRefused(
                "重建期间账本有变动，请先停止节点。The ledger moved meanwhile; stop the node first."
            )
        self.states_from = now
        connection.execute(insert(self.schema.filled), {"one": 1, "height": now})

    def _progress(self, connection: Connection) -> int | None:
        height = connection.execute(select(self.schema.progress.c.height)).scalar()
        return None if height is None else int(height)

    def _step(self, connection: Connection, first: int, last: int) -> None:
        blocks: list[Row] = []
        commands: list[Row] = []
        events: list[Row] = []
        ranges = _Ranges(self.schema)
        self._persons.begin(connection)
        for height, wire in self._journal.blocks(first, last):
            block = read_block(wire)
            if height > self.states_from or not self.states_from:
                self._records(height, ranges)
            self._persons.learn(ranges)
            blocks.append(
                {
                    "height": height,
                    "time_ms": block.time_ms,
                    "block_hash": block.block_hash.hex(),
                    "app_hash": block.header.app_hash.hex() if block.header else "",
                    "commands": len(block.commands),
                    "automatic": len(block.automatic),
                }
            )
            for place, (command, receipt) in enumerate(
                zip(block.commands, block.receipts, strict=True)
            ):
                read = _RECEIPT.decode(receipt)
                commands.append(self._command(height, place, command, read, _sha256(receipt)))
                events += _events(height, place, read)
            for ordinal, receipt in enumerate(block.automatic):
                events += _events(height, -1 - ordinal, _RECEIPT.decode(receipt))
        self._bulk.insert(connection, self.schema.blocks, blocks)
        self._bulk.insert(connection, self.schema.commands, commands)
        self._bulk.insert(connection, self.schema.events, events)
        ranges.write(connection, self._bulk)
        connection.execute(update(self.schema.progress).values(height=last))

    def _records(self, height: int, ranges: "_Ranges") -> None:
        for key, _volume, record in self._journal.delta(height) or ():
            self._put(ranges, key, record, height)

    def _put(self, ranges: "_Ranges", key: str, record: bytes | None, height: int) -> None:
        """Put a record, or its end, into every table that shows it."""
        ranges.put(
            self.schema.versions,
            key,
            height,
            None if record is None else {"key": key, "record": record},
        )
        room, name, record_id = key.split("/", 2)
        for described, table in self.schema.by_record.get(f"{room}/{name}", ()):
            row = None
            if record is not None:
                decoded = msgspec.json.decode(record, type=described.of)
                row = {"id": record_id, **described.row(record_id, decoded)}
            ranges.put(table, record_id, height, row)

    def _command(
        self, height: int, place: int, command: bytes, read: _Receipt, receipt_sha256: str
    ) -> Row:
        payload = _PAYLOAD.decode(split(command).payload)
        facts = read.refusal.facts if read.refusal else {}
        code = read.refusal.code if read.refusal else ""
        return {
            "height": height,
            "place": place,
            "kid": read.kid,
            "id": payload.id,
            "kind": payload.kind,
            "organisation": payload.acting["organisation"],
            "post": payload.acting["post"],
            "person": self._persons.of(read.kid),
            "accepted": read.refusal is None,
            "code": code,
            "clause": str(facts.get("clause", "")),
            "alarm": self._alarms.get(code, ""),
            "facts": facts,
            "receipt_sha256": receipt_sha256,
        }


class _Ranges:
    """Rows with `from_height` and `to_height`, gathered over several blocks, then written."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._rows: dict[Table, list[Row]] = {}
        self._open: dict[tuple[Table, str], Row | None] = {}
        self._ends: dict[Table, list[Row]] = {}

    def put(self, table: Table, row_id: str, height: int, row: Row | None) -> None:
        """End the row in force and begin another one (none when the record was deleted)."""
        place = (table, row_id)
        if place in self._open:
            before = self._open[place]
            if before is not None:
                before["to_height"] = height
        else:
            self._ends.setdefault(table, []).append({"b_id": row_id, "b_height": height})
        self._open[place] = row
        if row is not None:
            row["from_height"], row["to_height"] = height, None
            self._rows.setdefault(table, []).append(row)

    def rows(self, table: Table) -> list[Row]:
        """Return what is to be inserted into a table."""
        return self._rows.get(table, [])

    def write(self, connection: Connection, bulk: Bulk) -> None:
        """Write all that was gathered."""
        for table, ends in self._ends.items():
            key = table.c.key if table is self._schema.versions else table.c.id
            bulk.end(connection, table, key, ends)
        for table, rows in self._rows.items():
            bulk.insert(connection, table, rows)


class _Persons:
    """Whose key a thumbprint is: from the identity room's table of keys, read once."""

    def __init__(self, schema: Schema) -> None:
        self._known: dict[str, str] | None = None
        keys = schema.rooms.get("identity_keys")
        self._table = keys[1] if keys else None
        self._seen = 0

    def begin(self, connection: Connection) -> None:
        """Begin a step, whose ranges are empty; the first one reads what the table holds."""
        self._seen = 0
        if self._known is None:
            self._known = {}
            if self._table is not None:
                for row in connection.execute(select(self._table.c.id, self._table.c.person)):
                    self._known[row.id] = row.person

    def learn(self, ranges: _Ranges) -> None:
        """Take over the keys that blocks of this step have written."""
        if self._table is not None and self._known is not None:
            rows = ranges.rows(self._table)
            for row in rows[self._seen :]:
                self._known[row["id"]] = row["person"]
            self._seen = len(rows)

    def of(self, kid: str) -> str:
        """Return the person, or an empty text."""
        return (self._known or {}).get(kid, "")


def _events(height: int, place: int, read: _Receipt) -> Iterator[Row]:
    for ordinal, raw in enumerate(read.events):
        yield {
            "height": height,
            "place": place,
            "ordinal": ordinal,
            "kind": _KIND.decode(raw).kind,
            "event": bytes(raw),
        }


def _sha256(wire: bytes) -> str:
    return hashlib.sha256(wire).hexdigest()


def _all_refusals(of: type[Refusal]) -> Iterator[type[Refusal]]:
    waiting = [of]
    while waiting:
        for each in waiting.pop().__subclasses__():
            waiting.append(each)
            if hasattr(each, "code"):
                yield each
