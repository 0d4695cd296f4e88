"""Documents for tests: a sound one, and one that holds just a formula or a table."""

from typing import Any

from mingzhang.domain.contracts.document import (
    Contract,
    Default,
    EmbeddedTest,
    Expressions,
    Field,
    Fired,
    Formula,
    LegalBasis,
    Output,
    Responsible,
    Row,
    Scope,
    Table,
    Unit,
)
from mingzhang.domain.contracts.evaluator import Evaluator
from mingzhang.domain.contracts.hooks import VERDICT, Hook, Input

BIG = 9_007_199_254_740_991


def integer(name: str, unit: Unit = "count", low: int = -BIG, high: int = BIG) -> Field:
    return Field(name=name, type="int", unit=unit, low=low, high=high, values=(), items_max=0)


def truth(name: str) -> Field:
    return Field(name=name, type="bool", unit="", low=0, high=0, values=(), items_max=0)


def code(name: str, *values: str) -> Field:
    return Field(name=name, type="code", unit="", low=0, high=0, values=values, items_max=0)


def integers(name: str, items_max: int = 8, unit: Unit = "count") -> Field:
    return Field(
        name=name, type="ints", unit=unit, low=-BIG, high=BIG, values=(), items_max=items_max
    )


def codes(name: str, *values: str) -> Field:
    return Field(name=name, type="codes", unit="", low=0, high=0, values=values, items_max=8)


INPUTS = (
    integer("a"),
    integer("b"),
    integer("amount_fen", "fen", 0),
    integer("available_fen", "fen", 0),
    integer("rate_bp", "bp", 0, 1_000_000),
    integer("signed_day", "day", 0, 100_000),
    integer("term_days", "days", 0, 100_000),
    truth("yes"),
    truth("no"),
    code("kind", "works", "goods"),
    code("anything"),
    integers("list_of"),
    codes("kinds", "works", "goods"),
)
GIVEN: dict[str, Any] = {
    "a": 7,
    "b": 2,
    "amount_fen": 1_000,
    "available_fen": 900,
    "rate_bp": 8_000,
    "signed_day": 19_158,
    "term_days": 30,
    "yes": True,
    "no": False,
    "kind": "works",
    "anything": "text",
    "list_of": (3, -1, 4),
    "kinds": ("goods",),
}


def contract(
    nodes: tuple[Table | Expressions, ...],
    outputs: tuple[Field, ...],
    inputs: tuple[Field, ...] = INPUTS,
    tests: tuple[EmbeddedTest, ...] = (),
) -> Contract:
    return Contract(
        id="under-test",
        version=1,
        prev=None,
        title_zh="测试",
        title_en="Test",
        hook="trial.gate",
        mode="gate",
        priority=1,
        scope=Scope(organisations=(), projects=(), lines=()),
        legal=(LegalBasis(id="BL13", zh="预算法", en="Budget Law", quote="按预算支出。"),),
        responsible=(
            Responsible(organisation="bureau", post="head", duty_zh="解释", duty_en="explains"),
        ),
        effective_from="2021-01-01",
        effective_to=None,
        inputs=inputs,
        outputs=outputs,
        nodes=nodes,
        tests=tests,
        invariants=(),
        waivers=(),
    )


def row(row_id: str, when: tuple[str, ...], then: tuple[str, ...]) -> Row:
    return Row(
        id=row_id,
        when=when,
        then=then,
        zh=f"条款{row_id}",
        en=f"clause {row_id}",
        remedy_zh="改",
        remedy_en="change it",
        basis=("BL13",),
    )


def default(*then: str) -> Default:
    return Default(
        then=then, zh="其他", en="otherwise", remedy_zh="", remedy_en="", basis=("BL13",)
    )


def table(
    when: tuple[str, ...],
    rows: tuple[Row, ...],
    otherwise: Default | None = None,
    outputs: tuple[str, ...] = ("verdict",),
    hit: str = "first",
    name: str = "rules",
) -> Table:
    return Table(
        id=name,
        hit="collect" if hit == "collect" else "first",
        when=when,
        outputs=tuple(Output(name=output, unit="") for output in outputs),
        rows=rows,
        default=otherwise,
    )


def value_of(expression: str, output: Field, **given: Any) -> Any:
    """Return what a formula gives, its result being declared as `output`."""
    formulas = (Formula(name=output.name, unit="", expression=expression),)
    evaluator = Evaluator(contract((Expressions(id="sums", formulas=formulas),), (output,)))
    return evaluator.evaluate({**GIVEN, **given}).outputs[output.name]


def number_of(expression: str, **given: Any) -> Any:
    return value_of(expression, integer("result"), **given)


def truth_of(expression: str, **given: Any) -> Any:
    return value_of(expression, truth("result"), **given)


def matches(column: str, cell: str, **given: Any) -> bool:
    """Say whether a cell matches what its column holds."""
    rules = table((column,), (row("hit", (cell,), ('"approve"',)),), default('"reject"'))
    evaluator = Evaluator(contract((rules,), (code("verdict", "approve", "reject"),)))
    return bool(evaluator.evaluate({**GIVEN, **given}).outputs["verdict"] == "approve")


TRIAL = Hook(
    name="trial.gate",
    mode="gate",
    mandatory=True,
    zh="试验",
    en="trial",
    inputs=tuple(
        Input(field=field, zh=field.name, en=field.name)
        for field in (
            integer("amount_fen", "fen", 0),
            integer("available_fen", "fen", 0),
            truth("frozen"),
        )
    ),
    outputs=(),
)
HOOKS = {TRIAL.name: TRIAL}


def sound() -> Contract:
    """Return a document that passes all five steps at the hook `TRIAL`."""
    inputs = tuple(given.field for given in TRIAL.inputs)
    rules = table(
        ("frozen", "amount_fen"),
        (
            row("F1", ("true", "-"), ('"reject"',)),
            row("R12", ("-", "> available_fen"), ('"reject"',)),
        ),
        default('"approve"'),
    )

    def test(name: str, verdict: str, fires: str, **given: Any) -> EmbeddedTest:
        base: dict[str, Any] = {"amount_fen": 5, "available_fen": 5, "frozen": False}
        return EmbeddedTest(
            name=name,
            inputs={**base, **given},
            outputs={"verdict": verdict},
            fires=(Fired(node="rules", row=fires),),
        )

    tests = (
        test("enough", "approve", "default"),
        test("one fen too many", "reject", "R12", amount_fen=6),
        test("frozen", "reject", "F1", frozen=True),
    )
    return contract((rules,), (VERDICT,), inputs, tests)
