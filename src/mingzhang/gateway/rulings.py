"""What contracts have decided, newest first, and the points of the lifecycle that ask them.

Decisions are read where they stand on the ledger: in the events of what was accepted, in the
facts of what was refused. The ledger keeps a decision's inputs as a fingerprint only.
"""

import asyncio
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Query, Request
from sqlalchemy import ColumnElement, Select, and_, select

from mingzhang.domain.contracts.admission import admit
from mingzhang.domain.contracts.admission_texts import abort_text, finding_text
from mingzhang.domain.contracts.decision import DecisionNote, clauses_of
from mingzhang.domain.contracts.evaluator import Aborted, evaluator_of
from mingzhang.domain.contracts.hook_catalogue import HOOKS
from mingzhang.domain.contracts.hooks import VERDICTS
from mingzhang.domain.contracts.program import Finding
from mingzhang.domain.contracts.state import ContractText
from mingzhang.gateway.problems import Problem
from mingzhang.gateway.reads import HEIGHT_MAX, shown_command, times_of
from mingzhang.gateway.rights import PUBLIC_ROOMS, Reader, reader
from mingzhang.gateway.service import Service
from mingzhang.kernel.modules import Modules

LOOKED_AT = 1_000
"""Events, and refusals, that one request looks through, and the rest of the oldest block."""
NOTE = ("input_sha256", "rows"), ("input_sha256", "row")
"""Members by which the note of a decision is known within an event: of several rows, or of one."""
NOTE_DEPTH = 3

Sha256 = Annotated[str, Query(pattern="^[0-9a-f]{64}$")]
Below = Annotated[int, Query(ge=0, le=HEIGHT_MAX)]
Row = dict[str, Any]


