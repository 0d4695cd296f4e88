"""Whatever is asked, in whatever order: truths hold, events suffice, nobody raises himself."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from mingzhang.domain.identity import messages as m
from mingzhang.domain.identity.access import JURISDICTION
from mingzhang.domain.identity.gate import may
from mingzhang.domain.identity.invariants import (
    holders_and_holdings_agree,
    open_grants_are_listed,
    valid_keys_are_listed,
)
from mingzhang.domain.identity.module import IDENTITY
from mingzhang.domain.identity.patterns import Names, Scope
from mingzhang.domain.identity.state import (
    Governance,
    Grant,
    Held,
    Holding,
    Key,
    Organisation,
    Person,
    Post,
    Proposal,
)
from mingzhang.domain.identity.tests.keys import public_key
from mingzhang.domain.identity.tests.town import town, who
from mingzhang.kernel.calendar import MS_PER_DAY, day_of, iso
from mingzhang.kernel.ledger import Ledger
from mingzhang.kernel.refusals import OurFault, Refusal, RightMissing
from tests.scene import SETTING, Memory, Who

BASE = town()
NOW = BASE.time_ms
NAMES = Names(zh="名", en="name")
PEOPLE = ["clerk", "director", "officer-a", "officer-b", "spare", "nurse", "guard"]
POSTS = ["hospital.clerk", "hospital.director", "hospital.finance", "hospital.security", "new"]
people = st.sampled_from(PEOPLE)
posts = st.sampled_from(POSTS)
days = st.sampled_from([NOW + n * MS_PER_DAY for n in (1, 2, 90, 2_000)])
rights = st.sampled_from(
    [
        "execution.plan.set",
        "execution.agreement.*",
        "execution.payment.request",
        "identity.grant.*",
        "contracts.propose",
        "identity.calendar.set",
        "read.restricted.*",
    ]
)
organisations = st.sampled_from(["hospital", "hospital", "hospital", "clinic", "finance"])
reasons = st.just("r")
keys = st.integers(1, 4).map(public_key)
grants = st.integers(0, 5)
giving = [
    st.builds(
        m.GiveGrant,
        person=people,
        right_given=rights,
        organisation=organisations,
        until_ms=days,
        reason=reasons,
    ),
    st.builds(m.AddKey, person=people, public_key=keys, label=reasons, until_ms=st.none() | days),
    st.builds(
        m.GiveDelegation, person=people, rights=st.tuples(rights), until_ms=days, reason=reasons
    ),
]
commands = st.one_of(
    st.builds(m.AssignPost, person=people, post=posts, until_ms=st.none() | days),
    st.builds(m.ReleasePost, person=people, post=posts, reason=reasons),
    st.builds(m.ClosePerson, person=people, reason=reasons),
    st.builds(m.FreezePerson, person=people, reason=reasons),
    st.builds(m.UnfreezePerson, person=people, reason=reasons),
    st.builds(m.LockPerson, person=people, reason=reasons),
    st.builds(m.UnlockPerson, person=people, reason=reasons),
    st.builds(
        m.CreatePost,
        id=st.just("new"),
        organisation=organisations,
        titles=st.just(NAMES),
        roles=st.tuples(
            st.sampled_from(["unit.clerk", "security.officer", "security.chief", "finance.budget"])
        ),
    ),
    st.builds(m.RegisterPerson, id=people, names=st.just(NAMES), organisation=organisations),
    *(giving * 4),
    *([grants.map(lambda n: ("confirm", n))] * 3),
    grants.map(lambda n: ("grant", n)),
    grants.map(lambda n: ("delegation", n)),
    grants.map(lambda n: ("confirm", n)),
    st.just(("pass", 2)),
)
# Mostly officers for their own post, who may do something; sometimes anybody for any post.
acting = st.one_of(
    st.sampled_from(["officer-a", "officer-b", "guard", "director", "clerk"]).map(who),
    st.builds(Who, people, st.just("hospital"), posts),
)
histories = st.lists(st.tuples(commands, acting), min_size=15, max_size=50)


def _copy():
    scene = type(BASE)(BASE.modules)
    scene.memory.records.update(BASE.memory.records)
    scene.memory.index.update(BASE.memory.index)
    return scene


def play(scene, history):
    """Run a history; return the events that were accepted."""
    accepted = []
    for asked, by in history:
        if asked == ("pass", 2):
            day = day_of(BASE.time_ms + scene.count * MS_PER_DAY, SETTING.offset_s)
            accepted += [event for events in scene.pass_to(iso(day)) for event in events]
            continue
        command = about_what_is_there(scene, *asked) if isinstance(asked, tuple) else asked
        if command is None:
            continue
        seen = {}
        if isinstance(command, m.ConfirmProposal):
            key = Proposal.key(command.proposal)
            seen = {key: scene.memory.version(key)}
        try:
            accepted += scene.do(command, by, seen)
        except OurFault as fault:
            raise AssertionError(command) from fault
        except Refusal:
            continue
    return accepted


def about_what_is_there(scene, what, number):
    """Return a command about the n-th grant or proposal that there is."""
    ids = sorted(scene.records(Proposal if what == "confirm" else Grant))
    if not ids:
        return None
    chosen = ids[number % len(ids)]
    if what == "confirm":
        return m.ConfirmProposal(proposal=chosen)
    if what == "grant":
        return m.EndGrant(grant=chosen, reason="r")
    return m.EndDelegation(grant=chosen, reason="r")


@settings(max_examples=120, deadline=None)
@given(histories)
def test_any_history_keeps_the_truths_and_is_replayed_from_its_events(history):
    scene = _copy()
    accepted = play(scene, history)
    assert scene.breaches() == []

    again = Memory()
    again.records.update(BASE.memory.records)
    again.index.update(BASE.memory.index)
    layer = Ledger(BASE.modules, again)
    for event in accepted:
        layer.apply(event)
    again.take(layer)
    assert again.records == scene.memory.records
    assert again.index == scene.memory.index


@settings(max_examples=120, deadline=None)
@given(histories)
def test_nobody_of_a_unit_gets_what_reaches_the_jurisdiction(history):
    scene = _copy()
    play(scene, history)
    asked = [
        (right, Scope(organisation=place))
        for right in ("contracts.propose", "identity.calendar.set")
        for place in (JURISDICTION, "hospital", "")
    ]
    asked.append(("read.restricted.x", Scope(organisation=JURISDICTION)))
    for person in PEOPLE:
        for post in POSTS:
            context = scene.context(Who(person, "hospital", post))
            for right, scope in asked:
                with pytest.raises(RightMissing):
                    may(scene.ledger, context, right, scope)


def term(**more):
    return replace(
        Grant(
            grantee="person:p",
            right="a.b",
            scope=Scope(),
            origin="explicit",
            from_ms=5,
            until_ms=9,
            by="q",
        ),
        **more,
    )


ORGANISATION = Organisation(names=NAMES, organisation_kind="audit")
PERSON = Person(names=NAMES, organisation="o")
PROPOSAL = Proposal(
    action="key_revoke",
    organisation="o",
    by="b",
    by_post="p",
    person="q",
    until_ms=1,
    reason="r",
    kid="k",
)
GOVERNANCE = Governance(weights=(("o", 1),), participation_bp=1, approval_bp=10_000)
HOLDING = Holding(post="p", from_ms=1)
IMPOSSIBLE = [
    ("stands_below_its_parent", replace(ORGANISATION, parent="p")),
    ("stands_below_its_parent", replace(ORGANISATION, parent="p", ancestors=("p", "p"))),
    (
        "stands_below_its_parent",
        replace(ORGANISATION, parent="a0", ancestors=tuple(f"a{n}" for n in range(9))),
    ),
    ("a_unit_says_what_it_is", replace(ORGANISATION, organisation_kind="unit")),
    ("a_unit_says_what_it_is", replace(ORGANISATION, unit_kind="organ")),
    ("holds_each_post_once", replace(PERSON, posts=(HOLDING, HOLDING))),
    ("a_closed_person_holds_nothing", replace(PERSON, state="closed", posts=(HOLDING,))),
    ("holders_are_sorted", Post(organisation="o", titles=NAMES, roles=("r",), holders=("b", "a"))),
    ("a_term_has_a_length", term(until_ms=4)),
    ("a_term_has_a_length", Key(person="p", public_key="", label="l", from_ms=2, until_ms=1)),
    ("a_delegation_ends_and_has_a_giver", term(until_ms=None)),
    ("a_delegation_ends_and_has_a_giver", term(by="", origin="delegation")),
    ("lists_few_grants_in_order", Held(grants=())),
    ("lists_few_grants_in_order", Held(grants=("b", "a"))),
    ("lists_few_grants_in_order", Held(grants=tuple(f"{n:03}" for n in range(65)))),
    ("majorities_can_be_reached", replace(GOVERNANCE, participation_bp=0)),
    ("majorities_can_be_reached", replace(GOVERNANCE, approval_bp=10_001)),
    ("majorities_can_be_reached", replace(GOVERNANCE, weights=())),
    ("a_proposal_names_its_object", replace(PROPOSAL, kid=None)),
    ("a_proposal_names_its_object", replace(PROPOSAL, public_key="k")),
    ("a_proposal_names_its_object", replace(PROPOSAL, action="key_add")),
    ("a_proposal_names_its_object", replace(PROPOSAL, action="person_unlock")),
]


@pytest.mark.parametrize(("name", "record"), IMPOSSIBLE)
def test_each_invariant_can_fail(name, record):
    broken = [holds.__name__ for holds in IDENTITY.invariants[type(record)] if not holds(record)]
    assert broken == [name]


def test_every_invariant_is_shown_to_fail():
    names = [holds.__name__ for of in IDENTITY.invariants.values() for holds in of]
    assert sorted(dict.fromkeys(names)) == sorted(dict.fromkeys(name for name, _ in IMPOSSIBLE))


@pytest.mark.parametrize(
    ("total", "key", "record"),
    [
        (holders_and_holdings_agree, "identity/person/x", replace(PERSON, posts=(HOLDING,))),
        (
            holders_and_holdings_agree,
            "identity/post/x",
            Post(organisation="o", titles=NAMES, roles=("r",), holders=("a",)),
        ),
        (
            valid_keys_are_listed,
            "identity/key/x",
            Key(person="p", public_key="", label="l", from_ms=1),
        ),
        (valid_keys_are_listed, "identity/person/x", replace(PERSON, keys=("k",))),
        (open_grants_are_listed, "identity/grant/x", term()),
        (open_grants_are_listed, "identity/held/person:p", Held(grants=("g",))),
    ],
)
def test_each_total_can_fail(total, key, record):
    assert list(total(Memory({key: record}))) != []
