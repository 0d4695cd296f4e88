"""From tokens to a tree: operator precedence with an explicit stack, no recursion.

From loose to tight: `? :` · `or` · `and` · comparisons and `in`, which do not chain ·
`+ -` · `*` `/` · `-x` and `not x`. As zen-engine, but that two comparisons in a row are
refused: what `a < b == c` means is not left to memory.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from mingzhang.domain.contracts.lexer import Token
from mingzhang.domain.contracts.syntax import Node, SyntaxFault, Tree

DEPTH_MAX = 32
"""Operators inside one another; keeps the generated Python far from any limit of Python's."""

_COMPARE = 3
_BINARY = {
    "or": 1,
    "and": 2,
    "==": _COMPARE,
    "!=": _COMPARE,
    "<": _COMPARE,
    "<=": _COMPARE,
    ">": _COMPARE,
    ">=": _COMPARE,
    "in": _COMPARE,
    "not in": _COMPARE,
    "+": 4,
    "-": 4,
    "*": 5,
    "/": 5,
}
_PREFIX_PRECEDENCE = 6
_OPENING = ("(", "[", "call")
"""Frames: a parenthesis (or an open range after `in`), a list or closed range, a call."""


@dataclass
class _Pending:
    """An operator that waits for its right side, or a bracket that waits for its end."""

    op: str
    at: int
    precedence: int = 0
    count: int = 1
    """Of a bracket: how many values it holds so far."""
    bracket: str = "("
    is_range: bool = False
    name: str = ""


