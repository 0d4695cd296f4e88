"""The solo engine: one node, one signing key, one durable write a batch.

Commands are gathered for a few milliseconds, their signatures verified in a process of their own
while the batch before executes, and a batch becomes three heights in one transaction: the
commands; a header that seals their writes and enters the history; a header that seals that
(design section 5). What falls due meanwhile brings headers of its own. A command is
acknowledged when the disk has it.
"""

import queue
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Protocol

from mingzhang.consensus.admission import Token, opened
from mingzhang.consensus.application import Application, Finalized, Outcome
from mingzhang.kernel.context import Context
from mingzhang.kernel.refusals import Void
from mingzhang.ledger.blocks import Block, block_bytes, read_block
from mingzhang.ledger.store import Store
from mingzhang.verify import comet

BLOCK_COMMANDS_MAX = 500
GATHER_S = 0.003
"""How long a batch waits for company once it has its first command."""
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


class Signatures(Protocol):
    """Where signatures are judged: `crypto.worker.SignatureWorker`."""

    def submit(self, batch: Sequence[tuple[bytes, bytes, bytes]]) -> int:
        """Send (public key, message, signature) triples; return a ticket."""

    def collect(self, ticket: int) -> list[bool]:
        """Wait for a ticket's verdicts."""


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


@dataclass(frozen=True, slots=True)
class Final:
    """The answer to a command: its outcome, where it stands, at what block time."""

    height: int
    place: int
    time_ms: int
    outcome: Outcome


