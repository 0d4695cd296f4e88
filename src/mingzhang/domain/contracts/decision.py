"""The verb of this room: what the contracts of a hook decide on stated inputs.

Pure, and fails closed: nothing bound at a mandatory hook, a suspended contract, an input of
another type, a row that cannot be evaluated, two contracts that set one field, each is a
refusal, which the asking rule passes on.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

import msgspec

from mingzhang.domain.contracts.changes import suspended
from mingzhang.domain.contracts.document import DEFAULT_ROW, Contract, Default, Row, Table
from mingzhang.domain.contracts.errors import (
    BindingUnknown,
    DecisionAborted,
    EffectConflict,
    NothingBound,
    SubjectMissing,
    Suspended,
)
from mingzhang.domain.contracts.evaluator import (
    CACHE_MAX,
    Aborted,
    Answer,
    Evaluator,
    Scalar,
    evaluator_of,
)
from mingzhang.domain.contracts.hook_catalogue import HOOKS
from mingzhang.domain.contracts.hooks import VERDICTS, Effect, Hook
from mingzhang.domain.contracts.state import Binding, CaseBinding, ContractText, PastBinding
from mingzhang.kernel.ledger import Ledger


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """Whose case it is, for contracts that are for some organisations, projects or lines only."""

    organisation: str = ""
    project: str = ""
    line: str = ""


class Clause(msgspec.Struct, frozen=True, kw_only=True):
    """A row that fired, in the words that people read."""

    contract: str
    """Hash of the document."""
    name: str
    version: int
    node: str
    row: str
    zh: str
    en: str
    remedy_zh: str
    remedy_en: str
    basis_zh: tuple[str, ...]
    basis_en: tuple[str, ...]


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """A clause and the verdict of its contract; "" where the hook asks for none."""

    verdict: str
    clause: Clause


class Consequence(msgspec.Struct, frozen=True, kw_only=True):
    """A typed effect, to be applied by the asking room under the invariants."""

    effect: Effect
    field: str
    value: Scalar
    contract: str


class DecisionNote(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A decision as the asking room's event records it; the documents give the words."""

    hook: str
    binding: int
    """Version of the hook's binding; 0 where nothing was bound."""
    input_sha256: str
    """SHA-256 of the inputs as JSON, members sorted by name, no spaces."""
    verdict: str = ""
    contracts: tuple[str, ...] = ()
    """Hashes of the contracts that decided."""
    rows: tuple[str, ...] = ()
    """``<contract name>/<node>/<row>`` of the rows that fired."""
    outputs: dict[str, int | bool | str] = {}


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """What was decided, and why."""

    verdict: str
    """The first of `VERDICTS` that a gate gave; "" at hooks that only ask for effects."""
    reasons: tuple[Reason, ...]
    """Rows that fired: those of the verdict that counts first."""
    effects: tuple[Consequence, ...]
    note: DecisionNote

    @property
    def clause(self) -> Clause | None:
        """The clause to cite: the last row fired by the contract whose verdict counts."""
        return self.reasons[0].clause if self.reasons else None

    def output(self, name: str) -> Scalar | None:
        """Return an effect's value by its field, or None when no contract set it."""
        return self.note.outputs.get(name)


def decide(
    ledger: Ledger,
    hook: str,
    inputs: dict[str, Any],
    case_version: int | None = None,
    subject: Subject | None = None,
) -> Decision:
    """Return what the contracts of a hook decide.

    `inputs` are exactly the hook's, lists as tuples. `case_version` names the binding that the
    case began under (see `version_for`); without it, the present one counts. Raises the
    refusals CON-06 and CON-20 to CON-24.
    """
    asked = HOOKS[hook]
    version, bound = _bound(ledger, hook, case_version)
    digest = hashlib.sha256(msgspec.json.encode(inputs, order="sorted")).hexdigest()
    deciding = _deciding(ledger, hook, bound, subject)
    if not deciding and asked.mandatory:
        raise NothingBound(hook=hook)
    found = _combined(asked, deciding, tuple([_run(each, inputs) for each in deciding]))
    note = DecisionNote(
        hook=hook,
        binding=version,
        input_sha256=digest,
        verdict=found.verdict,
        contracts=found.contracts,
        rows=found.rows,
        outputs=dict(found.outputs),
    )
    return Decision(verdict=found.verdict, reasons=found.reasons, effects=found.effects, note=note)


