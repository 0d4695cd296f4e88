"""Whatever is asked of cases and tasks, in whatever order: truths hold and events suffice."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from mingzhang.domain.identity import messages as im
from mingzhang.domain.identity.events import GrantGiven
from mingzhang.domain.identity.tests.town import who
from mingzhang.domain.procedure import events as e
from mingzhang.domain.procedure import invariants
from mingzhang.domain.procedure import messages as m
from mingzhang.domain.procedure.module import PROCEDURE
from mingzhang.domain.procedure.state import (
    FOLLOWERS_MAX,
    Case,
    Follow,
    Followers,
    Subscription,
    Task,
    Work,
    WorkPage,
)
from mingzhang.domain.procedure.tests.desk import (
    BUDGET,
    DIRECTOR,
    HEALTH,
    THREE,
    TREASURY,
    Act,
    Office,
    Submit,
    about,
    level,
)
from mingzhang.kernel.calendar import MS_PER_DAY, day_of, iso
from mingzhang.kernel.ledger import Ledger
from mingzhang.kernel.refusals import OurFault, Refusal
from tests.scene import SETTING, Memory

BASE = Office()
LEVELS = (
    THREE,
    (level("both", BUDGET, HEALTH, approvals=2, organisations=2, days=2),),
    (level("any", BUDGET, TREASURY, HEALTH, approvals=2), level("unit", DIRECTOR, clause="C-1")),
    (level("unit", DIRECTOR, days=1, escalate_role="department.reviewer"),),
)
PEOPLE = (
    "clerk",
    "clerk-two",
    "director",
    "reviewer",
    "budget-a",
    "budget-b",
    "treasurer",
    "officer-a",
    "spare",
)
people = st.sampled_from(PEOPLE)
nth = st.integers(0, 5)
papers = st.sampled_from(["p", "q", "r"])
steps = st.one_of(
    st.builds(lambda *parts: ("submit", *parts), papers, st.sampled_from(LEVELS), st.booleans()),
    *(
        [
            st.tuples(
                st.just("say"),
                st.sampled_from(
                    [
                        m.ApproveCase,
                        m.ApproveCase,
                        m.ApproveCase,
                        m.RejectCase,
                        m.AskCase,
                        m.AnswerCase,
                        m.ReturnCase,
                        m.WithdrawCase,
                    ]
                ),
                nth,
            )
        ]
        * 5
    ),
    *([st.tuples(st.just("approve"), nth, nth)] * 6),
    st.tuples(st.just("verb"), st.sampled_from(["pass", "ask", "return", "close"]), nth),
    st.tuples(st.just("hand over"), people, nth),
    st.tuples(st.just("all work"), people, people),
    st.tuples(
        st.just("person"),
        st.sampled_from([im.ClosePerson, im.FreezePerson, im.UnfreezePerson]),
        st.sampled_from(["clerk", "director", "spare"]),
    ),
    st.tuples(st.just("wait"), st.integers(1, 4), nth),
)
histories = st.lists(st.tuples(steps, people), min_size=15, max_size=50)
WORDS = {
    m.RejectCase: {"reason": "r"},
    m.AskCase: {"question": "q"},
    m.AnswerCase: {"text": "t"},
    m.ReturnCase: {"reason": "r"},
    m.WithdrawCase: {"reason": "r"},
}


def copy():
    office = Office.__new__(Office)
    office.scene = type(BASE.scene)(BASE.scene.modules)
    office.scene.memory.records.update(BASE.scene.memory.records)
    office.scene.memory.index.update(BASE.scene.memory.index)
    return office


def step(office, what, first, second, third, by):
    """Return the events of one step, () for one that finds nothing to be about."""
    scene = office.scene
    cases, tasks = sorted(scene.records(Case)), sorted(scene.records(Task))
    match what:
        case "submit":
            submit = Submit(paper=first, levels=second, hidden=third)
            return scene.do(submit, who("clerk"))
        case "say" if cases:
            return office.say(first, cases[-1 - second % len(cases)], by, **WORDS.get(first, {}))
        case "approve" if cases:
            case = cases[-1 - first % len(cases)]
            able = [p for p in PEOPLE if has_review(office, case, p)] or ["clerk"]
            return office.say(m.ApproveCase, case, able[second % len(able)])
        case "verb" if cases:
            return scene.do(Act(verb=first, of=cases[-1 - second % len(cases)]), who("clerk-two"))
        case "hand over" if tasks:
            task = tasks[-1 - second % len(tasks)]
            return scene.do(m.HandOverTask(task=task, to=first, reason="r"), who(by))
        case "all work":
            return scene.do(m.HandOverWork(person=first, to=second, reason="r"), who("officer-a"))
        case "person":
            return scene.do(first(person=second, reason="r"), who("officer-a"))
        case "wait":
            day = day_of(scene.time_ms + first * MS_PER_DAY, SETTING.offset_s)
            return [event for events in scene.pass_to(iso(day)) for event in events]
    return ()


def has_review(office, case, person):
    holders = (f"person:{person}", f"post:{who(person).post}")
    tasks = [office.scene.ledger.require(Task, task) for task in office.case(case).tasks]
    return any(task.task_kind == "review" and task.holder in holders for task in tasks)


def play(office, history):
    accepted = []
    for (what, first, second, *third), by in history:
        try:
            accepted += step(office, what, first, second, third[0] if third else None, by)
        except OurFault as fault:
            raise AssertionError((what, first, second)) from fault
        except Refusal:
            continue
    return accepted


@settings(max_examples=80, deadline=None)
@given(histories)
def test_any_history_keeps_the_truths_and_is_replayed_from_its_events(history):
    office = copy()
    accepted = play(office, history)
    assert office.scene.breaches() == []

    again = Memory()
    again.records.update(BASE.scene.memory.records)
    again.index.update(BASE.scene.memory.index)
    layer = Ledger(BASE.scene.modules, again)
    for event in accepted:
        layer.apply(event)
    again.take(layer)
    assert again.records == office.scene.memory.records
    assert again.index == office.scene.memory.index


@settings(max_examples=80, deadline=None)
@given(histories)
def test_who_decided_had_neither_submitted_nor_decided_and_rights_end_with_tasks(history):
    office = copy()
    accepted = play(office, history)
    given_ = [event.grant for event in accepted if isinstance(event, GrantGiven)]
    tasks = {task.grant: task for task in office.scene.records(Task).values() if task.grant}
    for grant in given_:
        ended = office.scene.memory.records[f"identity/grant/{grant}"].ended
        assert (ended is None) == (tasks[grant].outcome is None)
    for case in office.scene.records(Case).values():
        for decision in case.decisions:
            if decision.answer in ("approve", "reject", "return"):
                assert decision.person not in case.submitters
        assert len({d.person for d in case.approvals()}) == len(case.approvals())
    person = office.scene.memory.records["identity/person/clerk"]
    if person.state == "closed":
        assert office.tasks("person:clerk") == []


UNIT = level("unit", DIRECTOR)
CASE = Case(
    subject=about("p"),
    organisation="hospital",
    submitters=("clerk",),
    submitter_post="hospital.clerk",
    levels=(UNIT,),
    opened_ms=1,
)
APPROVED = e.Decision(position=0, answer="approve", at_ms=1, person="director", desk=0)
TASK = Task(task_kind="review", holder="person:a", organisation="o", subject_key="k", since_ms=1)
FOLLOW = Follow(about="k", since_ms=1, by="a")
IMPOSSIBLE = [
    ("stands_at_a_level", replace(CASE, position=1)),
    ("stands_at_a_level", replace(CASE, levels=(level("none"),))),
    ("approved_only_when_passed", replace(CASE, state="approved")),
    (
        "approved_only_when_passed",
        replace(CASE, state="approved", decisions=(APPROVED,), levels=(UNIT, UNIT)),
    ),
    (
        "nobody_approves_at_two_levels",
        replace(CASE, decisions=(APPROVED, replace(APPROVED, position=APPROVED.position + 1))),
    ),
    ("submitters_have_not_decided", replace(CASE, decisions=(replace(APPROVED, person="clerk"),))),
    ("a_case_that_is_over_has_no_tasks", replace(CASE, state="closed", tasks=("t",))),
    ("only_an_open_case_has_a_deadline", replace(CASE, state="asked", deadline_ms=1)),
    ("has_work", Work(count=0)),
    ("has_work", Work(count=1, hidden=2)),
    ("is_neither_empty_nor_too_long", WorkPage(tasks=())),
    ("is_neither_empty_nor_too_long", WorkPage(tasks=("a", "a"))),
    ("is_neither_empty_nor_too_long", WorkPage(tasks=tuple(str(n) for n in range(65)))),
    ("follows_a_bounded_number_once_each", Subscription(organisation="o", follows=())),
    (
        "follows_a_bounded_number_once_each",
        Subscription(organisation="o", follows=(FOLLOW, FOLLOW)),
    ),
    (
        "follows_a_bounded_number_once_each",
        Subscription(
            organisation="o", follows=tuple(replace(FOLLOW, about=str(n)) for n in range(41))
        ),
    ),
    ("has_a_bounded_number_of_followers", Followers(count=0)),
    ("has_a_bounded_number_of_followers", Followers(count=FOLLOWERS_MAX + 1)),
]


@pytest.mark.parametrize(("name", "record"), IMPOSSIBLE)
def test_each_invariant_can_fail(name, record):
    broken = [h.__name__ for h in PROCEDURE.invariants[type(record)] if not h(record)]
    assert broken == [name]


def test_every_invariant_is_shown_to_fail():
    names = [holds.__name__ for of in PROCEDURE.invariants.values() for holds in of]
    assert sorted(names) == sorted(dict.fromkeys(name for name, _ in IMPOSSIBLE))


def test_an_approval_of_one_s_own_is_stopped_at_the_event_whatever_a_rule_says():
    office = copy()
    case = office.submit("p")
    own = e.CaseDecided(case=case, decision=replace(APPROVED, person="clerk"))
    with pytest.raises(Exception, match="nobody_approves_what_he_submitted"):
        office.scene.ledger.apply(own)
    office.scene.ledger.apply(e.CaseDecided(case=case, decision=APPROVED))


@pytest.mark.parametrize(
    ("total", "key", "record"),
    [
        (invariants.work_is_counted, "procedure/work/person:a", Work(count=1)),
        (invariants.work_is_counted, "procedure/task/t", TASK),
        (invariants.tasks_stand_on_their_pages, "procedure/task/t", TASK),
        (
            invariants.tasks_stand_on_their_pages,
            "procedure/work_page/person:a.0",
            WorkPage(tasks=("t",)),
        ),
        (invariants.tasks_of_cases_are_listed, "procedure/task/t", replace(TASK, case="c")),
        (invariants.tasks_of_cases_are_listed, "procedure/case/c", replace(CASE, tasks=("t",))),
        (invariants.followers_are_counted, "procedure/followers/k", Followers(count=1)),
        (
            invariants.followers_are_counted,
            "procedure/subscription/a",
            Subscription(organisation="o", follows=(FOLLOW,)),
        ),
    ],
)
def test_each_total_can_fail(total, key, record):
    assert list(total(Memory({key: record}))) != []
