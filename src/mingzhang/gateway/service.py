"""What the routes share: the node, its views kept up to date, sessions, keys and limits."""

import asyncio
import contextlib
import threading
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi import Request
from prometheus_client import CollectorRegistry, Gauge, Histogram
from prometheus_client import Counter as Total

from mingzhang.consensus.home import Node
from mingzhang.consensus.solo import Busy, Final
from mingzhang.gateway.keystore import SUITE, Keystore
from mingzhang.gateway.problems import Problem, status_of
from mingzhang.gateway.projecting import ProjectingProcess
from mingzhang.gateway.sessions import (
    COOKIE,
    Challenges,
    Failures,
    RateLimit,
    Session,
    Sessions,
)
from mingzhang.kernel.context import Context
from mingzhang.kernel.refusals import Void
from mingzhang.views.projector import BLOCKS_A_STEP, Projector, open_views

if TYPE_CHECKING:
    from mingzhang.gateway.sandbox import Sandbox

ANSWER_S_MAX = 30.0
"""How long a request waits for its command; then it is told `pending`."""
BEHIND_S_MAX = 5.0
"""How long a read waits for the views to reach the height that its caller has seen."""
DERIVING_MAX = 2
"""Passwords tried at once: each takes 64 MiB."""
WATCHERS_MAX = 1_000
WATCHERS_A_CALLER_MAX = 20
"""Event streams at once, in all and of one address."""
STEP_S_MIN = 0.1
"""The views take blocks together: a step costs milliseconds however little it brings."""


class Meters:
    """Prometheus metrics of this process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.commands = Total(
            "mingzhang_commands", "Commands by outcome", ["outcome"], registry=self.registry
        )
        self.refusals = Total(
            "mingzhang_refusals", "Refusals by code", ["code"], registry=self.registry
        )
        self.confirm_s = Histogram(
            "mingzhang_confirm_seconds", "From receipt to final", registry=self.registry
        )
        self.height = Gauge("mingzhang_height", "Committed height", registry=self.registry)
        self.views_height = Gauge(
            "mingzhang_views_height", "Height that the views show", registry=self.registry
        )
        self.waiting = Gauge(
            "mingzhang_commands_waiting", "Commands in the queue", registry=self.registry
        )
        self.faults = Total(
            "mingzhang_our_faults", "Commands dropped as KER-00", registry=self.registry
        )
        self.sign_ins = Total(
            "mingzhang_sign_ins", "Sign-ins by outcome", ["outcome"], registry=self.registry
        )


@dataclass
class Service:
    """One gateway over one node."""

    node: Node
    projector: Projector
    keystore: Keystore
    origins: tuple[str, ...] = ()
    """Where people see this gateway, as ``https://mz.example``; none: at the address that it
    listens on. A sign-in by key signed for another place does not count."""
    meters: Meters = field(default_factory=Meters)
    sessions: Sessions = field(default_factory=Sessions)
    challenges: Challenges = field(default_factory=Challenges)
    failures: Failures = field(default_factory=Failures)
    command_rate: RateLimit = field(default_factory=lambda: RateLimit(5_000, 20_000))
    sign_in_rate: RateLimit = field(default_factory=lambda: RateLimit(1, 20))
    read_rate: RateLimit = field(default_factory=lambda: RateLimit(500, 2_000))
    workbook_rate: RateLimit = field(default_factory=lambda: RateLimit(1, 40))
    writing: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(1))
    """Workbooks are written one at a time, beside the answers."""
    deriving: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(DERIVING_MAX))
    sandbox: "Sandbox | None" = None
    """Of a demonstration alone."""

    def __post_init__(self) -> None:
        self.live = Live(self)

    async def submit(self, wire: bytes) -> Final | None:
        """Give a command to the node and wait for it; None while it is still pending."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            answer = asyncio.wrap_future(self.node.engine.submit(wire))
        except Busy:
            raise Problem(503, "GAT-01") from None
        except RuntimeError:
            raise Problem(503, "GAT-02") from None
        try:
            final = await asyncio.wait_for(asyncio.shield(answer), ANSWER_S_MAX)
        except TimeoutError:
            return None
        except RuntimeError:
            raise Problem(503, "GAT-02") from None
        self.meters.confirm_s.observe(loop.time() - began)
        self._count(final)
        return final

    def _count(self, final: Final) -> None:
        outcome = ("accepted", "refused", "fault", "void")[final.outcome.code]
        self.meters.commands.labels(outcome).inc()
        if outcome == "fault":
            self.meters.faults.inc()

    def session(self, request: Request) -> Session | None:
        """Return who is signed in at this browser, or None.

        Raises `Problem` when the ledger holds his key revoked, expired, or its owner frozen.
        """
        session = self.sessions.find(request.cookies.get(COOKIE))
        if session is not None:
            self.require_valid(session.public_key)
        return session

    def require_valid(self, public_key: bytes) -> str:
        """Return whose key it is. Raises `Problem` where the ledger would not take it now."""
        application = self.node.application
        context = Context(
            setting=application.setting,
            height=application.height,
            time_ms=self.node.engine.time_ms,
        )
        kid = SUITE.thumbprint(public_key)
        try:
            person, _ = application.modules.gate.public_key(kid, context, application.view())
        except Void as void:
            raise Problem(status_of(void), void.code, **void.facts()) from None
        return person

    def required_session(self, request: Request) -> Session:
        """Return who is signed in; a changing request must carry the CSRF token."""
        session = self.session(request)
        if session is None:
            raise Problem(401, "GAT-03")
        if request.method != "GET" and request.headers.get("x-csrf-token") != session.csrf:
            raise Problem(403, "GAT-04")
        return session

    def limit(self, rate: RateLimit, request: Request, cost: int = 1) -> None:
        """Refuse a caller who asks too often."""
        if not rate.allows(caller_of(request), cost):
            raise Problem(429, "GAT-05")

    async def caught_up(self, height: int) -> None:
        """Wait until the views show a height. Raises `Problem` when they do not in time."""
        if height > self.node.engine.height:
            raise Problem(404, "GAT-06", height=height)
        if not await self.live.reached(height, BEHIND_S_MAX):
            raise Problem(503, "GAT-07", height=height, shown=self.live.height)


