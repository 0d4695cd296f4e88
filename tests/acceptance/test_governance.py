"""F4, A3.4, H17: contracts are checked, voted on, delayed, paused; cases keep their version."""

import json
from typing import Any

import pytest

from mingzhang.cli.casebook import ROOT
from mingzhang.cli.client import CallFailed
from tests.acceptance.schools import SCHOOLS
from tests.acceptance.town import YUAN

feature = pytest.mark.feature
SCHOOL = SCHOOLS[1]
MILLION = 1_000_000 * YUAN
INSTITUTIONS = {
    "dg-finance": "finance.performance",
    "dg-congress": "congress.secretary",
    "dg-audit": "auditor",
}
DELAY_DAYS = 7
VOTE_DAYS = 14


def cap(project: str, limit_fen: int, version: int = 1, prev: str | None = None) -> dict[str, Any]:
    """A contract for one project: above a limit for the year its requests are refused."""
    shown = {"has_ceiling": False, "year_amount_fen": limit_fen + 1}
    plain = refusing(project, {"year_amount_fen": f"> {limit_fen}"}, shown)
    return plain | {"version": version, "prev": prev}


def refusing(project: str, when: dict[str, str], shown: dict[str, Any]) -> dict[str, Any]:
    """A contract for one project, which refuses its requests by row S01, as `shown` shows."""
    plain = json.loads((ROOT / "contracts/request-control.json").read_text(encoding="utf-8"))
    (table,) = plain["nodes"]
    for name in when:
        if name not in table["when"]:
            table["when"].append(name)
            for each in table["rows"]:
                each["when"].append("-")
    row = {
        **table["rows"][0],
        "id": "S01",
        "when": [when.get(name, "-") for name in table["when"]],
        "zh": "超过本项目限额。",
        "en": "Above this project's limit.",
    }
    table["rows"].insert(-1, row)  # before Q09, which warns of what is far above last year's
    _without_notices(plain)
    plain["tests"].append(
        {
            "name": "本项目限额",
            "inputs": plain["tests"][0]["inputs"] | shown,
            "fires": [{"node": "rules", "row": "S01"}],
            "outputs": {"verdict": "reject"},
        }
    )
    return plain | {
        "id": f"cap-{project}",
        "scope": {"lines": [], "organisations": [], "projects": [project]},
    }


def _without_notices(plain: dict[str, Any]) -> None:
    """Only one contract of a hook may set an effect, and request control sets this one."""
    (table,) = plain["nodes"]
    plain["outputs"] = [each for each in plain["outputs"] if each["name"] != "notify"]
    table["outputs"] = [each for each in table["outputs"] if each["name"] != "notify"]
    for row in (*table["rows"], table["default"]):
        row["then"] = row["then"][:1]
    for test in plain["tests"]:
        test["outputs"].pop("notify")


def propose(schools, document, user="finance.budget"):
    answer = schools.give(
        user,
        "contracts.propose/1",
        document=document,
        activate_day=schools.today() + DELAY_DAYS,
        reason="限额",
    )
    event = schools.event(answer, "contracts.proposal_submitted")
    return event["proposal"], event["contract"]


def review(schools, proposal, user="finance.performance"):
    key = f"contracts/proposal/{proposal}"
    body = {"proposal": proposal, "accept": True, "note": "已核对"}
    return schools.give(user, "contracts.review/1", on=(key,), **body)


def vote(schools, proposal, organisation, *, accept=True):
    key = f"contracts/proposal/{proposal}"
    user = INSTITUTIONS[organisation]
    return schools.give(user, "contracts.vote/1", on=(key,), proposal=proposal, accept=accept)


def state(schools, proposal):
    since = schools.loaded.node.engine.height
    query = {"id": proposal, "since": since}
    answer = schools.anyone.get("/api/views/contracts_proposals", params=query)
    (row,) = answer.json()["rows"]
    return row["state"]


def adopted(schools, document):
    proposal, contract = propose(schools, document)
    review(schools, proposal)
    vote(schools, proposal, "dg-finance")
    vote(schools, proposal, "dg-congress")
    assert state(schools, proposal) == "adopted"
    return proposal, contract


