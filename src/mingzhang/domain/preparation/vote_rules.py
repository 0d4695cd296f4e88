"""Rules of the vote: the draft as one document, and the congress' resolution on it.

Sources: Budget Law art. 43–47 (the congress decides on the budget as a whole), row A2.2.
"""

import hashlib
from collections.abc import Iterator

from mingzhang.domain.preparation import errors
from mingzhang.domain.preparation.cycle_rules import cycle_of
from mingzhang.domain.preparation.events import (
    DraftCompiled,
    DraftDepartment,
    ResolutionEntered,
    StageOpened,
)
from mingzhang.domain.preparation.messages import CompileDraft, EnterResolution
from mingzhang.domain.preparation.organisations import author_of, require_itself, require_kind
from mingzhang.domain.preparation.request_rules import require_unresolved
from mingzhang.domain.preparation.state import (
    Draft,
    Request,
    Total,
    is_confidential,
    requests_of,
    total_id,
)
from mingzhang.kernel import calendar
from mingzhang.kernel.context import Context
from mingzhang.kernel.ledger import Ledger
from mingzhang.kernel.records import Event
from mingzhang.kernel.schedule import Scheduled

ISSUE_DUE = "preparation.issue_due"
DRAFTS_MAX = 999
DRAFT_STAGES = ("second_up", "congress")
"""The draft is compiled once requests are reviewed, and again where the congress asks for it."""


def compile_draft(command: CompileDraft, context: Context, ledger: Ledger) -> Iterator[Event]:
    """Compile all approved requests, department by department, into the draft of the year."""
    cycle = cycle_of(ledger, command.year)
    if cycle.stage not in DRAFT_STAGES or cycle.drafts >= DRAFTS_MAX:
        raise errors.StageNotOpen(year=command.year, stage=cycle.stage, closed=cycle.closed)
    require_itself(context, cycle.bureau)
    departments, digest = drafted(ledger, command.year)
    if not departments:
        raise errors.NothingApproved(year=command.year, organisation=cycle.bureau)
    require_unresolved(ledger, command.year)
    total = ledger.require(Total, total_id(command.year))
    count = sum(each.requests for each in departments)
    yield DraftCompiled(
        draft=f"{command.year}:{cycle.drafts + 1}",
        year=command.year,
        titles=command.titles,
        departments=departments,
        requests=count,
        left_out=total.live - count,
        total_fen=sum(each.amount_fen for each in departments),
        sha256=digest,
        author=author_of(context),
        previous=f"{command.year}:{cycle.drafts}" if cycle.drafts else None,
    )


def drafted(ledger: Ledger, year: int) -> tuple[tuple[DraftDepartment, ...], str]:
    """Return what stands in a year's draft by department, and the hash of it all.

    The hash is SHA-256 over one line for each approved request, in order of department and of
    first submission: ``department|unit|project|request|version|content hash|fen of the year``,
    each ended by a line feed.
    """
    whole = ledger.find(Total, total_id(year)) or Total()
    digest = hashlib.sha256()
    found: list[DraftDepartment] = []
    for share in whole.shares:
        requests, amount_fen, confidential_fen = 0, 0, 0
        for request_id in requests_of(ledger, year, share.organisation):
            head = ledger.require(Request, request_id)
            if head.drafted:
                requests += 1
                amount_fen += head.approved_fen
                if is_confidential(ledger, head.project):
                    confidential_fen += head.approved_fen
                line = (
                    f"{head.department}|{head.unit}|{head.project}|{request_id}|"
                    f"{head.approved_version}|{head.approved_sha256}|{head.approved_fen}\n"
                )
                digest.update(line.encode())
        if requests:
            found.append(
                DraftDepartment(
                    department=share.organisation,
                    requests=requests,
                    amount_fen=amount_fen,
                    confidential_fen=confidential_fen,
                )
            )
    return tuple(found), digest.hexdigest()


def enter_resolution(command: EnterResolution, context: Context, ledger: Ledger) -> Iterator[Event]:
    """Enter a vote on the newest draft; a majority of all deputies adopts it.

    Refused, the cycle is back in 二上 under the same ceilings. Adopted, the days in which the
    bureau must approve departments begin.
    """
    cycle = cycle_of(ledger, command.year)
    if cycle.stage != "congress":
        raise errors.StageNotOpen(year=command.year, stage=cycle.stage, closed=cycle.closed)
    require_kind(ledger, context.organisation, "congress")
    current = f"{command.year}:{cycle.drafts}" if cycle.drafts else None
    draft = ledger.find(Draft, command.draft)
    if draft is None or command.draft != current:
        raise errors.NoDraft(draft=command.draft, current=current)
    if drafted(ledger, command.year)[1] != draft.sha256:
        raise errors.DraftChanged(draft=command.draft)
    require_unresolved(ledger, command.year)
    votes = command.votes
    if votes.in_favour + votes.against + votes.abstained > votes.deputies:
        raise errors.VotesWrong(field="votes")
    if command.day > context.day:
        raise errors.VotesWrong(field="day")
    adopted = 2 * votes.in_favour > votes.deputies
    yield ResolutionEntered(
        year=command.year,
        draft=command.draft,
        draft_sha256=draft.sha256,
        number=command.number,
        day=command.day,
        votes=votes,
        adopted=adopted,
        total_fen=draft.total_fen,
        document_sha256=command.document_sha256,
        author=author_of(context),
        confidential_fen=sum(each.confidential_fen for each in draft.departments),
    )
    if not adopted:
        yield StageOpened(year=command.year, stage="second_up", reason=command.number)
        return
    last = command.day + cycle.rules.department_days
    yield Scheduled(
        due_ms=calendar.start_of(last + 1, context.setting.offset_s),
        handler=ISSUE_DUE,
        subject=f"{command.year}",
    )
