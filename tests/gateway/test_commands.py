"""Commands over HTTP: what a submitter, a person at a browser and an attacker get."""

import asyncio
import concurrent.futures
import json

import httpx
import pytest

from mingzhang.consensus.home import Node
from mingzhang.gateway.commands import command_state
from mingzhang.gateway.server import create_app
from mingzhang.gateway.service import open_service
from mingzhang.kernel.faults import NodeFault
from tests.engine import small
from tests.engine.small import ANN, GONE, STRANGER, Add

JOSE = {"Content-Type": "application/jose"}


def send(http, wire):
    return http.post("/api/commands", content=wire, headers=JOSE)


def acting(body, **more):
    return {"as": {"organisation": "bureau", "post": "clerk"}, "body": body, **more}


def test_a_signed_command_comes_back_final_with_its_receipt(http):
    answer = send(http, ANN(Add(counter="h1", amount_fen=5)))
    assert answer.status_code == 200
    body = answer.json()
    assert (body["state"], body["accepted"]) == ("final", True)
    assert body["receipt"]["events"][0]["amount_fen"] == 5


def test_a_refused_command_is_a_problem_in_both_languages_and_is_recorded(http):
    answer = send(http, ANN(Add(counter="h1", amount_fen=5), kind="count.add/9"))
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["code"] == "KER-01"
    assert "count.add/9" in body["title"]
    assert "count.add/9" in body["title_zh"]
    assert body["detail"]
    assert body["detail_zh"]
    assert body["receipt"]["refusal"]["code"] == "KER-01"


def test_a_command_that_is_sent_again_has_its_first_answer_and_is_booked_once(http):
    wire = ANN(Add(counter="h2", amount_fen=5))
    first, again = send(http, wire), send(http, wire)
    assert again.status_code == 200
    assert again.json() == first.json()
    (batched,) = http.post("/api/commands", json={"commands": [wire.decode()]}).json()["answers"]
    assert batched["height"] == first.json()["height"]


def test_a_refusal_that_is_asked_for_again_is_the_same_refusal(http):
    wire = ANN(Add(counter="h2", amount_fen=5), kind="count.add/9")
    first, again = send(http, wire), send(http, wire)
    assert (again.status_code, again.json()) == (first.status_code, first.json())


def marked(http, body, name, for_ms=3_600_000):
    expires = http.get("/api/ledger").json()["time_ms"] + for_ms
    return acting(body, id=name, expires=expires)


def test_who_acts_under_an_id_of_his_own_may_ask_again_when_no_answer_came(ann):
    name = "01926a3e-7b00-7000-8000-0000000000a1"
    wanted = marked(ann, {"counter": "h3", "amount_fen": 2}, name)
    first = ann.post("/api/commands/count.add/1", json=wanted)
    again = ann.post("/api/commands/count.add/1", json=wanted)
    assert (first.status_code, again.json()) == (200, first.json())
    other = {**wanted, "body": {"counter": "h3", "amount_fen": 3}}
    answer = ann.post("/api/commands/count.add/1", json=other)
    assert (answer.status_code, answer.json()["code"]) == (409, "KER-17")


def test_a_repeat_that_comes_too_late_is_told_what_became_and_never_booked_anew(ann):
    name = "01926a3e-7b00-7000-8000-0000000000a2"
    wanted = marked(ann, {"counter": "h5", "amount_fen": 2}, name, for_ms=500)
    first = ann.post("/api/commands/count.add/1", json=wanted)
    assert first.status_code == 200
    while ann.get("/api/ledger").json()["time_ms"] <= wanted["expires"]:
        pass
    assert ann.post("/api/commands/count.add/1", json=wanted).json() == first.json()
    unknown = {**wanted, "id": "01926a3e-7b00-7000-8000-0000000000a3"}
    answer = ann.post("/api/commands/count.add/1", json=unknown)
    assert answer.json()["code"] == "KER-16"


@pytest.mark.parametrize("mark", [{"id": "01926a3e-7b00-7000-8000-0000000000a4"}, {"expires": 1}])
def test_an_id_and_when_it_expires_belong_together(ann, mark):
    answer = ann.post("/api/commands/count.add/1", json=acting({"counter": "h6"}, **mark))
    assert (answer.status_code, answer.json()["code"]) == (400, "GAT-10")


