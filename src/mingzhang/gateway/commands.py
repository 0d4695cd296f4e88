"""Commands over HTTP: signed ones as they come, or acting while signed in; dry runs; states."""

import asyncio
import secrets
import time
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Body, Request
from fastapi.responses import JSONResponse

from mingzhang.consensus.admission import opened, read
from mingzhang.consensus.execution import Outcome
from mingzhang.consensus.proofs import recorded_result
from mingzhang.consensus.solo import Final
from mingzhang.crypto import jws
from mingzhang.gateway.keystore import SUITE
from mingzhang.gateway.problems import (
    MEDIA_TYPE,
    Problem,
    details,
    refused,
    status_of,
    status_of_recorded,
)
from mingzhang.gateway.service import Service
from mingzhang.gateway.sessions import Session
from mingzhang.kernel.context import Context
from mingzhang.kernel.execute import Done
from mingzhang.kernel.faults import NodeFault
from mingzhang.kernel.receipts import receipt_hash
from mingzhang.kernel.records import encode
from mingzhang.kernel.refusals import AlreadySpent, Expired, Malformed, Refusal
from mingzhang.kernel.scan import ON_MAX, Payload, read_body
from mingzhang.ledger.blocks import read_block

BATCH_MAX = 500
BATCH_BYTES_MAX = BATCH_MAX * (jws.TOKEN_BYTES_MAX + 16)
EXPIRES_AFTER_MS = 3_600_000
JOSE = "application/jose"
REPEAT_COST = 5
"""Of a caller's rate: a repeated command is looked for in the journal."""
SPENT_HEIGHT = 32
"""Where the height begins in what the ledger keeps of a spent id; its receipt's hash before it."""


def router(service: Service) -> APIRouter:
    """Return the routes under ``/api/commands`` and ``/api/dry-run``."""
    routes = APIRouter(prefix="/api", tags=["commands"])

    @routes.post(
        "/commands",
        summary="Submit signed commands / 提交已签名的指令",
        max_body_size=BATCH_BYTES_MAX,
    )
    async def submit(request: Request) -> JSONResponse:
        """Take one compact JWS (``application/jose``) or ``{"commands": [JWS, …]}`` (≤ 500)."""
        if request.headers.get("content-type", "").startswith(JOSE):
            service.limit(service.command_rate, request)
            return _response(await _answered(service, request, await _token(request)))
        service.limit(service.command_rate, request)
        wire = await request.body()
        try:
            tokens = msgspec.json.decode(wire, type=_Batch).commands
        except msgspec.MsgspecError:
            raise Problem(400, "GAT-08", most=BATCH_MAX) from None
        service.limit(service.command_rate, request, len(tokens) - 1)
        finals = await _gathered([_answered(service, request, each.encode()) for each in tokens])
        return JSONResponse({"answers": [_answer(final) for final in finals]}, 207)

    @routes.post("/commands/{kind}/{version}", summary="Act while signed in / 登录后办理")
    async def act(
        request: Request, kind: str, version: int, wanted: Annotated[dict[str, Any], Body()]
    ) -> JSONResponse:
        """Sign ``{"as": {"organisation", "post"}, "on": {…}, "body": {…}}`` and submit it.

        Who gives it an ``id`` of his own (UUIDv7) and when it ``expires`` may send it again as it
        is when no answer came: it is the same command, and the answer is the first one.
        """
        session = service.required_session(request)
        service.limit(service.command_rate, request)
        payload = _payload(service, f"{kind}/{version}", wanted)
        return _response(await _answered(service, request, _signed(session, payload)))

    @routes.post(
        "/dry-run/{kind}/{version}",
        summary="What the ledger would answer, nothing recorded / 试算，不入账",
    )
    async def dry_run(
        request: Request, kind: str, version: int, wanted: Annotated[dict[str, Any], Body()]
    ) -> JSONResponse:
        """Run a command on an overlay, for checks while typing."""
        session = service.required_session(request)
        service.limit(service.command_rate, request)
        try:
            done = _preview(service, session, f"{kind}/{version}", wanted)
        except Refusal as refusal:
            return JSONResponse(refused(refusal), status_of(refusal), media_type=MEDIA_TYPE)
        except NodeFault as fault:
            service.node.engine.give_up(fault)
            raise Problem(503, "GAT-02") from fault
        events = [msgspec.json.decode(encode(event)) for event in done.events]
        return JSONResponse({"would": "accept", "events": events})

    _add_state(routes, service)
    return routes