class _Builder:
    """The state of one parse: nodes, operands not yet used, operators not yet applied."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.depths: list[int] = []
        self.operands: list[int] = []
        self.pending: list[_Pending] = []
        self.wants_operand = True
        self.opened_call = False
        """The token before this one opened a call: it may be closed at once."""

    def add(self, op: str, count: int, value: int | str, at: int) -> None:
        """Add a node over the last `count` operands, and make it the last operand."""
        start = len(self.operands) - count
        children = tuple(self.operands[start:])
        del self.operands[start:]
        depth = 1 + max((self.depths[child] for child in children), default=0)
        if depth > DEPTH_MAX:
            raise SyntaxFault("TOO_DEEP", at, str(DEPTH_MAX))
        self.operands.append(len(self.nodes))
        self.nodes.append(Node(op, children, value, at))
        self.depths.append(depth)

    def push(self, pending: _Pending) -> None:
        """Let an operator or a bracket wait."""
        if len(self.pending) >= DEPTH_MAX:
            raise SyntaxFault("TOO_DEEP", pending.at, str(DEPTH_MAX))
        self.pending.append(pending)

    def apply(self) -> None:
        """Apply the operator on top of the stack."""
        top = self.pending.pop()
        if top.op == "?":
            raise SyntaxFault("TERNARY_OPEN", top.at)
        counts = {"neg": 1, "not": 1, "if": 3}
        self.add(top.op, counts.get(top.op, 2), "", top.at)

    def apply_tighter(self, precedence: int) -> None:
        """Apply what binds at least as tightly as an operator that now follows."""
        while self.pending and self.pending[-1].op not in _OPENING:
            top = self.pending[-1]
            if top.precedence < precedence:
                return
            if top.precedence == precedence == _COMPARE:
                raise SyntaxFault("COMPARISONS_CHAIN", top.at, top.op)
            self.apply()

    def frame(self, token: Token) -> _Pending:
        """Apply all operators inside the innermost bracket and return that bracket."""
        self.apply_tighter(0)
        if not self.pending:
            raise SyntaxFault("UNEXPECTED", token.at, token.text)
        return self.pending[-1]


def parse(tokens: Sequence[Token]) -> Tree:
    """Return the tree of an expression, or raise `SyntaxFault`."""
    if not tokens:
        raise SyntaxFault("CELL_EMPTY", 0)
    builder = _Builder()
    skip = False
    for index, token in enumerate(tokens):
        if skip:
            skip = False
            continue
        following = tokens[index + 1].text if index + 1 < len(tokens) else ""
        if builder.wants_operand:
            skip = _operand(builder, token, following)
        else:
            skip = _operator(builder, token, following)
    last = tokens[-1]
    if builder.wants_operand:
        raise SyntaxFault("VALUE_MISSING", last.at + len(last.text))
    builder.apply_tighter(0)
    if builder.pending:
        raise SyntaxFault("BRACKET_OPEN", builder.pending[-1].at, builder.pending[-1].bracket)
    return tuple(builder.nodes)


def _operand(builder: _Builder, token: Token, following: str) -> bool:
    """Take a token where a value must begin; return whether the next one was taken too."""
    opened_call, builder.opened_call = builder.opened_call, False
    match token.kind, token.text:
        case "int", digits:
            builder.add("int", 0, int(digits), token.at)
        case "str", text:
            builder.add("str", 0, text, token.at)
        case "column", _:
            builder.add("column", 0, "", token.at)
        case "name", function if following == "(":
            builder.push(_Pending("call", token.at, name=function))
            builder.opened_call = True
            return True
        case "name", name:
            builder.add("name", 0, name, token.at)
        case "op", "true" | "false":
            builder.add("bool", 0, token.text == "true", token.at)
        case "op", "-" | "not":
            op = "neg" if token.text == "-" else "not"
            builder.push(_Pending(op, token.at, _PREFIX_PRECEDENCE))
            return False
        case "op", ")" if opened_call:
            call = builder.pending.pop()
            builder.add("call", 0, call.name, call.at)
        case "op", "(" | "[":
            builder.push(_Pending(token.text, token.at, bracket=token.text))
            return False
        case _:
            raise SyntaxFault("VALUE_MISSING", token.at, token.text)
    builder.wants_operand = False
    return False


def _operator(builder: _Builder, token: Token, following: str) -> bool:
    """Take a token where a value has ended; return whether the next one was taken too."""
    if token.kind != "op":
        raise SyntaxFault("UNEXPECTED", token.at, token.text)
    if token.text in (")", "]"):
        _close(builder, token)
        return False
    builder.wants_operand = True
    match token.text:
        case "not" if following == "in":
            _binary(builder, "not in", token)
            return True
        case "in":
            _binary(builder, "in", token)
            return False
        case op if op in _BINARY:
            _binary(builder, op, token)
        case "?":
            builder.apply_tighter(1)
            builder.push(_Pending("?", token.at))
        case ":":
            _colon(builder, token)
        case ",":
            _comma(builder, token)
        case "..":
            _dots(builder, token)
        case _:
            raise SyntaxFault("UNEXPECTED", token.at, token.text)
    return False


def _binary(builder: _Builder, op: str, token: Token) -> None:
    builder.apply_tighter(_BINARY[op])
    builder.push(_Pending(op, token.at, _BINARY[op]))


def _colon(builder: _Builder, token: Token) -> None:
    """Close the innermost open `?`: what stands between is its second value."""
    while builder.pending and builder.pending[-1].op not in (*_OPENING, "?"):
        builder.apply()
    if not builder.pending or builder.pending[-1].op != "?":
        raise SyntaxFault("UNEXPECTED", token.at, ":")
    question = builder.pending.pop()
    builder.push(_Pending("if", question.at))


def _comma(builder: _Builder, token: Token) -> None:
    frame = builder.frame(token)
    if frame.is_range or frame.op == "(":
        raise SyntaxFault("UNEXPECTED", token.at, ",")
    frame.count += 1


def _dots(builder: _Builder, token: Token) -> None:
    frame = builder.frame(token)
    if frame.op not in ("(", "[") or frame.count > 1 or frame.is_range:
        raise SyntaxFault("UNEXPECTED", token.at, "..")
    if not _follows_in(builder):
        raise SyntaxFault("RANGE_WITHOUT_IN", token.at)
    frame.is_range = True
    frame.count = 2


def _follows_in(builder: _Builder) -> bool:
    return len(builder.pending) > 1 and builder.pending[-2].op in ("in", "not in")


def _close(builder: _Builder, token: Token) -> None:
    frame = builder.frame(token)
    is_in = _follows_in(builder)
    builder.pending.pop()
    if frame.is_range:
        builder.add("range", 2, frame.bracket + token.text, frame.at)
        return
    if (frame.bracket == "(") != (token.text == ")"):
        raise SyntaxFault("BRACKET_OPEN", frame.at, frame.bracket)
    if frame.op == "call":
        builder.add("call", frame.count, frame.name, frame.at)
    elif frame.op == "[":
        builder.add("list", frame.count, "", frame.at)
    elif is_in:
        raise SyntaxFault("UNEXPECTED", frame.at, "(")
