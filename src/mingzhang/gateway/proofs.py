"""Checkpoints, countersignatures and proof bundles: what a verifier takes away."""

import msgspec
from fastapi import APIRouter, Request, Response
from sqlalchemy import select

from mingzhang.consensus.admission import opened, read, require_signed
from mingzhang.consensus.proofs import CountersignatureRefused, ProofRefused
from mingzhang.crypto.jws import TOKEN_BYTES_MAX
from mingzhang.gateway.problems import Problem, status_of
from mingzhang.gateway.rights import owner_of, reader
from mingzhang.gateway.service import Service
from mingzhang.kernel.context import Context
from mingzhang.kernel.refusals import Void
from mingzhang.verify.ed25519 import signature_holds

NOTE_BYTES_MAX = 65_536
TEXT = "text/plain; charset=utf-8"
BUNDLE = "application/json"


def router(service: Service) -> APIRouter:
    """Return the routes for proofs under ``/api``."""
    routes = APIRouter(prefix="/api", tags=["proofs"])
    _add_roots(routes, service)
    _add_bundles(routes, service)
    return routes


def _add_roots(routes: APIRouter, service: Service) -> None:
    proofs, kept = service.node.proofs, service.node.countersigned

    @routes.get("/checkpoint", summary="The newest checkpoint, a C2SP signed note / 检查点")
    async def checkpoint(request: Request) -> Response:
        """Signed by the node alone. A root to trust comes from somebody else."""
        service.limit(service.read_rate, request)
        return Response(proofs.checkpoint(), media_type=TEXT)

    @routes.get("/checkpoint/countersigned", summary="The newest countersigned one / 已联署检查点")
    async def countersigned() -> Response:
        found = kept.newest()
        if found is None:
            raise Problem(404, "GAT-21")
        return Response(found, media_type=TEXT)

    @routes.post("/checkpoint/countersignatures", summary="Countersign / 联署", status_code=204)
    async def countersign(request: Request) -> None:
        service.limit(service.sign_in_rate, request)
        data = await request.body()
        try:
            kept.add(data[:NOTE_BYTES_MAX], proofs.checkpoint())
        except CountersignatureRefused as refused:
            raise Problem(422, "GAT-19", reason=refused.reason) from None

    @routes.get("/validators", summary="The root file that pins the validators / 验证节点")
    async def validators() -> Response:
        return Response(proofs.validators_file(), media_type=BUNDLE)

    @routes.get("/keys", summary="Verifier keys of node and countersigners / 核验公钥")
    async def keys() -> dict[str, object]:
        return {"node": proofs.verifier_key(), "countersigners": kept.names()}


def _add_bundles(routes: APIRouter, service: Service) -> None:
    @routes.get("/proofs/records/{key:path}", summary="Bundle for a record / 记录的证明")
    async def record(request: Request, key: str, older: int | None = None) -> Response:
        """Presence, or absence where there is no such record. `older`: your checkpoint's size."""
        service.limit(service.read_rate, request)
        return _record(service, request, key, older)

    @routes.get("/proofs/receipts/{height}/{place}", summary="Bundle for a receipt / 回执的证明")
    async def receipt(
        request: Request, height: int, place: int, older: int | None = None
    ) -> Response:
        service.limit(service.read_rate, request)
        bundle = _receipt(service, height, place, older)
        await service.caught_up(height)
        _require_receipt(service, request, height, place)
        return Response(bundle, media_type=BUNDLE)

    @routes.post("/proofs/receipts", summary="Receipt of one's own command / 本人指令的回执")
    async def own_receipt(request: Request) -> Response:
        """Send the signed command again (``application/jose``); nothing is submitted."""
        service.limit(service.read_rate, request)
        token = await request.body()
        return _own_receipt(service, token[: TOKEN_BYTES_MAX + 1])


def _own_receipt(service: Service, token: bytes) -> Response:
    """Return the receipt's bundle to whoever holds the signed command itself."""
    opened_token = opened(token)
    application, engine = service.node.application, service.node.engine
    with engine.state_lock:
        context = Context(
            setting=application.setting, height=application.height, time_ms=engine.time_ms
        )
        try:
            require_signed(
                opened_token, application.modules.gate, application.view(), context, signature_holds
            )
            payload = read(opened_token)
        except Void as void:
            raise Problem(status_of(void), void.code, **void.facts()) from None
    kid = opened_token.envelope.kid if opened_token.envelope else ""
    commands = service.projector.schema.commands
    rows = service.projector.fetch(
        select(commands).where(commands.c.kid == kid, commands.c.id == payload.id)
    )
    if not rows:
        raise Problem(404, "GAT-22")
    return Response(_receipt(service, rows[0]["height"], rows[0]["place"]), media_type=BUNDLE)


def _receipt(service: Service, height: int, place: int, older: int | None = None) -> bytes:
    try:
        return service.node.proofs.receipt(height, place, older)
    except ProofRefused as refused:
        raise Problem(404, "GAT-18", reason=refused.reason) from None


def _record(service: Service, request: Request, key: str, older: int | None) -> Response:
    committed = service.node.application.committed
    try:
        record_type = committed.modules.record_type(key)
        volume = committed.volume_of(key, record_type)
    except (KeyError, ValueError):
        raise Problem(404, "GAT-17", key=key, height=service.node.engine.height) from None
    who = reader(service, request)

    def permit(record: bytes) -> None:
        who.require_record(key, owner_of(msgspec.json.decode(record)))

    try:
        bundle = service.node.proofs.record(key, volume, older, permit)
    except (ProofRefused, ValueError) as refused:
        raise Problem(503, "GAT-18", reason=str(refused)) from None
    return Response(bundle, media_type=BUNDLE)


def _require_receipt(service: Service, request: Request, height: int, place: int) -> None:
    commands = service.projector.schema.commands
    (row,) = service.projector.fetch(
        select(commands).where(commands.c.height == height, commands.c.place == place)
    )
    if not reader(service, request).may_see(row):
        raise Problem(403, "GAT-13", what=f"{height}/{place}")
