"""Our evaluator against zen-engine, an independent implementation, on random contracts."""

import json
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
import zen

from mingzhang.app import VERSIONS
from mingzhang.domain.contracts import evaluator
from mingzhang.domain.contracts.access import inputs_of
from mingzhang.domain.contracts.checker import FUNCTIONS
from mingzhang.domain.contracts.document import Contract, Table, from_json
from mingzhang.domain.contracts.evaluator import Aborted, Evaluator
from mingzhang.domain.contracts.generator import Source, generate
from mingzhang.domain.contracts.jdm import to_jdm
from mingzhang.domain.contracts.program import CheckedExpressions, Program
from mingzhang.domain.contracts.syntax import Tree
from mingzhang.domain.identity.access import Relation
from mingzhang.kernel.modules import Module
from tests.contracts.random_contracts import random_contract, random_inputs

CASES = 32_000
INPUTS_A_CONTRACT = 16
OPERATORS = (
    *("neg", "not", "+", "-", "*", "/", "==", "!=", "<", "<=", ">", ">="),
    *("and", "or", "in", "not in", "if", "list", "range", "any"),
    *FUNCTIONS,
)


class Disagreement(AssertionError):
    """The two gave different answers."""


def cases(seed: int, number: int) -> Iterator[tuple[Contract, list[dict[str, Any]]]]:
    dice = random.Random(seed)
    for _ in range(number // INPUTS_A_CONTRACT):
        yield random_contract(dice), [random_inputs(dice) for _ in range(INPUTS_A_CONTRACT)]


def of_zen(decision: zen.ZenDecision, inputs: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Return zen's outputs and the rows that it fired; nothing where it gave up."""
    try:
        answer = decision.evaluate(inputs, {"trace": True})
    except RuntimeError:  # the least of the values of no row
        return {}, []
    data = answer["trace"]["rules"]["traceData"]
    if data is None:
        return answer["result"], []
    fired = data if isinstance(data, list) else [data]
    return answer["result"], [hit["rule"]["_id"] for hit in fired]


def compare(ours: Evaluator, theirs: zen.ZenDecision, inputs: dict[str, Any]) -> list[str]:
    """Return the rows that both fired; none where nothing matched. Else `Disagreement`."""
    result, rows = of_zen(theirs, inputs)
    try:
        outcome = ours.evaluate(inputs)
    except Aborted as aborted:
        if aborted.reason != "NOTHING_MATCHED" or rows:
            raise Disagreement(f"{inputs}: ours {aborted}, zen {rows} {result}") from aborted
        return []
    fired = [row for node, row in outcome.fired if node == "rules"]
    expected = {name: result.get(name) for name in outcome.outputs}
    if fired != rows or not all(
        same(value, expected[name]) for name, value in outcome.outputs.items()
    ):
        raise Disagreement(f"{inputs}: ours {fired} {outcome.outputs}, zen {rows} {expected}")
    return fired


def same(ours: Any, theirs: Any) -> bool:
    """Compare without letting True pass for 1; zen gives whole numbers as floats at times."""
    return isinstance(ours, bool) == isinstance(theirs, bool) and ours == theirs


def met(program: Program, fired: list[str]) -> Iterator[str]:
    """Yield the operators of the columns, of the rows up to the last fired, of its outputs."""
    for node in program.nodes:
        if isinstance(node, CheckedExpressions):
            for formula in node.formulas:
                yield from operators(formula.nodes)
            continue
        for column in node.columns:
            yield from operators(column.nodes)
        for row in (*node.rows, *([node.default] if node.default else [])):
            for cell in row.when:
                yield from operators(cell.nodes)
            if row.id in fired:
                for cell in row.then:
                    yield from operators(cell.nodes)
            if row.id == fired[-1]:
                break


def operators(tree: Tree) -> Iterator[str]:
    for node in tree:
        yield str(node.value) if node.op == "call" else node.op


def test_no_disagreement_in_thirty_thousand_cases_that_meet_every_operator():
    by_row = Counter[str]()
    seen = Counter[str]()
    compared = 0
    for contract, list_of_inputs in cases(20260829, CASES):
        ours = Evaluator(contract)
        theirs = zen.ZenEngine().create_decision(json.dumps(to_jdm(contract)))
        for inputs in list_of_inputs:
            fired = compare(ours, theirs, inputs)
            compared += 1
            by_row["nothing" if not fired else "default" if "default" in fired else "row"] += 1
            if fired:
                seen.update(dict.fromkeys(met(ours.program, fired), 1))
    assert compared >= 30_000
    assert by_row["row"] >= 0.6 * compared, by_row
    assert {name: seen[name] for name in OPERATORS if seen[name] < 500} == {}


# Each is a slip that an evaluator could have: what the generated Python says, and says instead.
FAULTS = {
    "floor rounds towards zero": ("floor(", "trunc("),
    "ceil rounds down": ("ceil(", "floor("),
    "trunc rounds down": ("trunc(", "floor("),
    "a half goes to the even neighbour": ("round_half_up(", "round_half_even("),
    "a half goes up": ("round_half_even(", "round_half_up("),
    "greater includes equal": (" > ", " >= "),
    "less includes equal, open ranges too": (" < ", " <= "),
    "at most excludes equal": (" <= ", " < "),
    "not in is in": (" not in ", " in "),
    "minus is plus": (" - ", " + "),
    "or is and": (" or ", " and "),
    "the least is the greatest": ("least(", "greatest("),
    "the last row that matches wins": ("break", "pass"),
    "no value is false": (" is False", " is True"),
    "abs keeps the sign": ("abs(", "int("),
    "times binds like plus": (" * ", " + "),
}


def changed(program: Program, right: str, wrong: str) -> Source:
    """Return the Python of a program with a slip behind the checks of its inputs."""
    source = generate(program)
    head, body = source.text.split("        for _ in ONCE:", 1)
    start = head.find("\n", head.rfind("INPUT_"))
    behind = head[start:] + "        for _ in ONCE:" + body
    return Source(head[:start] + behind.replace(right, wrong), source.constants, source.places)


def search(number: int) -> None:
    for contract, list_of_inputs in cases(7, number):
        ours = Evaluator(contract)
        theirs = zen.ZenEngine().create_decision(json.dumps(to_jdm(contract)))
        for inputs in list_of_inputs:
            compare(ours, theirs, inputs)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found(fault, monkeypatch):
    right, wrong = FAULTS[fault]
    monkeypatch.setattr(evaluator, "generate", lambda program: changed(program, right, wrong))
    with pytest.raises(Disagreement):
        search(8_000)


def test_the_same_search_finds_nothing_where_no_fault_is_planted(monkeypatch):
    monkeypatch.setattr(evaluator, "generate", lambda program: changed(program, "pass", "pass"))
    search(1_600)


def test_the_access_contract_is_read_alike_for_every_role_area_and_relation():
    text = (Path(__file__).parents[2] / "contracts/access-levels.json").read_text(encoding="utf-8")
    contract = from_json(text)
    theirs = zen.ZenEngine().create_decision(json.dumps(to_jdm(contract)))
    ours = Evaluator(contract)
    (table,) = [node for node in contract.nodes if isinstance(node, Table)]
    roles = {role.strip('" ') for row in table.rows for role in row.when[0].split(",")}
    rights = [right for room in VERSIONS[1].in_order for right in rights_in(room)]
    asked = {inputs["area"]: inputs for inputs in map(inputs_of, rights)}.values()
    fired: Counter[str] = Counter()
    for role in sorted(roles):
        for relation in get_args(Relation):
            for inputs in asked:
                fired.update(compare(ours, theirs, {"role": role, "relation": relation, **inputs}))
    rows = {row.id for row in table.rows}
    assert rows - set(fired) == {"A15", "A16"}  # clearing and evaluation have no commands yet


def rights_in(room: Module) -> list[str]:
    acts = [command.kind.partition("/")[0] for command in room.rules]
    tables = [f"read.restricted.{table.name}" for table in room.tables]
    return [*acts, *tables, f"{room.name}.", "read.protected.x", "read."]
