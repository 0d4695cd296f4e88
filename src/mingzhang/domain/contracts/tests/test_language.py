"""What cells mean: values, tests, bounds, and the faults that are found before anything runs."""

import pytest

from mingzhang.domain.contracts import syntax
from mingzhang.domain.contracts.checker import check
from mingzhang.domain.contracts.evaluator import NotAProgram
from mingzhang.domain.contracts.lexer import CELL_CHARS_MAX, tokenize
from mingzhang.domain.contracts.parser import parse
from mingzhang.domain.contracts.program import field_type
from mingzhang.domain.contracts.tests.documents import (
    BIG,
    INPUTS,
    matches,
    number_of,
    truth_of,
)
from mingzhang.domain.contracts.unary import parse_cell


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("10 - 4 - 3", 3),
        ("-a + 1", -6),
        ("2 - -3", 5),
        ("a * -b", -14),
        ("-(a - b)", -5),
        ("yes ? 1 : 2", 1),
        ("no ? 1 : yes ? 2 : 3", 2),
        ("a > 1 and b > 5 ? 1 : 2", 2),
        ("abs(-3)", 3),
        ("abs(a - 10)", 3),
        ("sum(list_of)", 6),
        ("count(list_of)", 3),
        ("min(list_of)", -1),
        ("max(list_of)", 4),
        ("min([a, b, 1])", 1),
        ("max([a, b, 1])", 7),
        ("count(kinds)", 1),
    ],
)
def test_an_expression_gives_its_number(expression, value):
    assert number_of(expression) == value


# 7/2 = 3.5, -7/2 = -3.5, 5/2 = 2.5, 10/4 = 2.5, 9/4 = 2.25, 11/4 = 2.75
@pytest.mark.parametrize(
    ("a", "b", "floor", "ceil", "trunc", "half_up", "half_even"),
    [
        (7, 2, 3, 4, 3, 4, 4),
        (-7, 2, -4, -3, -3, -4, -4),
        (7, -2, -4, -3, -3, -4, -4),
        (-7, -2, 3, 4, 3, 4, 4),
        (5, 2, 2, 3, 2, 3, 2),
        (-5, 2, -3, -2, -2, -3, -2),
        (9, 4, 2, 3, 2, 2, 2),
        (11, 4, 2, 3, 2, 3, 3),
        (-11, 4, -3, -2, -2, -3, -3),
        (6, 3, 2, 2, 2, 2, 2),
        (0, 3, 0, 0, 0, 0, 0),
        (BIG, 2, BIG // 2, BIG // 2 + 1, BIG // 2, BIG // 2 + 1, BIG // 2 + 1),
    ],
)
def test_each_rounding_is_exact(a, b, floor, ceil, trunc, half_up, half_even):
    names = ("floor", "ceil", "trunc", "round_half_up", "round_half_even")
    found = [number_of(f"{name}(a / b)", a=a, b=b) for name in names]
    assert found == [floor, ceil, trunc, half_up, half_even]


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("a == 7", True),
        ("a != 7", False),
        ("a <= 7 and a >= 7", True),
        ("a < 7 or a > 7", False),
        ("not yes", False),
        ("not (a == 8)", True),
        ("yes == no", False),
        ('kind == "works"', True),
        ('"goods" != kind', True),
        ('anything == "text"', True),
        ('kind in ["goods", "works"]', True),
        ("a not in [1, 2, 7]", False),
        ("a in [1..7]", True),
        ("a in [1..7)", False),
        ("a in (7..9]", False),
        ("a not in (6..8)", False),
        ("a in [-9..b * 4]", True),
        ("contains(list_of, -1)", True),
        ("contains(list_of, a)", False),
        ('contains(kinds, "works")', False),
        ("a in list_of", False),
        ("yes or no and no", True),
        ("signed_day + term_days > signed_day", True),
        ("signed_day - 19000 > signed_day", False),
        ("signed_day - signed_day == 0", True),
        ("floor(amount_fen * rate_bp / 10000) <= available_fen", True),
        ("floor(amount_fen * 10000 / available_fen) > rate_bp", True),
    ],
)
def test_a_condition_holds_or_not(expression, value):
    assert truth_of(expression) is value


