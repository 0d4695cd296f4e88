"""From commands as they came in to the blocks that one commit of the solo engine makes durable."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol

from mingzhang.consensus.admission import Token, opened
from mingzhang.consensus.ahead import Ahead
from mingzhang.consensus.execution import Executed, Execution, Outcome
from mingzhang.kernel.context import Context
from mingzhang.kernel.modules import Modules
from mingzhang.kernel.refusals import Void
from mingzhang.verify.ed25519 import signature_holds

MEANWHILE_COMMANDS = 32
"""Commands executed between two looks at what else there is to do."""


class Signatures(Protocol):
    """Where signatures are judged: `crypto.worker.SignatureWorker`."""

    def submit(self, batch: Sequence[tuple[bytes, bytes, bytes]]) -> int:
        """Send (public key, message, signature) triples; return a ticket."""

    def collect(self, ticket: int) -> list[bool]:
        """Wait for a ticket's verdicts."""

    def close(self) -> None:
        """End."""


class Prepared(NamedTuple):
    """Commands whose signatures are being verified."""

    tokens: list[Token]
    ticket: int | None
    now_ms: int
    """A time that the blocks must not lie before: the clock's, and after the last committed."""


class Ran(NamedTuple):
    """What a batch came to. Plain values: it goes between processes."""

    now_ms: int
    outcomes: tuple[Outcome, ...]
    """One for each command, in order."""
    commands_at: int | None
    """Which of `blocks` holds the commands that are not void; None when there is none."""
    blocks: tuple[Executed, ...]
    next_due_ms: int | None


class Batches:
    """Runs batches in order. Between `prepare` and `run` of one, others may be prepared."""

    def __init__(
        self,
        ahead: Ahead,
        versions: Mapping[int, Modules],
        signatures: Signatures,
        meanwhile: Callable[[], None] = lambda: None,
    ) -> None:
        """Execute over `ahead`. `meanwhile` is called now and then within a block.

        It may prepare further batches, so that their signatures are verified in time.
        """
        self._meanwhile = meanwhile
        self._ahead = ahead
        self._execution = Execution(ahead, versions, signature_holds)
        self._signatures = signatures
        self._last_ms = 0

    def prepare(self, wires: Sequence[bytes], now_ms: int) -> Prepared:
        """Have signatures verified, in another process; keys are looked up as of the last block.

        A key that changes meanwhile is noticed when the command is admitted.
        """
        execution = self._execution
        view, gate = execution.view(), execution.modules.gate
        context = Context(setting=execution.setting, height=execution.height, time_ms=now_ms)
        tokens, signed = [], []
        for wire in wires:
            token = opened(wire)
            tokens.append(token)
            if token.envelope is None:
                continue
            envelope = token.envelope
            try:
                _, token.public_key = gate.public_key(envelope.kid, context, view)
            except Void:
                continue
            signed.append((token.public_key, envelope.signing_input, envelope.signature))
        ticket = self._signatures.submit(signed) if signed else None
        return Prepared(tokens, ticket, now_ms)

    def run(self, prepared: Prepared) -> Ran:
        """Execute a batch: its commands, then headers until no write is unsealed.

        A batch that would write nothing makes no block.
        """
        tokens, ticket, _ = prepared
        verdicts = iter(self._signatures.collect(ticket) if ticket is not None else ())
        for token in tokens:
            if token.public_key:
                token.signed = next(verdicts)
        execution = self._execution
        blocks = self._seals(prepared.now_ms) if execution.moved else []
        now_ms = self._time_after(prepared.now_ms)
        if execution.worth_a_block(tokens, now_ms):
            commands_at = len(blocks)
            blocks.append(self._block(now_ms, self._one_by_one(tokens)))
            outcomes = blocks[-1].outcomes
            blocks += self._seals(now_ms)
        else:
            commands_at = None
            outcomes = tuple([execution.voided(token, now_ms) for token in tokens])
        return Ran(now_ms, outcomes, commands_at, tuple(blocks), execution.next_due_ms())

    def _seals(self, now_ms: int) -> list[Executed]:
        """Make the block whose header seals the last writes, and the one that seals its entry.

        What falls due in either of them is sealed by further ones.
        """
        blocks = []
        entered = True
        while entered or self._execution.moved:
            entered = self._execution.moved
            blocks.append(self._block(now_ms, ()))
        return blocks

    def _one_by_one(self, tokens: Sequence[Token]) -> Iterator[Token]:
        for place, token in enumerate(tokens):
            if place % MEANWHILE_COMMANDS == 0:
                self._meanwhile()
            yield token

    def _block(self, now_ms: int, tokens: Iterable[Token]) -> Executed:
        block = self._execution.execute(self._time_after(now_ms), tokens)
        self._ahead.add(block)
        self._last_ms = block.time_ms
        return block

    def _time_after(self, now_ms: int) -> int:
        """Return the next block's time: strictly rising, never before a time."""
        return max(self._last_ms + 1, now_ms)
