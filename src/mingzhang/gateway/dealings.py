"""What an organisation has to do with others' money: its agreements, its payments, its receipts.

A supplier or engineer reads by right what is its own organisation's. The agreements that it has
signed, or supervises, stand under the unit that pays: here a party reads them all the same, with
the versions that it names in `on`. What is the unit's alone is left out. Sources: rows G3, G4, F6.
"""

from typing import Any

import msgspec
from fastapi import APIRouter, Request
from sqlalchemy import or_, select

from mingzhang.consensus.admission import opened, read
from mingzhang.gateway.problems import Problem, details, status_of_recorded
from mingzhang.gateway.reads import standing
from mingzhang.gateway.service import Service
from mingzhang.gateway.work import Asking, Row, asked_by
from mingzhang.ledger.blocks import read_block

RECEIPTS = 100
"""Newest receipts of one's own that an answer names."""
OF_THE_UNIT = (
    *("line", "parts", "submitted_by", "proposed_by"),
    *("case_id", "case", "intention", "purpose", "ruling"),
)
"""Members that tell of the unit's budget and its decisions, not of what a party has agreed."""
OF_AN_ACCOUNT = ("unit", "account", "counts")
"""What a payee is told of a change of his account: not who of the unit has confirmed it."""
OF_THE_PAYEE = ("account", "wage_account", "award")
"""Members of an agreement that do not concern its supervising engineer."""


def router(service: Service) -> APIRouter:
    """Return the routes under ``/api``."""
    routes = APIRouter(prefix="/api", tags=["dealings"])

    @routes.get("/dealings", summary="Agreements one is party to / 本单位作为一方的合同与收款")
    async def dealings(request: Request) -> dict[str, Any]:
        """As payee or as supervising engineer; payments as payee; receipts of one's own."""
        service.limit(service.read_rate, request)
        return _dealings(asked_by(service, request))

    @routes.get("/refusals/{height}/{place}", summary="A refusal with its command / 一次拒绝")
    async def refusal(request: Request, height: int, place: int) -> dict[str, Any]:
        """Return the problem and the body that was refused, to who gave it or may read it."""
        service.limit(service.read_rate, request)
        await service.caught_up(height)
        return _refusal(asked_by(service, request), height, place)

    return routes


def _dealings(asking: Asking) -> dict[str, Any]:
    own = asking.context.organisation
    _, agreements = asking.table("execution_agreements")
    _, payments = asking.table("execution_payments")
    party = or_(agreements.c.payee == own, agreements.c.engineer == own)
    dealt = asking.rows("execution_agreements", party)
    names = [row["id"] for row in dealt]
    parts: dict[str, list[Row]] = {}
    for table in ("milestones", "changes", "nonconformities"):
        _, sql = asking.table(f"execution_{table}")
        parts[table] = asking.rows(f"execution_{table}", sql.c.agreement.in_(names))
    paid = asking.rows("execution_payments", payments.c.payee == own)
    _, accounts = asking.table("execution_accounts")
    changed = asking.rows("execution_accounts", accounts.c.payee == own)
    return {
        "height": asking.service.live.height,
        "agreements": [
            _whole(asking, "execution/agreement", row, () if row["payee"] == own else OF_THE_PAYEE)
            for row in dealt
        ],
        "milestones": [_whole(asking, "execution/milestone", row) for row in parts["milestones"]],
        "changes": [_whole(asking, "execution/change", row) for row in parts["changes"]],
        "nonconformities": parts["nonconformities"],
        "payments": [_without(row) for row in paid],
        "accounts": [{name: row[name] for name in OF_AN_ACCOUNT} for row in changed],
        "receipts": _receipts(asking),
    }


def _without(members: Row, hidden: tuple[str, ...] = ()) -> Row:
    left_out = (*OF_THE_UNIT, *hidden)
    return {name: value for name, value in members.items() if name not in left_out}


def _whole(asking: Asking, path: str, row: Row, hidden: tuple[str, ...] = ()) -> Row:
    """Return a row with its record, without what is not the party's, and the record's version."""
    leaf = standing(asking.service, f"{path}/{row['id']}")
    shown = _without(row, hidden)
    if leaf is None:
        return shown
    record = _without(msgspec.json.decode(leaf.record), hidden)
    return {**shown, "record": record, "version": leaf.value.hex()}


def _receipts(asking: Asking) -> list[Row]:
    schema = asking.service.projector.schema
    commands, blocks = schema.commands, schema.blocks
    wanted = (
        select(
            commands.c.height,
            commands.c.place,
            commands.c.kind,
            commands.c.accepted,
            commands.c.code,
            blocks.c.time_ms,
        )
        .join(blocks, blocks.c.height == commands.c.height)
        .where(commands.c.person == asking.context.person)
        .order_by(commands.c.height.desc(), commands.c.place)
        .limit(RECEIPTS)
    )
    return asking.service.projector.fetch(wanted)


def _refusal(asking: Asking, height: int, place: int) -> dict[str, Any]:
    service = asking.service
    commands, blocks = service.projector.schema.commands, service.projector.schema.blocks
    found = service.projector.fetch(
        select(commands, blocks.c.time_ms)
        .join(blocks, blocks.c.height == commands.c.height)
        .where(
            commands.c.height == height,
            commands.c.place == place,
            commands.c.accepted.is_(False),
        )
    )
    if not found:
        raise Problem(404, "GAT-17", key=f"refusals/{height}/{place}", height=service.live.height)
    (row,) = found
    if not asking.who.may_see(row):
        raise Problem(403, "GAT-13", what=f"refusals/{height}/{place}")
    problem = details(status_of_recorded(row["code"]), row["code"], row["facts"])
    return {**row, "problem": problem, "body": _body(service, height, place)}


def _body(service: Service, height: int, place: int) -> Any:  # noqa: ANN401 - as the command has it
    """Return a command's body as its signer sent it; None where this node has not the block."""
    with service.node.engine.state_lock:
        wire = service.node.store.journal(height)
    if wire is None:
        return None
    payload = read(opened(read_block(wire).commands[place]))
    return msgspec.json.decode(payload.body)
