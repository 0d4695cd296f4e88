"""Work never stays behind: hand-over of tasks and of everything; no leaver with open work."""

import pytest

from mingzhang.domain.identity import messages as im
from mingzhang.domain.identity.events import GrantsMoved
from mingzhang.domain.identity.state import Grant, Held
from mingzhang.domain.identity.tests.town import who
from mingzhang.domain.procedure import events as e
from mingzhang.domain.procedure import messages as m
from mingzhang.domain.procedure.errors import (
    NotAssigned,
    NotOpen,
    OwnSubmission,
    PersonHasOpenWork,
    PostHasOpenWork,
    ReceiverUnfit,
    Unknown,
)
from mingzhang.domain.procedure.state import Notice, Task, Work, WorkPage
from mingzhang.domain.procedure.tests.desk import DIRECTOR, Office, level
from mingzhang.kernel.calendar import MS_PER_DAY
from mingzhang.kernel.refusals import RightMissing
from tests.scene import only

NOWHERE = "00000000-0000-7000-8000-000000000000"
UNIT = level("unit", DIRECTOR)


@pytest.fixture
def office():
    return Office()


def hand_over(office, task, to, by):
    command = m.HandOverTask(task=task, to=to, reason="busy")
    return office.scene.do(command, who(by))


def all_work(office, person="director", to="spare", by="officer-a"):
    command = m.HandOverWork(person=person, to=to, reason="leave")
    return office.scene.do(command, who(by))


def close(office, person="director", by="officer-a"):
    return office.scene.do(im.ClosePerson(person=person, reason="left"), who(by))


def test_a_task_goes_to_a_colleague_with_the_right_it_needs(office):
    case = office.submit("p", UNIT)
    (task,) = office.tasks("post:hospital.director")
    hand_over(office, task, "officer-b", "director")
    assert office.tasks("person:officer-b") == [task]
    with pytest.raises(NotAssigned):
        office.say(m.ApproveCase, case, "director")
    office.say(m.ApproveCase, case, "officer-b")  # no role of his has procedure.case
    grant = office.scene.ledger.require(Grant, office.scene.ledger.require(Task, task).grant)
    assert (grant.grantee, grant.ended) == ("person:officer-b", "task ended")
    with pytest.raises(NotOpen):
        hand_over(office, task, "accountant", "officer-b")
    assert office.scene.breaches() == []


def test_a_task_is_handed_over_by_its_holder_or_by_who_may(office):
    office.submit("p", UNIT)
    (task,) = office.tasks("post:hospital.director")
    with pytest.raises(RightMissing):
        hand_over(office, task, "accountant", "clerk-two")
    hand_over(office, task, "accountant", "officer-a")
    with pytest.raises(RightMissing):
        hand_over(office, task, "accountant", "nurse")


def test_a_receiver_is_fit_or_named_with_the_reason(office):
    office.submit("p", UNIT)
    office.scene.do(im.FreezePerson(person="accountant", reason="r"), who("officer-a"))
    (task,) = office.tasks("post:hospital.director")
    with pytest.raises(Unknown):
        hand_over(office, task, "nobody", "director")
    with pytest.raises(Unknown):
        hand_over(office, NOWHERE, "spare", "director")
    with pytest.raises(OwnSubmission):
        hand_over(office, task, "clerk", "director")
    for to, reason in (("accountant", "not_active"), ("nurse", "other_organisation")):
        with pytest.raises(ReceiverUnfit) as caught:
            hand_over(office, task, to, "director")
        assert caught.value.facts() == {"person": to, "task": task, "reason": reason}
    hand_over(office, task, "spare", "director")
    with pytest.raises(ReceiverUnfit) as caught:
        hand_over(office, task, "spare", "officer-a")
    assert caught.value.reason == "has_it_already"
    with pytest.raises(ReceiverUnfit) as caught:
        all_work(office, to="director")
    assert caught.value.reason == "same_person"


def test_a_person_with_open_work_cannot_be_closed_until_it_is_handed_over(office):
    for number in range(3):
        office.submit(f"p{number}", UNIT, hidden=number == 1)
    with pytest.raises(PersonHasOpenWork) as caught:
        close(office)
    assert caught.value.facts() == {"person": "director", "count": 3, "hidden": 1}
    handed = only(all_work(office), e.WorkHandedOver)
    assert (len(handed.tasks), handed.hidden) == (3, 1)
    events = close(office)
    assert "identity.person_closed" in str([type(x).__struct_config__.tag for x in events])
    assert office.tasks("post:hospital.director") == []
    assert len(office.tasks("person:spare")) == 3
    assert office.scene.breaches() == []


