"""The type of every node of a tree, or the first fault in it.

Beside the type the checker carries the bounds of each integer, so that the generator
leaves out the tests that cannot fail (of ± 2^63, of a zero divisor).
"""

from collections.abc import Callable, Mapping

import msgspec

from mingzhang.domain.contracts.syntax import Node, SyntaxFault, Tree
from mingzhang.domain.contracts.value_types import (
    BARE,
    INTEGER_MAX,
    LIST_ITEMS_MAX,
    Bool,
    Code,
    Dimension,
    Int,
    List,
    ValueType,
    joined,
    multiplied,
    type_text,
    unit_text,
)

ROUNDINGS = ("floor", "ceil", "trunc", "round_half_up", "round_half_even")
"""What may hold a division: towards −∞, +∞, zero, to the nearest (half away from zero 四舍五入,
half to the even neighbour 四舍六入五成双). The quotient is exact before it is rounded."""
FUNCTIONS = (*ROUNDINGS, "sum", "count", "min", "max", "contains", "abs")
BP_SCALE = 10_000
"""1 = 10,000 basis points: dividing by it turns fen·bp into fen."""


class TypedTree(msgspec.Struct, frozen=True):
    """A tree with the type of each node; what the generator, and later Z3, reads."""

    nodes: Tree
    types: tuple[ValueType, ...]
    unbounded: tuple[bool, ...]
    """Of each node: its value may lie beyond ± 2^63, so it is tested when evaluated."""

    @property
    def type(self) -> ValueType:
        """The type of the whole."""
        return self.types[-1]


class _Scope(msgspec.Struct, frozen=True):
    variables: Mapping[str, ValueType]
    column: ValueType | None
    nodes: Tree
    parents: tuple[int, ...]
    """Of each node the position of its parent; of the root its own."""
    types: list[ValueType]
    """Of the nodes checked so far."""


def check(
    tree: Tree, variables: Mapping[str, ValueType], column: ValueType | None = None
) -> TypedTree:
    """Return the typed tree, or raise `SyntaxFault` at the first node that is wrong."""
    parents = list(range(len(tree)))
    for index, node in enumerate(tree):
        for child in node.children:
            parents[child] = index
    scope = _Scope(variables, column, tree, tuple(parents), [])
    unbounded: list[bool] = []
    for index, node in enumerate(tree):
        children = [scope.types[child] for child in node.children]
        found = _CHECKS[node.op](scope, index, children)
        scope.types.append(_clamped(found))
        unbounded.append(scope.types[-1] != found)
    return TypedTree(tree, tuple(scope.types), tuple(unbounded))


def _clamped(of: ValueType) -> ValueType:
    if not isinstance(of, Int):
        return of
    low = max(of.low, -INTEGER_MAX)
    high = min(of.high, INTEGER_MAX)
    return Int(of.dimension, min(low, high), max(low, high))


def _fault(code: str, node: Node, *what: str) -> SyntaxFault:
    return SyntaxFault(code, node.at, " / ".join(what))


def _mismatch(node: Node, *found: ValueType) -> SyntaxFault:
    return _fault("TYPE_MISMATCH", node, node.op, *(type_text(each) for each in found))


def _integer(node: Node, found: ValueType) -> Int:
    if not isinstance(found, Int):
        raise _mismatch(node, found)
    return found


def _of_literal(scope: _Scope, index: int, _: list[ValueType]) -> ValueType:
    value = scope.nodes[index].value
    if isinstance(value, bool):
        return Bool()
    if isinstance(value, int):
        return Int(BARE, value, value)
    return Code((value,))


def _of_name(scope: _Scope, index: int, _: list[ValueType]) -> ValueType:
    node = scope.nodes[index]
    found = scope.variables.get(str(node.value))
    if found is None:
        raise _fault("NAME_UNKNOWN", node, str(node.value))
    return found


def _of_column(scope: _Scope, index: int, _: list[ValueType]) -> ValueType:
    if scope.column is None:
        raise _fault("NAME_UNKNOWN", scope.nodes[index], "$")
    return scope.column


def _of_any(scope: _Scope, index: int, children: list[ValueType]) -> ValueType:
    del scope, index, children
    return Bool()


def _of_neg(scope: _Scope, index: int, children: list[ValueType]) -> ValueType:
    node = scope.nodes[index]
    value = _integer(node, children[0])
    return Int(_not_a_date(node, value.dimension), -value.high, -value.low)


