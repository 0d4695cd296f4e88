"""A process of its own that judges signatures, one batch a message.

Measured: in a thread beside busy Python, libsodium verified 2,450 signatures a second, in a process
17,900. The process imports nothing but libsodium's binding, whatever program started the node.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from mingzhang.child import Child
from mingzhang.kernel.faults import NodeFault

PATIENCE_S = 60
"""A batch unanswered for so long counts as a death: 500 signatures take 30 ms."""
DEATHS_MAX = 2
"""Deaths on one batch after which the node stops."""
UNANSWERED_BATCHES_MAX = 16
"""Batches sent and not answered; one more waits for the first answer."""

_TICKET_BYTES = 8
_PROGRAM = "mingzhang.crypto.worker_process"

Signed = tuple[bytes, bytes, bytes]
"""Public key (32 bytes), message, signature (64 bytes)."""


@dataclass(slots=True)
class _Batch:
    ticket: int
    signed: tuple[Signed, ...]
    deaths: int = 0
    verdicts: list[bool] | None = None


class SignatureWorker:
    """Verifies batches of signatures in one other process. To be used by one thread.

    `submit` sends a batch and returns at once, `collect` waits for its verdicts, so that one
    block executes while the signatures of the next are verified. When the process dies it is
    started again and given what it had not answered; a batch on which it dies twice stops the
    node, for a batch without an answer is neither good nor bad.
    """

    def __init__(self) -> None:
        """Start the process."""
        self._next_ticket = 1
        self._batches: dict[int, _Batch] = {}
        self._start()

    @property
    def pid(self) -> int | None:
        """The process that verifies now, or None after `close`."""
        return self._child.pid

    def verify(self, batch: Sequence[Signed]) -> list[bool]:
        """Return a verdict for each of `batch`, in its order.

        Raises:
            NodeFault: when the process died twice on it or gave no true answer.

        """
        return self.collect(self.submit(batch))

    def submit(self, batch: Sequence[Signed]) -> int:
        """Send a batch and return its ticket. Raises as `verify` does."""
        while len(self._unanswered()) >= UNANSWERED_BATCHES_MAX:
            self._take_answer()
        sent = _Batch(self._next_ticket, tuple(batch))
        self._next_ticket += 1
        self._batches[sent.ticket] = sent
        if not self._send(sent):
            self._restart()
        return sent.ticket

    def collect(self, ticket: int) -> list[bool]:
        """Wait for the verdicts of a ticket; each ticket is collected once.

        Raises:
            NodeFault: as `verify` does.
            KeyError: when there is no such ticket, or it has been collected.

        """
        batch = self._batches[ticket]
        while batch.verdicts is None:
            self._take_answer()
        del self._batches[ticket]
        return batch.verdicts

    def close(self) -> None:
        """End the process. Batches not collected are given up."""
        self._batches.clear()
        self._child.close(0)

    def _unanswered(self) -> list[_Batch]:
        return [each for each in self._batches.values() if each.verdicts is None]

    def _start(self) -> None:
        self._child = Child(_PROGRAM, [], [True, False])
        self._to_process, self._from_process = self._child.pipes

    def _send(self, batch: _Batch) -> bool:
        try:
            self._to_process.send((batch.ticket, batch.signed))
        except OSError:
            return False
        return True

    def _take_answer(self) -> None:
        """Take one answer, or start the process again when it is dead or silent."""
        try:
            if not self._from_process.poll(PATIENCE_S):
                self._restart()
                return
            answer = self._from_process.recv_bytes()
        except (EOFError, OSError):
            self._restart()
            return
        ticket = int.from_bytes(answer[:_TICKET_BYTES], "big")
        batch = self._batches.get(ticket)
        if (
            batch is None
            or len(answer) != _TICKET_BYTES + len(batch.signed)
            or batch.verdicts is not None
        ):
            raise NodeFault(
                "签名进程的答复与批次不符 the signature process answered another batch",
                f"ticket {ticket}",
                "重新启动节点并检查内存 restart the node and test its memory",
            )
        batch.verdicts = [verdict == 1 for verdict in answer[_TICKET_BYTES:]]

    def _restart(self) -> None:
        """Start the process again and send what it left unanswered; blame the oldest batch."""
        unsent = True
        while unsent:
            self._child.close(0)
            waiting = self._unanswered()
            if waiting:
                waiting[0].deaths += 1
                if waiting[0].deaths >= DEATHS_MAX:
                    raise NodeFault(
                        "签名进程在同一批上两次中止 the signature process died twice on one batch",
                        f"ticket {waiting[0].ticket}, {len(waiting[0].signed)} signatures",
                        "检查内存与磁盘后重新启动节点 check memory and disk, then restart the node",
                    )
            self._start()
            unsent = not all(self._send(each) for each in waiting)
