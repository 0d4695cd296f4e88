"""A4.3, A3.4, B1.5: a refused payment leaves an accountability record, told, owed, made public."""

import json

import pytest

from mingzhang.cli.client import CallFailed
from mingzhang.kernel.calendar import MS_PER_DAY
from tests.acceptance.test_advances import advance, ask_for, bought, clearing
from tests.acceptance.town import YUAN

feature = pytest.mark.feature
MANAGERS = ["dg-rehab", "dg-health", "dg-finance"]


def breaches(town, **filters):
    return town.rows("auditor", "execution_breaches", limit=500, **filters)


def breach_of(town, problem):
    """Return the record that a refusal left."""
    (found,) = breaches(town, command=problem["receipt"]["id"])
    return found


def correct(town, user, breach, *, refused=False):
    act = town.refused if refused else town.give
    return act(
        user,
        "execution.breach.correct/1",
        on=(f"execution/breach/{breach}",),
        breach=breach,
        statement="已改由对应预算项列支，附说明。",
        document_sha256="3" * 64,
    )


def notices_about(town, breach, **filters):
    found = town.rows("auditor", "procedure_notices", limit=500, **filters)
    return [each for each in found if each["about"] == f"execution/breach/{breach}"]


@feature("B1.5", "misuse yields a report")
@feature("A3.4", "breach gives a feedback record")
@feature("A4.3", "accountability report")
def test_misuse_leaves_a_record_of_who_when_where_by_which_rule_with_its_evidence(town):
    problem = town.ask_refused(purpose="31013", amount_fen=777 * YUAN)
    found = breach_of(town, problem)
    assert (found["person"], found["post"]) == ("p-hospital-clerk", "hospital.clerk")
    assert (found["entered_for"], found["unit"]) == ("dg-rehab", "dg-rehab")
    assert (found["height"], found["time_ms"]) == (problem["height"], problem["time_ms"])
    assert found["kid"] == problem["receipt"]["kid"]
    assert (found["line"], found["amount_fen"]) == ("rehab-l2", 777 * YUAN)
    assert (found["code"], found["alarm"], found["clause"]) == ("EXE-26", "orange", "R11")
    assert found["facts"] == problem["facts"]
    text = town.record("auditor", f"contracts/contract/{found['contract_sha256']}")
    assert (text["name"], text["version"]) == (found["contract"], found["contract_version"])


@feature("B1.5", "misuse yields a report")
@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"line": "rehab-l9"}, "EXE-12"),
        ({"year": 2022}, "EXE-13"),
        ({"line": "rehab-l4", "purpose": "31006", "amount_fen": 90_000_000 * YUAN}, "EXE-27"),
        ({"payee": "contractor-b", "account": "102581000009:622202000009"}, "EXE-24"),
    ],
)
def test_each_kind_of_misuse_leaves_its_own_record(town, changes, code):
    found = breach_of(town, town.ask_refused(**changes))
    assert (found["code"], found["state"]) == (code, "open")
    assert found["adjustment"]


def test_an_invoice_paid_twice_and_one_that_clears_an_advance_twice_leave_records(town):
    body = town.payment(amount_fen=10 * YUAN)
    kind = "execution.payment.request/1"
    town.give("hospital.clerk", kind, **body)
    assert breach_of(town, town.refused("hospital.clerk", kind, **body))["alarm"] == "red"
    name = advance(town, town.payee("person"), 20 * YUAN)
    taxi = bought(town, 10 * YUAN)
    clearing(town, name, taxi)
    found = breach_of(town, clearing(town, name, taxi, refused=True))
    assert (found["person"], found["code"]) == ("p-hospital-finance", "EXE-32")
    assert found["adjustment"] == "execution.advance.clear/1"


def test_what_passes_what_is_only_tried_and_what_is_no_breach_leave_nothing(town):
    before = len(breaches(town))
    town.ask()
    ask_for(town, town.payee("person"), 1 * YUAN)
    body = town.payment(purpose="31013")
    with pytest.raises(CallFailed) as tried:
        town.person("hospital.clerk").act(
            "execution.payment.request/1", body, ("dg-rehab", "hospital.clerk"), {}, dry=True
        )
    assert tried.value.code == "EXE-26"
    town.ask_refused(invoice=None)  # nothing proves it: a form to complete
    no_right = town.refused("auditor", "execution.payment.request/1", **town.payment())
    assert no_right["code"] == "KER-02"
    key = "execution/payee/contractor-b"
    town.refused(
        "finance.treasury",
        "execution.payee.unfreeze/1",
        on=(key,),
        payee="contractor-b",
        reason="未冻结",
    )
    assert len(breaches(town)) == before


