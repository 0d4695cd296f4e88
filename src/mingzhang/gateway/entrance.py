"""Signing in and out."""

import asyncio
from typing import Any

import msgspec
from fastapi import APIRouter, Request, Response

from mingzhang.gateway.problems import Problem
from mingzhang.gateway.rights import posts_held
from mingzhang.gateway.service import Service
from mingzhang.gateway.sessions import COOKIE, LIFE_S, Session


class SignIn(msgspec.Struct, forbid_unknown_fields=True):
    """What the form sends."""

    user: str
    password: str


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

    @routes.delete("/session", summary="Sign out / 退出", status_code=204)
    async def sign_out(request: Request, response: Response) -> None:
        service.required_session(request)
        service.sessions.end(request.cookies.get(COOKIE))
        response.delete_cookie(COOKIE, path="/")

    return routes


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
    service.require_valid(found[1])
    service.failures.clear(user)
    service.meters.sign_ins.labels("accepted").inc()
    name, session = service.sessions.begin(user, *found)
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


async def _read(request: Request) -> SignIn:
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
    }
