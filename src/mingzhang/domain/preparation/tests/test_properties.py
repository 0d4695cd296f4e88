"""Whatever units and reviewers do, in any order: totals are the requests, nothing is half done.

An independent model of the totals adds up requests as an official would, from the answers alone.
"""

from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st

from mingzhang.domain.disclosure.state import Process
from mingzhang.domain.preparation.state import Request, RequestVersion
from mingzhang.domain.preparation.tests.cases import content, lines_with
from mingzhang.domain.preparation.tests.town import (
    BUREAU_REVIEWER,
    CLERK,
    CLINIC_CLERK,
    CLINIC_DIRECTOR,
    DIRECTOR,
    HEALTH_FINANCE,
    REVIEWER,
    Town,
    command,
)
from mingzhang.domain.procedure import messages as p
from mingzhang.kernel.refusals import OurFault, Refusal

if TYPE_CHECKING:
    from tests.scene import Who

CLERKS = {"dg-rehab": CLERK, "dg-clinic": CLINIC_CLERK}
DESKS = {
    "unit": {"dg-rehab": DIRECTOR, "dg-clinic": CLINIC_DIRECTOR},
    "department": dict.fromkeys(CLERKS, REVIEWER),
    "bureau": dict.fromkeys(CLERKS, BUREAU_REVIEWER),
}


def at_second_up() -> Town:
    town = Town()
    town.open_cycle(required_units=list(CLERKS))
    town.stage("first_down")
    town.ceiling("dg-finance", 1_000)
    town.ceiling("dg-health", 900)
    town.ceiling("dg-rehab", 500, HEALTH_FINANCE)
    town.stage("second_up")
    return town


BASE = at_second_up()


ACTION = st.tuples(
    st.sampled_from(("submit", "approve", "reject", "return", "ask", "answer", "withdraw")),
    st.sampled_from(tuple(CLERKS)),
    st.integers(1, 700),
)


def head_of(town: Town, unit: str) -> tuple[str, Request | None]:
    for name, head in town.scene.records(Request).items():
        if head.unit == unit:
            return name, head
    return "", None


def act(town: Town, verb: str, unit: str, yuan: int) -> Any:
    """Do one thing as the person whose turn it is."""
    name, head = head_of(town, unit)
    if verb == "submit":
        amounts = [{"year": 2022, "amount_fen": yuan * 100}]
        item = lines_with(0, line=f"{unit}-basic", amounts=amounts)[0]
        return town.submit(
            who=CLERKS[unit],
            organisation=unit,
            project=None,
            previous=f"{name}:{head.version}" if head else None,
            content=content(goals=None, documents=[], lines=[item]),
        )
    if head is None:
        return None
    if verb in ("answer", "withdraw"):
        kind: Any = p.AnswerCase if verb == "answer" else p.WithdrawCase
        words = {"text": "补充"} if verb == "answer" else {"reason": "撤回"}
        return town.do(command(kind, {"case": head.case, **words}), CLERKS[unit])
    who: Who = DESKS[head.level or "unit"][unit]
    words = {"approve": {}, "ask": {"question": "依据？"}}.get(verb, {"reason": "压减"})
    return town.review(verb, who, name, **words)


@settings(max_examples=150, deadline=None)
@given(st.lists(ACTION, min_size=1, max_size=14))
def test_totals_are_what_the_requests_sum_to_after_any_history(actions):
    town = BASE.copy()
    for verb, unit, yuan in actions:
        before = dict(town.scene.memory.records)
        try:
            act(town, verb, unit, yuan)
        except OurFault:
            raise
        except Refusal:
            assert town.scene.memory.records == before
        asked = approved = 0
        for head in town.scene.records(Request).values():
            if head.state in ("submitted", "asked", "returned", "approved"):
                asked += head.year_fen
            elif head.approved_version:
                asked += head.approved_fen
            approved += head.approved_fen
        total = town.at("preparation/total/2022:dg-health")
        assert (total.asked_fen, total.approved_fen) == (asked, approved)
        assert total.approved_fen <= 900 * 100
        assert town.scene.breaches() == []
    for name, process in town.scene.records(Process).items():
        head = town.request(name)
        assert (process.state, process.level) == (head.state, head.level)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(1, 500), min_size=1, max_size=5))
def test_every_version_ever_submitted_stays_and_names_the_one_before(amounts):
    town = BASE.copy()
    for place, yuan in enumerate(amounts):
        act(town, "submit", "dg-rehab", yuan)
        if place < len(amounts) - 1:
            act(town, "return", "dg-rehab", 1)
    versions = town.scene.records(RequestVersion)
    name, head = head_of(town, "dg-rehab")
    assert head is not None
    assert head.version == len(amounts) == len(versions)
    for number, yuan in enumerate(amounts, start=1):
        version = versions[f"{name}:{number}"]
        assert version.previous == (number - 1 or None)
        assert version.content.total_fen() == yuan * 100
