"""The solo engine: one node, one signing key, one durable write a batch.

Commands are gathered for a few milliseconds and sent to where the rules run (`executor.py`), which
may be some batches ahead of what is written. What a batch came to becomes three heights in one
transaction: the commands; a header that seals their writes and enters the history; a header that
seals that (design section 5). What falls due meanwhile brings headers of its own. A command is
acknowledged when the disk has it.
"""

import queue
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from mingzhang.consensus.admission import opened
from mingzhang.consensus.application import Application
from mingzhang.consensus.batches import Ran
from mingzhang.consensus.execution import Executed, Outcome
from mingzhang.consensus.executor import Executor
from mingzhang.crypto.jws import Envelope
from mingzhang.ledger.blocks import Block, block_bytes, read_block
from mingzhang.ledger.store import Store
from mingzhang.verify import comet

BLOCK_COMMANDS_MAX = 128
"""Of what a closed loop of clients sends, more in a block would leave the other process idle."""
GATHER_S = 0.003
"""How long a batch waits for company once it has its first command."""
AHEAD_MAX = 4
"""Batches on their way at once: one written, one executed, one whose signatures are verified, one
that waits for it."""
QUEUE_MAX = 20_000
"""Commands that may wait; beyond it `submit` answers `Busy`."""
BLOCK_PROTOCOL = 11
"""CometBFT 0.38's block version, which the header carries."""
CONSENSUS_PARAMS = bytes(32)
"""Solo has no consensus parameters to hash."""
LISTENERS_MAX = 10_000

Clock = Callable[[], int]
"""Milliseconds since 1970 UTC."""
Listener = Callable[[int], None]
"""Called with the newest committed height, on the engine's thread."""


def wall_clock() -> int:
    """Return this machine's time in ms since 1970 UTC."""
    return time.time_ns() // 1_000_000


class Signer(Protocol):
    """The node's own key."""

    @property
    def public_key(self) -> bytes:
        """The 32 bytes that genesis names."""

    def sign(self, message: bytes) -> bytes:
        """Return an Ed25519 signature of 64 bytes."""


class Busy(Exception):
    """Too many commands wait. Try again in a moment; the command has not been taken."""


class ClockBehind(Exception):
    """This machine's clock lies behind the ledger: correct it, then start again."""


class Final(NamedTuple):
    """The answer to a command: its outcome, where it stands, at what block time."""

    height: int
    place: int
    time_ms: int
    outcome: Outcome


@dataclass(slots=True, eq=False)
class _Waiting:
    """A command on its way, and who waits for it."""

    wire: bytes
    answer: "Future[Final]"
    envelope: Envelope | None = None
    """Once somebody has asked what it is."""


