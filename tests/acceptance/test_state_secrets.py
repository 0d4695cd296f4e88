"""A4.2: what belongs to a state secret is nowhere public: the worked case, its project secret."""

import shutil

import pytest

from mingzhang.cli import demo
from tests.acceptance.town import opened

feature = pytest.mark.feature
TABLES = (
    "execution_payments",
    "execution_agreements",
    "execution_milestones",
    "execution_quota_documents",
    "execution_virements",
    "execution_changes",
)


@pytest.fixture(scope="module")
def secret(tmp_path_factory):
    """The whole case, its project marked as confidential."""
    case = tmp_path_factory.mktemp("secret") / "case"
    shutil.copytree(demo.CASE, case)
    steps = case / "steps.yaml"
    steps.write_text(steps.read_text().replace("confidential: false", "confidential: true"))
    with opened(case=case) as town:
        town.play(lambda step: True)
        yield town


def public(town, table, **filters):
    query = {"since": town.loaded.node.engine.height, "limit": 500, **filters}
    return town.anyone.get(f"/api/views/{table}", params=query).json()["rows"]


@feature("A4.2", "public reads what is published")
@pytest.mark.parametrize("table", TABLES)
def test_rows_of_a_confidential_project_are_shown_by_right_alone(secret, town, table):
    whole = secret.rows("auditor", table)
    assert whole
    assert public(secret, table) == []
    page = secret.anyone.get(f"/api/views/{table}", params={"limit": 1}).json()
    assert (page["rows"], page["after"]) == ([], None)
    assert public(secret, table, height=secret.loaded.node.engine.height - 10) == []
    assert len(public(town, table)) >= len(whole)  # the same case, not secret


@feature("A4.2", "public reads what is published")
def test_published_and_compiled_totals_leave_out_what_is_confidential_and_say_so(secret):
    figures = public(secret, "disclosure_figures")
    assert [f["figure_kind"] for f in figures if f["organisation"] == "dg-health"] == []
    gaps = {row["gazette"].partition(":")[0] for row in public(secret, "disclosure_gaps")}
    assert {"dg-finance", "dg-health", "dg-rehab"} <= gaps
    for draft in public(secret, "preparation_drafts"):
        assert (draft["total_fen"], draft["departments"][0]["amount_fen"]) == (0, 0)
        assert "confidential_fen" not in draft
    resolutions = public(secret, "preparation_resolutions")
    assert [row["total_fen"] for row in resolutions] == [0] * len(resolutions)
    assert resolutions
    (drafted, *_) = secret.rows("auditor", "preparation_drafts")
    assert drafted["confidential_fen"] > 0