@pytest.mark.parametrize(
    ("column", "cell", "hit"),
    [
        ("a", "-", True),
        ("a", "7", True),
        ("a", "-7", False),
        ("a", "1, 7", True),
        ("a", "1, 2", False),
        ("a", "> 6", True),
        ("a", "> 7", False),
        ("a", ">= 7", True),
        ("a", "< b", False),
        ("a", "<= b * 4", True),
        ("a", "== b + 5", True),
        ("a", "!= 7", False),
        ("a", "[1..7]", True),
        ("a", "[1..7)", False),
        ("a", "(7..8]", False),
        ("a", "(6..8)", True),
        ("a", "< 0, [5..6], 7", True),
        ("a", "< 0, [5..6], > 7", False),
        ("a", "not(7)", False),
        ("a", "not(1, 2)", True),
        ("a", "not([1..5], > 8)", True),
        ("a", "not([1..7], > 8)", False),
        ("a", "in [1, 7]", True),
        ("a", "not in [1, 7]", False),
        ("a", "not in [1..6]", True),
        ("a", "in list_of", None),
        ("yes", "true", True),
        ("yes", "false", False),
        ("yes", "not(false)", True),
        ("kind", '"works"', True),
        ("kind", "'goods', \"works\"", True),
        ("kind", 'not("works")', False),
        ("kind", '!= "goods"', True),
        ("anything", '"other"', False),
        ("a - b", "5", True),
        ("sum(list_of)", "[6..6]", True),
        ("a > b", "true", True),
        ("a", "> (yes ? 6 : 8)", True),
    ],
)
def test_a_cell_matches_what_its_column_holds(column, cell, hit):
    if hit is None:
        with pytest.raises(NotAProgram):
            matches(column, cell)
    else:
        assert matches(column, cell) is hit


@pytest.mark.parametrize(
    ("expression", "fault"),
    [
        ("", "CELL_EMPTY"),
        ("   ", "CELL_EMPTY"),
        ("1 +", "VALUE_MISSING"),
        ("* 2", "VALUE_MISSING"),
        ("(1", "BRACKET_OPEN"),
        ("1)", "UNEXPECTED"),
        ("[1)", "BRACKET_OPEN"),
        ("sum([1, 2)", "BRACKET_OPEN"),
        ("1 2", "UNEXPECTED"),
        ("(1, 2)", "UNEXPECTED"),
        ("a ? 1", "TERNARY_OPEN"),
        ("1 : 2", "UNEXPECTED"),
        ("a < b < 3", "COMPARISONS_CHAIN"),
        ("a == b == yes", "COMPARISONS_CHAIN"),
        ("[1..5]", "RANGE_WITHOUT_IN"),
        ("a in (1)", "UNEXPECTED"),
        ("a in [1, 2..5]", "UNEXPECTED"),
        ("a in [1..5, 7]", "UNEXPECTED"),
        ("a in [1..2..3]", "UNEXPECTED"),
        ("1.5", "INTEGER_ONLY"),
        ("007", "INTEGER_ONLY"),
        ("1e9", "INTEGER_ONLY"),
        ("12345678901234567", "INTEGER_ONLY"),
        ("a.b", "SIGN_UNKNOWN"),
        ("$ + 1", "SIGN_UNKNOWN"),
        ("#", "SIGN_UNKNOWN"),
        ("a ?? 1", "SIGN_UNKNOWN"),
        ("a % 2", "SIGN_UNKNOWN"),
        ("a ^ 2", "SIGN_UNKNOWN"),
        ("a; b", "SIGN_UNKNOWN"),
        ("a = 1", "SIGN_UNKNOWN"),
        ("`text`", "SIGN_UNKNOWN"),
        ("a ** 2", "VALUE_MISSING"),
        ('"open', "STRING_OPEN"),
        ('""', "STRING_SIGNS"),
        ('"a\\"', "STRING_SIGNS"),
        ('"a\u2028b"', "STRING_SIGNS"),
        ('"a\x00b"', "STRING_SIGNS"),
        ("null", "NULL_REFUSED"),
        ("a == null", "NULL_REFUSED"),
        ("(" * 40 + "1" + ")" * 40, "TOO_DEEP"),
        ("+".join("1" * 40), "TOO_DEEP"),
        ("not " * 40 + "yes", "TOO_DEEP"),
        ("1 + " * 400 + "1", "CELL_TOO_LONG"),
        ("[" * 200, "TOO_DEEP"),
        ("x" * (CELL_CHARS_MAX + 1), "CELL_TOO_LONG"),
    ],
)
def test_what_is_no_expression_is_refused_by_name(expression, fault):
    with pytest.raises(syntax.SyntaxFault) as caught:
        parse(tokenize(expression))
    assert caught.value.code == fault


