"""Random contracts over what our language and zen-engine have in common, and their inputs.

Divisors are never zero and no sum leaves 2^53: where the two are known to differ (zen fails
open there) is the subject of `test_fail_open`.
"""

import random
from collections.abc import Callable
from typing import Any

from mingzhang.domain.contracts.document import Contract, Expressions, Formula, Row, Table
from mingzhang.domain.contracts.tests.documents import (
    code,
    codes,
    contract,
    default,
    integer,
    integers,
    row,
    table,
    truth,
)

INPUTS = (
    integer("x", low=-100_000, high=100_000),
    integer("y", low=-100_000, high=100_000),
    integer("z", low=-100_000, high=100_000),
    integer("d", low=1, high=60),
    truth("p"),
    truth("q"),
    code("k", "a", "b", "c"),
    code("t"),
    integers("l", items_max=5),
    codes("m", "a", "b", "c"),
)
ROUNDINGS = ("floor", "ceil", "trunc", "round_half_up", "round_half_even")
COMPARISONS = ("==", "!=", "<", "<=", ">", ">=")
VERDICTS = ("reject", "ask", "approve")


class Writer:
    """Writes random cells. Depth says how many operators may stand inside one another."""

    def __init__(self, dice: random.Random) -> None:
        self.dice = dice

    def choose(self, *ways: Callable[[], str]) -> str:
        return self.dice.choice(ways)()

    def literal(self) -> str:
        return str(self.dice.choice((self.dice.randint(-12, 12), self.dice.randint(-999, 999))))

    def variable(self) -> str:
        return self.dice.choice(("x", "y", "z", "d"))

    def number(self, depth: int) -> str:
        if depth == 0:
            return self.choose(self.literal, self.variable, self.variable)
        inner = lambda: self.number(depth - 1)  # noqa: E731 - one letter shorter than the lines below
        return self.choose(
            lambda: self.number(0),
            lambda: f"{inner()} + {inner()}",
            lambda: f"({inner()}) - ({inner()})",
            lambda: f"{self.number(0)} - {self.number(0)} - {self.number(0)}",
            lambda: f"({inner()}) * {self.number(0)}",
            lambda: f"-{self.number(0).lstrip('-')} + {inner()}",
            lambda: f"abs({inner()})",
            lambda: self.rounded(depth),
            lambda: self.rounded(depth),
            lambda: self.dice.choice(("sum(l)", "count(l)", "count(m)")),
            lambda: f"{self.dice.choice(('min', 'max'))}([{inner()}, {self.number(0)}])",
            lambda: f"({self.condition(depth - 1)} ? {inner()} : {inner()})",
        )

    def rounded(self, depth: int) -> str:
        divisor = self.dice.choice(("2", "4", "-2", "3", "7", "10", "d", "-d", "(d * 2)"))
        dividend = self.dice.choice((self.variable(), f"({self.number(depth - 1)})"))
        return f"{self.dice.choice(ROUNDINGS)}({dividend} / {divisor})"

    def condition(self, depth: int) -> str:
        if depth == 0:
            return self.choose(
                lambda: self.dice.choice(("p", "q", "true", "false")),
                lambda: f"{self.number(0)} {self.dice.choice(COMPARISONS)} {self.number(0)}",
                lambda: f'k {self.dice.choice(("==", "!="))} "{self.dice.choice("abc")}"',
                lambda: f"contains(l, {self.literal()})",
                lambda: f'contains(m, "{self.dice.choice("abc")}")',
            )
        return self.choose(
            lambda: self.condition(0),
            lambda: f"({self.condition(depth - 1)}) and ({self.condition(0)})",
            lambda: f"({self.condition(depth - 1)}) or ({self.condition(0)})",
            lambda: f"{self.condition(0)} or {self.condition(0)} and {self.condition(0)}",
            lambda: f"not ({self.condition(depth - 1)})",
            lambda: f"({self.number(depth - 1)}) {self.where()} {self.range()}",
            lambda: f"{self.number(0)} {self.where()} [{self.literal()}, {self.literal()}]",
            lambda: f'k {self.where()} ["{self.dice.choice("ab")}", "c"]',
            lambda: f"p {self.dice.choice(('==', '!='))} q",
        )

    def where(self) -> str:
        return self.dice.choice(("in", "not in"))

    def range(self) -> str:
        low, high = sorted((self.dice.randint(-40, 40), self.dice.randint(-40, 40)))
        return f"{self.dice.choice('[(')}{low}..{high}{self.dice.choice('])')}"

    def number_test(self) -> str:
        return self.choose(
            self.literal,
            self.range,
            lambda: f"{self.dice.choice(COMPARISONS)} {self.number(1)}",
            lambda: f"{self.dice.choice(COMPARISONS)} {self.literal()}",
        )

    def number_cell(self) -> str:
        return self.choose(
            lambda: "-",
            self.number_test,
            self.number_test,
            lambda: ", ".join(self.number_test() for _ in range(3)),
            lambda: f"not({self.number_test()}, {self.number_test()})",
            lambda: f"not({self.literal()}, {self.literal()})",
            lambda: f"in [{self.literal()}, {self.literal()}]",
        )

    def truth_cell(self) -> str:
        return self.dice.choice(("-", "true", "false", "not(true)"))

    def code_cell(self) -> str:
        return self.dice.choice(
            ("-", '"a"', '"b", "c"', 'not("a")', "not('b', \"c\")", '!= "c"', '== "a"')
        )

    def text_cell(self) -> str:
        return self.dice.choice(("-", '"on"', '"on", "off"', 'not("off")', '!= "on"'))

    def column(self) -> tuple[str, Callable[[], str]]:
        return self.dice.choice(
            (
                ("x", self.number_cell),
                ("y", self.number_cell),
                (self.number(1), self.number_cell),
                (self.number(2), self.number_cell),
                ("p", self.truth_cell),
                (self.condition(1), self.truth_cell),
                ("k", self.code_cell),
                ("t", self.text_cell),
            )
        )

    def rows(
        self, columns: list[tuple[str, Callable[[], str]]], outputs: list[Callable[[], str]]
    ) -> tuple[Row, ...]:
        return tuple(
            row(
                f"R{number}",
                tuple(cell() for _, cell in columns),
                tuple(output() for output in outputs),
            )
            for number in range(self.dice.randint(2, 6))
        )