def is_scoped(ledger: Ledger, hook: str) -> bool:
    """Say whether what a hook's contracts decide depends on the subject."""
    _, bound = _bound(ledger, hook, None)
    return any(_has_scope(_evaluator(ledger, contract).contract) for contract in bound)


def binding_version(ledger: Ledger, hook: str) -> int:
    """Return the version of a hook's present binding, 0 for none: a new case remembers it."""
    found = ledger.find(Binding, hook)
    return found.version if found else 0


def version_for(ledger: Ledger, hook: str, case: str, begun_under: int) -> int:
    """Return the binding that decides a case: the one it began under, unless governance rebound."""
    found = ledger.find(CaseBinding, f"{hook}:{case}")
    return found.version if found else begun_under


def clauses_of(ledger: Ledger, note: DecisionNote) -> tuple[Clause, ...]:
    """Return the words of a recorded decision, from the documents on the ledger."""
    found: list[Clause] = []
    evaluators = {
        evaluator.contract.id: evaluator
        for evaluator in (_evaluator(ledger, contract) for contract in note.contracts)
    }
    for row in note.rows:
        name, node, row_id = row.split("/")
        found.append(_clauses(evaluators[name])[node, row_id])
    return tuple(found)


class _Combined(msgspec.Struct, frozen=True, kw_only=True):
    """All of a decision that does not depend on the inputs but through the answers."""

    verdict: str
    reasons: tuple[Reason, ...]
    effects: tuple[Consequence, ...]
    contracts: tuple[str, ...]
    rows: tuple[str, ...]
    outputs: dict[str, Scalar]


_COMBINED: dict[tuple[str, tuple[str, ...], tuple[Answer, ...]], _Combined] = {}
"""A pure cache: hook, documents and answers say it all. Most payments get the same answer."""


def _combined(
    hook: Hook, deciding: tuple[Evaluator, ...], answers: tuple[Answer, ...]
) -> _Combined:
    key = (hook.name, tuple([each.hash for each in deciding]), answers)
    found = _COMBINED.get(key)
    if found is None:
        if len(_COMBINED) >= CACHE_MAX:
            _COMBINED.clear()
        found = _COMBINED[key] = _combine(hook, deciding, answers)
    return found


def _combine(hook: Hook, deciding: tuple[Evaluator, ...], answers: tuple[Answer, ...]) -> _Combined:
    said = [_said(each, answer) for each, answer in zip(deciding, answers, strict=True)]
    outputs, effects = _effects(hook, said)
    reasons = [reason for each in said for reason in each.reasons]
    verdict = ""
    if hook.mode == "gate":
        reasons.sort(key=_rank)
        verdict = min([each.verdict for each in said], key=VERDICTS.index, default="approve")
    return _Combined(
        verdict=verdict,
        reasons=tuple(reasons),
        effects=effects,
        contracts=tuple([each.hash for each in deciding]),
        rows=tuple([_row_name(reason.clause) for reason in reasons]),
        outputs=outputs,
    )


def _rank(reason: Reason) -> int:
    return VERDICTS.index(reason.verdict)


class _Said(msgspec.Struct, frozen=True):
    contract: str
    verdict: str
    reasons: tuple[Reason, ...]
    outputs: dict[str, Scalar]


def _row_name(clause: Clause) -> str:
    return f"{clause.name}/{clause.node}/{clause.row}"


def _bound(ledger: Ledger, hook: str, case_version: int | None) -> tuple[int, tuple[str, ...]]:
    binding = ledger.find(Binding, hook)
    if case_version is None or (binding is not None and binding.version == case_version):
        return (binding.version, binding.contracts) if binding else (0, ())
    past = ledger.find(PastBinding, f"{hook}:{case_version}")
    if past is None:
        raise BindingUnknown(hook=hook, version=case_version)
    return case_version, past.contracts


def _evaluator(ledger: Ledger, contract: str) -> Evaluator:
    return evaluator_of(contract, lambda: bytes(ledger.require(ContractText, contract).document))


