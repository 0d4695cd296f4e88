"""A1.3, A4.2, F4: how far a role reaches is rows of a contract, changed by vote, never lost."""

import json

import pytest

from mingzhang.cli.casebook import ROOT
from tests.acceptance.schools import SCHOOLS, open_schools
from tests.acceptance.test_governance import (
    DELAY_DAYS,
    adopted,
    propose,
    review,
    state,
    vote,
)
from tests.acceptance.town import YUAN

feature = pytest.mark.feature
SCHOOL, OTHER = SCHOOLS
LIBRARY = json.loads((ROOT / "contracts/access-levels.json").read_text(encoding="utf-8"))


PAUSED_ZH = "权限合约未绑定、已暂停或无法判定"


@pytest.fixture
def own(tmp_path_factory):
    """Schools of a test's own: what everybody may do is changed here."""
    with open_schools(tmp_path_factory.mktemp("access")) as town:
        yield town


def in_force(schools):
    """Return the hash and the document of the access contract that decides now."""
    query = {"id": "identity.access", "since": schools.loaded.node.engine.height}
    (row,) = schools.anyone.get("/api/views/contracts_bindings", params=query).json()["rows"]
    (contract,) = row["contracts"]
    return contract, schools.record("auditor", f"contracts/contract/{contract}")["document"]


def next_version(schools, row, **when):
    """Return the contract in force as a next version with a row changed or, if new, added.

    `when` are the row's cells by column, `level`, `zh` and `en`; its tests are written anew.
    """
    contract, document = in_force(schools)
    (table,) = document["nodes"]
    level = when.pop("level", "act")
    kept = [each for each in table["rows"] if each["id"] == row]
    changed = kept[0] if kept else {**table["rows"][1], "id": row, "when": ["-"] * 5}
    cells = dict(zip(table["when"], changed["when"], strict=True))
    texts = {name: when.pop(name) for name in ("zh", "en") if name in when}
    cells |= when
    changed |= {**texts, "when": list(cells.values()), "then": [f'"{level}"']}
    if not kept:
        table["rows"].append(changed)
    inputs = {name: cell.split(",")[0].strip('" ') for name, cell in cells.items() if cell != "-"}
    asked = {"relation": "own", "data_class": "none", "room": "x", "area": "x", "right": "x.x"}
    test = {
        "name": f"{row} {document['version'] + 1}",
        "inputs": {"role": "nobody", **asked, **inputs},
        "outputs": {"access": level},
        "fires": [{"node": "rules", "row": row}],
    }
    tests = [each for each in document["tests"] if each["fires"][0]["row"] != row]
    return document | {
        "version": document["version"] + 1,
        "prev": contract,
        "tests": [*tests, test],
    }


def in_effect(schools, proposal):
    schools.pass_days(DELAY_DAYS + 1)
    assert state(schools, proposal) == "done"


def requests_seen(schools, user, school, **as_of):
    """Return how many of a school's requests a user is shown: all their fields are restricted."""
    rows = schools.rows(user, "preparation_requests", **as_of)
    return len([row for row in rows if row["unit"] == school])


@feature("A1.3", "levels are contract rows")
@feature("A1.3", "right narrowed")
@feature("A4.2", "department reads its own")
def test_a_row_narrowed_by_vote_ends_acts_and_reads_of_a_role_and_of_its_grants(own):
    year = own.cycle()
    own.submit(SCHOOL, year)
    own.give(
        "edu.reviewer",
        "identity.delegation.give/1",
        person=f"p-{OTHER}.clerk2",
        rights=["read.restricted.preparation_requests"],
        until_ms=own.loaded.clock() + 30 * 86_400_000,
        reason="代为核对",
    )
    readers = ("edu.reviewer", "edu.finance", f"{OTHER}.clerk2")
    own.ceiling(year, "dg-edu", 10_000_000 * YUAN)
    ceiling = {"year": year, "organisation": SCHOOL, "ceiling_fen": 900, "number": "D教〔1〕号"}
    proposal, _ = adopted(own, next_version(own, "A04", relation='"own"'))
    assert [requests_seen(own, user, SCHOOL) for user in readers] == [1, 1, 1]
    assert own.give("edu.finance", "preparation.ceiling.set/1", **ceiling)["accepted"]
    before = own.loaded.node.engine.height

    in_effect(own, proposal)
    assert [requests_seen(own, user, SCHOOL) for user in readers] == [0, 0, 0]
    assert requests_seen(own, "edu.reviewer", SCHOOL, height=before) == 0
    assert requests_seen(own, f"{SCHOOL}.clerk", SCHOOL) == 1
    assert requests_seen(own, "finance.budget", SCHOOL) == 1
    problem = own.refused("edu.finance", "preparation.ceiling.set/1", **ceiling)
    assert problem["code"] == "KER-02"
    default = LIBRARY["nodes"][0]["default"]
    assert problem["facts"]["row"] == "access-levels/rules/default"
    assert (problem["facts"]["row_zh"], problem["facts"]["row_en"]) == (
        default["zh"],
        default["en"],
    )
    assert default["zh"] in problem["title_zh"]
    assert default["en"] in problem["title"]

    words = {"zh": "单位岗位暂只可查阅。", "en": "Posts of a unit may only read at present."}
    project = own.project(SCHOOL, year)
    proposal, _ = adopted(own, next_version(own, "A03", level="read", **words))
    in_effect(own, proposal)
    assert requests_seen(own, f"{SCHOOL}.clerk", SCHOOL) == 1
    problem = own.submit_refused(SCHOOL, year, project=project)
    assert (problem["code"], problem["facts"]["row"]) == ("KER-02", "access-levels/rules/A03")
    assert words["zh"] in problem["title_zh"]
    assert words["en"] in problem["title"]


