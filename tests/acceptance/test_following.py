"""Issue 9: notice subscriptions over HTTP: chosen, told with why, by right, bounded, ended."""

import pytest

from mingzhang.cli.client import CallFailed
from mingzhang.domain.procedure.routing import FOLLOWED, NOTICE_KINDS
from mingzhang.domain.procedure.state import FOLLOWS_MAX
from mingzhang.gateway.following import PARTS
from mingzhang.kernel.calendar import MS_PER_DAY
from tests.acceptance.town import open_played

COMMENT = "procedure.comment.add/1"
SET, END = "procedure.subscription.set/1", "procedure.subscription.end/1"
PROJECT = "preparation/project/rehab-ward"
AGREEMENT = "execution/agreement/c-works"


@pytest.fixture(scope="module")
def town():
    with open_played() as town:
        yield town


@pytest.fixture
def clerk(town):
    """Return what the unit's clerk is told; he follows nothing before nor after."""
    yield lambda: following(town)
    for each in following(town)["follows"]:
        town.give("hospital.clerk", END, about=each["about"])


def following(town, user="hospital.clerk", of=""):
    since = town.loaded.node.engine.height
    return town.person(user).get(f"/api/following{of}", since=since)


def a_case(town):
    return town.rows("auditor", "procedure_cases")[0]["id"]


def revise(town):
    """Let the estimate of the project be approved anew, as it stands."""
    newest = max(town.rows("auditor", "preparation_estimates"), key=lambda each: each["version"])
    number = town.number()
    town.give(
        "drc.reviewer",
        "preparation.estimate.approve/1",
        project="rehab-ward",
        number=f"D发改投审〔2023〕{number}号",
        document_sha256=f"{number:064x}",
        lines=newest["lines"],
        reason="概算调整",
    )


def test_who_follows_a_project_is_told_of_what_happens_to_it_and_why_until_he_ends_it(town, clerk):
    revise(town)
    town.give("hospital.clerk", SET, about=PROJECT)
    assert clerk()["told"] == []  # what was before is no news
    revise(town)
    told = clerk()["told"]
    assert {each["key"].rpartition("/")[0] for each in told} >= {"preparation/project"}
    assert {(each["kind"], each["why"]) for each in told} == {("followed", PROJECT)}
    (chosen,) = clerk()["follows"]
    assert chosen["record"]["title_zh"]
    town.give("hospital.clerk", END, about=PROJECT)
    revise(town)
    assert (clerk()["follows"], clerk()["told"]) == ([], [])


def test_who_follows_a_case_is_told_of_what_is_said_about_it(town, clerk):
    case = a_case(town)
    town.give("hospital.clerk", SET, about=f"procedure/case/{case}")
    town.give("hospital.director", COMMENT, case=case, text="请看附件", mentions=[])
    (told,) = clerk()["told"]
    assert told["key"].startswith("procedure/comment/")
    assert (told["about"]["text"], told["why"]) == ("请看附件", f"procedure/case/{case}")


def test_a_notice_of_a_chosen_kind_is_told_to_who_chose_it_once_nobody_has_to_acknowledge_it(
    town, clerk
):
    town.give("hospital.clerk", SET, about="breach_recorded")
    town.ask_refused(amount_fen=10**11)
    assert clerk()["told"] == []  # it waits among the notices to acknowledge
    waiting = town.person("hospital.finance").get("/api/work")["items"]
    newest = max(waiting, key=lambda each: each["since_ms"] or 0)
    assert newest["notice"] == "breach_recorded"
    town.give("hospital.finance", "procedure.notice.acknowledge/1", notice=newest["id"])
    (told,) = clerk()["told"]
    assert (told["kind"], told["notice"]) == ("subscribed", "breach_recorded")
    assert (told["id"], told["why"]) == (newest["id"], "breach_recorded")
    assert following(town, "hospital.finance")["told"] == []


def test_a_notice_to_one_person_is_told_to_nobody_else_who_chose_its_kind(town, clerk):
    for user in ("hospital.clerk", "hospital.finance"):
        town.give(user, SET, about="mentioned")
    mentioned = {"text": "请补充", "mentions": ["p-hospital-clerk"]}
    town.give("health.reviewer", COMMENT, case=a_case(town), **mentioned)
    (told,) = clerk()["told"]
    assert told["notice"] == "mentioned"
    assert following(town, "hospital.finance")["told"] == []


