"""The DG hospital's budget becomes public, step 9: by itself, on its day, by a contract's rule."""

from mingzhang.domain.disclosure.state import Figure, Queue
from mingzhang.domain.preparation.tests.town import (
    Town,
    handed_down,
)


def figures(town: Town, organisation: str) -> dict[str, Figure]:
    return {
        figure.content.figure_kind: figure
        for figure in town.scene.records(Figure).values()
        if figure.content.organisation == organisation
    }


def test_the_department_publishes_on_28_february_and_the_unit_20_days_after_its_approval():
    town = handed_down()
    town.scene.pass_to("2022-02-27")
    assert "budget" not in figures(town, "dg-health")
    town.scene.pass_to("2022-02-28")  # 02-08 + 20 days
    department = figures(town, "dg-health")["budget"]
    assert department.content.amount_fen == 850_000_000
    assert department.rule.basis_zh
    town.scene.pass_to("2022-03-13")  # 02-21 + 20 days
    unit = figures(town, "dg-rehab")["budget"]
    assert [part.amount_fen for part in unit.content.parts] == [
        640_000_000,
        80_000_000,
        70_000_000,
        60_000_000,
    ]
    assert unit.content.amount_fen == 850_000_000
    assert town.scene.records(Queue) == {}
    assert town.scene.breaches() == []