def deployed(schools, document):
    proposal, contract = adopted(schools, document)
    schools.pass_days(DELAY_DAYS + 1)
    assert state(schools, proposal) == "done"
    return contract


@feature("F4", "upgraded by vote with delay")
@feature("F4", "old case keeps its version")
@feature("A3.4", "rule change needs governance")
@feature("A3.4", "rule change is dated")
def test_a_new_version_waits_for_vote_and_delay_and_begun_cases_keep_the_old_one(schools):
    project = schools.project(SCHOOL, 2_030, 2_190)
    first = cap(project, 20 * MILLION)
    contract = deployed(schools, first)
    year = schools.cycle()  # stages of ten days: a new one, for the days that have passed
    over = schools.submit_refused(SCHOOL, year, 20 * MILLION + 1, project=project)
    assert (over["facts"]["clause"], over["facts"]["contract"]) == ("S01", contract)
    request, case = schools.submit(SCHOOL, year, 15 * MILLION, project=project)

    second = cap(project, 10 * MILLION, 2, contract)
    proposal, newer = propose(schools, second)
    early = schools.refused(
        INSTITUTIONS["dg-congress"],
        "contracts.vote/1",
        on=(f"contracts/proposal/{proposal}",),
        proposal=proposal,
        accept=True,
    )
    assert early["code"] == "CON-10"  # not reviewed yet
    review(schools, proposal)
    for organisation in ("dg-finance", "dg-congress"):
        assert state(schools, proposal) == "voting"
        vote(schools, proposal, organisation)
    schools.pass_days(DELAY_DAYS - 2)
    assert state(schools, proposal) == "adopted"
    schools.pass_days(3)
    assert state(schools, proposal) == "done"

    schools.decide(f"{SCHOOL}.director", "approve", request, case)  # begun under the first
    year = schools.cycle()
    over = schools.submit_refused(SCHOOL, year, 15 * MILLION, project=project)
    assert (over["facts"]["clause"], over["facts"]["contract"]) == ("S01", newer)
    bindings = schools.anyone.get(
        "/api/views/contracts_past_bindings", params={"hook": "preparation.request", "limit": 500}
    ).json()["rows"]
    assert [row for row in bindings if contract in row["contracts"] and row["from_height"]]


@feature("F4", "paused in an emergency")
def test_a_pause_acts_at_once_fails_closed_and_only_a_vote_ends_it(schools):
    project = schools.project(SCHOOL, 2_030, 2_190)
    contract = deployed(schools, cap(project, 20 * MILLION))
    year = schools.cycle()
    denied = schools.refused(f"{SCHOOL}.clerk", "contracts.pause/1", contract=contract, reason="x")
    assert denied["code"] == "KER-02"
    schools.give("auditor", "contracts.pause/1", contract=contract, reason="发现错误")
    closed = schools.submit_refused(SCHOOL, year, MILLION, project=project)
    assert closed["code"] == "CON-21"
    assert schools.submit("school-a", year)  # outside the contract's scope work goes on
    answer = schools.give("finance.budget", "contracts.resume/1", contract=contract, reason="已改")
    proposal = schools.event(answer, "contracts.proposal_submitted")["proposal"]
    review(schools, proposal)
    vote(schools, proposal, "dg-finance")
    assert schools.submit_refused(SCHOOL, year, MILLION, project=project)["code"] == "CON-21"
    vote(schools, proposal, "dg-audit")
    assert schools.submit(SCHOOL, year, MILLION, project=project)


@feature("F4", "checked before deployment")
def test_a_contract_that_clashes_with_a_bound_one_is_refused_by_name_and_field(schools):
    project = schools.project(SCHOOL, 2_030, 2_190)
    library = json.loads((ROOT / "contracts/request-control.json").read_text(encoding="utf-8"))
    clashing = library | {
        "id": "control-too",
        "scope": {"lines": [], "organisations": [], "projects": [project]},
    }
    body = {"activate_day": schools.today() + DELAY_DAYS, "reason": "限额"}
    problem = schools.refused("finance.budget", "contracts.propose/1", document=clashing, **body)
    assert problem["code"] == "CON-14"
    assert problem["facts"]["name"] == "request-control"
    assert problem["facts"]["field"] == "notify"
    assert "request-control" in problem["detail_zh"]
    assert schools.submit(SCHOOL, schools.cycle(), MILLION, project=project)
    deployed(schools, cap(project, 20 * MILLION))  # the same scope, without that field
    assert schools.submit(SCHOOL, schools.cycle(), MILLION, project=project)


