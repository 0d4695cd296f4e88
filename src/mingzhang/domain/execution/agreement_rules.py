"""Rules of agreements 合同: terms, both signatures, what this year covers, later cover.

Σ agreements stay within the project's approved estimate by funds; what exceeds this year's
quota is a commitment on a later year (funds-model section 3).
"""

from collections.abc import Iterator

from mingzhang.domain.contracts.decision import DecisionNote, decide
from mingzhang.domain.execution import errors, events, messages
from mingzhang.domain.execution.facts import cells_of, line_of
from mingzhang.domain.execution.milestone_rules import fixed_amount_of, pay_milestone, schedule
from mingzhang.domain.execution.payee_rules import payee_of
from mingzhang.domain.execution.paying import PASSES, may_be_paid, subject_of
from mingzhang.domain.execution.proposals import posts_that_may
from mingzhang.domain.execution.refusing import common_of
from mingzhang.domain.execution.routing import send
from mingzhang.domain.execution.state import (
    AccountChange,
    Agreement,
    Policy,
    account_id,
    confirmed_account,
)
from mingzhang.domain.execution.terms import MilestoneTerm, Signature
from mingzhang.domain.funds import holding
from mingzhang.domain.funds.payments import draw
from mingzhang.domain.funds.state import Estimate, FiscalYear, Intention, Line, Part
from mingzhang.domain.identity.state import is_below
from mingzhang.kernel.context import Context
from mingzhang.kernel.ledger import Ledger
from mingzhang.kernel.records import Event
from mingzhang.kernel.values import BP_ONE

HOOK = "execution.contract.sign"


def propose_agreement(
    command: messages.ProposeAgreement, context: Context, ledger: Ledger
) -> Iterator[Event]:
    """Put terms before both sides.

    Raises `NotFound` of the payee, `AlreadyExists`, `NotYours` for another unit's line,
    `NotTheEngineer` when the engineer is the contractor or below it, `TermsWrong` for the first
    term that does not agree with another, `LineUnknown`, `WrongPayeeClass`.
    """
    payee = payee_of(ledger, command.payee)
    if ledger.find(Agreement, command.agreement) is not None:
        raise errors.AlreadyExists(what="agreement", id=command.agreement)
    line = line_of(ledger, context, command.line, context.organisation)
    if line.unit != context.organisation:
        raise errors.NotYours(
            organisation=context.organisation,
            who=posts_that_may(ledger, line.unit, command.right()),
        )
    engineer = command.engineer
    if engineer is not None and (
        engineer == command.payee or is_below(ledger, engineer, command.payee)
    ):
        raise errors.NotTheEngineer(
            person=context.person, organisation=engineer, engineer="", who=()
        )
    change = ledger.find(AccountChange, account_id(line.unit, command.payee))
    terms = Agreement(
        number=command.number,
        title=command.title,
        agreement_kind=command.agreement_kind,
        unit=line.unit,
        payee=command.payee,
        account=confirmed_account(change) or payee.account,
        line=command.line,
        nature=command.nature,
        source=command.source,
        total_fen=command.total_fen,
        years=command.years,
        milestones=command.milestones,
        document_sha256=command.document_sha256,
        proposed_by=context.person,
        advance_bp=command.advance_bp,
        progress_bp=command.progress_bp,
        wage_bp=command.wage_bp,
        wage_account=command.wage_account,
        retention_bp=command.retention_bp,
        retains_before_completion=command.retains_before_completion,
        performance_bond_fen=command.performance_bond_fen,
        engineer=engineer,
        is_engineer=command.is_engineer,
        independence_sha256=command.independence_sha256,
        award=command.award,
    )
    for field, reason, asked, expected in wrong_terms(terms):
        raise errors.TermsWrong(field=field, reason=reason, asked=asked, expected=expected)
    may_be_paid(ledger, payee, command.payee, line)
    yield events.AgreementProposed(agreement=command.agreement, terms=terms)


def wrong_terms(terms: Agreement) -> Iterator[tuple[str, str, int, int]]:
    """Yield (field, reason, what it is, what it should be) of terms that do not agree."""
    years = [part.year for part in terms.years]
    planned = sum(part.amount_fen for part in terms.years)
    if planned != terms.total_fen:
        yield "years", "the years' amounts do not add up to the total", planned, terms.total_fen
    if years != sorted(dict.fromkeys(years)):
        yield "years", "the years do not rise", len(years), len(dict.fromkeys(years))
    for field in ("advance_bp", "progress_bp", "wage_bp", "retention_bp"):
        if getattr(terms, field) > BP_ONE:
            yield field, "more than the whole", getattr(terms, field), BP_ONE
    if terms.wage_bp and terms.wage_account is None:
        yield "wage_account", "wages are paid apart, and no account is named", 0, 1
    if terms.retains_before_completion and terms.retention_bp > terms.progress_bp:
        yield "retention_bp", "more than progress pays", terms.retention_bp, terms.progress_bp
    yield from _wrong_milestones(terms)


