"""Doors against callers who mean harm: sizes, guesses, races, revoked keys, many streams."""

import asyncio
import json
import threading
from http.client import HTTPConnection
from urllib.parse import urlsplit

import httpx
import pytest

from mingzhang.crypto import jws
from mingzhang.gateway.commands import BATCH_BYTES_MAX, command_state
from mingzhang.gateway.problems import Problem
from mingzhang.gateway.server import BODY_BYTES_MAX, create_app
from mingzhang.gateway.service import WATCHERS_A_CALLER_MAX, Live
from mingzhang.gateway.workbooks import BYTES_MAX as WORKBOOK_BYTES_MAX
from tests.engine.small import ANN, Add
from tests.gateway.conftest import PASSWORD

KEY = "count/counter"
ACTING = {"organisation": "bureau", "post": "clerk"}


def give(http, counter, amount_fen=1):
    token = ANN(Add(counter=counter, amount_fen=amount_fen))
    headers = {"Content-Type": "application/jose"}
    return http.post("/api/commands", content=token, headers=headers).json()


@pytest.mark.parametrize(
    "path",
    [
        "/api/session",
        "/api/proofs/receipts",
        "/api/checkpoint/countersignatures",
        "/api/dry-run/count.add/1",
        "/api/commands/count.add/1",
    ],
)
def test_a_body_that_no_door_needs_is_refused(http, service, path):
    service.sign_in_rate._buckets.clear()
    chunks = (b"x" * 65_536 for _ in range(16))
    answer = http.post(path, content=chunks, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (413, "GAT-09")


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/api/session", BODY_BYTES_MAX),
        ("/api/dry-run/count.add/1", BODY_BYTES_MAX),
        ("/api/nothing-here", BODY_BYTES_MAX),
        ("/api/commands", BATCH_BYTES_MAX),
        ("/api/workbooks", WORKBOOK_BYTES_MAX),
    ],
)
def test_a_length_that_is_too_much_is_refused_in_both_languages(url, service, path, most):
    """Of the body nothing is sent: its length alone is refused."""
    service.sign_in_rate._buckets.clear()
    service.workbook_rate._buckets.clear()
    connection = HTTPConnection(urlsplit(url).netloc, timeout=20)
    connection.putrequest("POST", path)
    connection.putheader("Content-Type", "application/json")
    connection.putheader("Content-Length", f"{most + 1}")
    connection.endheaders()
    answer = connection.getresponse()
    told = json.loads(answer.read())
    connection.close()
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert (answer.status, told["status"], told["code"]) == (413, 413, "GAT-09")
    assert told["facts"] == {"most": most}
    assert f"{most}" in told["title"]
    assert f"{most}" in told["title_zh"]
    assert told["detail"]
    assert told["detail_zh"]


def test_no_more_of_a_body_is_taken_in_than_a_door_needs(service):
    taken = 0

    async def receive():
        nonlocal taken
        taken += 1_000
        return {"type": "http.request", "body": b"x" * 1_000, "more_body": True}

    async def send(_message):
        pass

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/api/session",
        "query_string": b"",
        "headers": [(b"content-type", b"application/json")],
        "client": ("10.0.0.1", 1),
    }
    asyncio.run(create_app(service)(scope, receive, send))
    assert 0 < taken <= BODY_BYTES_MAX + 1_000


def test_a_command_too_large_to_be_signed_is_refused_as_such(ann):
    body = {"counter": "x", "amount_fen": 1, "trick": "y" * (jws.TOKEN_BYTES_MAX - 1_000)}
    answer = ann.post("/api/commands/count.add/1", json={"as": ACTING, "body": body})
    assert (answer.status_code, answer.json()["code"]) == (413, "GAT-09")


def test_a_dry_run_names_no_more_keys_than_a_command_may(ann):
    on = {f"{KEY}/{n}": None for n in range(33)}
    body = {"counter": "x", "amount_fen": 1}
    answer = ann.post("/api/dry-run/count.add/1", json={"as": ACTING, "on": on, "body": body})
    assert answer.json()["code"] == "GAT-10"


def test_guesses_made_at_once_are_counted_one_after_another(url, service):
    service.sign_in_rate._buckets.clear()

    async def guess():
        async with httpx.AsyncClient(base_url=url, timeout=60) as client:
            tried = [{"user": "ben", "password": f"guess {n:08d}"} for n in range(12)]
            return await asyncio.gather(*[client.post("/api/session", json=t) for t in tried])

    codes = [answer.json()["code"] for answer in asyncio.run(guess())]
    assert sorted(codes) == ["GAT-11"] * 5 + ["GAT-12"] * 7
    service.failures.clear("ben")
    service.sign_in_rate._buckets.clear()


