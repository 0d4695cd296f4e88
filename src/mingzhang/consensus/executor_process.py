"""The process in which a node's rules run. Started by `executor.OwnProcess`; ends with it.

Messages are pickles over private pipes from our own parent. On one, batches: (commands, time); on
another, heights up to which the ledger holds what was executed: a pipe of their own, or the parent
would wait to tell us while we wait for it to read. Each batch is answered by a `Ran` or, at last,
by the `NodeFault` that stops the node.
"""

import contextlib
import gc
import importlib
from collections import deque
from multiprocessing.connection import Connection, wait
from pathlib import Path

from mingzhang.consensus.ahead import Ahead
from mingzhang.consensus.batches import Batches, Prepared, Ran
from mingzhang.consensus.execution import COLLECT_AFTER
from mingzhang.crypto.worker import SignatureWorker
from mingzhang.kernel.faults import NodeFault
from mingzhang.ledger.reader import StoreReader


class Server:
    """Takes batches and executes them, for one parent."""

    def __init__(
        self, requests: Connection, settled: Connection, reader: StoreReader, rules: str
    ) -> None:
        module, _, name = rules.partition(":")
        versions = getattr(importlib.import_module(module), name)
        self._requests = requests
        self._settled = settled
        self._reader = reader
        self._settled_height = reader.height
        self._ahead = Ahead(reader, self._wait)
        self._signatures = SignatureWorker()
        self._prepared: deque[Prepared] = deque()
        self._batches = Batches(self._ahead, versions, self._signatures, self._take_batches)

    def next(self) -> Ran:
        """Execute the next batch. Raises `EOFError` when the parent is gone."""
        both = [self._requests, self._settled]
        ready = wait(both, 0)
        while ready or not self._prepared:
            if self._settled in ready:
                self._settle()
            if self._requests in ready:
                self._take_batches()
            ready = wait(both, 0 if self._prepared else None)
        return self._batches.run(self._prepared.popleft())

    def close(self) -> None:
        """End the process that judges signatures."""
        self._signatures.close()

    def _take_batches(self) -> None:
        """Prepare the batches that have come."""
        while self._requests.poll():
            self._prepared.append(self._batches.prepare(*self._requests.recv()))

    def _settle(self) -> None:
        height = self._settled_height = self._settled.recv()
        self._reader.refresh()
        self._ahead.settled(height)

    def _wait(self, height: int) -> None:
        while self._settled_height < height:
            self._settle()


def main(ledger: str, rules: str, requests_fd: str, settled_fd: str, answers_fd: str) -> None:
    """Answer until the parent closes its ends or is gone."""
    gc.set_threshold(*COLLECT_AFTER)
    requests, settled = (Connection(int(fd), writable=False) for fd in (requests_fd, settled_fd))
    answers = Connection(int(answers_fd), readable=False)
    with contextlib.suppress(EOFError, BrokenPipeError):
        try:
            _serve(requests, settled, answers, Path(ledger), rules)
        except NodeFault as fault:
            answers.send(fault)
        except (EOFError, BrokenPipeError):
            raise
        except Exception as error:  # noqa: BLE001 - the node stops, whatever it was
            answers.send(NodeFault(repr(error), "a rule", "Repair this node and restart it."))


def _serve(
    requests: Connection, settled: Connection, answers: Connection, ledger: Path, rules: str
) -> None:
    reader = StoreReader(ledger)
    server = Server(requests, settled, reader, rules)
    try:
        while True:
            answers.send(server.next())
    finally:
        server.close()
        reader.close()
