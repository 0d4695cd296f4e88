"""The types of the contract language: bounded integers with a unit, truth, codes, lists."""

import msgspec

INTEGER_MAX = 1 << 63
"""No value, intermediate ones included, lies outside ± 2^63: beyond it the decision aborts."""
LIST_ITEMS_MAX = 256
CODE_CHARS_MAX = 64

UNITS = ("fen", "bp", "count", "days", "day")
"""Money in fen 分 · ratio in basis points (10,000 = 100 %) · number of things · a span in
days · a date as number of days since 1970-01-01."""

Dimension = tuple[tuple[str, int], ...]
"""Units with their powers, sorted by name; empty for a bare number such as a literal."""
BARE: Dimension = ()


class Int(msgspec.Struct, frozen=True, tag=True):
    """An integer, its unit, and the bounds within which it is known to lie."""

    dimension: Dimension
    low: int
    high: int


class Bool(msgspec.Struct, frozen=True, tag=True):
    """True or false."""


class Code(msgspec.Struct, frozen=True, tag=True):
    """A code out of a closed list; `values` empty: any text, compared by equality only."""

    values: tuple[str, ...]


class List(msgspec.Struct, frozen=True, tag=True):
    """At most `items_max` values of one type."""

    item: "Int | Code"
    items_max: int


ValueType = Int | Bool | Code | List


def dimension(unit: str) -> Dimension:
    """Return the dimension of a unit; of "" that of a bare number."""
    return ((unit, 1),) if unit else BARE


def unit_text(of: Dimension) -> str:
    """Return a dimension as people write it."""
    if not of:
        return "1"
    return "·".join(unit if power == 1 else f"{unit}^{power}" for unit, power in of)


def multiplied(left: Dimension, right: Dimension, sign: int) -> Dimension:
    """Return the dimension of a product (`sign` 1) or a quotient (−1).

    A number of things carries no weight beside another unit: fen × count is fen.
    """
    powers = dict(left)
    for unit, power in right:
        powers[unit] = powers.get(unit, 0) + sign * power
    kept = {unit: power for unit, power in powers.items() if power}
    if "count" in kept:
        if len(kept) > 1 or kept["count"] < 0:
            del kept["count"]
        else:
            kept["count"] = 1
    return tuple(sorted(kept.items()))


def joined(left: ValueType, right: ValueType) -> ValueType | None:
    """Return the type that holds the values of both, or None where there is none."""
    if isinstance(left, Int) and isinstance(right, Int):
        if left.dimension != right.dimension and left.dimension and right.dimension:
            return None
        of = left.dimension or right.dimension
        return Int(of, min(left.low, right.low), max(left.high, right.high))
    if isinstance(left, Code) and isinstance(right, Code):
        if not left.values or not right.values:
            return Code(())
        return Code(tuple(dict.fromkeys((*left.values, *right.values))))
    if isinstance(left, Bool) and isinstance(right, Bool):
        return left
    return None


def fits(value: ValueType, wanted: ValueType) -> bool:
    """Say whether a value may stand where `wanted` is wanted; bounds of integers aside."""
    if isinstance(value, List) and isinstance(wanted, List):
        return value.items_max <= wanted.items_max and _item_fits(value.item, wanted.item)
    return _item_fits(value, wanted)


def _item_fits(value: ValueType, wanted: ValueType) -> bool:
    if isinstance(value, Int) and isinstance(wanted, Int):
        return value.dimension in (BARE, wanted.dimension)
    if isinstance(value, Code) and isinstance(wanted, Code):
        if not wanted.values:
            return True
        return bool(value.values) and all(code in wanted.values for code in value.values)
    return isinstance(value, Bool) and isinstance(wanted, Bool)


def type_text(of: ValueType) -> str:
    """Return a type as an error message names it."""
    match of:
        case Int():
            return f"int[{unit_text(of.dimension)}]"
        case Bool():
            return "bool"
        case Code():
            return f"code{list(of.values)}" if of.values else "text"
        case List():
            return f"list of {type_text_of_item(of.item)}"


def type_text_of_item(item: Int | Code) -> str:
    """Return the type of a list's items as an error message names it."""
    if isinstance(item, Int):
        return f"int[{unit_text(item.dimension)}]"
    return f"code{list(item.values)}" if item.values else "text"
