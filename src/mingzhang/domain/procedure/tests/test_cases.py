"""Cases travel through their levels; every refusal in order of precedence."""

import pytest

from mingzhang.domain.identity import messages as im
from mingzhang.domain.identity.state import Grant
from mingzhang.domain.identity.tests.town import who
from mingzhang.domain.procedure import errors
from mingzhang.domain.procedure import events as e
from mingzhang.domain.procedure import messages as m
from mingzhang.domain.procedure.errors import (
    AlreadyDecided,
    AlreadyReviewed,
    CaseStillOpen,
    LevelImpossible,
    NotAddressed,
    NotAssigned,
    NotOpen,
    OtherSubject,
    OwnSubmission,
    RoutedNowhere,
    TooManyRounds,
    Unknown,
)
from mingzhang.domain.procedure.routing import Desk
from mingzhang.domain.procedure.state import Notice, Task
from mingzhang.domain.procedure.tests.desk import (
    BUDGET,
    DIRECTOR,
    HEALTH,
    THREE,
    TREASURY,
    Office,
    Submit,
    level,
)
from mingzhang.kernel.refusals import Refusal, RightMissing, Stale, Unseen
from tests.scene import Who, only

NOWHERE = "00000000-0000-7000-8000-000000000000"
KEY = "preparation/request/p"
OTHER_KEY = "preparation/request/q"


@pytest.fixture
def office():
    return Office()


def kinds(events):
    return [type(event).__name__ for event in events]


def notices(office, kind):
    found = office.scene.records(Notice).values()
    return [(n.organisation, n.person) for n in found if n.notice_kind == kind]


def test_a_paper_passes_three_levels_and_its_room_follows(office):
    case = office.submit("p")
    for person, position in (("director", 1), ("reviewer", 2)):
        events = office.say(m.ApproveCase, case, person)
        reached = only(events, e.LevelReached)
        assert (reached.position, reached.level) == (position, THREE[position].name)
        assert office.paper("p") == "submitted"
    events = office.say(m.ApproveCase, case, "budget-a", reason="within the ceiling")
    assert only(events, e.CaseApproved).subject.id == "p"
    assert office.paper("p") == "approved"
    assert [d.person for d in office.case(case).decisions] == ["director", "reviewer", "budget-a"]
    assert notices(office, "case_approved") == [("hospital", "")]
    assert office.scene.breaches() == []


def open_case(office):
    return office.submit("p")


def asked(office):
    case = office.submit("p")
    office.say(m.AskCase, case, "director", question="which beds?")
    return case


def reviewed(office):
    case = office.submit("p")
    office.say(m.ApproveCase, case, "director")
    return case


def done(office):
    case = office.submit("p")
    office.say(m.RejectCase, case, "director", reason="no")
    return case


def two_of_three(office):
    case = office.submit("p", level("both", BUDGET, DIRECTOR, approvals=2))
    office.say(m.ApproveCase, case, "budget-a")
    return case


def asked_twelve_times(office):
    case = office.submit("p")
    for _ in range(12):
        office.say(m.AskCase, case, "director", question="and?")
        office.say(m.AnswerCase, case, "clerk", text="so")
    return case


