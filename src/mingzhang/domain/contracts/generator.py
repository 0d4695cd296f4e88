"""From a typed program to Python: straight-line code, one `if` a row, inputs checked once.

Generated names: `v_<name>` variables, `c<node>_<column>` columns, `l_<name>` collected
lists, `K<n>` constants, `at` the place being evaluated, `fired` the places that fired.
"""

import msgspec

from mingzhang.domain.contracts.checker import ROUNDINGS, TypedTree
from mingzhang.domain.contracts.program import (
    CheckedExpressions,
    CheckedRow,
    CheckedTable,
    Program,
)
from mingzhang.domain.contracts.value_types import Bool, Code, Int, List, ValueType

_INFIX = {
    "+": "({} + {})",
    "-": "({} - {})",
    "*": "({} * {})",
    "/": "{}, {}",
    "==": "({} == {})",
    "!=": "({} != {})",
    "<": "({} < {})",
    "<=": "({} <= {})",
    ">": "({} > {})",
    ">=": "({} >= {})",
    "and": "({} and {})",
    "or": "({} or {})",
    "in": "({} in {})",
    "not in": "({} not in {})",
    "neg": "(-{})",
    "not": "(not {})",
    "if": "({1} if {0} else {2})",
}
_CALLS = {
    "sum": "sum({})",
    "count": "len({})",
    "min": "least({})",
    "max": "greatest({})",
    "contains": "({1} in {0})",
    "abs": "abs({})",
}


class Source(msgspec.Struct, frozen=True):
    """Python, the constants that it names, and the (node, row) of each place."""

    text: str
    constants: dict[str, object]
    places: tuple[tuple[str, str], ...]


class _Writer:
    def __init__(self) -> None:
        self.lines: list[str] = []
        self.constants: dict[str, object] = {"ONCE": (0,)}
        self.places: list[tuple[str, str]] = [("", "")]

    def write(self, depth: int, *lines: str) -> None:
        self.lines.extend("    " * depth + line for line in lines)

    def constant(self, value: object) -> str:
        name = f"K{len(self.constants)}"
        self.constants[name] = value
        return name

    def place(self, node: str, row: str) -> int:
        self.places.append((node, row))
        return len(self.places) - 1


def generate(program: Program) -> Source:
    """Return the Python of a program."""
    writer = _Writer()
    writer.write(0, "def run(given):")
    writer.write(1, "at = 0", "fired = []", "fire = fired.append", "try:")
    _write_inputs(writer, program)
    for index, node in enumerate(program.nodes):
        if isinstance(node, CheckedTable):
            _write_table(writer, index, node)
        else:
            _write_expressions(writer, node)
    _write_outputs(writer, program)
    writer.write(1, "except Abort as abort:")
    writer.write(2, "abort.place = at", "raise")
    return Source("\n".join(writer.lines) + "\n", writer.constants, tuple(writer.places))


def generate_claims(program: Program) -> Source:
    """Return the Python that fires the number of each invariant that does not hold.

    It is given inputs and outputs that the contract has already judged.
    """
    writer = _Writer()
    writer.write(0, "def run(given):")
    writer.write(1, "at = 0", "fired = []", "fire = fired.append", "try:")
    for name, _ in (*program.inputs, *program.outputs):
        writer.write(2, f"v_{name} = given[{name!a}]")
    for claim_id, claim in program.invariants:
        place = writer.place("", claim_id)
        writer.write(2, f"at = {place}", f"if not {python(claim)}:", f"    fire({place})")
    writer.write(2, "return fired, ()")
    writer.write(1, "except Abort as abort:")
    writer.write(2, "abort.place = at", "raise")
    return Source("\n".join(writer.lines) + "\n", writer.constants, tuple(writer.places))


