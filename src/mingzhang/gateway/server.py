"""The HTTP application: all routes over one service."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from fastapi import Depends, FastAPI, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.datastructures import MutableHeaders
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mingzhang.crypto.jws import TOKEN_BYTES_MAX
from mingzhang.gateway import (
    classifications,
    commands,
    dealings,
    entrance,
    finding,
    following,
    kinds,
    live,
    mentions,
    problems,
    proofs,
    reads,
    rulings,
    sandbox,
    web,
    work,
    workbooks,
)
from mingzhang.gateway.service import Service

BODY_BYTES_MAX = TOKEN_BYTES_MAX + 4_096
"""Of a request that is no batch of commands: what a command may be, and its frame."""
SWITCH_S = 0.001
"""How long a thread computes before another may: the engine must not keep answers waiting."""
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def create_app(service: Service) -> FastAPI:
    """Return the ASGI application over a service whose node has been started."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        service.live.start(asyncio.get_running_loop())
        yield
        service.live.stop()

    app = FastAPI(
        title="Mingzhang 明账",
        version="1",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
    )
    problems.handle(app)
    reading = (
        kinds,
        reads,
        classifications,
        work,
        following,
        mentions,
        dealings,
        rulings,
        finding,
        proofs,
    )
    seen = [Depends(reads.seen(service))]
    for part in (entrance, *reading):
        app.include_router(part.router(service), dependencies=seen)
    for part in (commands, live, sandbox, workbooks, web):
        app.include_router(part.router(service))
    _add_health(app, service)
    app.add_middleware(RequestBodyLimitMiddleware, max_body_size=BODY_BYTES_MAX)
    app.add_middleware(problems.Explained)
    app.add_middleware(Hardened)
    generated = app.openapi
    app.openapi = lambda: kinds.described(generated(), service)  # type: ignore[method-assign]
    return app


class Hardened:
    """ASGI middleware that adds the headers which keep others out."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; complete the head of its answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        is_api = scope["path"].startswith("/api")

        async def complete(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if is_api:
                    headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await self._app(scope, receive, complete)


def _add_health(app: FastAPI, service: Service) -> None:
    @app.get("/healthz", tags=["health"], summary="Is this node well? / 健康检查")
    async def health() -> JSONResponse:
        engine = service.node.engine
        faults = [str(engine.fault)] if engine.fault else []
        faults += [service.live.fault] if service.live.fault else []
        body = {
            "well": not faults,
            "chain": service.node.genesis.chain,
            "height": engine.height,
            "views_height": service.live.height,
            "block_time_ms": engine.time_ms,
            "now_ms": engine.next_time_ms(),
            "faults": faults,
        }
        return JSONResponse(body, 503 if faults else 200)

    @app.get("/metrics", tags=["health"], summary="Prometheus metrics / 指标")
    async def metrics() -> Response:
        meters = service.meters
        meters.height.set(service.node.engine.height)
        meters.views_height.set(service.live.height)
        meters.waiting.set(service.node.engine.waiting)
        return Response(generate_latest(meters.registry), media_type=CONTENT_TYPE_LATEST)


def server_for(service: Service, host: str, port: int) -> uvicorn.Server:
    """Return a server; `serve()` it on an event loop, or `run()` it."""
    sys.setswitchinterval(SWITCH_S)
    config = uvicorn.Config(
        create_app(service),
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=5,
        # whoever asks may write X-Forwarded-For: limits count the address that really asked
        proxy_headers=False,
        # longer than clients keep idle connections (httpx: 5 s), else one asks as the other ends
        timeout_keep_alive=75,
    )
    return uvicorn.Server(config)
