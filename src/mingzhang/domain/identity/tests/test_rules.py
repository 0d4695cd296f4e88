"""Given a town, when a command, then events or the one refusal that takes precedence."""

import pytest

from mingzhang.domain.identity import errors
from mingzhang.domain.identity import events as e
from mingzhang.domain.identity import messages as m
from mingzhang.domain.identity.errors import (
    AlreadyExists,
    DutiesClash,
    GrantOver,
    KeyUnfit,
    MayNotGive,
    NotForOneself,
    NotFound,
    NotHeld,
    PersonNotActive,
    RoleNotHere,
    TermWrong,
    TooMany,
    UnitKindWrong,
)
from mingzhang.domain.identity.patterns import Names
from mingzhang.domain.identity.state import Grant, Held, Person, Post
from mingzhang.domain.identity.tests.keys import public_key
from mingzhang.domain.identity.tests.town import town, who
from mingzhang.kernel.calendar import MS_PER_DAY, parse_iso
from mingzhang.kernel.refusals import Refusal, RightMissing
from tests.scene import only

NAMES = Names(zh="新", en="New")
NOWHERE = "00000000-0000-7000-8000-000000000000"
DAY = MS_PER_DAY
NOW = 1_772_413_200_000  # 2026-03-02 09:00 in China


def give(person="clerk", right="execution.plan.set", until_ms=NOW + DAY, **more):
    return m.GiveGrant(
        **{
            "person": person,
            "right_given": right,
            "organisation": "hospital",
            "until_ms": until_ms,
            "reason": "absence",
            **more,
        }
    )


def delegate(person="accountant", rights=("execution.agreement.sign",), until_ms=NOW + DAY):
    return m.GiveDelegation(person=person, rights=rights, until_ms=until_ms, reason="leave")


def post(**more):
    return m.CreatePost(
        **{
            "id": "hospital.new",
            "organisation": "hospital",
            "titles": NAMES,
            "roles": ("unit.clerk",),
            **more,
        }
    )


def with_grant(scene):
    return only(scene.do(give(), who("officer-a")), e.GrantGiven).grant