def test_an_id_that_is_none_is_void(ann):
    wanted = marked(ann, {"counter": "h7", "amount_fen": 2}, "h7")
    answer = ann.post("/api/commands/count.add/1", json=wanted)
    assert (answer.status_code, answer.json()["code"]) == (400, "KER-14")


@pytest.mark.parametrize(
    ("wire", "status", "code"),
    [
        (lambda: b"junk", 400, "KER-10"),
        (lambda: b"x" * 70_000, 413, "GAT-09"),
        (lambda: STRANGER(Add(counter="h", amount_fen=1)), 401, "KER-11"),
        (lambda: GONE(Add(counter="h", amount_fen=1)), 401, "KER-12"),
        (lambda: ANN(Add(counter="h", amount_fen=1), chain="other"), 400, "KER-15"),
        (lambda: ANN.sign(b"[" * 40_000), 400, "KER-14"),
        (lambda: ANN.sign(b'{"chain":1e999}'), 400, "KER-14"),
    ],
)
def test_what_is_void_has_its_own_status_and_code(http, wire, status, code):
    answer = send(http, wire())
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_batch_answers_each_command_in_order(http):
    tokens = [ANN(Add(counter="batch", amount_fen=n)).decode() for n in (1, 2_000, 3)]
    answer = http.post("/api/commands", json={"commands": [*tokens, "junk"]})
    assert answer.status_code == 207
    states = [each["state"] for each in answer.json()["answers"]]
    assert states == ["final", "final", "final", "void"]
    assert [each.get("accepted") for each in answer.json()["answers"]] == [True, False, True, None]


@pytest.mark.parametrize(
    "body", [{}, {"commands": []}, {"commands": [1]}, {"commands": ["x"] * 501}]
)
def test_a_batch_that_is_none_is_refused_whole(http, body):
    assert http.post("/api/commands", json=body).json()["code"] == "GAT-08"


@pytest.mark.feature("H8", "state unknown")
@pytest.mark.feature("H8", "state final")
@pytest.mark.feature("H8", "state impossible")
def test_a_command_is_in_one_of_four_states(http):
    now = small.time.time_ns() // 1_000_000
    payload = ANN.payload(Add(counter="h2", amount_fen=1), now)
    path = f"/api/commands/{ANN.kid}/{payload['id']}"
    assert http.get(path).json()["state"] == "unknown"
    later = send(http, ANN(Add(counter="h2", amount_fen=1))).json()["time_ms"]
    assert http.get(path, params={"expires": later}).json()["state"] == "impossible"
    assert http.get(path, params={"expires": payload["expires"]}).json()["state"] == "unknown"
    final = send(http, ANN.sign(payload)).json()
    state = http.get(path).json()
    assert (state["state"], state["height"]) == ("final", final["height"])


@pytest.mark.feature("H8", "state pending")
def test_a_command_that_waits_for_its_block_is_pending(http, service):
    now = small.time.time_ns() // 1_000_000
    payload = ANN.payload(Add(counter="h3", amount_fen=1), now)
    with concurrent.futures.ThreadPoolExecutor() as pool, service.node.engine.state_lock:
        sent = pool.submit(send, http, ANN.sign(payload))
        deadline = small.time.monotonic() + 20
        while not service.node.engine.is_waiting(ANN.kid, payload["id"]):
            assert small.time.monotonic() < deadline
        assert command_state(service, ANN.kid, payload["id"], None)["state"] == "pending"
    assert sent.result().json()["state"] == "final"


def test_a_person_acts_while_signed_in_and_the_server_signs(ann):
    answer = ann.post("/api/commands/count.add/1", json=acting({"counter": "s1", "amount_fen": 2}))
    assert answer.status_code == 200
    assert answer.json()["receipt"]["kid"] == ANN.kid


