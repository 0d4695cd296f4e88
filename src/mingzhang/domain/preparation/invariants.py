"""What is true of every record of preparation, and of all of them together."""

from collections.abc import Iterator

from mingzhang.domain.preparation.state import (
    Appropriation,
    Balance,
    Cycle,
    Draft,
    EstimateVersion,
    Project,
    Request,
    RequestVersion,
    Resolution,
    Total,
    total_id,
)
from mingzhang.domain.preparation.terms import STAGES
from mingzhang.kernel.records import Records


def has_a_deadline_for_each_stage(cycle: Cycle) -> bool:
    """Each stage has one, in order and rising."""
    days = [deadline.day for deadline in cycle.deadlines]
    return tuple(d.stage for d in cycle.deadlines) == STAGES and days == sorted(days)


def is_the_sum_of_its_lines(estimate: EstimateVersion) -> bool:
    """An estimate's total is the sum of its lines."""
    return estimate.total_fen == sum(line.amount_fen for line in estimate.lines)


def voted_years_rise(project: Project) -> bool:
    """Each year stands once, with an amount above zero."""
    years = [year for year, _ in project.voted]
    return years == sorted(dict.fromkeys(years)) and all(fen > 0 for _, fen in project.voted)


def approved_is_a_version(request: Request) -> bool:
    """What stands in the draft is a version that there is, of an amount and a hash."""
    if not request.approved_version:
        return request.approved_fen == 0 and not request.approved_sha256 + request.approved_stage
    return request.approved_version <= request.version and bool(request.approved_sha256)


def follows_its_predecessor(version: RequestVersion) -> bool:
    """A correction has a version that it corrects."""
    return version.previous is not None or not version.corrects


def shares_add_up(total: Total) -> bool:
    """What organisations ask for, and were approved, is the total; nothing is below zero."""
    return (
        total.asked_fen == sum(share.asked_fen for share in total.shares)
        and total.approved_fen == sum(share.approved_fen for share in total.shares)
        and total.live == sum(share.live for share in total.shares)
        and total.approved == sum(share.approved for share in total.shares)
        and all(min(s.live, s.approved, s.asked_fen, s.approved_fen) >= 0 for s in total.shares)
    )


def keeps_to_the_ceiling(balance: Balance) -> bool:
    """The shares of a proposal sum to the ceiling exactly."""
    return sum(share.proposed_fen for share in balance.shares) == balance.ceiling_fen


def departments_add_up(draft: Draft) -> bool:
    """A draft's total and count are those of its departments."""
    return draft.total_fen == sum(
        each.amount_fen for each in draft.departments
    ) and draft.requests == sum(each.requests for each in draft.departments)


def adopted_by_a_majority(resolution: Resolution) -> bool:
    """Adopted means: more than half of all deputies were in favour."""
    return resolution.adopted == (2 * resolution.votes.in_favour > resolution.votes.deputies)


def lines_add_up(appropriation: Appropriation) -> bool:
    """An appropriation is the sum of its lines."""
    return appropriation.total_fen == sum(line.amount_fen for line in appropriation.lines)


def totals_are_the_requests(records: Records) -> Iterator[str]:
    """Every total is what the requests under it sum to, recomputed from all of them."""
    asked: dict[str, tuple[int, int]] = {}
    for _, request in records.of(Request):
        for name in (total_id(request.year), total_id(request.year, request.department)):
            before = asked.get(name, (0, 0))
            asked[name] = (before[0] + request.live_fen, before[1] + request.drafted_fen)
    for name, total in records.of(Total):
        if asked.get(name, (0, 0)) != (total.asked_fen, total.approved_fen):
            stated = f"{total.asked_fen}, {total.approved_fen} fen"
            yield f"{Total.key(name)}: {stated}, not {asked.get(name)}"


def projects_were_voted_what_stands(records: Records) -> Iterator[str]:
    """What a project was voted by year is the sum of the appropriations that stand."""
    voted: dict[tuple[str, int], int] = {}
    projects: dict[tuple[str, int], int] = {}
    for _, appropriation in records.of(Appropriation):
        if not appropriation.reversal_number:
            for name, fen in appropriation.projects:
                place = (name, appropriation.year)
                voted[place] = voted.get(place, 0) + fen
    for name, project in records.of(Project):
        projects |= {(name, year): fen for year, fen in project.voted}
    for place in dict.fromkeys((*voted, *projects)):
        if voted.get(place, 0) != projects.get(place, 0):
            yield f"{place}: voted {projects.get(place, 0)} fen, appropriated {voted.get(place, 0)}"
