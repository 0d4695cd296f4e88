"""G1, B4.5, A2.2, A4.x, A5.3, D1, H8: traced, versioned, published, verified."""

import itertools
import json

import pytest

from mingzhang.cli import demo
from mingzhang.cli.client import CallFailed
from tests import doors
from tests.acceptance.town import YUAN

feature = pytest.mark.feature
L1 = "rehab-l1:general:local:2022:2022"


@feature("G1", "estimate by line")
def test_the_approved_estimate_stands_line_by_line(town):
    rows = town.rows("auditor", "funds_estimates", limit=500)
    estimate = {row["id"]: row["estimate_fen"] for row in rows}
    assert estimate == {
        "rehab-l1": 8_860_000 * YUAN,
        "rehab-l2": 2_436_000 * YUAN,
        "rehab-l3": 921_250 * YUAN,
        "rehab-l4": 600_350 * YUAN,
    }
    assert sum(estimate.values()) == 12_817_600 * YUAN


def test_a_unit_reads_its_own_estimate_which_another_body_approved_and_others_do_not(town):
    key = "preparation/estimate/rehab-ward:1"
    assert town.record("hospital.clerk", key)["total_fen"] == 12_817_600 * YUAN
    for user in ("hospital.clerk", "health.reviewer", "drc.reviewer", "finance.budget"):
        (row,) = town.rows(user, "preparation_estimates", project="rehab-ward")
        assert (row["unit"], row["total_fen"]) == ("dg-rehab", 12_817_600 * YUAN)
    for user in ("contractor.b", "treasury", "bank"):
        assert town.rows(user, "preparation_estimates") == []
        with pytest.raises(CallFailed) as caught:
            town.record(user, key)
        assert caught.value.status == 403


def case_of_2022(town):
    request = town.player.saved("request22")
    cases = town.rows("auditor", "procedure_cases", limit=500)
    (case,) = [each for each in cases if each["subject_id"] == request]
    return town.person("auditor").get(f"/api/records/procedure/case/{case['id']}")["record"]


@feature("G1", "review traced")
@feature("A2.2", "unit to department to bureau")
@feature("A2.2", "level asks for more")
@feature("A4.4", "back to each approval")
def test_each_step_of_the_review_names_person_level_time_and_reason(town):
    case = case_of_2022(town)
    decided = [(each["person"], each["answer"]) for each in case["decisions"] if each.get("person")]
    assert decided == [
        ("p-hospital-director", "approve"),
        ("p-health-reviewer", "approve"),
        ("p-finance-reviewer", "ask"),
        ("p-hospital-clerk", "answer"),
        ("p-finance-reviewer", "approve"),
    ]
    times = [each["at_ms"] for each in case["decisions"]]
    assert times == sorted(times)


@feature("G1", "approval traced")
@feature("A2.2", "resolution under the congress' key")
@feature("A2.2", "draft to the congress as one")
def test_the_resolution_names_number_date_and_vote_under_the_congress_key(town):
    (row,) = [r for r in town.rows("auditor", "preparation_resolutions") if r["year"] == 2022]
    record = town.person("auditor").get("/api/records/preparation/resolution/2022")["record"]
    assert record["number"] == "D人发〔2022〕3号（示意）"
    assert record["votes"]["in_favour"] == 371
    assert record["author"]["organisation"] == "dg-congress"
    assert row["total_fen"] == 8_500_000 * YUAN


@feature("A2.2", "no contract resolves")
def test_nobody_but_the_congress_enters_a_resolution(town):
    for user in ("finance.budget", "security", "auditor"):
        with pytest.raises(CallFailed) as caught:
            town.give(
                user,
                "preparation.resolution.enter/1",
                on=("preparation/draft/2023:1",),
                year=2023,
                draft="2023:1",
                number="伪造1号",
                day=19_400,
                votes={"deputies": 1, "in_favour": 1, "against": 0, "abstained": 0},
                document_sha256="ab" * 32,
            )
        assert caught.value.code == "KER-02"


def refused_in_the_case(town, clause):
    rows = town.person("auditor").get("/api/refusals", limit=500)["refusals"]
    return [row for row in rows if row["clause"] == clause]


@feature("G1", "request over the estimate refused")
@feature("A3.1", "failure names clause, field, remedy")
def test_a_request_above_the_estimate_was_refused_with_the_amount_to_cut(town):
    (row,) = refused_in_the_case(town, "R01")
    assert row["facts"]["asked_fen"] == 13_050_000 * YUAN
    assert row["facts"]["limit_fen"] == 12_817_600 * YUAN
    assert row["facts"]["excess_fen"] == 232_400 * YUAN
    assert row["facts"]["field"]


@feature("G1", "own submission refused")
@feature("A5.3", "duties separated")
def test_who_submitted_could_not_approve(town):
    (row,) = refused_in_the_case(town, "R02")
    assert row["person"] == "p-hospital-clerk"
    assert row["kind"] == "procedure.case.approve/1"


@feature("B4.5", "versions of every record")
def test_every_version_of_a_record_is_read_with_its_heights_and_the_command_behind_it(town):
    auditor = town.person("auditor")
    key = f"funds/cell/{L1}"
    versions = auditor.get(f"/api/versions/{key}")["versions"]
    assert len(versions) > 10
    for before, after in itertools.pairwise(versions):
        assert before["to_height"] == after["from_height"]
    assert versions[-1]["to_height"] is None
    (signed,) = [v for v in versions if v["record"].get("encumbered_fen") == 6_400_000 * YUAN]
    block = auditor.get(f"/api/blocks/{signed['from_height']}")
    assert block["listed"][0]["kind"] == "execution.agreement.sign/1"
    assert block["listed"][0]["person"] == "p-hospital-director"
    assert block["time_ms"]


