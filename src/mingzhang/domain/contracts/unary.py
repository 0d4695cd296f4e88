"""Input cells of a decision table: unary tests on what the column holds.

`-` any · `> e` `>= e` `< e` `<= e` `== e` `!= e` · a literal · `[a..b]` `(a..b)` `[a..b)`
`(a..b]` · `in` or `not in` before a list or range · several of these with commas: one must
hold · `not(…)`: none may hold.

An empty cell is refused, and so is an expression without a comparison before it:
zen-engine reads `x + 1` as "equals" and `x > 1` as "holds", which no reader can tell apart.
"""

from collections.abc import Sequence

from mingzhang.domain.contracts.lexer import Token, tokenize
from mingzhang.domain.contracts.parser import parse
from mingzhang.domain.contracts.syntax import Node, SyntaxFault, Tree

_COMPARISONS = ("==", "!=", "<", "<=", ">", ">=")
_LITERAL_KINDS = ("int", "str")
_LITERAL_WORDS = ("true", "false")
ANY: Tree = (Node("any"),)


def parse_cell(text: str) -> Tree:
    """Return the tree of an input cell, a condition on `column`, or raise `SyntaxFault`."""
    tokens = tokenize(text)
    if not tokens:
        raise SyntaxFault("CELL_EMPTY", 0)
    if [token.text for token in tokens] == ["-"]:
        return ANY
    ends = _matching(tokens)
    if tokens[0].text == "not" and len(tokens) > 1 and ends.get(1) == len(tokens) - 1:
        condition = _any_of(_parts(tokens[2:-1]))
        return parse((tokens[0], _op("(", tokens[1].at), *condition, _op(")", tokens[-1].at)))
    return parse(_any_of(_parts(tokens)))


def _op(text: str, at: int) -> Token:
    return Token("op", text, at)


def _matching(tokens: Sequence[Token]) -> dict[int, int]:
    """Return for each opening bracket the position of the one that closes it."""
    ends: dict[int, int] = {}
    opened: list[int] = []
    for index, token in enumerate(tokens):
        if token.kind == "op" and token.text in ("(", "["):
            opened.append(index)
        elif token.kind == "op" and token.text in (")", "]"):
            if not opened:
                raise SyntaxFault("UNEXPECTED", token.at, token.text)
            ends[opened.pop()] = index
    if opened:
        raise SyntaxFault("BRACKET_OPEN", tokens[opened[-1]].at, tokens[opened[-1]].text)
    return ends


def _parts(tokens: Sequence[Token]) -> list[Sequence[Token]]:
    """Split at the commas that stand outside all brackets."""
    ends = _matching(tokens)
    parts: list[Sequence[Token]] = []
    start = inside_until = 0
    for index, token in enumerate(tokens):
        if index in ends and index >= inside_until:
            inside_until = ends[index]
        if index >= inside_until and token.kind == "op" and token.text == ",":
            parts.append(tokens[start:index])
            start = index + 1
    parts.append(tokens[start:])
    for part in parts:
        if not part:
            at = tokens[-1].at + len(tokens[-1].text) if tokens else 0
            raise SyntaxFault("VALUE_MISSING", at)
    return parts


def _any_of(parts: list[Sequence[Token]]) -> list[Token]:
    """Return the tokens of "one of the tests holds"; literals become one `in` list."""
    literals = [part for part in parts if _is_literal(part)]
    tests = [_test(part) for part in parts if not _is_literal(part)]
    if literals:
        at = literals[0][0].at
        column = Token("column", "", at)
        if len(literals) == 1:
            tests.insert(0, [column, _op("==", at), *literals[0]])
        else:
            listed = [token for part in literals for token in (_op(",", part[0].at), *part)]
            tests.insert(0, [column, _op("in", at), _op("[", at), *listed[1:], _op("]", at)])
    if len(tests) == 1:
        return tests[0]
    joined: list[Token] = []
    for test in tests:
        at = test[0].at
        joined += [_op("or", at), _op("(", at), *test, _op(")", at)]
    return joined[1:]


def _is_literal(part: Sequence[Token]) -> bool:
    minus = part[0].kind == "op" and part[0].text == "-"
    value = part[1:] if minus else part
    if len(value) != 1:
        return False
    kind = value[0].kind
    if minus:
        return kind == "int"
    return kind in _LITERAL_KINDS or (kind == "op" and value[0].text in _LITERAL_WORDS)


def _test(part: Sequence[Token]) -> list[Token]:
    first = part[0]
    column = Token("column", "", first.at)
    if first.kind == "op" and first.text in _COMPARISONS:
        if len(part) == 1:
            raise SyntaxFault("VALUE_MISSING", first.at + len(first.text))
        return [column, first, _op("(", part[1].at), *part[1:], _op(")", part[-1].at)]
    ends = _matching(part)
    for words in (("in",), ("not", "in")):
        opening = len(words)
        if tuple(token.text for token in part[:opening]) == words and first.kind == "op":
            if ends.get(opening) != len(part) - 1:
                raise SyntaxFault("TEST_UNCLEAR", first.at, first.text)
            return [column, *part]
    if ends.get(0) == len(part) - 1 and any(token.text == ".." for token in part):
        return [column, _op("in", first.at), *part]
    raise SyntaxFault("TEST_UNCLEAR", first.at, first.text)
