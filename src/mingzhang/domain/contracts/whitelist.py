"""Step 2 of admission: which kinds and keys a document may hold, named where it has others.

The walk needs no recursion: a document nests to a fixed depth, part by part. Each part is
then read by itself, so that a value of the wrong kind is named with its node and row; the
words of the reading library enter no finding.
"""

from collections.abc import Iterator
from typing import Any

import msgspec

from mingzhang.domain.contracts.document import (
    Contract,
    Default,
    EmbeddedTest,
    Expressions,
    Field,
    Fired,
    Formula,
    Invariant,
    LegalBasis,
    Output,
    Responsible,
    Row,
    Scope,
    Table,
    Waiver,
)
from mingzhang.domain.contracts.program import Finding

_NODE_KINDS: dict[str, type[msgspec.Struct]] = {"table": Table, "expressions": Expressions}
_LISTS: dict[str, type[msgspec.Struct]] = {
    "legal": LegalBasis,
    "responsible": Responsible,
    "inputs": Field,
    "outputs": Field,
    "tests": EmbeddedTest,
    "invariants": Invariant,
    "waivers": Waiver,
}
_NODE_LISTS: dict[str, type[msgspec.Struct]] = {
    "rows": Row,
    "outputs": Output,
    "formulas": Formula,
}

_Place = tuple[str, str, str]
"""Node, row, path."""


def shape_findings(document: object) -> Iterator[Finding]:
    """Yield what is wrong with the kinds, keys and plain values of a decoded document."""
    if not isinstance(document, dict):
        yield Finding(code="VALUE_MALFORMED", what="$")
        return
    yield from _keys(document, Contract, ("", "", ""))
    yield from _part(document.get("scope"), Scope, ("", "", "scope"))
    for name, of in _LISTS.items():
        for index, part in enumerate(_items(document.get(name))):
            if of is EmbeddedTest and isinstance(part, dict):
                for at, fired in enumerate(_items(part.get("fires"))):
                    yield from _part(fired, Fired, ("", "", f"{name}[{index}].fires[{at}]"))
            yield from _part(part, of, ("", "", f"{name}[{index}]"))
    for index, node in enumerate(_items(document.get("nodes"))):
        yield from _node(node, f"nodes[{index}]")


def _items(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(part: dict[str, Any], key: str) -> str:
    value = part.get(key)
    return value[:40] if isinstance(value, str) else ""


def _node(node: object, path: str) -> Iterator[Finding]:
    if not isinstance(node, dict):
        yield Finding(code="VALUE_MALFORMED", cell=path, what=path)
        return
    name = _text(node, "id")
    kind = node.get("kind")
    of = _NODE_KINDS.get(kind) if isinstance(kind, str) else None
    if of is None:
        yield Finding(code="NODE_KIND", node=name, cell=path, what=str(kind)[:40])
        return
    yield from _keys({key: node[key] for key in node if key != "kind"}, of, (name, "", path))
    for key, part_type in _NODE_LISTS.items():
        for index, part in enumerate(_items(node.get(key))):
            row = _text(part, "id") if isinstance(part, dict) else ""
            yield from _part(part, part_type, (name, row, f"{key}[{index}]"))
    if node.get("default") is not None:
        yield from _part(node["default"], Default, (name, "default", "default"))


def _part(part: object, of: type[msgspec.Struct], place: _Place) -> Iterator[Finding]:
    node, row, path = place
    if not isinstance(part, dict):
        yield Finding(code="VALUE_MALFORMED", node=node, row=row, cell=path, what=path)
        return
    faults = list(_keys(part, of, place))
    yield from faults
    if not faults and not readable(part, of):
        yield Finding(code="VALUE_MALFORMED", node=node, row=row, cell=path, what=path)


def _keys(part: dict[str, Any], of: type[msgspec.Struct], place: _Place) -> Iterator[Finding]:
    node, row, path = place
    known = of.__struct_fields__
    for key in part:
        if key not in known:
            yield Finding(code="KEY_UNKNOWN", node=node, row=row, cell=path, what=key[:60])
    for key in known:
        if key not in part:
            yield Finding(code="KEY_MISSING", node=node, row=row, cell=path, what=key)


def readable(part: object, of: type[object]) -> bool:
    """Say whether plain JSON values are one of a type."""
    try:
        msgspec.convert(part, of)
    except msgspec.ValidationError:
        return False
    return True
