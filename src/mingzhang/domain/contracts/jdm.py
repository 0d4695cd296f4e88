"""To and from a small profile of GoRules JDM: decision tables and expression nodes in a chain.

Written for exchange with that ecosystem and for the differential test with zen-engine.
Nothing on a validator reads JDM. What JDM has no place for (legal basis, tests, responsible
posts) stays behind: an import gives nodes, to be put into a document.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from mingzhang.domain.contracts.document import (
    DEFAULT_ROW,
    Contract,
    Default,
    Expressions,
    Formula,
    Output,
    Row,
    RowId,
    Table,
)
from mingzhang.domain.contracts.lexer import tokenize
from mingzhang.domain.contracts.parser import parse
from mingzhang.domain.contracts.syntax import Node, SyntaxFault, Tree
from mingzhang.domain.contracts.unary import parse_cell

Jdm = dict[str, Any]
_NAMES = {"count": "len", "round_half_up": "round"}
"""Functions that zen-engine calls otherwise."""
_INFIX = {
    "neg": "(-{})",
    "not": "(not {})",
    "if": "({} ? {} : {})",
}


class NotInProfile(Exception):
    """The JDM text holds something that our profile has not. Says what and in which node."""

    def __init__(self, node: str, what: str) -> None:
        super().__init__(node, what)
        self.node = node
        self.what = what

    def __str__(self) -> str:
        return f"节点 {self.node}：{self.what} / node {self.node}: {self.what}"


def zen_text(tree: Tree, renamed: Mapping[str, str]) -> str:
    """Return a tree in the spelling of zen-engine, with all brackets written.

    `renamed` says how a variable is written there: a collected list, as a path.
    """
    texts: list[str] = []
    for node in tree:
        children = [texts[child] for child in node.children]
        if node.op == "name":
            text = renamed.get(str(node.value), str(node.value))
        elif not children and node.op != "call":
            text = _zen_leaf(node)
        else:
            text = _zen_branch(node, children)
        texts.append(text)
    return texts[-1]


def _zen_leaf(node: Node) -> str:
    match node.op:
        case "bool":
            return "true" if node.value else "false"
        case "str":
            quote = "'" if '"' in str(node.value) else '"'
            return f"{quote}{node.value}{quote}"
        case "column":
            return "$"
        case "any":
            return "true"
    return str(node.value)


def _zen_branch(node: Node, children: list[str]) -> str:
    match node.op:
        case "list":
            return f"[{', '.join(children)}]"
        case "range":
            brackets = str(node.value)
            return f"{brackets[0]}{children[0]}..{children[1]}{brackets[1]}"
        case "call":
            return _zen_call(str(node.value), children)
    return _INFIX.get(node.op, f"({{}} {node.op} {{}})").format(*children)


def _zen_call(function: str, children: list[str]) -> str:
    if function == "round_half_even":
        quotient = children[0]
        below = f"floor({quotient})"
        tie = f"({quotient} - {below} == 0.5)"
        return f"({tie} ? ({below} % 2 == 0 ? {below} : {below} + 1) : round({quotient}))"
    return f"{_NAMES.get(function, function)}({', '.join(children)})"


_OPPOSITE = {
    "==": "!=",
    "!=": "==",
    "<": ">=",
    ">=": "<",
    ">": "<=",
    "<=": ">",
    "in": "not in",
    "not in": "in",
}


def unary_text(tree: Tree, renamed: Mapping[str, str]) -> str:
    """Return an input cell as zen-engine reads one: tests with commas, any being empty.

    It has no `not(…)`, and no `or` within brackets: the negation is carried into each test.
    Several negated tests are joined by `and`, which our own cells have not.
    """
    if tree[-1].op == "any":
        return ""
    negated = tree[-1].op == "not"
    parts: list[str] = []
    at = tree[-1].children[0] if negated else len(tree) - 1
    for _ in range(len(tree)):  # along the left side of the `or`s
        rest = at if tree[at].op != "or" else tree[at].children[1]
        _, right = tree[rest].children
        op = _OPPOSITE[tree[rest].op] if negated else tree[rest].op
        text = f"{op} {zen_text(tree[: right + 1], renamed)}"
        parts.append(f"$ {text}" if negated else text)
        if tree[at].op != "or":
            break
        at = tree[at].children[0]
    if len(parts) == 1:
        return parts[0].removeprefix("$ ")
    return (" and " if negated else ", ").join(reversed(parts))


def to_jdm(contract: Contract) -> Jdm:
    """Return the nodes of a contract as a JDM graph: input, our nodes in a chain, output.

    Raises `NotInProfile` for the default row of a collecting table, which JDM has not.
    """
    nodes: list[Jdm] = [_graph_node("input", "inputNode", {})]
    renamed: dict[str, str] = {}
    for node in contract.nodes:
        if isinstance(node, Table):
            nodes.append(_graph_node(node.id, "decisionTableNode", _table_content(node, renamed)))
            if node.hit == "collect":
                for output in node.outputs:
                    renamed[output.name] = f"map({node.id}, #.{output.name})"
        else:
            content = _expressions_content(node, renamed)
            nodes.append(_graph_node(node.id, "expressionNode", content))
    nodes.append(_graph_node("output", "outputNode", {}))
    edges = [
        {
            "id": f"edge{index}",
            "sourceId": nodes[index - 1]["id"],
            "targetId": nodes[index]["id"],
            "type": "edge",
        }
        for index in range(1, len(nodes))
    ]
    return {"contentType": "application/vnd.gorules.decision", "nodes": nodes, "edges": edges}


def _graph_node(name: str, kind: str, content: Jdm) -> Jdm:
    node: Jdm = {"id": name, "name": name, "type": kind, "position": {"x": 0, "y": 0}}
    return node | ({"content": content} if content else {})


def _expression(text: str) -> Tree:
    return parse(tokenize(text))


def _table_content(table: Table, renamed: Mapping[str, str]) -> Jdm:
    rows = [(row.id, row.zh, row.when, row.then) for row in table.rows]
    if table.default is not None:
        if table.hit == "collect":
            raise NotInProfile(table.id, "collect + default")
        default = table.default
        rows.append((DEFAULT_ROW, default.zh, ("-",) * len(table.when), default.then))
    rules: list[Jdm] = []
    for row_id, text, when, then in rows:
        rule: Jdm = {"_id": row_id, "_description": text}
        for index, cell in enumerate(when):
            rule[f"i{index}"] = unary_text(parse_cell(cell), renamed)
        for index, cell in enumerate(then):
            rule[f"o{index}"] = zen_text(_expression(cell), renamed)
        rules.append(rule)
    return {
        "hitPolicy": table.hit,
        "inputs": [
            {"id": f"i{index}", "name": text, "field": zen_text(_expression(text), renamed)}
            for index, text in enumerate(table.when)
        ],
        "outputs": [
            {"id": f"o{index}", "name": output.name, "field": output.name}
            for index, output in enumerate(table.outputs)
        ],
        "rules": rules,
        "passThrough": True,
        **({"outputPath": table.id} if table.hit == "collect" else {}),
    }


def _expressions_content(node: Expressions, renamed: Mapping[str, str]) -> Jdm:
    known = dict(renamed)
    expressions: list[Jdm] = []
    for formula in node.formulas:
        value = zen_text(_expression(formula.expression), known)
        expressions.append({"id": formula.name, "key": formula.name, "value": value})
        known[formula.name] = f"$.{formula.name}"
    return {"expressions": expressions, "passThrough": True}


def from_jdm(graph: Jdm) -> tuple[Table | Expressions, ...]:
    """Return the nodes of a JDM graph of our profile, in the order of its edges.

    An empty input cell, which in JDM means any value, becomes `-`; a rule whose id is
    `default` becomes the default row. Anything else that our language has not is named: a
    function node, a switch, another hit policy, an empty output. Units are not in JDM.
    """
    nodes: list[Table | Expressions] = []
    for node in _in_chain(graph):
        name = str(node.get("name", ""))
        content = node.get("content") or {}
        match node.get("type"):
            case "inputNode" | "outputNode":
                continue
            case "decisionTableNode":
                nodes.append(_table_from(name, content))
            case "expressionNode":
                nodes.append(_expressions_from(name, content))
            case kind:
                raise NotInProfile(name, f"{kind}")
    return tuple(nodes)


def _in_chain(graph: Jdm) -> list[Jdm]:
    """Return the nodes along the edges; a fork or a loop is outside the profile."""
    nodes = {str(node["id"]): node for node in graph.get("nodes", [])}
    follows: dict[str, str] = {}
    for edge in graph.get("edges", []):
        source = str(edge["sourceId"])
        if source in follows:
            raise NotInProfile(source, "more than one edge")
        follows[source] = str(edge["targetId"])
    starts = [key for key in nodes if key not in follows.values()]
    if len(starts) != 1:
        raise NotInProfile(", ".join(starts), "not one chain")
    chain: list[Jdm] = []
    at = starts[0]
    for _ in range(len(nodes)):
        chain.append(nodes[at])
        if at not in follows:
            break
        at = follows[at]
    if len(chain) != len(nodes):
        raise NotInProfile(at, "not one chain")
    return chain


def _cell(node: str, text: object, *, is_input: bool) -> str:
    cell = str(text or "").strip()
    if is_input and not cell:
        return "-"
    try:
        if is_input:
            parse_cell(cell)
        else:
            _expression(cell)
    except SyntaxFault as fault:
        raise NotInProfile(node, f"{cell!r}: {fault.code}") from None
    return cell


def _table_from(name: str, content: Jdm) -> Table:
    hit = content.get("hitPolicy", "first")
    if hit not in ("first", "collect"):
        raise NotInProfile(name, f"hitPolicy {hit}")
    inputs = content.get("inputs", [])
    outputs = content.get("outputs", [])
    rows: list[Row] = []
    default: Default | None = None
    for index, rule in enumerate(content.get("rules", [])):
        text = str(rule.get("_description") or "")
        when = tuple(_cell(name, rule.get(column["id"]), is_input=True) for column in inputs)
        then = tuple(_cell(name, rule.get(column["id"]), is_input=False) for column in outputs)
        if rule.get("_id") == DEFAULT_ROW:
            default = Default(then=then, zh=text, en=text, remedy_zh="", remedy_en="", basis=())
            continue
        row = Row(
            id=_row_id(rule, index),
            when=when,
            then=then,
            zh=text,
            en=text,
            remedy_zh="",
            remedy_en="",
            basis=(),
        )
        rows.append(row)
    return Table(
        id=name,
        hit=hit,
        when=tuple(_cell(name, column.get("field"), is_input=False) for column in inputs),
        outputs=tuple(Output(name=column["field"], unit="") for column in outputs),
        rows=tuple(rows),
        default=default,
    )


def _row_id(rule: Jdm, index: int) -> str:
    """Return the id of a rule where our format can hold it, else its number."""
    given = rule.get("_id")
    try:
        return msgspec.convert(given, RowId)
    except msgspec.ValidationError:
        return f"row{index + 1}"


def _expressions_from(name: str, content: Jdm) -> Expressions:
    formulas = tuple(
        Formula(
            name=each["key"],
            unit="",
            expression=_cell(name, str(each.get("value")).replace("$.", ""), is_input=False),
        )
        for each in content.get("expressions", [])
    )
    return Expressions(id=name, formulas=formulas)
