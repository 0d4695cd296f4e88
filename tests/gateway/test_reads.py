"""Reads, proofs, live updates and health."""

import json
import threading

import httpx
import pytest
from sqlalchemy import JSON, Column, MetaData, Table, Text, create_engine, select

from mingzhang.consensus.proofs import countersigned
from mingzhang.gateway.rights import owner_in_sql, owner_of
from mingzhang.verify import bundle, note
from mingzhang.verify.root import checkpoint_root
from tests.engine.small import ANN, Add
from tests.gateway.conftest import WITNESS, WITNESS_KEY
from tests.gateway.test_commands import send


def add(http, counter, amount_fen):
    return send(http, ANN(Add(counter=counter, amount_fen=amount_fen))).json()["height"]


def test_a_table_is_read_as_of_any_height_and_after_ones_own_write(http):
    first = add(http, "r1", 5)
    second = add(http, "r1", 6)
    table = "/api/views/count_counters"
    assert http.get(table, params={"id": "r1", "since": second}).json()["rows"] == []  # restricted
    assert http.get("/api/views").json()["tables"][0]["record"] == "count/counter"
    assert first < second


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/api/views/nothing", "GAT-14"),
        ("/api/views/count_counters?limit=0", "GAT-24"),
        ("/api/views/count_counters?limit=501", "GAT-24"),
        ("/api/views/count_counters?limit=x", "GAT-24"),
        ("/api/views/count_counters?height=-4", "GAT-24"),
        ("/api/views/count_counters?since=%20", "GAT-24"),
        ("/api/views/count_counters?height=1&date=2026-01-01", "GAT-26"),
        ("/api/views/count_counters?nothing=1", "GAT-16"),
        ("/api/views/count_counters?total_fen=x", "GAT-16"),
        ("/api/views/count_counters?total_fen=1", "GAT-13"),
        ("/api/views/count_counters?height=999999999", "GAT-06"),
        ("/api/views/count_counters?date=1970-01-02", "GAT-15"),
        ("/api/views/count_counters?date=yesterday", "GAT-25"),
        ("/api/views/count_counters?date=2026-02-30", "GAT-25"),
        ("/api/blocks?limit=0", "GAT-10"),
        ("/api/blocks/first", "GAT-10"),
        ("/api/nowhere", "GAT-28"),
        ("/api/records/count/counter/none", "GAT-17"),
        ("/api/records/x", "GAT-17"),
        ("/api/versions/count/counter/none", "GAT-17"),
        ("/api/proofs/records/x/y/z", "GAT-17"),
        ("/api/proofs/receipts/999999/0", "GAT-18"),
        ("/api/checkpoint/countersigned", "GAT-21"),
    ],
)
def test_reads_that_cannot_be_answered_say_why(http, path, code):
    add(http, "r2", 1)
    assert http.get(path).json()["code"] == code


def test_records_of_rooms_are_not_for_everybody(http):
    height = add(http, "r3", 1)
    for path in ("records", "versions"):
        answer = http.get(f"/api/{path}/count/counter/r3", params={"since": height})
        assert (answer.status_code, answer.json()["code"]) == (403, "GAT-13")
    assert http.get("/api/proofs/records/count/counter/r3").json()["code"] == "GAT-13"
    block = http.get(f"/api/blocks/{height}").json()
    assert block["listed"][0]["kind"] == "count.add/1"
    assert "person" not in block["listed"][0]
    assert "facts" not in block["listed"][0]


@pytest.mark.parametrize(
    "path",
    ["views/count_counters", "versions/count/counter/r9", "blocks", "refusals", "search?q=r9"],
)
def test_every_read_waits_until_the_views_show_what_its_caller_has_seen(
    ann, monkeypatch, path, service
):
    monkeypatch.setattr("mingzhang.gateway.service.STEP_S_MIN", 0.5)
    body = {
        "as": {"organisation": "bureau", "post": "clerk"},
        "body": {"counter": "r9", "amount_fen": 1},
    }
    height = ann.post("/api/commands/count.add/1", json=body).json()["height"]
    ann.get(f"/api/{path}", params={"since": height})
    assert service.live.height >= height
    later = ann.get(f"/api/{path}", params={"since": height + 1_000})
    assert (later.status_code, later.json()["code"]) == (404, "GAT-06")