class Solo:
    """Runs the application on a thread of its own. `start` it, `submit` tokens, `stop` it."""

    def __init__(
        self,
        store: Store,
        application: Application,
        signer: Signer,
        signatures: Signatures,
        clock: Clock = wall_clock,
    ) -> None:
        self._store = store
        self.application = application
        self._signer = signer
        self._signatures = signatures
        self._clock = clock
        self._validator = comet.Validator(signer.public_key, 1)
        self._queue: queue.SimpleQueue[tuple[Token, Future[Final]] | None] = queue.SimpleQueue()
        self._unanswered: dict[Future[Final], Token] = {}
        self._last: Block | None = None
        self._last_results: tuple[comet.ExecTxResult, ...] = ()
        self._listeners: list[Listener] = []
        self._stopping = threading.Event()
        self._committed = threading.Condition()
        self.state_lock = threading.RLock()
        """Held while a batch executes; a reader that needs one moment's state holds it too."""
        self.fault: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="solo", daemon=True)

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
        if self.application.needs_seal:
            self._seal_writes()
        self._thread.start()

    def stop(self) -> None:
        """End after the batch at hand. Commands that still wait are cancelled."""
        self._stopping.set()
        self._queue.put(None)
        if self._thread.ident is not None:
            self._thread.join()

    def submit(self, wire: bytes) -> "Future[Final]":
        """Take a command; the future holds its `Final`. Raises `Busy` or the node's fault."""
        if self.fault is not None:
            raise RuntimeError("the node has stopped") from self.fault
        if self._queue.qsize() >= QUEUE_MAX:
            raise Busy
        answer: Future[Final] = Future()
        token = opened(wire)
        self._unanswered[answer] = token
        self._queue.put((token, answer))
        return answer

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
        envelopes = [token.envelope for token in list(self._unanswered.values())]
        return any(each and each.kid == kid and wanted in each.payload for each in envelopes)

    @property
    def waiting(self) -> int:
        """Commands that wait in the queue."""
        return self._queue.qsize()

    # -- the thread ------------------------------------------------------------------------------

    def _run(self) -> None:
        try:
            self._loop()
        except BaseException as fault:  # noqa: BLE001 - the node stops, whatever it was
            self.fault = fault
            self._fail_waiting()

    def _fail_waiting(self) -> None:
        """Tell all who wait that there will be no answer from this process."""
        for answer in list(self._unanswered):
            answer.set_exception(RuntimeError("the node has stopped"))
        self._unanswered.clear()

    def _loop(self) -> None:
        verifying: tuple[list[tuple[Token, Future[Final]]], int | None] | None = None
        while True:
            gathered = self._gather(block=verifying is None)
            ticket = self._send_signatures(gathered)
            if verifying is not None:
                self._batch(*verifying)
            verifying = (gathered, ticket) if gathered else None
            if self._stopping.is_set():
                if verifying is not None:
                    self._batch(*verifying)
                return
            if verifying is None:
                self._run_due()
            elif self._queue.empty():
                self._batch(*verifying)
                verifying = None

    def _gather(self, *, block: bool) -> list[tuple[Token, "Future[Final]"]]:
        taken: list[tuple[Token, Future[Final]]] = []
        until = None
        while len(taken) < BLOCK_COMMANDS_MAX and not self._stopping.is_set():
            wait = self._idle_s() if until is None else until - time.monotonic()
            try:
                if (until is None and not block) or (until is not None and wait <= 0):
                    each = self._queue.get_nowait()
                else:
                    each = self._queue.get(timeout=wait)
            except queue.Empty:
                return taken
            if each is None:
                return taken
            taken.append(each)
            until = until or time.monotonic() + GATHER_S
        return taken

    def _idle_s(self) -> float:
        """Return how long to wait for a command before something falls due."""
        due_ms = self.application.next_due_ms()
        if due_ms is None:
            return 60.0
        return min(60.0, max(0.001, (due_ms - self._clock()) / 1_000))

    def _send_signatures(self, gathered: list[tuple[Token, "Future[Final]"]]) -> int | None:
        """Have the signatures of a batch verified; keys are looked up as of the last block."""
        if not gathered:
            return None
        application = self.application
        view = application.view()
        context = Context(
            setting=application.setting, height=application.height, time_ms=self._now()
        )
        batch = []
        for token, _ in gathered:
            token.public_key = b""
            if token.envelope is None:
                continue
            try:
                _, token.public_key = application.modules.gate.public_key(
                    token.envelope.kid, context, view
                )
            except Void:
                continue
            batch.append((token.public_key, token.envelope.signing_input, token.envelope.signature))
        return self._signatures.submit(batch) if batch else None

    def _batch(self, gathered: list[tuple[Token, "Future[Final]"]], ticket: int | None) -> None:
        verdicts = iter(self._signatures.collect(ticket) if ticket is not None else ())
        for token, _ in gathered:
            if token.public_key:
                token.signed = next(verdicts)
        tokens = [token for token, _ in gathered]
        now_ms = self._now()
        if not self.application.worth_a_block(tokens, now_ms):
            for token, answer in gathered:
                outcome = self.application.voided(token, now_ms)
                self._answer(answer, Final(self.height, 0, now_ms, outcome))
            return
        final = self._produce(tokens)
        place = 0
        for (_, answer), outcome in zip(gathered, final.outcomes, strict=True):
            self._answer(answer, Final(final.height, place, final.time_ms, outcome))
            place += 0 if outcome.void else 1

    def _answer(self, answer: "Future[Final]", final: Final) -> None:
        self._unanswered.pop(answer, None)
        if answer.set_running_or_notify_cancel():
            answer.set_result(final)

    def _run_due(self) -> None:
        due_ms = self.application.next_due_ms()
        while due_ms is not None and due_ms <= self._now() and not self._stopping.is_set():
            self._produce([])
            due_ms = self.application.next_due_ms()

    # -- blocks ----------------------------------------------------------------------------------

    def _now(self) -> int:
        """Return the next block's time: strictly rising, never behind the clock."""
        last = self._last.time_ms if self._last is not None else 0
        return max(last + 1, self._clock())

    def _produce(self, tokens: list[Token]) -> Finalized:
        """Execute a batch and its seals, and make them durable."""
        with self.state_lock:
            before = self.application.app_hash
            height = self.application.height + 1
            final = self.application.finalize(height, self._now(), b"", tokens)
            self._seal(final, before, [each for each in final.outcomes if not each.void])
            self._seal_writes()
        with self._committed:
            self._committed.notify_all()
        for listener in self._listeners:
            listener(self.height)
        return final

    def _seal_writes(self) -> None:
        """Make the header that seals the last writes, and the one that seals its own entry.

        What falls due in either of them is sealed by headers of its own.
        """
        entered = True
        while entered or self.application.needs_seal:
            entered = self.application.needs_seal
            self._empty_block()
        self.application.commit()

    def _seal(self, final: Finalized, before: bytes, kept: Sequence[Outcome]) -> None:
        commands = tuple(each.token.wire for each in kept)
        results = tuple(
            result
            for result, each in zip(final.results, final.outcomes, strict=True)
            if not each.void
        )
        header = self._header(final.height, final.time_ms, before, comet.data_hash(commands))
        self._journal(
            header, commands, tuple(each.receipt for each in kept), final.automatic, results
        )

    def _empty_block(self) -> None:
        application = self.application
        height, time_ms = application.height + 1, self._now()
        header = self._header(height, time_ms, application.app_hash, comet.data_hash(()))
        final = application.finalize(height, time_ms, comet.header_hash(header), ())
        self._journal(header, (), (), final.automatic, ())

    def _header(self, height: int, time_ms: int, app_hash: bytes, data_hash: bytes) -> comet.Header:
        last = self._last.commit if self._last else None
        validators = comet.validators_hash([self._validator])
        return comet.Header(
            block_version=BLOCK_PROTOCOL,
            app_version=self.application.version,
            chain_id=self.application.setting.chain,
            height=height,
            time_ns=time_ms * 1_000_000,
            last_block_id=comet.NO_BLOCK if last is None else last.block_id,
            last_commit_hash=comet.data_hash(()) if last is None else comet.commit_hash(last),
            data_hash=data_hash,
            validators_hash=validators,
            next_validators_hash=validators,
            consensus_hash=CONSENSUS_PARAMS,
            app_hash=app_hash,
            last_results_hash=comet.results_hash(self._last_results),
            evidence_hash=comet.no_evidence_hash(),
            proposer_address=comet.address(self._validator.public_key),
        )

    def _journal(
        self,
        header: comet.Header,
        commands: tuple[bytes, ...],
        receipts: tuple[bytes, ...],
        automatic: tuple[bytes, ...],
        results: tuple[comet.ExecTxResult, ...],
    ) -> None:
        block_hash = comet.header_hash(header)
        block_id = comet.BlockId(block_hash, comet.part_set_header(block_hash))
        message = comet.vote_sign_bytes(header.chain_id, header.height, 0, block_id, header.time_ns)
        vote = comet.CommitSig(
            comet.FLAG_COMMIT,
            comet.address(self._validator.public_key),
            header.time_ns,
            self._signer.sign(message),
        )
        block = Block(
            height=header.height,
            time_ms=header.time_ns // 1_000_000,
            header=header,
            block_hash=block_hash,
            commit=comet.Commit(header.height, 0, block_id, (vote,)),
            commands=commands,
            receipts=receipts,
            automatic=automatic,
        )
        self.application.journal(block, block_bytes(block))
        self._last = block
        self._last_results = results