def test_acting_needs_session_and_csrf_token(http, ann):
    body = acting({"counter": "s1", "amount_fen": 2})
    del ann.headers["X-CSRF-Token"]
    assert ann.post("/api/commands/count.add/1", json=body).json()["code"] == "GAT-04"
    ann.cookies.clear()
    assert ann.post("/api/commands/count.add/1", json=body).json()["code"] == "GAT-03"


@pytest.mark.parametrize("body", [{}, {"as": {}}, {"as": 1, "body": {}}, {"body": {}, "x": 1}])
def test_a_request_that_is_not_as_described_says_what_is_wrong(ann, body):
    answer = ann.post("/api/commands/count.add/1", json=body)
    assert answer.status_code in (400, 422)
    assert answer.json()["code"] in ("GAT-10", "KER-14")


def test_what_is_no_json_is_answered_by_a_problem_document(ann):
    headers = {"Content-Type": "application/json"}
    answer = ann.post("/api/commands/count.add/1", content=b'{"as":', headers=headers)
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.status_code, answer.json()["code"]) == (400, "GAT-10")


def test_openapi_tells_of_the_headers_that_a_signed_in_caller_adds(http):
    paths = http.get("/openapi.json").json()["paths"]

    def headers(path, method):
        found = paths[path][method].get("parameters", [])
        return [each["name"] for each in found if each["in"] == "header"]

    assert headers("/api/views/{name}", "get") == ["X-Acting"]
    assert headers("/api/commands/count.add/1", "post") == ["X-CSRF-Token"]
    assert headers("/api/session", "delete") == ["X-CSRF-Token"]
    assert headers("/api/session", "post") == headers("/api/checkpoint", "get") == []


def test_a_dry_run_gives_the_ledgers_own_answer_and_records_nothing(ann, service):
    height = service.node.engine.height
    good = ann.post("/api/dry-run/count.add/1", json=acting({"counter": "d1", "amount_fen": 2}))
    assert good.json()["would"] == "accept"
    assert good.json()["events"][0]["kind"] == "count.added"
    bad = ann.post("/api/dry-run/count.add/1", json=acting({"counter": "d1", "amount_fen": 9_999}))
    assert (bad.status_code, bad.json()["code"]) == (422, "CNT-01")
    none = ann.post("/api/dry-run/count.none/1", json=acting({}))
    assert none.json()["code"] == "KER-01"
    assert service.node.engine.height == height


def test_every_kind_stands_in_openapi_with_its_schema(http):
    document = http.get("/openapi.json").json()
    operation = document["paths"]["/api/commands/count.add/1"]["post"]
    assert "counter" in json.dumps(document["components"]["schemas"]["Add"])
    assert operation["operationId"] == "count_add_v1"
    kinds = {each["kind"] for each in http.get("/api/kinds").json()["kinds"]}
    assert kinds == {"count.add/1", "count.later/1", "count.slip/1"}


@pytest.mark.parametrize("trick", ["read fails", "disk", "waver"])
def test_a_dry_run_that_meets_a_fault_of_this_machine_stops_the_node_and_health_says_so(
    tmp_path, trick
):
    small.make(tmp_path / "home")
    node = Node(tmp_path / "home", small.VERSIONS)
    node.start()
    service = open_service(node)
    name, session = service.sessions.begin("ann", "ann", ANN.signer.public_key, ANN.signer)
    wanted = acting({"counter": "a", "amount_fen": 1, "trick": trick})

    async def ask():
        transport = httpx.ASGITransport(create_app(service))
        async with httpx.AsyncClient(transport=transport, base_url="http://node") as client:
            client.cookies.set("mz_session", name)
            client.headers["X-CSRF-Token"] = session.csrf
            tried = await client.post("/api/dry-run/count.add/1", json=wanted)
            given = await client.post("/api/commands/count.add/1", json=wanted)
            return tried, given, await client.get("/healthz")

    tried, given, health = asyncio.run(ask())
    assert (tried.status_code, tried.json()["code"]) == (503, "GAT-02")
    assert (given.status_code, given.json()["code"]) == (503, "GAT-02")
    assert (health.status_code, health.json()["well"]) == (503, False)
    assert isinstance(node.engine.fault, NodeFault)
    node.stop()