@feature("A1.3", "levels are contract rows")
def test_a_row_widened_by_vote_lets_a_role_read_one_table_of_others_and_no_more(own):
    year = own.cycle()
    request, _ = own.submit(SCHOOL, year)
    clerk = f"{OTHER}.clerk"
    document = next_version(
        own,
        "A19",
        role='"unit.clerk"',
        relation='"other"',
        data_class='"restricted"',
        area='"preparation_requests"',
        level="read",
        zh="单位经办互阅申报。",
        en="Units read each other's requests.",
    )
    proposal, _ = adopted(own, document)
    assert requests_seen(own, clerk, SCHOOL) == 0
    in_effect(own, proposal)
    assert requests_seen(own, clerk, SCHOOL) == 1
    assert own.rows(clerk, "preparation_request_versions", request=request) == []
    assert requests_seen(own, f"{OTHER}.director", SCHOOL) == 0


@feature("F4", "paused in an emergency")
def test_a_paused_or_withdrawn_access_contract_stops_all_but_those_who_govern_contracts(own):
    year = own.cycle()
    own.submit(SCHOOL, year)
    project = own.project(SCHOOL, year)
    contract, _ = in_force(own)
    own.give("auditor", "contracts.pause/1", contract=contract, reason="发现错误")
    problem = own.submit_refused(SCHOOL, year, project=project)
    assert (problem["code"], problem["facts"]["row"]) == ("KER-02", "CON-21")
    assert PAUSED_ZH in problem["title_zh"]
    assert requests_seen(own, "finance.budget", SCHOOL) == 0
    freeze = {"person": f"p-{SCHOOL}.clerk", "reason": "x"}
    assert own.refused("inspector", "identity.person.freeze/1", **freeze)["code"] == "KER-02"
    resume = {"contract": contract, "reason": "已核对"}
    answer = own.give("finance.budget", "contracts.resume/1", **resume)
    proposal = own.event(answer, "contracts.proposal_submitted")["proposal"]
    review(own, proposal)
    # a department has the right to vote by its role, but does not govern
    key = f"contracts/proposal/{proposal}"
    body = {"on": (key,), "proposal": proposal, "accept": True}
    assert own.refused("edu.finance", "contracts.vote/1", **body)["code"] == "KER-02"
    for organisation in ("dg-finance", "dg-congress"):
        vote(own, proposal, organisation)
    assert own.submit(SCHOOL, year, project=project)
    assert requests_seen(own, "finance.budget", SCHOOL) == 2

    following = next_version(own, "A03", relation='"own"')
    withdrawal = {
        "contract": contract,
        "activate_day": own.today() + DELAY_DAYS,
        "reason": "误判",
    }
    answer = own.give("finance.budget", "contracts.withdraw/1", **withdrawal)
    proposal = own.event(answer, "contracts.proposal_submitted")["proposal"]
    review(own, proposal)
    for organisation in ("dg-finance", "dg-audit"):
        vote(own, proposal, organisation)
    in_effect(own, proposal)
    project = {"project": project}
    problem = own.submit_refused(SCHOOL, year, **project)
    assert (problem["code"], problem["facts"]["row"]) == ("KER-02", "CON-20")
    proposal, _ = adopted(own, following)
    in_effect(own, proposal)
    assert own.submit(SCHOOL, own.cycle())


@feature("F4", "checked before deployment")
def test_an_access_contract_for_some_organisations_only_is_not_admitted(schools):
    scope = {"lines": [], "organisations": [SCHOOL], "projects": []}
    document = next_version(schools, "A03", relation='"own"') | {"scope": scope}
    problem = schools.refused(
        "finance.budget",
        "contracts.propose/1",
        document=document,
        activate_day=schools.today() + DELAY_DAYS,
        reason="范围",
    )
    assert (problem["code"], problem["facts"]["what"]) == ("CON-01", "scope")
    assert propose(schools, document | {"scope": LIBRARY["scope"]})
