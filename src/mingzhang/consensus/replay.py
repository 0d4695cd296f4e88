"""Blocks of a journal executed again and held against what is stored, byte for byte.

The audit and the restoring of a snapshot go through here: headers, commits, receipts and what fell
due must come out as recorded. The first difference ends the replay and is named.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from mingzhang.consensus.admission import opened
from mingzhang.consensus.application import Application
from mingzhang.kernel.faults import NodeFault
from mingzhang.kernel.records import R, Record
from mingzhang.ledger.blocks import Block, read_block
from mingzhang.ledger.store import Store
from mingzhang.verify import comet

SHOWN_BYTES = 40
What = Literal[
    "genesis",
    "block",
    "header",
    "commit",
    "receipt",
    "automatic",
    "leaf",
    "delta",
    "index",
    "spent",
    "meta",
    "record",
    "total",
    "store",
]
"""The kind of thing that differs; `SAID` says it in words."""
SAID: dict[What, tuple[str, str]] = {
    "genesis": ("创世文件", "genesis file"),
    "block": ("区块", "block"),
    "header": ("区块头", "header"),
    "commit": ("验证人签名", "validators' signatures"),
    "receipt": ("指令回执", "receipt of a command"),
    "automatic": ("到期事项回执", "receipt of what fell due"),
    "leaf": ("记录", "record"),
    "delta": ("区块变动", "changes of a block"),
    "index": ("索引", "index"),
    "spent": ("已用指令编号", "spent identifier"),
    "meta": ("账本自用数据", "the ledger's own data"),
    "record": ("记录", "record"),
    "total": ("全账总数", "truth over all records"),
    "store": ("存储", "stored bytes"),
}
"""Each in Chinese and English."""
MISSING = "缺失 missing"


@dataclass(frozen=True, slots=True)
class Difference:
    """The first thing that is not as it must be. `byte` is the offset, or None."""

    height: int
    what: What
    key: str
    byte: int | None
    detail: str


class Differs(Exception):
    """Something stored is not what was computed."""

    def __init__(self, difference: Difference) -> None:
        super().__init__(difference)
        self.difference = difference

    def __str__(self) -> str:
        found = self.difference
        return f"{found.what} {found.key} @ {found.height}: {found.detail}"


def compare_bytes(height: int, what: What, key: str, stored: bytes, computed: bytes) -> None:
    """Raise `Differs` naming the first byte, unless both are the same."""
    if stored == computed:
        return
    pairs = enumerate(zip(stored, computed, strict=False))
    shorter = min(len(stored), len(computed))
    byte = next((at for at, (a, b) in pairs if a != b), shorter)
    shown = slice(max(0, byte - SHOWN_BYTES // 2), byte + SHOWN_BYTES // 2)
    detail = f"存储 stored …{stored[shown]!r}…，重放 computed …{computed[shown]!r}…"
    raise Differs(Difference(height, what, key, byte, detail))


class Replay:
    """Executes blocks on an application, from genesis or from a state that a header seals."""

    def __init__(
        self, application: Application, validators: Sequence[comet.Validator], *, from_genesis: bool
    ) -> None:
        """Begin where the application stands; `validators` must have signed every header.

        Only after genesis are the results known that the first header covers.
        """
        self.application = application
        self._validators = tuple(validators)
        self.height = application.height
        self.commands = 0
        self._last: Block | None = None
        self._results: tuple[comet.ExecTxResult, ...] | None = () if from_genesis else None

    def read(self, wire: bytes) -> Block:
        """Return the block in the journal's bytes. Raises `Differs` when there is none."""
        try:
            return read_block(wire)
        except msgspec.MsgspecError as error:
            raise self._different("block", f"journal/{self.height}", str(error)) from error

    def execute(self, block: Block) -> None:
        """Execute the next block. Raises `Differs` where anything of it comes out otherwise."""
        self.height = block.height
        header, commit = block.header, block.commit
        if block.height != self.application.height + 1:
            raise self._different("block", f"journal/{self.application.height + 1}", MISSING)
        if header is None or commit is None:
            raise self._different("header", f"journal/{block.height}", MISSING)
        self._header(block, header)
        try:
            comet.verify_commit(header.chain_id, self._validators, header, commit)
        except (comet.CommitRefused, OverflowError) as refused:
            raise self._different("commit", f"header/{self.height}", str(refused)) from refused
        tokens = [opened(wire) for wire in block.commands]
        final = self.application.finalize(block.height, block.time_ms, block.block_hash, tokens)
        self.commands += len(tokens)
        self.compare_all("receipt", block.receipts, tuple(o.receipt for o in final.outcomes))
        self.compare_all("automatic", block.automatic, final.automatic)
        self._last, self._results = block, final.results

    def compare_all(
        self, what: What, stored: tuple[bytes, ...], computed: tuple[bytes, ...]
    ) -> None:
        """Raise `Differs` at the first of a block's parts that is another, or missing."""
        if len(stored) != len(computed):
            detail = f"存储 stored {len(stored)}，重放 computed {len(computed)}"
            raise self._different(what, f"journal/{self.height}", detail)
        for place, (one, other) in enumerate(zip(stored, computed, strict=True)):
            compare_bytes(self.height, what, f"journal/{self.height}/{place}", one, other)

    def _header(self, block: Block, header: comet.Header) -> None:
        setting = self.application.setting
        if header.chain_id != setting.chain or header.height != block.height:
            raise self._different(
                "header", f"header/{self.height}", "属于另一区块 of another block"
            )
        if header.time_ns != block.time_ms * 1_000_000:
            raise self._different("header", f"header/{self.height}", "时间不符 of another time")
        self._compare("", block.block_hash, comet.header_hash(header))
        self._compare("/app_hash", header.app_hash, self.application.app_hash)
        self._compare("/data_hash", header.data_hash, comet.data_hash(block.commands))
        if self._results is not None:
            results = comet.results_hash(self._results)
            self._compare("/last_results_hash", header.last_results_hash, results)
        if self._last is not None and self._last.commit is not None:
            last_commit = comet.commit_hash(self._last.commit)
            self._compare("/last_block_id", header.last_block_id.hash, self._last.block_hash)
            self._compare("/last_commit_hash", header.last_commit_hash, last_commit)

    def _compare(self, field: str, stored: bytes, computed: bytes) -> None:
        compare_bytes(self.height, "header", f"header/{self.height}{field}", stored, computed)

    def _different(self, what: What, key: str, detail: str) -> Differs:
        return Differs(Difference(self.height, what, key, None, detail))