def _wrong_milestones(terms: Agreement) -> Iterator[tuple[str, str, int, int]]:
    names = [term.id for term in terms.milestones]
    if len(names) != len(dict.fromkeys(names)):
        yield "milestones", "two have the same id", len(names), len(dict.fromkeys(names))
    fixed = advance = recouped = 0
    for term in terms.milestones:
        yield from _wrong_milestone(terms, term)
        fixed += fixed_amount_of(terms, term)
        recouped += term.recoup_fen
        if term.kind == "advance":
            advance += fixed_amount_of(terms, term)
    if fixed > terms.total_fen:
        yield "milestones", "they pay more than the total", fixed, terms.total_fen
    if recouped > advance:
        yield "milestones", "they take back more than is advanced", recouped, advance


def _wrong_milestone(terms: Agreement, term: MilestoneTerm) -> Iterator[tuple[str, str, int, int]]:
    where = f"milestones.{term.id}"
    if (term.day is not None) != (term.trigger == "date"):
        yield f"{where}.day", "a day belongs to the trigger `date`", 0, 1
    if term.kind == "progress" and (term.trigger != "acceptance" or not terms.progress_bp):
        yield f"{where}.trigger", "progress is accepted, and has a share", terms.progress_bp, 1
    if term.kind == "advance" and (term.trigger == "acceptance" or not terms.advance_bp):
        yield f"{where}.trigger", "an advance has a share, and is not accepted", 0, 1
    if term.recoup_fen and term.kind != "progress":
        yield f"{where}.recoup_fen", "only progress takes back", term.recoup_fen, 0
    if (term.kind == "delivery") != (term.base_fen > 0):
        yield f"{where}.base_fen", "a delivery, and nothing else, states a base", term.base_fen, 0
    if term.share_bp > BP_ONE:
        yield f"{where}.share_bp", "more than the whole", term.share_bp, BP_ONE


def sign_agreement(
    command: messages.SignAgreement, context: Context, ledger: Ledger
) -> Iterator[Event]:
    """Sign for one's side.

    With both, the contracts of signing decide and it binds: this year's plan is encumbered, what
    is due on signing or before today is paid.

    Raises `NotFound`, `NotYours`, `StateWrong`, `OwnSubmission`, `SecondPerson`,
    `RefusedByContract`, and what `holding.sign` refuses.
    """
    agreement = agreement_of(ledger, command.agreement)
    sides = {agreement.unit: "unit", agreement.payee: "payee"}
    if context.organisation not in sides:
        raise errors.NotYours(organisation=context.organisation, who=tuple(sides))
    if agreement.state != "proposed":
        raise errors.StateWrong(
            what="agreement", id=command.agreement, state=agreement.state, needed=("proposed",)
        )
    if context.person == agreement.proposed_by:
        raise errors.OwnSubmission(person=context.person, what="agreement", id=command.agreement)
    signed = tuple(signature.organisation for signature in agreement.signatures)
    people = tuple(signature.person for signature in agreement.signatures)
    if context.organisation in signed or context.person in people:
        raise errors.SecondPerson(person=context.person, signed=people)
    yield events.AgreementEndorsed(
        agreement=command.agreement,
        signature=Signature(
            context.person,
            context.organisation,
            sides[context.organisation],
            context.time_ms,
        ),
    )
    if signed:
        yield from _decide(ledger, context, command.agreement, command.intention)


def _decide(ledger: Ledger, context: Context, name: str, intention: str | None) -> Iterator[Event]:
    agreement = agreement_of(ledger, name)
    line = ledger.require(Line, agreement.line)
    inputs = _inputs(ledger, context, agreement, intention)
    decision = decide(ledger, HOOK, inputs, subject=subject_of(agreement.line, line))
    if decision.verdict in PASSES:
        yield from conclude(ledger, context, name, decision.note, intention)
    elif decision.verdict == "route":
        case = yield from send(
            ledger,
            context,
            what="agreement",
            subject=name,
            key=Agreement.key(name),
            unit=agreement.unit,
            level=decision.output("route_to"),
            submitters=(agreement.proposed_by,),
        )
        yield events.AgreementRouted(
            agreement=name, ruling=decision.note, case=case, intention=intention
        )
    else:
        right = messages.ProposeAgreement.right()
        who = posts_that_may(ledger, agreement.unit, right)
        raise errors.RefusedByContract(**common_of(decision, who))


