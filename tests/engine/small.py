"""A small system for tests of kernel and engine: counters that people add to.

It has what the real rooms must never have: a rule that fails, one that breaks an invariant, one
whose read fails. Keys stand in genesis.
"""

import hashlib
import json
import secrets
import time
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from mingzhang.consensus.genesis import Genesis, GenesisValidator
from mingzhang.consensus.home import NodeKey, make_home
from mingzhang.crypto import jws
from mingzhang.crypto.suite import Ed25519Suite
from mingzhang.kernel.context import Context
from mingzhang.kernel.faults import NodeFault
from mingzhang.kernel.ledger import Ledger
from mingzhang.kernel.module import KERNEL
from mingzhang.kernel.modules import Index, Module, Modules
from mingzhang.kernel.records import Command, Event, Record
from mingzhang.kernel.refusals import KeyNotValid, KeyUnknown, Refusal, RightMissing
from mingzhang.kernel.schedule import DueItem, Scheduled
from mingzhang.kernel.values import Fen, Id
from mingzhang.kernel.views import Column, Table


class Add(Command, frozen=True, kw_only=True):
    """Add to a counter, or do what `trick` says."""

    kind = "count.add/1"

    counter: Id
    amount_fen: Fen
    trick: str = ""


class Slip(Command, frozen=True, kw_only=True):
    """Make a record that piles up."""

    kind = "count.slip/1"

    number: str


class Later(Command, frozen=True, kw_only=True):
    """Add to a counter at a time to come."""

    kind = "count.later/1"

    counter: Id
    due_ms: int


class Added(Event, tag="count.added", frozen=True, kw_only=True):
    counter: Id
    amount_fen: int


class Slipped(Event, tag="count.slipped", frozen=True, kw_only=True):
    slip: str
    number: str


class Counter(Record, frozen=True, kw_only=True):
    path = "count/counter"

    total_fen: int


class SlipRecord(Record, frozen=True, kw_only=True):
    path = "count/slip"
    piles_up = True

    number: str


class TooMuch(Refusal):
    code = "CNT-01"


class NumberUsed(Refusal):
    code = "CNT-02"


calls = {"wavering": 0}
SUITE = Ed25519Suite()


def add(command: Add, context: Context, ledger: Ledger) -> Iterator[Event]:
    match command.trick:
        case "divide":
            _ = 1 // 0
        case "break":
            yield Added(counter=command.counter, amount_fen=-1_000_000)
        case "read fails":
            raise NodeFault("a read failed", "the store", "restart")
        case "waver":
            calls["wavering"] += 1
            raise ValueError(calls["wavering"])
        case "disk":
            raise ValueError("wrapped") from OSError(5, "EIO")
    if command.amount_fen > 1_000:
        raise TooMuch
    yield Added(counter=command.counter, amount_fen=command.amount_fen)


def slip(command: Slip, context: Context, ledger: Ledger) -> Iterator[Event]:
    if ledger.lookup("count/number", command.number):
        raise NumberUsed
    yield Slipped(slip=context.record_id(), number=command.number)


def used_twice(
    refusal: NumberUsed, command: Command, context: Context, ledger: Ledger
) -> Iterator[Event]:
    """Count what was refused; of some numbers nothing, of another by a rule that is wrong."""
    number = getattr(command, "number", "")
    if number != "quiet":
        yield Added(counter=f"twice-{number}", amount_fen=-1 if number == "breaks" else 1)


def later(command: Later, context: Context, ledger: Ledger) -> Iterator[Event]:
    yield Scheduled(due_ms=command.due_ms, handler="count.add_one", subject=command.counter)


def add_one(item: DueItem, context: Context, ledger: Ledger) -> Iterator[Event]:
    if item.subject == "never":
        raise TooMuch
    yield Added(counter=item.subject, amount_fen=1)


def added(event: Added, ledger: Ledger) -> Mapping[str, Record | None]:
    before = ledger.find(Counter, event.counter)
    total_fen = (before.total_fen if before else 0) + event.amount_fen
    return {Counter.key(event.counter): Counter(total_fen=total_fen)}


def slipped(event: Slipped, ledger: Ledger) -> Mapping[str, Record | None]:
    return {SlipRecord.key(event.slip): SlipRecord(number=event.number)}


def not_negative(counter: Counter) -> bool:
    return counter.total_fen >= 0