REFUSED = [
    (
        open_case,
        m.ApproveCase,
        "clerk",
        {"case": NOWHERE, "subject": OTHER_KEY},
        Unknown("case", NOWHERE),
    ),
    (open_case, m.AnswerCase, "nurse", {"case": NOWHERE, "text": "t"}, Unknown("case", NOWHERE)),
    (
        open_case,
        m.AddComment,
        "nurse",
        {"text": "t", "mentions": ("nobody",)},
        Unknown("person", "nobody"),
    ),
    (done, m.ApproveCase, "clerk", {"subject": OTHER_KEY}, NotOpen("case", "", "rejected")),
    (
        asked,
        m.RejectCase,
        "clerk",
        {"subject": OTHER_KEY, "reason": "r"},
        NotOpen("case", "", "asked"),
    ),
    (open_case, m.AnswerCase, "nurse", {"text": "t"}, NotOpen("case", "", "open")),
    (done, m.WithdrawCase, "nurse", {"reason": "r"}, NotOpen("case", "", "rejected")),
    (open_case, m.ApproveCase, "clerk", {"subject": OTHER_KEY}, OtherSubject(KEY)),
    (open_case, m.ApproveCase, "clerk", {}, OwnSubmission("clerk")),
    (open_case, m.RejectCase, "clerk", {"reason": "r"}, OwnSubmission("clerk")),
    (open_case, m.AskCase, "clerk", {"question": "q"}, OwnSubmission("clerk")),
    (open_case, m.ReturnCase, "clerk", {"reason": "r"}, OwnSubmission("clerk")),
    (
        open_case,
        m.ApproveCase,
        "reviewer",
        {},
        NotAssigned("", ("post:hospital.director@hospital",)),
    ),
    (
        open_case,
        m.ReturnCase,
        "budget-a",
        {"reason": "r"},
        NotAssigned("", ("post:hospital.director@hospital",)),
    ),
    (asked, m.AnswerCase, "director", {"text": "t"}, NotAssigned("", ("person:clerk@hospital",))),
    (open_case, m.WithdrawCase, "clerk-two", {"reason": "r"}, NotAssigned("", ("clerk",))),
    (two_of_three, m.ApproveCase, "budget-a", {}, AlreadyDecided("budget-a")),
    (reviewed, m.WithdrawCase, "clerk", {"reason": "r"}, AlreadyReviewed("")),
    (asked_twelve_times, m.AskCase, "director", {"question": "q"}, TooManyRounds(12)),
    (open_case, m.AddComment, "nurse", {"text": "t"}, NotAddressed("hospital")),
]


@pytest.mark.parametrize(("history", "command", "by", "body", "refusal"), REFUSED)
def test_refused(office, history, command, by, body, refusal):
    case = history(office)
    seen = {**office.seen(case), f"procedure/case/{NOWHERE}": None, OTHER_KEY: None}
    body = {"case": case, **body}
    if "subject" in command.__struct_fields__ and "subject" not in body:
        body["subject"] = KEY
    before = dict(office.scene.memory.records)
    with pytest.raises(type(refusal)) as caught:
        office.scene.do(command(**body), who(by), seen)
    facts = caught.value.facts()
    wanted = refusal.facts()
    for name in ("id", "case"):
        if wanted.get(name) == "":
            wanted[name] = case
    assert facts == wanted
    assert office.scene.memory.records == before


def test_rows_follow_precedence_and_the_others_have_tests_of_their_own():
    declared = [
        c.code
        for c in vars(errors).values()
        if isinstance(c, type) and issubclass(c, Refusal) and c is not Refusal
    ]
    elsewhere = ["PRO-09", "PRO-10", "PRO-11", "PRO-12", "PRO-14", "PRO-15", "PRO-16", "PRO-17"]
    in_table = list(dict.fromkeys(row[4].code for row in REFUSED))
    assert in_table == [code for code in declared if code not in elsewhere]


def test_own_submission_names_the_clause(office):
    case = office.submit("p")
    with pytest.raises(OwnSubmission) as caught:
        office.say(m.ApproveCase, case, "clerk")
    assert caught.value.facts() == {"person": "clerk", "clause": "R02"}


@pytest.mark.parametrize("missing", [0, 1])
def test_an_approval_names_case_and_subject_that_were_seen(office, missing):
    case = office.submit("p")
    seen = office.seen(case)
    key = list(seen)[missing]
    del seen[key]
    command = m.ApproveCase(case=case, subject=KEY)
    with pytest.raises(Unseen) as caught:
        office.scene.do(command, who("director"), seen)
    assert caught.value.key == key


