"""What a figure says, read from the records that it tells of. Nothing is typed by hand.

Only what the public may see is read: no person, no account, no price of a bid; of a payee, the
name under which it is registered where its credit code shows it to be no person. What belongs to a
confidential project 涉密 is left out of sums and shown as a gap of its own.
"""

from mingzhang.domain.disclosure.terms import (
    Content,
    Entry,
    FigurePart,
    FigurePayee,
    FigureStep,
)
from mingzhang.domain.execution.state import Breach, Payee, Payment, is_public
from mingzhang.domain.funds.state import Cell, Line
from mingzhang.domain.identity.patterns import Names
from mingzhang.domain.identity.state import Organisation
from mingzhang.domain.preparation.events import AppropriatedLine
from mingzhang.domain.preparation.state import (
    REQUEST_OF,
    Appropriation,
    Cycle,
    Draft,
    Issue,
    Project,
    Request,
    RequestVersion,
    Resolution,
    Total,
    UnitBudget,
    is_confidential,
    request_value,
    requests_of,
    total_id,
    version_id,
)
from mingzhang.domain.procedure.state import Case
from mingzhang.kernel.ledger import Ledger

SOURCES_MAX = 64
"""Keys that a figure names; what a unit's budget came from beyond that, its lines name."""


def read(ledger: Ledger, entry: Entry) -> Content:
    """Return what the sources of an entry say now."""
    match entry.source_kind:
        case "resolution":
            return _resolution(ledger, entry)
        case "issue":
            return _issue(ledger, entry)
        case "appropriation":
            return _appropriation(ledger, entry)
        case "reversal":
            return _reversal(ledger, entry)
        case "version":
            return _version(ledger, entry)
        case "approval":
            return _approval(ledger, entry)
        case "settled" | "returned":
            return _payment(ledger, entry)
        case "breach":
            return _breach(ledger, entry)


def _names(ledger: Ledger, organisation: str) -> Names:
    return ledger.require(Organisation, organisation).names


def _resolution(ledger: Ledger, entry: Entry) -> Content:
    """Read the budget of the whole government as the congress adopted it, by department."""
    year = int(entry.source)
    found = ledger.require(Resolution, entry.source)
    draft = ledger.require(Draft, found.draft)
    before = ledger.find(Resolution, f"{year - 1}")
    parts = [
        _share(ledger, each.department, each.open_fen)
        for each in draft.departments
        if each.open_fen
    ]
    return Content(
        figure_kind=entry.figure_kind,
        level=entry.level,
        organisation=entry.organisation,
        year=year,
        title_zh=f"{year}年政府预算（{draft.titles.zh}）",
        title_en=f"Government budget {year} ({draft.titles.en})",
        amount_fen=found.open_fen,
        source_kind=entry.source_kind,
        source=entry.source,
        sources=(Resolution.key(entry.source), Draft.key(found.draft)),
        parts=tuple(parts),
        last_year_fen=before.open_fen if before and before.adopted else None,
        number=found.number,
        day=found.day,
    )


def _share(ledger: Ledger, organisation: str, amount_fen: int) -> FigurePart:
    names = _names(ledger, organisation)
    return FigurePart(
        title_zh=names.zh, title_en=names.en, amount_fen=amount_fen, organisation=organisation
    )


def confidential_by_unit(ledger: Ledger, year: int, department: str) -> dict[str, int]:
    """Return what of a department's budget is for confidential projects, in fen by unit."""
    found: dict[str, int] = {}
    for request in requests_of(ledger, year, department):
        head = ledger.require(Request, request)
        if head.drafted and is_confidential(ledger, head.project):
            found[head.unit] = found.get(head.unit, 0) + head.drafted_fen
    return found


def _issue(ledger: Ledger, entry: Entry) -> Content:
    """Read a department's budget, by unit."""
    year = int(entry.source.partition(":")[0])
    found = ledger.require(Issue, entry.source)
    names = _names(ledger, entry.organisation)
    before = ledger.find(Issue, total_id(year - 1, entry.organisation))
    last_fen = None
    if before is not None:
        secret_before = confidential_by_unit(ledger, year - 1, entry.organisation)
        last_fen = before.total_fen - sum(secret_before.values())
    secret = confidential_by_unit(ledger, year, entry.organisation)
    parts = []
    for share in ledger.require(Total, entry.source).shares:
        open_fen = share.approved_fen - secret.get(share.organisation, 0)
        if open_fen:
            parts.append(_share(ledger, share.organisation, open_fen))
    return Content(
        figure_kind=entry.figure_kind,
        level=entry.level,
        organisation=entry.organisation,
        year=year,
        title_zh=f"{names.zh}{year}年部门预算",
        title_en=f"{names.en}: department budget {year}",
        amount_fen=sum(part.amount_fen for part in parts),
        source_kind=entry.source_kind,
        source=entry.source,
        sources=(
            Issue.key(entry.source),
            Resolution.key(f"{year}"),
            Total.key(entry.source),
        ),
        parts=tuple(parts),
        last_year_fen=last_fen,
        number=found.number,
        day=found.day,
    )