class Trial(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Facts that somebody invents, and the contract that is to judge them."""

    contract: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
    inputs: dict[str, int | bool | str | list[int | str]]


def router(service: Service) -> APIRouter:
    """Return the routes under ``/api`` that tell of contracts."""
    routes = APIRouter(prefix="/api", tags=["contracts"])
    kinds = deciding_kinds(service.node.application.modules)

    @routes.get("/hooks", summary="Where contracts decide, with inputs and effects / 挂接点")
    async def hooks() -> dict[str, Any]:
        return {
            "verdicts": list(VERDICTS),
            "hooks": [msgspec.to_builtins(each) for each in HOOKS.values()],
        }

    @routes.post("/admission", summary="What stands against a contract's document / 合约检查")
    async def admission(request: Request) -> dict[str, Any]:
        """Judge a document by steps 1 to 5 as every validator does; all findings of the first step.

        Nothing is recorded. The body is the document.
        """
        service.required_session(request)
        service.limit(service.command_rate, request, cost=10)
        judged = admit((await request.body()).decode(errors="replace"), HOOKS)
        return {"step": judged.step, "findings": [_worded(each) for each in judged.findings]}

    @routes.post("/trial", summary="What a contract says to invented facts / 试一试规则")
    async def trial(request: Request) -> dict[str, Any]:
        """Let a contract of the ledger judge ``{"contract", "inputs"}``; nothing is recorded.

        Whoever may read the contract, and that is everybody, may try it.
        """
        service.limit(service.read_rate, request, cost=10)
        try:
            asked = msgspec.json.decode(await request.body(), type=Trial)
        except msgspec.MsgspecError as error:
            raise Problem(400, "GAT-10", reason=str(error)) from None
        return await asyncio.to_thread(_tried, service, asked)

    @routes.get("/decisions", summary="What a contract has decided, newest first / 判定")
    def decisions(request: Request, contract: Sha256, before: Below = HEIGHT_MAX) -> dict[str, Any]:
        """`before` of the answer asks for the older ones; null where there are none.

        Rows and verdict of an accepted command are shown to those who may see the command.
        """
        service.limit(service.read_rate, request)
        who = reader(service, request)
        accepted, left_off = _accepted(service, who, kinds, contract, before)
        refused, more = _refused(service, who, contract, before)
        oldest = max(left_off, more)
        found = [each for each in accepted + refused if each["height"] >= oldest]
        found.sort(key=lambda each: (-each["height"], each["place"]))
        return {
            "height": service.live.height,
            "known_from": service.projector.blocks_from,
            "decisions": _timed(service, found),
            "before": oldest or None,
        }

    return routes


def _tried(service: Service, asked: Trial) -> dict[str, Any]:
    """Return what the contract alone says: its outputs, and the rows that fired in their order."""
    ledger, height = service.node.application.view(), service.node.engine.height
    text = ledger.find(ContractText, asked.contract)
    if text is None:
        raise Problem(404, "GAT-17", key=f"contracts/text/{asked.contract}", height=height)
    evaluator = evaluator_of(asked.contract, lambda: bytes(text.document))
    given = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in asked.inputs.items()
    }
    try:
        outcome = evaluator.evaluate(given)
    except Aborted as aborted:
        zh, en = abort_text(aborted.reason, aborted.what)
        return {"height": height, "outputs": None, "rows": [], "aborted": {"zh": zh, "en": en}}
    note = DecisionNote(
        hook=text.hook,
        binding=0,
        input_sha256="",
        contracts=(asked.contract,),
        rows=tuple(f"{text.name}/{node}/{row}" for node, row in outcome.fired),
    )
    rows = [msgspec.to_builtins(each) for each in clauses_of(ledger, note)]
    return {"height": height, "outputs": outcome.outputs, "rows": rows, "aborted": None}


def _worded(finding: Finding) -> dict[str, Any]:
    zh, en = finding_text(finding.code, finding.what)
    return {**msgspec.structs.asdict(finding), "zh": zh, "en": en}


def deciding_kinds(modules: Modules) -> tuple[str, ...]:
    """Return the kinds of event that hold the note of a decision."""
    return tuple(
        kind
        for kind, event in modules.events.items()
        if any(
            _is_note(part.get("properties", {}))
            for part in msgspec.json.schema_components([event])[1].values()
        )
    )


def _is_note(members: Mapping[str, object]) -> bool:
    return any(all(name in members for name in names) for names in NOTE)


def _notes(value: object, depth: int = NOTE_DEPTH) -> Iterator[Row]:
    if not isinstance(value, dict):
        return
    if _is_note(value):
        yield value
    elif depth:
        for each in value.values():
            yield from _notes(each, depth - 1)


def _accepted(
    service: Service, who: Reader, kinds: tuple[str, ...], contract: str, before: int
) -> tuple[list[Row], int]:
    """Return decisions of accepted commands, and the height below which none was looked at."""
    events, commands = service.projector.schema.events, service.projector.schema.commands
    given = ("kind", "organisation", "person", "kid")
    same = and_(events.c.height == commands.c.height, events.c.place == commands.c.place)
    statement = (
        select(events, *(commands.c[name].label(f"command_{name}") for name in given))
        .select_from(events.outerjoin(commands, same))
        .where(events.c.kind.in_(kinds), events.c.height < before)
        .order_by(events.c.height.desc(), events.c.place)
    )
    rows, oldest = _page(service, statement, events.c.height)
    found = []
    for row in rows:
        for note in _notes(msgspec.json.decode(row["event"])):
            if contract in note.get("contracts", ()) or contract == note.get("contract"):
                command = {name: row[f"command_{name}"] or "" for name in given}
                is_open = row["kind"].startswith(PUBLIC_ROOMS) or who.may_see(command)
                found.append(_decision(row, command, note, is_open=is_open))
    return found, oldest


def _decision(row: Row, command: Row, note: Row, *, is_open: bool) -> Row:
    return {
        "height": row["height"],
        "place": row["place"],
        "event": row["kind"],
        "kind": command["kind"],
        "organisation": command["organisation"],
        "accepted": True,
        "verdict": note.get("verdict", "") if is_open else None,
        "rows": list(note.get("rows") or [note["row"]]) if is_open else None,
        "binding": note.get("binding", 0),
        "input_sha256": note["input_sha256"],
        "told": None,
    }


def _refused(service: Service, who: Reader, contract: str, before: int) -> tuple[list[Row], int]:
    """Return decisions that refused a command, and the height below which none was looked at."""
    commands = service.projector.schema.commands
    statement = (
        select(commands)
        .where(commands.c.accepted.is_(False), commands.c.clause != "", commands.c.height < before)
        .order_by(commands.c.height.desc(), commands.c.place)
    )
    rows, oldest = _page(service, statement, commands.c.height)
    found = [_refusal(who, row) for row in rows if contract in _documents(row["facts"])]
    return found, oldest


def _documents(facts: Row) -> tuple[object, ...]:
    return facts.get("contract_sha256"), facts.get("contract")


def _refusal(who: Reader, row: Row) -> Row:
    facts = row["facts"]
    return {
        "height": row["height"],
        "place": row["place"],
        "event": "",
        "kind": row["kind"],
        "organisation": row["organisation"],
        "accepted": False,
        "verdict": facts.get("verdict", "reject"),
        "rows": [facts.get("row") or row["clause"]],
        "binding": facts.get("binding", 0),
        "input_sha256": facts.get("input_sha256", ""),
        "told": shown_command(who, row).get("told"),
    }


def _page(
    service: Service, statement: Select[Any], height: ColumnElement[int]
) -> tuple[list[Row], int]:
    """Return a page that ends with a whole block, and that block's height; 0 at the beginning."""
    rows = service.projector.fetch(statement.limit(LOOKED_AT))
    if len(rows) < LOOKED_AT:
        return rows, 0
    oldest = int(rows[-1]["height"])
    whole = [row for row in rows if row["height"] != oldest]
    return whole + service.projector.fetch(statement.where(height == oldest)), oldest


def _timed(service: Service, found: list[Row]) -> list[Row]:
    times = times_of(service, {each["height"]: None for each in found})
    return [{**each, "time_ms": times.get(each["height"])} for each in found]