def random_contract(dice: random.Random) -> Contract:
    """Return a contract of one of two forms: first-match table, or collect and sum up."""
    writer = Writer(dice)
    columns = [writer.column() for _ in range(dice.randint(1, 3))]
    when = tuple(column for column, _ in columns)
    if dice.random() < 0.25:
        return _collecting(writer, columns, when)
    nodes: list[Table | Expressions] = []
    if dice.random() < 0.3:
        nodes.append(_formulas(("w", writer.number(2)), ("v", f"w + {writer.number(1)}")))
        columns.append(("v", writer.number_cell))
        when = (*when, "v")
    verdict = lambda: f'"{dice.choice(VERDICTS)}"'  # noqa: E731 - a cell writer, as the others
    outputs = [verdict, lambda: writer.number(2), lambda: writer.condition(2)]
    otherwise = default('"ask"', "0", "false") if dice.random() < 0.3 else None
    names = ("verdict", "amount", "flag")
    nodes.append(table(when, writer.rows(columns, outputs), otherwise, names))
    declared = (code("verdict", *VERDICTS), integer("amount"), truth("flag"))
    return contract(tuple(nodes), declared, INPUTS)


def _formulas(*formulas: tuple[str, str]) -> Expressions:
    written = tuple(
        Formula(name=name, unit="", expression=expression) for name, expression in formulas
    )
    return Expressions(id="sums", formulas=written)


def _collecting(
    writer: Writer, columns: list[tuple[str, Callable[[], str]]], when: tuple[str, ...]
) -> Contract:
    rows = writer.rows(
        columns, [lambda: writer.number(1), lambda: f'"{writer.dice.choice("abc")}"']
    )
    rules = table(when, rows, None, ("points", "reasons"), "collect")
    total = _formulas(
        ("total", "sum(points) - min(points) + max(points)"),
        ("number", "count(reasons)"),
        ("flag", 'contains(reasons, "a")'),
    )
    declared = (integer("total"), integer("number"), truth("flag"))
    return contract((_with_all_codes(rules), total), declared, INPUTS)


def _with_all_codes(rules: Table) -> Table:
    """Let some row give each code: else `contains` of one that none gives is a type error."""
    first, *others = rules.rows
    points, _ = first.then
    head = row(first.id, first.when, (points, 'p ? "a" : q ? "b" : "c"'))
    return table(rules.when, (head, *others), None, ("points", "reasons"), "collect")


def random_inputs(dice: random.Random) -> dict[str, Any]:
    """Return inputs, mostly near the literals of the cells."""

    def number() -> int:
        return dice.choice(
            (dice.randint(-12, 12), dice.randint(-40, 40), dice.randint(-9999, 9999))
        )

    return {
        "x": number(),
        "y": number(),
        "z": number(),
        "d": dice.randint(1, 60),
        "p": dice.random() < 0.5,
        "q": dice.random() < 0.5,
        "k": dice.choice("abc"),
        "t": dice.choice(("on", "off", "idle")),
        "l": tuple(number() for _ in range(dice.randint(0, 5))),
        "m": tuple(dice.choice("abc") for _ in range(dice.randint(0, 3))),
    }