def open_lines(
    ledger: Ledger, appropriation: Appropriation
) -> tuple[tuple[AppropriatedLine, FigurePart], ...]:
    """Return the lines of an appropriation that are no secret, with what is shown of each."""
    found = []
    shown: dict[tuple[str, int], dict[str, FigurePart]] = {}
    for line in appropriation.lines:
        cell = ledger.require(Cell, line.cell)
        if is_confidential(ledger, ledger.require(Line, cell.line).project):
            continue
        place = (line.request, line.version)
        if place not in shown:
            version = ledger.require(RequestVersion, version_id(*place))
            names = [f"{i.line}:{i.nature}:{i.source}" for i in version.content.lines]
            parts = _parts(version, appropriation.year)
            shown[place] = dict(zip(names, parts, strict=True))
        found.append((line, shown[place][f"{cell.line}:{cell.nature}:{cell.source}"]))
    return tuple(found)


def _appropriation(ledger: Ledger, entry: Entry) -> Content:
    """Read a unit's budget, by line; of a reversed one it says so."""
    found = ledger.require(Appropriation, entry.source)
    names = _names(ledger, found.unit)
    lines = open_lines(ledger, found)
    requests = dict.fromkeys(Request.key(line.request) for line, _ in lines)
    cells = dict.fromkeys(Cell.key(line.cell) for line, _ in lines)
    keys = (
        Appropriation.key(entry.source),
        Resolution.key(f"{found.year}"),
        *requests,
        *cells,
    )
    before = ledger.find(UnitBudget, total_id(found.year - 1, found.unit))
    last = ledger.require(Appropriation, before.appropriation) if before else None
    return Content(
        figure_kind=entry.figure_kind,
        level=entry.level,
        organisation=entry.organisation,
        year=found.year,
        title_zh=f"{names.zh}{found.year}年单位预算",
        title_en=f"{names.en}: unit budget {found.year}",
        amount_fen=sum(line.amount_fen for line, _ in lines),
        source_kind=entry.source_kind,
        source=entry.source,
        sources=keys[:SOURCES_MAX],
        parts=tuple(part for _, part in lines),
        last_year_fen=_open_sum(ledger, last),
        number=found.number,
        day=found.day,
        reversed=bool(found.reversal_number),
    )


def _open_sum(ledger: Ledger, appropriation: Appropriation | None) -> int | None:
    if appropriation is None:
        return None
    return sum(line.amount_fen for line, _ in open_lines(ledger, appropriation))


def _reversal(ledger: Ledger, entry: Entry) -> Content:
    """Read what was taken back of a unit's budget."""
    found = ledger.require(Appropriation, entry.source)
    names = _names(ledger, found.unit)
    return Content(
        figure_kind=entry.figure_kind,
        level=entry.level,
        organisation=entry.organisation,
        year=found.year,
        title_zh=f"{names.zh}{found.year}年单位预算批复撤销：{found.reversal_reason}",
        title_en=f"{names.en}: unit budget {found.year} taken back",
        amount_fen=-sum(line.amount_fen for line, _ in open_lines(ledger, found)),
        source_kind=entry.source_kind,
        source=entry.source,
        sources=(Appropriation.key(entry.source),),
        number=found.reversal_number,
    )


def _version(ledger: Ledger, entry: Entry) -> Content:
    """Read a version of a request as it was submitted, over all its years."""
    found = ledger.require(RequestVersion, entry.source)
    head = ledger.require(Request, found.request)
    before = None
    if found.previous is not None:
        key = version_id(found.request, found.previous)
        before = ledger.require(RequestVersion, key).content.total_fen()
    titles = found.content.titles
    keys: tuple[str, ...] = (RequestVersion.key(entry.source), Request.key(found.request))
    if head.project:
        keys = (*keys, Project.key(head.project))
    return Content(
        figure_kind=entry.figure_kind,
        level=entry.level,
        organisation=entry.organisation,
        year=head.year,
        title_zh=f"预算申报：{titles.zh}",
        title_en=f"Budget request: {titles.en}",
        amount_fen=found.content.total_fen(),
        source_kind=entry.source_kind,
        source=entry.source,
        sources=keys,
        parts=_parts(found, None),
        last_year_fen=_approved_last_year(ledger, head),
        previous_fen=before,
    )


def _approved_last_year(ledger: Ledger, head: Request) -> int | None:
    value = request_value(head.year - 1, head.unit, head.project)
    found = ledger.lookup(REQUEST_OF, value)
    before = ledger.require(Request, found) if found is not None else None
    return before.drafted_fen if before and before.drafted else None


