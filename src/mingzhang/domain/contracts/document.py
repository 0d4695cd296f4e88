"""A contract 智能合约 is a document (design section 6): its parts, its bytes, its id.

Canonical bytes are this struct as JSON: every member, sorted by name, no spaces, UTF-8.
The contract's hash is their SHA-256, in lower-case hexadecimal digits; it is what a
binding names, what a decision cites, and what governance votes on.
"""

import hashlib
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

Name = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,39}(?!\n)$")]
"""Of an input, an output, a column, a node."""
RowId = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,39}(?!\n)$")]
ContractName = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9.-]{0,63}(?!\n)$")]
HookName = Annotated[str, Meta(pattern=r"^[a-z][a-z._]{0,63}(?!\n)$")]
Text = Annotated[str, Meta(max_length=600)]
Title = Annotated[str, Meta(min_length=1, max_length=200)]
Cell = Annotated[str, Meta(max_length=1_000)]
Date = Annotated[str, Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}(?!\n)$")]
Hash = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}(?!\n)$")]
Whole = Annotated[int, Meta(ge=-9_007_199_254_740_991, le=9_007_199_254_740_991)]

Unit = Literal["", "fen", "bp", "count", "days", "day"]
"""As `value_types.UNITS`; "" is a bare number, or what is no number."""

DEFAULT_ROW = "default"
"""Row id of a table's default row, in what fired and in waivers."""


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of a document. No member is optional: what is absent is written as such."""


class Field(Part, frozen=True, kw_only=True):
    """A typed input or output. `unit`, `low`, `high` of integers; `values` of codes."""

    name: Name
    type: Literal["int", "bool", "code", "ints", "codes"]
    """`code`: one of `values`, or any text where `values` is empty; `ints`, `codes`: lists."""
    unit: Unit
    low: Whole
    high: Whole
    values: Annotated[
        tuple[Annotated[str, Meta(min_length=1, max_length=64)], ...], Meta(max_length=64)
    ]
    items_max: Annotated[int, Meta(ge=0, le=256)]
    """Longest list; 0 for what is no list."""


class LegalBasis(Part, frozen=True, kw_only=True):
    """A rule of law that the contract computes. `id` is what rows cite."""

    id: RowId
    zh: Title
    en: Title
    quote: Text
    """What it says, in our wording of domain.md unless `quoted` in the words of the source."""


class Responsible(Part, frozen=True, kw_only=True):
    """Who answers for the contract: an organisation's post, never a name."""

    organisation: Title
    post: Title
    duty_zh: Title
    duty_en: Title


class Scope(Part, frozen=True, kw_only=True):
    """Which cases it decides; an empty list means all."""

    organisations: tuple[Title, ...]
    projects: tuple[Title, ...]
    lines: tuple[Title, ...]


class Row(Part, frozen=True, kw_only=True):
    """A row of a decision table: the clause that a decision cites."""

    id: RowId
    when: tuple[Cell, ...]
    """One cell a column: a unary test, `-` for any."""
    then: tuple[Cell, ...]
    """One expression an output."""
    zh: Text
    en: Text
    remedy_zh: Text
    remedy_en: Text
    basis: tuple[RowId, ...]
    """Legal bases of the document."""


class Default(Part, frozen=True, kw_only=True):
    """What a table answers when no row matches. Without it: the decision is refused."""

    then: tuple[Cell, ...]
    zh: Text
    en: Text
    remedy_zh: Text
    remedy_en: Text
    basis: tuple[RowId, ...]


class Output(Part, frozen=True, kw_only=True):
    """What a node computes, for later nodes or as an output of the contract."""

    name: Name
    unit: Unit
    """Given to bare numbers in the cells; "" leaves them bare."""


class Table(Part, frozen=True, kw_only=True, tag_field="kind", tag="table"):
    """A decision table.

    Hit policy `first`: the first row that matches; `collect`: all rows that match, each output
    becoming a list.
    """

    id: Name
    hit: Literal["first", "collect"]
    when: Annotated[tuple[Cell, ...], Meta(max_length=32)]
    """Input columns: an expression each."""
    outputs: Annotated[tuple[Output, ...], Meta(min_length=1, max_length=32)]
    rows: Annotated[tuple[Row, ...], Meta(max_length=256)]
    default: Default | None


class Formula(Part, frozen=True, kw_only=True):
    """One output of an expression node."""

    name: Name
    unit: Unit
    expression: Cell


class Expressions(Part, frozen=True, kw_only=True, tag_field="kind", tag="expressions"):
    """Formulas, each seeing those before it."""

    id: Name
    formulas: Annotated[tuple[Formula, ...], Meta(min_length=1, max_length=64)]


Value = int | bool | str | tuple[int | str, ...]


class Fired(Part, frozen=True, kw_only=True):
    """A row of a node, as named in tests and decisions."""

    node: Name
    row: RowId


class EmbeddedTest(Part, frozen=True, kw_only=True):
    """An example that the contract carries and that every validator runs."""

    name: Title
    inputs: dict[Name, Value]
    outputs: dict[Name, Value]
    fires: tuple[Fired, ...]


class Invariant(Part, frozen=True, kw_only=True):
    """What must hold for all inputs: proved off the chain, checked here on the tests."""

    id: RowId
    zh: Title
    en: Title
    claim: Cell
    """A condition over inputs and outputs."""


class Waiver(Part, frozen=True, kw_only=True):
    """A row that no test fires, and why that is right."""

    node: Name
    row: RowId
    zh: Title
    en: Title


class Contract(Part, frozen=True, kw_only=True):
    """A whole document."""

    id: ContractName
    """The name that all its versions share."""
    version: Annotated[int, Meta(ge=1, le=1_000_000)]
    prev: Hash | None
    """Hash of the version it replaces; None for the first."""
    title_zh: Title
    title_en: Title
    hook: HookName
    mode: Literal["gate", "effect"]
    priority: Annotated[int, Meta(ge=0, le=1_000)]
    """Order among the contracts of a hook, lowest first: reasons come in this order."""
    scope: Scope
    legal: Annotated[tuple[LegalBasis, ...], Meta(min_length=1, max_length=32)]
    responsible: Annotated[tuple[Responsible, ...], Meta(min_length=1, max_length=16)]
    effective_from: Date
    effective_to: Date | None
    """Last day, itself included; None: until replaced."""
    inputs: Annotated[tuple[Field, ...], Meta(max_length=64)]
    outputs: Annotated[tuple[Field, ...], Meta(min_length=1, max_length=32)]
    nodes: Annotated[tuple[Table | Expressions, ...], Meta(min_length=1, max_length=16)]
    tests: Annotated[tuple[EmbeddedTest, ...], Meta(min_length=1, max_length=256)]
    invariants: Annotated[tuple[Invariant, ...], Meta(max_length=32)]
    waivers: Annotated[tuple[Waiver, ...], Meta(max_length=256)]


def canonical_bytes(contract: Contract) -> bytes:
    """Return the one spelling of a document that is signed, stored and hashed."""
    return msgspec.json.encode(contract, order="sorted")


def from_json(text: str | bytes) -> Contract:
    """Return the document in a text that admission, or a validator before us, has passed."""
    return msgspec.json.decode(text, type=Contract)


def contract_hash(contract: Contract) -> str:
    """Return the id of a document: SHA-256 of its canonical bytes, hexadecimal."""
    return hashlib.sha256(canonical_bytes(contract)).hexdigest()
