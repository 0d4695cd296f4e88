"""A2.2, A3.4, A4.1, A4.2, F6: review of a request, its corrections, and who sees what of it."""

import pytest

from mingzhang.cli.client import CallFailed
from tests.acceptance.schools import DEPARTMENT, SCHOOLS, sha, text
from tests.acceptance.town import YUAN

feature = pytest.mark.feature


def case_record(schools, case):
    return schools.record("auditor", f"procedure/case/{case}")


def process(schools, request):
    """What anyone sees of where a request stands, without sign-in."""
    query = {"id": request, "since": schools.loaded.node.engine.height}
    answer = schools.anyone.get("/api/views/disclosure_processes", params=query)
    (row,) = answer.json()["rows"]
    return row


@feature("A2.2", "unit to department to bureau")
@feature("A4.1", "process seen live")
@feature("A4.1", "content still closed")
def test_anyone_sees_the_level_of_a_request_move_but_not_what_it_asks(schools):
    year = schools.cycle()
    request, case = schools.submit("school-a", year)
    seen = [process(schools, request)]
    for user in ("school-a.director", "edu.reviewer", "finance.budget"):
        schools.decide(user, "approve", request, case)
        seen.append(process(schools, request))
    assert [(row["state"], row["level"]) for row in seen] == [
        ("submitted", "unit"),
        ("submitted", "department"),
        ("submitted", "bureau"),
        ("approved", ""),
    ]
    assert "school-a" in str(seen[0]["turn"])
    assert DEPARTMENT in str(seen[1]["turn"])
    assert "dg-finance" in str(seen[2]["turn"])
    assert [row["since_ms"] for row in seen] == sorted(row["since_ms"] for row in seen)
    assert all(row["contract"] for row in seen)
    assert not [row for row in seen if "10000000" in str(row.values())]
    closed = schools.anyone.get(f"/api/records/preparation/request/{request}")
    assert closed.status_code == 403
    assert schools.anyone.get(f"/api/versions/preparation/request/{request}").status_code == 403
    rows = schools.anyone.get("/api/views/preparation_requests", params={"id": request}).json()
    assert rows["rows"] == []


@feature("A4.1", "public field at once")
def test_the_resolved_total_can_be_read_by_anyone_in_the_block_of_the_vote(schools):
    year = schools.cycle()
    to_second_up(schools, year)
    schools.approved("school-a", year, 120_000 * YUAN)
    resolved = resolve(schools, year)
    query = {"year": year, "since": resolved["height"]}
    (row,) = schools.anyone.get("/api/views/preparation_resolutions", params=query).json()["rows"]
    assert row["from_height"] == resolved["height"]
    assert row["total_fen"] == 120_000 * YUAN
    assert row["adopted"]


def to_second_up(schools, year):
    schools.ceiling(year, DEPARTMENT, 900_000 * YUAN)
    for stage in ("first_down", "second_up"):
        schools.stage(year, stage)


def resolve(schools, year):
    schools.stage(year, "congress")
    answer = schools.give(
        "finance.budget", "preparation.draft.compile/1", year=year, titles=text("预算草案")
    )
    draft = schools.event(answer, "preparation.draft_compiled")["draft"]
    return schools.give(
        "congress.secretary",
        "preparation.resolution.enter/1",
        on=(f"preparation/draft/{draft}",),
        year=year,
        draft=draft,
        number=f"D人发〔{year}〕1号",
        day=schools.today(),
        votes={"deputies": 400, "in_favour": 390, "against": 1, "abstained": 2},
        document_sha256=sha("resolution"),
    )


@feature("A2.2", "decided on amount and scope")
@feature("A2.2", "decided on authority")
def test_above_fifty_million_the_bureau_may_not_decide_alone_and_the_request_goes_up(schools):
    year = schools.cycle()
    limit = 50_000_000 * YUAN
    for amount_fen, level in ((limit, ""), (limit + 1, "government")):
        request, _ = schools.approved("school-a", year, amount_fen)
        row = process(schools, request)
        assert row["level"] == level
        assert row["state"] == ("submitted" if level else "approved")
    case = process(schools, request)
    assert "dg-government" in str(case["turn"])


@feature("A2.2", "level rejects")
def test_a_level_rejects_with_the_clause_named(schools):
    year = schools.cycle()
    request, case = schools.submit("school-b", year)
    schools.decide("school-b.director", "approve", request, case)
    schools.decide("edu.reviewer", "reject", request, case, reason="重复申报", clause="Q03")
    last = case_record(schools, case)["decisions"][-1]
    assert (last["answer"], last["clause"], last["reason"]) == ("reject", "Q03", "重复申报")
    assert process(schools, request)["state"] == "rejected"
    over = schools.decide_refused("edu.reviewer", "approve", request, case)
    assert over["code"] == "PRO-02"


