"""A node under load that is about to be killed. Run as a process of its own:

    python -m tests.faults.busy_node HOME LOG        LOG: a file that another process reads

For each command it writes ``s ID`` before it submits, and ``a ID`` once it was acknowledged.
Signatures are judged in this process: the drill is about the disk.
"""

import os
import sys
from pathlib import Path

from mingzhang.consensus.application import Application
from mingzhang.consensus.clock import wall_clock
from mingzhang.consensus.executor import InProcess, OwnProcess
from mingzhang.consensus.solo import Solo
from mingzhang.ledger.store import Store
from mingzhang.verify.ed25519 import signature_holds
from tests.engine.small import ANN, NODE, VERSIONS, Add

COUNTERS = 5


class Inline:
    """Signatures judged at once."""

    def __init__(self):
        self._verdicts = {}
        self._next = 0

    def submit(self, batch):
        self._next += 1
        self._verdicts[self._next] = [signature_holds(*each) for each in batch]
        return self._next

    def collect(self, ticket):
        return self._verdicts.pop(ticket)


def open_engine(home: Path, rules: str | None = None) -> Solo:
    """Open an engine; `rules` as `Node` takes it."""
    store = Store.open(home / "ledger")
    application = Application(store, VERSIONS, signature_holds)
    if rules is not None:
        return Solo(store, application, NODE, OwnProcess(home / "ledger", rules))
    return Solo(store, application, NODE, InProcess(store, VERSIONS, Inline()))


def main(home: Path, log: int, rounds: int, rules: str | None = None) -> None:
    """Submit eight commands a round and wait for them, until killed or out of rounds."""
    engine = open_engine(home, rules)
    engine.start()
    for number in range(rounds):
        waiting = []
        for n in range(8):
            payload = ANN.payload(Add(counter=f"c{n % COUNTERS}", amount_fen=1), wall_clock())
            os.write(log, f"s {payload['id']}\n".encode())
            waiting.append((payload["id"], engine.submit(ANN.sign(payload))))
        for command_id, answer in waiting:
            if answer.result(20).outcome.code == 0:
                os.write(log, f"a {command_id}\n".encode())
        if number == 0:
            os.write(log, b"up\n")
    engine.stop()


if __name__ == "__main__":
    descriptor = os.open(sys.argv[2], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    main(Path(sys.argv[1]), descriptor, int(sys.argv[3]) if len(sys.argv) > 3 else 1_000_000)
