"""Exchange with GoRules JDM: what goes out, what comes in, what stays out."""

import json

import pytest

from mingzhang.domain.contracts.document import Expressions, Table
from mingzhang.domain.contracts.jdm import NotInProfile, from_jdm, to_jdm, unary_text
from mingzhang.domain.contracts.tests.documents import (
    contract,
    default,
    integer,
    row,
    sound,
    table,
)
from mingzhang.domain.contracts.unary import parse_cell


@pytest.mark.parametrize(
    ("cell", "zen"),
    [
        ("-", ""),
        ("5", "== 5"),
        ("-5", "== (-5)"),
        ("1, 2", "in [1, 2]"),
        ("> a + 1, [1..5)", "> (a + 1), in [1..5)"),
        ("not(1)", "!= 1"),
        ("not(1, 2)", "not in [1, 2]"),
        ("not(> a)", "<= a"),
        ("not([1..5], 7)", "$ != 7 and $ not in [1..5]"),
        ("false", "== false"),
        ("'it\"s'", "== 'it\"s'"),
        ("> round_half_up(a / 2)", "> round((a / 2))"),
        ("> count(list_of)", "> len(list_of)"),
    ],
)
def test_a_cell_is_written_as_zen_reads_it(cell, zen):
    assert unary_text(parse_cell(cell), {}) == zen


def test_nodes_are_exported_as_a_chain_from_input_to_output():
    graph = to_jdm(sound())
    assert [node["type"] for node in graph["nodes"]] == [
        "inputNode",
        "decisionTableNode",
        "outputNode",
    ]
    assert [(edge["sourceId"], edge["targetId"]) for edge in graph["edges"]] == [
        ("input", "rules"),
        ("rules", "output"),
    ]


def test_what_comes_back_has_our_cells():
    (rules,) = from_jdm(json.loads(json.dumps(to_jdm(sound()))))
    assert isinstance(rules, Table)
    assert [(each.id, each.when) for each in rules.rows] == [
        ("F1", ("== true", "-")),
        ("R12", ("-", "> available_fen")),
    ]
    assert rules.default is not None
    assert rules.default.then == ('"approve"',)


def test_a_collecting_table_with_a_default_row_is_not_exported():
    rules = table(("a",), (row("R1", ("7",), ("1",)),), default("0"), ("p",), "collect")
    with pytest.raises(NotInProfile):
        to_jdm(contract((rules,), (integer("p"),)))


def graph_with(node):
    nodes = [{"id": "in", "name": "in", "type": "inputNode"}, {"id": "n", "name": "n", **node}]
    return {"nodes": nodes, "edges": [{"id": "e", "sourceId": "in", "targetId": "n"}]}


COLUMNS = {"inputs": [{"id": "i", "field": "a"}], "outputs": [{"id": "o", "field": "v"}]}


def rules_with(**cells):
    content = {"hitPolicy": "first", **COLUMNS, "rules": [{"_id": "uuid", **cells}]}
    return graph_with({"type": "decisionTableNode", "content": content})


@pytest.mark.parametrize(
    ("graph", "what"),
    [
        (graph_with({"type": "functionNode", "content": "export const handler"}), "functionNode"),
        (graph_with({"type": "switchNode", "content": {}}), "switchNode"),
        (rules_with(i="> 5", o=""), "CELL_EMPTY"),
        (rules_with(i="a > 5", o="1"), "TEST_UNCLEAR"),
        (rules_with(i="> 5,", o="1"), "VALUE_MISSING"),
        (rules_with(i="> 5", o="$root"), "SIGN_UNKNOWN"),
        (
            graph_with(
                {"type": "decisionTableNode", "content": {"hitPolicy": "unique", **COLUMNS}}
            ),
            "unique",
        ),
        ({"nodes": [], "edges": []}, "not one chain"),
        (
            {
                "nodes": [{"id": "a"}, {"id": "b"}],
                "edges": [
                    {"sourceId": "a", "targetId": "b"},
                    {"sourceId": "b", "targetId": "a"},
                ],
            },
            "not one chain",
        ),
        (
            {
                "nodes": [{"id": "a"}, {"id": "b"}, {"id": "c"}],
                "edges": [
                    {"sourceId": "a", "targetId": "b"},
                    {"sourceId": "a", "targetId": "c"},
                ],
            },
            "more than one edge",
        ),
    ],
)
def test_what_our_profile_has_not_is_named(graph, what):
    with pytest.raises(NotInProfile) as caught:
        from_jdm(graph)
    assert what in str(caught.value)


def test_an_empty_input_cell_of_jdm_becomes_any_and_expressions_come_along():
    (rules,) = from_jdm(rules_with(i="", o='"x"'))
    assert isinstance(rules, Table)
    assert (rules.rows[0].id, rules.rows[0].when) == ("uuid", ("-",))
    content = {"expressions": [{"key": "w", "value": "a + 1"}, {"key": "v", "value": "$.w * 2"}]}
    (sums,) = from_jdm(graph_with({"type": "expressionNode", "content": content}))
    assert isinstance(sums, Expressions)
    assert [formula.expression for formula in sums.formulas] == ["a + 1", "w * 2"]