def test_an_approval_of_what_has_changed_is_stale(office):
    case = office.submit("p")
    seen = office.seen(case)
    office.say(m.AskCase, case, "director", question="why?")
    office.say(m.AnswerCase, case, "clerk", text="because")
    with pytest.raises(Stale):
        office.scene.do(m.ApproveCase(case=case, subject=KEY), who("director"), seen)
    office.say(m.ApproveCase, case, "director")


def test_who_lacks_role_and_task_is_told_so_by_the_gate(office):
    case = office.submit("p")
    with pytest.raises(RightMissing):
        office.say(m.ApproveCase, case, "teller")


def test_a_task_gives_its_holder_the_right_and_takes_it_away(office):
    case = office.submit("p", level("bank", Desk(organisation="bank", role="agent_bank.operator")))
    (task,) = office.tasks("post:bank.operator")
    grant = office.scene.ledger.require(Task, task).grant
    office.say(m.ApproveCase, case, "teller")
    assert office.case(case).state == "approved"
    assert office.scene.ledger.require(Grant, grant).ended == "task ended"
    other = office.submit("q", level("unit", DIRECTOR))
    with pytest.raises(RightMissing):
        office.say(m.ApproveCase, other, "teller")


def test_two_departments_count_only_with_both(office):
    case = office.submit("p", level("both", BUDGET, HEALTH, approvals=2, organisations=2))
    office.say(m.ApproveCase, case, "budget-a")
    assert office.case(case).state == "open"
    office.say(m.ApproveCase, case, "budget-b")  # two persons, but one department
    assert office.case(case).state == "open"
    office.say(m.ApproveCase, case, "reviewer")
    assert office.case(case).state == "approved"


def test_k_of_n_are_k_persons_through_procedure(office):
    case = office.submit("p", level("three", BUDGET, TREASURY, HEALTH, approvals=2))
    events = office.say(m.ApproveCase, case, "treasurer")
    assert kinds(events) == ["CaseDecided"]
    events = office.say(m.ApproveCase, case, "budget-b")
    assert "CaseApproved" in kinds(events)
    assert office.scene.breaches() == []


def test_who_has_approved_at_a_level_does_not_pass_the_next_by_another_post(office):
    post = im.AssignPost(person="director", post="health.reviewer")
    office.scene.do(post, who("guard"))  # the department's own security officer
    case = office.submit("p", *THREE[:2])
    office.say(m.ApproveCase, case, "director", reason="as director")
    approval = m.ApproveCase(case=case, subject=office.case(case).subject.key, reason="as health")
    with pytest.raises(AlreadyDecided) as refused:
        office.scene.do(approval, Who("director", "health", "health.reviewer"), office.seen(case))
    assert refused.value.person == "director"
    office.say(m.ApproveCase, case, "reviewer")
    assert office.case(case).state == "approved"


def test_asked_answered_and_begun_anew(office):
    case = office.submit("p", level("both", BUDGET, HEALTH, approvals=2, days=5))
    office.say(m.ApproveCase, case, "budget-a")
    office.say(m.AskCase, case, "reviewer", question="basis of the ICU list?", clause="K-3")
    assert office.case(case).deadline_ms is None
    assert office.tasks("person:clerk") != []
    assert notices(office, "case_asked") == [("hospital", "")]
    answered = only(
        office.say(m.AnswerCase, case, "clerk", text="attached", documents=("ab" * 32,)),
        e.CaseAnswered,
    )
    assert office.tasks("person:clerk") == []
    assert answered.deadline_ms == office.case(case).deadline_ms
    assert office.case(case).approvals() == []  # of what was there before the answer
    office.say(m.ApproveCase, case, "budget-a")
    office.say(m.ApproveCase, case, "reviewer")
    assert office.case(case).state == "approved"
    assert office.scene.breaches() == []


