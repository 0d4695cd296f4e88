"""What the contracts of the hook `preparation.request` say of a request, and the refusal.

Inputs are built from state and the request alone. On a refusal every defect is asked about by
itself, all others repaired, so that the signer reads all that is wrong at once (row A3.1).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from mingzhang.domain.contracts.decision import Clause, Decision, Subject, decide
from mingzhang.domain.contracts.document import DEFAULT_ROW
from mingzhang.domain.preparation.errors import OverCeiling, OverEstimate, RefusedByContract
from mingzhang.domain.preparation.state import (
    REQUEST_OF,
    Ceiling,
    Cycle,
    EstimateVersion,
    Project,
    Request,
    Total,
    request_value,
    total_id,
)
from mingzhang.domain.preparation.terms import Content, CycleRules, Ruling
from mingzhang.kernel.calendar import day_number
from mingzhang.kernel.ledger import Ledger
from mingzhang.kernel.values import FEN_MAX

HOOK = "preparation.request"
Inputs = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A version of a request as it is judged; amounts in fen."""

    cycle: Cycle
    year: int
    unit: str
    department: str
    project: str
    content: Content
    request: Request | None
    """The head before this version, whose amount no longer counts."""
    day: int
    """The day on which it is judged."""

    def subject(self) -> Subject:
        """Return whose case it is, for contracts of narrower scope."""
        return Subject(organisation=self.unit, project=self.project)


def inputs_of(ledger: Ledger, asked: Asked, stage: str, level: str) -> Inputs:
    """Return the hook's inputs, all of them."""
    project = ledger.find(Project, asked.project) if asked.project else None
    rules, content = asked.cycle.rules, asked.content
    estimate = project.estimate_fen if project else None
    ceiling = ceiling_left(ledger, asked)
    last_year = last_year_fen(ledger, asked)
    is_project = bool(asked.project)
    return {
        "stage": stage,
        "level": level,
        "amount_fen": min(FEN_MAX, voted_before_fen(project, asked.year) + content.total_fen()),
        "year_amount_fen": content.of_year_fen(asked.year),
        "has_ceiling": ceiling is not None,
        "ceiling_fen": ceiling or 0,
        "has_estimate": estimate is not None,
        "estimate_fen": estimate or 0,
        "has_last_year": last_year is not None,
        "last_year_fen": last_year or 0,
        "has_norm": False,
        "norm_fen": 0,
        "is_project": is_project,
        "in_project_library": project is not None,
        "lines_count": len(content.lines),
        "lines_unclassified": sum(not item.classified() for item in content.lines),
        "documents_missing": len(documents_missing(rules, content)) if is_project else 0,
        "goal_form_present": content.goals is not None,
        "goal_weight_bp": content.goals.weight_bp() if content.goals else 0,
        "goal_kinds_missing": len(groups_missing(rules, content)) if is_project else 0,
        "lines_forbidden": len(lines_forbidden(rules, content)),
        "days_before_year": max(0, day_number(asked.year, 1, 1) - asked.day),
    }


def judge(
    ledger: Ledger, asked: Asked, stage: str, level: str, binding: int | None = None
) -> Decision:
    """Return what the contracts decide of a request at a stage and level.

    `binding` is the version of the hook's binding under which its case began. Raises
    `RefusedByContract` and its kinds for ``reject`` and ``hold``, and what `decide` raises.
    """
    inputs = inputs_of(ledger, asked, stage, level)
    decision = decide(ledger, HOOK, inputs, case_version=binding, subject=asked.subject())
    if decision.verdict in ("reject", "hold"):
        raise refusal_of(ledger, asked, inputs, decision)
    return decision


def question_of(ledger: Ledger, asked: Asked, decision: Decision, stage: str, level: str) -> str:
    """Return what a contract that asks wants to have, in its own words and by field."""
    inputs = inputs_of(ledger, asked, stage, level)
    listed = refusal_of(ledger, asked, inputs, decision).failures
    clause = clause_of(decision)
    words = f"{clause.zh} {clause.en}" if clause else ""
    return f"{words} [{'; '.join(listed)}]"


def voted_before_fen(project: Project | None, year: int) -> int:
    """Return what a project was voted for the years before a cycle's year."""
    return sum(fen for of, fen in project.voted if of < year) if project else 0


