"""A2.4: the approved budget guards its spending, on every node and before the vote."""

import shutil
from contextlib import contextmanager

import pytest

from tests import doors
from tests.acceptance.town import YUAN

feature = pytest.mark.feature


@feature("A2.4", "unknown line")
def test_a_line_that_nobody_approved_pays_nothing(town):
    problem = town.ask_refused(line="rehab-l9")
    assert problem["code"] == "EXE-12"
    assert "rehab-l2" in problem["facts"]["lines"]


@feature("A2.4", "wrong purpose")
@feature("B1.3", "by category")
def test_another_purpose_than_the_lines_is_refused_with_the_clause(town):
    problem = town.ask_refused(purpose="31013")
    assert problem["facts"]["clause"] == "R11"
    assert problem["facts"]["economic"] == "31003"


@feature("A2.4", "wrong year")
def test_a_year_that_is_over_pays_nothing(town):
    problem = town.ask_refused(year=2022)
    assert problem["code"] == "EXE-13"


@feature("A2.4", "wrong payee class")
def test_a_person_is_not_paid_from_an_equipment_line(town):
    payee, account = town.payee("person")
    problem = town.ask_refused(payee=payee, account=account)
    assert problem["code"] == "EXE-14"
    assert problem["facts"]["allowed"] == ["supplier", "unit"]


@feature("A2.4", "over the line")
@feature("B1.3", "refused by contract")
@feature("B1.3", "by ceiling")
@feature("B1.2", "over budget answered at once")
@feature("B1.1", "else nothing moves")
@feature("B1.1", "amount condition")
def test_more_than_the_line_has_is_refused_in_its_block_and_an_adjustment_is_proposed(town):
    cell = "rehab-l4:general:local:2023:2023"
    before = town.cell(cell)
    problem = town.ask_refused(line="rehab-l4", purpose="31006", amount_fen=90_000_000 * YUAN)
    facts = problem["facts"]
    assert facts["clause"] == "R12.1"
    assert facts["short_fen"] == facts["asked_fen"] - facts["left_fen"]
    assert any(each.startswith("rehab-l") for each in facts["virement_from"])
    assert problem["detail_zh"]
    assert problem["height"] > before["from_height"]
    assert town.cell(cell) == before


def free_of(town, line):
    rows = town.rows("auditor", "funds_cells", line=line, year=2023)
    return {row["id"]: row["available_fen"] for row in rows}


@contextmanager
def almost_spent(town, line):
    """Leave a few hundred yuan of a line: the rest is held by intentions."""
    held = []
    for free_fen in free_of(town, line).values():
        if free_fen > 500 * YUAN:
            answer = town.give(
                "hospital.clerk",
                "execution.intention.open/1",
                line=line,
                nature="general",
                source="local",
                year=2023,
                amount_fen=free_fen - 400 * YUAN,
                reason="预占（测试）",
            )
            held.append(town.event(answer, "funds.intended")["intention"])
    yield
    for intention in held:
        town.give(
            "hospital.clerk",
            "execution.intention.cancel/1",
            intention=intention,
            amount_fen=None,
            reason="取消（测试）",
        )


@feature("A2.4", "adjustment proposed")
@pytest.mark.parametrize("of_the_same_subject", [True, False])
def test_the_adjustment_that_a_refusal_proposes_makes_the_same_payment_lawful(
    town, of_the_same_subject
):
    with almost_spent(town, "rehab-l4"):
        left = sum(free_of(town, "rehab-l4").values())
        assert 0 < left < 2_000 * YUAN
        body = town.payment(line="rehab-l4", purpose="31006", amount_fen=left + 300 * YUAN)
        kind = "execution.payment.request/1"
        facts = town.refused("hospital.clerk", kind, **body)["facts"]
        assert (facts["clause"], facts["short_fen"]) == ("R12.1", 300 * YUAN)
        proposed = [each.partition("=")[0] for each in facts["virement_from"]]
        subject = [each.startswith(("rehab-l1", "rehab-l3")) for each in proposed]
        assert subject == sorted(subject, reverse=True)  # what the unit may move by itself first
        giving = proposed[subject.index(of_the_same_subject)]
        vintage = giving.rpartition(":")[2]
        assert facts["who"] == ["hospital.director@dg-rehab"]
        answer = town.give(
            "hospital.director",
            "execution.virement.request/1",
            from_cell=giving,
            to_cell=f"rehab-l4:general:local:2023:{vintage}",
            amount_fen=facts["short_fen"],
            reason="按拒付通知调剂",
        )
        decided = town.event(answer, "execution.virement_decided")
        if not of_the_same_subject:
            still = town.refused("hospital.clerk", kind, **body)
            assert still["facts"]["short_fen"] == 300 * YUAN
            key = f"execution/virement/{decided['virement']}"
            town.give(
                "finance.budget",
                "procedure.case.approve/1",
                on=(f"procedure/case/{decided['case']}", key),
                case=decided["case"],
                subject=key,
                reason="同意",
            )
        paid = town.event(town.give("hospital.clerk", kind, **body), "execution.payment_requested")
        assert paid["content"]["state"] == "instructed"
        assert sum(free_of(town, "rehab-l4").values()) == 0


