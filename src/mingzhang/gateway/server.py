"""The HTTP application: all routes over one service."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from mingzhang.gateway import commands, entrance, kinds, live, pages, problems, proofs, reads
from mingzhang.gateway.service import Service

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
    app.add_exception_handler(problems.Problem, problems.answer)
    for part in (commands, entrance, kinds, reads, proofs, live, pages):
        app.include_router(part.router(service))
    _add_health(app, service)
    app.middleware("http")(_hardened)
    generated = app.openapi
    app.openapi = lambda: kinds.described(generated(), service)  # type: ignore[method-assign]
    return app


async def _hardened(request: Request, call_next: Callable[[Request], Any]) -> Response:
    response: Response = await call_next(request)
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.url.path.startswith("/api"):
        response.headers.setdefault("Cache-Control", "no-store")
    return response


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
    config = uvicorn.Config(
        create_app(service),
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=5,
    )
    return uvicorn.Server(config)