class Solo:
    """Runs the application on threads of its own. `start` it, `submit` commands, `stop` it."""

    def __init__(
        self,
        store: Store,
        application: Application,
        signer: Signer,
        executor: Executor,
        clock: Clock = wall_clock,
    ) -> None:
        self._store = store
        self.application = application
        self._signer = signer
        self._executor = executor
        self._clock = clock
        self._validator = comet.Validator(signer.public_key, 1)
        self._queue: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._unanswered: dict[_Waiting, None] = {}
        self._sent: queue.SimpleQueue[list[_Waiting] | None] = queue.SimpleQueue()
        self._batches_sent = self._batches_written = 0
        self._room = threading.Semaphore(AHEAD_MAX)
        self._due_ms: int | None = None
        self._last: Block | None = None
        self._last_results: tuple[comet.ExecTxResult, ...] = ()
        self._listeners: list[Listener] = []
        self._stopping = threading.Event()
        self._committed = threading.Condition()
        self.state_lock = threading.RLock()
        """Held while a batch is written; a reader that needs one moment's state holds it too."""
        self.fault: BaseException | None = None
        self._threads = [
            threading.Thread(target=self._run, args=(steps,), name=name, daemon=True)
            for steps, name in ((self._gather_all, "solo-gather"), (self._write_all, "solo-write"))
        ]

    # -- for others ----------------------------------------------------------------------------

    def start(self) -> None:
        """Begin. Raises `ClockBehind` when the clock lies behind the ledger."""
        self._last = read_block(self._store.journal(self.height) or b"")
        behind_ms = self._last.time_ms - self._clock()
        if behind_ms > 0:
            raise ClockBehind(
                f"本机时钟落后于账本 {behind_ms} 毫秒，请校准时钟后重新启动。This machine's clock "
                f"lies {behind_ms} ms behind the ledger; correct it, then start again."
            )
        self._due_ms = self.application.next_due_ms()
        if self.application.needs_seal:
            self._executor.send((), self._now())
            self._write(self._executor.receive(), [])
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End after what has been sent to be executed. Commands that still wait are cancelled."""
        self._stopping.set()
        self._wake()
        for thread in self._threads:
            if thread.ident is not None:
                thread.join()
        for waiting in list(self._unanswered):
            waiting.answer.cancel()
        self._unanswered.clear()

    def submit(self, wire: bytes) -> "Future[Final]":
        """Take a command; the future holds its `Final`. Raises `Busy` or the node's fault."""
        if self._is_faulty():
            raise RuntimeError("the node has stopped") from self.fault
        if self._queue.qsize() >= QUEUE_MAX:
            raise Busy
        waiting = _Waiting(wire, Future())
        self._unanswered[waiting] = None
        self._queue.put(waiting)
        if self._is_faulty():
            self._fail_waiting()
        return waiting.answer

    def nudge(self) -> None:
        """Have the engine look at the clock now: a sandbox clock may have been moved."""
        self._queue.put(None)

    def wait_above(self, height: int, within_s: float = 60.0) -> None:
        """Wait until more than `height` is committed. Raises `TimeoutError`."""
        with self._committed:
            if not self._committed.wait_for(lambda: self.height > height or self.fault, within_s):
                raise TimeoutError(f"nothing was committed above {height}")

    def listen(self, listener: Listener) -> None:
        """Have a function called after each commit. Raises `RuntimeError` beyond the bound."""
        if len(self._listeners) >= LISTENERS_MAX:
            raise RuntimeError("too many listeners")
        self._listeners.append(listener)

    @property
    def height(self) -> int:
        """The newest committed height."""
        return self._store.committed_height

    @property
    def time_ms(self) -> int:
        """Block time of the newest block."""
        return self._last.time_ms if self._last is not None else 0

    def next_time_ms(self) -> int:
        """Return the time that a block made now would have."""
        return self._now()

    def is_waiting(self, kid: str, command_id: str) -> bool:
        """Say whether a command has been taken and has no answer yet."""
        wanted = command_id.encode()
        for waiting in list(self._unanswered):
            envelope = waiting.envelope = waiting.envelope or opened(waiting.wire).envelope
            if envelope and envelope.kid == kid and wanted in envelope.payload:
                return True
        return False

    @property
    def waiting(self) -> int:
        """Commands that wait in the queue."""
        return self._queue.qsize()

    # -- the threads -----------------------------------------------------------------------------

    def _run(self, steps: Callable[[], None]) -> None:
        try:
            steps()
        except BaseException as fault:  # noqa: BLE001 - the node stops, whatever it was
            self.fault = self.fault or fault
            self._stopping.set()
            self._wake()
            self._fail_waiting()

    def _wake(self) -> None:
        """Let the gathering thread see that there is an end; the writing one follows it."""
        self._queue.put(None)
        self._room.release()

    def _fail_waiting(self) -> None:
        """Tell all who wait that there will be no answer from this process."""
        for waiting in list(self._unanswered):
            taken = self._unanswered.pop(waiting, self) is None
            if taken and waiting.answer.set_running_or_notify_cancel():
                waiting.answer.set_exception(RuntimeError("the node has stopped"))

    def _gather_all(self) -> None:
        """Send batches to be executed, as many ahead as may be."""
        try:
            while not self._stopping.is_set():
                self._room.acquire()
                gathered = self._gather()
                if gathered or (self._at_rest and self._is_due()):
                    self._batches_sent += 1
                    self._executor.send([each.wire for each in gathered], self._now())
                    self._sent.put(gathered)
                else:
                    self._room.release()
        finally:
            self._sent.put(None)

    def _gather(self) -> list[_Waiting]:
        taken: list[_Waiting] = []
        until = None
        while len(taken) < BLOCK_COMMANDS_MAX and not self._stopping.is_set():
            wait = self._idle_s() if until is None else until - time.monotonic()
            try:
                each = self._queue.get(timeout=wait) if wait > 0 else self._queue.get_nowait()
            except queue.Empty:
                return taken
            if each is None:
                return taken
            taken.append(each)
            until = until or time.monotonic() + GATHER_S
        return taken

    def _is_faulty(self) -> bool:
        return self.fault is not None

    @property
    def _at_rest(self) -> bool:
        """True when nothing is on its way."""
        return self._batches_sent == self._batches_written

    def _is_due(self) -> bool:
        return self._due_ms is not None and self._due_ms <= self._now()

    def _idle_s(self) -> float:
        """Return how long to wait for a command before something falls due."""
        due_ms = self._due_ms
        if due_ms is None or not self._at_rest:
            return 60.0
        return min(60.0, max(0.0, (due_ms - self._clock()) / 1_000))

    def _write_all(self) -> None:
        """Write what batches came to, in order, and answer those who wait."""
        while True:
            gathered = self._sent.get()
            if gathered is None:
                return
            self._write(self._executor.receive(), gathered)
            self._batches_written += 1
            self._room.release()
            if self._at_rest:
                self._queue.put(None)  # how long to wait has to be worked out again

    def _write(self, ran: Ran, gathered: list[_Waiting]) -> None:
        """Make what a batch came to durable, in one transaction, and answer."""
        if ran.blocks:
            with self.state_lock:
                for place, block in enumerate(ran.blocks):
                    has_commands = place == ran.commands_at
                    self._block(block, [each.wire for each in gathered] if has_commands else ())
                self.application.commit()
            self._executor.settled(self.height)
        self._due_ms = ran.next_due_ms
        with self._committed:
            self._committed.notify_all()
        if ran.blocks:
            for listener in self._listeners:
                listener(self.height)
        self._answer_all(ran, gathered)

    def _answer_all(self, ran: Ran, gathered: list[_Waiting]) -> None:
        height, time_ms = self.height, ran.now_ms
        if ran.commands_at is not None:
            block = ran.blocks[ran.commands_at]
            height, time_ms = block.height, block.time_ms
        place = 0
        for waiting, outcome in zip(gathered, ran.outcomes, strict=True):
            self._unanswered.pop(waiting, None)
            if waiting.answer.set_running_or_notify_cancel():
                waiting.answer.set_result(Final(height, place, time_ms, outcome))
            if ran.commands_at is not None and not outcome.void:
                place += 1

    # -- blocks ----------------------------------------------------------------------------------

    def _now(self) -> int:
        """Return the next block's time: strictly rising, never behind the clock."""
        last = self._last.time_ms if self._last is not None else 0
        return max(last + 1, self._clock())

    def _block(self, executed: Executed, wires: Sequence[bytes]) -> None:
        """Apply a block to the store and write its header and journal, not durable yet."""
        kept = [
            (wire, outcome)
            for wire, outcome in zip(wires, executed.outcomes, strict=True)
            if not outcome.void
        ]
        commands = tuple([wire for wire, _ in kept])
        header = self._header(executed, comet.data_hash(commands))
        block_hash = comet.header_hash(header)
        self.application.apply(executed, block_hash)
        block = Block(
            height=executed.height,
            time_ms=executed.time_ms,
            header=header,
            block_hash=block_hash,
            commit=self._commit(header, block_hash),
            commands=commands,
            receipts=tuple([outcome.receipt for _, outcome in kept]),
            automatic=executed.automatic,
        )
        self.application.journal(block, block_bytes(block))
        self._last = block
        self._last_results = tuple([outcome.result for _, outcome in kept])

    def _header(self, executed: Executed, data_hash: bytes) -> comet.Header:
        last = self._last.commit if self._last else None
        validators = comet.validators_hash([self._validator])
        return comet.Header(
            block_version=BLOCK_PROTOCOL,
            app_version=self.application.version,
            chain_id=self.application.setting.chain,
            height=executed.height,
            time_ns=executed.time_ms * 1_000_000,
            last_block_id=comet.NO_BLOCK if last is None else last.block_id,
            last_commit_hash=comet.data_hash(()) if last is None else comet.commit_hash(last),
            data_hash=data_hash,
            validators_hash=validators,
            next_validators_hash=validators,
            consensus_hash=CONSENSUS_PARAMS,
            app_hash=self.application.app_hash,
            last_results_hash=comet.results_hash(self._last_results),
            evidence_hash=comet.no_evidence_hash(),
            proposer_address=comet.address(self._validator.public_key),
        )

    def _commit(self, header: comet.Header, block_hash: bytes) -> comet.Commit:
        block_id = comet.BlockId(block_hash, comet.part_set_header(block_hash))
        message = comet.vote_sign_bytes(header.chain_id, header.height, 0, block_id, header.time_ns)
        vote = comet.CommitSig(
            comet.FLAG_COMMIT,
            comet.address(self._validator.public_key),
            header.time_ns,
            self._signer.sign(message),
        )
        return comet.Commit(header.height, 0, block_id, (vote,))