@feature("A2.4", "alarm with the refusal")
def test_a_refusal_is_an_alarm_with_clause_amount_and_who_can_help(town):
    problem = town.ask_refused(line="rehab-l4", purpose="31006", amount_fen=90_000_001 * YUAN)
    town.rows("auditor", "execution_payments", limit=1)
    alarms = town.person("auditor").get("/api/refusals", alarm="orange")["refusals"]
    (alarm,) = [each for each in alarms if each["height"] == problem["height"]]
    assert alarm["clause"] == "R12.1"
    assert alarm["facts"]["asked_fen"] == 90_000_001 * YUAN
    assert alarm["organisation"] == "dg-rehab"
    assert alarm["person"] == "p-hospital-clerk"
    assert alarm["facts"]["who"] == ["hospital.director@dg-rehab"]  # who may request a virement
    public = town.anyone.get("/api/refusals", params={"alarm": "orange"}).json()["refusals"]
    assert "facts" not in public[0]


@feature("A2.4", "refused on every node")
def test_another_node_given_the_same_commands_refuses_alike_and_has_the_same_root(town, tmp_path):
    town.ask_refused(purpose="31013")
    with town.loaded.node.engine.state_lock:
        shutil.copytree(town.loaded.home, tmp_path / "other")
        root = town.loaded.node.application.app_hash.hex()
    done = doors.cli("audit", str(tmp_path / "other"), "--json")
    assert done.returncode == 0, done.stdout
    assert root in done.stdout


@feature("A2.4", "before the vote")
def test_before_the_vote_a_new_project_is_refused_by_art_54(january):
    problem = january.ask_refused(line="rehab-l3", purpose="31006", year=2022)
    assert problem["facts"]["clause"] == "R03"
    assert problem["facts"]["lawful"] in ("vote", "interim")


@feature("A2.4", "carry-over before the vote")
def test_money_carried_over_paid_the_laboratory_before_the_vote_of_2023(town):
    (paid,) = town.rows(
        "auditor", "execution_payments", agreement="c-lab", year=2023, date="2023-01-17"
    )
    assert (paid["amount_fen"], paid["art54"], paid["state"]) == (
        42_150 * YUAN,
        "carry_over",
        "settled",
    )
    voted = town.rows("auditor", "preparation_resolutions", date="2023-01-17")
    assert [row["year"] for row in voted] == [2022]


def interim(january, purpose, amount_fen, measured_fen=0, *, refused=False):
    return (january.refused if refused else january.give)(
        "finance.budget",
        "execution.interim.grant/1",
        line="rehab-l3",
        nature="general",
        source="local",
        year=2022,
        amount_fen=amount_fen,
        purpose=purpose,
        measured_fen=measured_fen,
        document={"number": f"预拨〔2022〕{january.number()}号", "sha256": "ab" * 32},
    )


@feature("A2.4", "from an interim quota")
@feature("A2.4", "interim quota absorbed")
def test_before_the_vote_interim_quota_pays_within_its_measure_and_the_vote_absorbs_it(january):
    cell = "rehab-l3:general:local:2022:2022"
    interim(january, "same_period", 30_000 * YUAN, measured_fen=30_000 * YUAN)
    too_much = interim(january, "same_period", 1 * YUAN, 30_000 * YUAN, refused=True)
    assert too_much["code"] == "EXE-11"
    mandatory = {"line": "rehab-l3", "purpose": "31006", "year": 2022, "art54": "same_period"}
    january.ask(**mandatory, amount_fen=20_000 * YUAN)
    assert january.cell(cell)["interim_fen"] == 30_000 * YUAN
    beyond = january.ask_refused(**mandatory, amount_fen=10_001 * YUAN)
    assert beyond["facts"]["clause"] == "R12.1"
    interim(january, "legal_duty", 5_000 * YUAN)
    january.ask(**{**mandatory, "art54": "legal_duty"}, amount_fen=5_000 * YUAN)

    january.play(lambda step: step.at >= "2022-01-20" and step.n in (8, 9))
    row = january.cell(cell)
    assert row["interim_fen"] == 0
    assert row["voted_fen"] == 700_000 * YUAN
    assert row["instructed_fen"] == 25_000 * YUAN
    assert row["unallotted_fen"] == 700_000 * YUAN - 35_000 * YUAN


def test_an_invoice_is_not_paid_again_by_calling_it_a_document(town):
    invoice = town.payment()
    assert town.ask(**invoice)["accepted"]
    assert town.ask_refused(**invoice)["code"] == "EXE-23"
    as_document = {**invoice, "invoice": None, "document_sha256": "ab" * 32}
    assert town.ask_refused(**as_document)["code"] == "EXE-15"