@feature("B4.5", "as of a height")
def test_a_record_and_a_total_are_shown_as_they_stood_at_a_height(town):
    auditor = town.person("auditor")
    versions = auditor.get(f"/api/versions/funds/cell/{L1}")["versions"]
    for version in versions[3:8]:
        height = version["from_height"]
        then = auditor.get(f"/api/records/funds/cell/{L1}", height=height)
        assert then["record"] == version["record"]
        (row,) = town.rows("auditor", "funds_cells", id=L1, height=height)
        assert row["allotted_fen"] == version["record"].get("allotted_fen", 0)


@feature("B4.5", "as of a date")
def test_and_as_they_stood_at_a_date(town):
    settled = {
        date: sum(
            row["settled_fen"]
            for row in town.rows("auditor", "funds_cells", date=date, limit=500)
            if row["id"].startswith("rehab-") and row["year"] == 2022
        )
        for date in ("2022-07-04", "2022-07-11", "2022-08-22", "2022-12-31")
    }
    assert settled == {
        "2022-07-04": 0,
        "2022-07-11": (846_680 + 298_000 + 58_600) * YUAN,
        "2022-08-22": (846_680 + 298_000 + 58_600 + 1_308_330) * YUAN,
        "2022-12-31": 6_846_270 * YUAN,
    }
    carried = town.rows("auditor", "funds_cells", date="2023-01-03", limit=500)
    from_2022 = [row for row in carried if (row["year"], row["vintage"]) == (2023, 2022)]
    assert sum(row["carried_fen"] for row in from_2022) == 1_653_730 * YUAN


@feature("A4.2", "public reads what is published")
@feature("A4.2", "field by field")
@feature("A4.2", "auditor reads its mandate")
@feature("A5.3", "rights by role and field")
def test_of_one_payment_each_reader_gets_the_fields_that_are_allowed(town):
    query = {"agreement": "c-design", "limit": 1}
    whole = town.rows("auditor", "execution_payments", **query)[0]
    assert whole["account"]
    assert town.rows("hospital.finance", "execution_payments", **query)[0]["account"]
    public = town.anyone.get("/api/views/execution_payments", params={"year": 2022}).json()["rows"][
        0
    ]
    assert "account" not in public
    assert "amount_fen" in public
    (stranger,) = town.rows("supplier.or", "execution_payments", id=whole["id"])
    assert "account" not in stranger
    assert town.rows("supplier.or", "execution_payments", **query) == []


def test_a_yes_or_no_filters_and_anything_else_is_refused(town):
    open_cells = town.rows("auditor", "funds_cells", closed="false", limit=500)
    assert open_cells
    assert not any(row["closed"] for row in open_cells)
    with pytest.raises(CallFailed) as caught:
        town.rows("auditor", "funds_cells", closed="maybe")
    assert caught.value.code == "GAT-16"


@feature("D1", "published on approval")
@feature("D1", "published on its date")
@feature("D1", "approvals behind it")
@feature("D1", "requests behind it")
@feature("A4.4", "forward to each payment")
def test_figures_are_published_by_rule_with_what_stands_behind_them(town):
    rows = town.anyone.get("/api/views/disclosure_figures", params={"limit": 500}).json()["rows"]
    titles = [row["title_zh"] for row in rows]
    assert any(title.startswith("预算申报") for title in titles)
    assert any(title.startswith("预算审核") for title in titles)
    assert "DG市康复医院2022年单位预算" in titles
    paid = [row for row in rows if row["title_zh"].startswith("支付：")]
    assert 846_680 * YUAN in [row["amount_fen"] for row in paid]


@feature("D1", "forged figure exposed")
@feature("H8", "old bundle verifies")
def test_a_citizen_verifies_a_figure_from_a_countersigned_checkpoint_and_a_forged_one_fails(
    town, tmp_path
):
    root = demo._countersign(town.loaded, town.url)
    assert root.head
    checkpoint = town.anyone.get("/api/checkpoint/countersigned").content
    keys = town.anyone.get("/api/keys").json()
    (tmp_path / "checkpoint.note").write_bytes(checkpoint)
    row = town.anyone.get("/api/views/disclosure_figures").json()["rows"][0]
    key = f"disclosure/figure/{row['id']}"
    bundle = town.anyone.get(f"/api/proofs/records/{key}").content
    (tmp_path / "figure.json").write_bytes(bundle)
    arguments = ["--root", str(tmp_path / "checkpoint.note"), "--key", keys["node"]]
    arguments += ["--key", keys["countersigners"][0], "--json"]
    done = doors.cli("verify", str(tmp_path / "figure.json"), *arguments)
    answer = json.loads(done.stdout)
    assert (done.returncode, answer["verified"]) == (0, True)
    town.ask(amount_fen=1 * YUAN)  # the ledger goes on; the old bundle stays good
    assert doors.cli("verify", str(tmp_path / "figure.json"), *arguments).returncode == 0

    forged = json.loads(bundle)
    content = forged["claim"]["record"]
    forged["claim"]["record"] = content[:40] + ("A" if content[40] != "A" else "B") + content[41:]
    (tmp_path / "forged.json").write_text(json.dumps(forged))
    exposed = doors.cli("verify", str(tmp_path / "forged.json"), *arguments)
    assert exposed.returncode == 1
    assert json.loads(exposed.stdout)["verified"] is False
