"""A witness that keeps watching a ledger, and publishes what it signed at an address of its own.

``/key`` is the witness's verifier key, ``/checkpoint`` the newest note it countersigned, both as
plain text that any page may read. What it refuses to sign it does not publish: the address then
keeps the last note that was in order, and ``/healthz`` says what is wrong.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from mingzhang.cli.client import CallFailed, Client
from mingzhang.cli.witness import Witness, WitnessRefused
from mingzhang.verify import note


class Watch:
    """Countersigns a ledger's newest checkpoint again and again."""

    def __init__(self, witness: Witness, client: Client, ledger_key: str, every_s: float) -> None:
        self._witness, self._client, self._ledger_key = witness, client, ledger_key
        self._every_s = every_s
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="witness", daemon=True)
        self.signed = b""
        self.fault = ""

    def look(self) -> None:
        """Countersign what is new; keep what is wrong with it as `fault`."""
        try:
            if self.signed and _said(self._client.checkpoint()) == _said(self.signed):
                return
            self.signed = self._witness.countersign(self._client, self._ledger_key)
            self.fault = ""
        except (WitnessRefused, CallFailed, note.NoteRefused, httpx.HTTPError) as refused:
            self.fault = str(refused)

    def _run(self) -> None:
        while not self._ended.wait(self._every_s):
            self.look()

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Look now, and on a thread of its own while the block runs."""
        self.look()
        self._thread.start()
        try:
            yield
        finally:
            self._ended.set()
            self._thread.join()

    def server(self, host: str, port: int) -> uvicorn.Server:
        """Return a server of the witness's address."""

        async def key(_request: Request) -> Response:
            return PlainTextResponse(f"{self._witness.verifier_key}\n")

        async def checkpoint(_request: Request) -> Response:
            if not self.signed:
                return PlainTextResponse("尚未联署。Nothing has been countersigned.\n", 404)
            return PlainTextResponse(self.signed)

        async def health(_request: Request) -> Response:
            return JSONResponse({"well": not self.fault, "fault": self.fault})

        routes = [
            Route("/key", key),
            Route("/checkpoint", checkpoint),
            Route("/healthz", health),
        ]
        anybody = Middleware(CORSMiddleware, allow_origins=["*"], allow_methods=["GET"])
        app = Starlette(routes=routes, middleware=[anybody])
        return uvicorn.Server(
            uvicorn.Config(app, host=host, port=port, log_level="warning", access_log=False)
        )


def _said(signed: bytes) -> object:
    """Return what a note says, whoever signed it."""
    return note.parse_note(signed).text
