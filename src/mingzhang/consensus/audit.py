"""`mingzhang audit`: a ledger executed again from its genesis, and held against what is stored.

Each block of the journal is executed on an empty store; headers, receipts, signatures, leaves,
indexes and spent identifiers must come out byte for byte. The first difference is named: height,
key, byte. What is derived is recomputed, whole-ledger truths of the rooms included.
"""

import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from mingzhang.consensus.admission import opened
from mingzhang.consensus.application import Application
from mingzhang.consensus.genesis import Genesis, read_genesis
from mingzhang.kernel.faults import NodeFault
from mingzhang.kernel.modules import Modules
from mingzhang.kernel.records import Record
from mingzhang.ledger.blocks import Block, read_block
from mingzhang.ledger.store import Store
from mingzhang.verify import comet
from mingzhang.verify.ed25519 import signature_holds

COMMIT_EVERY = 64
"""Blocks re-executed per durable write of the scratch store."""


@dataclass(frozen=True, slots=True)
class Difference:
    """The first thing that is not as it must be. `byte` is the offset, or None."""

    height: int
    what: str
    """``block``, ``header``, ``commit``, ``receipt``, ``leaf``, ``index``, ``total`` …"""
    key: str
    byte: int | None
    detail: str


@dataclass(frozen=True, slots=True)
class Audit:
    """What an audit saw. Nothing is wrong when `differences` is empty."""

    heights: int
    commands: int
    records: int
    app_hash: str
    differences: tuple[Difference, ...]


class _Found(Exception):
    def __init__(self, difference: Difference) -> None:
        super().__init__(difference)
        self.difference = difference


def audit_home(
    home: Path, versions: Mapping[int, Modules], on_height: Callable[[int, int], None] | None = None
) -> Audit:
    """Audit the ledger in a node's folder, which no node may be running on.

    `on_height(height, last)` is called now and then. Damage of the stored bytes is a difference
    too; only a folder that is no ledger raises (`NodeFault`).
    """
    genesis = read_genesis(home / "genesis.json")
    salt = bytes.fromhex((home / "salt").read_text().strip())
    run = _Run(genesis, dict(versions), on_height or (lambda _height, _last: None))
    with tempfile.TemporaryDirectory(prefix="mingzhang-audit-") as scratch:
        try:
            store = Store.open(home / "ledger")
        except NodeFault as fault:
            return run.result(Difference(0, "store", fault.where, None, str(fault)))
        try:
            run.replay(store, Path(scratch) / "ledger", salt)
        except _Found as found:
            return run.result(found.difference)
        except NodeFault as fault:
            return run.result(Difference(run.height, "store", fault.where, None, str(fault)))
        finally:
            store.close()
    return run.result(None)