@feature("A4.3", "managers concerned get it")
def test_the_managers_get_a_notice_and_each_acknowledges_its_own(town):
    found = breach_of(town, town.ask_refused(purpose="31013"))
    assert found["managers"] == MANAGERS
    sent = notices_about(town, found["id"], notice_kind="breach_recorded")
    assert sorted(each["organisation"] for each in sent) == sorted(MANAGERS)
    assert all(each["must_acknowledge"] and each["deadline_ms"] for each in sent)
    (of_health,) = [each for each in sent if each["organisation"] == "dg-health"]
    kind = "procedure.notice.acknowledge/1"
    assert not town.refused("bank", kind, notice=of_health["id"])["accepted"]
    town.give("health.finance", kind, notice=of_health["id"])
    (seen,) = [n for n in notices_about(town, found["id"]) if n["id"] == of_health["id"]]
    assert seen["acknowledged_by"] == "p-health-finance"
    (read,) = town.rows("health.finance", "execution_breaches", id=found["id"])
    assert read["person"] == "p-hospital-clerk"
    assert town.rows("supplier.or", "execution_breaches", unit="dg-rehab") == []


@feature("A3.4", "required adjustment, owner, date")
def test_the_record_says_what_to_change_who_must_and_until_when(town):
    problem = town.ask_refused(line="rehab-l4", purpose="31006", amount_fen=90_000_000 * YUAN)
    found = breach_of(town, problem)
    assert found["adjustment"] == "execution.virement.request/1"
    assert found["facts"]["virement_from"]
    assert found["owner"] == "p-hospital-clerk"
    days = (found["correct_by_ms"] - found["time_ms"]) / MS_PER_DAY
    assert 13 < days < 25  # ten working days
    tasks = town.rows("hospital.clerk", "procedure_tasks", task_kind="act", limit=500)
    (task,) = [each for each in tasks if found["id"] in each["subject_key"]]
    assert (task["holder"], task["deadline_ms"]) == (
        "person:p-hospital-clerk",
        found["correct_by_ms"],
    )
    assert correct(town, "contractor.b", found["id"], refused=True)["code"] == "EXE-03"
    correct(town, "hospital.clerk", found["id"])
    (after,) = breaches(town, id=found["id"])
    assert (after["state"], after["corrected_by"]) == ("corrected", "p-hospital-clerk")
    (task,) = town.rows("hospital.clerk", "procedure_tasks", id=task["id"])
    assert task["outcome"] == "corrected"
    told = notices_about(town, found["id"], notice_kind="breach_corrected")
    assert sorted(each["organisation"] for each in told) == sorted(MANAGERS)
    again = correct(town, "hospital.clerk", found["id"], refused=True)
    assert again["facts"]["state"] == "corrected"


@feature("A3.4", "required adjustment, owner, date")
@feature("A4.3", "public by contract")
def test_uncorrected_it_is_overdue_by_itself_and_public_when_the_contract_says_so(town):
    found = breach_of(town, town.ask_refused(purpose="31013", amount_fen=4_321 * YUAN))
    corrected = breach_of(town, town.ask_refused(purpose="31013", amount_fen=4_322 * YUAN))
    correct(town, "hospital.clerk", corrected["id"])

    def published():
        rows = town.anyone.get(
            "/api/views/disclosure_figures",
            params={
                "figure_kind": "accountability",
                "limit": 500,
                "since": town.loaded.node.engine.height,
            },
        ).json()["rows"]
        return {row["amount_fen"]: row for row in rows if row["source"] in sources}

    sources = (found["id"], corrected["id"])
    town.pass_days(18)
    assert published() == {}
    town.pass_days(8)
    states = [breaches(town, id=each)[0]["state"] for each in sources]
    assert states == ["overdue", "corrected"]
    late = notices_about(town, found["id"], notice_kind="breach_overdue")
    assert sorted(each["organisation"] for each in late) == sorted(MANAGERS)
    assert notices_about(town, corrected["id"], notice_kind="breach_overdue") == []
    rows = published()
    assert sorted(rows) == [4_321 * YUAN, 4_322 * YUAN]
    row = rows[4_321 * YUAN]
    assert row["title_zh"].startswith("问责：")
    assert "D07" in row["clause"]
    assert "R11" in row["title_en"]
    assert [step["answer"] for step in row["steps"]] == ["overdue"]
    assert "p-hospital-clerk" not in json.dumps(rows)
    correct(town, "hospital.clerk", found["id"])  # late is better than never


@feature("A4.3", "who, when, where, rule")
def test_each_act_is_logged_with_person_time_place_of_entry_and_rule(town):
    paid, problem = town.ask(amount_fen=5 * YUAN), town.ask_refused(purpose="31013")
    for height, accepted in ((paid["height"], True), (problem["height"], False)):
        block = town.person("auditor").get(f"/api/blocks/{height}")
        (act,) = [each for each in block["listed"] if each["kind"].endswith("payment.request/1")]
        assert act["person"] == "p-hospital-clerk"
        assert (act["organisation"], act["post"]) == ("dg-rehab", "hospital.clerk")
        assert block["time_ms"] <= town.loaded.clock()
        assert act["accepted"] is accepted
        public = town.anyone.get(f"/api/blocks/{height}").json()["listed"][act["place"]]
        assert "person" not in public
    assert (act["clause"], act["facts"]["contract"]) == ("R11", "payment-control")
    name = town.event(paid, "execution.payment_requested")["payment"]
    (row,) = town.rows("auditor", "execution_payments", id=name)
    assert row["clauses"]
    for contract in row["contracts"]:
        assert town.record("auditor", f"contracts/contract/{contract}")["version"] >= 1
