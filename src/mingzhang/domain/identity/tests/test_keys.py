"""Keys of one's own and of others; what needs a second person; locks."""

import pytest
from msgspec.structs import replace

from mingzhang.domain.identity import events as e
from mingzhang.domain.identity import messages as m
from mingzhang.domain.identity.curve import thumbprint
from mingzhang.domain.identity.errors import (
    AlreadyExists,
    KeyEnded,
    NotFound,
    NotTheSamePerson,
    OtherOrganisation,
    PersonNotActive,
    ProposerUnfit,
)
from mingzhang.domain.identity.state import Key, Person, Proposal
from mingzhang.domain.identity.tests.keys import public_key
from mingzhang.domain.identity.tests.town import town, who
from mingzhang.kernel.refusals import RightMissing
from tests.scene import only


def with_proposal(scene, by="officer-a", person="clerk"):
    command = m.AddKey(person=person, public_key=public_key(7), label="card")
    return only(scene.do(command, who(by)), e.ProposalOpened).proposal


def confirm(scene, proposal, by):
    key = Proposal.key(proposal)
    command = m.ConfirmProposal(proposal=proposal)
    return scene.do(command, who(by), {key: scene.memory.version(key)})


def test_one_s_own_key_is_added_at_once_and_names_itself_by_its_thumbprint():
    scene = town()
    command = m.AddKey(person="clerk", public_key=public_key(3), label="token")
    added = only(scene.do(command, who("clerk")), e.KeyAdded)
    assert added.kid == thumbprint(bytes.fromhex(public_key(3)))
    assert scene.ledger.require(Person, "clerk").keys == (added.kid,)
    with pytest.raises(AlreadyExists):
        scene.do(m.AddKey(person="nurse", public_key=public_key(3), label="x"), who("nurse"))


def test_another_person_s_key_needs_two_officers():
    scene = town()
    proposal = with_proposal(scene)
    assert scene.records(Key) == {}
    with pytest.raises(NotTheSamePerson):
        confirm(scene, proposal, "officer-a")
    with pytest.raises(OtherOrganisation):
        confirm(scene, proposal, "guard")  # of the department above: reaches, is not of it
    events = confirm(scene, proposal, "officer-b")
    assert only(events, e.KeyAdded).proposal == proposal
    with pytest.raises(NotFound):
        confirm(scene, proposal, "officer-b")
    assert scene.pass_to("2026-04-01") == []


def test_who_the_key_is_for_does_not_confirm_it():
    scene = town()
    proposal = with_proposal(scene, by="officer-a", person="officer-b")
    with pytest.raises(NotTheSamePerson):
        confirm(scene, proposal, "officer-b")


def test_a_proposal_is_judged_again_when_its_proposer_is_suspended():
    scene = town()
    proposal = with_proposal(scene)
    scene.do(m.FreezePerson(person="officer-a", reason="r"), who("guard"))
    with pytest.raises(ProposerUnfit):
        confirm(scene, proposal, "officer-b")
    scene.do(m.UnfreezePerson(person="officer-a", reason="r"), who("guard"))
    confirm(scene, proposal, "officer-b")


def test_a_proposal_waits_seven_days_or_is_withdrawn():
    scene = town()
    waiting = with_proposal(scene)
    scene.pass_to("2026-03-08")
    assert scene.ledger.require(Proposal, waiting).state == "open"
    scene.pass_to("2026-03-10")
    assert scene.ledger.require(Proposal, waiting).state == "expired"
    other = with_proposal(scene)
    with pytest.raises(OtherOrganisation):
        scene.do(m.WithdrawProposal(proposal=other), who("guard"))
    scene.do(m.WithdrawProposal(proposal=other), who("officer-b"))
    with pytest.raises(NotFound):
        confirm(scene, other, "officer-b")