class _Run:
    """One audit at work."""

    def __init__(
        self,
        genesis: Genesis,
        versions: dict[int, Modules],
        on_height: Callable[[int, int], None],
    ) -> None:
        self._genesis = genesis
        self._versions = versions
        self._on_height = on_height
        self._validators = [
            comet.Validator(bytes.fromhex(each.public_key), each.power)
            for each in genesis.validators
        ]
        self.height = 0
        self._commands = 0
        self._records = 0
        self._app_hash = b""
        self._last: Block | None = None
        self._results: tuple[comet.ExecTxResult, ...] = ()

    def result(self, difference: Difference | None) -> Audit:
        """Return what was seen so far."""
        differences = () if difference is None else (difference,)
        return Audit(self.height, self._commands, self._records, self._app_hash.hex(), differences)

    def replay(self, store: Store, scratch: Path, salt: bytes) -> None:
        """Execute everything again and compare. Raises `_Found` at the first difference."""
        fresh = Store.create(scratch, bytes.fromhex(self._genesis.sha256))
        try:
            application = Application(fresh, self._versions, signature_holds)
            begun = application.begin(self._genesis, salt)
            expected = 0
            for height, wire in store.blocks(0, store.committed_height):
                self.height = height
                if height != expected:
                    self._differ("block", f"journal/{expected}", None, "missing")
                expected += 1
                block = self._read(wire)
                if height == 0:
                    self._compare_all("receipt", block.automatic, begun.automatic)
                else:
                    self._block(application, block)
                if height % COMMIT_EVERY == 0:
                    application.commit()
                    self._on_height(height, store.committed_height)
            application.commit()
            if expected != store.committed_height + 1:
                self._differ("block", f"journal/{expected}", None, "missing")
            self._app_hash = application.app_hash
            self._compare_bytes("root", "app_hash", store.root, application.app_hash)
            self._state(store, fresh)
            self._totals(application, fresh)
            for damage in store.check():
                self._differ("store", str(damage), None, "damaged bytes")
        finally:
            fresh.close()

    def _read(self, wire: bytes) -> Block:
        try:
            return read_block(wire)
        except msgspec.MsgspecError as error:
            self._differ("block", f"journal/{self.height}", None, str(error))
            raise AssertionError from error

    def _block(self, application: Application, block: Block) -> None:
        header, commit = block.header, block.commit
        if header is None or commit is None:
            self._differ("header", f"journal/{block.height}", None, "missing")
            return
        self._header(application, block, header, commit)
        tokens = [opened(wire) for wire in block.commands]
        final = application.finalize(block.height, block.time_ms, block.block_hash, tokens)
        self._commands += len(tokens)
        self._compare_all("receipt", block.receipts, tuple(o.receipt for o in final.outcomes))
        self._compare_all("automatic", block.automatic, final.automatic)
        self._last, self._results = block, final.results

    def _header(
        self, application: Application, block: Block, header: comet.Header, commit: comet.Commit
    ) -> None:
        where = f"header/{block.height}"
        self._compare_bytes("header", where, block.block_hash, comet.header_hash(header))
        self._compare_bytes("header", f"{where}/app_hash", header.app_hash, application.app_hash)
        data_hash = comet.data_hash(block.commands)
        self._compare_bytes("header", f"{where}/data_hash", header.data_hash, data_hash)
        results = comet.results_hash(self._results)
        last_results = f"{where}/last_results_hash"
        self._compare_bytes("header", last_results, header.last_results_hash, results)
        if self._last is not None and self._last.commit is not None:
            before = self._last.block_hash
            last_id = f"{where}/last_block_id"
            self._compare_bytes("header", last_id, header.last_block_id.hash, before)
        if header.height != block.height or header.time_ns != block.time_ms * 1_000_000:
            self._differ("header", where, None, "height or time differ from the block's")
        try:
            comet.verify_commit(self._genesis.chain, self._validators, header, commit)
        except comet.CommitRefused as refused:
            self._differ("commit", where, None, refused.reason)

    def _state(self, store: Store, fresh: Store) -> None:
        theirs, ours = store.leaves(), fresh.leaves()
        while True:
            one, other = next(theirs, None), next(ours, None)
            if one is None and other is None:
                return
            if one is None or other is None or one[:2] != other[:2]:
                key = one[1] if one is not None else other[1] if other is not None else ""
                self._differ("leaf", key, None, "not on both sides")
                continue
            self._records += 1
            self._compare_bytes("leaf", one[1], one[2].record, other[2].record)
            self._compare_bytes("leaf", f"{one[1]} (salt)", one[2].salt, other[2].salt)

    def _totals(self, application: Application, fresh: Store) -> None:
        pairs = list(self._pairs(application, fresh))
        for module in application.modules.in_order:
            for total in module.totals:
                for sentence in total(pairs):
                    self._differ("total", module.name, None, sentence)

    def _pairs(self, application: Application, fresh: Store) -> Iterator[tuple[str, Record]]:
        modules = application.modules
        for _volume, key, leaf in fresh.leaves():
            if leaf.salt:
                record_type = modules.record_type(key)
                yield key, application.committed.decode(key, record_type, leaf.record)

    def _compare_all(
        self, what: str, stored: tuple[bytes, ...], computed: tuple[bytes, ...]
    ) -> None:
        if len(stored) != len(computed):
            detail = f"{len(stored)} stored, {len(computed)} computed"
            self._differ(what, f"journal/{self.height}", None, detail)
        for place, (one, other) in enumerate(zip(stored, computed, strict=True)):
            self._compare_bytes(what, f"journal/{self.height}/{place}", one, other)

    def _compare_bytes(self, what: str, key: str, stored: bytes, computed: bytes) -> None:
        if stored == computed:
            return
        pairs = enumerate(zip(stored, computed, strict=False))
        shorter = min(len(stored), len(computed))
        byte = next((at for at, (a, b) in pairs if a != b), shorter)
        self._differ(what, key, byte, f"stored {stored[:40]!r}, computed {computed[:40]!r}")

    def _differ(self, what: str, key: str, byte: int | None, detail: str) -> None:
        raise _Found(Difference(self.height, what, key, byte, detail))
