"""Worked cases: a script of steps, played through the public API on a sandbox clock.

A case is a folder under ``cases/`` with ``genesis.yaml`` (the jurisdiction, its people by user
name) and ``steps.yaml``. An act names who does what; ``${name}`` in it stands for something that
an earlier act saved. A step that must be refused says by which code or clause; anything else that
happens fails the run.
"""

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import msgspec
import yaml

from mingzhang.cli.client import CallFailed, Client
from mingzhang.consensus.solo import Solo

PLACEHOLDER = re.compile(r"\$\{([a-z0-9_.-]+)\}")
ROOT = Path(__file__).resolve().parents[3]


class CaseRefused(Exception):
    """The script cannot be played; the message names step and act."""


class Refused(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How an act must be refused."""

    clause: str = ""
    code: str = ""
    facts: dict[str, Any] = {}


class Act(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One command by one person."""

    who: str
    kind: str
    body: dict[str, Any]
    on: list[str] = []
    refused: Refused | None = None
    find: dict[str, str] = {}
    """Name → a read such as ``views/execution_payments?agreement=c-works``: its first row's id."""
    save: dict[str, str] = {}
    """Name → ``<event kind>.<field>`` of the answer's first such event."""


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One step of the case. `fact` is true only for what the report itself states."""

    n: int
    at: str
    zh: str
    en: str
    acts: list[Act] = []
    fact: bool = False
    note: str = ""


class User(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody who signs in: the person, and the post acted for."""

    person: str
    organisation: str
    post: str
    zh: str
    en: str


class Script(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``steps.yaml``."""

    title_zh: str
    title_en: str
    source: str
    starts: str
    users: dict[str, User]
    steps: list[Step]


@dataclass
class SandboxClock:
    """A clock that a case sets; between settings it runs on with real time."""

    base_ms: int
    _since: float = field(default_factory=time.monotonic)

    def __call__(self) -> int:
        """Return the sandbox's time in ms since 1970 UTC."""
        return self.base_ms + int((time.monotonic() - self._since) * 1_000)

    def set(self, time_ms: int) -> None:
        """Move to a time; never back."""
        self.base_ms = max(time_ms, self())
        self._since = time.monotonic()


@dataclass(frozen=True, slots=True)
class Played:
    """What became of an act."""

    step: int
    kind: str
    height: int
    code: str = ""
    """The refusal's code; empty when accepted."""
    clause: str = ""


def read_script(folder: Path) -> Script:
    """Return a case's script. Raises `CaseRefused`."""
    path = folder / "steps.yaml"
    try:
        return msgspec.convert(yaml.safe_load(path.read_text(encoding="utf-8")), Script)
    except (OSError, yaml.YAMLError, msgspec.ValidationError) as error:
        raise CaseRefused(f"{path}: {error}") from error


def at_ms(text: str, offset_s: int) -> int:
    """Return the time of ``YYYY-MM-DD[THH:MM[:SS]]`` in the ledger's zone; a date means 09:00."""
    text = text if "T" in text else f"{text}T09:00"
    zone = timezone(timedelta(seconds=offset_s))
    return int(datetime.fromisoformat(text).replace(tzinfo=zone).timestamp() * 1_000)


class Player:
    """Plays a script against a gateway. Every command goes through HTTP."""

    def __init__(
        self,
        script: Script,
        engine: Solo,
        clock: SandboxClock,
        offset_s: int,
        connect: Callable[[str], Client],
    ) -> None:
        self._script = script
        self._engine = engine
        self._clock = clock
        self._offset_s = offset_s
        self._connect = connect
        self._clients: dict[str, Client] = {}
        self._saved: dict[str, Any] = {}
        self.played: list[Played] = []

    def play(self, on_step: Callable[[Step], None] | None = None) -> list[Played]:
        """Play all steps. Raises `CaseRefused` at the first that goes otherwise than it must."""
        for step in self._script.steps:
            self._pass_to(at_ms(step.at, self._offset_s))
            for act in step.acts:
                self.played.append(self._act(step, act))
            if on_step is not None:
                on_step(step)
        return self.played

    def saved(self, name: str) -> Any:  # noqa: ANN401 - whatever an event held
        """Return what an act saved under a name."""
        return self._saved[name]

    def _pass_to(self, time_ms: int) -> None:
        """Let time pass; due items run when they fall due and not later."""
        while True:
            due_ms = self._engine.application.next_due_ms()
            height = self._engine.height
            self._clock.set(time_ms if due_ms is None else min(due_ms, time_ms))
            if due_ms is None or due_ms > time_ms:
                return
            self._engine.nudge()
            self._engine.wait_above(height)

    def _act(self, step: Step, act: Act) -> Played:
        where = f"step {step.n}, {act.kind} by {act.who}"
        user = self._script.users.get(act.who)
        if user is None:
            raise CaseRefused(f"{where}: no such user")
        if act.who not in self._clients:
            self._clients[act.who] = self._connect(act.who)
        client = self._clients[act.who]
        for name, path in act.find.items():
            rows = client.get(f"/api/{path}&since={self._engine.height}")["rows"]
            if not rows:
                raise CaseRefused(f"{where}: {path} finds nothing")
            self._saved[name] = rows[0]["id"]
        body = self._filled(act.body, where)
        keys = [self._filled(key, where) for key in act.on]
        on = {key: client.get(f"/api/leaf/{key}")["version"] for key in keys}
        try:
            answer = client.act(act.kind, body, (user.organisation, user.post), on)
        except CallFailed as failed:
            return self._judge_refusal(step, act, failed, where)
        if act.refused is not None:
            raise CaseRefused(f"{where}: accepted, but must be refused ({act.refused})")
        for name, path in act.save.items():
            self._saved[name] = _found(answer["receipt"], path, where)
        return Played(step.n, act.kind, answer["height"])

    def _judge_refusal(self, step: Step, act: Act, failed: CallFailed, where: str) -> Played:
        wanted = act.refused
        problem = failed.problem
        if wanted is None:
            raise CaseRefused(f"{where}: refused: {problem}")
        facts = problem.get("facts", {})
        differing = {k: v for k, v in wanted.facts.items() if facts.get(k) != v}
        if (
            (wanted.clause and wanted.clause != failed.clause)
            or (wanted.code and wanted.code != failed.code)
            or differing
        ):
            raise CaseRefused(f"{where}: refused otherwise than {wanted}: {problem}")
        height = int(problem.get("height", 0))
        return Played(step.n, act.kind, height, failed.code, failed.clause)

    def _filled(self, value: Any, where: str) -> Any:  # noqa: ANN401 - any JSON value
        match value:
            case str():
                whole = PLACEHOLDER.fullmatch(value)
                if whole:
                    return self._known(whole[1], where)
                return PLACEHOLDER.sub(lambda m: str(self._known(m[1], where)), value)
            case Mapping():
                return {name: self._filled(each, where) for name, each in value.items()}
            case list():
                return [self._filled(each, where) for each in value]
        return value

    def _known(self, name: str, where: str) -> Any:  # noqa: ANN401 - whatever an event held
        if name not in self._saved:
            raise CaseRefused(f"{where}: nothing has saved ${{{name}}}")
        return self._saved[name]


def _found(receipt: Mapping[str, Any], path: str, where: str) -> Any:  # noqa: ANN401 - as saved
    kind, _, name = path.rpartition(".")
    for event in receipt.get("events", ()):
        if event["kind"] == kind and name in event:
            return event[name]
    kinds = [event["kind"] for event in receipt.get("events", ())]
    raise CaseRefused(f"{where}: no {path} among {kinds}")
