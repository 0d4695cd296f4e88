"""SQL tables that people read, described by the rooms and filled by `mingzhang.views`.

A table follows one type of record: whenever a record is written, its row as of that height is
written, and the row before it ends. Rows are never changed but for `to_height`, so any earlier
height or date can be read. Nothing inside consensus reads them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

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


@dataclass(frozen=True, kw_only=True)
class Table:
    """The rows of one record type. Every table also has id, from_height, to_height."""

    name: str
    """``<room>_<plural>``."""
    of: type[Record]
    columns: tuple[Column, ...]
    row: Callable[[str, Any], Mapping[str, Any]]
    """From (record id, record) to the values of the columns."""
