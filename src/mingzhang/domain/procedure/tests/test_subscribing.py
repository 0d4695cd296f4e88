"""Who is told of what: chosen by oneself or an administrator, by right, bounded, ended in time."""

import pytest

from mingzhang.domain.identity import messages as im
from mingzhang.domain.identity.tests.town import who
from mingzhang.domain.procedure import events as e
from mingzhang.domain.procedure import messages as m
from mingzhang.domain.procedure.errors import (
    FollowedAlready,
    NotOpen,
    TooManyFollowed,
    Unknown,
)
from mingzhang.domain.procedure.routing import NOTICE_KINDS
from mingzhang.domain.procedure.state import (
    FOLLOWERS_MAX,
    FOLLOWS_MAX,
    Follow,
    Followers,
    Subscription,
)
from mingzhang.domain.procedure.tests.desk import Office
from mingzhang.kernel.refusals import RightMissing

PAPER = "preparation/request/p"


@pytest.fixture
def office():
    found = Office()
    found.submit("p")
    return found


def follow(office, about=PAPER, by="clerk", person=None):
    return office.scene.do(m.SetSubscription(about=about, person=person), who(by))


def end(office, about=PAPER, by="clerk", person=None):
    return office.scene.do(m.EndSubscription(about=about, person=person), who(by))


def followed(office):
    found = office.scene.records(Subscription)
    return {name: [each.about for each in of.follows] for name, of in found.items()}


def followers(office):
    return {key: each.count for key, each in office.scene.records(Followers).items()}


def test_one_follows_a_record_and_a_kind_of_notice_until_one_ends_it(office):
    follow(office)
    follow(office, "level_overdue")
    follow(office, by="clerk-two")
    assert followed(office) == {"clerk": [PAPER, "level_overdue"], "clerk-two": [PAPER]}
    assert followers(office) == {PAPER: 2}
    end(office)
    end(office, by="clerk-two")
    assert followed(office) == {"clerk": ["level_overdue"]}
    assert followers(office) == {}
    assert office.scene.breaches() == []


def test_a_case_may_be_followed_by_a_department_over_the_unit(office):
    case = office.submit("q")
    follow(office, f"procedure/case/{case}", by="reviewer")
    assert followed(office) == {"reviewer": [f"procedure/case/{case}"]}


def test_what_one_may_not_read_cannot_be_followed(office):
    with pytest.raises(RightMissing) as caught:
        follow(office, by="teacher")
    assert caught.value.right == "read.restricted.preparation_requests"
    assert followed(office) == {}


def test_an_administrator_chooses_for_a_member_as_far_as_the_member_may_read(office):
    follow(office, person="clerk", by="officer-a")
    (chosen,) = office.scene.ledger.require(Subscription, "clerk").follows
    assert chosen.by == "officer-a"
    with pytest.raises(RightMissing):
        follow(office, person="spare", by="officer-a")  # holds no post: reads nothing
    end(office, person="clerk", by="guard")  # the department's officer reaches the hospital
    assert followed(office) == {}


def test_nobody_chooses_or_ends_for_another_institution_s_member_or_without_the_right(office):
    follow(office)
    for person, by in (("nurse", "officer-a"), ("clerk-two", "clerk")):
        with pytest.raises(RightMissing) as caught:
            follow(office, "level_overdue", person=person, by=by)
        assert caught.value.right == "procedure.work.hand_over"
    with pytest.raises(RightMissing):
        end(office, person="clerk", by="nurse")
    assert followed(office) == {"clerk": [PAPER]}


@pytest.mark.parametrize(
    "about",
    ["preparation/request/none", "identity/person/clerk", "level_unheard_of", "no/such/record"],
)
def test_what_is_not_there_or_is_no_subject_cannot_be_followed(office, about):
    with pytest.raises(Unknown) as caught:
        follow(office, about)
    assert caught.value.facts() == {"what": "subject", "id": about}


def test_unknown_persons_and_subscriptions_that_are_not_there_are_named(office):
    with pytest.raises(Unknown) as caught:
        follow(office, person="nobody", by="officer-a")
    assert caught.value.facts() == {"what": "person", "id": "nobody"}
    with pytest.raises(Unknown) as caught:
        end(office)
    assert caught.value.facts() == {"what": "subscription", "id": PAPER}


def test_nothing_is_followed_twice(office):
    follow(office)
    with pytest.raises(FollowedAlready):
        follow(office)
    with pytest.raises(FollowedAlready):
        follow(office, person="clerk", by="officer-a")
    assert followers(office) == {PAPER: 1}


def test_a_person_follows_no_more_than_the_bound_which_the_refusal_says(office):
    for kind in NOTICE_KINDS:
        follow(office, kind)
    for number in range(FOLLOWS_MAX - len(NOTICE_KINDS)):
        office.submit(f"n{number}")
        follow(office, f"preparation/request/n{number}")
    with pytest.raises(TooManyFollowed) as caught:
        follow(office)
    assert caught.value.facts() == {"what": "person", "id": "clerk", "limit": FOLLOWS_MAX}
    end(office, NOTICE_KINDS[0])
    follow(office)
    assert office.scene.breaches() == []


def test_a_record_has_no_more_followers_than_the_bound_which_the_refusal_says(office):
    chosen = Follow(about=PAPER, since_ms=1, by="x")
    for number in range(FOLLOWERS_MAX):
        key = Subscription.key(f"x{number}")
        office.scene.memory.records[key] = Subscription(organisation="x", follows=(chosen,))
    office.scene.memory.records[Followers.key(PAPER)] = Followers(count=FOLLOWERS_MAX)
    with pytest.raises(TooManyFollowed) as caught:
        follow(office)
    assert caught.value.facts() == {"what": "record", "id": PAPER, "limit": FOLLOWERS_MAX}
    assert office.scene.breaches() == []


@pytest.mark.parametrize("leave", [im.ClosePerson, im.FreezePerson])
def test_who_leaves_or_is_suspended_follows_nothing_from_that_block_on(office, leave):
    follow(office, by="clerk-two")
    follow(office, "level_overdue", by="clerk-two")
    events = office.scene.do(leave(person="clerk-two", reason="r"), who("officer-a"))
    (ended,) = [each for each in events if isinstance(each, e.SubscriptionEnded)]
    assert ended.about == (PAPER, "level_overdue")
    assert (followed(office), followers(office)) == ({}, {})
    with pytest.raises(NotOpen):
        follow(office, person="clerk-two", by="officer-a")
    assert office.scene.breaches() == []


def test_an_audit_finds_a_leaver_who_still_follows(office):
    follow(office)
    kept = office.scene.ledger.require(Subscription, "clerk")
    office.scene.do(im.FreezePerson(person="clerk", reason="r"), who("officer-a"))
    office.scene.memory.records[Subscription.key("clerk")] = kept
    assert "clerk has left and still follows" in office.scene.breaches()
