"""H14, G3: what one has to do, what a leaver leaves, and what a party reads, over HTTP."""

import pytest

from mingzhang.cli.client import CallFailed
from tests.acceptance.town import YUAN, open_played

feature = pytest.mark.feature


@pytest.fixture(scope="module")
def town():
    with open_played() as town:
        yield town


def work(town, user):
    since = town.loaded.node.engine.height
    return town.person(user).get("/api/work", since=since)["items"]


@feature("H14", "one list of all work")
def test_work_stands_by_deadline_with_why_and_until_when(town):
    items = work(town, "hospital.clerk")
    untils = [item["until_ms"] for item in items if item["until_ms"] is not None]
    assert untils == sorted(untils)
    acts = [item for item in items if item["kind"] == "act"]
    assert [item["about"]["clause"] for item in acts] == ["R03", "R09", "R10", "R11", "R12"]
    assert all(item["why"] and item["about"]["title_zh"] for item in acts)
    assert {item["kind"] for item in items} == {"act", "notice"}


def test_tasks_of_others_are_not_mine(town):
    assert {item["kind"] for item in work(town, "hospital.director")} == {"notice"}
    assert work(town, "bank") == []


def test_work_needs_a_sign_in(town):
    assert town.anyone.get(f"{town.url}/api/work").status_code == 401
    assert town.anyone.get(f"{town.url}/api/dealings").status_code == 401


@feature("H14", "one list of all work")
def test_who_hands_over_sees_all_that_a_leaver_leaves(town):
    left = town.person("hospital.director").get("/api/work/p-hospital-clerk")
    assert (left["count"], left["hidden"], len(left["items"])) == (5, 0, 5)


@pytest.mark.parametrize("user", ["hospital.clerk", "auditor", "contractor.b"])
def test_what_a_person_leaves_is_not_for_everybody(town, user):
    with pytest.raises(CallFailed) as failed:
        town.person(user).get("/api/work/p-hospital-clerk")
    assert failed.value.problem["code"] == "GAT-13"


def test_a_party_reads_its_own_agreements_and_no_others(town):
    own = town.person("contractor.b").get("/api/dealings")
    assert [each["id"] for each in own["agreements"]] == ["c-works"]
    assert {each["payee"] for each in own["payments"]} == {"contractor-b"}
    assert {each["agreement"] for each in own["milestones"]} == {"c-works"}
    assert all("line" not in each and "parts" not in each for each in own["payments"])
    supervised = town.person("engineer").get("/api/dealings")
    assert {each["id"] for each in supervised["agreements"]} == {"c-engineer", "c-works"}
    assert town.person("bank").get("/api/dealings")["agreements"] == []


def test_a_party_is_not_told_of_the_unit_s_budget_nor_an_engineer_of_the_payee_s_account(town):
    of_unit = {"line", "case_id", "case", "intention", "proposed_by", "ruling"}
    for user in ("contractor.b", "engineer"):
        found = town.person(user).get("/api/dealings")
        for each in (*found["agreements"], *found["changes"], *found["milestones"]):
            assert of_unit.isdisjoint(each)
            assert of_unit.isdisjoint(each["record"])
    works = {each["id"]: each for each in found["agreements"]}
    of_payee = {"account", "wage_account", "award"}
    assert of_payee.isdisjoint(works["c-works"])
    assert of_payee.isdisjoint(works["c-works"]["record"])
    assert works["c-engineer"]["account"] == works["c-engineer"]["record"]["account"]
    assert works["c-works"]["record"]["milestones"]


def test_a_version_that_a_party_reads_is_the_one_that_a_command_names(town):
    own = town.person("contractor.b").get("/api/dealings")
    for milestone in own["milestones"]:
        key = f"execution/milestone/{milestone['id']}"
        assert (
            milestone["version"] == town.person("contractor.b").get(f"/api/leaf/{key}")["version"]
        )


def test_a_milestone_waits_for_each_duty_that_has_not_signed(town):
    body = {"agreement": "c-works", "milestone": "m4", "evidence_sha256": "a" * 64}
    town.give("contractor.b", "execution.milestone.report/1", **body, invoice="04418860")

    def waits(user):
        return [item["id"] for item in work(town, user) if item["kind"] == "milestone"]

    assert (waits("engineer"), waits("hospital.pm")) == (["c-works:m4"], ["c-works:m4"])
    assert waits("hospital.quality") == []
    accepted = {"agreement": "c-works", "milestone": "m4", "duty": "engineer"}
    key = "execution/milestone/c-works:m4"
    town.give(
        "engineer", "execution.milestone.accept/1", on=(key,), **accepted, measured_fen=220_000_000
    )
    assert (waits("engineer"), waits("hospital.pm")) == ([], ["c-works:m4"])


def test_a_refused_command_is_shown_whole_to_who_gave_it(town):
    problem = town.ask_refused(purpose="31013")
    path = f"/api/refusals/{problem['height']}/{problem['place']}"
    found = town.person("hospital.clerk").get(path)
    assert found["body"]["purpose"] == "31013"
    assert found["problem"]["code"] == "EXE-26"
    assert found["problem"]["title_zh"]
    with pytest.raises(CallFailed) as failed:
        town.person("contractor.b").get(path)
    assert failed.value.problem["code"] == "GAT-13"
    with pytest.raises(CallFailed) as failed:
        town.person("hospital.clerk").get("/api/refusals/1/0")
    assert failed.value.problem["code"] == "GAT-17"


def test_a_list_of_refusals_speaks_in_words_to_those_who_may_know(town):
    told = town.person("hospital.clerk").get("/api/refusals")["refusals"]
    assert all(each["told"]["title_zh"] and each["time_ms"] for each in told)
    public = town.anyone.get(f"{town.url}/api/refusals").json()["refusals"]
    assert not any("told" in each or "facts" in each for each in public)


def test_posts_that_may_read_a_case_are_told_to_those_alone_who_may_read_it(town):
    answer = town.ask(amount_fen=300_000 * YUAN)
    payment = town.event(answer, "execution.payment_requested")["payment"]
    on = (f"execution/payment/{payment}",)
    said = {"payment": payment, "answer": "原厂维保", "document_sha256": None}
    town.give("hospital.clerk", "execution.payment.answer/1", on=on, **said)
    (case,) = town.rows("auditor", "procedure_cases", subject_id=payment)
    path, since = f"/api/cases/{case['id']}/readers", town.loaded.node.engine.height
    told = town.person("hospital.clerk").get(path, since=since)["rows"]
    holders = {each["post"]: each["holders"] for each in told}
    assert holders["hospital.director"] == ["p-hospital-director"]
    assert {each["organisation"] for each in told} <= {
        *("dg-rehab", "dg-health", "dg-finance", "dg-government")
    }
    with pytest.raises(CallFailed) as refused:
        town.person("contractor.b").get(path, since=since)
    assert refused.value.problem["code"] == "GAT-13"
    with pytest.raises(CallFailed) as missing:
        town.person("hospital.clerk").get("/api/cases/none/readers", since=since)
    assert missing.value.problem["code"] == "GAT-17"
    assert town.anyone.get(f"{town.url}{path}").status_code == 401
