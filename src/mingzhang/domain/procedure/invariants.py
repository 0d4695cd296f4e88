"""What is true of every record of procedure, whatever was asked."""

from collections.abc import Iterator

from mingzhang.domain.identity.state import Person
from mingzhang.domain.procedure.events import CaseDecided
from mingzhang.domain.procedure.routing import NOTICE_KINDS
from mingzhang.domain.procedure.state import (
    FOLLOWERS_MAX,
    FOLLOWS_MAX,
    PAGE_MAX,
    Case,
    Followers,
    Subscription,
    Task,
    Work,
    WorkPage,
    page_id,
)
from mingzhang.kernel.ledger import Ledger
from mingzhang.kernel.records import Records


def stands_at_a_level(case: Case) -> bool:
    """A case stands at one of its levels, each of which can be passed."""
    return 0 <= case.position < len(case.levels) and all(lv.possible() for lv in case.levels)


def approved_only_when_passed(case: Case) -> bool:
    """An approved case has passed its last level: by its approvals, or by a clause."""
    if case.state != "approved":
        return True
    last = case.decisions[-1] if case.decisions else None
    return case.position == len(case.levels) - 1 and (
        case.passed() or (last is not None and last.answer == "pass")
    )


def submitters_have_not_decided(case: Case) -> bool:
    """Nobody approves what he submitted (design section 3)."""
    return not any(
        each.answer == "approve" and each.person in case.submitters for each in case.decisions
    )


def nobody_approves_at_two_levels(case: Case) -> bool:
    """Each level that persons passed was passed by others than the levels before it."""
    level_of: dict[str, int] = {}
    return all(
        level_of.setdefault(each.person, each.position) == each.position
        for each in case.decisions
        if each.answer == "approve"
    )


def a_case_that_is_over_has_no_tasks(case: Case) -> bool:
    """Only a case that is open, asked or returned has open tasks."""
    return case.state in ("open", "asked", "returned") or not case.tasks


def only_an_open_case_has_a_deadline(case: Case) -> bool:
    """The clock runs while reviewers have the case."""
    return case.deadline_ms is None or case.state == "open"


def has_work(work: Work) -> bool:
    """A holder without work has no record; hidden items are among the counted."""
    return 0 <= work.hidden <= work.count and work.count > 0


def is_neither_empty_nor_too_long(page: WorkPage) -> bool:
    """A page holds 1 to `PAGE_MAX` tasks, none twice."""
    return 0 < len(dict.fromkeys(page.tasks)) == len(page.tasks) <= PAGE_MAX


def follows_a_bounded_number_once_each(subscription: Subscription) -> bool:
    """A person follows 1 to `FOLLOWS_MAX` things, none twice."""
    about = [each.about for each in subscription.follows]
    return 0 < len(dict.fromkeys(about)) == len(about) <= FOLLOWS_MAX


def has_a_bounded_number_of_followers(followers: Followers) -> bool:
    """A record that nobody follows has no count."""
    return 0 < followers.count <= FOLLOWERS_MAX


def nobody_approves_what_he_submitted(event: CaseDecided, ledger: Ledger) -> bool:
    """No approval is by a submitter of the case."""
    decision = event.decision
    return (
        decision.answer != "approve"
        or decision.person not in ledger.require(Case, event.case).submitters
    )


def work_is_counted(records: Records) -> Iterator[str]:
    """Say where the counts of work and the open tasks disagree."""
    balance = {holder: (work.count, work.hidden) for holder, work in records.of(Work)}
    for _, task in _open(records):
        count, hidden = balance.get(task.holder, (0, 0))
        balance[task.holder] = (count - 1, hidden - int(task.hidden))
    for holder, (count, hidden) in balance.items():
        if count or hidden:
            yield f"the work of {holder} is miscounted by {count}, hidden {hidden}"


def tasks_stand_on_their_pages(records: Records) -> Iterator[str]:
    """Say where open tasks and the pages of work disagree."""
    places: dict[tuple[str, str], int] = {}
    for name, task in _open(records):
        place = (page_id(task.holder, task.page), name)
        places[place] = places.get(place, 0) + 1
    for page, on_page in records.of(WorkPage):
        for name in on_page.tasks:
            places[page, name] = places.get((page, name), 0) - 1
    for (page, name), balance in places.items():
        if balance:
            yield f"task {name} and page {page} disagree"


def tasks_of_cases_are_listed(records: Records) -> Iterator[str]:
    """Say where cases and their open tasks disagree."""
    listed: dict[tuple[str, str], int] = {}
    for case, of_case in records.of(Case):
        for name in of_case.tasks:
            listed[case, name] = listed.get((case, name), 0) + 1
    for name, task in _open(records):
        if task.case:
            listed[task.case, name] = listed.get((task.case, name), 0) - 1
    for (case, name), balance in listed.items():
        if balance:
            yield f"task {name} and case {case} disagree"


def followers_are_counted(records: Records) -> Iterator[str]:
    """Say where the counts of followers and the subscriptions disagree."""
    balance = {key: followers.count for key, followers in records.of(Followers)}
    for _, subscription in records.of(Subscription):
        for each in subscription.follows:
            if each.about not in NOTICE_KINDS:
                balance[each.about] = balance.get(each.about, 0) - 1
    for key, wrong in balance.items():
        if wrong:
            yield f"the followers of {key} are miscounted by {wrong}"


def who_left_follows_nothing(records: Records) -> Iterator[str]:
    """Say who has subscriptions though his rights have ended."""
    state = {name: person.state for name, person in records.of(Person)}
    for name, _ in records.of(Subscription):
        if state.get(name) in ("closed", "frozen"):
            yield f"{name} has left and still follows"


def _open(records: Records) -> Iterator[tuple[str, Task]]:
    return ((name, task) for name, task in records.of(Task) if task.outcome is None)
