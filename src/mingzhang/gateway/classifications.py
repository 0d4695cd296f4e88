"""Classification tables for those who fill in forms: lists to pick from, which no rule reads."""

import csv
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Response

TABLES = {
    "function": "functional_expenditure.csv",
    "economic": "economic_department.csv",
    "government_economic": "economic_government.csv",
}
"""By the field of a line item: 功能分类, 部门预算支出经济分类, 政府预算支出经济分类."""
KEPT_S = 3_600
"""How long a browser keeps the answer; the tables change with the program."""
_FOLDER = Path(__file__).parents[1] / "data" / "classification"


def router(_service: object = None) -> APIRouter:
    """Return the route ``/api/classifications``."""
    routes = APIRouter(prefix="/api", tags=["reads"])

    @routes.get("/classifications", summary="Classification tables / 收支分类科目")
    def classifications(response: Response) -> dict[str, Any]:
        """`evidence` says what a row rests on: most are recalled, none is an official table.

        `crosswalk`: which government class a department class maps to, by kind of unit.
        """
        response.headers["Cache-Control"] = f"public, max-age={KEPT_S}"
        return {
            "tables": {field: _classes(name) for field, name in TABLES.items()},
            "crosswalk": _rows("economic_crosswalk.csv"),
        }

    return routes


def _classes(name: str) -> list[dict[str, str]]:
    kept = ("code", "name_zh", "name_en", "parent", "evidence")
    return [{column: row[column] for column in kept} for row in _rows(name)]


@cache
def _rows(name: str) -> list[dict[str, str]]:
    with (_FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
