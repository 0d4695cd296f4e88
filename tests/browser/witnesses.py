"""Institutions of their own: each serves its key and its countersigned head of a ledger's history."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx

from mingzhang.cli.client import SUITE
from mingzhang.consensus.home import NodeKey
from mingzhang.consensus.proofs import countersigned
from mingzhang.verify import note


class Institution:
    """An address with `/key` and `/checkpoint`, as `mingzhang witness serve` has them.

    `ledger` is where it looks; a test may set `head` to a note that it serves instead.
    """

    def __init__(self, name: str, ledger: str) -> None:
        self.name = name
        self.ledger = ledger
        self.signer = NodeKey(SUITE.generate_key())
        self.head: bytes | None = None
        self.url = ""

    def keys(self) -> str:
        own = note.VerifierKey(self.name, note.COSIGNATURE, self.signer.public_key)
        ledgers: str = httpx.get(f"{self.ledger}/api/keys").json()["node"]
        return f"{note.format_key(own)}\n{ledgers}\n"

    def checkpoint(self) -> bytes:
        if self.head is not None:
            return self.head
        present = httpx.get(f"{self.ledger}/api/checkpoint").content
        return countersigned(present, self.name, self.signer)


@contextmanager
def institution(name: str, ledger: str) -> Iterator[Institution]:
    """Serve an institution on a port of its own."""
    served = Institution(name, ledger)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answers = {"/key": lambda: served.keys().encode(), "/checkpoint": served.checkpoint}
            answer = answers.get(self.path)
            self.send_response(200 if answer else 404)
            self.send_header("Access-Control-Allow-Origin", "*")
            self.send_header("Content-Type", "text/plain; charset=utf-8")
            self.end_headers()
            if answer:
                self.wfile.write(answer())

        def log_message(self, *_: object) -> None:
            """Say nothing: the tests look at answers."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