def _write_inputs(writer: _Writer, program: Program) -> None:
    names = writer.constant(tuple(name for name, _ in program.inputs))
    writer.write(2, "if type(given) is not dict:", '    raise Abort("INPUT_NAMES", "?")')
    if program.inputs:
        writer.write(2, "try:")
        writer.write(3, *(f"v_{name} = given[{name!a}]" for name, _ in program.inputs))
        writer.write(2, "except KeyError as missing:")
        writer.write(3, 'raise Abort("INPUT_NAMES", missing.args[0]) from None')
    writer.write(2, f"if len(given) != {len(program.inputs)}:")
    writer.write(3, f'raise Abort("INPUT_NAMES", undeclared(given, {names}))')
    for name, of in program.inputs:
        writer.write(
            2,
            f"if {_wrong(writer, name, of)}:",
            f'    raise Abort("INPUT_INVALID", {name!a})',
        )


def _wrong(writer: _Writer, name: str, of: ValueType) -> str:
    """Return the condition under which an input is not of its type."""
    value = f"v_{name}"
    match of:
        case Int():
            return f"type({value}) is not int or not {of.low} <= {value} <= {of.high}"
        case Bool():
            return f"{value} is not True and {value} is not False"
        case Code(values=()):
            return f"not is_text({value})"
        case Code():
            codes = writer.constant(dict.fromkeys(of.values))
            return f"type({value}) is not str or {value} not in {codes}"
        case List():
            return _wrong_list(writer, value, of)


def _wrong_list(writer: _Writer, value: str, of: List) -> str:
    item = of.item
    if isinstance(item, Int):
        return f"not are_ints({value}, {item.low}, {item.high}, {of.items_max})"
    codes = writer.constant(dict.fromkeys(item.values))
    return f"not are_codes({value}, {codes}, {of.items_max})"


def _write_expressions(writer: _Writer, node: CheckedExpressions) -> None:
    for name, formula in zip(node.names, node.formulas, strict=True):
        if _may_abort(formula):
            writer.write(2, f"at = {writer.place(node.id, name)}")
        writer.write(2, f"v_{name} = {python(formula)}")


def _write_table(writer: _Writer, index: int, table: CheckedTable) -> None:
    whole = writer.place(table.id, "")
    columns: list[str] = []
    for number, column in enumerate(table.columns):
        if len(column.nodes) == 1 and column.nodes[0].op == "name":
            columns.append(f"v_{column.nodes[0].value}")
            continue
        if _may_abort(column):
            writer.write(2, f"at = {whole}")
        writer.write(2, f"c{index}_{number} = {python(column)}")
        columns.append(f"c{index}_{number}")
    if table.collects:
        _write_collect(writer, table, columns, whole)
    else:
        _write_first(writer, table, columns, whole)


def _write_first(writer: _Writer, table: CheckedTable, columns: list[str], whole: int) -> None:
    writer.write(2, "for _ in ONCE:")
    for row in table.rows:
        place = writer.place(table.id, row.id)
        _write_condition(writer, row, columns, place)
        writer.write(4, *_assigned(table, row), f"fire({place})", "break")
    writer.write(2, "else:")
    _write_default(writer, table, whole, "v_{} = {}")


def _write_collect(writer: _Writer, table: CheckedTable, columns: list[str], whole: int) -> None:
    writer.write(2, *(f"l_{name} = []" for name in table.names))
    for row in table.rows:
        place = writer.place(table.id, row.id)
        writer.write(2, "for _ in ONCE:")
        _write_condition(writer, row, columns, place)
        cells = zip(table.names, row.then, strict=True)
        writer.write(4, *(f"l_{name}.append({python(cell)})" for name, cell in cells))
        writer.write(4, f"fire({place})")
    writer.write(2, f"if not l_{table.names[0]}:")
    _write_default(writer, table, whole, "l_{}.append({})")
    writer.write(2, *(f"v_{name} = (*l_{name},)" for name in table.names))