# Rows go down the order of precedence; a row holds also faults of rows below it.
REFUSED = [
    (
        m.RegisterOrganisation(
            id="hospital", names=NAMES, organisation_kind="unit", parent="nowhere"
        ),
        "chief",
        NotFound(what="organisation", id="nowhere"),
    ),
    (m.AssignPost(person="nobody", post="nothing"), "officer-a", NotFound("post", "nothing")),
    (
        m.AssignPost(person="nobody", post="hospital.clerk", until_ms=1),
        "officer-a",
        NotFound("person", "nobody"),
    ),
    (m.ReleasePost(person="spare", post="x", reason="r"), "officer-a", NotFound("post", "x")),
    (post(roles=("no.role",), id="hospital.clerk"), "officer-a", NotFound("role", "no.role")),
    (
        m.ClosePerson(person="nobody", reason="r"),
        "officer-a",
        NotFound(what="person", id="nobody"),
    ),
    (
        m.RegisterPerson(id="clerk", names=NAMES, organisation="nowhere"),
        "chief",
        NotFound("organisation", "nowhere"),
    ),
    (m.RevokeKey(kid="A" * 43, reason="lost"), "officer-a", NotFound("key", "A" * 43)),
    (m.EndGrant(grant=NOWHERE, reason="r"), "officer-a", NotFound("grant", NOWHERE)),
    (m.EndDelegation(grant=NOWHERE, reason="r"), "clerk", NotFound("grant", NOWHERE)),
    (m.WithdrawProposal(proposal=NOWHERE), "officer-a", NotFound("proposal", NOWHERE)),
    (
        m.RegisterOrganisation(id="clinic", names=NAMES, organisation_kind="unit"),
        "officer-a",
        AlreadyExists(what="organisation", id="clinic"),
    ),
    (
        post(id="hospital.clerk", roles=("finance.budget",)),
        "officer-a",
        AlreadyExists("post", "hospital.clerk"),
    ),
    (
        m.RegisterPerson(id="clerk", names=NAMES, organisation="hospital"),
        "officer-a",
        AlreadyExists("person", "clerk"),
    ),
    (
        m.AssignPost(person="officer-a", post="hospital.clerk", until_ms=1),
        "officer-a",
        NotForOneself(person="officer-a"),
    ),
    (give(person="officer-a", until_ms=1), "officer-a", NotForOneself("officer-a")),
    (delegate(person="director", until_ms=1), "director", NotForOneself("director")),
    (m.FreezePerson(person="officer-a", reason="r"), "officer-a", NotForOneself("officer-a")),
    (m.ClosePerson(person="officer-a", reason="r"), "officer-a", NotForOneself("officer-a")),
    (
        m.UnfreezePerson(person="clerk", reason="r"),
        "officer-a",
        PersonNotActive(person="clerk", state="active"),
    ),
    (
        m.UnlockPerson(person="clerk", reason="r"),
        "officer-a",
        PersonNotActive(person="clerk", state="active"),
    ),
    (
        m.AssignPost(person="frozen", post="hospital.clerk", until_ms=1),
        "officer-a",
        PersonNotActive("frozen", "frozen"),
    ),
    (give(person="frozen", until_ms=1), "officer-a", PersonNotActive("frozen", "frozen")),
    (delegate(person="frozen", until_ms=1), "director", PersonNotActive("frozen", "frozen")),
    (m.LockPerson(person="frozen", reason="r"), "officer-a", PersonNotActive("frozen", "frozen")),
    (give(until_ms=NOW, right="funds.year.close"), "officer-a", TermWrong("until_ms", 1_096)),
    (give(until_ms=NOW + 1_097 * DAY), "officer-a", TermWrong("until_ms", 1_096)),
    (give(from_ms=NOW - DAY), "officer-a", TermWrong("from_ms", 1_096)),
    (
        delegate(until_ms=NOW + 93 * DAY, rights=("funds.year.close",)),
        "director",
        TermWrong("until_ms", 92),
    ),
    (
        m.SetCalendar(year=2027, holidays=(), workdays=(20_000,), source="s"),
        "chief",
        TermWrong("workdays", 366),  # day 20,000 is in 2024
    ),
    (m.AddKey(person="clerk", public_key="00" * 32, label="k"), "clerk", KeyUnfit("small_order")),
    (m.AddKey(person="clerk", public_key="ff" * 32, label="k"), "clerk", KeyUnfit("not_canonical")),
    (
        m.AddKey(person="clerk", public_key="02" + "00" * 31, label="k"),
        "clerk",
        KeyUnfit("not_on_curve"),
    ),
    (
        post(roles=("finance.budget",)),
        "officer-a",
        MayNotGive("contracts.propose", ("finance.security@finance",)),
    ),
    (
        delegate(rights=("execution.plan.set",)),
        "director",
        MayNotGive(
            "execution.plan.set",
            ("hospital.security@hospital", "health.security@health", "finance.security@finance"),
        ),
    ),
    (
        m.AssignPost(person="clerk", post="hospital.director"),
        "officer-a",
        DutiesClash("clerk", "unit.clerk", "unit.director", "unit.clerk-unit.director"),
    ),
    (
        post(roles=("unit.director", "unit.finance")),
        "officer-a",
        DutiesClash("", "unit.finance", "unit.director", "unit.director-unit.finance"),
    ),
    (
        give(person="teller", right="execution.payment.request"),
        "chief",
        DutiesClash(
            "teller",
            "execution.bank.settle",
            "execution.payment.request",
            "execution.bank.settle-execution.payment.request",
        ),
    ),
    (
        m.ReleasePost(person="spare", post="hospital.clerk", reason="r"),
        "officer-a",
        NotHeld(person="spare", post="hospital.clerk"),
    ),
    (
        m.RegisterOrganisation(id="new", names=NAMES, organisation_kind="unit", parent="health"),
        "guard",
        UnitKindWrong("unit"),
    ),
    (
        m.RegisterOrganisation(id="new", names=NAMES, organisation_kind="audit", unit_kind="organ"),
        "chief",
        UnitKindWrong("audit"),
    ),
    (post(roles=("agent_bank.operator",)), "chief", RoleNotHere("agent_bank.operator", "unit")),
]


def prepared():
    scene = town()
    scene.do(m.RegisterPerson(id="frozen", names=NAMES, organisation="hospital"), who("officer-b"))
    scene.do(m.FreezePerson(person="frozen", reason="r"), who("officer-b"))
    scene.time_ms = NOW
    return scene


@pytest.mark.parametrize(("command", "by", "refusal"), REFUSED)
def test_refused(command, by, refusal):
    scene = prepared()
    before = dict(scene.memory.records)
    with pytest.raises(type(refusal)) as caught:
        scene.do(command, who(by))
    assert str(caught.value) == str(refusal)
    assert scene.memory.records == before