def caller_of(request: Request) -> str:
    """Return the address that a request came from."""
    return request.client.host if request.client else "?"


class Live:
    """Keeps the views at the newest height, and tells who watches that there is more to see."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._process: ProjectingProcess | None = None
        self.height = service.projector.height
        self._loop: asyncio.AbstractEventLoop | None = None
        self._changed: asyncio.Condition | None = None
        self._wake = threading.Event()
        self._stopping = False
        self._stopped = threading.Event()
        self._watchers: Counter[str] = Counter()
        self.fault = ""
        self._thread = threading.Thread(target=self._project, name="projector", daemon=True)

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin to follow the node."""
        self._loop = loop
        self._changed = asyncio.Condition()
        node = self._service.node
        if node.rules is not None:
            self._process = ProjectingProcess(node, node.rules, self._service.projector.engine)
        self._service.node.engine.listen(lambda _height: self._wake.set())
        self._wake.set()
        self._thread.start()

    def stop(self) -> None:
        """Finish the step at hand and end."""
        self._stopping = True
        self._stopped.set()
        self._wake.set()
        if self._thread.ident is not None:
            self._thread.join()
        if self._process is not None:
            self._process.close()

    async def reached(self, height: int, within_s: float) -> bool:
        """Wait until the views show a height; False when they do not in time."""
        if self._changed is None:
            return self.height >= height
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within_s), self._changed:
                await self._changed.wait_for(lambda: self.height >= height)
        return self.height >= height

    def begin_watching(self, caller: str) -> None:
        """Count a caller's event stream. Raises `Problem` when there are too many."""
        held = self._watchers
        if held.total() >= WATCHERS_MAX or held[caller] >= WATCHERS_A_CALLER_MAX:
            raise Problem(503, "GAT-01")
        held[caller] += 1

    def end_watching(self, caller: str) -> None:
        """Count a caller's event stream no longer."""
        self._watchers[caller] -= 1
        if not self._watchers[caller]:
            del self._watchers[caller]

    async def heights(self) -> AsyncIterator[int]:
        """Yield the height now, and each newer one as the views reach it."""
        shown = self.height
        yield shown
        while True:
            await self.reached(shown + 1, 15.0)
            shown = self.height
            yield shown

    def _project(self) -> None:
        try:
            while not self._stopping:
                self._wake.wait()
                self._stopped.wait(STEP_S_MIN)
                self._wake.clear()
                while self.height < self._service.node.engine.height and not self._stopping:
                    self._step()
        except BaseException as fault:  # noqa: BLE001 - the views stop and /healthz says so
            self.fault = repr(fault)

    def _step(self) -> None:
        """Show some blocks more, few enough that nobody who stops the node waits for long."""
        until = min(self._service.node.engine.height, self.height + BLOCKS_A_STEP)
        self.height = (self._process or self._service.projector).catch_up(until)
        if self._loop is not None and not self._loop.is_closed():
            with contextlib.suppress(RuntimeError):
                asyncio.run_coroutine_threadsafe(self._tell(), self._loop)

    async def _tell(self) -> None:
        if self._changed is not None:
            async with self._changed:
                self._changed.notify_all()


def open_service(
    node: Node,
    views_url: str | None = None,
    keystore: Path | None = None,
    origins: tuple[str, ...] = (),
) -> Service:
    """Return a service over an opened node; views and keys stand in its home by default.

    Raises `ViewsRefused` when the views lack blocks that the ledger does not hold.
    """
    url = views_url or f"sqlite:///{node.home / 'views.sqlite'}"
    projector = Projector(node.store, node.application.modules, open_views(url))
    projector.expect_joined()
    return Service(node, projector, Keystore(keystore or node.home / "keystore.sqlite"), origins)
