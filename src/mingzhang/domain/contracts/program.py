"""A document whose every cell has been parsed and typed, or the findings against it."""

from collections.abc import Callable

import msgspec

from mingzhang.domain.contracts.checker import TypedTree, check
from mingzhang.domain.contracts.document import (
    DEFAULT_ROW,
    Contract,
    Expressions,
    Field,
    Output,
    Table,
)
from mingzhang.domain.contracts.lexer import tokenize
from mingzhang.domain.contracts.parser import parse
from mingzhang.domain.contracts.syntax import Node, SyntaxFault, Tree
from mingzhang.domain.contracts.unary import parse_cell
from mingzhang.domain.contracts.value_types import (
    BARE,
    LIST_ITEMS_MAX,
    Bool,
    Code,
    Int,
    List,
    ValueType,
    dimension,
    fits,
    joined,
    type_text,
)

FINDINGS_MAX = 50
"""Findings kept of one document; the first of them is the refusal."""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong, and where: `code` and its text stand in `admission_texts`."""

    code: str
    node: str = ""
    row: str = ""
    cell: str = ""
    """Such as ``when[2]``, ``then[0]``, or a path such as ``inputs[3]``."""
    at: int = 0
    """Character within the cell, from 0."""
    what: str = ""


class CheckedRow(msgspec.Struct, frozen=True):
    """A row: conditions on the columns, then the outputs. Cells `-` are kept as `any`."""

    id: str
    when: tuple[TypedTree, ...]
    then: tuple[TypedTree, ...]


class CheckedTable(msgspec.Struct, frozen=True):
    """A decision table; `default` is the row that fires when no other does."""

    id: str
    collects: bool
    columns: tuple[TypedTree, ...]
    names: tuple[str, ...]
    rows: tuple[CheckedRow, ...]
    default: CheckedRow | None


class CheckedExpressions(msgspec.Struct, frozen=True):
    """Formulas in order."""

    id: str
    names: tuple[str, ...]
    formulas: tuple[TypedTree, ...]


class Program(msgspec.Struct, frozen=True):
    """A whole contract, typed. What the generator and later Z3 read."""

    inputs: tuple[tuple[str, ValueType], ...]
    nodes: tuple[CheckedTable | CheckedExpressions, ...]
    outputs: tuple[tuple[str, ValueType], ...]
    """As the document declares them."""
    computed: tuple[ValueType, ...]
    """Of each output, what its node may compute: narrower or wider than declared."""
    invariants: tuple[tuple[str, TypedTree], ...]


class _Checking:
    """The findings so far, and the variables that the next node may use."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self.variables: dict[str, ValueType] = {}

    def say(self, finding: Finding) -> None:
        """Keep a finding."""
        if len(self.findings) < FINDINGS_MAX:
            self.findings.append(finding)

    def typed(
        self,
        read: Callable[[str], Tree],
        text: str,
        place: tuple[str, str, str],
        column: ValueType | None = None,
    ) -> TypedTree | None:
        """Return the typed tree of a cell, or None with a finding."""
        try:
            return check(read(text), self.variables, column)
        except SyntaxFault as fault:
            node, row, cell = place
            self.say(
                Finding(
                    code=fault.code, node=node, row=row, cell=cell, at=fault.at, what=fault.what
                )
            )
            return None

    def define(self, name: str, of: ValueType, node: str) -> None:
        """Give a variable its type; a name stands for one thing only."""
        if name in self.variables:
            self.say(Finding(code="NAME_TWICE", node=node, cell=name, what=name))
        self.variables[name] = of


def parse_expression(text: str) -> Tree:
    """Return the tree of an expression. Raises `SyntaxFault`."""
    return parse(tokenize(text))


_NEVER = TypedTree((Node("any"),), (Bool(),), (False,))
"""Stands for a cell that has a finding; a document with findings is never run."""


