"""The DG jurisdiction for tests of preparation: real rooms, real contracts, the case's own data.

Steps read as an official would tell them: ``town.submit()``, ``town.review("approve", DIRECTOR)``.
"""

import json
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import msgspec
import yaml

from mingzhang.domain.contracts.module import CONTRACTS
from mingzhang.domain.disclosure.module import DISCLOSURE
from mingzhang.domain.execution.module import EXECUTION
from mingzhang.domain.funds.module import FUNDS
from mingzhang.domain.identity.module import GATE, IDENTITY
from mingzhang.domain.preparation import messages as m
from mingzhang.domain.preparation.module import PREPARATION
from mingzhang.domain.preparation.state import Request
from mingzhang.domain.procedure import messages as p
from mingzhang.domain.procedure.module import PROCEDURE
from mingzhang.kernel.calendar import parse_iso
from mingzhang.kernel.records import Command
from tests.scene import Scene, Who, system

ROOT = Path(__file__).parents[5]
STANDARD = json.loads(
    (ROOT / "src/mingzhang/domain/identity/standard.json").read_text(encoding="utf-8")
)
CASE = yaml.safe_load((ROOT / "cases/dg-hospital/steps.yaml").read_text(encoding="utf-8"))
JURISDICTION = yaml.safe_load(
    (ROOT / "cases/dg-hospital/genesis.yaml").read_text(encoding="utf-8")
)["rooms"]
USERS = {
    name: Who(user["person"], user["organisation"], user["post"])
    for name, user in CASE["users"].items()
}
CLERK, PM, DIRECTOR = (USERS[f"hospital.{post}"] for post in ("clerk", "pm", "director"))
REVIEWER, HEALTH_FINANCE = USERS["health.reviewer"], USERS["health.finance"]
BUDGET, BUREAU_REVIEWER = USERS["finance.budget"], USERS["finance.reviewer"]
DRC, SECRETARY = USERS["drc.reviewer"], USERS["congress.secretary"]
CLINIC_CLERK = Who("p-clinic-clerk", "dg-clinic", "clinic.clerk")
CLINIC_DIRECTOR = Who("p-clinic-director", "dg-clinic", "clinic.director")

EXECUTION_SECTION = {
    "procurement_from_fen": {"works": 40_000_000, "equipment": 40_000_000, "services": 40_000_000},
    "payee_classes": {"310": ["supplier", "unit"]},
    "desks": [],
    "reference": "示意 illustrative",
}
BODIES = {
    (step["n"], act["kind"]): act["body"]
    for step in reversed(CASE["steps"])
    for act in reversed(step["acts"])
}
"""Bodies of the case's commands by step and kind; the first where a step has several."""


def body(step: int, kind: str) -> dict[str, Any]:
    """Return a copy of what the case's script sends."""
    copied: dict[str, Any] = json.loads(json.dumps(BODIES[step, kind]))
    return copied


def command(command_type: type[Command], plain: Any) -> Any:
    """Return a command as it would be decoded from signed bytes."""
    return msgspec.json.decode(json.dumps(plain), type=command_type)


def section_of_identity() -> dict[str, Any]:
    """Return the case's institutions, with a second unit beside the hospital."""
    section = dict(JURISDICTION["identity"])
    section.pop("standard")
    names = {"zh": "门诊部", "en": "Clinic"}
    extra = {"organisation": "dg-clinic", "names": names}
    return {
        **STANDARD,
        **section,
        "organisations": [
            *section["organisations"],
            {
                "id": "dg-clinic",
                "kind": "unit",
                "parent": "dg-health",
                "unit_kind": "institution",
                "names": names,
            },
            {
                "id": "dg-lost",
                "kind": "unit",
                "parent": "dg-government",
                "unit_kind": "institution",
                "names": names,
            },
        ],
        "posts": [
            *section["posts"],
            *(
                {
                    "id": f"clinic.{of}",
                    "organisation": "dg-clinic",
                    "roles": [f"unit.{of}"],
                    "titles": names,
                }
                for of in ("clerk", "director")
            ),
        ],
        "persons": [
            *section["persons"],
            {"id": "p-clinic-clerk", "posts": ["clinic.clerk"], **extra},
            {"id": "p-clinic-director", "posts": ["clinic.director"], **extra},
        ],
    }