def _not_a_date(node: Node, of: Dimension) -> Dimension:
    """Refuse a date: it is only moved by days, compared and subtracted."""
    if ("day", 1) in of:
        raise _fault("UNIT_MISMATCH", node, node.op, "day")
    return of


def _of_not(scope: _Scope, index: int, children: list[ValueType]) -> ValueType:
    if not isinstance(children[0], Bool):
        raise _mismatch(scope.nodes[index], children[0])
    return Bool()


def _of_logic(scope: _Scope, index: int, children: list[ValueType]) -> ValueType:
    for child in children:
        if not isinstance(child, Bool):
            raise _mismatch(scope.nodes[index], *children)
    return Bool()


def _of_sum_or_difference(scope: _Scope, index: int, children: list[ValueType]) -> ValueType:
    node = scope.nodes[index]
    left, right = (_integer(node, child) for child in children)
    of = _added(node, left.dimension, right.dimension)
    if node.op == "+":
        return Int(of, left.low + right.low, left.high + right.high)
    return Int(of, left.low - right.high, left.high - right.low)


def _added(node: Node, left: Dimension, right: Dimension) -> Dimension:
    date: Dimension = (("day", 1),)
    days: Dimension = (("days", 1),)
    if node.op == "-" and left == right == date:
        return days
    if left == date and right in (days, BARE):
        return date
    if node.op == "+" and right == date and left in (days, BARE):
        return date
    if date in (left, right) or (left != right and left and right):
        raise _fault("UNIT_MISMATCH", node, node.op, unit_text(left), unit_text(right))
    return left or right


def _of_product(scope: _Scope, index: int, children: list[ValueType]) -> ValueType:
    node = scope.nodes[index]
    left, right = (_integer(node, child) for child in children)
    corners = [a * b for a in (left.low, left.high) for b in (right.low, right.high)]
    of = multiplied(_not_a_date(node, left.dimension), _not_a_date(node, right.dimension), sign=1)
    return Int(of, min(corners), max(corners))


def _of_quotient(scope: _Scope, index: int, children: list[ValueType]) -> ValueType:
    """Type a quotient; it is no integer yet, so its bounds are those of the rounded value."""
    node = scope.nodes[index]
    parent = scope.nodes[scope.parents[index]]
    if parent.op != "call" or parent.value not in ROUNDINGS:
        raise _fault("DIVISION_UNROUNDED", node)
    left, right = (_integer(node, child) for child in children)
    if right.low == right.high == 0:
        raise _fault("DIVISION_BY_ZERO", node)
    _not_a_date(node, left.dimension)
    _not_a_date(node, right.dimension)
    of = multiplied(left.dimension, right.dimension, sign=-1)
    if right.dimension == BARE and right.low == right.high == BP_SCALE and _has_bp(of):
        of = multiplied(of, (("bp", 1),), sign=-1)
    most = max(abs(left.low), abs(left.high))
    positive = left.low >= 0 and right.low >= 0
    return Int(of, 0 if positive else -most, most)


def _has_bp(of: Dimension) -> bool:
    return any(unit == "bp" and power > (1 if len(of) == 1 else 0) for unit, power in of)


def _of_order(scope: _Scope, index: int, children: list[ValueType]) -> ValueType:
    node = scope.nodes[index]
    left, right = (_integer(node, child) for child in children)
    _comparable(node, left, right)
    return Bool()


def _of_equality(scope: _Scope, index: int, children: list[ValueType]) -> ValueType:
    _comparable(scope.nodes[index], *children)
    return Bool()


def _comparable(node: Node, left: ValueType, right: ValueType) -> None:
    match left, right:
        case Int(), Int():
            if left.dimension != right.dimension and left.dimension and right.dimension:
                units = (unit_text(left.dimension), unit_text(right.dimension))
                raise _fault("UNIT_MISMATCH", node, node.op, *units)
        case Code(), Code():
            _codes_meet(node, left, right)
        case Bool(), Bool():
            return
        case _:
            raise _mismatch(node, left, right)


def _codes_meet(node: Node, left: Code, right: Code) -> None:
    """Refuse a code that the other side can never hold: it is misspelt, not merely unequal."""
    if not left.values or not right.values:
        return
    smaller, larger = sorted((left.values, right.values), key=len)
    for code in smaller:
        if code not in larger:
            raise _fault("CODE_UNKNOWN", node, code, ", ".join(larger))


