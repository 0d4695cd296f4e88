"""A ledger with three institutions that govern contracts, and documents to propose."""

import json
from pathlib import Path
from typing import Any

import msgspec

from mingzhang.domain.contracts.document import canonical_bytes, contract_hash, from_json
from mingzhang.domain.contracts.events import ProposalSubmitted
from mingzhang.domain.contracts.messages import Propose, Review, Vote
from mingzhang.domain.contracts.module import CONTRACTS
from mingzhang.domain.contracts.state import Proposal
from mingzhang.domain.identity.module import IDENTITY
from mingzhang.domain.identity.patterns import Names
from mingzhang.domain.identity.state import Governance, Person
from mingzhang.kernel.calendar import parse_iso
from tests.scene import Scene, Who, only, system

FINANCE = Who("li", "finance")
FINANCE_TOO = Who("wang", "finance")
CONGRESS = Who("zhao", "congress")
AUDIT = Who("sun", "audit")
STRANGER = Who("qian", "hospital")
PEOPLE = (FINANCE, FINANCE_TOO, CONGRESS, AUDIT, STRANGER)

LIBRARY = Path(__file__).parents[5] / "contracts"
DAY = parse_iso("2026-03-02")
DELAY_DAYS = 3
PAYMENT = "execution.payment"


def library(name: str) -> dict[str, Any]:
    document = json.loads((LIBRARY / f"{name}.json").read_text(encoding="utf-8"))
    assert isinstance(document, dict)
    return document


def section(*names: str) -> dict[str, Any]:
    return {
        "delay_days": DELAY_DAYS,
        "vote_days": 30,
        "documents": [library(name) for name in ("access-levels", *names)],
    }


def hash_of(document: dict[str, Any]) -> str:
    return contract_hash(from_json(json.dumps(document)))


def raw(document: dict[str, Any]) -> msgspec.Raw:
    return msgspec.Raw(json.dumps(document, ensure_ascii=False).encode())


def canonical(document: dict[str, Any]) -> msgspec.Raw:
    return msgspec.Raw(canonical_bytes(from_json(json.dumps(document))))


def next_version(document: dict[str, Any], **changed: Any) -> dict[str, Any]:
    version = document["version"] + 1
    return document | {"version": version, "prev": hash_of(document)} | changed


def person(who: Who, **changed: Any) -> Person:
    names = Names(zh=who.person, en=who.person)
    return Person(names=names, organisation=who.organisation, **changed)


class Council(Scene):
    """A scene that remembers the proposal it is about."""

    proposal: str = ""


def scene(*names: str) -> Council:
    """Return a ledger with weights 2, 1, 1; three quarters take part, more than half agree."""
    found = Council(system(IDENTITY, CONTRACTS))
    weights = (("audit", 1), ("congress", 1), ("finance", 2))
    governance = Governance(weights=weights, participation_bp=7_500, approval_bp=5_001)
    found.put({Governance.key("now"): governance})
    found.put({Person.key(who.person): person(who) for who in PEOPLE})
    found.genesis({"contracts": section(*names)})
    return found


def proposed(at: Scene, command: Any, who: Who = FINANCE) -> str:
    return str(only(at.do(command, who), ProposalSubmitted).proposal)


def propose(document: dict[str, Any], day: int = DAY + DELAY_DAYS, **changed: Any) -> Propose:
    return Propose(document=raw(document), activate_day=day, reason="trial", **changed)


def seen(at: Scene, proposal: str) -> dict[str, str | None]:
    key = Proposal.key(proposal)
    return {key: at.memory.version(key)}


def review(at: Scene, proposal: str, who: Who = FINANCE_TOO, *, accept: bool = True) -> Any:
    command = Review(proposal=proposal, accept=accept, note="looked at")
    return at.do(command, who, seen(at, proposal))


def vote(at: Scene, proposal: str, who: Who, *, accept: bool = True) -> Any:
    return at.do(Vote(proposal=proposal, accept=accept), who, seen(at, proposal))


def adopt(at: Scene, proposal: str) -> Any:
    """Review it, and let the finance bureau and the congress vote for it."""
    review(at, proposal)
    vote(at, proposal, FINANCE_TOO)
    return vote(at, proposal, CONGRESS)


def inputs_of(name: str, test: int = 0, **changed: Any) -> dict[str, Any]:
    contract = from_json(json.dumps(library(name)))
    return {**contract.tests[test].inputs, **changed}


CONTROL = library("payment-control")
LEVELS = library("payment-levels")


def ready() -> Council:
    """Return a ledger with payment control bound, a second version of it proposed."""
    at = scene("payment-control")
    at.proposal = proposed(at, propose(next_version(CONTROL)))
    return at


def state(at: Council) -> str:
    return str(at.records(Proposal)[at.proposal].state)


def with_function_node() -> dict[str, Any]:
    node = {"kind": "function", "id": "js", "source": "return true"}
    return CONTROL | {"nodes": [*CONTROL["nodes"], node]}
