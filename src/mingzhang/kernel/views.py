"""SQL tables that people read, described by the rooms and filled by `mingzhang.views`.

A table follows one type of record: whenever a record is written, its row as of that height is
written, and the row before it ends. Rows are never changed but for `to_height`, so any earlier
height or date can be read. Nothing inside consensus reads them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from mingzhang.kernel.ledger import Ledger
from mingzhang.kernel.records import Record

ColumnType = Literal["text", "int", "bool", "json"]


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column. `json` holds a list or object of plain values."""

    name: str
    type: ColumnType = "text"
    indexed: bool = False
    level: Literal["public", "restricted"] = "restricted"
    """Who may be served the field without a grant: everybody, or nobody."""


def public(name: str, column_type: ColumnType = "text", *, indexed: bool = False) -> Column:
    """Return a column that everybody may be served."""
    return Column(name=name, type=column_type, indexed=indexed, level="public")


def restricted(name: str, column_type: ColumnType = "text", *, indexed: bool = False) -> Column:
    """Return a column that is served by right alone."""
    return Column(name=name, type=column_type, indexed=indexed)


@dataclass(frozen=True, kw_only=True)
class Table:
    """The rows of one record type. Every table also has id, from_height, to_height."""

    name: str
    """``<room>_<plural>``."""
    of: type[Record]
    columns: tuple[Column, ...]
    row: Callable[[str, Any], Mapping[str, Any]]
    """From (record id, record) to the values of the columns."""
    withheld: Callable[[Ledger, Mapping[str, Any]], bool] | None = None
    """Says whether a row belongs to a state secret 涉密: then right alone opens all its columns."""