def conclude(
    ledger: Ledger, context: Context, name: str, ruling: DecisionNote, intention: str | None
) -> Iterator[Event]:
    """Bind an agreement, and pay what is due on signing."""
    agreement = agreement_of(ledger, name)
    now_fen = _this_year(agreement, context.year)
    parts: tuple[Part, ...] = ()
    if intention is not None and now_fen:
        held = ledger.find(Intention, intention)
        if held is None:
            raise errors.NotFound(what="intention", id=intention)
        parts = (Part(held.cell, now_fen),)
    elif now_fen:
        parts = draw(
            ledger,
            line=agreement.line,
            nature=agreement.nature,
            source=agreement.source,
            year=context.year,
            amount_fen=now_fen,
        )
    yield events.AgreementSigned(agreement=name, ruling=ruling, signed_day=context.day)
    yield from holding.sign(
        ledger,
        context,
        contract=name,
        line=agreement.line,
        total_fen=agreement.total_fen,
        now=parts,
        intention=intention,
    )
    for ordinal, term in enumerate(agreement.milestones):
        if term.trigger == "date" and term.day is not None and term.day > context.day:
            yield from schedule(context, name, term)
        elif term.trigger != "acceptance":
            yield from pay_milestone(ledger, context, name, term, ordinal)


def cover_agreement(
    command: messages.CoverAgreement, context: Context, ledger: Ledger
) -> Iterator[Event]:
    """Cover an agreement from a year's quota, oldest vintage first.

    Raises `NotFound`, `NotYours`, what `payments.draw` and `holding.cover` refuse.
    """
    agreement = agreement_of(ledger, command.agreement)
    if agreement.unit != context.organisation:
        raise errors.NotYours(
            organisation=context.organisation,
            who=posts_that_may(ledger, agreement.unit, command.right()),
        )
    yield from cover(ledger, context, command.agreement, command.year, command.amount_fen)


def cover(
    ledger: Ledger, context: Context, name: str, year: int, amount_fen: int
) -> Iterator[Event]:
    """Give an agreement quota of a year for what it has only committed. As `cover_agreement`."""
    agreement = agreement_of(ledger, name)
    parts = draw(
        ledger,
        line=agreement.line,
        nature=agreement.nature,
        source=agreement.source,
        year=year,
        amount_fen=amount_fen,
    )
    for part in parts:
        yield from holding.cover(
            ledger,
            context,
            contract=name,
            cell=part.cell,
            amount_fen=part.amount_fen,
            ref=context.record_id(),
        )


def agreement_of(ledger: Ledger, name: str) -> Agreement:
    """Return an agreement. Raises `NotFound`."""
    found = ledger.find(Agreement, name)
    if found is None:
        raise errors.NotFound(what="agreement", id=name)
    return found


def available_fen(ledger: Ledger, agreement: Agreement, year: int) -> int:
    """Return what is available on an agreement's line in a year."""
    cells = cells_of(ledger, agreement.line, agreement.nature, agreement.source, year)
    return sum(cell.allotted_fen for _, cell in cells)


def is_frozen(ledger: Ledger, agreement: Agreement, year: int) -> bool:
    """Say whether a cell of an agreement's line is frozen."""
    cells = cells_of(ledger, agreement.line, agreement.nature, agreement.source, year)
    return any(cell.flagged or cell.shortfall_fen for _, cell in cells)


def estimate_left_fen(ledger: Ledger, line: str) -> int:
    """Return what of a line's approved estimate no agreement binds yet; 0 without estimate."""
    estimate = ledger.find(Estimate, line)
    return estimate.uncontracted_fen if estimate else 0


def _this_year(agreement: Agreement, year: int) -> int:
    return sum(part.amount_fen for part in agreement.years if part.year == year)


def _inputs(
    ledger: Ledger, context: Context, agreement: Agreement, intention: str | None
) -> dict[str, int | bool | str]:
    award = agreement.award
    voted = ledger.find(FiscalYear, f"{context.year}")
    held = ledger.find(Intention, intention) if intention is not None else None
    free = available_fen(ledger, agreement, context.year)
    return {
        "total_fen": agreement.total_fen,
        "this_year_fen": _this_year(agreement, context.year),
        "available_fen": free + (held.left_fen if held else 0),
        "estimate_left_fen": estimate_left_fen(ledger, agreement.line),
        "year_voted": voted is not None and agreement.nature in voted.voted,
        "cell_frozen": is_frozen(ledger, agreement, context.year),
        "payee_frozen": payee_of(ledger, agreement.payee).frozen,
        "procurement_required": _procured(ledger, agreement),
        "procurement_done": award is not None,
        "award_fen": award.amount_fen if award else 0,
        "days_since_award": max(0, context.day - award.day) if award else 0,
        "is_works": agreement.agreement_kind == "works",
        "signed_day": context.day,
        "advance_bp": agreement.advance_bp,
        "progress_bp": agreement.progress_bp,
        "retention_bp": agreement.retention_bp,
        "has_performance_bond": agreement.performance_bond_fen > 0,
        "retains_before_completion": agreement.retains_before_completion,
        "has_wage_account": agreement.wage_account is not None,
        "is_engineer": agreement.is_engineer,
        "engineer_independent": agreement.independence_sha256 is not None,
    }


def _procured(ledger: Ledger, agreement: Agreement) -> bool:
    """Say whether an award is needed: from the jurisdiction's threshold on; without one, always."""
    policy = ledger.find(Policy, "now")
    for kind, from_fen in policy.procurement_from_fen if policy else ():
        if kind == agreement.agreement_kind:
            return agreement.total_fen >= from_fen
    return True
