"""Where the solo engine's batches execute: beside it, or in a process of their own.

Rules and storage each take about half of a command's time; one interpreter runs one of them at a
time. So a node has its rules run in another process, some batches ahead of what is written
(docs/decisions/0004). `InProcess` is the same without the process: for tools and tests.
"""

import contextlib
from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path
from queue import SimpleQueue
from typing import Protocol

from mingzhang.child import Child
from mingzhang.consensus.ahead import Ahead
from mingzhang.consensus.batches import Batches, Prepared, Ran, Signatures
from mingzhang.kernel.faults import NodeFault
from mingzhang.kernel.modules import Modules
from mingzhang.ledger.store import Store

PROGRAM = "mingzhang.consensus.executor_process"


class Executor(Protocol):
    """Executes batches in the order sent. `send` and `receive` may be called by two threads."""

    def send(self, wires: Sequence[bytes], now_ms: int) -> None:
        """Give it a batch; its first block's time will be `now_ms` or later."""

    def receive(self) -> Ran:
        """Wait for the oldest batch not received yet. Raises `NodeFault`."""

    def settled(self, height: int) -> None:
        """Tell it that all blocks up to a height are committed."""

    def close(self) -> None:
        """End it. What it has not answered is given up."""


class InProcess:
    """Executes on the thread that calls `receive`, over the store itself."""

    def __init__(
        self, store: Store, versions: Mapping[int, Modules], signatures: Signatures
    ) -> None:
        self._signatures = signatures
        self._ahead = Ahead(store, _not_settled)
        self._batches = Batches(self._ahead, versions, signatures)
        self._sent: SimpleQueue[tuple[Sequence[bytes], int]] = SimpleQueue()
        self._prepared: deque[Prepared] = deque()

    def send(self, wires: Sequence[bytes], now_ms: int) -> None:
        """As `Executor.send`."""
        self._sent.put((wires, now_ms))

    def receive(self) -> Ran:
        """As `Executor.receive`. The signatures of the batch after it are verified meanwhile."""
        while not self._prepared or not self._sent.empty():
            self._prepared.append(self._batches.prepare(*self._sent.get()))
        return self._batches.run(self._prepared.popleft())

    def settled(self, height: int) -> None:
        """As `Executor.settled`."""
        self._ahead.settled(height)

    def close(self) -> None:
        """As `Executor.close`."""
        self._signatures.close()


class OwnProcess:
    """Executes in a process that imports the rules itself and reads the ledger beside us."""

    def __init__(self, ledger: Path, rules: str) -> None:
        """Start it. `rules` names the versions' mapping as ``module:name``."""
        self._child = Child(PROGRAM, [str(ledger), rules], [True, True, False])
        self._requests, self._settled, self._answers = self._child.pipes

    @property
    def pid(self) -> int | None:
        """The process, or None after `close`."""
        return self._child.pid

    def send(self, wires: Sequence[bytes], now_ms: int) -> None:
        """As `Executor.send`."""
        # Why it cannot be sent is what `receive` will find; so too below.
        with contextlib.suppress(OSError):
            self._requests.send((list(wires), now_ms))

    def receive(self) -> Ran:
        """As `Executor.receive`."""
        try:
            answer: Ran | NodeFault = self._answers.recv()
        except (EOFError, OSError) as error:
            raise _ended(error) from error
        if isinstance(answer, NodeFault):
            raise answer
        return answer

    def settled(self, height: int) -> None:
        """As `Executor.settled`."""
        with contextlib.suppress(OSError):
            self._settled.send(height)

    def close(self) -> None:
        """As `Executor.close`."""
        self._child.close()


def _not_settled(height: int) -> None:
    raise NodeFault(f"block {height} is not written yet", "the engine", "Restart this node.")


def _ended(error: Exception) -> NodeFault:
    return NodeFault(
        f"执行进程已中止 the process that executes has ended: {error!r}",
        "the engine",
        "核对内存后重新启动节点 Check this node's memory, then restart it.",
    )
