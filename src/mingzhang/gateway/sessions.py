"""Who is signed in: sessions in memory, their limits, and lock-out after repeated failures.

A session is named by 32 random bytes in an HttpOnly, SameSite=Strict cookie; every request that
changes something must repeat the session's CSRF token in `X-CSRF-Token`. The signing key of who
signed in by password lives in this process while the session does, and nowhere else; who signed in
by a key of his own keeps it: the gateway has its public half and can sign nothing for him.
"""

import hashlib
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from mingzhang.crypto.suite import Signer

COOKIE = "mz_session"
IDLE_S = 30 * 60
LIFE_S = 8 * 3_600
SESSIONS_MAX = 10_000
CHALLENGE_S = 120
FAILURES_MAX = 5
"""Wrong passwords in a row that lock a user name out."""
LOCKED_S = 15 * 60
TRACKED_MAX = 100_000

Clock = Callable[[], float]


@dataclass
class Session:
    """One person at one browser."""

    user: str
    person: str
    public_key: bytes
    signer: Signer | None
    """None while the person keeps the key."""
    csrf: str
    began_s: float
    seen_s: float


@dataclass
class Sessions:
    """All sessions of this gateway."""

    clock: Clock = time.monotonic
    _sessions: "OrderedDict[str, Session]" = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(
        self, user: str, person: str, public_key: bytes, signer: Signer | None = None
    ) -> tuple[str, Session]:
        """Return a new session and its secret name, which only the cookie holds."""
        name = secrets.token_urlsafe(32)
        now = self.clock()
        csrf = secrets.token_urlsafe(24)
        session = Session(user, person, public_key, signer, csrf, now, now)
        with self._lock:
            self._sessions[_hidden(name)] = session
            while len(self._sessions) > SESSIONS_MAX:
                self._sessions.popitem(last=False)
        return name, session

    def find(self, name: str | None) -> Session | None:
        """Return the session of a cookie while it lives."""
        if not name:
            return None
        with self._lock:
            session = self._sessions.get(_hidden(name))
            now = self.clock()
            if session is None:
                return None
            if now - session.seen_s > IDLE_S or now - session.began_s > LIFE_S:
                del self._sessions[_hidden(name)]
                return None
            session.seen_s = now
            return session

    def end(self, name: str | None) -> None:
        """Forget a session and its key."""
        with self._lock:
            self._sessions.pop(_hidden(name or ""), None)


@dataclass
class Challenges:
    """Random texts that somebody is asked to sign, to show that he holds a key; each good once."""

    clock: Clock = time.monotonic
    _asked: "OrderedDict[str, float]" = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def ask(self) -> str:
        """Return a new one."""
        challenge = secrets.token_urlsafe(32)
        with self._lock:
            self._asked[challenge] = self.clock() + CHALLENGE_S
            while len(self._asked) > SESSIONS_MAX:
                self._asked.popitem(last=False)
        return challenge

    def take(self, challenge: str) -> bool:
        """Say whether one was asked and still counts; it counts no more."""
        with self._lock:
            return self._asked.pop(challenge, 0.0) > self.clock()


class Failures:
    """Failed sign-ins by user name; the name is locked for a while after too many in a row."""

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._failed: OrderedDict[str, tuple[int, float]] = OrderedDict()
        self._lock = threading.Lock()

    def locked_s(self, user: str) -> int:
        """Return for how many seconds a name stays locked; 0 when it is not."""
        with self._lock:
            count, since = self._failed.get(user, (0, 0.0))
            left = since + LOCKED_S - self._clock()
            return max(0, int(left) + 1) if count >= FAILURES_MAX and left > 0 else 0

    def note(self, user: str) -> None:
        """Count a failure."""
        with self._lock:
            count, since = self._failed.pop(user, (0, 0.0))
            if count >= FAILURES_MAX and self._clock() - since > LOCKED_S:
                count = 0
            self._failed[user] = (count + 1, self._clock())
            while len(self._failed) > TRACKED_MAX:
                self._failed.popitem(last=False)

    def clear(self, user: str) -> None:
        """Forget the failures of a name that has signed in."""
        with self._lock:
            self._failed.pop(user, None)


class RateLimit:
    """A token bucket per caller: `rate` requests a second, bursts of `burst`."""

    def __init__(self, rate: float, burst: int, clock: Clock = time.monotonic) -> None:
        self._rate, self._burst, self._clock = rate, burst, clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def allows(self, caller: str, cost: int = 1) -> bool:
        """Take `cost` tokens from a caller's bucket, or say no."""
        with self._lock:
            now = self._clock()
            level, since = self._buckets.pop(caller, (float(self._burst), now))
            level = min(float(self._burst), level + (now - since) * self._rate)
            allowed = level >= cost
            self._buckets[caller] = (level - cost if allowed else level, now)
            while len(self._buckets) > TRACKED_MAX:
                self._buckets.popitem(last=False)
            return allowed


def _hidden(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()