def test_rows_follow_precedence_and_what_needs_a_history_has_its_own_test():
    declared = [
        c.code
        for c in vars(errors).values()
        if isinstance(c, type) and issubclass(c, Refusal) and c is not Refusal
    ]
    with_history = ["IDE-10", "IDE-11", "IDE-12", "IDE-13", "IDE-14", "IDE-17"]
    in_table = list(dict.fromkeys(row[2].code for row in REFUSED))
    assert in_table == [code for code in declared if code not in with_history]


def test_a_role_that_reaches_everywhere_is_given_only_by_who_reaches_everywhere():
    scene = town()
    command = m.CreatePost(
        id="finance.extra", organisation="finance", titles=NAMES, roles=("finance.budget",)
    )
    scene.do(command, who("chief"))
    assert scene.ledger.require(Post, "finance.extra").roles == ("finance.budget",)
    with pytest.raises(RightMissing):
        scene.do(command, who("officer-a"))


def test_an_organisation_is_registered_by_who_reaches_its_parent():
    scene = town()
    command = m.RegisterOrganisation(
        id="ward", names=NAMES, organisation_kind="unit", parent="health", unit_kind="organ"
    )
    with pytest.raises(RightMissing):
        scene.do(command, who("officer-a"))
    registered = only(scene.do(command, who("guard")), e.OrganisationRegistered)
    assert registered.ancestors == ("health", "city")
    with pytest.raises(RightMissing):  # beside all others: only the jurisdiction's chief
        scene.do(
            m.RegisterOrganisation(id="x", names=NAMES, organisation_kind="audit"), who("guard")
        )


def test_a_person_of_another_organisation_is_out_of_reach():
    scene = town()
    for command in (
        m.FreezePerson(person="teacher", reason="r"),
        m.ClosePerson(person="teacher", reason="r"),
        m.LockPerson(person="teacher", reason="r"),
        m.AssignPost(person="spare", post="school.clerk"),
        m.AddKey(person="teacher", public_key=public_key(1), label="k"),
    ):
        with pytest.raises(RightMissing):
            scene.do(command, who("officer-a"))


def test_a_post_is_held_renewed_and_released():
    scene = town()
    held = only(
        scene.do(
            m.AssignPost(person="spare", post="hospital.clerk", until_ms=scene.time_ms + DAY),
            who("officer-a"),
        ),
        e.PostAssigned,
    )
    again = m.AssignPost(person="spare", post="hospital.clerk", until_ms=held.until_ms + DAY)
    scene.do(again, who("officer-a"))
    (holding,) = scene.ledger.require(Person, "spare").posts
    assert holding.until_ms == held.until_ms + DAY
    assert scene.breaches() == []
    scene.do(m.ReleasePost(person="spare", post="hospital.clerk", reason="r"), who("officer-a"))
    assert scene.ledger.require(Person, "spare").posts == ()
    assert "spare" not in scene.ledger.require(Post, "hospital.clerk").holders
    assert scene.pass_to("2026-03-20") == []  # nothing is left on the agenda


def test_a_term_ends_in_the_block_of_its_date():
    scene = town()
    until_ms = scene.time_ms + 3 * DAY
    scene.do(
        m.AssignPost(person="spare", post="hospital.clerk", until_ms=until_ms), who("officer-a")
    )
    grant = only(scene.do(give(until_ms=until_ms), who("officer-a")), e.GrantGiven).grant
    assert scene.pass_to("2026-03-04") == []
    ran = scene.pass_to("2026-03-06")
    found = [event for events in ran for event in events]
    assert only(found, e.PostReleased).reason == "expired"
    assert only(found, e.GrantEnded) == e.GrantEnded(grant=grant, reason="expired")
    assert scene.ledger.find(Held, "person:clerk") is None
    assert scene.breaches() == []


def test_a_grant_is_ended_by_hand_once_and_those_of_tasks_never():
    scene = town()
    grant = with_grant(scene)
    with pytest.raises(RightMissing):
        scene.do(m.EndGrant(grant=grant, reason="r"), who("director"))
    scene.do(m.EndGrant(grant=grant, reason="back"), who("officer-b"))
    assert scene.ledger.require(Grant, grant).ended == "back"
    with pytest.raises(GrantOver):
        scene.do(m.EndGrant(grant=grant, reason="r"), who("officer-a"))