def ceiling_left(ledger: Ledger, asked: Asked) -> int | None:
    """Return what the ceilings leave for this request: of the unit's, and of the department's.

    From each is taken what the other requests under it ask for. None where none was given.
    """
    total = ledger.find(Total, total_id(asked.year, asked.department)) or Total()
    own = asked.request.live_fen if asked.request else 0
    share = total.share(asked.unit)
    left = []
    if share.ceiling_fen is not None:
        left.append(share.ceiling_fen - (share.asked_fen - own))
    elif total.ceiling_fen is not None:
        left.append(total.ceiling_fen - (total.asked_fen - own))
    return max(0, min(left)) if left else None


def last_year_fen(ledger: Ledger, asked: Asked) -> int | None:
    """Return what was approved for the same unit and project in the year before, if anything."""
    value = request_value(asked.year - 1, asked.unit, asked.project)
    found = ledger.lookup(REQUEST_OF, value)
    if found is None:
        return None
    before = ledger.require(Request, found)
    return before.drafted_fen if before.drafted else None


def documents_missing(rules: CycleRules, content: Content) -> tuple[str, ...]:
    """Return the kinds of document that a project's request must bring and does not."""
    brought = [document.document_kind for document in content.documents]
    return tuple(kind for kind in rules.project_documents if kind not in brought)


def lines_forbidden(rules: CycleRules, content: Content) -> tuple[str, ...]:
    """Return the lines whose purpose the law forbids."""
    return tuple(
        item.line
        for item in content.lines
        if any(purpose.covers(item.function, item.economic) for purpose in rules.forbidden)
    )


def groups_missing(rules: CycleRules, content: Content) -> tuple[str, ...]:
    """Return the level-1 groups of which a project's goal form has no indicator."""
    group_of = {kind.code: kind.group for kind in rules.goal_kinds}
    indicators = content.goals.indicators if content.goals else ()
    there = [group_of.get(each.indicator_kind, "") for each in indicators]
    return tuple(group for group in rules.required_groups if group not in there)


def clause_of(decision: Decision) -> Clause | None:
    """Return the row to cite: of those of the verdict that counts, one that is no default row."""
    for reason in decision.reasons:
        if reason.verdict == decision.verdict and reason.clause.row != DEFAULT_ROW:
            return reason.clause
    return decision.clause