def test_a_returned_paper_comes_back_as_a_new_case_that_names_the_old(office):
    case = office.submit("p")
    office.say(m.ReturnCase, case, "director", reason="split line 2")
    assert office.paper("p") == "returned"
    (revise,) = office.tasks("person:clerk")
    assert office.scene.ledger.require(Task, revise).task_kind == "revise"
    new = office.submit("p")
    assert office.case(new).previous == case
    assert office.case(case).state == "closed"
    assert office.tasks("person:clerk") == []
    assert office.case(new).subject.version == 2
    assert office.scene.breaches() == []


def test_a_paper_is_before_its_reviewers_once(office):
    case = office.submit("p")
    with pytest.raises(CaseStillOpen) as caught:
        office.submit("p")
    assert caught.value.case == case
    office.say(m.WithdrawCase, case, "clerk", reason="error found")
    assert office.paper("p") == "withdrawn"
    office.submit("p")


def test_a_question_by_contract_does_not_stop_a_withdrawal(office):
    case = office.submit("p")
    office.act("ask", case)
    office.say(m.WithdrawCase, case, "clerk", reason="r")
    assert office.case(case).state == "withdrawn"
    assert office.scene.breaches() == []


@pytest.mark.parametrize(
    "wrong",
    [
        (),
        (level("none"),),
        (level("k", DIRECTOR, approvals=0),),
        (level("k", DIRECTOR, approvals=17),),
        (level("k", DIRECTOR, approvals=2, organisations=2),),
        (level("k", DIRECTOR, HEALTH, approvals=1, organisations=2),),
        (level("k", DIRECTOR, days=251),),
        (level("k", DIRECTOR, days=-1),),
        THREE * 5,
    ],
)
def test_levels_that_nobody_could_pass_are_refused(office, wrong):
    with pytest.raises(LevelImpossible):
        office.scene.do(Submit(paper="p", levels=wrong), who("clerk"))


@pytest.mark.parametrize(
    "desk",
    [Desk(organisation="hospital", role="drc.reviewer"), Desk(organisation="x", role="unit.clerk")],
)
def test_a_level_without_a_post_fails_closed_and_names_what_is_missing(office, desk):
    with pytest.raises(RoutedNowhere) as caught:
        office.submit("p", level("k", desk))
    assert caught.value.facts() == {"organisation": desk.organisation, "role": desk.role}


def test_an_unknown_organisation_of_a_later_level_is_named_at_once(office):
    later = level("later", Desk(organisation="x", role="unit.clerk"))
    with pytest.raises(RoutedNowhere):
        office.submit("p", level("unit", DIRECTOR), later)


def test_an_acknowledged_notice_leaves_nothing_on_the_agenda(office):
    office.act("notify", "hospital")
    (notice,) = office.scene.records(Notice)
    office.scene.do(m.AcknowledgeNotice(notice=notice), who("director"))
    assert office.scene.pass_to("2026-05-01") == []


def test_a_contract_passes_levels_by_a_clause(office):
    case = office.submit("p", level("unit", DIRECTOR, clause="A-1"), level("department", HEALTH))
    assert office.case(case).position == 1
    assert office.tasks("post:hospital.director") == []
    office.act("pass", case)
    assert office.case(case).state == "approved"
    assert [d.clause for d in office.case(case).decisions] == ["A-1", "P-1"]
    everything = office.submit("q", level("unit", DIRECTOR, clause="A-1"))
    assert office.case(everything).state == "approved"
    assert office.paper("q") == "approved"
    assert office.scene.breaches() == []


@pytest.mark.parametrize(
    ("verb", "state", "paper"),
    [
        ("reject", "rejected", "rejected"),
        ("return", "returned", "returned"),
        ("ask", "asked", "submitted"),
        ("close", "closed", "closed"),
    ],
)
def test_a_contract_decides_by_verbs(office, verb, state, paper):
    case = office.submit("p", level("unit", DIRECTOR, days=3))
    office.act(verb, case)
    assert office.case(case).state == state
    assert office.paper("p") == paper
    assert office.scene.breaches() == []
    ran = office.scene.pass_to("2026-04-01")
    assert [event for events in ran for event in events if isinstance(event, e.CaseEscalated)] == []


