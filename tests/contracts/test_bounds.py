"""What the checker states of a value holds: the generator leaves out tests on its word."""

import random

from mingzhang.domain.contracts.arithmetic import Abort
from mingzhang.domain.contracts.checker import check
from mingzhang.domain.contracts.codegen import compiled
from mingzhang.domain.contracts.generator import python
from mingzhang.domain.contracts.jdm import unary_text, zen_text
from mingzhang.domain.contracts.program import field_type, parse_expression
from mingzhang.domain.contracts.syntax import SyntaxFault
from mingzhang.domain.contracts.tests.documents import BIG, INPUTS, integer, integers
from mingzhang.domain.contracts.unary import parse_cell
from mingzhang.domain.contracts.value_types import INTEGER_MAX, Bool, Code, Int
from tests.contracts.random_contracts import INPUTS as NARROW
from tests.contracts.random_contracts import Writer, random_inputs

WIDE = {field.name: field for field in NARROW} | {
    "x": integer("x"),
    "y": integer("y"),
    "z": integer("z", low=0),
    "l": integers("l", items_max=5),
}
EXTREMES = (-BIG, -BIG + 1, -1, 0, 1, 7, BIG - 1, BIG)


def wide_inputs(dice):
    given = random_inputs(dice)
    given |= {name: dice.choice(EXTREMES) for name in ("x", "y")}
    given["z"] = dice.choice((0, 1, BIG))
    given["l"] = tuple(dice.choice(EXTREMES) for _ in range(dice.randint(0, 5)))
    return given


def test_every_value_lies_within_the_bounds_of_its_type_or_the_decision_aborts():
    dice = random.Random(11)
    writer = Writer(dice)
    variables = {name: field_type(field) for name, field in WIDE.items()}
    values = aborts = 0
    for _ in range(3_000):
        tree = check(parse_expression(writer.number(dice.randint(1, 4))), variables)
        lines = [f"    v_{name} = given[{name!a}]" for name in WIDE]
        text = "\n".join(["def run(given):", *lines, f"    return [], ({python(tree)},)"])
        run = compiled(text, {})
        of = tree.type
        assert isinstance(of, Int)
        for _ in range(6):
            try:
                _, (value,) = run(wide_inputs(dice))
            except Abort:
                aborts += 1
                continue
            values += 1
            assert isinstance(value, int)
            assert of.low <= value <= of.high
            assert -INTEGER_MAX <= value <= INTEGER_MAX
    assert values > 10_000
    assert aborts > 200


TOKENS = (
    *("a", "b", "amount_fen", "rate_bp", "signed_day", "term_days", "yes", "kind", "anything"),
    *("list_of", "kinds", "1", "0", str(BIG), '"works"', '"x"', "true", "false", "null", "$"),
    *("+", "-", "*", "/", "(", ")", "[", "]", ",", "..", "==", "!=", "<", "<=", ">", ">="),
    *("and", "or", "not", "in", "?", ":", "floor", "sum", "min", "contains", "abs", "count"),
)


def test_any_heap_of_words_is_typed_python_or_a_fault_that_is_named():
    dice = random.Random(5)
    variables = {field.name: field_type(field) for field in INPUTS}
    typed = 0
    for _ in range(30_000):
        text = " ".join(dice.choice(TOKENS) for _ in range(dice.randint(1, 9)))
        column = dice.choice(list(variables.values()))
        for read, of in ((parse_expression, None), (parse_cell, column)):
            try:
                tree = check(read(text), variables, of)
            except SyntaxFault:
                continue
            typed += 1
            compile(python(tree, "column"), "cell", "eval")
            assert (unary_text if of else zen_text)(tree.nodes, {}) or text == "-"
            if of:
                assert isinstance(tree.type, Bool)
            else:
                assert isinstance(tree.type, Bool | Int | Code) or tree.nodes[-1].op == "name"
    assert typed > 1_000