def program_of(contract: Contract) -> tuple[Program | None, tuple[Finding, ...]]:
    """Parse and type every cell (step 3). Return the program, or None and what is wrong."""
    checking = _Checking()
    for index, field in enumerate(contract.inputs):
        if fault := field_fault(field):
            checking.say(Finding(code=fault, cell=f"inputs[{index}]", what=field.name))
        checking.define(field.name, field_type(field), "")
    nodes: list[CheckedTable | CheckedExpressions] = []
    ids: dict[str, None] = {}
    for node in contract.nodes:
        if node.id in ids:
            checking.say(Finding(code="NODE_TWICE", node=node.id, what=node.id))
        ids[node.id] = None
        if isinstance(node, Table):
            nodes.append(_table(checking, node))
        else:
            nodes.append(_expressions(checking, node))
    computed = _outputs(checking, contract)
    interface = (*contract.inputs, *contract.outputs)
    checking.variables = {field.name: field_type(field) for field in interface}
    invariants: list[tuple[str, TypedTree]] = []
    for claim in contract.invariants:
        typed = checking.typed(parse_expression, claim.claim, ("", claim.id, "claim"))
        if typed is not None and not isinstance(typed.type, Bool):
            checking.say(
                Finding(
                    code="CLAIM_NOT_BOOL", row=claim.id, cell="claim", what=type_text(typed.type)
                )
            )
        invariants.append((claim.id, typed or _NEVER))
    if checking.findings:
        return None, tuple(checking.findings)
    program = Program(
        inputs=tuple((field.name, field_type(field)) for field in contract.inputs),
        nodes=tuple(nodes),
        outputs=tuple((field.name, field_type(field)) for field in contract.outputs),
        computed=computed,
        invariants=tuple(invariants),
    )
    return program, ()


def field_type(field: Field) -> ValueType:
    """Return the type that an input or output declares."""
    number = Int(dimension(field.unit), field.low, field.high)
    match field.type:
        case "int":
            return number
        case "bool":
            return Bool()
        case "code":
            return Code(field.values)
        case "ints":
            return List(number, field.items_max)
        case "codes":
            return List(Code(field.values), field.items_max)


def field_fault(field: Field) -> str:
    """Return the code of what is wrong with a declaration, or ""."""
    numeric = field.type in ("int", "ints")
    listed = field.type in ("ints", "codes")
    if numeric and (not field.unit or field.low > field.high or field.values):
        return "FIELD_UNTYPED"
    if not numeric and (field.unit or field.low or field.high):
        return "FIELD_UNTYPED"
    if field.type == "bool" and field.values:
        return "FIELD_UNTYPED"
    if listed != (field.items_max > 0):
        return "FIELD_UNTYPED"
    if len(dict.fromkeys(field.values)) != len(field.values):
        return "FIELD_UNTYPED"
    return ""


def _with_unit(
    checking: _Checking, of: ValueType, output: tuple[str, str], place: str
) -> ValueType:
    """Give the declared unit to a bare number; another unit is a finding."""
    name, unit = output
    if not unit:
        return of
    if not isinstance(of, Int) or of.dimension not in (BARE, dimension(unit)):
        checking.say(
            Finding(code="UNIT_MISMATCH", node=place, cell=name, what=f"{type_text(of)} / {unit}")
        )
        return of
    return Int(dimension(unit), of.low, of.high)


def _expressions(checking: _Checking, node: Expressions) -> CheckedExpressions:
    formulas: list[TypedTree] = []
    for formula in node.formulas:
        typed = checking.typed(parse_expression, formula.expression, (node.id, "", formula.name))
        if typed is not None:
            of = _with_unit(checking, typed.type, (formula.name, formula.unit), node.id)
            checking.define(formula.name, of, node.id)
        formulas.append(typed or _NEVER)
    names = tuple(formula.name for formula in node.formulas)
    return CheckedExpressions(node.id, names, tuple(formulas))