def section_of_contracts() -> dict[str, Any]:
    """Return the standard contracts of the case."""
    section = dict(JURISDICTION["contracts"])
    library = section.pop("library")
    documents = [
        json.loads((ROOT / f"contracts/{name}.json").read_text(encoding="utf-8"))
        for name in library
    ]
    return {**section, "documents": documents}


def _system() -> Any:
    return system(
        IDENTITY, CONTRACTS, FUNDS, PROCEDURE, PREPARATION, EXECUTION, DISCLOSURE, gate=GATE
    )


def _beginning() -> Scene:
    scene = Scene(_system(), "2021-08-02")
    scene.genesis(
        {
            "identity": section_of_identity(),
            "contracts": section_of_contracts(),
            "funds": JURISDICTION["funds"],
            "execution": EXECUTION_SECTION,
        }
    )
    return scene


BEGINNING = _beginning()
"""The ledger after genesis; each town begins as a copy."""


class Town:
    """A ledger of the jurisdiction, and the steps of a budget on it."""

    def __init__(self) -> None:
        self.scene = Scene(_system(), "2021-08-02")
        self.scene.memory.records = dict(BEGINNING.memory.records)
        self.scene.memory.index = dict(BEGINNING.memory.index)

    def copy(self) -> "Town":
        """Return a town in the same state, of its own."""
        town = Town()
        scene = town.scene
        scene.memory.records = dict(self.scene.memory.records)
        scene.memory.index = dict(self.scene.memory.index)
        scene.time_ms, scene.height = self.scene.time_ms, self.scene.height
        scene.count = self.scene.count
        return town

    def at(self, key: str) -> Any:
        """Return the record at a key."""
        return self.scene.memory.records[key]

    def do(self, asked: Command, who: Who, *keys: str) -> tuple[Any, ...]:
        """Give a command, naming in `on` the present versions of keys and what its kind asks."""
        named = [*keys, *(each.format(**_fields(asked)) for each in asked.on_keys)]
        seen = {key: self.scene.ledger.version(key) for key in named}
        return self.scene.do(asked, who, seen)

    def open_cycle(self, **changed: Any) -> tuple[Any, ...]:
        plain = body(1, "preparation.cycle.open/1") | changed
        return self.do(command(m.OpenCycle, plain), BUDGET)

    def register(self, **changed: Any) -> tuple[Any, ...]:
        plain = body(1, "preparation.project.register/1") | changed
        return self.do(command(m.RegisterProject, plain), PM)

    def stage(self, stage: str, year: int = 2022) -> tuple[Any, ...]:
        return self.do(command(m.MoveStage, {"year": year, "stage": stage}), BUDGET)

    def estimate(self, **changed: Any) -> tuple[Any, ...]:
        plain = body(2, "preparation.estimate.approve/1") | changed
        return self.do(command(m.ApproveEstimate, plain), DRC)

    def ceiling(
        self, organisation: str, yuan: int, who: Who = BUDGET, year: int = 2022
    ) -> tuple[Any, ...]:
        plain = {
            "year": year,
            "organisation": organisation,
            "ceiling_fen": yuan * 100,
            "number": "D财预〔2021〕1号",
        }
        return self.do(command(m.SetCeiling, plain), who)

    def submit(self, step: int = 4, who: Who = CLERK, **changed: Any) -> tuple[Any, ...]:
        plain = body(step, "preparation.request.submit/1") | changed
        return self.do(command(m.SubmitRequest, plain), who)

    def review(self, verb: str, who: Who, request: str = "", **words: Any) -> tuple[Any, ...]:
        """Decide on the open case of a request, the only one unless named."""
        request = request or next(iter(self.scene.records(Request)))
        head = self.request(request)
        kinds: dict[str, type[Command]] = {
            "approve": p.ApproveCase,
            "reject": p.RejectCase,
            "ask": p.AskCase,
            "return": p.ReturnCase,
        }
        plain = {"case": head.case, "subject": Request.key(request), **words}
        return self.do(command(kinds[verb], plain), who)

    def answer(self, who: Who = CLERK) -> tuple[Any, ...]:
        (head,) = self.scene.records(Request).values()
        return self.do(command(p.AnswerCase, {"case": head.case, "text": "已补充"}), who)

    def withdraw(self, who: Who = CLERK) -> tuple[Any, ...]:
        (head,) = self.scene.records(Request).values()
        return self.do(command(p.WithdrawCase, {"case": head.case, "reason": "撤回"}), who)

    def request(self, request: str = "") -> Request:
        records = self.scene.records(Request)
        found: Request = records[request] if request else next(iter(records.values()))
        return found

    def compile(self, year: int = 2022) -> tuple[Any, ...]:
        plain = {"year": year, "titles": {"zh": "预算草案", "en": "Draft budget"}}
        return self.do(command(m.CompileDraft, plain), BUDGET)

    def resolve(self, who: Who = SECRETARY, **changed: Any) -> tuple[Any, ...]:
        plain = body(8, "preparation.resolution.enter/1") | {"draft": "2022:1"} | changed
        return self.do(command(m.EnterResolution, plain), who)

    def issue(self, who: Who = BUDGET, **changed: Any) -> tuple[Any, ...]:
        plain = body(9, "preparation.appropriation.issue/1") | changed
        return self.do(command(m.IssueAppropriation, plain), who)

    def hand_down(self, who: Who = HEALTH_FINANCE, **changed: Any) -> tuple[Any, ...]:
        plain = body(9, "preparation.appropriation.hand_down/1") | changed
        return self.do(command(m.HandDownAppropriation, plain), who)

    def reverse(self, who: Who = BUDGET, **changed: Any) -> tuple[Any, ...]:
        plain = {
            "year": 2022,
            "organisation": "dg-rehab",
            "number": "D卫财〔2022〕10号",
            "reason": "批复单位有误",
        }
        return self.do(command(m.ReverseAppropriation, plain | changed), who)