def test_in_the_worked_case_two_of_the_three_institutions_adopt_and_two_reject(town):
    for number, accept in enumerate((True, False)):
        proposal, _ = propose(town, cap(f"nothing-{number}", 20 * MILLION))
        review(town, proposal)
        vote(town, proposal, "dg-audit", accept=accept)
        assert state(town, proposal) == "voting"
        vote(town, proposal, "dg-congress", accept=accept)
        assert state(town, proposal) == ("adopted" if accept else "rejected")


def _unknown_input(document):
    document["nodes"][0]["when"][0] = "no_such_input"


def _wrong_unit(document):
    document["nodes"][0]["rows"][0]["when"][1] = "> estimate_fen * year_amount_fen"


def _script(document):
    document["nodes"].append({"kind": "function", "id": "js", "source": "return true"})


def _failing_test(document):
    document["tests"][0]["outputs"]["verdict"] = "reject"


@feature("F4", "checked before deployment")
@pytest.mark.parametrize("spoilt", [_unknown_input, _wrong_unit, _script, _failing_test])
def test_a_contract_that_fails_a_check_is_not_deployed(schools, spoilt):
    document = cap("nothing", 20 * MILLION)
    spoilt(document)
    problem = schools.refused(
        "finance.budget",
        "contracts.propose/1",
        document=document,
        activate_day=schools.today() + DELAY_DAYS,
        reason="限额",
    )
    assert problem["code"] == "CON-01"
    assert problem["facts"]["findings"]


def test_nobody_reviews_or_votes_on_his_own_proposal_and_one_institution_votes_once(schools):
    project = schools.project(SCHOOL, 2_101)
    proposal, _ = propose(schools, cap(project, 20 * MILLION))
    key = f"contracts/proposal/{proposal}"
    body = {"proposal": proposal, "accept": True, "note": "自审"}
    own = schools.refused("finance.budget", "contracts.review/1", on=(key,), **body)
    assert own["code"] in ("KER-02", "CON-11")
    review(schools, proposal)
    vote(schools, proposal, "dg-audit")
    again = schools.refused(
        "auditor", "contracts.vote/1", on=(key,), proposal=proposal, accept=True
    )
    assert again["code"] == "CON-13"
    stranger = schools.refused(
        "edu.finance", "contracts.vote/1", on=(key,), proposal=proposal, accept=True
    )
    assert stranger["code"] == "CON-12"


@feature("H17", "weights")
@feature("H17", "participation threshold")
def test_two_light_institutions_decide_nothing_and_a_heavy_one_with_a_light_one_does(schools):
    project = schools.project(SCHOOL, 2_102)
    proposal, _ = propose(schools, cap(project, 20 * MILLION))
    review(schools, proposal)
    for organisation in ("dg-congress", "dg-audit"):  # half of all weight: too little
        vote(schools, proposal, organisation)
    schools.pass_days(VOTE_DAYS - 1)
    assert state(schools, proposal) == "voting"
    schools.pass_days(1)
    assert state(schools, proposal) == "expired"
    proposal, _ = propose(schools, cap(schools.project(SCHOOL, 2_102), 20 * MILLION))
    review(schools, proposal)
    vote(schools, proposal, "dg-audit")
    vote(schools, proposal, "dg-finance")
    assert state(schools, proposal) == "adopted"


@feature("H17", "approval threshold")
def test_with_half_of_all_weight_against_it_a_proposal_is_rejected(schools):
    project = schools.project(SCHOOL, 2_103)
    proposal, _ = propose(schools, cap(project, 20 * MILLION))
    review(schools, proposal)
    vote(schools, proposal, "dg-congress")
    vote(schools, proposal, "dg-audit")
    vote(schools, proposal, "dg-finance", accept=False)
    assert state(schools, proposal) == "rejected"
    votes = schools.rows("auditor", "contracts_ballots", id=proposal)[0]["votes"]
    assert [(each["organisation"], each["accepted"]) for each in votes] == [
        ("dg-congress", True),
        ("dg-audit", True),
        ("dg-finance", False),
    ]