def _deciding(
    ledger: Ledger, hook: str, bound: tuple[str, ...], subject: Subject | None
) -> tuple[Evaluator, ...]:
    stopped = suspended(ledger)
    deciding: list[Evaluator] = []
    for contract in bound:
        evaluator = _evaluator(ledger, contract)
        if not _applies(evaluator.contract, hook, contract, subject):
            continue
        if contract in stopped:
            raise Suspended(hook=hook, contract=contract, name=evaluator.contract.id)
        deciding.append(evaluator)
    return tuple(deciding)


def _has_scope(document: Contract) -> bool:
    scope = document.scope
    return bool(scope.organisations or scope.projects or scope.lines)


def _applies(document: Contract, hook: str, contract: str, subject: Subject | None) -> bool:
    scope = document.scope
    if not _has_scope(document):
        return True
    if subject is None:
        raise SubjectMissing(hook=hook, contract=contract)
    return (
        (not scope.organisations or subject.organisation in scope.organisations)
        and (not scope.projects or subject.project in scope.projects)
        and (not scope.lines or subject.line in scope.lines)
    )


def _run(evaluator: Evaluator, inputs: dict[str, Any]) -> Answer:
    try:
        return evaluator.run(inputs)
    except Aborted as aborted:
        raise DecisionAborted(
            contract=evaluator.hash,
            name=evaluator.contract.id,
            node=aborted.node,
            row=aborted.row,
            reason=aborted.reason,
            what=aborted.what,
        ) from None


def _said(evaluator: Evaluator, answer: Answer) -> _Said:
    """Return what one contract says: the clauses that fired, the last first, and its outputs."""
    outcome = evaluator.outcome(answer)
    words = _clauses(evaluator)
    verdict = str(outcome.outputs.pop("verdict", ""))
    fired = [Reason(verdict=verdict, clause=words[place]) for place in reversed(outcome.fired)]
    return _Said(evaluator.hash, verdict, tuple(fired), outcome.outputs)


def _effects(hook: Hook, said: list[_Said]) -> tuple[dict[str, Scalar], tuple[Consequence, ...]]:
    """Return what the contracts set, each field by one of them only."""
    kinds = {output.field.name: output.effect for output in hook.outputs}
    outputs: dict[str, Scalar] = {}
    effects: dict[str, Consequence] = {}
    for each in said:
        for name, value in each.outputs.items():
            if name in effects:
                both = (effects[name].contract, each.contract)
                raise EffectConflict(hook=hook.name, field=name, contracts=both)
            outputs[name] = value
            effects[name] = Consequence(
                effect=kinds[name], field=name, value=value, contract=each.contract
            )
    return outputs, tuple(effects.values())


_WORDS: dict[str, dict[tuple[str, str], Clause]] = {}
"""A pure cache by the document's hash, as the evaluators'."""


def _clauses(evaluator: Evaluator) -> Mapping[tuple[str, str], Clause]:
    found = _WORDS.get(evaluator.hash)
    if found is None:
        if len(_WORDS) >= CACHE_MAX:
            _WORDS.clear()
        found = _WORDS[evaluator.hash] = _clauses_of_document(evaluator.hash, evaluator.contract)
    return found


def _clauses_of_document(contract: str, document: Contract) -> dict[tuple[str, str], Clause]:
    laws = {basis.id: basis for basis in document.legal}
    rows: dict[tuple[str, str], Row | Default] = {}
    for node in document.nodes:
        if isinstance(node, Table):
            rows.update({(node.id, row.id): row for row in node.rows})
            if node.default is not None:
                rows[node.id, DEFAULT_ROW] = node.default
    return {
        (node_id, row_id): Clause(
            contract=contract,
            name=document.id,
            version=document.version,
            node=node_id,
            row=row_id,
            zh=row.zh,
            en=row.en,
            remedy_zh=row.remedy_zh,
            remedy_en=row.remedy_en,
            basis_zh=tuple([laws[cited].zh for cited in row.basis]),
            basis_en=tuple([laws[cited].en for cited in row.basis]),
        )
        for (node_id, row_id), row in rows.items()
    }
