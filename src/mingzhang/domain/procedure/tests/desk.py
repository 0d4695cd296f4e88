"""A room of one record, for tests of procedure: it submits papers and follows their cases."""

from collections.abc import Iterator, Mapping
from typing import Any

from mingzhang.domain.identity.patterns import Scope
from mingzhang.domain.identity.tests.town import town, who
from mingzhang.domain.procedure import events as e
from mingzhang.domain.procedure import verbs
from mingzhang.domain.procedure.module import PROCEDURE
from mingzhang.domain.procedure.routing import Desk, Level, Subject
from mingzhang.domain.procedure.state import Task
from mingzhang.kernel.modules import Module
from mingzhang.kernel.records import Command, Event, Record

DIRECTOR = Desk(organisation="hospital", role="unit.director")
HEALTH = Desk(organisation="health", role="department.reviewer")
BUDGET = Desk(organisation="finance", role="finance.budget")
TREASURY = Desk(organisation="finance", role="finance.treasury")


def level(name: str, *desks: Desk, **more: Any) -> Level:
    return Level(name=name, desks=desks, **more)


THREE = (level("unit", DIRECTOR), level("department", HEALTH), level("bureau", BUDGET))


class Submit(Command, frozen=True, kw_only=True):
    kind = "preparation.request.submit/1"

    paper: str
    levels: tuple[Level, ...]
    hidden: bool = False


class Act(Command, frozen=True, kw_only=True):
    """Use a verb as a lifecycle room would."""

    kind = "preparation.request.correct/1"

    verb: str
    of: str
    words: str = "because"


class Submitted(Event, tag="preparation.submitted", frozen=True, kw_only=True):
    paper: str


class Followed(Event, tag="preparation.followed", frozen=True, kw_only=True):
    paper: str
    state: str


class Paper(Record, frozen=True, kw_only=True):
    path = "preparation/request"

    state: str
    version: int
    unit: str = "hospital"


def about(paper: str, version: int = 1) -> Subject:
    return Subject(
        room="preparation",
        kind="request",
        id=paper,
        key=f"preparation/request/{paper}",
        version=version,
    )


def submit(command: Submit, context: Any, ledger: Any) -> Iterator[Event]:
    yield Submitted(paper=command.paper)
    version = ledger.require(Paper, command.paper).version
    subject = about(command.paper, version)
    yield from verbs.open_case(ledger, context, subject, command.levels, hidden=command.hidden)


def act(command: Act, context: Any, ledger: Any) -> Iterator[Event]:
    match command.verb:
        case "pass":
            yield from verbs.pass_level(ledger, context, command.of, "P-1")
        case "ask":
            yield from verbs.ask(ledger, context, command.of, command.words, "A-1")
        case "reject":
            yield from verbs.reject(ledger, context, command.of, command.words, "J-1")
        case "return":
            yield from verbs.return_for_change(ledger, context, command.of, command.words, "T-1")
        case "close":
            yield from verbs.close(ledger, context, command.of, command.words)
        case "finish":
            yield from verbs.finish_task(ledger, command.of, command.words)
        case "assign":
            yield from verbs.assign_task(
                ledger,
                context,
                command.of,
                "act",
                "preparation/request/p",
                organisation=command.words,
            )
        case "engage":
            yield from verbs.assign_task(
                ledger,
                context,
                command.of,
                "act",
                "preparation/request/p",
                organisation=command.words,
                right="execution.milestone.accept",
                scope=Scope(project="wards"),
            )
        case "notify":
            yield from verbs.notify(
                ledger,
                context,
                "level_overdue",
                "preparation/request/p",
                organisation=command.of,
                text=command.words,
                acknowledge_days=2,
            )


def submitted(event: Submitted, ledger: Any) -> Mapping[str, Record]:
    before = ledger.find(Paper, event.paper)
    version = before.version + 1 if before else 1
    return {Paper.key(event.paper): Paper(state="submitted", version=version)}


def followed(event: Followed, ledger: Any) -> Mapping[str, Record]:
    paper = ledger.require(Paper, event.paper)
    return {Paper.key(event.paper): Paper(state=event.state, version=paper.version)}


def follow(state: str) -> Any:
    def rule(event: Any, context: Any, ledger: Any) -> Iterator[Event]:
        if event.subject.room == "preparation":
            yield Followed(paper=event.subject.id, state=state)

    return rule


FOLLOWED: dict[type[Event], str] = {
    e.CaseApproved: "approved",
    e.CaseRejected: "rejected",
    e.CaseReturned: "returned",
    e.CaseWithdrawn: "withdrawn",
    e.CaseClosed: "closed",
}
PAPERS = Module(
    name="preparation",
    rules={Submit: submit, Act: act},
    applies={Submitted: submitted, Followed: followed},
    reacts={event: follow(state) for event, state in FOLLOWED.items()},
    invariants={Paper: ()},
)


class Office:
    """The town with a desk of papers; speaks in cases."""

    def __init__(self) -> None:
        self.scene = town(PROCEDURE, PAPERS)

    def submit(self, paper: str, *levels: Level, by: str = "clerk", hidden: bool = False) -> str:
        command = Submit(paper=paper, levels=levels or THREE, hidden=hidden)
        events = self.scene.do(command, who(by))
        return next(each.case for each in events if isinstance(each, e.CaseOpened))

    def seen(self, case: str) -> dict[str, str | None]:
        subject = self.case(case).subject.key
        keys = (f"procedure/case/{case}", subject)
        return {key: self.scene.memory.version(key) for key in keys}

    def say(self, command_type: Any, case: str, by: str, **body: Any) -> tuple[Event, ...]:
        if "subject" in command_type.__struct_fields__ and "subject" not in body:
            body["subject"] = self.case(case).subject.key
        return self.scene.do(command_type(case=case, **body), who(by), self.seen(case))

    def act(self, verb: str, of: str, words: str = "because") -> tuple[Event, ...]:
        return self.scene.do(Act(verb=verb, of=of, words=words), who("clerk"))

    def case(self, case: str) -> Any:
        return self.scene.memory.records[f"procedure/case/{case}"]

    def paper(self, paper: str) -> str:
        return self.scene.ledger.require(Paper, paper).state

    def tasks(self, holder: str) -> list[str]:
        return sorted(
            task
            for task, record in self.scene.records(Task).items()
            if record.holder == holder and record.outcome is None
        )