def _parts(version: RequestVersion, year: int | None) -> tuple[FigurePart, ...]:
    """Return line items as parts, of one year or of all."""
    return tuple(
        FigurePart(
            title_zh=item.titles.zh,
            title_en=item.titles.en,
            amount_fen=item.total_fen() if year is None else item.of_year_fen(year),
            function=item.function,
            economic=item.economic,
            line=item.line,
        )
        for item in version.content.lines
    )


def _approval(ledger: Ledger, entry: Entry) -> Content:
    """Read an approved version's amount of the budget year, and who decided at each level."""
    found = ledger.require(RequestVersion, entry.source)
    head = ledger.require(Request, found.request)
    titles = found.content.titles
    keys: tuple[str, ...] = (RequestVersion.key(entry.source), Request.key(found.request))
    steps: tuple[FigureStep, ...] = ()
    if found.case:
        case = ledger.require(Case, found.case)
        keys = (*keys, Case.key(found.case))
        steps = tuple(
            FigureStep(
                level=case.levels[each.position].name,
                answer=each.answer,
                at_ms=each.at_ms,
                organisation=each.organisation,
                clause=each.clause,
            )
            for each in case.decisions
        )
    return Content(
        figure_kind=entry.figure_kind,
        level=entry.level,
        organisation=entry.organisation,
        year=head.year,
        title_zh=f"预算审核：{titles.zh}",
        title_en=f"Budget review: {titles.en}",
        amount_fen=found.content.of_year_fen(head.year),
        source_kind=entry.source_kind,
        source=entry.source,
        sources=keys,
        parts=_parts(found, head.year),
        steps=steps,
        last_year_fen=_approved_last_year(ledger, head),
    )


def _payment(ledger: Ledger, entry: Entry) -> Content:
    """Read a payment that the bank has made, or what came back of it, on its budget line."""
    found = ledger.require(Payment, entry.source)
    line = ledger.require(Line, found.line)
    returned = entry.source_kind == "returned"
    keys = (Payment.key(entry.source), Line.key(found.line))
    cells = tuple(Cell.key(part.cell) for part in found.parts)
    return Content(
        figure_kind=entry.figure_kind,
        level=entry.level,
        organisation=entry.organisation,
        year=found.year,
        title_zh=f"{'退回' if returned else '支付'}：{line.title}",
        title_en=f"{'Returned payment' if returned else 'Payment'}: {line.title}",
        amount_fen=-entry.amount_fen if returned else found.amount_fen,
        source_kind=entry.source_kind,
        source=entry.source,
        sources=(*keys, *cells)[:SOURCES_MAX],
        parts=(
            FigurePart(
                title_zh=line.title,
                title_en=line.title,
                amount_fen=entry.amount_fen if returned else found.amount_fen,
                function=line.function,
                economic=line.economic,
                line=found.line,
            ),
        ),
        number=found.voucher,
        payee=_payee(ledger.require(Payee, found.payee)),
    )


def is_protected(ledger: Ledger, payment: str) -> bool:
    """Say whether a natural person may have been paid: his name is protected (个人信息保护法)."""
    payee = ledger.require(Payment, payment).payee
    return not is_public(ledger.require(Payee, payee))


def _payee(found: Payee) -> FigurePayee:
    if not is_public(found):
        return FigurePayee(payee_class=found.payee_class)
    return FigurePayee(
        payee_class=found.payee_class, title=found.title, credit_code=found.credit_code
    )


def _breach(ledger: Ledger, entry: Entry) -> Content:
    """Read by which rule a payment was refused, and what has become of the correction.

    Neither who asked nor who was to be paid: the unit answers to the public.
    """
    found = ledger.require(Breach, entry.source)
    title = ledger.require(Line, found.line).title
    rule = f"{found.contract} {found.clause}".strip() or found.code
    return Content(
        figure_kind=entry.figure_kind,
        level=entry.level,
        organisation=entry.organisation,
        year=found.year,
        title_zh=f"问责：{title}（{rule}）",
        title_en=f"Accountability: {title} ({rule})",
        amount_fen=found.amount_fen,
        source_kind=entry.source_kind,
        source=entry.source,
        sources=(Breach.key(entry.source), Line.key(found.line)),
        steps=(
            FigureStep(
                level="unit",
                answer=found.state,
                at_ms=found.time_ms,
                organisation=found.organisation,
                clause=found.clause,
            ),
        ),
        number=found.code,
    )


def bureau_of(ledger: Ledger, year: int) -> str:
    """Return the finance bureau of a year's cycle: it publishes the government's budget."""
    return ledger.require(Cycle, f"{year}").bureau
