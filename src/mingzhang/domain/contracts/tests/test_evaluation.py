"""What a contract does with inputs: it decides by a row, or aborts and says where."""

import hashlib

import pytest

from mingzhang.domain.contracts.document import canonical_bytes
from mingzhang.domain.contracts.evaluator import Aborted, Evaluator, NotAProgram, evaluator_of
from mingzhang.domain.contracts.lexer import tokenize
from mingzhang.domain.contracts.parser import parse
from mingzhang.domain.contracts.program import program_of
from mingzhang.domain.contracts.tests.documents import (
    BIG,
    GIVEN,
    code,
    contract,
    default,
    integer,
    number_of,
    row,
    sound,
    table,
    truth_of,
    value_of,
)
from mingzhang.kernel.faults import InvariantBroken


@pytest.mark.parametrize(
    ("expression", "given", "reason"),
    [
        ("floor(a / b)", {"b": 0}, "DIVISION_BY_ZERO"),
        ("round_half_even(a / (b - 2))", {}, "DIVISION_BY_ZERO"),
        ("a * a * a", {"a": BIG}, "OVERFLOW"),
        ("sum(list_of) * sum(list_of) * 9000", {"list_of": (BIG, BIG)}, "OVERFLOW"),
        ("a * a - a * a", {"a": BIG}, "OVERFLOW"),
        ("min(list_of)", {"list_of": ()}, "LIST_EMPTY"),
        ("max(list_of)", {"list_of": ()}, "LIST_EMPTY"),
        ("a * 4", {"a": BIG}, "OUTPUT_OUT_OF_BOUNDS"),
    ],
)
def test_what_cannot_be_computed_aborts(expression, given, reason):
    with pytest.raises(Aborted) as caught:
        number_of(expression, **given)
    assert caught.value.reason == reason


def test_a_branch_that_is_not_taken_cannot_abort():
    assert number_of("b == 0 ? 0 : floor(a / b)", b=0) == 0
    assert truth_of("b != 0 and floor(a / b) > 1", b=0) is False
    assert truth_of("b == 0 or floor(a / b) > 1", b=0) is True


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("a", "7"),
        ("a", 7.0),
        ("a", True),
        ("a", None),
        ("a", {"value": 7}),
        ("a", [7]),
        ("a", BIG + 1),
        ("amount_fen", -1),
        ("yes", 1),
        ("yes", "true"),
        ("yes", None),
        ("kind", "wroks"),
        ("kind", 1),
        ("kind", ("works",)),
        ("anything", ""),
        ("anything", "x" * 65),
        ("anything", 5),
        ("list_of", [1, 2]),
        ("list_of", (1, "2")),
        ("list_of", (1, True)),
        ("list_of", tuple(range(9))),
        ("list_of", 5),
        ("kinds", ("works", "wroks")),
        ("kinds", "works"),
    ],
)
def test_an_input_of_another_type_or_range_is_refused(name, value):
    with pytest.raises(Aborted) as caught:
        number_of("1", **{name: value})
    assert (caught.value.reason, caught.value.what) == ("INPUT_INVALID", name)


@pytest.mark.parametrize(
    ("given", "what"),
    [
        ({name: GIVEN[name] for name in GIVEN if name != "a"}, "a"),
        ({**GIVEN, "extra": 1}, "extra"),
        ({**{name: GIVEN[name] for name in GIVEN if name != "a"}, "amout": 1}, "a"),
        ([], "?"),
        (None, "?"),
    ],
)
def test_inputs_are_exactly_those_declared(given, what):
    rules = table(("a",), (row("R1", ("-",), ('"approve"',)),))
    evaluator = Evaluator(contract((rules,), (code("verdict", "approve"),)))
    with pytest.raises(Aborted) as caught:
        evaluator.evaluate(given)
    assert (caught.value.reason, caught.value.what) == ("INPUT_NAMES", what)


def test_nothing_matched_without_a_default_row_is_refused():
    rules = table(("a",), (row("R1", ("> 100",), ('"approve"',)),))
    evaluator = Evaluator(contract((rules,), (code("verdict", "approve"),)))
    with pytest.raises(Aborted) as caught:
        evaluator.evaluate(GIVEN)
    assert (caught.value.node, caught.value.reason) == ("rules", "NOTHING_MATCHED")


def test_a_row_that_fails_ends_the_decision_and_is_named():
    rules = table(
        ("a",),
        (
            row("deny", ("> floor(9 / b)",), ('"reject"',)),
            row("allow", ("-",), ('"approve"',)),
        ),
    )
    evaluator = Evaluator(contract((rules,), (code("verdict", "approve", "reject"),)))
    with pytest.raises(Aborted) as caught:
        evaluator.evaluate({**GIVEN, "b": 0})
    found = caught.value
    assert (found.contract, found.node, found.row) == (evaluator.hash, "rules", "deny")
    assert found.reason == "DIVISION_BY_ZERO"


