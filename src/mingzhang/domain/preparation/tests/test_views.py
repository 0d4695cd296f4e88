"""The tables hold each record's row, by the columns they declare."""

import pytest

from mingzhang.domain.disclosure.module import DISCLOSURE
from mingzhang.domain.preparation.module import PREPARATION
from mingzhang.domain.preparation.tests.cases import content, lines_with
from mingzhang.domain.preparation.tests.test_totals import basic, both_required
from mingzhang.domain.preparation.tests.town import (
    CLERK,
    CLINIC_CLERK,
    Town,
    handed_down,
    voted,
)

TYPES: dict[str, tuple[type, ...]] = {
    "text": (str,),
    "int": (int,),
    "bool": (bool,),
    "json": (list, dict),
}
TABLES = {table.name: table for table in (*PREPARATION.tables, *DISCLOSURE.tables)}


def told() -> list[Town]:
    """Return towns whose records fill every table but that of the gaps."""
    late = voted()
    late.scene.pass_to("2022-03-31")
    whole = handed_down()
    whole.scene.pass_to("2022-03-31")
    whole.reverse()
    over = both_required()
    basic(over, "dg-rehab", 6, CLERK)
    basic(over, "dg-clinic", 3, CLINIC_CLERK)
    over.stage("first_down")
    over.ceiling("dg-finance", 8)
    over.ceiling("dg-health", 8)
    return [late, whole, over]


TOWNS = told()


def rows(table):
    return [
        table.row(name, record)
        for town in TOWNS
        for name, record in town.scene.records(table.of).items()
    ]


@pytest.mark.parametrize("name", [name for name in TABLES if name != "disclosure_gaps"])
def test_each_row_has_the_columns_of_its_table_and_their_types(name):
    table = TABLES[name]
    found = rows(table)
    assert found
    columns = {column.name: column.type for column in table.columns}
    for row in found:
        assert list(row) == list(columns)
        for column, value in row.items():
            assert value is None or isinstance(value, TYPES[columns[column]]), (column, value)


def test_the_hospitals_budget_is_read_as_people_know_it():
    (appropriation,) = rows(TABLES["preparation_appropriations"])
    assert appropriation["total_fen"] == 850_000_000
    assert (appropriation["reversed"], appropriation["reversal_reason"]) == (True, "批复单位有误")
    project = next(row for row in rows(TABLES["preparation_projects"]) if not row["voted"])
    assert project["estimate_fen"] == 1_281_760_000
    version = rows(TABLES["preparation_request_versions"])[0]
    assert version["total_fen"] == 1_281_760_000
    assert [line["line"] for line in version["request_lines"]] == [
        line["line"] for line in lines_with(0)
    ]
    assert version["goals"]["overall_goal"] == content()["goals"]["overall_goal"]


def test_the_bureaus_total_has_no_department_and_a_departments_has():
    totals = {(row["year"], row["department"]) for row in rows(TABLES["preparation_totals"])}
    assert totals == {(2022, ""), (2022, "dg-health")}


def test_every_column_of_disclosure_is_public_and_no_draft_of_a_request_is():
    for table in DISCLOSURE.tables:
        assert [c.name for c in table.columns if c.level != "public"] == []
    for name in ("preparation_requests", "preparation_request_versions", "preparation_totals"):
        assert [c.name for c in TABLES[name].columns if c.level == "public"] == []