async def _answered(service: Service, request: Request, wire: bytes) -> Final | None:
    """Submit a command; where it is recorded already, return the answer that it had then.

    A command that has expired may have been recorded before it did: then this is told, too.
    """
    final = await service.submit(wire)
    if final is None or not isinstance(final.outcome.void, (AlreadySpent, Expired)):
        return final
    service.limit(service.command_rate, request, REPEAT_COST)
    return await asyncio.to_thread(_first_answer, service, wire) or final


def _first_answer(service: Service, wire: bytes) -> Final | None:
    """Return the answer to a signed command that this ledger holds and still remembers."""
    token = opened(wire)
    if token.envelope is None:
        return None
    kid, payload = token.envelope.kid, read(token)
    with service.node.engine.state_lock:
        spent = service.node.application.spent(kid, payload.id)
        if spent is None:
            return None
        journal = service.node.store.journal(int.from_bytes(spent[SPENT_HEIGHT:], "big"))
    if journal is None:
        return None
    block = read_block(journal)
    for place, receipt in enumerate(block.receipts):
        if receipt and receipt_hash(receipt) == spent[:SPENT_HEIGHT]:
            if _content(read(opened(block.commands[place]))) != _content(payload):
                return None
            outcome = Outcome(receipt, receipt_hash(receipt), recorded_result(receipt).code)
            return Final(block.height, place, block.time_ms, outcome)
    return None


def _content(payload: Payload) -> tuple[object, ...]:
    """Return what makes two commands of one signer the same."""
    asked = payload.acting, payload.on, bytes(payload.body), payload.expires
    return payload.chain, payload.id, payload.kind, *asked


def _add_state(routes: APIRouter, service: Service) -> None:
    @routes.get(
        "/commands/{kid}/{command_id}",
        summary="unknown, pending, final or impossible / 指令状态",
    )
    async def state(
        request: Request, kid: str, command_id: str, expires: int | None = None
    ) -> dict[str, Any]:
        """Return the state of a command; `expires` (its own) tells impossible from unknown."""
        service.limit(service.read_rate, request)
        return command_state(service, kid, command_id, expires)


def command_state(
    service: Service, kid: str, command_id: str, expires_ms: int | None
) -> dict[str, Any]:
    """Return in which of its four states a command is, and its receipt's hash when final."""
    engine = service.node.engine
    # The queue first: what leaves it meanwhile stands among the receipts.
    waiting = engine.is_waiting(kid, command_id)
    with engine.state_lock:
        spent = service.node.application.spent(kid, command_id)
        block_ms = engine.time_ms
    if spent is not None:
        return {
            "state": "final",
            "height": int.from_bytes(spent[SPENT_HEIGHT:], "big"),
            "receipt_sha256": spent[:SPENT_HEIGHT].hex(),
        }
    if waiting:
        return {"state": "pending"}
    # By the ledger's time, which no later block lies before; a clock may be set back.
    if expires_ms is not None and expires_ms <= block_ms:
        return {"state": "impossible", "block_time_ms": block_ms}
    return {"state": "unknown", "block_time_ms": block_ms}


class _Batch(msgspec.Struct):
    commands: Annotated[list[str], msgspec.Meta(min_length=1, max_length=BATCH_MAX)]


class _Wanted(msgspec.Struct, forbid_unknown_fields=True):
    acting: dict[str, str] = msgspec.field(name="as")
    body: dict[str, Any]
    id: str = ""
    expires: Annotated[int, msgspec.Meta(ge=0)] = 0
    """Of a command with an id of the caller's: both belong to it, so that no repeat is another."""
    on: Annotated[dict[str, str | None], msgspec.Meta(max_length=ON_MAX)] = {}


