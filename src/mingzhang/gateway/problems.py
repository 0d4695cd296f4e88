"""Errors as RFC 9457 problem details, in both languages."""

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.middleware.body_limit import MAX_BODY_SIZE_SCOPE_KEY
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mingzhang.gateway.texts import sentence
from mingzhang.kernel.refusals import Refusal, Void

MEDIA_TYPE = "application/problem+json"


class Problem(HTTPException):
    """An answer that is an error: HTTP status, permanent code, facts for its texts."""

    def __init__(self, status: int, code: str, **facts: Any) -> None:  # noqa: ANN401 - plain facts
        super().__init__(status, code)
        self.status = status
        self.code = code
        self.facts = facts


def details(status: int, code: str, facts: dict[str, Any]) -> dict[str, Any]:
    """Return the members of a problem document.

    `title`/`detail` are English, `title_zh`/`detail_zh` Chinese; `detail` is the remedy.
    """
    return {
        "type": f"urn:mingzhang:problem:{code}",
        "status": status,
        "code": code,
        "title": sentence(code, "text", facts, "en") or code,
        "title_zh": sentence(code, "text", facts, "zh-CN") or code,
        "detail": sentence(code, "remedy", facts, "en"),
        "detail_zh": sentence(code, "remedy", facts, "zh-CN"),
        "facts": facts,
    }


def refused(refusal: Refusal) -> dict[str, Any]:
    """Return the problem document of a refusal that is not on the ledger: void, or a dry run."""
    return details(status_of(refusal), refusal.code, dict(refusal.facts()))


def status_of(refusal: Refusal) -> int:
    """Return the HTTP status that fits a refusal."""
    if isinstance(refusal, Void):
        return {"KER-17": 409, "KER-18": 429, "KER-11": 401, "KER-12": 401, "KER-13": 401}.get(
            refusal.code, 400
        )
    return status_of_recorded(refusal.code)


def status_of_recorded(code: str) -> int:
    """Return the HTTP status that fits a refusal on the ledger, by its code."""
    return {"KER-01": 400, "KER-02": 403, "KER-03": 409, "KER-04": 409, "KER-00": 500}.get(
        code, 422
    )


def handle(app: FastAPI) -> None:
    """Have every error that the routes and the framework raise answered as a problem document."""
    app.add_exception_handler(Problem, _answer)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _of_the_framework)


async def _answer(_request: Request, problem: Exception) -> JSONResponse:
    if not isinstance(problem, Problem):
        raise problem
    body = details(problem.status, problem.code, problem.facts)
    headers = {"Retry-After": "30"} if problem.status in (429, 503) else None
    return JSONResponse(body, problem.status, headers, MEDIA_TYPE)


async def _malformed(request: Request, found: Exception) -> JSONResponse:
    """Name the parameters, or the body, that the framework could not read."""
    if not isinstance(found, RequestValidationError):
        raise found
    names = [" ".join(str(part) for part in each["loc"]) for each in found.errors()]
    reason = "、".join(dict.fromkeys(names))
    return await _answer(request, Problem(400, "GAT-10", reason=reason))


async def _of_the_framework(request: Request, found: Exception) -> JSONResponse:
    """Answer a body that is too large, and an address or method that there is not."""
    if not isinstance(found, HTTPException):
        raise found
    if found.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return _too_large(request.scope)
    facts = {"path": request.url.path, "method": request.method}
    return await _answer(request, Problem(found.status_code, "GAT-28", **facts))


def _too_large(scope: Scope) -> JSONResponse:
    """Name the limit of the door that was asked, which stands in the scope while it answers."""
    facts = {"most": scope[MAX_BODY_SIZE_SCOPE_KEY]}
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    return JSONResponse(details(status, "GAT-09", facts), status, media_type=MEDIA_TYPE)


class Explained:
    """ASGI middleware around the limit of bodies, which refuses a declared length in plain text."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; put a problem document in the place of such a refusal."""
        is_explained = False

        async def explain(message: Message) -> None:
            nonlocal is_explained
            if is_explained:
                return
            if message["type"] == "http.response.start" and _is_plain_refusal(message):
                is_explained = True
                await _too_large(scope)(scope, receive, send)
            else:
                await send(message)

        await self._app(scope, receive, explain)


def _is_plain_refusal(start: Message) -> bool:
    kind = Headers(raw=start["headers"]).get("content-type", "")
    return start["status"] == HTTPStatus.REQUEST_ENTITY_TOO_LARGE and kind.startswith("text/plain")