def _table(checking: _Checking, table: Table) -> CheckedTable:
    columns = tuple(
        checking.typed(parse_expression, cell, (table.id, "", f"when[{index}]"))
        for index, cell in enumerate(table.when)
    )
    ids: dict[str, None] = {DEFAULT_ROW: None}
    rows: list[CheckedRow] = []
    for row in table.rows:
        if row.id in ids:
            checking.say(Finding(code="ROW_TWICE", node=table.id, row=row.id, what=row.id))
        ids[row.id] = None
        if len(row.when) != len(table.when) or len(row.then) != len(table.outputs):
            checking.say(Finding(code="CELL_COUNT", node=table.id, row=row.id))
            continue
        when = tuple(
            _test(checking, column, cell, (table.id, row.id, f"when[{index}]"))
            for index, (column, cell) in enumerate(zip(columns, row.when, strict=True))
        )
        rows.append(CheckedRow(row.id, when, _then(checking, table, row.id, row.then)))
    default = None
    if table.default is not None:
        if len(table.default.then) != len(table.outputs):
            checking.say(Finding(code="CELL_COUNT", node=table.id, row=DEFAULT_ROW))
        else:
            then = _then(checking, table, DEFAULT_ROW, table.default.then)
            default = CheckedRow(DEFAULT_ROW, (), then)
    if not rows and default is None:
        checking.say(Finding(code="TABLE_EMPTY", node=table.id))
    collects = table.hit == "collect"
    _define_outputs(checking, table, [*rows, *([default] if default else [])])
    names = tuple(output.name for output in table.outputs)
    typed = tuple(column or _NEVER for column in columns)
    return CheckedTable(table.id, collects, typed, names, tuple(rows), default)


def _test(
    checking: _Checking, column: TypedTree | None, cell: str, place: tuple[str, str, str]
) -> TypedTree:
    if column is None:
        return _NEVER
    return checking.typed(parse_cell, cell, place, column.type) or _NEVER


def _then(
    checking: _Checking, table: Table, row: str, cells: tuple[str, ...]
) -> tuple[TypedTree, ...]:
    return tuple(
        checking.typed(parse_expression, cell, (table.id, row, f"then[{index}]")) or _NEVER
        for index, cell in enumerate(cells)
    )


def _define_outputs(checking: _Checking, table: Table, rows: list[CheckedRow]) -> None:
    """Give each output the type that holds the cells of all rows."""
    for index, output in enumerate(table.outputs):
        of: ValueType | None = None
        for row in rows:
            cell = row.then[index]
            if cell is _NEVER:
                continue
            both = cell.type if of is None else joined(of, cell.type)
            if both is None:
                what = f"{type_text(of or cell.type)} / {type_text(cell.type)}"
                place = f"then[{index}]"
                checking.say(
                    Finding(code="TYPE_MISMATCH", node=table.id, row=row.id, cell=place, what=what)
                )
                break
            of = both
        if of is not None:
            checking.define(output.name, _table_output(checking, table, output, of), table.id)


def _table_output(checking: _Checking, table: Table, output: Output, of: ValueType) -> ValueType:
    found = _with_unit(checking, of, (output.name, output.unit), table.id)
    if table.hit == "first":
        return found
    if not isinstance(found, Int | Code):
        what = f"collect / {type_text(found)}"
        checking.say(Finding(code="TYPE_MISMATCH", node=table.id, cell=output.name, what=what))
        return found
    return List(found, min(LIST_ITEMS_MAX, max(1, len(table.rows))))


def _outputs(checking: _Checking, contract: Contract) -> tuple[ValueType, ...]:
    computed: list[ValueType] = []
    inputs = tuple(field.name for field in contract.inputs)
    for index, field in enumerate(contract.outputs):
        place = f"outputs[{index}]"
        if fault := field_fault(field):
            checking.say(Finding(code=fault, cell=place, what=field.name))
        found = checking.variables.get(field.name)
        if found is None or field.name in inputs:
            checking.say(Finding(code="OUTPUT_MISSING", cell=place, what=field.name))
            continue
        wanted = field_type(field)
        if not fits(found, wanted):
            what = f"{type_text(found)} / {type_text(wanted)}"
            checking.say(Finding(code="TYPE_MISMATCH", cell=place, what=what))
        computed.append(found)
    names = [field.name for field in contract.outputs]
    if len(dict.fromkeys(names)) != len(names):
        checking.say(Finding(code="NAME_TWICE", cell="outputs", what=", ".join(names)))
    return tuple(computed)
