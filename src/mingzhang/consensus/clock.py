"""What time it is, and whether to believe it: block times only rise, so one wrong reading lasts."""

import time
from collections.abc import Callable

STEP_MAX_MS = 300_000
"""How far a machine's clock may move forward by itself: what a correction after a start needs."""

Clock = Callable[[], int]
"""Milliseconds since 1970 UTC."""


class ClockBehind(Exception):
    """This machine's clock lies behind the ledger: correct it, then start again."""


class ClockAhead(Exception):
    """This machine's clock was moved forward while the node ran: look at it, then start again."""


def wall_clock() -> int:
    """Return this machine's time in ms since 1970 UTC."""
    return time.time_ns() // 1_000_000


def elapsed_clock() -> int:
    """Return ms since this machine began; nobody moves it, and it goes on in a machine asleep."""
    return time.clock_gettime_ns(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)) // 1_000_000


class MachineClock:
    """This machine's clock, compared with the time that has really passed since this was made.

    A block written at a wrong time to come would close the ledger until then: every command's
    `expires` would lie behind it.
    """

    def __init__(self, wall: Clock = wall_clock, elapsed: Clock = elapsed_clock) -> None:
        self._wall = wall
        self._elapsed = elapsed
        self._apart_ms = wall() - elapsed()

    def __call__(self) -> int:
        """Return the time in ms since 1970 UTC, right or wrong."""
        return self._wall()

    def require_steady(self) -> None:
        """Raise `ClockAhead` when the clock was moved forward by more than `STEP_MAX_MS`."""
        step_ms = self._wall() - self._elapsed() - self._apart_ms
        if step_ms > STEP_MAX_MS:
            raise ClockAhead(
                f"本机时钟在运行中向前跳了 {step_ms // 1_000} 秒，未写入任何区块。请核对时钟，"
                "确认无误后重新启动节点。This machine's clock was moved forward by "
                f"{step_ms // 1_000} s while the node ran; no block was written. Check the clock; "
                "once it is right, confirm by starting the node again."
            )
