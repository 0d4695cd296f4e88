"""Executing blocks: commands and due items become what a block writes.

This part runs the rules and asks the state; it writes nothing and hashes no tree. What it returns,
`Executed`, is all that `Application.apply` needs. So it can run in a process of its own, ahead of
what has been written (`executor.py`), or beside the store (CometBFT, audit).
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import NamedTuple, Protocol

from mingzhang.consensus.admission import (
    SignatureCheck,
    Token,
    read,
    require_signed,
    require_timely,
    require_unspent,
    spent_key,
)
from mingzhang.consensus.committed import Below, Committed, IndexWrite
from mingzhang.consensus.genesis import Genesis
from mingzhang.kernel import schedule
from mingzhang.kernel.calendar import MS_PER_HOUR
from mingzhang.kernel.context import Context, Setting
from mingzhang.kernel.execute import run_command, run_due, run_events, run_refused
from mingzhang.kernel.faults import NodeFault
from mingzhang.kernel.house import (
    Automatic,
    RefusedByKey,
    Salt,
    SettingRecord,
    SpentHour,
    SpentHours,
    Version,
    spent_link,
)
from mingzhang.kernel.ledger import Ledger
from mingzhang.kernel.modules import Modules
from mingzhang.kernel.receipts import Receipt, receipt_bytes, receipt_hash, refusal_note
from mingzhang.kernel.records import Event
from mingzhang.kernel.refusals import Refusal, Void
from mingzhang.kernel.scan import Payload
from mingzhang.verify.comet import ExecTxResult

VOID_CODE = 3
"""Result code of a command that counts as nothing: its proposer should have left it out."""
ZERO = bytes(32)
COLLECT_AFTER = (50_000, 20, 100)
"""Allocations, and younger collections, before Python looks for cycles. At its own 700 it went
over the records in memory so often that it took a tenth of a payment's time (measured)."""


class Outcome(NamedTuple):
    """What became of one command of a block."""

    receipt: bytes
    """Canonical bytes; empty when void."""
    receipt_sha256: bytes
    """Its hash; empty when void."""
    code: int
    void: Void | None = None
    fault: str = ""
    """For KER-00: what our error was. Goes to the alarm, never into the block."""

    @property
    def result(self) -> ExecTxResult:
        """What consensus covers of it."""
        return ExecTxResult(self.code, self.receipt_sha256)


class Executed(NamedTuple):
    """What a block writes, apart from the history. Plain values: it goes between processes."""

    height: int
    time_ms: int
    outcomes: tuple[Outcome, ...]
    automatic: tuple[bytes, ...]
    faults: tuple[str, ...]
    moved: bool
    """Whether commands or due items changed the map."""
    seed: bytes
    """s_h, from which the salts of this block's records are made."""
    writes: Mapping[str, tuple[str | None, bytes | None]]
    indexes: Sequence[IndexWrite]
    spent: Sequence[tuple[int, bytes, bytes]]
    """(hour of expiry, key, value) of each identifier used."""
    dropped: Sequence[int]
    """Hours whose spent identifiers are forgotten."""


class Source(Below, Protocol):
    """The store as `Execution` reads it: it sees all blocks executed so far."""

    @property
    def height(self) -> int:
        """The last height; -1 in a new ledger."""

    def spent(self, key: bytes) -> bytes | None:
        """Return the value kept for a spent key, or None."""

    def meta(self, name: str) -> bytes | None:
        """Return a value of the application's own, or None."""


def in_force(source: Below, versions: Mapping[int, Modules]) -> tuple[Modules, Setting, int]:
    """Return the manifest, the setting and the application version that a ledger stands under."""
    first = Committed(source, versions[min(versions)], 0, cached=False)
    version = first.load(Version.key("app"))
    setting = first.load(SettingRecord.key("genesis"))
    if not isinstance(version, Version) or not isinstance(setting, SettingRecord):
        raise NodeFault(
            "no version or setting record", "the store", "Restore this node from a snapshot."
        )
    return versions[version.current], setting.setting, version.current


