"""A4.4, D1: from a published figure back to submission, approval, rule; A3.3: a changed byte."""

import json
import shutil

import pytest

from tests import doors
from tests.acceptance.town import YUAN, opened

feature = pytest.mark.feature


def figures(town, kind, year=2022):
    query = {"figure_kind": kind, "year": year, "limit": 500}
    answer = town.anyone.get("/api/views/disclosure_figures", params=query).json()
    return answer["rows"]


@feature("A4.4", "back to each submission")
@feature("A4.4", "back to each approval")
@feature("D1", "requests behind it")
@feature("D1", "approvals behind it")
def test_from_the_published_budget_one_walks_back_to_each_request_and_each_approval(town):
    (budget,) = [row for row in figures(town, "budget") if row["level"] == "government"]
    assert budget["amount_fen"] == 8_500_000 * YUAN
    assert sum(part["amount_fen"] for part in budget["parts"]) == budget["amount_fen"]
    approvals, requests = figures(town, "approval"), figures(town, "request")
    assert sum(row["amount_fen"] for row in approvals) == budget["amount_fen"]
    by_version = {row["sources"][0]: row for row in requests}
    for approval in approvals:
        version, request, case = approval["sources"]
        submitted = by_version[version]  # public, as the approval is
        assert submitted["sources"][:2] == [version, request]
        answers = [(step["level"], step["answer"]) for step in approval["steps"]]
        assert [level for level, answer in answers if answer == "approve"] == [
            "unit",
            "department",
            "bureau",
        ]
        content = town.record("auditor", version)
        lines = [
            each["amount_fen"] for line in content["content"]["lines"] for each in line["amounts"]
        ]
        assert sum(lines) == submitted["amount_fen"]
        assert content["author"]["person"] == "p-hospital-clerk"
        decisions = town.record("auditor", case)["decisions"]
        assert [each["at_ms"] for each in decisions] == [s["at_ms"] for s in approval["steps"]]


@feature("A4.4", "back to each rule")
def test_and_to_the_version_of_each_rule_that_decided(town):
    answer = town.anyone.get("/api/views/contracts_documents", params={"limit": 500}).json()
    documents = {row["id"]: row for row in answer["rows"]}

    def clause_of(contract, row):
        """The public text of a row named ``<contract>/<node>/<row>`` of a document's hash."""
        name, node, row_id = row.split("/")
        document = documents[contract]
        assert document["name"] == name
        (table,) = [each for each in document["document"]["nodes"] if each["id"] == node]
        if row_id == "default":
            return table["default"]["zh"]
        return next(each["zh"] for each in table["rows"] if each["id"] == row_id)

    published = [row for kind in ("budget", "approval", "payment") for row in figures(town, kind)]
    assert len(published) > 10
    for figure in published:
        assert clause_of(figure["contract"], figure["clause"])
    for approval in figures(town, "approval"):
        ruling = town.record("auditor", approval["sources"][0])["ruling"]
        (row,) = [each for each in ruling["rows"] if each.endswith(f"/{ruling['clause']}")]
        assert clause_of(ruling["contract"], row)
        assert {each.partition("/")[0] for each in ruling["rows"]} == {
            "approval-levels",
            "request-control",
        }
    for payment in figures(town, "payment"):
        decided = town.record("auditor", payment["sources"][0])["ruling"]
        names = {documents[contract]["name"] for contract in decided["contracts"]}
        assert "payment-control" in names


@feature("A4.4", "forward to each payment")
def test_and_forward_to_each_payment_made_of_it(town):
    """Of 2022, whose books are closed: what tests pay later is of 2023."""
    paid = figures(town, "payment")
    assert sum(row["amount_fen"] for row in paid) == 6_846_270 * YUAN
    (approval,) = figures(town, "approval")
    version = town.record("auditor", approval["sources"][0])
    lines = {line["line"] for line in version["content"]["lines"]}
    for row in paid:
        payment, line, *cells = row["sources"]
        record = town.record("auditor", payment)
        assert record["line"] in lines
        assert line == f"funds/line/{record['line']}"
        assert sum(amount_fen for _, amount_fen in record["parts"]) == row["amount_fen"]
        assert cells == [f"funds/cell/{cell}" for cell, _ in record["parts"]]


@feature("A3.3", "altered byte detected")
@feature("A3.3", "altered record named")
def test_a_changed_byte_in_a_nodes_store_is_found_and_its_record_named(tmp_path):
    with opened() as town:
        town.give(
            "hospital.finance",
            "execution.payee.register/1",
            payee="altered",
            title="原来的名称",
            payee_class="supplier",
            credit_code="91440000FLP0000014",
            account="102581000001:6222020000005555",
        )
        with town.loaded.node.engine.state_lock:
            shutil.copytree(town.loaded.home, tmp_path / "home")
    file = tmp_path / "home/ledger/data.mdb"
    whole, name = file.read_bytes(), "原来的名称".encode()
    assert doors.cli("audit", str(tmp_path / "home"), "--json").returncode == 0
    places, at = [], whole.find(name)
    while at >= 0:
        places.append(at)
        at = whole.find(name, at + 1)
    assert places
    named = []
    for place in places:  # in the state, and in what the block changed
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        done = doors.cli("audit", str(tmp_path / "home"), "--json")
        assert done.returncode == 1
        (difference, *_) = json.loads(done.stdout)["differences"]
        named.append(f"{difference['key']} {difference['detail']}")
    assert any("execution/payee/altered" in each for each in named)
    file.write_bytes(whole[: places[0]] + b"\x00" + whole[places[0] + 1 :])
    started = doors.cli("run", str(tmp_path / "home"), "--port", "0")  # its first read
    assert started.returncode != 0
    assert "execution/payee/altered" in started.stdout + started.stderr
    file.write_bytes(whole)
    assert doors.cli("audit", str(tmp_path / "home"), "--json").returncode == 0
