"""A process of our own program that a node starts and that ends with it: pipes, start, end.

It is spawned, never forked, so it holds neither store nor locks; it is handed pipes and nothing
else. When the node is gone, reading from them ends, and so does the process.
"""

import contextlib
import fcntl
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from multiprocessing.connection import Connection

PIPE_BYTES = 1 << 20
"""So that something can be handed over while the other side is busy with what came before."""
CLOSING_S = 5
"""How long it may take to end by itself."""
_PROGRAM = (
    "import importlib, json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "importlib.import_module(sys.argv[2]).main(*sys.argv[3:])"
)


class Child:
    """Runs ``main`` of a module with arguments, then the descriptors of its ends of pipes."""

    def __init__(self, module: str, arguments: Sequence[str], writable: Sequence[bool]) -> None:
        """Start it. `writable` says of each pipe whether it is this process that writes."""
        theirs: list[int] = []
        self.pipes: list[Connection] = []
        """Our ends, in order."""
        for ours in writable:
            reading, writing = os.pipe()
            # A system may allow less; then one side waits for the other more often.
            with contextlib.suppress(OSError):
                fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
            theirs.append(reading if ours else writing)
            mine = writing if ours else reading
            self.pipes.append(Connection(mine, readable=not ours, writable=ours))
        command = [sys.executable, "-P", "-c", _PROGRAM, json.dumps(sys.path), module, *arguments]
        try:
            self._process: subprocess.Popen[bytes] | None = subprocess.Popen(  # noqa: S603 - ours
                [*command, *[str(each) for each in theirs]],
                pass_fds=theirs,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        finally:
            for each in theirs:
                os.close(each)

    @property
    def pid(self) -> int | None:
        """The process, or None after `close`."""
        return self._process.pid if self._process else None

    def close(self, wait_s: float = CLOSING_S) -> None:
        """Close the pipes and wait for its end; kill it when it does not come. Twice is no harm."""
        for each in self.pipes:
            each.close()
        if self._process is not None:
            try:
                self._process.wait(wait_s)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None