@feature("A2.2", "level asks for more")
def test_a_level_asks_and_the_request_goes_on_when_it_is_given(schools):
    year = schools.cycle()
    request, case = schools.submit("school-b", year)
    schools.decide("school-b.director", "ask", request, case, question="请补充测算依据")
    waits = schools.decide_refused("school-b.director", "approve", request, case)
    assert waits["code"] == "PRO-02"
    (task,) = [
        each
        for each in schools.rows("school-b.clerk", "procedure_tasks", case_id=case, is_open="true")
        if each["task_kind"] == "answer"
    ]
    assert task["reason"]
    schools.give(
        "school-b.clerk",
        "procedure.case.answer/1",
        on=(f"procedure/case/{case}",),
        case=case,
        text="已补充",
        documents=[sha("basis")],
    )
    schools.decide("school-b.director", "approve", request, case)
    assert process(schools, request)["level"] == "department"


@feature("A2.2", "decided on reasonableness")
def test_a_third_more_than_last_year_is_marked_for_the_reviewers_by_the_rule(schools):
    year = schools.cycle()
    to_second_up(schools, year)
    project = schools.project("school-a", year, last_year=year + 1)
    schools.approved("school-a", year, 100_000 * YUAN, project=project)
    schools.cycle(year=year + 1)
    fired, previous = [], None
    for amount_fen in (130_000 * YUAN, 130_000 * YUAN + 1):
        request, case = schools.submit(
            "school-a", year + 1, amount_fen, project=project, previous=previous
        )
        version = schools.record("edu.reviewer", f"preparation/request/{request}")["version"]
        previous = f"{request}:{version}"
        record = schools.record("edu.reviewer", f"preparation/version/{previous}")
        fired.append([row.rpartition("/")[2] for row in record["ruling"]["rows"]])
        schools.give(
            "school-a.clerk",
            "procedure.case.withdraw/1",
            on=(f"procedure/case/{case}",),
            case=case,
            reason="重报",
        )
    within, beyond = fired
    assert "Q09" not in within
    assert "Q09" in beyond


def test_a_ceiling_cut_during_review_stops_the_next_level_by_the_same_clause(schools):
    year = schools.cycle()
    schools.ceiling(year, DEPARTMENT, 200_000 * YUAN)
    request, case = schools.submit("school-a", year, 150_000 * YUAN)
    schools.ceiling(year, DEPARTMENT, 149_999 * YUAN)
    problem = schools.decide_refused("school-a.director", "approve", request, case)
    assert problem["facts"]["clause"] == "R01.1"
    assert process(schools, request)["level"] == "unit"


@feature("A5.3", "duties separated")
@feature("G1", "own submission refused")
def test_who_submitted_cannot_approve_but_another_person_of_the_school_can(schools):
    year = schools.cycle()
    request, case = schools.submit("school-a", year)
    problem = schools.decide_refused("school-a.clerk", "approve", request, case)
    assert problem["code"] == "PRO-04"
    assert "R02" in problem["title_zh"]
    assert case_record(schools, case).get("decisions", []) == []
    assert schools.decide("school-a.director", "approve", request, case)["accepted"]


def test_a_level_does_not_decide_before_its_turn_nor_after(schools):
    year = schools.cycle()
    request, case = schools.submit("school-a", year)
    early = schools.decide_refused("edu.reviewer", "approve", request, case)
    assert early["code"] == "PRO-05"
    other = schools.decide_refused("school-b.director", "approve", request, case)
    assert other["code"] in ("PRO-05", "KER-02")


@feature("F6", "correction with reason")
@feature("F6", "approved by another")
@feature("F6", "both shown")
@feature("A1.3", "change names its predecessor")
def test_an_approved_request_is_corrected_by_a_reviewed_version_and_both_stand(schools):
    year = schools.cycle()
    to_second_up(schools, year)
    request, _ = schools.approved("school-a", year, 100_000 * YUAN)
    body = {
        "request": request,
        "organisation": "school-a",
        "reason": "金额录入有误",
        "content": schools.content("school-a", year, 90_000 * YUAN),
    }
    key = f"preparation/request/{request}"
    answer = schools.give("school-a.clerk", "preparation.request.correct/1", on=(key,), **body)
    case = schools.event(answer, "preparation.request_submitted")["case"]

    def approved_fen():
        (row,) = schools.rows("auditor", "preparation_totals", id=f"{year}:{DEPARTMENT}")
        return row["approved_fen"]

    assert approved_fen() == 100_000 * YUAN  # stands until the correction is approved
    own = schools.decide_refused("school-a.clerk", "approve", request, case)
    assert own["code"] == "PRO-04"
    for user in ("school-a.director", "edu.reviewer", "finance.budget"):
        schools.decide(user, "approve", request, case)
    assert approved_fen() == 90_000 * YUAN
    first = schools.record("auditor", f"preparation/version/{request}:1")
    second = schools.record("auditor", f"preparation/version/{request}:2")
    fen = [each["content"]["lines"][0]["amounts"][0]["amount_fen"] for each in (first, second)]
    assert fen == [100_000 * YUAN, 90_000 * YUAN]
    assert second["reason"] == "金额录入有误"
    assert second["previous"] == 1
    assert second["author"]["person"] == "p-school-a.clerk"


