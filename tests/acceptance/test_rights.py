"""A4.2, A5.3, H14: grants by field, delegation, two persons for a key, leaving."""

import itertools

import pytest

from mingzhang.cli.client import SUITE, CallFailed, KeyFile
from tests.acceptance.schools import LEAVING
from tests.acceptance.town import credit_code

feature = pytest.mark.feature
DAY_MS = 86_400_000


def in_days(schools, days):
    return schools.loaded.clock() + days * DAY_MS


@feature("A5.3", "delegation ends by itself")
def test_a_delegation_works_within_its_time_and_not_after_it_without_anybodys_act(schools):
    year = schools.cycle()
    body = schools.request("school-a", year)
    kind = "preparation.request.submit/1"
    assert schools.refused("school-a.pm", kind, **body)["code"] == "KER-02"
    schools.give(
        "school-a.clerk",
        "identity.delegation.give/1",
        person="p-school-a.pm",
        rights=["preparation.request.submit"],
        until_ms=in_days(schools, 3),
        reason="出差",
    )
    assert schools.give("school-a.pm", kind, **body)["accepted"]
    schools.pass_days(2)
    second = schools.request("school-a", year)
    assert schools.give("school-a.pm", kind, **second)["accepted"]
    schools.pass_days(2)
    third = schools.request("school-a", year)
    problem = schools.refused("school-a.pm", kind, **third)
    assert problem["code"] == "KER-02"
    assert problem["facts"]["right"] == "preparation.request.submit"
    grants = schools.rows("security", "identity_grants", limit=500)
    (grant,) = [row for row in grants if row["grantee"] == "person:p-school-a.pm"]
    assert grant["ended"]


def test_nobody_delegates_what_the_own_post_does_not_hold_nor_for_longer_than_the_term(schools):
    delegation = {
        "person": "p-school-b.pm",
        "rights": ["preparation.request.submit"],
        "until_ms": in_days(schools, 3),
        "reason": "代办",
    }
    kind = "identity.delegation.give/1"
    assert schools.refused("school-b.finance", kind, **delegation)["code"] == "IDE-07"
    longer = delegation | {"until_ms": in_days(schools, 93)}
    assert schools.refused("school-b.clerk", kind, **longer)["code"] == "IDE-05"


@feature("A5.3", "two-person rule")
def test_a_key_for_another_person_counts_only_when_a_second_officer_confirms(schools, tmp_path):
    signer = SUITE.signer(SUITE.generate_key())
    key = KeyFile(signer)
    answer = schools.give(
        "security",
        "identity.key.add/1",
        person="p-school-b.finance",
        public_key=signer.public_key.hex(),
        label="新令牌",
    )
    assert "identity.key_added" not in schools.kinds(answer)
    proposal = schools.event(answer, "identity.proposal_opened")["proposal"]
    number = itertools.count(1)

    def sign_with_it():
        n = next(number)
        client = schools.person("school-b.finance")
        token = client.signed(
            key,
            "execution.payee.register/1",
            {
                "payee": f"signed-{n}",
                "title": "供应商",
                "payee_class": "supplier",
                "credit_code": credit_code("KEY", n),
                "account": f"102581000001:62220299000000{n:02d}",
            },
            ("school-b", "school-b.finance"),
        )
        return client.submit(token)

    with pytest.raises(CallFailed) as caught:
        sign_with_it()
    assert caught.value.code == "KER-11"
    confirm = {"on": (f"identity/proposal/{proposal}",), "proposal": proposal}
    own = schools.refused("security", "identity.proposal.confirm/1", **confirm)
    assert own["code"] == "IDE-12"
    stranger = schools.refused("school-b.director", "identity.proposal.confirm/1", **confirm)
    assert stranger["code"] == "KER-02"
    with pytest.raises(CallFailed):
        sign_with_it()
    confirmed = schools.give("security2", "identity.proposal.confirm/1", **confirm)
    assert "identity.key_added" in schools.kinds(confirmed)
    assert sign_with_it()["accepted"]


def assert_opened_alone(schools, request, whole):
    """The director may filter by what he was granted, and by no other column of that row."""
    table, one = "preparation_requests", {"id": request}
    reader = "school-a.director"
    assert schools.rows(reader, table, **one, year_fen=whole["year_fen"])
    assert schools.rows(reader, table, **one, year_fen=whole["year_fen"] + 1) == []
    for column in ("state", "project", "unit"):
        assert schools.rows("school-b.clerk", table, **one, **{column: whole[column]})
        assert schools.rows(reader, table, **one, **{column: whole[column]}) == []
        both = {column: whole[column], "year_fen": whole["year_fen"]}
        assert schools.rows(reader, table, **one, **both) == []


