"""Signing in and out."""

import asyncio
from ipaddress import ip_address
from typing import Any

import msgspec
from fastapi import APIRouter, Request, Response
from sqlalchemy import select

from mingzhang.gateway.keystore import SUITE
from mingzhang.gateway.problems import Problem
from mingzhang.gateway.rights import posts_held
from mingzhang.gateway.service import Service
from mingzhang.gateway.sessions import COOKIE, LIFE_S, Session
from mingzhang.verify.ed25519 import signature_holds
from mingzhang.views.schema import in_force

HTTP_PORT = 80
IPV6 = 6


class SignIn(msgspec.Struct, forbid_unknown_fields=True):
    """What the form sends."""

    user: str
    password: str


class KeySignIn(msgspec.Struct, forbid_unknown_fields=True):
    """What a browser sends that holds the person's key: 32 and 64 bytes in hex."""

    origin: str
    challenge: str
    public_key: str
    signature: str


FORM = {
    "required": True,
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "required": ["user", "password"],
                "properties": {"user": {"type": "string"}, "password": {"type": "string"}},
            }
        }
    },
}


def router(service: Service) -> APIRouter:
    """Return the routes under ``/api/session``."""
    routes = APIRouter(prefix="/api", tags=["session"])
    _add_key_sign_in(routes, service)

    @routes.post("/session", summary="Sign in / 登录", openapi_extra={"requestBody": FORM})
    async def sign_in(request: Request, response: Response) -> dict[str, Any]:
        """Set the session's cookie; repeat `csrf` of the answer in X-CSRF-Token to change things.

        Five failures in a row lock a name for fifteen minutes.
        """
        service.limit(service.sign_in_rate, request)
        asked = await _read(request)
        return await begin_session(service, request, response, asked.user, asked.password)

    @routes.get("/session", summary="Who is signed in / 当前用户")
    async def who(request: Request) -> dict[str, Any]:
        session = service.session(request)
        return _shown(service, session) if session else {"person": None}

    @routes.get("/session/keys", summary="Keys registered for me / 本人的签字密钥")
    async def keys(request: Request) -> dict[str, Any]:
        """Show whoever is signed in the keys that sign for him, and no others."""
        session = service.required_session(request)
        _, table = service.projector.schema.rooms["identity_keys"]
        own = select(table).where(in_force(table, None), table.c.person == session.person)
        return {
            "height": service.live.height,
            "rows": service.projector.fetch(own.order_by(table.c.from_ms, table.c.id)),
        }

    @routes.delete("/session", summary="Sign out / 退出", status_code=204)
    async def sign_out(request: Request, response: Response) -> None:
        service.required_session(request)
        service.sessions.end(request.cookies.get(COOKIE))
        response.delete_cookie(COOKIE, path="/")

    return routes


def _add_key_sign_in(routes: APIRouter, service: Service) -> None:
    @routes.post("/session/challenge", summary="A text to sign in with / 登录用的待签文本")
    async def challenge(request: Request) -> dict[str, str]:
        """Ask none for a page of another address, as a browser names it: he would sign for it."""
        service.limit(service.sign_in_rate, request)
        if (page := request.headers.get("origin")) is not None:
            _require_own(service, request, page)
        return {"challenge": service.challenges.ask()}

    @routes.post("/session/key", summary="Sign in by one's own key / 用自己的密钥登录")
    async def sign_in_by_key(request: Request, response: Response) -> dict[str, Any]:
        """Take a signature over ``mingzhang sign-in``, ledger, origin and challenge, a line each.

        The origin is that of the page which the person sees, one of this gateway's own.
        Such a session reads and tries; what it gives is signed where the key is.
        """
        service.limit(service.sign_in_rate, request)
        _require_json(request)
        try:
            asked = msgspec.json.decode(await request.body(), type=KeySignIn)
            return _by_key(service, request, response, asked)
        except (msgspec.MsgspecError, ValueError):
            raise Problem(
                400, "GAT-10", reason="origin, challenge, public_key, signature"
            ) from None


