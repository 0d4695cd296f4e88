"""The bytes people sign and blocks hold."""

import re
from typing import Any

import msgspec
import pytest

from mingzhang.domain.contracts import events as e
from mingzhang.domain.contracts import messages as m
from mingzhang.domain.contracts import state
from mingzhang.domain.contracts.decision import DecisionNote
from mingzhang.domain.contracts.module import CONTRACTS
from mingzhang.kernel.records import Record, encode, kind_of
from mingzhang.kernel.refusals import Malformed
from mingzhang.kernel.scan import read_body

HASH = "a" * 64
PROPOSAL = "019ca8a1-2b00-7000-8000-000000000001"
DOCUMENT = msgspec.Raw(b'{"id":"x"}')

COMMANDS = [
    (
        m.Propose(document=DOCUMENT, activate_day=20520, activate_height=7, reason="r"),
        b'{"document":{"id":"x"},"activate_day":20520,"activate_height":7,"reason":"r"}',
    ),
    (
        m.Withdraw(contract=HASH, activate_day=20520, activate_height=0, reason="r"),
        b'{"contract":"%s","activate_day":20520,"activate_height":0,"reason":"r"}' % HASH.encode(),
    ),
    (
        m.Resume(contract=HASH, reason="r"),
        b'{"contract":"%s","reason":"r"}' % HASH.encode(),
    ),
    (
        m.Rebind(hook="execution.payment", case="c-1", version=2, reason="r"),
        b'{"hook":"execution.payment","case":"c-1","version":2,"reason":"r"}',
    ),
    (
        m.Review(proposal=PROPOSAL, accept=True, certificate_sha256=None, note="n"),
        b'{"proposal":"%s","accept":true,"certificate_sha256":null,"note":"n"}' % PROPOSAL.encode(),
    ),
    (
        m.Vote(proposal=PROPOSAL, accept=False),
        b'{"proposal":"%s","accept":false}' % PROPOSAL.encode(),
    ),
    (
        m.Pause(contract=HASH, reason="r"),
        b'{"contract":"%s","reason":"r"}' % HASH.encode(),
    ),
]
# Optional fields are written out here, so that a default that changes is seen.
EVENTS_AND_RECORDS: list[tuple[Any, bytes]] = [
    (
        e.TermsSet(delay_days=3, vote_days=30),
        b'{"kind":"contracts.terms_set","delay_days":3,"vote_days":30}',
    ),
    (
        e.ContractEntered(contract="h", name="n", version=1, hook="a.b", document=DOCUMENT),
        (
            b'{"kind":"contracts.entered","contract":"h","name":"n","version":1,"hook":"a.b",'
            b'"document":{"id":"x"}}'
        ),
    ),
    (
        e.ProposalSubmitted(
            proposal="p",
            action="bind",
            hook="a.b",
            by="li",
            organisation="finance",
            reason="r",
            until_ms=5,
            contract="",
            case="",
            version=0,
            activate_day=0,
            activate_height=0,
        ),
        (
            b'{"kind":"contracts.proposal_submitted","proposal":"p","action":"bind","hook":"a.b",'
            b'"by":"li","organisation":"finance","reason":"r","until_ms":5}'
        ),
    ),
    (
        e.ProposalReviewed(
            proposal="p",
            by="wang",
            organisation="finance",
            accepted=True,
            note="n",
            certificate_sha256=None,
        ),
        (
            b'{"kind":"contracts.proposal_reviewed","proposal":"p","by":"wang",'
            b'"organisation":"finance","accepted":true,"note":"n"}'
        ),
    ),
    (
        e.VoteCast(proposal="p", organisation="audit", by="sun", accepted=False),
        (
            b'{"kind":"contracts.vote_cast","proposal":"p","organisation":"audit","by":"sun",'
            b'"accepted":false}'
        ),
    ),
    (
        e.ProposalDecided(proposal="p", adopted=True, weight_for=3, weight_against=1, weight_all=4),
        (
            b'{"kind":"contracts.proposal_decided","proposal":"p","adopted":true,"weight_for":3,'
            b'"weight_against":1,"weight_all":4}'
        ),
    ),
    (
        e.ProposalEnded(proposal="p", how="done"),
        b'{"kind":"contracts.proposal_ended","proposal":"p","how":"done"}',
    ),
    (
        e.BindingChanged(hook="a.b", version=2, contracts=("h",), added="", removed="", reason=""),
        b'{"kind":"contracts.binding_changed","hook":"a.b","version":2,"contracts":["h"]}',
    ),
    (
        e.ContractPaused(contract="h", by="sun", organisation="audit", reason="r"),
        (
            b'{"kind":"contracts.paused","contract":"h","by":"sun","organisation":"audit",'
            b'"reason":"r"}'
        ),
    ),
    (
        e.ContractResumed(contract="h", proposal="p"),
        b'{"kind":"contracts.resumed","contract":"h","proposal":"p"}',
    ),
    (
        e.CaseRebound(hook="a.b", case="c", version=2, proposal="p"),
        b'{"kind":"contracts.case_rebound","hook":"a.b","case":"c","version":2,"proposal":"p"}',
    ),
    (state.Terms(delay_days=3, vote_days=30), b'{"delay_days":3,"vote_days":30}'),
    (
        state.ContractText(name="n", version=1, hook="a.b", document=DOCUMENT),
        b'{"name":"n","version":1,"hook":"a.b","document":{"id":"x"}}',
    ),
    (state.Standing(state="bound"), b'{"state":"bound"}'),
    (state.Named(contract="h", version=1), b'{"contract":"h","version":1}'),
    (state.Binding(version=2, contracts=("h",)), b'{"version":2,"contracts":["h"]}'),
    (state.PastBinding(contracts=("h",)), b'{"contracts":["h"]}'),
    (state.SuspendedList(contracts=("h",)), b'{"contracts":["h"]}'),
    (state.CaseBinding(version=2, proposal="p"), b'{"version":2,"proposal":"p"}'),
    (
        state.Proposal(
            action="bind",
            hook="a.b",
            by="li",
            organisation="finance",
            reason="r",
            until_ms=5,
            state="voting",
            contract="",
            case="",
            version=0,
            activate_day=0,
            activate_height=0,
            reviewer="",
            review_note="",
            certificate_sha256=None,
        ),
        (
            b'{"action":"bind","hook":"a.b","by":"li","organisation":"finance","reason":"r",'
            b'"until_ms":5,"state":"voting"}'
        ),
    ),
    (
        state.Ballot(
            proposer="li",
            votes=(state.CastVote(organisation="audit", by="sun", accepted=True),),
        ),
        b'{"proposer":"li","votes":[{"organisation":"audit","by":"sun","accepted":true}]}',
    ),
    (state.OpenProposals(proposals=("p",)), b'{"proposals":["p"]}'),
    (
        DecisionNote(
            hook="a.b",
            binding=1,
            input_sha256="s",
            verdict="",
            contracts=(),
            rows=(),
            outputs={},
        ),
        b'{"hook":"a.b","binding":1,"input_sha256":"s"}',
    ),
]


