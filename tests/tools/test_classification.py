"""The classification tables agree with themselves and say what each row rests on."""

import csv
import json
from importlib import resources

import pytest

FOLDER = resources.files("mingzhang") / "data" / "classification"
TABLES = ["functional_expenditure", "economic_department", "economic_government", "revenue"]
README = (FOLDER / "README.md").read_text(encoding="utf-8")


def rows(name):
    text = (FOLDER / f"{name}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines(), strict=True))


@pytest.mark.parametrize("name", TABLES)
def test_codes_are_unique_and_lie_under_their_parent(name):
    codes = [row["code"] for row in rows(name)]
    assert len(codes) == len(dict.fromkeys(codes)) > 0
    for row in rows(name):
        assert len(row["code"]) == 1 + 2 * int(row["level"]), row
        parent = row["code"][:-2] if int(row["level"]) > 1 else ""
        assert row["parent"] == parent, row
        assert not parent or parent in codes, row
        assert row["name_zh"], row


def test_the_crosswalk_joins_codes_that_exist():
    government = [row["code"] for row in rows("economic_government")]
    department = [row["code"] for row in rows("economic_department")]
    for row in rows("economic_crosswalk"):
        assert row["government_code"] in government, row
        assert row["department_code"] in department, row
        assert row["unit_kind"] in ("organ", "institution", "enterprise", "any"), row


def test_a_hospitals_renovation_is_of_an_institution_not_of_an_organ():
    found = {
        row["unit_kind"]: row["government_code"]
        for row in rows("economic_crosswalk")
        if row["department_code"] == "31006"
    }
    assert found["institution"] == "50601"
    assert found["organ"] == "50307"


@pytest.mark.parametrize("name", [*TABLES, "economic_crosswalk"])
def test_each_row_says_what_it_rests_on(name):
    for row in rows(name):
        assert f"| `{row['evidence']}` |" in README, row


def test_the_readme_lists_every_file_and_each_can_be_read():
    for path in FOLDER.iterdir():
        if path.name != "README.md":
            assert f"| `{path.name}` |" in README
        if path.name.endswith(".json"):
            assert json.loads(path.read_text(encoding="utf-8"))