@pytest.mark.parametrize(
    ("cell", "fault"),
    [
        ("", "CELL_EMPTY"),
        ("1,", "VALUE_MISSING"),
        (",1", "VALUE_MISSING"),
        (">", "VALUE_MISSING"),
        ("not()", "VALUE_MISSING"),
        ("a > 5", "TEST_UNCLEAR"),
        ("a + 1", "TEST_UNCLEAR"),
        ("a", "TEST_UNCLEAR"),
        ("(5)", "TEST_UNCLEAR"),
        ("1 + 1", "TEST_UNCLEAR"),
        ("not > 3", "TEST_UNCLEAR"),
        ("not(not(3))", "TEST_UNCLEAR"),
        ("[1..5] or yes", "TEST_UNCLEAR"),
        ("in [1] or yes", "TEST_UNCLEAR"),
        ("> 1) or (yes", "UNEXPECTED"),
        ("> 1 and < 5", "VALUE_MISSING"),
        ("$ > 5", "SIGN_UNKNOWN"),
        ("- 1 - 2", "TEST_UNCLEAR"),
    ],
)
def test_what_is_no_unary_test_is_refused_by_name(cell, fault):
    with pytest.raises(syntax.SyntaxFault) as caught:
        parse_cell(cell)
    assert caught.value.code == fault


@pytest.mark.parametrize(
    ("expression", "fault"),
    [
        ("missing + 1", "NAME_UNKNOWN"),
        ("amont_fen > 5", "NAME_UNKNOWN"),
        ("amount_fen + rate_bp", "UNIT_MISMATCH"),
        ("amount_fen > a", "UNIT_MISMATCH"),
        ("amount_fen == term_days", "UNIT_MISMATCH"),
        ("signed_day + signed_day", "UNIT_MISMATCH"),
        ("signed_day * 2", "UNIT_MISMATCH"),
        ("-signed_day", "UNIT_MISMATCH"),
        ("term_days - signed_day", "UNIT_MISMATCH"),
        ("amount_fen in [rate_bp..5]", "UNIT_MISMATCH"),
        ("yes + 1", "TYPE_MISMATCH"),
        ("yes > no", "TYPE_MISMATCH"),
        ('a == "7"', "TYPE_MISMATCH"),
        ('"b" > "a"', "TYPE_MISMATCH"),
        ("kind + 1", "TYPE_MISMATCH"),
        ("not a", "TYPE_MISMATCH"),
        ("a and yes", "TYPE_MISMATCH"),
        ("a ? 1 : 2", "TYPE_MISMATCH"),
        ('yes ? 1 : "x"', "TYPE_MISMATCH"),
        ("a == yes", "TYPE_MISMATCH"),
        ("a in b", "TYPE_MISMATCH"),
        ('a in [1, "x"]', "TYPE_MISMATCH"),
        ("sum(a)", "TYPE_MISMATCH"),
        ("sum(kinds)", "TYPE_MISMATCH"),
        ("abs(yes)", "TYPE_MISMATCH"),
        ("-yes", "TYPE_MISMATCH"),
        ("list_of == list_of", "TYPE_MISMATCH"),
        ('kind == "wroks"', "CODE_UNKNOWN"),
        ('kind in ["works", "wroks"]', "CODE_UNKNOWN"),
        ('contains(kinds, "wroks")', "CODE_UNKNOWN"),
        ("a in [5..1]", "RANGE_EMPTY"),
        ("a / b", "DIVISION_UNROUNDED"),
        ("floor(a / b + 1)", "DIVISION_UNROUNDED"),
        ("floor(a)", "ROUNDING_WITHOUT_DIVISION"),
        ("floor(floor(a / b))", "ROUNDING_WITHOUT_DIVISION"),
        ("floor(a / 0)", "DIVISION_BY_ZERO"),
        ("round(a / b)", "DIVISION_UNROUNDED"),
        ("round(a)", "FUNCTION_FORBIDDEN"),
        ('d("2022-01-01")', "FUNCTION_FORBIDDEN"),
        ("rand(100)", "FUNCTION_FORBIDDEN"),
        ("rand()", "FUNCTION_FORBIDDEN"),
        ('matches(anything, "a")', "FUNCTION_FORBIDDEN"),
        ("upper(anything)", "FUNCTION_FORBIDDEN"),
        ("floor()", "ARGUMENT_COUNT"),
        ("sum(list_of, 1)", "ARGUMENT_COUNT"),
        ("min(a, b)", "ARGUMENT_COUNT"),
        ("contains(list_of)", "ARGUMENT_COUNT"),
        ("[1, 2] == [1, 2]", "LIST_PLACE"),
        ("floor([1, 2])", "LIST_PLACE"),
    ],
)
def test_what_does_not_type_is_refused_by_name(expression, fault):
    variables = {field.name: field_type(field) for field in INPUTS}
    with pytest.raises(syntax.SyntaxFault) as caught:
        check(parse(tokenize(expression)), variables)
    assert caught.value.code == fault
