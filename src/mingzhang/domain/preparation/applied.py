"""How each event of preparation changes records. State applies, rules decide."""

from collections.abc import Mapping

from msgspec.structs import replace

from mingzhang.domain.preparation import events as e
from mingzhang.domain.preparation.state import (
    ROSTER_PAGE,
    Appropriation,
    Balance,
    Ceiling,
    Cycle,
    Draft,
    EstimateVersion,
    Issue,
    Overdue,
    Project,
    Request,
    RequestVersion,
    Resolution,
    RosterPage,
    Share,
    Total,
    UnitBudget,
    roster_id,
    total_id,
    version_id,
)
from mingzhang.kernel.ledger import Ledger
from mingzhang.kernel.records import Record

Writes = Mapping[str, Record | None]


def cycle_opened(event: e.CycleOpened, ledger: Ledger) -> Writes:
    """Open the cycle at its first stage; required units stand in the totals."""
    writes: dict[str, Record | None] = {
        Cycle.key(f"{event.year}"): Cycle(
            bureau=event.bureau,
            government=event.government,
            titles=event.titles,
            stage="first_up",
            deadlines=event.deadlines,
            rules=event.rules,
        )
    }
    departments = dict.fromkeys(department for _, department in event.required_units)
    for department in departments:
        units = [unit for unit, of in event.required_units if of == department]
        writes[Total.key(total_id(event.year, department))] = Total(
            shares=tuple(Share(organisation=unit, required=True) for unit in units)
        )
    writes[Total.key(total_id(event.year))] = Total(
        shares=tuple(Share(organisation=each, required=True) for each in departments)
    )
    return writes


def stage_opened(event: e.StageOpened, ledger: Ledger) -> Writes:
    """Move the cycle on, open."""
    cycle = ledger.require(Cycle, f"{event.year}")
    return {Cycle.key(f"{event.year}"): replace(cycle, stage=event.stage, closed=False)}


def stage_closed(event: e.StageClosed, ledger: Ledger) -> Writes:
    """Close the cycle's stage."""
    cycle = ledger.require(Cycle, f"{event.year}")
    return {Cycle.key(f"{event.year}"): replace(cycle, closed=True)}


def ceiling_set(event: e.CeilingSet, ledger: Ledger) -> Writes:
    """Keep the ceiling, and its copy in the totals that it limits."""
    record_id = total_id(event.year, event.organisation)
    before = ledger.find(Ceiling, record_id)
    cycle = ledger.require(Cycle, f"{event.year}")
    writes: dict[str, Record | None] = {
        Ceiling.key(record_id): Ceiling(
            ceiling_fen=event.ceiling_fen,
            department=event.department,
            number=event.number,
            author=event.author,
            times=before.times + 1 if before else 1,
        )
    }
    if event.organisation == cycle.bureau:
        whole = _total(ledger, event.year, "")
        writes[Total.key(total_id(event.year))] = replace(whole, ceiling_fen=event.ceiling_fen)
        return writes
    if event.department:
        above = _total(ledger, event.year, event.department)
        share = replace(above.share(event.organisation), ceiling_fen=event.ceiling_fen)
        writes[Total.key(total_id(event.year, event.department))] = _with(above, share)
        return writes
    own = _total(ledger, event.year, event.organisation)
    writes[Total.key(record_id)] = replace(own, ceiling_fen=event.ceiling_fen)
    whole = _total(ledger, event.year, "")
    share = replace(whole.share(event.organisation), ceiling_fen=event.ceiling_fen)
    writes[Total.key(total_id(event.year))] = _with(whole, share)
    return writes


def balance_proposed(event: e.BalanceProposed, ledger: Ledger) -> Writes:
    """Keep the proposal, and each share of it where the totals show it."""
    name = _balance_name(ledger, event.year, event.organisation)
    total = ledger.require(Total, name)
    proposed = {share.organisation: share.proposed_fen for share in event.shares}
    shares = tuple(
        replace(share, proposed_fen=proposed.get(share.organisation)) for share in total.shares
    )
    over = event.asked_fen - event.ceiling_fen
    return {
        Balance.key(name): Balance(
            asked_fen=event.asked_fen, ceiling_fen=event.ceiling_fen, shares=event.shares
        ),
        Total.key(name): replace(total, shares=shares, over_fen=over),
    }


def balance_reached(event: e.BalanceReached, ledger: Ledger) -> Writes:
    """Drop the proposal."""
    name = _balance_name(ledger, event.year, event.organisation)
    total = ledger.require(Total, name)
    shares = tuple(replace(share, proposed_fen=None) for share in total.shares)
    return {Balance.key(name): None, Total.key(name): replace(total, shares=shares, over_fen=0)}


def project_registered(event: e.ProjectRegistered, ledger: Ledger) -> Writes:
    """Enter the project."""
    return {
        Project.key(event.project): Project(
            unit=event.unit,
            titles=event.titles,
            project_kind=event.project_kind,
            first_year=event.first_year,
            last_year=event.last_year,
            documents=event.documents,
            author=event.author,
            confidential=event.confidential,
        )
    }