def _of_membership(scope: _Scope, index: int, children: list[ValueType]) -> ValueType:
    node = scope.nodes[index]
    left, right = children
    if not isinstance(right, List):
        raise _mismatch(node, left, right)
    where = scope.nodes[node.children[1]]
    if where.op == "list":
        for item in where.children:
            _comparable(node, left, scope.types[item])
    elif where.op == "range":
        _comparable(node, _integer(node, left), right.item)
    else:
        _comparable(node, left, right.item)
    return Bool()


def _of_if(scope: _Scope, index: int, children: list[ValueType]) -> ValueType:
    condition, then, otherwise = children
    both = joined(then, otherwise)
    if not isinstance(condition, Bool) or both is None:
        raise _mismatch(scope.nodes[index], *children)
    return both


def _of_list(scope: _Scope, index: int, children: list[ValueType]) -> ValueType:
    node = scope.nodes[index]
    parent = scope.nodes[scope.parents[index]]
    in_list = parent.op in ("in", "not in")
    if not in_list and (parent.op != "call" or parent.value in ROUNDINGS):
        raise _fault("LIST_PLACE", node)
    if len(children) > LIST_ITEMS_MAX:
        raise _fault("LIST_TOO_LONG", node, str(LIST_ITEMS_MAX))
    item: ValueType = children[0]
    for child in children[1:]:
        both = joined(item, child)
        if both is None:
            raise _mismatch(node, item, child)
        item = both
    if isinstance(item, Bool | List):
        raise _mismatch(node, item)
    return List(item, len(children))


def _of_range(scope: _Scope, index: int, children: list[ValueType]) -> ValueType:
    node = scope.nodes[index]
    low, high = (_integer(node, child) for child in children)
    _comparable(node, low, high)
    item = joined(low, high)
    if not isinstance(item, Int):
        raise _mismatch(node, low, high)
    if low.low > high.high:
        raise _fault("RANGE_EMPTY", node, str(low.low), str(high.high))
    return List(item, LIST_ITEMS_MAX)


def _of_call(scope: _Scope, index: int, children: list[ValueType]) -> ValueType:
    node = scope.nodes[index]
    function = str(node.value)
    if function not in FUNCTIONS:
        raise _fault("FUNCTION_FORBIDDEN", node, function)
    count = 2 if function == "contains" else 1
    if len(children) != count:
        raise _fault("ARGUMENT_COUNT", node, function, str(count))
    if function in ROUNDINGS:
        if scope.nodes[node.children[0]].op != "/":
            raise _fault("ROUNDING_WITHOUT_DIVISION", node, function)
        return children[0]
    if function == "abs":
        return _of_abs(node, children[0])
    return _of_list_function(node, function, children)


def _of_abs(node: Node, value: ValueType) -> ValueType:
    of = _integer(node, value)
    least = 0 if of.low <= 0 <= of.high else min(abs(of.low), abs(of.high))
    return Int(_not_a_date(node, of.dimension), least, max(abs(of.low), abs(of.high)))


def _of_list_function(node: Node, function: str, children: list[ValueType]) -> ValueType:
    of = children[0]
    if not isinstance(of, List):
        raise _mismatch(node, of)
    if function == "contains":
        _comparable(node, of.item, children[1])
        return Bool()
    if function == "count":
        return Int((("count", 1),), 0, of.items_max)
    item = _integer(node, of.item)
    if function == "sum":
        _not_a_date(node, item.dimension)
        most = of.items_max
        return Int(item.dimension, min(0, item.low * most), max(0, item.high * most))
    return item


_CHECKS: dict[str, Callable[[_Scope, int, list[ValueType]], ValueType]] = {
    "int": _of_literal,
    "bool": _of_literal,
    "str": _of_literal,
    "name": _of_name,
    "column": _of_column,
    "any": _of_any,
    "neg": _of_neg,
    "not": _of_not,
    "and": _of_logic,
    "or": _of_logic,
    "+": _of_sum_or_difference,
    "-": _of_sum_or_difference,
    "*": _of_product,
    "/": _of_quotient,
    "<": _of_order,
    "<=": _of_order,
    ">": _of_order,
    ">=": _of_order,
    "==": _of_equality,
    "!=": _of_equality,
    "in": _of_membership,
    "not in": _of_membership,
    "if": _of_if,
    "list": _of_list,
    "range": _of_range,
    "call": _of_call,
}
