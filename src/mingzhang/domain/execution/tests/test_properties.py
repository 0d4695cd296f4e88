"""Any sequence keeps the truths of the room; a refusal leaves no trace; the events say all."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mingzhang.domain.execution import messages as m
from mingzhang.domain.execution import state as s
from mingzhang.domain.execution.tests.rules import by_amount
from mingzhang.domain.execution.tests.town import (
    ACCOUNT,
    ACCOUNTANT,
    BUILDER,
    BUYER,
    CLERK,
    DIRECTOR,
    ENGINEER,
    HASH,
    NEW_ACCOUNT,
    PM,
    QUALITY,
    REVIEWER,
    TREASURY,
    Town,
    cell,
    fen,
    who,
)
from mingzhang.domain.funds.state import Cell, Intention
from mingzhang.domain.procedure import messages as p
from mingzhang.kernel.ledger import Ledger
from mingzhang.kernel.refusals import OurFault, Refusal
from tests.scene import Memory, Scene

AMOUNTS = ("1", "10", "77", "100", "500", "3,000,000")
ACTS = (
    "pay",
    "pay on the agreement",
    "pay on the intention",
    "intend",
    "answer",
    "approve",
    "reject",
    "cancel",
    "settle",
    "bounce",
    "again",
    "return",
    "report",
    "engineer",
    "manager",
    "defect",
    "release",
    "vire",
    "cover",
    "freeze",
    "unfreeze",
    "next month",
    "next year",
)
STEPS = st.lists(
    st.tuples(st.sampled_from(ACTS), st.integers(0, 7), st.integers(0, 7)), max_size=28
)
MEASURED = ("100,000", "1,900,000", "2,450,000")
DECIDERS = (REVIEWER, DIRECTOR, who("finance.budget"))
BASE: list[Town] = []


def base() -> Town:
    """Return the town in which every example begins; made once, copied each time."""
    if not BASE:
        made = Town(more=(by_amount("ask", fen("77")),))
        made.funded(l1="6,400,000", l2="300", l3="4,000,000", l4="600,000")
        made.works("2022-06-20")
        BASE.append(made)
    return BASE[0]


class Player:
    """Plays acts, most of which may be refused, on a copy of the town."""

    def __init__(self) -> None:
        first = base()
        self.town: Any = Town.__new__(Town)
        Scene.__init__(self.town, first.modules, "2022-06-16")
        self.town.memory.records = dict(first.memory.records)
        self.town.memory.index = dict(first.memory.index)
        self.town.height, self.town.count = first.height, first.count
        self.town.time_ms = first.time_ms
        self.months = 0
        self.closed = False
        self.refused = 0
        self.events: list[Any] = []

    def one(self, record_type: type, number: int) -> str:
        names = sorted(self.town.records(record_type))
        return names[number % len(names)] if names else "0185134b-a250-721f-86ba-8c9f8be10497"

    def case(self, number: int) -> str:
        cases = sorted(
            name
            for name in self.town.memory.records
            if name.startswith("procedure/case/") and self.town.memory.records[name].state == "open"
        )
        return cases[number % len(cases)].rpartition("/")[2] if cases else ""

    def play(self, act: str, a: int, b: int) -> None:
        before, index = dict(self.town.memory.records), dict(self.town.memory.index)
        try:
            self.events += self.acted(act, a, b) or ()
        except OurFault:
            raise
        except Refusal:
            self.refused += 1
            assert self.town.memory.records == before
            assert self.town.memory.index == index
        assert self.town.breaches() == []

    def acted(self, act: str, a: int, b: int) -> Any:
        return getattr(self, f"do_{act.replace(' ', '_')}")(a, b)

    def payment(self, number: int) -> tuple[str, dict[str, str | None]]:
        name = self.one(s.Payment, number)
        return name, self.town.sees(s.Payment.key(name))

    def do_pay(self, a: int, b: int) -> Any:
        line = f"l{b % 4 + 1}"
        request = self.town.request(line, AMOUNTS[a % len(AMOUNTS)], invoice=f"N{b}")
        return self.town.do(request, CLERK)

    def do_pay_on_the_agreement(self, a: int, b: int) -> Any:
        more = {"milestone": f"m{b % 4 + 1}"} if b % 2 else {}
        amount = AMOUNTS[a % len(AMOUNTS)]
        return self.town.do(self.town.request("l1", amount, agreement="works", **more), BUILDER)

    def do_pay_on_the_intention(self, a: int, b: int) -> Any:
        held = self.one(Intention, b)
        request = self.town.request("l3", AMOUNTS[a % len(AMOUNTS)], intention=held)
        return self.town.do(request, CLERK)

    def do_intend(self, a: int, b: int) -> Any:
        command = m.OpenIntention(
            line="l3",
            nature="general",
            source="local",
            year=2022,
            amount_fen=fen(AMOUNTS[a % len(AMOUNTS)]),
            reason="r",
        )
        return self.town.do(command, CLERK)

    def do_answer(self, a: int, b: int) -> Any:
        name, seen = self.payment(a)
        return self.town.do(m.AnswerPayment(payment=name, answer="so"), CLERK, seen)

    def do_cancel(self, a: int, b: int) -> Any:
        name, seen = self.payment(a)
        return self.town.do(m.CancelPayment(payment=name, reason="r"), CLERK, seen)

    def do_approve(self, a: int, b: int) -> Any:
        case = self.case(a)
        return self.town.approve_case(case, DECIDERS[b % 3]) if case else ()

    def do_reject(self, a: int, b: int) -> Any:
        case = self.case(a)
        if not case:
            return ()
        return self.town.decide(p.RejectCase, case, DECIDERS[b % 3], reason="no")

    def do_settle(self, a: int, b: int) -> Any:
        return self.town.bank(self.payment(a)[0])

    def do_bounce(self, a: int, b: int) -> Any:
        return self.town.bank(self.payment(a)[0], outcome="bounced")

    def do_again(self, a: int, b: int) -> Any:
        name, seen = self.payment(a)
        account = NEW_ACCOUNT if b == 0 else ACCOUNT
        return self.town.do(m.ReinstructPayment(payment=name, account=account), ACCOUNTANT, seen)

    def do_return(self, a: int, b: int) -> Any:
        amount_fen = fen(AMOUNTS[b % 5])
        name, _ = self.payment(a)
        command = m.ReturnPayment(payment=name, amount_fen=amount_fen, reason="r")
        return self.town.do(command, ACCOUNTANT)

    def do_report(self, a: int, b: int) -> Any:
        return self.town.report(f"m{a % 4 + 1}")

    def do_engineer(self, a: int, b: int) -> Any:
        return self.town.accept(f"m{a % 4 + 1}", ENGINEER, "engineer", MEASURED[b % 3])

    def do_manager(self, a: int, b: int) -> Any:
        return self.town.accept(f"m{a % 4 + 1}", PM, "manager", MEASURED[b % 3])

    def do_defect(self, a: int, b: int) -> Any:
        command = m.OpenNonConformity(
            agreement="works", milestone=f"m{a % 4 + 1}", title="t", evidence_sha256=HASH
        )
        return self.town.do(command, QUALITY)

    def do_release(self, a: int, b: int) -> Any:
        by, duty = ((ENGINEER, "engineer"), (who("hospital.quality", 2), "quality"))[b % 2]
        body: dict[str, Any] = {"duty": duty, "evidence_sha256": HASH}
        name = self.one(s.NonConformity, a)
        return self.town.do(m.ReleaseNonConformity(nonconformity=name, **body), by)

    def do_vire(self, a: int, b: int) -> Any:
        return self.town.vire(cell(f"l{a % 4 + 1}"), cell(f"l{b % 4 + 1}"), AMOUNTS[a % 5])

    def do_cover(self, a: int, b: int) -> Any:
        year = 2022 if b % 2 else 2023
        command = m.CoverAgreement(agreement="works", year=year, amount_fen=fen("100"))
        return self.town.do(command, BUYER)

    def do_freeze(self, a: int, b: int) -> Any:
        return self.town.do(m.FreezePayee(payee="builder", reason="r"), TREASURY)

    def do_unfreeze(self, a: int, b: int) -> Any:
        return self.town.do(m.UnfreezePayee(payee="builder", reason="r"), TREASURY)

    def do_next_month(self, a: int, b: int) -> Any:
        if self.months < 5 and not self.closed:
            self.months += 1
            return sum(self.town.pass_to(f"2022-{self.months + 6:02d}-20"), ())
        return ()

    def do_next_year(self, a: int, b: int) -> Any:
        if a != 7 or self.closed:
            return ()
        self.closed = True
        return sum(self.town.pass_to("2023-01-05"), ())


@given(STEPS)
@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_sequence_keeps_the_truths_and_a_refusal_leaves_no_trace(steps):
    player = Player()
    for act, a, b in steps:
        player.play(act, a, b)


@given(STEPS)
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_events_alone_give_the_same_records(steps):
    player = Player()
    replayed = Memory()
    replayed.records = dict(player.town.memory.records)
    replayed.index = dict(player.town.memory.index)
    for act, a, b in steps:
        player.play(act, a, b)
    ledger = Ledger(player.town.modules, replayed)
    for event in player.events:
        layer = ledger.layer()
        layer.apply(event)
        replayed.take(layer)
    assert replayed.records == player.town.memory.records
    assert replayed.index == player.town.memory.index


def test_the_acts_do_come_to_pass():
    """So that the properties are not about refusals only."""
    player = Player()
    script = [
        ("pay", 1, 2),
        ("settle", 1, 0),
        ("pay", 2, 6),
        ("answer", 2, 0),
        ("approve", 0, 1),
        ("report", 0, 0),
        ("engineer", 0, 1),
        ("manager", 0, 1),
        ("intend", 3, 0),
        ("pay on the intention", 2, 0),
        ("vire", 2, 0),
    ]
    for act, a, b in script:
        player.play(act, a, b)
    states = sorted(each.state for each in player.town.records(s.Payment).values())
    assert player.refused <= 2
    assert "instructed" in states
    assert len(states) >= 4
    assert sum(each.settled_fen for each in player.town.records(Cell).values()) > 0
