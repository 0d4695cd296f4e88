"""Finding rows, files and the commands that changed a record; hooks, decisions, admission."""

import json
from pathlib import Path

import pytest

from tests.engine.small import ANN, Add
from tests.gateway.test_commands import send

CONTRACT = Path(__file__).parents[2] / "contracts/payment-levels.json"


def add(http, counter, amount_fen):
    return send(http, ANN(Add(counter=counter, amount_fen=amount_fen))).json()["height"]


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/api/search?q=x", 400, "GAT-10"),
        ("/api/search", 400, "GAT-10"),
        ("/api/registered/abc", 400, "GAT-10"),
        (f"/api/registered/{'A' * 64}", 400, "GAT-10"),
        ("/api/decisions?contract=abc", 400, "GAT-10"),
        (f"/api/decisions?contract={'0' * 64}&before=-1", 400, "GAT-10"),
        ("/api/trail/count/counter/none", 404, "GAT-17"),
    ],
)
def test_what_cannot_be_looked_for_says_why(http, path, status, code):
    answer = http.get(path)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_search_shows_nobody_what_he_may_not_read(http, ann):
    height = add(http, "sought-for", 5)
    ann.get(f"/api/blocks/{height}")
    http.cookies.clear()
    assert http.get("/api/search", params={"q": "sought-for"}).json()["found"] == []
    assert http.get("/api/trail/count/counter/sought-for").status_code == 403


def test_a_search_finds_signs_as_they_are_written(ann):
    for words in ("%%", "__", "<b>", "' or 1=1"):
        assert ann.get("/api/search", params={"q": words}).json()["found"] == []


def test_hooks_are_told_with_titles_in_both_languages(http):
    answer = http.get("/api/hooks").json()
    assert answer["verdicts"][0] == "reject"
    (payment,) = [each for each in answer["hooks"] if each["name"] == "execution.payment"]
    assert payment["inputs"][0]["zh"] == "申请金额"
    assert payment["inputs"][0]["field"]["unit"] == "fen"


def test_an_unknown_contract_has_decided_nothing(http):
    answer = http.get("/api/decisions", params={"contract": "0" * 64}).json()
    assert (answer["decisions"], answer["before"]) == ([], None)


def test_a_document_is_judged_as_validators_do_and_only_for_who_is_signed_in(http):
    assert http.post("/api/admission", content=CONTRACT.read_bytes()).json()["code"] == "GAT-03"


def test_all_findings_of_the_first_step_that_fails_are_worded(ann):
    document = json.loads(CONTRACT.read_text(encoding="utf-8"))
    assert ann.post("/api/admission", json=document).json() == {"step": 0, "findings": []}
    document["nodes"][0]["rows"][0]["when"][0] = "> nothing"
    document["nodes"][0]["rows"][1]["when"][0] = "<"
    answer = ann.post("/api/admission", json=document).json()
    assert answer["step"] == len(["size", "keys", "types"])
    places = [(each["row"], each["cell"]) for each in answer["findings"]]
    assert places == [("L1", "when[0]"), ("L2", "when[0]")]
    assert all(each["zh"] and each["en"] for each in answer["findings"])
    assert ann.post("/api/admission", content=b"no json").json()["step"] > 0