def estimate_set(event: e.EstimateSet, ledger: Ledger) -> Writes:
    """Keep the estimate's version; it is the one in force."""
    project = ledger.require(Project, event.project)
    version = EstimateVersion(
        unit=project.unit,
        number=event.number,
        document_sha256=event.document_sha256,
        lines=event.lines,
        total_fen=event.total_fen,
        author=event.author,
        reason=event.reason,
    )
    return {
        EstimateVersion.key(f"{event.project}:{event.version}"): version,
        Project.key(event.project): replace(
            project, estimate_fen=event.total_fen, estimates=event.version
        ),
    }


def request_submitted(event: e.RequestSubmitted, ledger: Ledger) -> Writes:
    """Keep the version, move the head to it, and keep the totals."""
    before = ledger.find(Request, event.request)
    # What an earlier stage approved is over once the next stage's version comes.
    stands = before if before and before.approved_stage == event.stage else None
    head = Request(
        year=event.year,
        unit=event.unit,
        department=event.department,
        project=event.project,
        state="submitted",
        version=event.version,
        case=event.case,
        total_fen=event.total_fen,
        year_fen=event.year_fen,
        content_sha256=event.content_sha256,
        since_ms=event.at_ms,
        stage=event.stage,
        ruling=event.ruling,
        level=event.level,
        approved_version=stands.approved_version if stands else 0,
        approved_fen=stands.approved_fen if stands else 0,
        approved_sha256=stands.approved_sha256 if stands else "",
        approved_stage=stands.approved_stage if stands else "",
        binding=event.ruling.binding,
    )
    version = RequestVersion(
        request=event.request,
        previous=event.previous,
        content=event.content,
        content_sha256=event.content_sha256,
        author=event.author,
        reason=event.reason,
        ruling=event.ruling,
        at_ms=event.at_ms,
        stage=event.stage,
        case=event.case,
        corrects=event.corrects,
    )
    writes: dict[str, Record | None] = {
        Request.key(event.request): head,
        RequestVersion.key(version_id(event.request, event.version)): version,
    }
    writes |= _totals(ledger, before, head)
    if before is None:
        place = _total(ledger, event.year, event.department).requests
        page = roster_id(event.year, place // ROSTER_PAGE, event.department)
        listed = ledger.find(RosterPage, page)
        writes[RosterPage.key(page)] = RosterPage(
            requests=(*(listed.requests if listed else ()), event.request)
        )
    return writes


def request_moved(event: e.RequestMoved, ledger: Ledger) -> Writes:
    """Move the head, and keep the totals."""
    before = ledger.require(Request, event.request)
    head = replace(
        before,
        state=event.state,
        level=event.level,
        since_ms=event.at_ms,
        ruling=event.ruling or before.ruling,
    )
    return {Request.key(event.request): head, **_totals(ledger, before, head)}


def request_approved(event: e.RequestApproved, ledger: Ledger) -> Writes:
    """Let the version stand in the draft, instead of one that was approved before."""
    before = ledger.require(Request, event.request)
    head = replace(
        before,
        state="approved",
        level="",
        since_ms=event.at_ms,
        ruling=event.ruling,
        approved_version=event.version,
        approved_fen=event.year_fen,
        approved_sha256=before.content_sha256,
        approved_stage=before.stage,
    )
    return {Request.key(event.request): head, **_totals(ledger, before, head)}


def draft_compiled(event: e.DraftCompiled, ledger: Ledger) -> Writes:
    """Keep the draft; it is the one before the congress."""
    cycle = ledger.require(Cycle, f"{event.year}")
    return {
        Draft.key(event.draft): Draft(
            titles=event.titles,
            departments=event.departments,
            requests=event.requests,
            left_out=event.left_out,
            total_fen=event.total_fen,
            sha256=event.sha256,
            author=event.author,
            previous=event.previous,
        ),
        Cycle.key(f"{event.year}"): replace(cycle, drafts=cycle.drafts + 1),
    }


def resolution_entered(event: e.ResolutionEntered, ledger: Ledger) -> Writes:
    """Keep what was resolved."""
    return {
        Resolution.key(f"{event.year}"): Resolution(
            draft=event.draft,
            draft_sha256=event.draft_sha256,
            number=event.number,
            day=event.day,
            votes=event.votes,
            adopted=event.adopted,
            total_fen=event.total_fen,
            document_sha256=event.document_sha256,
            author=event.author,
            confidential_fen=event.confidential_fen,
        )
    }


def appropriation_issued(event: e.AppropriationIssued, ledger: Ledger) -> Writes:
    """Keep the bureau's approval."""
    return {
        Issue.key(total_id(event.year, event.department)): Issue(
            number=event.number,
            total_fen=event.total_fen,
            requests=event.requests,
            day=event.day,
            author=event.author,
        )
    }


def appropriation_handed_down(event: e.AppropriationHandedDown, ledger: Ledger) -> Writes:
    """Keep the unit's budget; projects remember what was voted for the year."""
    name = total_id(event.year, event.unit)
    budget = ledger.find(UnitBudget, name)
    return {
        Appropriation.key(event.appropriation): Appropriation(
            year=event.year,
            unit=event.unit,
            department=event.department,
            number=event.number,
            lines=event.lines,
            total_fen=event.total_fen,
            day=event.day,
            author=event.author,
            previous=event.previous,
            projects=event.projects,
        ),
        UnitBudget.key(name): UnitBudget(
            appropriation=event.appropriation,
            times=budget.times + 1 if budget else 1,
            standing=True,
        ),
        **_voted(ledger, event.year, event.projects, 1),
    }


def appropriation_reversed(event: e.AppropriationReversed, ledger: Ledger) -> Writes:
    """Mark the appropriation as taken back; its lines stay to be read."""
    found = ledger.require(Appropriation, event.appropriation)
    name = total_id(event.year, event.unit)
    budget = ledger.require(UnitBudget, name)
    return {
        Appropriation.key(event.appropriation): replace(
            found,
            reversal_number=event.number,
            reversal_reason=event.reason,
            reversed_by=event.author,
        ),
        UnitBudget.key(name): replace(budget, standing=False),
        **_voted(ledger, event.year, event.projects, -1),
    }


def deadline_missed(event: e.DeadlineMissed, ledger: Ledger) -> Writes:
    """Keep that, and by whom, the deadline was missed."""
    name = f"{event.step}:{event.year}:{event.organisation}"
    return {
        Overdue.key(name): Overdue(
            responsible=event.responsible, due_day=event.due_day, step=event.step
        )
    }


def _total(ledger: Ledger, year: int, department: str) -> Total:
    return ledger.find(Total, total_id(year, department)) or Total()


def _with(total: Total, share: Share) -> Total:
    """Return a total with a share in place of the organisation's former one, or added."""
    names = [each.organisation for each in total.shares]
    if share.organisation not in names:
        return replace(total, shares=(*total.shares, share))
    shares = [share if each.organisation == share.organisation else each for each in total.shares]
    return replace(total, shares=tuple(shares))


def _totals(ledger: Ledger, before: Request | None, head: Request) -> dict[str, Record | None]:
    """Return department's and bureau's totals after a request went from one state to another."""
    live = (_counts(head) - _counts(before), head.live_fen - (before.live_fen if before else 0))
    approved = (
        head.drafted - bool(before and before.drafted),
        head.drafted_fen - (before.drafted_fen if before else 0),
    )
    own = _moved(_total(ledger, head.year, head.department), head.unit, live, approved)
    own = replace(own, requests=own.requests + (before is None))
    whole = _moved(_total(ledger, head.year, ""), head.department, live, approved)
    share = replace(whole.share(head.department), complete=own.complete)
    whole = replace(_with(whole, share), requests=whole.requests + (before is None))
    return {
        Total.key(total_id(head.year, head.department)): own,
        Total.key(total_id(head.year)): whole,
    }


def _counts(request: Request | None) -> int:
    """Return 1 for a request that counts in what is asked, else 0."""
    if request is None:
        return 0
    return int(request.state not in ("withdrawn", "rejected") or request.drafted)


def _moved(
    total: Total, organisation: str, live: tuple[int, int], approved: tuple[int, int]
) -> Total:
    """Return a total after changes of (count, fen) of what is live and what is approved."""
    share = total.share(organisation)
    share = replace(
        share,
        live=share.live + live[0],
        asked_fen=share.asked_fen + live[1],
        approved=share.approved + approved[0],
        approved_fen=share.approved_fen + approved[1],
        complete=share.live + live[0] > 0,
    )
    return replace(
        _with(total, share),
        live=total.live + live[0],
        asked_fen=total.asked_fen + live[1],
        approved=total.approved + approved[0],
        approved_fen=total.approved_fen + approved[1],
    )


def _balance_name(ledger: Ledger, year: int, organisation: str) -> str:
    cycle = ledger.require(Cycle, f"{year}")
    return total_id(year, "" if organisation == cycle.bureau else organisation)


def _voted(
    ledger: Ledger, year: int, projects: tuple[tuple[str, int], ...], sign: int
) -> dict[str, Record | None]:
    """Return projects with what was voted for a year added, or taken away."""
    writes: dict[str, Record | None] = {}
    for name, amount_fen in projects:
        project = ledger.require(Project, name)
        voted = dict(project.voted)
        voted[year] = voted.get(year, 0) + sign * amount_fen
        kept = tuple(sorted((each, fen) for each, fen in voted.items() if fen))
        writes[Project.key(name)] = replace(project, voted=kept)
    return writes