class Execution:
    """The rules over a state that they see change. To be used by one thread."""

    def __init__(
        self, source: Source, versions: Mapping[int, Modules], signature_holds: SignatureCheck
    ) -> None:
        """Go on where the source stands; a new ledger needs `begin` first."""
        self._source = source
        self._versions = versions
        self._signature_holds = signature_holds
        self._spent: dict[bytes, bytes] = {}
        self._after_refusals: list[bytes] = []
        self.height = source.height
        self.modules: Modules
        self.setting: Setting
        self._committed: Committed
        if source.height >= 0:
            self.modules, self.setting, _ = in_force(source, versions)
            self._committed = Committed(source, self.modules, self.setting.offset_s)
            seed, moved = source.meta("seed"), source.meta("moved")
            if seed is None or moved is None:
                raise NodeFault("no salt seed", "the store", "Restore this node from a snapshot.")
            self._seed = seed
            self.moved = moved == b"1"

    def begin(self, genesis: Genesis, salt: bytes) -> Executed:
        """Return what genesis writes at height 0."""
        self.modules = modules = self._versions[genesis.app_version]
        self.setting = genesis.setting
        self._committed = Committed(self._source, modules, genesis.offset_s)
        context = Context(setting=self.setting, height=0, time_ms=genesis.time_ms)
        ledger = self.view()
        automatic = []
        for room in modules.in_order:
            if room.genesis is None:
                continue
            section = genesis.rooms.get(room.name, {})
            done = run_events(modules, ledger, context, partial(room.genesis, section, context))
            ledger.absorb(done.layer)
            automatic.append(_automatic_receipt(f"genesis {room.name}", done.events))
        ledger.writes[Version.key("app")] = Version(current=genesis.app_version)
        ledger.writes[SettingRecord.key("genesis")] = SettingRecord(
            setting=self.setting, genesis_sha256=genesis.sha256
        )
        self._seed = salt
        return self._executed(ledger, context, (), tuple(automatic), (), (), moved=True)

    def view(self) -> Ledger:
        """Return a view of the state after the last block executed."""
        return Ledger(self.modules, self._committed)

    def next_due_ms(self) -> int | None:
        """Return when something is due, or None."""
        return schedule.next_due_ms(self.view())

    def execute(self, time_ms: int, tokens: Iterable[Token]) -> Executed:
        """Execute the next block. Raises `NodeFault` when this machine fails."""
        height = self.height + 1
        context = Context(setting=self.setting, height=height, time_ms=time_ms)
        self._committed.block_ms = time_ms
        ledger = self.view()
        automatic, faults = self._run_due(ledger, context)
        self._spent = {}
        self._after_refusals = []
        delivered = [(token, self._deliver(token, ledger, context)) for token in tokens]
        outcomes = tuple([outcome for _, outcome in delivered])
        automatic += tuple(self._after_refusals)
        kept = [each for each in delivered if each[1].receipt]
        moved = bool(automatic or kept)
        spent: list[tuple[int, bytes, bytes]] = []
        dropped: tuple[int, ...] = ()
        if moved:
            signatures = [token.envelope.signature for token, _ in kept if token.envelope]
            self._seed = hashlib.sha256(self._seed + b"".join(signatures)).digest()
            spent = self._note_spent(ledger, kept)
            hours = tuple(dict.fromkeys([hour for hour, _, _ in spent]))
            dropped = _drop_expired(ledger, hours, context.time_ms // MS_PER_HOUR)
            _note_automatic(ledger, automatic)
        faults += tuple([each.fault for each in outcomes if each.fault])
        return self._executed(
            ledger, context, outcomes, automatic, faults, spent, dropped, moved=moved
        )

    def _executed(
        self,
        ledger: Ledger,
        context: Context,
        outcomes: tuple[Outcome, ...],
        automatic: tuple[bytes, ...],
        faults: tuple[str, ...],
        spent: Sequence[tuple[int, bytes, bytes]],
        dropped: tuple[int, ...] = (),
        *,
        moved: bool,
    ) -> Executed:
        if moved:
            commitment = hashlib.sha256(self._seed).hexdigest()
            ledger.writes[Salt.key("head")] = Salt(commitment=commitment)
        self.height, self.moved = context.height, moved
        return Executed(
            height=context.height,
            time_ms=context.time_ms,
            outcomes=outcomes,
            automatic=automatic,
            faults=faults,
            moved=moved,
            seed=self._seed,
            indexes=self._committed.indexed(ledger.index_writes),
            writes=self._committed.encoded(ledger.writes),
            spent=spent,
            dropped=dropped,
        )

    # -- commands ----------------------------------------------------------------------------

    def worth_a_block(self, tokens: Sequence[Token], time_ms: int) -> bool:
        """Say whether a block of these tokens at this time would write anything."""
        view = self.view()
        context = Context(setting=self.setting, height=self.height + 1, time_ms=time_ms)
        if schedule.due_now(view, time_ms, 1):
            return True
        self._spent = {}
        for token in tokens:
            try:
                self._admit(token, view, context)
            except Void:
                continue
            return True
        return False

    def voided(self, token: Token, time_ms: int) -> Outcome:
        """Return the outcome of a token that is void."""
        context = Context(setting=self.setting, height=self.height + 1, time_ms=time_ms)
        return self._deliver(token, self.view(), context)

    def _admit(self, token: Token, ledger: Ledger, context: Context) -> tuple[str, Payload]:
        """Pass all void checks. Returns (person, payload), or raises the first `Void`."""
        person = require_signed(token, self.modules.gate, ledger, context, self._signature_holds)
        payload = read(token)
        require_timely(payload, context)
        kid = token.envelope.kid if token.envelope else ""
        key = spent_key(kid, payload.id)
        spent = key in self._spent or self._source.spent(key) is not None
        require_unspent(payload, kid, context, ledger, spent=spent)
        return person, payload

    def _deliver(self, token: Token, ledger: Ledger, context: Context) -> Outcome:
        try:
            person, payload = self._admit(token, ledger, context)
        except Void as void:
            return Outcome(b"", b"", VOID_CODE, void)
        kid = token.envelope.kid if token.envelope else ""
        asked = Context(
            setting=self.setting,
            height=context.height,
            time_ms=context.time_ms,
            kid=kid,
            command_id=payload.id,
            person=person,
            organisation=payload.acting.organisation,
            post=payload.acting.post,
            seen=payload.on,
        )
        fault = ""
        try:
            done = run_command(self.modules, ledger, payload, asked)
        except Refusal as refusal:
            receipt = Receipt(
                kid=kid, id=payload.id, kind=payload.kind, refusal=refusal_note(refusal)
            )
            fault = "" if refusal.__cause__ is None else repr(refusal.__cause__)
            self._count_refused(ledger, kid, payload, context)
            fault = fault or self._follow_refusal(ledger, payload, refusal, asked)
        else:
            ledger.absorb(done.layer)
            receipt = Receipt(kid=kid, id=payload.id, kind=payload.kind, events=done.events)
        wire = receipt_bytes(receipt)
        digest = receipt_hash(wire)
        self._spent[spent_key(kid, payload.id)] = digest + context.height.to_bytes(8, "big")
        return Outcome(wire, digest, receipt.result_code, None, fault)

    def _count_refused(self, ledger: Ledger, kid: str, payload: Payload, context: Context) -> None:
        """Count a refused identifier against its key until the hour of its expiry has passed."""
        now = context.time_ms // MS_PER_HOUR
        before = ledger.find(RefusedByKey, kid)
        counts = {hour: n for hour, n in (before.hours if before else ()) if hour >= now}
        hour = payload.expires // MS_PER_HOUR
        counts[hour] = counts.get(hour, 0) + 1
        ledger.writes[RefusedByKey.key(kid)] = RefusedByKey(hours=tuple(sorted(counts.items())))

    def _follow_refusal(
        self, ledger: Ledger, payload: Payload, refusal: Refusal, asked: Context
    ) -> str:
        """Let the room record what it keeps of a refusal; return our error, if it made one."""
        try:
            done = run_refused(self.modules, ledger, payload, refusal, asked)
        except Refusal as again:
            return f"after {refusal.code}: {again} {again.__cause__!r}"
        if done is not None:
            ledger.absorb(done.layer)
            self._after_refusals.append(_automatic_receipt(f"refused {payload.id}", done.events))
        return ""

    # -- what the application writes itself ----------------------------------------------------

    def _run_due(
        self, ledger: Ledger, context: Context
    ) -> tuple[tuple[bytes, ...], tuple[str, ...]]:
        receipts: list[bytes] = []
        faults: list[str] = []
        for item in schedule.due_now(ledger, context.time_ms):
            name = f"{item.handler} {item.subject} {item.due_ms}"
            own = Context(
                setting=self.setting,
                height=context.height,
                time_ms=context.time_ms,
                command_id=name,
            )
            try:
                done = run_due(self.modules, ledger, item, own)
            except Refusal as refusal:
                faults.append(f"{name}: {refusal} {refusal.__cause__!r}")
                done = run_events(self.modules, ledger, own, _failed(item, refusal.code, own))
            ledger.absorb(done.layer)
            receipts.append(_automatic_receipt(name, done.events))
        return tuple(receipts), tuple(faults)

    def _note_spent(
        self, ledger: Ledger, kept: Sequence[tuple[Token, Outcome]]
    ) -> list[tuple[int, bytes, bytes]]:
        """Chain what was spent, by the hour of its expiry; return it as the store takes it."""
        chains: dict[int, tuple[int, bytes]] = {}
        spent = []
        for token, _ in kept:
            payload = read(token)
            hour = payload.expires // MS_PER_HOUR
            if hour not in chains:
                before = ledger.find(SpentHour, f"{hour:010d}")
                chains[hour] = (before.count, bytes.fromhex(before.chain)) if before else (0, ZERO)
            count, chain = chains[hour]
            kid = token.envelope.kid if token.envelope else ""
            key = spent_key(kid, payload.id)
            value = self._spent[key]
            chains[hour] = (count + 1, spent_link(chain, kid.encode(), payload.id.encode(), value))
            spent.append((hour, key, value))
        for hour, (count, chain) in chains.items():
            ledger.writes[SpentHour.key(f"{hour:010d}")] = SpentHour(count=count, chain=chain.hex())
        return spent


def _drop_expired(ledger: Ledger, used: tuple[int, ...], now: int) -> tuple[int, ...]:
    """Delete what was spent in hours that have passed; keep the list of the others."""
    before = ledger.find(SpentHours, "head")
    listed = before.hours if before else ()
    passed = tuple([hour for hour in listed if hour < now])
    for hour in passed:
        ledger.writes[SpentHour.key(f"{hour:010d}")] = None
    hours = tuple(sorted(dict.fromkeys((*listed, *used))))
    hours = tuple(hour for hour in hours if hour >= now)
    if hours != listed:
        ledger.writes[SpentHours.key("head")] = SpentHours(hours=hours)
    return passed


def _note_automatic(ledger: Ledger, automatic: Sequence[bytes]) -> None:
    if not automatic:
        return
    before = ledger.find(Automatic, "head")
    count, chain = (before.count, bytes.fromhex(before.chain)) if before else (0, ZERO)
    for wire in automatic:
        count, chain = count + 1, hashlib.sha256(chain + receipt_hash(wire)).digest()
    ledger.writes[Automatic.key("head")] = Automatic(count=count, chain=chain.hex())


def _automatic_receipt(name: str, events: tuple[Event, ...]) -> bytes:
    return receipt_bytes(Receipt(kid="", id=name, kind="", events=events))


def _failed(item: schedule.DueItem, code: str, own: Context) -> Callable[[Ledger], Iterator[Event]]:
    def steps(_layer: Ledger) -> Iterator[Event]:
        yield schedule.Unscheduled(due_ms=item.due_ms, handler=item.handler, subject=item.subject)
        yield from schedule.after_failure(item, code, own.time_ms, own.record_id())

    return steps