def _write_condition(writer: _Writer, row: CheckedRow, columns: list[str], place: int) -> None:
    if any(_may_abort(cell) for cell in (*row.when, *row.then)):
        writer.write(3, f"at = {place}")
    tests = [
        python(cell, column)
        for cell, column in zip(row.when, columns, strict=True)
        if cell.nodes[0].op != "any"
    ]
    writer.write(3, f"if {' and '.join(tests) or 'True'}:")


def _assigned(table: CheckedTable, row: CheckedRow) -> list[str]:
    cells = zip(table.names, row.then, strict=True)
    return [f"v_{name} = {python(cell)}" for name, cell in cells]


def _write_default(writer: _Writer, table: CheckedTable, whole: int, form: str) -> None:
    if table.default is None:
        writer.write(3, f"at = {whole}", 'raise Abort("NOTHING_MATCHED")')
        return
    place = writer.place(table.id, table.default.id)
    writer.write(3, f"at = {place}")
    cells = zip(table.names, table.default.then, strict=True)
    writer.write(3, *(form.format(name, python(cell)) for name, cell in cells))
    writer.write(3, f"fire({place})")


def _write_outputs(writer: _Writer, program: Program) -> None:
    writer.write(2, "at = 0")
    values: list[str] = []
    for (name, wanted), found in zip(program.outputs, program.computed, strict=True):
        value = f"v_{name}"
        if isinstance(wanted, Int) and not _inside(found, wanted):
            value = f"within({value}, {wanted.low}, {wanted.high}, {name!a})"
        values.append(value)
    writer.write(2, f"return fired, ({', '.join(values)},)")


def _inside(found: ValueType, wanted: Int) -> bool:
    return isinstance(found, Int) and wanted.low <= found.low and found.high <= wanted.high


def _may_abort(tree: TypedTree) -> bool:
    """Say whether evaluating may abort: beyond 2^63, a zero divisor, an empty list."""
    for node, unbounded in zip(tree.nodes, tree.unbounded, strict=True):
        if unbounded or (node.op == "call" and node.value in (*ROUNDINGS, "min", "max")):
            return True
    return False


def python(tree: TypedTree, column: str = "") -> str:
    """Return the Python expression of a tree; `column` is the variable of its column."""
    texts: list[str] = []
    for index, node in enumerate(tree.nodes):
        children = [texts[child] for child in node.children]
        if node.op in ("int", "bool", "str"):
            text = ascii(node.value)
        elif node.op in _INFIX:
            text = _applied(tree, texts, index)
        elif node.op == "call":
            text = _call(str(node.value), children)
        elif node.op == "list":
            text = f"({', '.join(children)},)"
        else:
            text = {"name": f"v_{node.value}", "column": column, "any": "True", "range": ""}[
                node.op
            ]
        texts.append(f"bounded({text})" if tree.unbounded[index] else text)
    return texts[-1]


def _applied(tree: TypedTree, texts: list[str], index: int) -> str:
    node = tree.nodes[index]
    children = [texts[child] for child in node.children]
    last = tree.nodes[node.children[-1]].op
    if node.op in ("in", "not in") and last == "range":
        return _in_range(tree, texts, index)
    if node.op == "==" and last == "bool":
        return f"({children[0]} is {children[1]})"
    return _INFIX[node.op].format(*children)


def _call(function: str, children: list[str]) -> str:
    if function in ROUNDINGS:
        return f"{function}({children[0]})"
    return _CALLS[function].format(*children)


def _in_range(tree: TypedTree, texts: list[str], index: int) -> str:
    node = tree.nodes[index]
    where = tree.nodes[node.children[1]]
    low, high = (texts[child] for child in where.children)
    brackets = str(where.value)
    after = "<=" if brackets[0] == "[" else "<"
    before = "<=" if brackets[1] == "]" else "<"
    text = f"({low} {after} {texts[node.children[0]]} {before} {high})"
    return f"(not {text})" if node.op == "not in" else text
