"""A gateway over the small system, served on a socket of its own."""

import asyncio
import socket
import threading

import httpx
import pytest

from mingzhang.consensus.home import Node
from mingzhang.gateway.server import server_for
from mingzhang.gateway.service import open_service
from mingzhang.verify import note
from tests import doors
from tests.engine import small
from tests.engine.small import ANN, BEN, SUITE, VERSIONS

PASSWORD = "correct horse battery"  # noqa: S105 - of a test
WITNESS = SUITE.signer(b"w" * 32)
WITNESS_KEY = note.VerifierKey("audit-office", note.COSIGNATURE, WITNESS.public_key)


@pytest.fixture(scope="session")
def service(tmp_path_factory):
    home = tmp_path_factory.mktemp("gateway") / "home"
    small.make(home)
    (home / "countersigners.txt").write_text(note.format_key(WITNESS_KEY) + "\n")
    node = Node(home, VERSIONS)
    node.start()
    service = open_service(node)
    service.keystore.add("ann", "ann", PASSWORD, b"a" * 32)
    service.keystore.add("ben", "ben", PASSWORD, b"b" * 32)
    assert ANN.kid != BEN.kid
    yield service
    node.stop()


@pytest.fixture(scope="session")
def url(service):
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    server = server_for(service, "127.0.0.1", 0)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve([listening])))
    thread.start()
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    deadline = small.time.monotonic() + 30
    while True:
        try:
            httpx.get(f"{url}/healthz")
            break
        except httpx.TransportError:
            assert small.time.monotonic() < deadline
    yield url
    server.should_exit = True
    thread.join()
    listening.close()


@pytest.fixture
def http(url):
    with doors.http(httpx.Client(base_url=url, timeout=30)) as client:
        yield client


@pytest.fixture
def ann(http, service):
    service.sign_in_rate._buckets.clear()
    answer = http.post("/api/session", json={"user": "ann", "password": PASSWORD})
    assert answer.status_code == 200
    http.headers["X-CSRF-Token"] = answer.json()["csrf"]
    return http
