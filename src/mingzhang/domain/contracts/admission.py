"""Steps 1–5 of the deployment pipeline (design section 6): whether a document may be voted on.

1 size · 2 kinds and keys by whitelist · 3 parse and type check · 4 embedded tests pass and
fire every row, or it is waived with a reason · 5 inputs and outputs equal the hook's. All
deterministic and re-run by every validator. Steps 6–9 (proofs, replay, differential run,
governance) come after, off the chain or by vote.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from mingzhang.domain.contracts.document import (
    DEFAULT_ROW,
    Contract,
    EmbeddedTest,
    Table,
)
from mingzhang.domain.contracts.evaluator import Aborted, Evaluator, Outcome
from mingzhang.domain.contracts.hooks import Hook, interface_differences
from mingzhang.domain.contracts.program import FINDINGS_MAX, Finding, program_of
from mingzhang.domain.contracts.whitelist import readable, shape_findings
from mingzhang.kernel.calendar import parse_iso

DOCUMENT_BYTES_MAX = 45_056
"""44 KiB: in base64, with its envelope, it must fit a command of 64 KiB (design section 5)."""
DOCUMENT_DEPTH_MAX = 8


class Admitted(msgspec.Struct, frozen=True):
    """A document that passed, or the findings against it; never both."""

    contract: Contract | None
    findings: tuple[Finding, ...]
    step: int
    """The step that found them, 1 to 5; 0 when there are none."""


def admit(text: str, hooks: Mapping[str, Hook]) -> Admitted:
    """Judge a document by the five steps; the first step with findings ends it."""
    findings = _size(text)
    if findings:
        return Admitted(None, findings, 1)
    contract, findings = _shape(text)
    if contract is None:
        return Admitted(None, findings, 2)
    _, findings = program_of(contract)
    findings = findings or tuple(_references(contract))[:FINDINGS_MAX]
    if findings:
        return Admitted(None, findings, 3)
    findings = tuple(_tests(contract))[:FINDINGS_MAX]
    if findings:
        return Admitted(None, findings, 4)
    findings = tuple(_interface(contract, hooks))[:FINDINGS_MAX]
    if findings:
        return Admitted(None, findings, 5)
    return Admitted(contract, (), 0)


def _outside_strings(text: str) -> str:
    """Return the text without its strings: brackets, colons, commas, numbers, words."""
    strings_are_odd = text.replace(r"\\", "").replace(r"\"", "").split('"')
    return "".join(strings_are_odd[::2])


def _size(text: str) -> tuple[Finding, ...]:
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        return (Finding(code="NOT_JSON"),)
    if size > DOCUMENT_BYTES_MAX:
        return (Finding(code="TOO_LARGE", what=str(size)),)
    depth = 0
    for char in _outside_strings(text):
        depth += (char in "[{") - (char in "]}")
        if depth > DOCUMENT_DEPTH_MAX:
            return (Finding(code="TOO_NESTED"),)
    return ()


def _shape(text: str) -> tuple[Contract | None, tuple[Finding, ...]]:
    try:
        plain = msgspec.json.decode(text)
    except ValueError:
        return None, (Finding(code="NOT_JSON"),)
    if _outside_strings(text).count(":") != _members(plain):
        return None, (Finding(code="KEY_TWICE"),)
    findings = tuple(shape_findings(plain))[:FINDINGS_MAX]
    if findings:
        return None, findings
    if not readable(plain, Contract):
        return None, tuple(_whole(plain))
    return msgspec.convert(plain, Contract), ()


def _members(plain: object) -> int:
    """Count the members of all objects: a key that stands twice in the text is lost here."""
    count = 0
    waiting: list[object] = [plain]
    while waiting:  # each round takes one value off a tree that was decoded from bounded text
        value = waiting.pop()
        if isinstance(value, dict):
            count += len(value)
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
    return count


def _whole(plain: dict[str, Any]) -> Iterator[Finding]:
    """Name the top-level members that do not read."""
    for field in msgspec.structs.fields(Contract):
        if not readable(plain[field.name], field.type):
            yield Finding(code="VALUE_MALFORMED", cell=field.name, what=field.name)


def _references(contract: Contract) -> Iterator[Finding]:
    """Yield what is missing around the cells: texts, legal bases, dates."""
    listed = [basis.id for basis in contract.legal]
    for node in contract.nodes:
        if not isinstance(node, Table):
            continue
        clauses = [(row.id, row) for row in node.rows]
        texts = [(row_id, row.zh, row.en, row.basis) for row_id, row in clauses]
        if node.default is not None:
            default = node.default
            texts.append((DEFAULT_ROW, default.zh, default.en, default.basis))
        for row_id, zh, en, basis in texts:
            if not zh or not en:
                yield Finding(code="TEXT_MISSING", node=node.id, row=row_id)
            if not basis:
                yield Finding(code="BASIS_MISSING", node=node.id, row=row_id)
            for cited in basis:
                if cited not in listed:
                    yield Finding(code="BASIS_UNKNOWN", node=node.id, row=row_id, what=cited)
    yield from _dates(contract)


def _dates(contract: Contract) -> Iterator[Finding]:
    days: list[int] = []
    for date in (contract.effective_from, contract.effective_to):
        if date is None:
            continue
        try:
            days.append(parse_iso(date))
        except ValueError:
            yield Finding(code="DATE_WRONG", cell="effective", what=date)
    if days != sorted(days):
        yield Finding(code="DATE_WRONG", cell="effective", what=str(contract.effective_to))


def _tests(contract: Contract) -> Iterator[Finding]:
    evaluator = Evaluator(contract)
    fired: dict[tuple[str, str], None] = {}
    names: dict[str, None] = {}
    for index, test in enumerate(contract.tests):
        if test.name in names:
            yield Finding(code="TEST_TWICE", cell=f"tests[{index}]", what=test.name)
        names[test.name] = None
        try:
            outcome = evaluator.evaluate(test.inputs)
        except Aborted as aborted:
            what = f"{test.name}: {aborted.reason} {aborted.what}".rstrip()
            code = "TEST_INPUTS" if aborted.reason.startswith("INPUT") else "TEST_ABORTED"
            yield Finding(code=code, node=aborted.node, row=aborted.row, what=what)
            continue
        fired.update(dict.fromkeys(outcome.fired))
        yield from _compared(test, outcome, f"tests[{index}]")
        for claim_id in evaluator.broken_claims(test.inputs, outcome.outputs):
            yield Finding(code="CLAIM_FALSE", row=claim_id, cell="claim", what=test.name)
    yield from _coverage(contract, fired)


def _compared(test: EmbeddedTest, outcome: Outcome, path: str) -> Iterator[Finding]:
    found, wanted = _spelled(outcome.outputs), _spelled(test.outputs)
    if found != wanted:
        yield Finding(code="TEST_OUTPUTS", cell=path, what=f"{test.name}: {found} ≠ {wanted}")
    fires = " ".join(f"{each.node}/{each.row}" for each in test.fires)
    fired = " ".join(f"{node}/{row}" for node, row in outcome.fired)
    if fires != fired:
        yield Finding(code="TEST_FIRES", cell=path, what=f"{test.name}: {fired} ≠ {fires}")


def _spelled(outputs: Mapping[str, object]) -> str:
    """Return outputs as text: 1 and true are not the same."""
    return msgspec.json.encode(outputs, order="sorted").decode()


def _coverage(contract: Contract, fired: Mapping[tuple[str, str], None]) -> Iterator[Finding]:
    rows: dict[tuple[str, str], None] = {}
    for node in contract.nodes:
        if isinstance(node, Table):
            rows.update(dict.fromkeys((node.id, row.id) for row in node.rows))
            if node.default is not None:
                rows[node.id, DEFAULT_ROW] = None
    waived: dict[tuple[str, str], None] = {}
    for waiver in contract.waivers:
        place = (waiver.node, waiver.row)
        if place not in rows:
            yield Finding(code="WAIVER_UNKNOWN", node=waiver.node, row=waiver.row)
        elif place in fired:
            yield Finding(code="WAIVER_NEEDLESS", node=waiver.node, row=waiver.row)
        waived[place] = None
    for node_id, row_id in rows:
        if (node_id, row_id) not in fired and (node_id, row_id) not in waived:
            yield Finding(code="ROW_UNTESTED", node=node_id, row=row_id)


def _interface(contract: Contract, hooks: Mapping[str, Hook]) -> Iterator[Finding]:
    hook = hooks.get(contract.hook)
    if hook is None:
        yield Finding(code="HOOK_UNKNOWN", cell="hook", what=contract.hook)
        return
    for path, name in interface_differences(contract, hook):
        yield Finding(code="INTERFACE", cell=path, what=name)
