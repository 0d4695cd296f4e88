"""A jurisdiction for benches: many lines with quota, a clerk per unit, an agent bank.

Lines are opened in bulk by a room that only benches have; payments, contracts, rights, signatures
and everything measured are the system's own.
"""

import hashlib
import json
import secrets
import time
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import msgspec

from mingzhang.app import VERSIONS
from mingzhang.consensus.genesis import Genesis, GenesisValidator
from mingzhang.consensus.home import Node, NodeKey, make_home
from mingzhang.crypto import jws
from mingzhang.crypto.suite import Ed25519Suite
from mingzhang.domain.funds.authority import allot, appropriate, open_cell, open_line
from mingzhang.domain.identity.module import GATE
from mingzhang.kernel.calendar import day_of, iso
from mingzhang.kernel.context import Context
from mingzhang.kernel.ledger import Ledger
from mingzhang.kernel.modules import Module, Modules
from mingzhang.kernel.records import Command, Event

ROOT = Path(__file__).resolve().parents[1]
SUITE = Ed25519Suite()
UNITS = 20
LINES_A_COMMAND = 100
QUOTA_FEN = 10_000_000_000
ACCOUNT = "102581000001:6222020000000001"
PAYEE = "supplier"
YEAR = int(iso(day_of(time.time_ns() // 1_000_000, 28_800))[:4])
HEADER = {"alg": SUITE.jose_algorithms[0], "typ": jws.TYPE}


class OpenLines(Command, frozen=True, kw_only=True):
    """Open lines with quota in bulk."""

    kind = "bench.lines.open/1"

    first: int
    count: int


def open_lines(command: OpenLines, context: Context, ledger: Ledger) -> Iterator[Event]:
    """Yield what a request, a resolution and a quota document would, for each line."""
    for number in range(command.first, command.first + command.count):
        line = f"line-{number}"
        yield from open_line(
            ledger,
            line=line,
            unit=f"unit-{number % UNITS}",
            project=f"project-{number // 10}",
            function="2100212",
            economic="30201",
            title="办公费",
        )
        cell = yield from open_cell(
            ledger, context, line=line, nature="general", source="local", year=YEAR
        )
        ref = context.record_id(number)
        yield from appropriate(ledger, context, cell=cell, amount_fen=QUOTA_FEN, ref=ref)
        yield from allot(ledger, context, cell=cell, amount_fen=QUOTA_FEN, ref=ref)


BENCH = Module(name="bench", rules={OpenLines: open_lines})
BENCH_VERSIONS = {1: Modules(*VERSIONS[1].in_order, BENCH, gate=GATE)}
BENCH_RULES = "bench.world:BENCH_VERSIONS"


class Signer:
    """Somebody with a key, who signs many commands quickly."""

    def __init__(self, organisation: str, post: str) -> None:
        self.organisation, self.post = organisation, post
        self._signer = SUITE.signer(hashlib.sha256(f"bench {post}".encode()).digest())
        self.public_key = self._signer.public_key.hex()

    def __call__(self, kind: str, body: dict[str, Any], now_ms: int) -> bytes:
        """Return a signed command that is valid for a day."""
        number = now_ms << 80 | secrets.randbits(80)
        number = (number & ~(0xF << 76) | 7 << 76) & ~(3 << 62) | 2 << 62
        text = f"{number:032x}"
        payload = {
            "chain": "bench",
            "id": f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}",
            "as": {"organisation": self.organisation, "post": self.post},
            "kind": kind,
            "on": {},
            "body": body,
            "expires": now_ms + 82_800_000,
        }
        return jws.sign(msgspec.json.encode(payload), self._signer, SUITE)


BUREAU = Signer("bureau", "bureau-budget")
BANK = Signer("bank", "bank-operator")
CLERKS = [Signer(f"unit-{n}", f"unit-{n}-clerk") for n in range(UNITS)]
FINANCE = Signer("unit-0", "unit-0-finance")


def payment(number: int, line: int, now_ms: int) -> bytes:
    """Return a signed payment request with an invoice of its own, on a line."""
    body = {
        "line": f"line-{line}",
        "nature": "general",
        "source": "local",
        "year": YEAR,
        "amount_fen": 1_000 + number % 90_000,
        "purpose": "30201",
        "payee": PAYEE,
        "account": ACCOUNT,
        "invoice": f"{number:012d}",
    }
    return CLERKS[line % UNITS]("execution.payment.request/1", body, now_ms)


def payments(job: tuple[int, int, int, int]) -> list[bytes]:
    """Return signed requests (first number, count, lines, now): work for a pool of processes."""
    first, count, lines, now_ms = job
    return [payment(n, n * 7_919 % lines, now_ms) for n in range(first, first + count)]


def settlement(names: list[str], now_ms: int) -> bytes:
    """Return the bank's signed report that payments were settled."""
    items = [{"payment": name, "outcome": "settled", "reference": name[-12:]} for name in names]
    return BANK("execution.bank.settle/1", {"items": items}, now_ms)


def make_world(home: Path, lines: int) -> Node:
    """Make a home with so many lines and start its node."""
    key, salt = NodeKey(SUITE.generate_key()), secrets.token_bytes(32)
    genesis = Genesis(
        chain="bench",
        time_ms=time.time_ns() // 1_000_000 - 10_000,
        offset_s=28_800,
        currency="CNY",
        minor_unit="fen",
        crypto=SUITE.name,
        app_version=1,
        salt_sha256=hashlib.sha256(salt).hexdigest(),
        validators=(GenesisValidator(organisation="bureau", public_key=key.public_key.hex()),),
        rooms=_rooms(),
    )
    make_home(home, genesis, salt, key, BENCH_VERSIONS)
    node = Node(home, BENCH_VERSIONS, rules=BENCH_RULES)
    node.start()
    now_ms = time.time_ns() // 1_000_000
    setting_up = [
        FINANCE(
            "execution.payee.register/1",
            {
                "payee": PAYEE,
                "title": "供应商",
                "payee_class": "supplier",
                "credit_code": "91440000BENCH0000K",
                "account": ACCOUNT,
            },
            now_ms,
        )
    ]
    setting_up += [
        BUREAU("bench.lines.open/1", {"first": n, "count": LINES_A_COMMAND}, now_ms)
        for n in range(0, lines, LINES_A_COMMAND)
    ]
    for answer in [node.engine.submit(wire) for wire in setting_up]:
        final = answer.result(600)
        if final.outcome.code:
            raise RuntimeError(final.outcome.receipt[:600] or str(final.outcome.void))
    return node


def _contracts() -> list[Any]:
    paths = sorted((ROOT / "contracts").glob("*.json"))
    return [json.loads(path.read_text(encoding="utf-8")) for path in paths]


def _rooms() -> dict[str, Any]:
    path = resources.files("mingzhang.domain.identity") / "standard.json"
    standard = json.loads(path.read_text(encoding="utf-8"))
    for role in standard["roles"]:
        if role["id"] == "finance.budget":
            role["rights"] = sorted([*role["rights"], "bench.lines.open"])
    names = {"zh": "基准", "en": "bench"}
    people = [
        (BUREAU, "finance.budget"),
        (BANK, "agent_bank.operator"),
        (FINANCE, "unit.finance"),
        *((clerk, "unit.clerk") for clerk in CLERKS),
    ]
    organisations = [
        {"id": "city", "kind": "government", "names": names},
        {"id": "bureau", "kind": "finance_bureau", "parent": "city", "names": names},
        {"id": "department", "kind": "department", "parent": "city", "names": names},
        {"id": "bank", "kind": "agent_bank", "names": names},
        *(
            {"id": f"unit-{n}", "kind": "unit", "parent": "department", "unit_kind": "organ",
             "names": names}
            for n in range(UNITS)
        ),
    ]  # fmt: skip
    identity = {
        **standard,
        "organisations": organisations,
        "posts": [
            {"id": who.post, "organisation": who.organisation, "roles": [role], "titles": names}
            for who, role in people
        ],
        "persons": [
            {
                "id": f"p-{who.post}",
                "organisation": who.organisation,
                "posts": [who.post],
                "names": names,
                "keys": [{"public_key": who.public_key, "label": "bench"}],
            }
            for who, _ in people
        ],
        "governance": {
            "institutions": [{"organisation": "bureau", "weight": 1}],
            "participation_bp": 5_000,
            "approval_bp": 5_000,
        },
        "calendar": [],
    }
    return {
        "identity": identity,
        "contracts": {"delay_days": 7, "vote_days": 14, "documents": _contracts()},
        "funds": {"carry_over_years": 2, "reference": "bench"},
        "execution": {
            "procurement_from_fen": {"works": 400000000, "equipment": 200000000,
                                     "services": 100000000},
            "payee_classes": {"302": ["supplier"]},
            "desks": [],
            "reference": "bench",
        },
    }  # fmt: skip