def test_work_of_a_post_that_another_one_holds_too_stays_there(office):
    office.scene.do(im.AssignPost(person="spare", post="hospital.director"), who("officer-a"))
    office.submit("p", UNIT)
    assert all_work(office, to="accountant") == ()
    close(office)
    with pytest.raises(PersonHasOpenWork):
        close(office, "spare")


def test_a_frozen_colleague_does_not_count_as_a_holder(office):
    office.scene.do(im.AssignPost(person="spare", post="hospital.director"), who("officer-a"))
    office.submit("p", UNIT)
    office.scene.do(im.FreezePerson(person="spare", reason="r"), who("officer-a"))
    with pytest.raises(PersonHasOpenWork):
        close(office)


def test_work_of_one_s_own_counts_too(office):
    case = office.submit("p", UNIT)
    office.say(m.AskCase, case, "director", question="q")
    with pytest.raises(PersonHasOpenWork) as caught:
        close(office, "clerk")
    assert caught.value.count == 1
    all_work(office, "clerk", "clerk-two")
    close(office, "clerk")
    office.say(m.AnswerCase, case, "clerk-two", text="t")


def test_a_post_with_work_is_not_left_empty_by_hand(office):
    office.submit("p", UNIT)
    release = im.ReleasePost(person="director", post="hospital.director", reason="r")
    with pytest.raises(PostHasOpenWork) as caught:
        office.scene.do(release, who("officer-a"))
    assert caught.value.facts() == {"post": "hospital.director", "count": 1}
    all_work(office)
    office.scene.do(release, who("officer-a"))


def test_a_term_that_ends_over_open_work_tells_the_organisation(office):
    release = im.ReleasePost(person="director", post="hospital.director", reason="r")
    office.scene.do(release, who("officer-a"))
    until_ms = office.scene.time_ms + MS_PER_DAY
    assign = im.AssignPost(person="spare", post="hospital.director", until_ms=until_ms)
    office.scene.do(assign, who("officer-a"))
    office.submit("p", UNIT)
    office.scene.pass_to("2026-03-04")
    (notice,) = office.scene.records(Notice).values()
    assert (notice.notice_kind, notice.organisation) == ("work_without_holder", "hospital")
    assert notice.must_acknowledge


def test_all_work_needs_the_right_over_the_person_s_organisation(office):
    office.submit("p", UNIT)
    for by in ("clerk", "nurse", "guard"):
        if by == "guard":
            all_work(office, by=by)  # the department's officer reaches the hospital
        else:
            with pytest.raises(RightMissing):
                all_work(office, by=by)


def test_hundreds_of_tasks_move_in_one_command_page_by_page(office):
    for number in range(130):  # 64 + 64 + 2
        office.submit(f"p{number}", UNIT)
    events = all_work(office)
    moved = [event for event in events if isinstance(event, e.WorkHandedOver)]
    assert [len(event.tasks) for event in moved] == [2, 64, 64]
    ledger = office.scene.ledger
    assert ledger.find(Work, "post:hospital.director") is None
    assert ledger.require(Work, "person:spare").count == 130
    assert ledger.find(WorkPage, "post:hospital.director.0") is None
    assert office.scene.breaches() == []


def test_tasks_of_several_kinds_move_together_or_not_at_all(office):
    office.submit("p", UNIT)
    (task,) = office.tasks("post:hospital.director")
    hand_over(office, task, "spare", "director")
    office.act("assign", "person:spare", "hospital")
    with pytest.raises(ReceiverUnfit):
        all_work(office, person="spare", to="nurse")
    all_work(office, person="spare", to="accountant")
    assert len(office.tasks("person:accountant")) == 2


def test_a_finished_task_is_left_alone_and_an_unknown_one_named(office):
    office.act("assign", "person:spare", "hospital")
    (task,) = office.tasks("person:spare")
    assert [type(x) for x in office.act("finish", task)] == [e.TaskFinished]
    assert office.act("finish", task) == ()
    with pytest.raises(Unknown):
        office.act("finish", NOWHERE)


def test_a_right_on_a_project_follows_its_task_and_its_list(office):
    office.act("engage", "person:spare", "hospital")
    (task,) = office.tasks("person:spare")
    grant = office.scene.ledger.require(Task, task).grant
    assert office.scene.ledger.require(Held, "person:spare").grants == (grant,)
    events = all_work(office, "spare", "accountant")
    assert only(events, GrantsMoved).grants == (grant,)
    assert office.scene.ledger.find(Held, "person:spare") is None
    assert office.scene.ledger.require(Held, "person:accountant").grants == (grant,)
    office.act("finish", task)
    assert office.scene.ledger.find(Held, "person:accountant") is None
    assert office.scene.breaches() == []


def test_work_without_rights_moves_no_grants(office):
    office.act("assign", "person:spare", "hospital")
    assert [type(event) for event in all_work(office, "spare", "accountant")] == [e.WorkHandedOver]
