"""Live updates: server-sent events that carry a height and topics, never content.

The page reads again under its own rights (design section 9).
"""

from collections.abc import AsyncIterator
from typing import Any

import msgspec
from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse
from sqlalchemy import select

from mingzhang.gateway.service import Service, caller_of

TOPICS_MAX = 64


def router(service: Service) -> APIRouter:
    """Return the route ``/api/live``."""
    routes = APIRouter(prefix="/api", tags=["live"])

    @routes.get("/live", summary="Heights and topics as they come / 实时更新")
    async def live(request: Request) -> StreamingResponse:
        service.live.begin_watching(caller_of(request))
        return StreamingResponse(_stream(service, request), media_type="text/event-stream")

    return routes


async def _stream(service: Service, request: Request) -> AsyncIterator[bytes]:
    try:
        last = service.live.height
        async for height in service.live.heights():
            if await request.is_disconnected():
                return
            data = {"height": height, "topics": _topics(service, last, height)}
            yield b"event: height\ndata: " + msgspec.json.encode(data) + b"\n\n"
            last = height
    finally:
        service.live.end_watching(caller_of(request))


def _topics(service: Service, after: int, until: int) -> list[str]:
    events = service.projector.schema.events
    statement: Any = (
        select(events.c.kind)
        .where(events.c.height > after, events.c.height <= until)
        .distinct()
        .limit(TOPICS_MAX)
    )
    return sorted(row["kind"] for row in service.projector.fetch(statement))
