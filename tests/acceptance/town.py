"""A town on a sandbox clock, reached over HTTP alone: the worked case's institutions and people.

`Town.person` signs in once; `Town.give` gives a command and returns the receipt; `Town.refused`
expects a refusal and returns its problem document.
"""

import atexit
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from typing import Any

import httpx
import msgspec

from mingzhang.cli import demo
from mingzhang.cli.casebook import Player, Script, at_ms
from mingzhang.cli.client import CallFailed, Client
from mingzhang.domain.execution.terms import check_character
from mingzhang.kernel.calendar import day_of
from tests import doors

YUAN = 100
ACCOUNT = "102581000001:622202000000{:04d}"


def credit_code(town, number):
    """Return a valid code of somebody invented; `town` has three letters."""
    body = f"91440000{town}{number:06d}"
    return body + check_character(body)


class Town:
    def __init__(self, loaded: demo.Demo, url: str) -> None:
        self.loaded = loaded
        self.url = url
        self._clients: dict[str, Client] = {}
        self._numbers = 0
        offset_s = loaded.node.genesis.offset_s
        self.player = Player(loaded.script, loaded.node.engine, loaded.clock, offset_s, self.person)
        self.anyone = doors.http(httpx.Client(base_url=url, timeout=60))

    def person(self, user: str) -> Client:
        if user not in self._clients:
            self.loaded.service.sign_in_rate._buckets.clear()
            who = self.loaded.script.users[user]
            client = Client(self.url, acting=f"{who.organisation}/{who.post}")
            doors.http(client.http)
            try:
                client.sign_in(user, self.loaded.password)
            except CallFailed:
                client.close()
                raise
            self._clients[user] = client
        return self._clients[user]

    def close(self) -> None:
        self.anyone.close()
        for client in self._clients.values():
            client.close()

    def play(self, chosen) -> None:
        """Play the steps of the case that `chosen` picks."""
        steps = [step for step in self.loaded.script.steps if chosen(step)]
        self.player._script = msgspec.structs.replace(self.loaded.script, steps=steps)
        self.player.play()

    def pass_to(self, date: str) -> None:
        self.player._pass_to(at_ms(date, self.loaded.node.genesis.offset_s))

    def pass_days(self, days: int) -> None:
        self.player._pass_to(self.loaded.clock() + days * 86_400_000)

    def today(self) -> int:
        genesis = self.loaded.node.genesis
        return day_of(self.loaded.node.engine.next_time_ms(), genesis.offset_s)

    def record(self, user: str, key: str):
        """Return a record as a user reads it now."""
        since = self.loaded.node.engine.height
        return self.person(user).get(f"/api/records/{key}", since=since)["record"]

    def give(self, user: str, kind: str, on: tuple[str, ...] = (), **body: Any) -> dict[str, Any]:
        client, who = self.person(user), self.loaded.script.users[user]
        seen = {key: client.get(f"/api/leaf/{key}")["version"] for key in on}
        return client.act(kind, body, (who.organisation, who.post), seen)

    def refused(
        self, user: str, kind: str, on: tuple[str, ...] = (), **body: Any
    ) -> dict[str, Any]:
        try:
            answer = self.give(user, kind, on, **body)
        except CallFailed as failed:
            return failed.problem
        raise AssertionError(f"{kind} was accepted: {answer['receipt']}")

    def event(self, answer: dict[str, Any], kind: str) -> dict[str, Any]:
        return next(each for each in answer["receipt"]["events"] if each["kind"] == kind)

    def kinds(self, answer: dict[str, Any]) -> list[str]:
        return [each["kind"] for each in answer["receipt"]["events"]]

    def rows(self, user: str, table: str, **filters: Any) -> list[dict[str, Any]]:
        since = self.loaded.node.engine.height
        query = (
            {"since": since, **filters}
            if "height" not in filters and "date" not in filters
            else filters
        )
        return self.person(user).get(f"/api/views/{table}", **query)["rows"]

    def cell(self, cell: str, **as_of: Any) -> dict[str, Any]:
        (row,) = self.rows("auditor", "funds_cells", id=cell, **as_of)
        return row

    def number(self) -> int:
        self._numbers += 1
        return self._numbers

    # -- in the field's words ----------------------------------------------------------------

    def payee(self, payee_class: str = "supplier") -> tuple[str, str]:
        """Register somebody new who may be paid; return (payee, account)."""
        number = self.number()
        name, account = f"payee-{number}", ACCOUNT.format(number)
        self.give(
            "hospital.finance",
            "execution.payee.register/1",
            payee=name,
            title=f"收款方{number}",
            payee_class=payee_class,
            credit_code=credit_code("TWN", number),
            account=account,
        )
        return name, account

    def payment(self, **changes: Any) -> dict[str, Any]:
        """Return the body of a lawful request of 1,000.00 from the equipment line in 2023."""
        if "payee" not in changes:
            changes["payee"], changes["account"] = self.supplier()
        return {
            "line": "rehab-l2",
            "nature": "general",
            "source": "local",
            "year": 2023,
            "amount_fen": 1_000 * YUAN,
            "purpose": "31003",
            "invoice": f"{70_000_000 + self.number()}",
            **changes,
        }

    def supplier(self) -> tuple[str, str]:
        if not hasattr(self, "_supplier"):
            self._supplier = self.payee()
        return self._supplier

    def ask(self, **changes: Any) -> dict[str, Any]:
        return self.give("hospital.clerk", "execution.payment.request/1", **self.payment(**changes))

    def ask_refused(self, **changes: Any) -> dict[str, Any]:
        body = self.payment(**changes)
        return self.refused("hospital.clerk", "execution.payment.request/1", **body)


@contextmanager
def opened(kind=Town, case=demo.CASE, home=None):
    """Start a town of a kind on a case's genesis; nothing is played yet."""
    with demo._prepared(home, case) as loaded, _served(kind, loaded) as town:
        yield town


@contextmanager
def _served(kind, loaded):
    with demo._running(loaded.service, "127.0.0.1", 0) as url:
        town = kind(loaded, url)
        try:
            yield town
        finally:
            town.close()
        if loaded.node.engine.fault:
            raise loaded.node.engine.fault


@contextmanager
def open_town(chosen):
    """Start a town and play the steps of the case that `chosen` picks."""
    with opened() as town:
        town.play(chosen)
        yield town


@contextmanager
def open_played():
    """Start a town after the last step of the case: a copy of one that was played once a run."""
    played = _played_once()
    with TemporaryDirectory(prefix="mingzhang-town-") as folder:
        home = Path(folder) / "home"
        shutil.copytree(played.home, home)
        with (
            demo._opened(home, played.script, played.password, played.time_ms) as loaded,
            _served(Town, loaded) as town,
        ):
            town.player._saved = dict(played.saved)
            yield town


@dataclass(frozen=True)
class Played:
    """A stopped home after the last step, and what the player knew then."""

    home: Path
    script: Script
    password: str
    time_ms: int
    saved: dict[str, Any]


@cache
def _played_once():
    home = Path(mkdtemp(prefix="mingzhang-played-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    with opened(home=home) as town:
        town.play(lambda step: True)
        loaded = town.loaded
    return Played(home, loaded.script, loaded.password, loaded.clock(), town.player._saved)