@feature("H17", "frozen gets no grants")
@feature("H17", "frozen proposes nothing")
def test_a_frozen_person_gets_no_grants_and_proposes_nothing_until_unfrozen(schools):
    project = schools.project(SCHOOL, 2_104)
    person = "p-finance-reviewer"
    give = {
        "person": person,
        "right_given": "read.restricted.*",
        "organisation": "dg-finance",
        "until_ms": schools.loaded.clock() + 10 * 86_400_000,
        "reason": "临时",
    }
    schools.give("inspector", "identity.person.freeze/1", person=person, reason="接受调查")
    try:
        refused = schools.refused("security", "identity.grant.give/1", **give)
        assert refused["code"] == "IDE-04"
        assert refused["facts"]["state"] == "frozen"
        proposed = schools.refused(
            "finance.reviewer",
            "contracts.propose/1",
            document=cap(project, 20 * MILLION),
            activate_day=schools.today() + DELAY_DAYS,
            reason="限额",
        )
        assert proposed["code"] == "KER-12"
        with pytest.raises(CallFailed) as read:
            schools.rows("finance.reviewer", "preparation_requests")
        assert (read.value.status, read.value.code) == (401, "KER-12")
    finally:
        schools.give("inspector", "identity.person.unfreeze/1", person=person, reason="查清")
    assert schools.give("security", "identity.grant.give/1", **give)["accepted"]
    assert propose(schools, cap(project, 20 * MILLION), "finance.reviewer")


@feature("H17", "frozen deploys nothing")
def test_what_a_frozen_person_proposed_is_not_voted_on_and_what_was_adopted_does_not_begin(schools):
    project = schools.project(SCHOOL, 2_030, 2_190)
    person = {"person": "p-finance-reviewer", "reason": "接受调查"}
    voted, contract = adopted(schools, cap(project, 20 * MILLION))  # by another: it begins
    theirs, _ = propose(schools, cap("elsewhere", 20 * MILLION), "finance.reviewer")
    review(schools, theirs)
    vote(schools, theirs, "dg-finance")
    vote(schools, theirs, "dg-congress")
    waiting, _ = propose(schools, cap("somewhere", 20 * MILLION), "finance.reviewer")
    unseen, _ = propose(schools, cap("nowhere", 20 * MILLION), "finance.reviewer")
    review(schools, waiting)
    vote(schools, waiting, "dg-finance")
    schools.give("inspector", "identity.person.freeze/1", **person)
    try:
        for kind, user, proposal, body in (
            ("contracts.vote/1", "auditor", waiting, {"accept": True}),
            ("contracts.review/1", "finance.performance", unseen, {"accept": True, "note": "x"}),
        ):
            key = f"contracts/proposal/{proposal}"
            problem = schools.refused(user, kind, on=(key,), proposal=proposal, **body)
            assert problem["code"] == "CON-15"
            assert (
                problem["facts"] | {"person": person["person"], "state": "frozen"}
                == (problem["facts"])
            )
        schools.pass_days(DELAY_DAYS + 1)
        assert state(schools, voted) == "done"
        assert state(schools, theirs) == "overtaken"
        assert state(schools, waiting) == "voting"
    finally:
        schools.give("inspector", "identity.person.unfreeze/1", **person)
    vote(schools, waiting, "dg-audit")
    assert state(schools, waiting) == "adopted"
    assert contract


def test_a_frozen_persons_vote_does_not_count(schools):
    project = schools.project(SCHOOL, 2_105)
    proposal, _ = propose(schools, cap(project, 20 * MILLION))
    review(schools, proposal)
    schools.give(
        "inspector", "identity.person.freeze/1", person="p-finance-performance", reason="调查"
    )
    try:
        key = f"contracts/proposal/{proposal}"
        refused = schools.refused(
            "finance.performance", "contracts.vote/1", on=(key,), proposal=proposal, accept=True
        )
        assert refused["code"] == "KER-12"
    finally:
        schools.give(
            "inspector", "identity.person.unfreeze/1", person="p-finance-performance", reason="完"
        )
    assert state(schools, proposal) == "voting"
