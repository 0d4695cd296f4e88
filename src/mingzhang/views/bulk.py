"""Many rows at once: each statement compiled once, its rows handed to the driver as tuples.

SQLAlchemy builds the parameters of every row anew, a quarter of the projector's time (measured).
The statements are its own; a driver that takes no positions gets them the usual way.
"""

from operator import itemgetter
from typing import Any

from sqlalchemy import Column, Connection, Engine, Table, bindparam, insert, update
from sqlalchemy.sql.dml import UpdateBase

Row = dict[str, Any]


class Bulk:
    """Inserts rows, and ends rows in force, of any table of one engine."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._made: dict[tuple[str, Table], _Statement] = {}

    def insert(self, connection: Connection, table: Table, rows: list[Row]) -> None:
        """Insert rows; each has a value for every column."""
        made = self._made.get(("insert", table))
        if made is None:
            made = self._keep("insert", table, insert(table))
        made.execute(connection, rows)

    def end(
        self, connection: Connection, table: Table, key: "Column[Any]", ends: list[Row]
    ) -> None:
        """Set ``to_height`` of the rows in force: `ends` are ``b_id`` and ``b_height``."""
        made = self._made.get(("end", table))
        if made is None:
            statement = (
                update(table)
                .where(key == bindparam("b_id"), table.c.to_height.is_(None))
                .values(to_height=bindparam("b_height"))
            )
            made = self._keep("end", table, statement)
        made.execute(connection, ends)

    def _keep(self, what: str, table: Table, statement: UpdateBase) -> "_Statement":
        made = self._made[what, table] = _Statement(statement, table, self._engine)
        return made


class _Statement:
    """One statement of one table."""

    def __init__(self, statement: UpdateBase, table: Table, engine: Engine) -> None:
        self._statement = statement
        compiled = statement.compile(dialect=engine.dialect)
        self._text = str(compiled)
        names: list[str] | None = getattr(compiled, "positiontup", None)
        self._values = itemgetter(*names) if names and len(names) > 1 else None
        self._bound: list[tuple[str, Any]] = []
        for column in table.c:
            bound = column.type.dialect_impl(engine.dialect).bind_processor(engine.dialect)
            if names and column.name in names and bound is not None:
                self._bound.append((column.name, bound))

    def execute(self, connection: Connection, rows: list[Row]) -> None:
        """Execute it for each of the rows; none does nothing."""
        if not rows:
            return
        if self._values is None:
            connection.execute(self._statement, rows)
            return
        for name, bound in self._bound:
            for row in rows:
                row[name] = bound(row[name])
        connection.exec_driver_sql(self._text, [self._values(row) for row in rows])