@pytest.mark.parametrize("right", ["contracts.propose", "preparation.resolution.enter"])
def test_a_right_that_is_not_a_unit_s_is_not_given_to_one_by_anybody(right):
    scene = town()
    for by in ("officer-a", "chief"):
        with pytest.raises(MayNotGive) as caught:
            scene.do(give(right=right, until_ms=scene.time_ms + DAY), who(by))
        assert caught.value.facts() == {"right": right, "who": ()}


def test_a_delegation_is_taken_back_by_its_giver_only():
    scene = town()
    grant = only(scene.do(delegate(until_ms=scene.time_ms + DAY), who("director")), e.GrantGiven)
    with pytest.raises(NotFound):
        scene.do(m.EndDelegation(grant=grant.grant, reason="r"), who("clerk"))
    scene.do(m.EndDelegation(grant=grant.grant, reason="r"), who("director"))
    with pytest.raises(GrantOver):
        scene.do(m.EndDelegation(grant=grant.grant, reason="r"), who("director"))


def test_what_was_delegated_or_granted_is_not_delegated_further():
    scene = town()
    scene.do(delegate(person="clerk-two", until_ms=scene.time_ms + DAY), who("director"))
    with pytest.raises(MayNotGive):
        scene.do(delegate(person="spare", until_ms=scene.time_ms + DAY), who("clerk-two"))


def test_a_holder_has_at_most_64_grants():
    scene = town()
    for _ in range(64):
        scene.do(give(until_ms=scene.time_ms + DAY), who("officer-a"))
    with pytest.raises(TooMany) as caught:
        scene.do(give(until_ms=scene.time_ms + DAY), who("officer-a"))
    assert caught.value.limit == 64


def test_a_leaver_loses_posts_and_grants_in_one_block():
    scene = town()
    grant = with_grant(scene)
    events = scene.do(m.ClosePerson(person="clerk", reason="left"), who("officer-a"))
    closed = only(events, e.PersonClosed)
    assert closed.posts == ("hospital.clerk",)
    assert scene.ledger.require(Grant, grant).ended == "person closed"
    assert scene.ledger.require(Person, "clerk").state == "closed"
    assert scene.breaches() == []
    assert scene.pass_to("2026-04-01") == []
    with pytest.raises(PersonNotActive):
        scene.do(m.ClosePerson(person="clerk", reason="left"), who("officer-a"))
    with pytest.raises(PersonNotActive):
        scene.do(m.AddKey(person="clerk", public_key=public_key(1), label="k"), who("officer-a"))


def test_a_year_s_holidays_are_set_by_the_chief_and_an_ended_year_keeps_its_own():
    scene = town()
    day = parse_iso("2027-01-01")
    command = m.SetCalendar(year=2027, holidays=(day,), workdays=(), source="notice")
    with pytest.raises(RightMissing):
        scene.do(command, who("guard"))
    assert only(scene.do(command, who("chief")), e.CalendarSet).holidays == (day,)
    scene.time_ms += 400 * DAY
    with pytest.raises(AlreadyExists):
        scene.do(m.SetCalendar(year=2026, holidays=(), workdays=(), source="s"), who("chief"))


def test_a_person_has_at_most_16_posts_and_a_post_64_holders():
    scene = town()
    for number in range(17):
        scene.do(post(id=f"desk.{number}"), who("officer-a"))
    for number in range(16):
        scene.do(m.AssignPost(person="spare", post=f"desk.{number}"), who("officer-a"))
    with pytest.raises(TooMany) as caught:
        scene.do(m.AssignPost(person="spare", post="desk.16"), who("officer-a"))
    assert caught.value.facts() == {"what": "posts of a person", "limit": 16}
    for number in range(65):
        scene.do(
            m.RegisterPerson(id=f"p{number}", names=NAMES, organisation="hospital"),
            who("officer-a"),
        )
    for number in range(64):
        scene.do(m.AssignPost(person=f"p{number}", post="desk.16"), who("officer-a"))
    with pytest.raises(TooMany) as caught:
        scene.do(m.AssignPost(person="p64", post="desk.16"), who("officer-a"))
    assert caught.value.facts() == {"what": "holders of a post", "limit": 64}
    assert scene.breaches() == []


def test_the_longest_term_is_given_to_the_millisecond():
    scene = town()
    longest = scene.time_ms + 1_096 * DAY
    with pytest.raises(TermWrong):
        scene.do(give(from_ms=scene.time_ms, until_ms=longest + 1), who("officer-a"))
    scene.time_ms = longest - 1_096 * DAY
    scene.do(give(from_ms=scene.time_ms, until_ms=longest), who("officer-a"))
