"""Ends what a test run left running; run by `./mz test` after pytest.

A process of the run carries the run's mark in its environment (MZ_RUN), whoever its parent is by
now. Prints each one that had to be ended and exits 1 if there was any: a test that passes ends what
it starts.
"""

import os
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path

GRACE_S = 2.0
POLL_S = 0.1


def marked(mark: str) -> dict[int, str]:
    """Map the id of each process that carries the mark to its command line."""
    found = {}
    for place in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            variables = (place / "environ").read_bytes().split(b"\0")
            if f"MZ_RUN={mark}".encode() in variables:
                words = (place / "cmdline").read_bytes().split(b"\0")
                found[int(place.name)] = b" ".join(words).decode(errors="replace").strip()
    return found


def end_all(mark: str, grace_s: float = GRACE_S) -> list[str]:
    """End the processes still there after a grace for those about to end; list them."""
    until = time.monotonic() + grace_s
    found = marked(mark)
    while found and time.monotonic() < until:
        time.sleep(POLL_S)
        found = marked(mark)
    ended = []
    for process_id, command in sorted(found.items()):
        with suppress(ProcessLookupError):
            os.kill(process_id, signal.SIGKILL)
            ended.append(f"{process_id} {command}")
    return ended


if __name__ == "__main__":
    left = end_all(sys.argv[1])
    for line in left:
        print(f"a test left this running, now ended 测试遗留的进程: {line}", file=sys.stderr)
    sys.exit(bool(left))