class Records:
    """All records of a store that stands still: `checked` once, then `totals`.

    What totals ask for is kept from the first reading; but records that pile up are read again,
    for all payments of a ledger would fill the memory.
    """

    def __init__(self, store: Store, application: Application) -> None:
        self._store = store
        self._application = application
        self._kept: dict[type[Record], dict[str, Any]] = {}

    def checked(self) -> Iterator[tuple[str, Record]]:
        """Yield every (id, record), by map and position.

        Raises `Differs` for one that its room does not know, that does not decode, that lies in
        another map than its id says, or whose invariant does not hold.
        """
        modules, state = self._application.modules, self._application.committed
        for volume, key, leaf in self._store.leaves():
            if not leaf.salt:
                continue
            try:
                kind = modules.record_type(key)
                record = state.decode(key, kind, leaf.record)
                if state.volume_of(key, kind) != volume:
                    raise self._differs(leaf.height, key, f"所在分册不符 in map {volume or 'main'}")
            except (KeyError, ValueError, NodeFault) as error:
                raise self._differs(leaf.height, key, str(error)) from error
            for holds in modules.invariants[kind]:
                if not holds(record):
                    raise self._differs(leaf.height, key, f"不成立 not {holds.__name__}")
            record_id = key[len(kind.path) + 1 :]
            kept = self._kept.setdefault(kind, {})
            if not kind.piles_up:
                kept[record_id] = record
            yield record_id, record

    def of(self, record_type: type[R]) -> Iterator[tuple[str, R]]:
        """Yield (id, record) of every record of a type. To be asked after `checked` has ended."""
        kept = self._kept.get(record_type)
        if kept is None or not record_type.piles_up:
            yield from (kept or {}).items()
            return
        prefix, decode = record_type.key(""), self._application.committed.decode
        for _, key, leaf in self._store.leaves():
            if key.startswith(prefix):
                yield key[len(prefix) :], decode(key, record_type, leaf.record)

    def totals(self) -> None:
        """Recompute what must be true of all records. Raises `Differs` at the first breach."""
        for module in self._application.modules.in_order:
            for total in module.totals:
                for sentence in total(self):
                    at = self._store.committed_height
                    raise Differs(Difference(at, "total", module.name, None, sentence))

    def _differs(self, height: int, key: str, detail: str) -> Differs:
        return Differs(Difference(height, "record", key, None, detail))
