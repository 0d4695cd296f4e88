"""Bodies, towns in different states, and how a refusal is looked at: for the tables of tests."""

from typing import Any

import pytest

from mingzhang.domain.preparation import messages as m
from mingzhang.domain.preparation.state import Request
from mingzhang.domain.preparation.tests.town import (
    BUDGET,
    CLERK,
    PM,
    Town,
    approved,
    body,
    called,
    command,
    day,
    ready,
    voted,
)
from mingzhang.kernel.refusals import Refusal
from tests.scene import Who

FIRST = ("2021-09-10", "2021-10-15", "2021-12-10", "2022-01-25", "2022-03-10")


HALF = {"deputies": 400, "in_favour": 200, "against": 150, "abstained": 50}


ESTIMATE_LINES = body(2, "preparation.estimate.approve/1")["lines"]


def request_body(**changed: Any) -> dict[str, Any]:
    """Return the case's request of step 4 with members of its content changed."""
    plain = body(4, "preparation.request.submit/1")
    plain["content"] |= changed
    return plain


def lines_with(place: int, **changed: Any) -> Any:
    lines = body(4, "preparation.request.submit/1")["content"]["lines"]
    lines[place] |= changed
    return lines


def send(town: Town, plain: dict[str, Any], who: Who = CLERK) -> Any:
    return town.do(command(m.SubmitRequest, plain), who)


def content(**changed: Any) -> Any:
    return request_body(**changed)["content"]


def rules(**changed: Any) -> Any:
    return body(1, "preparation.cycle.open/1")["rules"] | changed


def deadlines(*days: str) -> list[Any]:
    stages = ("first_up", "first_down", "second_up", "congress", "second_down")
    return [{"stage": s, "day": day(d)} for s, d in zip(stages, days, strict=True)]


def refused(town: Town, step: Any) -> Any:
    """Return the refusal of a step, having seen that it changed nothing."""
    before = dict(town.scene.memory.records)
    with pytest.raises(Refusal) as caught:
        step(town)
    assert town.scene.memory.records == before
    return caught.value


class OpenGate:
    """Lets everybody do everything: for what belongs to other posts of a test's town."""

    def public_key(self, kid, context, ledger):
        raise AssertionError

    def authorise(self, command, context, ledger):
        pass


OPEN_GATE = OpenGate()


def in_congress() -> Town:
    town = approved()
    town.compile()
    town.stage("congress")
    return town


def after_the_last() -> Town:
    town = voted()
    town.stage("second_down")
    return town


def no_ceilings() -> Town:
    town = called()
    town.stage("first_down")
    return town


def closed() -> Town:
    town = ready()
    town.scene.pass_to("2021-12-11")  # the stage's last day was 2021-12-10
    return town


def without_ceilings() -> Town:
    town = no_ceilings()
    town.estimate()
    town.stage("second_up")
    return town


def with_clinic_project() -> Town:
    town = ready()
    plain = body(1, "preparation.project.register/1")
    pm = plain | {"project": "clinic-lift", "organisation": "dg-clinic"}
    town.scene.modules.gate, gate = OPEN_GATE, town.scene.modules.gate
    town.do(command(m.RegisterProject, pm), PM)
    town.scene.modules.gate = gate
    return town


def current(town: Town) -> str:
    (request,) = town.scene.records(Request)
    return f"{request}:{town.request().version}"


def hidden_issue(town: Town) -> Any:
    """Issue without the `on` of a resolution that is not there yet."""
    plain = body(9, "preparation.appropriation.issue/1")
    return town.scene.do(
        command(m.IssueAppropriation, plain), BUDGET, {"preparation/resolution/2022": None}
    )