@pytest.mark.parametrize("verb", ["pass", "reject", "return", "ask"])
def test_a_verb_refuses_a_case_that_is_not_open(office, verb):
    case = asked(office)
    with pytest.raises(NotOpen):
        office.act(verb, case)


def test_a_late_level_escalates_on_the_evening_of_the_last_working_day(office):
    # 2026-03-02 is a Monday; 03-09 a holiday of the town, so the 5th working day is 03-10.
    case = office.submit("p", level("unit", DIRECTOR, days=5, escalate_role="department.reviewer"))
    office.scene.pass_to("2026-03-10")
    assert office.case(case).escalated is False
    with pytest.raises(NotAssigned):
        office.say(m.ApproveCase, case, "reviewer")
    ran = office.scene.pass_to("2026-03-11")
    events = [event for events in ran for event in events]
    assert only(events, e.CaseEscalated).organisations == ("health",)
    assert sorted(notices(office, "level_overdue")) == [("health", ""), ("hospital", "")]
    office.say(m.ApproveCase, case, "reviewer")
    assert office.case(case).state == "approved"
    assert office.tasks("post:hospital.director") == []
    assert office.scene.breaches() == []


def test_an_escalated_level_still_counts_the_department_that_was_late(office):
    both = level(
        "both", HEALTH, BUDGET, approvals=2, organisations=2, days=1, escalate_role="unit.director"
    )
    case = office.submit("p", both)
    office.say(m.ApproveCase, case, "budget-a")
    office.scene.pass_to("2026-03-04")
    assert office.case(case).escalated
    office.say(m.ApproveCase, case, "reviewer")
    assert office.case(case).state == "approved"


def test_a_decision_in_time_leaves_nothing_on_the_agenda(office):
    case = office.submit("p", level("unit", DIRECTOR, days=1))
    office.say(m.ApproveCase, case, "director")
    assert office.scene.pass_to("2026-05-01") == []


def test_a_notice_is_acknowledged_by_who_it_is_for_or_goes_up(office):
    office.act("notify", "hospital")
    office.act("notify", "hospital")
    first, second = sorted(office.scene.records(Notice))
    with pytest.raises(NotAddressed):
        office.scene.do(m.AcknowledgeNotice(notice=first), who("nurse"))
    with pytest.raises(Unknown):
        office.scene.do(m.AcknowledgeNotice(notice=NOWHERE), who("clerk"))
    office.scene.do(m.AcknowledgeNotice(notice=first), who("director"))
    with pytest.raises(NotOpen):
        office.scene.do(m.AcknowledgeNotice(notice=first), who("clerk"))
    office.scene.pass_to("2026-03-06")
    ledger = office.scene.ledger
    assert ledger.require(Notice, first).acknowledged_by == "director"
    assert not ledger.require(Notice, first).overdue
    assert ledger.require(Notice, second).overdue
    assert notices(office, "notice_overdue") == [("health", "")]


def test_who_is_mentioned_gets_a_notice_of_his_own(office):
    case = office.submit("p")
    comment = m.AddComment(case=case, text="see 3", mentions=("reviewer", "reviewer"))
    office.scene.do(comment, who("director"))
    office.scene.do(m.AddComment(case=case, text="seen"), who("auditor"))
    assert notices(office, "mentioned") == [("health", "reviewer")]
    (notice,) = office.scene.records(Notice)
    with pytest.raises(NotAddressed):  # to the person, not to his organisation
        office.scene.do(m.AcknowledgeNotice(notice=notice), who("guard"))


def test_the_task_of_a_submitter_who_cannot_act_goes_to_his_post(office):
    case = office.submit("p")
    office.scene.do(im.FreezePerson(person="clerk", reason="r"), who("officer-a"))
    office.say(m.AskCase, case, "director", question="q")
    assert len(office.tasks("post:hospital.clerk")) == 1
    office.say(m.AnswerCase, case, "clerk-two", text="t")
    assert office.case(case).state == "open"