@pytest.mark.parametrize(("value", "wire"), [*COMMANDS, *EVENTS_AND_RECORDS])
def test_bytes_never_change(value, wire):
    assert encode(value) == wire
    assert encode(msgspec.json.decode(wire, type=type(value))) == wire


def test_every_message_event_and_record_has_golden_bytes():
    records = [
        found
        for found in vars(state).values()
        if isinstance(found, type) and issubclass(found, Record) and found is not Record
    ]
    assert {type(command) for command, _ in COMMANDS} == set(CONTRACTS.rules)
    golden = {type(value) for value, _ in EVENTS_AND_RECORDS}
    assert golden == {*CONTRACTS.applies, *records, DecisionNote}
    assert set(CONTRACTS.invariants) == set(records)


def test_kinds_are_of_this_room_and_commands_name_their_version():
    for command in CONTRACTS.rules:
        assert re.fullmatch(r"contracts\.[a-z]+/1", command.kind)
    for event in CONTRACTS.applies:
        assert kind_of(event).startswith("contracts.")


@pytest.mark.parametrize(("command", "wire"), COMMANDS)
def test_signed_bytes_are_decoded(command, wire):
    read = read_body(type(command), command.kind, msgspec.Raw(wire))
    assert encode(read) == wire


@pytest.mark.parametrize(
    ("index", "field", "value"),
    [
        (0, "activate_day", b"-1"),
        (0, "activate_height", b"-1"),
        (0, "reason", b'""'),
        (0, "note", b'"unknown"'),
        (1, "contract", b'"%s\\n"' % HASH.encode()),
        (1, "contract", b'"A"'),
        (3, "version", b"0"),
        (3, "hook", b'"Execution"'),
        (3, "case", b'"C 1"'),
        (4, "accept", b'"yes"'),
        (4, "certificate_sha256", b'"abc"'),
        (5, "proposal", b'"1"'),
        (5, "accept", b"1"),
    ],
)
def test_malformed_is_not_decoded(index, field, value):
    command, wire = COMMANDS[index]
    members = msgspec.json.decode(wire, type=dict[str, msgspec.Raw])
    members[field] = msgspec.Raw(value)
    with pytest.raises(Malformed) as caught:
        read_body(type(command), command.kind, msgspec.Raw(msgspec.json.encode(members)))
    assert field in caught.value.field