def test_a_key_is_revoked_by_two_officers_or_by_its_person():
    scene = town()
    kids = [
        only(
            scene.do(m.AddKey(person="clerk", public_key=public_key(n), label="k"), who("clerk")),
            e.KeyAdded,
        ).kid
        for n in (1, 2)
    ]
    revoke = m.RevokeKey(kid=kids[0], reason="lost")
    with pytest.raises(RightMissing):
        scene.do(revoke, who("director"))
    proposal = only(scene.do(revoke, who("officer-a")), e.ProposalOpened).proposal
    assert scene.ledger.require(Key, kids[0]).state == "valid"
    confirm(scene, proposal, "officer-b")
    assert scene.ledger.require(Key, kids[0]).state == "revoked"
    with pytest.raises(KeyEnded):
        scene.do(revoke, who("officer-a"))
    scene.do(m.RevokeKey(kid=kids[1], reason="lost"), who("clerk"))
    assert scene.ledger.require(Person, "clerk").keys == ()
    assert scene.breaches() == []


@pytest.mark.parametrize("overlap_h", [0, 24])
def test_a_rotated_key_ends_at_once_or_after_its_overlap(overlap_h):
    scene = town()
    old = "kid-clerk"  # the key that the scene signs with
    clerk = scene.ledger.require(Person, "clerk")
    key = Key(person="clerk", public_key=public_key(1), label="old", from_ms=0)
    scene.put({Key.key(old): key, Person.key("clerk"): replace(clerk, keys=(old,))})
    rotate = m.RotateKey(public_key=public_key(2), label="new", overlap_h=overlap_h)
    scene.do(rotate, who("clerk"))
    key = scene.ledger.require(Key, old)
    assert key.successor == thumbprint(bytes.fromhex(public_key(2)))
    assert key.state == ("valid" if overlap_h else "expired")
    scene.pass_to("2026-03-04")
    assert scene.ledger.require(Key, old).state == "expired"
    assert scene.ledger.require(Person, "clerk").keys == (key.successor,)
    assert scene.breaches() == []


def test_a_locked_account_is_unlocked_by_two():
    scene = town()
    scene.do(m.LockPerson(person="clerk", reason="odd reads"), who("officer-a"))
    unlock = m.UnlockPerson(person="clerk", reason="was him")
    proposal = only(scene.do(unlock, who("officer-a")), e.ProposalOpened).proposal
    assert scene.ledger.require(Person, "clerk").state == "locked"
    with pytest.raises(NotTheSamePerson):
        confirm(scene, proposal, "officer-a")
    confirm(scene, proposal, "officer-b")
    assert scene.ledger.require(Person, "clerk").state == "active"


def test_an_account_locked_no_more_is_not_unlocked_by_an_old_proposal():
    scene = town()
    scene.do(m.LockPerson(person="clerk", reason="r"), who("officer-a"))
    unlock = m.UnlockPerson(person="clerk", reason="r")
    proposal = only(scene.do(unlock, who("officer-a")), e.ProposalOpened).proposal
    scene.do(m.FreezePerson(person="clerk", reason="worse"), who("officer-a"))
    with pytest.raises(PersonNotActive):
        confirm(scene, proposal, "officer-b")


def test_an_overlap_does_not_outlive_the_old_key_s_own_term():
    scene = town()
    add = m.AddKey(
        person="clerk", public_key=public_key(1), label="k", until_ms=scene.time_ms + 3_600_000
    )
    added = only(scene.do(add, who("clerk")), e.KeyAdded)
    old = "kid-clerk"
    records = scene.memory.records
    person = scene.ledger.require(Person, "clerk")
    key = records.pop(Key.key(added.kid))
    scene.put({Key.key(old): key, Person.key("clerk"): replace(person, keys=(old,))})
    rotate = m.RotateKey(public_key=public_key(2), label="new", overlap_h=24)
    scene.do(rotate, who("clerk"))
    assert scene.ledger.require(Key, old).until_ms == add.until_ms