@pytest.mark.feature("H8", "signed receipt at once")
def test_the_signer_gets_a_receipt_with_proof_that_the_light_client_checks(ann):
    body = {
        "as": {"organisation": "bureau", "post": "clerk"},
        "body": {"counter": "r4", "amount_fen": 3},
    }
    answer = ann.post("/api/commands/count.add/1", json=body).json()
    ann.get("/api/views/count_counters", params={"since": answer["height"]})
    data = ann.get(answer["proof"]).content
    found = bundle.verify(data, checkpoint_root(ann.get("/api/checkpoint").content))
    assert json.loads(found.claim.content) == answer["receipt"]
    ann.cookies.clear()
    assert ann.get(answer["proof"]).json()["code"] == "GAT-13"


def test_a_program_gets_its_receipt_with_proof_by_showing_the_command_again(http):
    wire = ANN(Add(counter="r8", amount_fen=3))
    path = "/api/proofs/receipts"
    assert http.post(path, content=wire).json()["code"] == "GAT-22"
    answer = send(http, wire).json()
    http.get("/api/views/count_counters", params={"since": answer["height"]})
    data = http.post(path, content=wire).content
    found = bundle.verify(data, checkpoint_root(http.get("/api/checkpoint").content))
    assert json.loads(found.claim.content) == answer["receipt"]
    assert http.post(path, content=wire[:-4] + b"AAAA").json()["code"] == "KER-13"
    assert http.post(path, content=b"junk").json()["code"] == "KER-10"


@pytest.mark.feature("H8", "foreign witness countersigns")
def test_a_witness_countersigns_over_http_and_everybody_reads_it(http, service):
    add(http, "r5", 1)
    service.sign_in_rate._buckets.clear()
    signed = countersigned(http.get("/api/checkpoint").content, "audit-office", WITNESS)
    assert http.post("/api/checkpoint/countersignatures", content=signed).status_code == 204
    kept = http.get("/api/checkpoint/countersigned").content
    keys = http.get("/api/keys").json()
    assert keys["countersigners"] == [note.format_key(WITNESS_KEY)]
    root = checkpoint_root(kept, [note.parse_key(keys["node"]), WITNESS_KEY])
    assert root.head.signed_by
    bad = http.post("/api/checkpoint/countersignatures", content=b"junk")
    assert bad.json()["code"] == "GAT-19"
    for path in service.node.countersigned._folder.glob("*.txt"):
        path.unlink()


def test_live_updates_carry_height_and_topics_only(url, http):
    shown = add(http, "r6", 1)
    http.get("/api/views/count_counters", params={"since": shown})  # else that comes second
    seen = []

    def watch():
        with httpx.stream("GET", f"{url}/api/live", timeout=20) as stream:
            for line in stream.iter_lines():
                if line.startswith("data:"):
                    seen.append(json.loads(line[5:]))
                    ready.set()
                if len(seen) == 2:
                    return

    ready = threading.Event()
    watcher = threading.Thread(target=watch)
    watcher.start()
    assert ready.wait(20)
    height = add(http, "r6", 1)
    watcher.join(20)
    assert seen[1]["height"] >= height
    assert "count.added" in seen[1]["topics"]
    assert sorted(seen[1]) == ["height", "topics"]


def test_health_and_metrics_say_how_the_node_is(http):
    add(http, "r7", 1)
    health = http.get("/healthz").json()
    assert health["well"] is True
    assert health["height"] > 0
    metrics = http.get("/metrics").text
    assert 'mingzhang_commands_total{outcome="accepted"}' in metrics
    assert "mingzhang_confirm_seconds_bucket" in metrics


@pytest.mark.parametrize(
    ("row", "owner"),
    [
        ({"organisation": "a", "unit": "b", "department": "c"}, "a"),
        ({"organisation": "", "unit": "b", "department": "c"}, "b"),
        ({"department": "c", "author": {"organisation": "d"}}, "c"),
        ({"author": {"organisation": "d"}}, "d"),
        ({"author": "d"}, ""),
        ({}, ""),
    ],
)
def test_a_row_belongs_to_who_it_names_else_to_its_authors_organisation(row, owner):
    assert owner_of(row) == owner
    author = JSON if isinstance(row.get("author"), dict) else Text
    columns = [Column(name, author if name == "author" else Text) for name in row]
    table = Table("owned", MetaData(), Column("id", Text), *columns)
    engine = create_engine("sqlite://")
    table.metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(table.insert().values(id="1", **row))
        assert connection.execute(select(owner_in_sql(table))).scalar_one() == owner