def _fields(asked: Command) -> dict[str, Any]:
    return {name: getattr(asked, name) for name in asked.__struct_fields__}


def day(date: str) -> int:
    """Return the day number of a date."""
    return parse_iso(date)


def kept(given: Callable[[], Town]) -> Callable[[], Town]:
    """Return a function that plays a history once and hands out copies of where it led."""
    found: list[Town] = []

    @wraps(given)
    def again() -> Town:
        if not found:
            found.append(given())
        return found[0].copy()

    return again


@kept
def called() -> Town:
    """Return the town with the cycle open and the project in the library (step 1)."""
    town = Town()
    town.open_cycle()
    town.register()
    return town


@kept
def ready() -> Town:
    """Return the town in 二上, with estimate and ceilings (step 2)."""
    town = called()
    town.scene.pass_to("2021-09-28")
    town.stage("first_down")
    town.estimate()
    town.ceiling("dg-finance", 20_000_000)
    town.ceiling("dg-health", 10_000_000)
    town.ceiling("dg-rehab", 9_000_000, HEALTH_FINANCE)
    town.scene.pass_to("2021-10-18")
    town.stage("second_up")
    return town


@kept
def submitted() -> Town:
    """Return the town with the request of 12,817,600.00 before its reviewers (step 4)."""
    town = ready()
    town.submit()
    return town


@kept
def approved() -> Town:
    """Return the town with the request approved at every level (step 6)."""
    town = submitted()
    for who in (DIRECTOR, REVIEWER, BUREAU_REVIEWER):
        town.review("approve", who)
    return town


@kept
def voted() -> Town:
    """Return the town after the congress has adopted the budget (step 8)."""
    town = approved()
    town.compile()
    town.stage("congress")
    town.scene.pass_to("2022-01-20")
    town.resolve()
    return town


@kept
def handed_down() -> Town:
    """Return the town after bureau and department have approved the hospital's budget (step 9)."""
    town = voted()
    town.scene.pass_to("2022-02-08")
    town.issue()
    town.scene.pass_to("2022-02-21")
    town.hand_down()
    return town