async def _gathered(waiting: list[Any]) -> list[Final | None]:
    return list(await asyncio.gather(*waiting))


def _signed(session: Session, payload: bytes) -> bytes:
    """Return a command signed by the key that this gateway keeps. Raises `Problem`."""
    if session.signer is None:
        raise Problem(409, "GAT-29")
    try:
        return jws.sign(payload, session.signer, SUITE)
    except jws.EnvelopeRefused:
        raise Problem(413, "GAT-09", most=jws.TOKEN_BYTES_MAX) from None


async def _token(request: Request) -> bytes:
    taken = await request.body()
    if len(taken) > jws.TOKEN_BYTES_MAX:
        raise Problem(413, "GAT-09", most=jws.TOKEN_BYTES_MAX)
    return taken


def _wanted(wanted: dict[str, Any]) -> _Wanted:
    try:
        return msgspec.convert(wanted, _Wanted)
    except msgspec.ValidationError as error:
        raise Problem(400, "GAT-10", reason=str(error)) from None


def _payload(service: Service, kind: str, wanted: dict[str, Any]) -> bytes:
    asked = _wanted(wanted)
    if bool(asked.id) != bool(asked.expires):
        raise Problem(400, "GAT-10", reason="`id` and `expires` go together")
    now_ms = service.node.engine.next_time_ms()
    return msgspec.json.encode(
        {
            "chain": service.node.genesis.chain,
            "id": asked.id or new_command_id(),
            "as": asked.acting,
            "kind": kind,
            "on": asked.on,
            "body": asked.body,
            "expires": asked.expires or now_ms + EXPIRES_AFTER_MS,
        }
    )


def new_command_id() -> str:
    """Return a UUIDv7 of this machine's clock."""
    number = (time.time_ns() // 1_000_000) << 80 | secrets.randbits(80)
    number = number & ~(0xF << 76) | 7 << 76
    number = number & ~(3 << 62) | 2 << 62
    text = f"{number:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def _preview(service: Service, session: Session, kind: str, wanted: dict[str, Any]) -> Done:
    asked = _wanted(wanted)
    application = service.node.application
    command_type = application.modules.commands.get(kind)
    if command_type is None:
        raise Malformed(kind=kind, field="$.kind")
    command = read_body(command_type, kind, msgspec.Raw(msgspec.json.encode(asked.body)))
    with service.node.engine.state_lock:
        context = Context(
            setting=application.setting,
            height=application.height + 1,
            time_ms=service.node.engine.next_time_ms(),
            kid=SUITE.thumbprint(session.public_key),
            command_id=new_command_id(),
            person=session.person,
            organisation=asked.acting.get("organisation", ""),
            post=asked.acting.get("post", ""),
            seen=asked.on,
        )
        return application.preview(command, context)


def _answer(final: Final | None) -> dict[str, Any]:
    if final is None:
        return {"state": "pending"}
    if final.outcome.void is not None:
        return {"state": "void", "problem": refused(final.outcome.void)}
    receipt = msgspec.json.decode(final.outcome.receipt)
    answer = {
        "state": "final",
        "accepted": final.outcome.code == 0,
        "height": final.height,
        "place": final.place,
        "time_ms": final.time_ms,
        "receipt": receipt,
        "proof": f"/api/proofs/receipts/{final.height}/{final.place}",
    }
    note = receipt.get("refusal")
    if note is not None:
        answer["problem"] = details(status_of_recorded(note["code"]), note["code"], note["facts"])
    return answer


def _response(final: Final | None) -> JSONResponse:
    answer = _answer(final)
    if final is None:
        return JSONResponse(answer, 202)
    problem = answer.get("problem")
    if problem is None:
        return JSONResponse(answer)
    body = {**problem, **{name: value for name, value in answer.items() if name != "problem"}}
    return JSONResponse(body, problem["status"], media_type=MEDIA_TYPE)