def ruling_of(decision: Decision) -> Ruling:
    """Return a decision as events keep it."""
    clause = clause_of(decision)
    return Ruling(
        verdict=decision.verdict,
        clause=clause.row if clause else "",
        contract=clause.contract if clause else "",
        rows=decision.note.rows,
        input_sha256=decision.note.input_sha256,
        binding=decision.note.binding,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Defect:
    """Something that may be wrong: which input shows it, and which inputs would be right."""

    field: str
    found: str
    required: str
    repaired: dict[str, int | bool]


def defects_of(rules: CycleRules, inputs: Inputs) -> list[Defect]:
    """Return what a contract may find wrong with these inputs, as far as this room knows."""
    asked, year_asked = inputs["amount_fen"], inputs["year_amount_fen"]
    weight = rules.goal_weight_bp
    of_project, formed = inputs["is_project"], inputs["goal_form_present"]
    form: dict[str, int | bool] = {"goal_form_present": True, "goal_weight_bp": weight}
    known: tuple[tuple[bool, str, int | bool, dict[str, int | bool]], ...] = (
        (asked > inputs["estimate_fen"] and inputs["has_estimate"], *_to(inputs, "estimate")),
        (year_asked > inputs["ceiling_fen"] and inputs["has_ceiling"], *_to(inputs, "ceiling")),
        (inputs["lines_forbidden"] > 0, "lines_forbidden", 0, {}),
        (inputs["lines_count"] == 0, "lines_count", 1, {}),
        (inputs["lines_unclassified"] > 0, "lines_unclassified", 0, {}),
        (of_project and not inputs["in_project_library"], "in_project_library", True, {}),
        (of_project and not formed, "goal_form_present", True, form),
        (
            of_project and formed and inputs["goal_weight_bp"] != weight,
            "goal_weight_bp",
            weight,
            {},
        ),
        (inputs["documents_missing"] > 0, "documents_missing", 0, {}),
        (inputs["goal_kinds_missing"] > 0, "goal_kinds_missing", 0, {}),
    )
    return [
        Defect(
            field=field,
            found=_plain(inputs[field]),
            required=_plain(required),
            repaired=repaired or {field: required},
        )
        for wrong, field, required, repaired in known
        if wrong
    ]


def _to(inputs: Inputs, limit: str) -> tuple[str, int, dict[str, int | bool]]:
    """Return the defect of asking more than a limit: its field, and what would be right."""
    field = "amount_fen" if limit == "estimate" else "year_amount_fen"
    return field, inputs[f"{limit}_fen"], {}


def _plain(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def failures_of(
    rules: CycleRules, inputs: Inputs, first: Decision, ask: Callable[[Inputs], Decision]
) -> tuple[tuple[str, Defect | None], ...]:
    """Return (clause, defect) of all that the contracts would not let pass, the first first.

    `ask` decides on inputs. A clause that no known defect explains stands without one.
    """
    defects = defects_of(rules, inputs)
    sound = dict(inputs)
    for defect in defects:
        sound |= defect.repaired
    found: dict[str, Defect | None] = {_clause(first): None}
    for defect in defects:
        alone = sound | {name: inputs[name] for name in defect.repaired}
        decision = ask(alone)
        if decision.verdict in ("reject", "hold", "ask"):
            clause = _clause(decision)
            if found.get(clause) is None:
                found[clause] = defect
    return tuple(found.items())


def _clause(decision: Decision) -> str:
    clause = clause_of(decision)
    return clause.row if clause else "none"


def refusal_of(ledger: Ledger, asked: Asked, inputs: Inputs, first: Decision) -> RefusedByContract:
    """Return the refusal for a decision that does not let a request pass."""

    def again(other: Inputs) -> Decision:
        return decide(ledger, HOOK, other, case_version=first.note.binding, subject=asked.subject())

    failures = failures_of(asked.cycle.rules, inputs, first, again)
    defect = failures[0][1]
    ruling, clause = ruling_of(first), clause_of(first)
    facts: dict[str, Any] = {
        "clause": ruling.clause,
        "row": f"{clause.name}/{clause.node}/{clause.row}" if clause else "",
        "contract": ruling.contract,
        "input_sha256": ruling.input_sha256,
        "verdict": ruling.verdict,
        "field": defect.field if defect else "",
        "who": _who(ledger, asked, failures),
        "failures": tuple(
            f"{clause} {each.field} {_found(asked, each)} {each.required}"
            if each
            else f"{clause} - - -"
            for clause, each in failures
        ),
        "advice": f"{clause.remedy_zh} {clause.remedy_en}".strip() if clause else "",
    }
    for field, limit, refusal in (
        ("amount_fen", "estimate_fen", OverEstimate),
        ("year_amount_fen", "ceiling_fen", OverCeiling),
    ):
        if defect is not None and defect.field == field:
            return refusal(
                **facts,
                asked_fen=inputs[field],
                limit_fen=inputs[limit],
                excess_fen=inputs[field] - inputs[limit],
            )
    return RefusedByContract(**facts)


def _found(asked: Asked, defect: Defect) -> str:
    """Return what was found, by name where a number alone would send the reader searching."""
    rules, content = asked.cycle.rules, asked.content
    if defect.field == "documents_missing":
        return ",".join(documents_missing(rules, content))
    if defect.field == "goal_kinds_missing":
        return ",".join(groups_missing(rules, content))
    if defect.field == "lines_forbidden":
        return ",".join(lines_forbidden(rules, content))
    if defect.field == "lines_unclassified":
        return ",".join(item.line for item in content.lines if not item.classified())
    return defect.found


def _who(
    ledger: Ledger, asked: Asked, failures: tuple[tuple[str, Defect | None], ...]
) -> tuple[str, ...]:
    """Return who can help, as ``<right>@<organisation>``."""
    fields = [defect.field for _, defect in failures if defect is not None]
    found = [f"preparation.request.submit@{asked.unit}"]
    if "amount_fen" in fields:
        project = ledger.require(Project, asked.project)
        estimate = ledger.require(EstimateVersion, f"{asked.project}:{project.estimates}")
        found.append(f"preparation.estimate.approve@{estimate.author.organisation}")
    if "year_amount_fen" in fields:
        for name in (asked.unit, asked.department):
            ceiling = ledger.find(Ceiling, total_id(asked.year, name))
            if ceiling is not None:
                found.append(f"preparation.ceiling.set@{ceiling.author.organisation}")
                break
    if "in_project_library" in fields:
        found.append(f"preparation.project.register@{asked.unit}")
    return tuple(found)