def keys_from_genesis(section: Any, context: Context, ledger: Ledger) -> Iterator[Event]:
    for kid, (person, public_key, state) in sorted(section.items()):
        yield KeySet(kid=kid, person=person, public_key=public_key, state=state)


class KeySet(Event, tag="small.key_set", frozen=True, kw_only=True):
    kid: str
    person: str
    public_key: str
    state: str


class Key(Record, frozen=True, kw_only=True):
    path = "small/key"

    person: str
    public_key: str
    state: str


SMALL = Module(
    name="small",
    applies={
        KeySet: lambda e, _: {
            Key.key(e.kid): Key(person=e.person, public_key=e.public_key, state=e.state)
        }
    },
    invariants={Key: ()},
    genesis=keys_from_genesis,
)
COUNT = Module(
    name="count",
    rules={Add: add, Slip: slip, Later: later},
    applies={Added: added, Slipped: slipped},
    due={"count.add_one": add_one},
    refused={NumberUsed: used_twice},
    invariants={Counter: (not_negative,), SlipRecord: ()},
    indexes={SlipRecord: (Index(name="count/number", values=lambda s: (s.number,)),)},
    tables=(
        Table(
            name="count_counters",
            of=Counter,
            columns=(Column(name="total_fen", type="int"),),
            row=lambda _, c: {"total_fen": c.total_fen},
        ),
    ),
)


class SmallGate:
    def public_key(self, kid: str, context: Context, ledger: Ledger) -> tuple[str, bytes]:
        key = ledger.find(Key, kid)
        if key is None:
            raise KeyUnknown(kid=kid)
        if key.state != "active":
            raise KeyNotValid(kid=kid, reason=key.state)
        return key.person, bytes.fromhex(key.public_key)

    def authorise(self, command: Command, context: Context, ledger: Ledger) -> None:
        if context.post == "guest":
            raise RightMissing(right=command.right(), scope="", who=("clerk",))


RULES = "tests.engine.small:VERSIONS"
VERSIONS = {1: Modules(KERNEL, SMALL, COUNT, gate=SmallGate())}


class Person:
    """Somebody with a key, who signs commands."""

    def __init__(self, name: str, seed: bytes, chain: str = "small") -> None:
        self.name = name
        self.chain = chain
        self.signer = SUITE.signer(seed)
        self.public_key = self.signer.public_key
        self.kid = SUITE.thumbprint(self.public_key)

    def payload(self, command: Command, now_ms: int, **changed: Any) -> dict[str, Any]:
        return {
            "chain": self.chain,
            "id": uuid7(now_ms),
            "as": {"organisation": "bureau", "post": "clerk"},
            "kind": command.kind,
            "on": {},
            "body": msgspec.to_builtins(command),
            "expires": now_ms + 3_600_000,
            **changed,
        }

    def sign(self, payload: Any) -> bytes:
        wire = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        return jws.sign(wire, self.signer, SUITE)

    def __call__(self, command: Command, now_ms: int | None = None, **changed: Any) -> bytes:
        now_ms = time.time_ns() // 1_000_000 if now_ms is None else now_ms
        return self.sign(self.payload(command, now_ms, **changed))


def uuid7(now_ms: int) -> str:
    bits = (now_ms << 80) | (7 << 76) | (secrets.randbits(12) << 64) | (2 << 62)
    return str(uuid.UUID(int=bits | secrets.randbits(62)))


ANN = Person("ann", b"a" * 32)
BEN = Person("ben", b"b" * 32)
GONE = Person("gone", b"g" * 32)
STRANGER = Person("stranger", b"s" * 32)
NODE = NodeKey(b"n" * 32)
SALT = b"salt" * 8


def genesis(time_ms: int = 1_700_000_000_000, refused_per_key: int = 100) -> Genesis:
    return Genesis(
        chain="small",
        time_ms=time_ms,
        offset_s=28_800,
        currency="CNY",
        minor_unit="fen",
        crypto="ed25519-sha256-aes256gcm",
        app_version=1,
        salt_sha256=hashlib.sha256(SALT).hexdigest(),
        validators=(GenesisValidator(organisation="bureau", public_key=NODE.public_key.hex()),),
        refused_per_key=refused_per_key,
        rooms={
            "small": {
                each.kid: (each.name, each.public_key.hex(), state)
                for each, state in ((ANN, "active"), (BEN, "active"), (GONE, "revoked"))
            }
        },
    )


def make(home: Path, **settings: Any) -> None:
    make_home(home, genesis(**settings), SALT, NODE, VERSIONS)