async def begin_session(
    service: Service, request: Request, response: Response, user: str, password: str
) -> dict[str, Any]:
    """Open a user's key, set the session's cookie and say who is signed in. Raises `Problem`."""
    async with service.deriving:
        # Inside, so that guesses made at once are counted one after another.
        locked_s = service.failures.locked_s(user)
        if locked_s:
            service.meters.sign_ins.labels("locked").inc()
            raise Problem(429, "GAT-12", seconds=locked_s)
        service.failures.note(user)
        found = await asyncio.to_thread(service.keystore.open, user, password)
    if found is None:
        service.meters.sign_ins.labels("refused").inc()
        raise Problem(401, "GAT-11")
    service.require_valid(found[1].public_key)
    service.failures.clear(user)
    service.meters.sign_ins.labels("accepted").inc()
    person, signer = found
    begun = service.sessions.begin(user, person, signer.public_key, signer)
    return _begun(service, request, response, *begun)


def _by_key(
    service: Service, request: Request, response: Response, asked: KeySignIn
) -> dict[str, Any]:
    """Begin a session of somebody who has signed a challenge for this address. Raises `Problem`."""
    said = sign_in_message(service.node.genesis.chain, asked.origin, asked.challenge)
    public_key, signature = bytes.fromhex(asked.public_key), bytes.fromhex(asked.signature)
    # The challenge first: whatever comes of it, it counts no more.
    was_asked = service.challenges.take(asked.challenge)
    _require_own(service, request, asked.origin)
    if not (was_asked and signature_holds(public_key, said, signature)):
        service.meters.sign_ins.labels("refused").inc()
        raise Problem(401, "GAT-30")
    person = service.require_valid(public_key)
    service.meters.sign_ins.labels("accepted").inc()
    return _begun(service, request, response, *service.sessions.begin(person, person, public_key))


def _require_own(service: Service, request: Request, origin: str) -> None:
    """Refuse a page of another address: it may have passed on what this gateway asked.

    Raises `Problem`. The Host header is no measure: who passes a sign-in on writes it as he likes.
    """
    own = service.origins or served_at(request)
    if origin not in own:
        service.meters.sign_ins.labels("refused").inc()
        raise Problem(403, "GAT-31", origin=origin, origins=list(own))


def served_at(request: Request) -> tuple[str, ...]:
    """Return the origins of the very address at which a request arrived at this machine."""
    host, port = request.scope.get("server") or ("", None)
    if port is None:
        return ()
    address = ip_address(host)
    names = [f"[{host}]" if address.version == IPV6 else host]
    if address.is_loopback:
        names.append("localhost")
    place = "" if port == HTTP_PORT else f":{port}"
    return tuple(f"http://{name}{place}" for name in names)


def sign_in_message(chain: str, origin: str, challenge: str) -> bytes:
    """Return what is signed to sign in; no command reads like it, for a command has no newline."""
    return f"mingzhang sign-in\n{chain}\n{origin}\n{challenge}".encode()


def _begun(
    service: Service, request: Request, response: Response, name: str, session: Session
) -> dict[str, Any]:
    """Set a new session's cookie and say who is signed in."""
    response.set_cookie(
        COOKIE,
        name,
        max_age=LIFE_S,
        httponly=True,
        secure=request.url.scheme == "https",
        samesite="strict",
        path="/",
    )
    return _shown(service, session)


def _require_json(request: Request) -> None:
    """Refuse what a form on another site's page can send: it would sign its visitor in as another.

    Raises `Problem`. A browser sends JSON across sites only where this gateway allows it: nowhere.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise Problem(415, "GAT-10", reason="Content-Type: application/json")


async def _read(request: Request) -> SignIn:
    _require_json(request)
    wire = await request.body()
    try:
        return msgspec.json.decode(wire[:4_096], type=SignIn)
    except msgspec.MsgspecError:
        raise Problem(400, "GAT-10", reason="user, password") from None


def _shown(service: Service, session: Session) -> dict[str, Any]:
    """Show who is signed in, and for which posts he may act: one of them goes into `X-Acting`."""
    ledger = service.node.application.view()
    posts = posts_held(ledger, session.person, service.node.engine.time_ms)
    return {
        "user": session.user,
        "person": session.person,
        "posts": posts,
        "csrf": session.csrf,
        "kid": SUITE.thumbprint(session.public_key),
        "signs_here": session.signer is not None,
    }