@feature("A4.2", "public reads what is published")
@pytest.mark.parametrize("column", ["payee", "account", "agreement", "submitted_by", "wage_fen"])
def test_nobody_finds_out_a_hidden_value_by_filtering_for_it(town, column):
    """Each row of `execution_payments` shows its public columns to everybody."""
    path = "/api/views/execution_payments"
    (design, *_) = town.rows("auditor", "execution_payments", agreement="c-design")
    one = {"id": design["id"], "year": design["year"]}
    assert column not in town.anyone.get(path, params=one).json()["rows"][0]
    tried = {**one, column: design[column]}
    for user in ("auditor", "hospital.clerk", "bank"):  # the bank reads what it is to pay
        assert town.rows(user, "execution_payments", **tried)[0][column] == design[column]
    for user in ("lab", "supplier.icu", "engineer"):
        assert column not in town.rows(user, "execution_payments", **one)[0]
        assert town.rows(user, "execution_payments", **tried) == []
        rest = town.person(user).get(path, **{column: design[column]}, limit=1)
        assert (rest["rows"], rest["after"]) == ([], None)
    refused = town.anyone.get(path, params=tried)
    assert (refused.status_code, refused.json()["code"]) == (403, "GAT-13")


@feature("B1.2", "balances live")
@pytest.mark.parametrize(
    "table",
    [
        "funds_cells",
        "funds_commitments",
        "funds_estimates",
        "execution_milestones",
        "execution_virements",
    ],
)
def test_a_unit_reads_the_balances_of_its_own_lines_and_no_supplier_does(town, table):
    own = town.rows("auditor", table, unit="dg-rehab", limit=500)
    assert own
    for user in ("hospital.clerk", "hospital.finance", "health.finance"):
        assert town.rows(user, table, unit="dg-rehab", limit=500) == own, user
    for user in ("supplier.icu", "bank"):
        assert town.rows(user, table, unit="dg-rehab", limit=500) == [], user


def test_who_reads_for_a_post_that_is_not_his_is_told_so_and_one_post_needs_no_naming(town):
    clerk = town.person("hospital.clerk").http
    path = "/api/views/funds_cells?limit=1"
    named = clerk.get(path, headers={"X-Acting": "dg-rehab/hospital.clerk"}).json()
    assert clerk.get(path, headers={"X-Acting": ""}).json()["rows"] == named["rows"] != []
    for acting in ("dg-rehab/hospital.director", "dg-health/hospital.clerk", "x"):
        refused = clerk.get(path, headers={"X-Acting": acting})
        assert (refused.status_code, refused.json()["code"]) == (403, "GAT-27")
        assert refused.json()["facts"]["posts"] == ["dg-rehab/hospital.clerk"]
    ended = town.anyone.get(path, headers={"X-Acting": "dg-rehab/hospital.clerk"})
    assert (ended.status_code, ended.json()["code"]) == (401, "GAT-03")
    assert clerk.get("/api/session").json()["posts"] == ["dg-rehab/hospital.clerk"]


def test_an_institutions_record_is_proven_to_everybody_and_a_persons_is_not(town):
    proofs = "/api/proofs/records/identity"
    found = town.anyone.get(f"{proofs}/organisation/dg-rehab").json()
    assert found["claim"]["kind"] == "record"
    refused = town.anyone.get(f"{proofs}/person/p-hospital-clerk")
    assert (refused.status_code, refused.json()["code"]) == (403, "GAT-13")


@feature("A5.3", "rights by role and field")
@feature("A4.2", "field by field")
@feature("A1.3", "right granted")
@feature("A1.3", "right expires")
def test_a_grant_for_one_field_opens_that_field_alone_and_ends_at_its_date(schools):
    year = schools.cycle()
    request, _ = schools.submit("school-b", year)
    (whole,) = schools.rows("school-b.clerk", "preparation_requests", id=request)
    assert schools.rows("school-a.director", "preparation_requests", id=request) == []
    schools.give(
        "security",
        "identity.grant.give/1",
        person="p-school-a.director",
        right_given="read.restricted.preparation_requests",
        organisation="school-b",
        field="preparation_requests.year_fen",
        until_ms=in_days(schools, 2),
        reason="比较",
    )
    assert_opened_alone(schools, request, whole)
    (row,) = schools.rows("school-a.director", "preparation_requests", id=request)
    assert set(row) == {"id", "from_height", "to_height", "year_fen"}
    assert_opened_alone(schools, request, whole)
    assert row["year_fen"] == whole["year_fen"]
    assert len(whole) > len(row) + 5
    with pytest.raises(CallFailed) as caught:
        schools.record("school-a.director", f"preparation/request/{request}")
    assert caught.value.status == 403
    schools.pass_days(3)
    assert schools.rows("school-a.director", "preparation_requests", id=request) == []