def test_an_abort_in_an_output_or_formula_names_its_place():
    rules = table(
        ("a",), (row("R1", ("7",), ("floor(a / b)",)),), default("0"), outputs=("result",)
    )
    evaluator = Evaluator(contract((rules,), (integer("result"),)))
    with pytest.raises(Aborted) as caught:
        evaluator.evaluate({**GIVEN, "b": 0})
    assert (caught.value.node, caught.value.row) == ("rules", "R1")
    with pytest.raises(Aborted) as caught:
        number_of("floor(a / b)", b=0)
    assert (caught.value.node, caught.value.row) == ("sums", "result")


def test_the_first_row_that_matches_fires_and_later_ones_do_not():
    rules = table(
        ("a",),
        (
            row("R1", ("> 100",), ('"hold"',)),
            row("R2", ("> 5",), ('"reject"',)),
            row("R3", ("> 6",), ('"approve"',)),
        ),
        default('"ask"'),
    )
    evaluator = Evaluator(
        contract((rules,), (code("verdict", "hold", "reject", "approve", "ask"),))
    )
    outcome = evaluator.evaluate(GIVEN)
    assert (outcome.fired, outcome.outputs) == ((("rules", "R2"),), {"verdict": "reject"})


def test_a_collecting_table_fires_all_rows_that_match_and_its_outputs_are_lists():
    points = table(
        ("a",),
        (row("R1", ("> 5",), ("10",)), row("R2", ("> 100",), ("1",)), row("R3", ("> 6",), ("5",))),
        default("0"),
        outputs=("points",),
        hit="collect",
        name="points_of",
    )
    total = table(
        ("sum(points)", "count(points)"),
        (row("R1", ("15", "2"), ('"approve"',)), row("R2", ("0", "1"), ('"ask"',))),
        default('"reject"'),
    )
    evaluator = Evaluator(contract((points, total), (code("verdict", "approve", "ask", "reject"),)))
    outcome = evaluator.evaluate(GIVEN)
    assert outcome.outputs == {"verdict": "approve"}
    assert outcome.fired == (("points_of", "R1"), ("points_of", "R3"), ("rules", "R1"))
    nothing = evaluator.evaluate({**GIVEN, "a": 1})
    assert nothing.fired == (("points_of", "default"), ("rules", "R2"))


@pytest.mark.parametrize("bad", ["R1 twice", "cells", "default", "type", "name"])
def test_a_table_that_does_not_hold_together_is_refused_with_node_and_row(bad):
    rows = [row("R1", ("7",), ("1",)), row("R2", ("8",), ("2",))]
    given = {"R1 twice": row("R1", ("9",), ("3",)), "cells": row("R3", (), ("3",))}
    given |= {"default": row("default", ("9",), ("3",)), "type": row("R3", ("9",), ("yes",))}
    given |= {"name": row("R3", ("9",), ("bb",))}
    rules = table(("a",), (*rows, given[bad]), outputs=("result",))
    program, findings = program_of(contract((rules,), (integer("result"),)))
    expected = {
        "R1 twice": ("ROW_TWICE", "R1"),
        "cells": ("CELL_COUNT", "R3"),
        "default": ("ROW_TWICE", "default"),
        "type": ("TYPE_MISMATCH", "R3"),
        "name": ("NAME_UNKNOWN", "R3"),
    }
    assert program is None
    found = [(finding.code, finding.row) for finding in findings]
    assert expected[bad] in found
    assert all(finding.node in ("rules", "") for finding in findings)


def test_an_output_takes_no_code_that_is_not_declared():
    with pytest.raises(NotAProgram):
        value_of('"misspelt"', code("verdict", "approve"))


def test_a_tree_is_postfix_so_that_a_solver_reads_it_in_one_pass():
    tree = parse(tokenize("a + b * 2 > 3"))
    assert [node.op for node in tree] == ["name", "name", "int", "*", "+", "int", ">"]
    assert all(child < index for index, node in enumerate(tree) for child in node.children)


def test_an_input_is_no_output_unless_a_node_computes_it():
    rules = table(("a",), (row("R1", ("-",), ("1",)),), outputs=("result",))
    program, findings = program_of(contract((rules,), (integer("a"),)))
    assert program is None
    assert [finding.code for finding in findings] == ["OUTPUT_MISSING"]


def test_an_evaluator_is_kept_under_the_hash_of_its_document_only():
    wire = canonical_bytes(sound())
    digest = hashlib.sha256(wire).hexdigest()
    assert evaluator_of(digest, lambda: wire) is evaluator_of(digest, lambda: b"not asked again")
    with pytest.raises(InvariantBroken):
        evaluator_of("0" * 64, lambda: wire)
