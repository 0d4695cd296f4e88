"""The application: the same code under every engine. It turns blocks into state.

An engine calls `finalize` for each block in order, then `commit`, which makes everything that was
finalized since the last commit durable in one transaction; solo commits three blocks at once.
Nothing is written before `commit` (design section 5, drills).
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from mingzhang.consensus.admission import (
    Token,
    read,
    require_timely,
    require_unspent,
)
from mingzhang.consensus.committed import Committed
from mingzhang.consensus.genesis import Genesis
from mingzhang.kernel import schedule
from mingzhang.kernel.calendar import MS_PER_HOUR
from mingzhang.kernel.context import Context, Setting
from mingzhang.kernel.execute import Done, run, run_command, run_due, run_events
from mingzhang.kernel.faults import NodeFault
from mingzhang.kernel.house import (
    Automatic,
    History,
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
from mingzhang.kernel.records import Command, Event
from mingzhang.kernel.refusals import Refusal, SignatureWrong, Void
from mingzhang.kernel.scan import Payload
from mingzhang.ledger.blocks import Block
from mingzhang.ledger.store import Store
from mingzhang.verify.comet import ExecTxResult
from mingzhang.verify.merkle import Head

VOID_CODE = 3
"""Result code of a command that counts as nothing: its proposer should have left it out."""
ZERO = bytes(32)

RESTART = "Restart this node."
SignatureCheck = Callable[[bytes, bytes, bytes], bool]
"""From (public key, message, signature) to whether libsodium accepts it."""


class Outcome(NamedTuple):
    """What became of one command of a block."""

    token: Token
    receipt: bytes
    """Canonical bytes; empty when void."""
    receipt_sha256: bytes
    """Its hash; empty when void."""
    code: int
    void: Void | None = None
    fault: str = ""
    """For KER-00: what our error was. Goes to the alarm, never into the block."""


@dataclass(frozen=True, slots=True)
class Finalized:
    """What a block did. `moved` says that commands or due items changed the map."""

    height: int
    time_ms: int
    app_hash: bytes
    outcomes: tuple[Outcome, ...]
    automatic: tuple[bytes, ...]
    faults: tuple[str, ...]
    moved: bool

    @property
    def results(self) -> tuple[ExecTxResult, ...]:
        """The results that consensus covers, one per command."""
        return tuple([ExecTxResult(each.code, each.receipt_sha256) for each in self.outcomes])


class Application:
    """State machine over a store. One thread calls `finalize` and `commit`."""

    def __init__(
        self, store: Store, versions: dict[int, Modules], signature_holds: SignatureCheck
    ) -> None:
        self._store = store
        self._versions = versions
        self._signature_holds = signature_holds
        self.committed: Committed
        self.setting: Setting
        if store.height >= 0:
            self._resume()

    # -- beginning ---------------------------------------------------------------------------

    def begin(self, genesis: Genesis, salt: bytes) -> Finalized:
        """Write genesis as height 0. Raises `ValueError` when the salt is not the file's."""
        if self._store.height >= 0:
            raise ValueError("the ledger has begun already")
        if hashlib.sha256(salt).hexdigest() != genesis.salt_sha256:
            raise ValueError("the salt beside the genesis file is another one")
        modules = self._versions[genesis.app_version]
        self.setting = genesis.setting
        self.committed = Committed(self._store, modules, genesis.offset_s)
        context = Context(setting=self.setting, height=0, time_ms=genesis.time_ms)
        ledger = Ledger(modules, self.committed)
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
        seed = hashlib.sha256(salt).digest()
        self._seed = salt
        self._moved = False
        return self._stage(ledger, context, seed, (), tuple(automatic), (), moved=True)

    def _resume(self) -> None:
        version, setting = self._boot_records()
        self.setting = setting.setting
        self.committed = Committed(
            self._store, self._versions[version.current], self.setting.offset_s
        )
        seed = self._store.meta("seed")
        moved = self._store.meta("moved")
        if seed is None or moved is None:
            raise NodeFault("no salt seed", "the store", "Restore this node from a snapshot.")
        self._seed = seed
        self._moved = moved == b"1"

    def _boot_records(self) -> tuple[Version, SettingRecord]:
        first = Committed(self._store, self._versions[min(self._versions)], 0)
        version = first.load(Version.key("app"))
        setting = first.load(SettingRecord.key("genesis"))
        if not isinstance(version, Version) or not isinstance(setting, SettingRecord):
            raise NodeFault(
                "no version or setting record", "the store", "Restore this node from a snapshot."
            )
        return version, setting

    # -- blocks ------------------------------------------------------------------------------

    @property
    def modules(self) -> Modules:
        """The manifest in force."""
        return self.committed.modules

    @property
    def version(self) -> int:
        """The application version in force."""
        version = self.view().require(Version, "app")
        return version.current

    @property
    def height(self) -> int:
        """The last finalized height."""
        return self._store.height

    @property
    def app_hash(self) -> bytes:
        """The root of the map after the last finalized block."""
        return self._store.root

    @property
    def needs_seal(self) -> bool:
        """True when the last block moved the map, so that the next one appends to the history."""
        return self._moved

    def view(self) -> Ledger:
        """Return a view of the state after the last finalized block."""
        return Ledger(self.modules, self.committed)

    def reading(self) -> Ledger:
        """Return a view for other threads than the engine's."""
        state = Committed(self._store, self.modules, self.setting.offset_s, cached=False)
        return Ledger(self.modules, state)

    def next_due_ms(self) -> int | None:
        """Return when something is due, or None."""
        return schedule.next_due_ms(self.view())

    def finalize(
        self, height: int, time_ms: int, block_hash: bytes, tokens: Sequence[Token]
    ) -> Finalized:
        """Execute the next block. `block_hash` is that of its header, used only if it seals.

        Raises `NodeFault` when the height is not the next one or this machine fails.
        """
        if height != self._store.height + 1:
            raise NodeFault(f"block {height} after {self._store.height}", "the engine", RESTART)
        context = Context(setting=self.setting, height=height, time_ms=time_ms)
        ledger = Ledger(self.modules, self.committed)
        if self._moved:
            if not block_hash:
                raise NodeFault(
                    f"block {height} seals writes without a header", "the engine", RESTART
                )
            self._append_history(ledger, height, block_hash)
        automatic, faults = self._run_due(ledger, context)
        outcomes = tuple(self._deliver(token, ledger, context) for token in tokens)
        spent = [each for each in outcomes if each.receipt]
        moved = bool(automatic or spent)
        seed = self._seed
        if moved:
            signatures = [each.token.envelope.signature for each in spent if each.token.envelope]
            seed = hashlib.sha256(self._seed + b"".join(signatures)).digest()
            self._note_spent(ledger, spent, context)
            self._note_automatic(ledger, automatic)
        faults += tuple(each.fault for each in outcomes if each.fault)
        self._seed = seed
        return self._stage(
            ledger, context, hashlib.sha256(seed).digest(), outcomes, automatic, faults, moved=moved
        )

    def journal(self, block: Block, wire: bytes) -> None:
        """Stage the journal's record of a finalized block."""
        self._store.stage_journal(block.height, wire)

    def commit(self) -> None:
        """Make everything finalized since the last commit durable, in one transaction."""
        self._store.stage_meta("seed", self._seed)
        self._store.stage_meta("moved", b"1" if self._moved else b"0")
        self._store.commit()

    def _stage(
        self,
        ledger: Ledger,
        context: Context,
        commitment: bytes,
        outcomes: tuple[Outcome, ...],
        automatic: tuple[bytes, ...],
        faults: tuple[str, ...],
        *,
        moved: bool,
    ) -> Finalized:
        if moved:
            ledger.writes[Salt.key("head")] = Salt(commitment=commitment.hex())
        self.committed.stage_indexes(ledger.index_writes)
        app_hash = self._store.stage(
            context.height, self.committed.encoded(ledger.writes), self._seed
        )
        self._moved = moved
        return Finalized(
            context.height, context.time_ms, app_hash, outcomes, automatic, faults, moved
        )

    # -- commands ----------------------------------------------------------------------------

    def worth_a_block(self, tokens: Sequence[Token], time_ms: int) -> bool:
        """Say whether a block of these tokens at this time would write anything."""
        view = self.view()
        context = Context(setting=self.setting, height=self.height + 1, time_ms=time_ms)
        if schedule.due_now(view, time_ms, 1):
            return True
        for token in tokens:
            try:
                self.admit(token, view, context)
            except Void:
                continue
            return True
        return False

    def voided(self, token: Token, time_ms: int) -> Outcome:
        """Return the outcome of a token that `admit` refuses."""
        context = Context(setting=self.setting, height=self.height + 1, time_ms=time_ms)
        return self._deliver(token, self.view(), context)

    def preview(self, command: Command, asked: Context) -> Done:
        """Run a command on an overlay and record nothing: the ledger's own answer.

        Raises the refusal that the command would get.
        """
        return run(self.modules, self.view(), command, asked)

    def require_signed(self, token: Token, ledger: Ledger, context: Context) -> str:
        """Return the signer of a token: steps two and three. Raises a `Void` refusal."""
        if token.void is not None or token.envelope is None:
            raise token.void or SignatureWrong()
        envelope = token.envelope
        person, key = self.modules.gate.public_key(envelope.kid, context, ledger)
        if token.public_key != key:
            token.public_key = key
            token.signed = self._signature_holds(key, envelope.signing_input, envelope.signature)
        if not token.signed:
            raise SignatureWrong
        return person

    def admit(self, token: Token, ledger: Ledger, context: Context) -> tuple[str, Payload]:
        """Pass all void checks. Returns (person, payload), or raises the first `Void`."""
        person = self.require_signed(token, ledger, context)
        payload = read(token)
        require_timely(payload, context)
        kid = token.envelope.kid if token.envelope else ""
        spent = self.spent(kid, payload.id) is not None
        require_unspent(payload, kid, context, ledger, spent=spent)
        return person, payload

    def spent(self, kid: str, command_id: str) -> bytes | None:
        """Return receipt hash (32) ‖ height (8) of a spent identifier, or None."""
        return self._store.spent(f"{command_id}|{kid}".encode())

    def _deliver(self, token: Token, ledger: Ledger, context: Context) -> Outcome:
        try:
            person, payload = self.admit(token, ledger, context)
        except Void as void:
            return Outcome(token, b"", b"", VOID_CODE, void)
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
        else:
            ledger.absorb(done.layer)
            receipt = Receipt(kid=kid, id=payload.id, kind=payload.kind, events=done.events)
        wire = receipt_bytes(receipt)
        digest = receipt_hash(wire)
        self._store.stage_spent(
            context.height,
            payload.expires // MS_PER_HOUR,
            f"{payload.id}|{kid}".encode(),
            digest + context.height.to_bytes(8, "big"),
            asked=True,
        )
        return Outcome(token, wire, digest, receipt.result_code, None, fault)

    def _count_refused(self, ledger: Ledger, kid: str, payload: Payload, context: Context) -> None:
        """Count a refused identifier against its key until the hour of its expiry has passed."""
        now = context.time_ms // MS_PER_HOUR
        before = ledger.find(RefusedByKey, kid)
        counts = {hour: n for hour, n in (before.hours if before else ()) if hour >= now}
        hour = payload.expires // MS_PER_HOUR
        counts[hour] = counts.get(hour, 0) + 1
        ledger.writes[RefusedByKey.key(kid)] = RefusedByKey(hours=tuple(sorted(counts.items())))

    # -- what the application writes itself ----------------------------------------------------

    def _append_history(self, ledger: Ledger, height: int, block_hash: bytes) -> None:
        before = ledger.find(History, "head")
        head = (
            Head()
            if before is None
            else Head(before.size, tuple(bytes.fromhex(peak) for peak in before.peaks))
        )
        after = head.append(block_hash)
        ledger.writes[History.key("head")] = History(
            size=after.size,
            root=after.root().hex(),
            peaks=tuple(peak.hex() for peak in after.peaks),
        )
        entry = block_hash + height.to_bytes(8, "big")
        self._store.stage_meta(f"history/{head.size:012d}", entry)

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

    def _note_spent(self, ledger: Ledger, spent: Sequence[Outcome], context: Context) -> None:
        chains: dict[int, tuple[int, bytes]] = {}
        for each in spent:
            payload = read(each.token)
            hour = payload.expires // MS_PER_HOUR
            if hour not in chains:
                before = ledger.find(SpentHour, f"{hour:010d}")
                chains[hour] = (before.count, bytes.fromhex(before.chain)) if before else (0, ZERO)
            count, chain = chains[hour]
            kid = each.token.envelope.kid if each.token.envelope else ""
            value = each.receipt_sha256 + context.height.to_bytes(8, "big")
            chains[hour] = (count + 1, spent_link(chain, kid.encode(), payload.id.encode(), value))
        for hour, (count, chain) in chains.items():
            ledger.writes[SpentHour.key(f"{hour:010d}")] = SpentHour(count=count, chain=chain.hex())
        self._drop_expired(ledger, tuple(chains), context.time_ms // MS_PER_HOUR)

    def _drop_expired(self, ledger: Ledger, used: tuple[int, ...], now: int) -> None:
        """Delete what was spent in hours that have passed, and keep the list of the others."""
        before = ledger.find(SpentHours, "head")
        listed = before.hours if before else ()
        for hour in listed:
            if hour < now:
                ledger.writes[SpentHour.key(f"{hour:010d}")] = None
                self._store.drop_spent(hour)
        hours = tuple(sorted(dict.fromkeys((*listed, *used))))
        hours = tuple(hour for hour in hours if hour >= now)
        if hours != listed:
            ledger.writes[SpentHours.key("head")] = SpentHours(hours=hours)

    def _note_automatic(self, ledger: Ledger, automatic: Sequence[bytes]) -> None:
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