def test_a_caller_is_who_really_asks_whatever_a_header_says(url, service):
    service.sign_in_rate._buckets.clear()
    with httpx.Client(base_url=url) as client:
        for n in range(40):
            client.post("/api/session", headers={"X-Forwarded-For": f"10.0.0.{n}"})
        refused = client.post("/api/session", headers={"X-Forwarded-For": "10.0.0.99"})
    assert refused.json()["code"] == "GAT-05"
    service.sign_in_rate._buckets.clear()


def test_whose_key_is_revoked_is_not_signed_in_and_cannot_sign_in(url, service):
    service.sign_in_rate._buckets.clear()
    service.keystore.add("gone", "gone", PASSWORD, b"g" * 32)
    with httpx.Client(base_url=url) as client:
        answer = client.post("/api/session", json={"user": "gone", "password": PASSWORD})
        assert (answer.status_code, answer.json()["code"]) == (401, "KER-12")
        _, signer = service.keystore.open("gone", PASSWORD)
        name, session = service.sessions.begin("gone", "gone", signer.public_key, signer)
        client.cookies.set("mz_session", name)
        client.headers["X-CSRF-Token"] = session.csrf
        wanted = {"as": ACTING, "body": {"counter": "x", "amount_fen": 1}}
        for answer in (
            client.post("/api/dry-run/count.add/1", json=wanted),
            client.post("/api/commands/count.add/1", json=wanted),
            client.get("/api/views/count_counters"),
            client.get("/api/session"),
        ):
            assert (answer.status_code, answer.json()["code"]) == (401, "KER-12")


def test_what_becomes_final_while_its_state_is_asked_is_told_final(service, monkeypatch):
    engine = service.node.engine
    wire = ANN(Add(counter="race", amount_fen=1))
    payload = json.loads(jws.split(wire).payload)

    def meanwhile(_kid, _command_id):
        engine.submit(wire).result(20)
        return False

    monkeypatch.setattr(engine, "is_waiting", meanwhile)
    assert command_state(service, ANN.kid, payload["id"], 1)["state"] == "final"


def test_a_command_that_a_clock_set_back_may_still_accept_is_not_called_impossible(service):
    engine = service.node.engine
    ahead = engine.time_ms + 1
    assert command_state(service, ANN.kid, "no-such", ahead)["state"] == "unknown"
    assert command_state(service, ANN.kid, "no-such", ahead - 1)["state"] == "impossible"


def test_a_record_is_shown_with_a_version_only_if_it_is_the_one_that_stands(
    http, service, monkeypatch
):
    monkeypatch.setattr("mingzhang.gateway.rights.Reader.require_record", lambda *_: None)
    height = give(http, "lag")["height"]
    first = http.get(f"/api/records/{KEY}/lag", params={"since": height}).json()
    assert first["version"] == http.get(f"/api/leaf/{KEY}/lag").json()["version"]
    held, project = threading.Event(), service.projector.catch_up
    monkeypatch.setattr(
        service.projector, "catch_up", lambda until: (held.wait(30), project(until))[1]
    )
    height = give(http, "lag")["height"]
    late = http.get(f"/api/records/{KEY}/lag").json()
    held.set()
    assert late["record"] == first["record"]
    assert late["version"] is None
    now = http.get(f"/api/records/{KEY}/lag", params={"since": height}).json()
    assert now["version"] == http.get(f"/api/leaf/{KEY}/lag").json()["version"]


def test_no_proof_shows_a_restricted_record_that_comes_to_be_meanwhile(http, service):
    engine = service.node.engine
    give(http, "known")
    assert http.get(f"/api/proofs/records/{KEY}/known").status_code == 403
    began, write = threading.Event(), engine._write

    def slowly(ran, gathered):
        with engine.state_lock:
            began.set()
            assert asked.wait(20)
            write(ran, gathered)

    asked = threading.Event()
    engine._write = slowly
    try:
        answer = engine.submit(ANN(Add(counter="secret", amount_fen=777)))
        assert began.wait(20)
        threading.Timer(0.2, asked.set).start()
        found = http.get(f"/api/proofs/records/{KEY}/secret")
        answer.result(20)
    finally:
        engine._write = write
    assert found.status_code == 403 or "777" not in found.text


def test_one_caller_holds_some_event_streams_and_no_more(service):
    live = Live(service)
    for _ in range(WATCHERS_A_CALLER_MAX):
        live.begin_watching("10.0.0.1")
    with pytest.raises(Problem):
        live.begin_watching("10.0.0.1")
    live.begin_watching("10.0.0.2")
    live.end_watching("10.0.0.1")
    live.begin_watching("10.0.0.1")