def test_what_one_may_not_read_is_refused_with_the_row_that_says_so(town):
    refused = town.refused("contractor.b", SET, about=PROJECT)
    assert (refused["code"], refused["facts"]["right"]) == (
        "KER-02",
        "read.restricted.preparation_projects",
    )
    assert refused["facts"]["row"].startswith("access-levels/")
    assert following(town, "contractor.b")["follows"] == []


def test_what_may_be_read_no_more_is_no_longer_told(town):
    town.give(
        "security",
        "identity.grant.give/1",
        person="p-contractor-b",
        right_given="read.restricted.*",
        organisation="dg-rehab",
        until_ms=town.loaded.clock() + 30 * MS_PER_DAY,
        reason="x",
    )
    town.give("contractor.b", SET, about=PROJECT)
    revise(town)
    assert following(town, "contractor.b")["told"]
    (grant,) = [
        each
        for each in town.rows("security", "identity_grants", grantee="person:p-contractor-b")
        if not each["ended"]
    ]
    town.give("security", "identity.grant.end/1", grant=grant["id"], reason="x")
    left = following(town, "contractor.b")
    assert left["told"] == []
    assert [(each["about"], each["record"]) for each in left["follows"]] == [(PROJECT, None)]


def test_an_administrator_chooses_for_a_member_and_others_for_nobody(town, clerk):
    chosen = {"about": "case_asked", "person": "p-hospital-clerk"}
    for user in ("health.reviewer", "hospital.finance", "contractor.b"):
        refused = town.refused(user, SET, **chosen)
        assert (refused["code"], refused["facts"]["right"]) == (
            "KER-02",
            "procedure.work.hand_over",
        )
    town.give("security", SET, **chosen)
    (own,) = clerk()["follows"]
    assert (own["about"], own["by"]) == ("case_asked", "p-security")
    assert following(town, "security", "/p-hospital-clerk")["follows"] == [own]
    with pytest.raises(CallFailed) as failed:
        following(town, "contractor.b", "/p-hospital-clerk")
    assert failed.value.problem["code"] == "GAT-13"
    outside = {"about": "case_asked", "person": "p-health-reviewer"}
    assert town.refused("hospital.director", SET, **outside)["code"] == "KER-02"


def test_nothing_is_followed_twice_nor_beyond_the_bound_which_is_said(town, clerk):
    town.give("hospital.clerk", SET, about=AGREEMENT)
    assert town.refused("hospital.clerk", SET, about=AGREEMENT)["code"] == "PRO-16"
    for number in range(FOLLOWS_MAX - 1 - len(NOTICE_KINDS)):
        project = f"p-bound-{number}"
        town.give(
            "hospital.pm",
            "preparation.project.register/1",
            project=project,
            organisation="dg-rehab",
            titles={"zh": f"项目{number}", "en": f"Project {number}"},
            project_kind="new",
            first_year=2023,
            last_year=2023,
            documents=[{"document_kind": "survey", "title": "报告", "sha256": "0" * 64}],
            confidential=False,
        )
        town.give("hospital.clerk", SET, about=f"preparation/project/{project}")
    for about in NOTICE_KINDS:
        town.give("hospital.clerk", SET, about=about)
    refused = town.refused("hospital.clerk", SET, about=PROJECT)
    assert (refused["code"], refused["facts"]["limit"]) == ("PRO-17", FOLLOWS_MAX)
    assert f"{FOLLOWS_MAX} 项" in refused["title_zh"]


def test_who_is_suspended_follows_nothing_any_more(town):
    town.give("hospital.pm", SET, about=PROJECT)
    answer = town.give(
        "inspector", "identity.person.freeze/1", person="p-hospital-pm", reason="核查"
    )
    assert town.event(answer, "procedure.subscription_ended")["about"] == [PROJECT]
    assert following(town, "security", "/p-hospital-pm")["follows"] == []
    again = town.refused("security", SET, about=PROJECT, person="p-hospital-pm")
    assert again["code"] == "PRO-02"


def test_what_one_follows_needs_a_sign_in(town):
    assert town.anyone.get(f"{town.url}/api/following").status_code == 401
    assert town.anyone.get(f"{town.url}/api/following/p-hospital-clerk").status_code == 401


def test_what_can_be_followed_has_a_table_that_names_its_owner_and_its_parts(town):
    rooms = town.loaded.service.projector.schema.rooms
    for path, readers in FOLLOWED.items():
        described, table = rooms[readers.table]
        assert described.of.path == path
        assert readers.owner in table.c
        for name, column in PARTS[path]:
            assert column in rooms[name][1].c