def test_pages_tell_nothing_of_rows_that_the_reader_may_not_see(schools):
    year = schools.cycle()
    of = {s: schools.submit(s, year)[0] for s in ("school-b", "school-a")}
    path = "/api/views/preparation_requests"
    director = schools.person("school-a.director")
    since = {"since": schools.loaded.node.engine.height}
    for query in ({}, {"year": year}):  # the second filters by what he reads of his own alone
        first = director.get(path, limit=1, **query, **since)
        seen = list(first["rows"])
        while first["after"] is not None:
            assert first["after"] == first["rows"][-1]["id"]
            first = director.get(path, limit=1, after=first["after"], **query)
            seen += first["rows"]
        assert {row["unit"] for row in seen} == {"school-a"}
        assert of["school-a"] in [row["id"] for row in seen]
    answer = schools.anyone.get(path, params={"limit": 1}).json()
    assert (answer["rows"], answer["after"]) == ([], None)


@feature("A1.3", "right revoked")
def test_a_revoked_grant_refuses_the_next_read(schools):
    year = schools.cycle()
    request, _ = schools.submit("school-b", year)
    answer = schools.give(
        "security",
        "identity.grant.give/1",
        person="p-school-a.finance",
        right_given="read.restricted.preparation_requests",
        organisation="school-b",
        until_ms=in_days(schools, 100),
        reason="协查",
    )
    grant = schools.event(answer, "identity.grant_given")["grant"]
    assert schools.rows("school-a.finance", "preparation_requests", id=request)
    schools.give("security", "identity.grant.end/1", grant=grant, reason="结束")
    assert schools.rows("school-a.finance", "preparation_requests", id=request) == []


def test_what_a_school_submits_is_read_by_those_who_review_it_and_not_by_another_school(schools):
    year = schools.cycle()
    request, _ = schools.submit("school-b", year)
    key = f"preparation/version/{request}:1"
    for user in ("school-b.clerk", "school-b.director", "edu.reviewer", "finance.budget"):
        assert schools.record(user, key)["content"]["lines"], user
        (row,) = schools.rows(user, "preparation_request_versions", request=request)
        assert row["request_lines"], user
    assert schools.rows("edu.finance", "preparation_totals", id=f"{year}:dg-edu")
    for user in ("school-a.clerk", "health.reviewer"):
        with pytest.raises(CallFailed) as caught:
            schools.record(user, key)
        assert caught.value.status == 403
        assert schools.rows(user, "preparation_request_versions", request=request) == []
        assert schools.rows(user, "preparation_totals", id=f"{year}:dg-edu") == []


@feature("H14", "cannot close with open work")
@feature("H14", "handed over at once")
@feature("H14", "rights end in the same block")
def test_who_leaves_hands_all_work_over_and_then_has_no_rights_left(schools):
    year = schools.cycle()
    made = [schools.submit(LEAVING, year) for _ in range(3)]
    director, heir = f"p-{LEAVING}.director", f"p-{LEAVING}.finance"
    leave = {"person": director, "reason": "调离"}
    problem = schools.refused("security", "identity.person.close/1", **leave)
    assert problem["code"] == "PRO-14"
    open_work = schools.rows(
        f"{LEAVING}.director",
        "procedure_tasks",
        holder=f"post:{LEAVING}.director",
        is_open="true",
    )
    assert problem["facts"]["count"] == len(open_work) >= len(made)
    to_submitter = schools.refused(
        "security",
        "procedure.work.hand_over/1",
        person=director,
        to=f"p-{LEAVING}.clerk",
        reason="调离",
    )
    assert to_submitter["code"] == "PRO-04"  # nobody reviews what he submitted
    answer = schools.give(
        "security", "procedure.work.hand_over/1", person=director, to=heir, reason="调离"
    )
    handed = [e for e in answer["receipt"]["events"] if e["kind"] == "procedure.work_handed_over"]
    assert sum(len(each["tasks"]) for each in handed) == len(open_work)
    request, case = made[0]
    late = schools.decide_refused(f"{LEAVING}.director", "approve", request, case)
    assert late["code"] == "PRO-05"
    assert schools.decide(f"{LEAVING}.finance", "approve", request, case)["accepted"]
    closed = schools.give("security", "identity.person.close/1", **leave)
    kinds = schools.kinds(closed)
    assert "identity.post_released" in kinds
    assert "identity.person_closed" in kinds
    gone = schools.decide_refused(f"{LEAVING}.director", "approve", *made[1])
    assert gone["code"] == "KER-12"
    with pytest.raises(CallFailed) as read:
        schools.rows(f"{LEAVING}.director", "preparation_requests")
    assert (read.value.status, read.value.code) == (401, "KER-12")