def appropriated(schools, year, school):
    to_second_up(schools, year)
    schools.approved(school, year, 80_000 * YUAN)
    resolve(schools, year)
    schools.stage(year, "second_down")
    schools.give(
        "finance.budget",
        "preparation.appropriation.issue/1",
        on=(f"preparation/resolution/{year}",),
        year=year,
        organisation=DEPARTMENT,
        number=f"D财预〔{year}〕2号",
    )
    schools.give(
        "edu.finance",
        "preparation.appropriation.hand_down/1",
        year=year,
        organisation=school,
        number=f"D教财〔{year}〕1号",
    )


@feature("F6", "reversal with reason")
@feature("F6", "both shown")
def test_an_appropriation_handed_down_by_mistake_is_reversed_and_both_are_shown(schools):
    year = schools.cycle()
    appropriated(schools, year, "school-b")

    def rows():
        return schools.rows("auditor", "preparation_appropriations", year=year, unit="school-b")

    assert [row["reversed"] for row in rows()] == [False]
    body = {"year": year, "organisation": "school-b", "number": "D教财更1号"}
    schools.refused("edu.finance", "preparation.appropriation.reverse/1", **body)  # no reason
    schools.refused("school-b.finance", "preparation.appropriation.reverse/1", **body, reason="x")
    schools.give("finance.budget", "preparation.appropriation.reverse/1", **body, reason="单位有误")
    (reversed_row,) = rows()
    assert reversed_row["reversal_reason"] == "单位有误"
    assert reversed_row["total_fen"] == 80_000 * YUAN
    schools.give(
        "edu.finance",
        "preparation.appropriation.hand_down/1",
        year=year,
        organisation="school-b",
        number=f"D教财〔{year}〕3号",
    )
    assert sorted(row["reversed"] for row in rows()) == [False, True]
    again = schools.refused(
        "edu.finance",
        "preparation.appropriation.hand_down/1",
        year=year,
        organisation="school-b",
        number=f"D教财〔{year}〕4号",
    )
    assert again["code"] == "PRP-33"


@feature("A4.2", "finance reads its mandate")
@feature("A4.2", "department reads its own")
@feature("A4.2", "auditor reads its mandate")
@feature("A4.1", "change log by role")
def test_finance_and_audit_read_every_request_a_department_its_own_and_a_school_its_own(schools):
    year = schools.cycle()
    made = {school: schools.submit(school, year)[0] for school in SCHOOLS}

    def seen(user):
        rows = schools.rows(user, "preparation_requests", year=year, limit=500)
        return sorted(row["unit"] for row in rows)

    both = sorted(SCHOOLS)
    assert seen("finance.budget") == seen("auditor") == seen("edu.reviewer") == both
    assert seen("school-a.clerk") == ["school-a"]
    assert seen("health.reviewer") == []
    assert seen("hospital.clerk") == []
    path = f"/api/versions/preparation/request/{made['school-b']}"
    for user in ("finance.budget", "auditor", "edu.reviewer", "school-b.director"):
        assert schools.person(user).get(path)["versions"], user
    for user in ("school-a.clerk", "health.reviewer", "supplier.or"):
        with pytest.raises(CallFailed) as caught:
            schools.person(user).get(path)
        assert caught.value.status == 403, user


def test_claiming_a_post_that_one_does_not_hold_opens_nothing(schools):
    year = schools.cycle()
    request, _ = schools.submit("school-b", year)
    path = f"/api/records/preparation/request/{request}"
    http = schools.person("school-a.clerk").http
    assert schools.person("school-b.clerk").get(path, since=schools.loaded.node.engine.height)
    for claimed in ("dg-audit/auditor", "school-b/school-b.clerk", "dg-finance/finance.budget"):
        answer = http.get(path, headers={"X-Acting": claimed})
        assert answer.status_code == 403, claimed


@feature("A2.2", "parties notified of the decision")
def test_the_school_gets_a_notice_of_each_decision_on_its_request(schools):
    year = schools.cycle()
    request, case = schools.submit("school-a", year)

    def told(user="school-a.clerk"):
        found = schools.rows(user, "procedure_notices", limit=500)
        about = [each for each in found if each["about"] == f"preparation/request/{request}"]
        return sorted(
            (each["at_ms"], each["notice_kind"], each["organisation"], each["text"])
            for each in about
        )

    assert told() == []
    schools.decide("school-a.director", "approve", request, case)
    schools.decide("edu.reviewer", "ask", request, case, question="请补充测算依据")
    schools.give(
        "school-a.clerk",
        "procedure.case.answer/1",
        on=(f"procedure/case/{case}",),
        case=case,
        text="已补充",
        documents=[sha("basis")],
    )
    schools.decide("edu.reviewer", "approve", request, case)
    schools.decide("finance.budget", "reject", request, case, reason="本年不安排")
    assert [each[1:] for each in told()] == [
        ("level_passed", "school-a", "unit"),
        ("case_asked", "school-a", "请补充测算依据"),
        ("level_passed", "school-a", "department"),
        ("case_rejected", "school-a", "本年不安排"),
    ]
    assert told("school-b.clerk") == []
    request, _ = schools.approved("school-a", year)
    assert [each[1] for each in told()] == ["level_passed", "level_passed", "case_approved"]
