"""The LMDB environment: opened, read, grown between blocks, written in one durable transaction.

Default flags only: with `sync=False` or `metasync=False` a power cut loses blocks, with WRITEMAP a
full disk kills the process (lab/storage-and-faults.md). Every exception of the store, the disk and
memory leaves here as a `NodeFault`.

One lock guards all access: LMDB moves its memory map when it grows, which no reader may be in.
The durable write itself runs outside the lock, so a reader waits for no disk.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from threading import RLock
from types import TracebackType
from typing import Final

import lmdb

from mingzhang.kernel.faults import NodeFault
from mingzhang.ledger.damaged import Damaged
from mingzhang.ledger.sealed import COLLECTIONS, name_of, seal_all, unseal
from mingzhang.ledger.witness import FILE_NAME, WITNESS_BYTES, expect_not_behind, witness_of

FIRST_MAP_BYTES: Final = 256 << 20
"""Address space of a new store; it grows by doubling, at most by `STEP_MAP_BYTES` at a time."""
STEP_MAP_BYTES: Final = 8 << 30
SPARE_MAP_BYTES: Final = 32 << 20
PAGE_BYTES: Final = 4096
PAGES_A_WRITE: Final = 4
"""Pages that one scattered write copies at most on its way, the shared upper ones left out."""
CHUNK_ENTRIES: Final = 512
SINGLE_PAGES_FROM_BYTES: Final = 16 << 20
"""A store of less needs no care how the kernel keeps its pages (`_keep_pages_single`)."""
SINGLE_PAGES_STEP_BYTES: Final = 8 << 20
ADVICE_BYTES: Final = 128 << 10
"""What any system reads ahead at one's advice."""

OF_THE_STORE: Final = (lmdb.Error, OSError, MemoryError)


def fault_of(error: BaseException, where: str) -> NodeFault:
    """Return the fault that stops the node when the store, the disk or memory raises `error`."""
    return NodeFault(
        f"存储失败 the store failed: {type(error).__name__}: {error}",
        where,
        "停止本节点，核对磁盘空间与健康，再重启 "
        "Stop this node; check the disk's space and health, then restart.",
    )


class Environment:
    """One LMDB environment in a folder. Any thread may call; one of them writes."""

    def __init__(self, folder: Path, *, create: bool, reading: bool = False) -> None:
        """Open the environment that stands in `folder`, or make it there.

        With `reading` another process writes it; this one sees what is committed at `refresh`.
        Raises `NodeFault` when there is none (or, creating, one already), or it cannot be opened.
        """
        self.where = str(folder)
        self._lock = RLock()
        self._pid = os.getpid()
        self._closed = False
        self._single_until = 0
        if create == (folder / "data.mdb").exists():
            what = (
                "此处已有账本 a ledger stands here already"
                if create
                else "此处没有账本 no ledger here"
            )
            raise NodeFault(what, self.where, "核对路径 Check the path.")
        try:
            if create:
                folder.mkdir(parents=True, exist_ok=True)
            self._env = lmdb.open(
                self.where,
                map_size=FIRST_MAP_BYTES,
                max_dbs=len(COLLECTIONS),
                create=create,
                readonly=reading,
            )
            self._env.reader_check()
            if not reading:
                self._cover(folder)
            self._dbs = {
                name: self._env.open_db(name.encode(), create=create) for name in COLLECTIONS
            }
            self._reader = self._env.begin()
            access = os.O_RDONLY if reading else os.O_RDWR | os.O_CREAT
            self._witness = os.open(folder / FILE_NAME, access, 0o644)
        except OF_THE_STORE as error:
            raise fault_of(error, self.where) from error

    def _cover(self, folder: Path) -> None:
        """Give the file the length that its head says, in zeros.

        LMDB may leave its last pages unwritten when nothing stands in them; but a file that lost
        its end would kill the process when read there, while pages of zeros are named as damage.
        """
        expected = (self._env.info()["last_pgno"] + 1) * self._env.stat()["psize"]
        if (folder / "data.mdb").stat().st_size < expected:
            os.truncate(folder / "data.mdb", expected)

    def __enter__(self) -> None:
        """Hold the lock: what is read inside is of one moment, and errors become faults."""
        self._lock.acquire()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._lock.release()
        if isinstance(error, OF_THE_STORE):
            raise fault_of(error, self.where) from error

    def read(self, collection: str, key: bytes) -> bytes | None:
        """Return a committed value, or None. Raises `Damaged` when its checksum differs."""
        try:
            with self._lock:
                raw = self._reader.get(key, db=self._dbs[collection])
        except OF_THE_STORE as error:
            raise fault_of(error, f"{collection} {name_of(collection, key)}") from error
        return None if raw is None else unseal(collection, key, raw)

    def read_surely(self, collection: str, key: bytes) -> bytes | None:
        """Return a committed value; where there is none, make sure by the neighbours of its place.

        A flipped bit in a key hides the entry, but a search that misses it ends beside it: the
        entries on both sides must carry a right checksum and stand on their right side.
        """
        with self:
            found = self.read(collection, key)
            if found is not None:
                return found
            cursor = self._reader.cursor(db=self._dbs[collection])
            if cursor.set_range(key):
                self._expect(collection, cursor, key, after=True)
                before = cursor.prev()
            else:
                before = cursor.last()
            if before:
                self._expect(collection, cursor, key, after=False)
        return None

    def _expect(self, collection: str, cursor: lmdb.Cursor, place: bytes, *, after: bool) -> None:
        """Raise `Damaged` unless the entry is whole and stands after, or before, a place."""
        key = bytes(cursor.key())
        unseal(collection, key, bytes(cursor.value()))
        if key <= place if after else key >= place:
            raise Damaged(collection, name_of(collection, key), "次序错乱 out of order")

    def entries(self, collection: str, first: bytes = b"") -> Iterator[tuple[bytes, bytes]]:
        """Yield committed (key, sealed value) from `first` on, each chunk as of its moment.

        The caller unseals. Raises `Damaged` where keys do not rise.
        """
        following, last = first, b""
        chunk: list[tuple[bytes, bytes]] = []
        while not last or len(chunk) == CHUNK_ENTRIES:
            with self:
                cursor = self._reader.cursor(db=self._dbs[collection])
                found = cursor.set_range(following)
                chunk = list(islice(cursor, CHUNK_ENTRIES)) if found else []
            for key, raw in chunk:
                if key <= last:
                    raise Damaged(collection, name_of(collection, key), "次序错乱 out of order")
                last = key
                yield key, raw
            if not last:
                return
            following = last + b"\0"

    def count(self, collection: str) -> int:
        """Return the number of entries that LMDB says a collection holds."""
        with self:
            return int(self._reader.stat(self._dbs[collection])["entries"])

    def write(
        self,
        writes: Mapping[str, Mapping[bytes, bytes | None]],
        counts: Mapping[str, int],
        unchanged: tuple[bytes, bytes] | None,
    ) -> None:
        """Write bodies (None deletes) in one transaction that is durable when this returns.

        `counts` is what each collection must then hold. `unchanged` is a key and body of `meta`
        that must still stand as read: another process that wrote to the store is found by it.
        Raises `NodeFault`, and then nothing is written; the node must stop, whatever the cause.
        """
        if os.getpid() != self._pid:
            raise NodeFault(
                "账本在分叉后的进程中写入 a forked process wrote to the ledger",
                self.where,
                "分叉后再打开 Open the store after the fork.",
            )
        sealed = {
            name: seal_all(name, [(k, v) for k, v in of.items() if v is not None])
            for name, of in writes.items()
        }
        try:
            self._make_room(sealed)
            self._keep_pages_single()
            with self._env.begin(write=True) as transaction:
                if unchanged is not None:
                    self._expect_unchanged(transaction, *unchanged)
                for name, puts in sealed.items():
                    db = self._dbs[name]
                    transaction.cursor(db=db).putmulti(puts)
                    for key in sorted([k for k, v in writes[name].items() if v is None]):
                        transaction.delete(key, db=db)
                for name, count in counts.items():
                    held = transaction.stat(self._dbs[name])["entries"]
                    if held != count:
                        raise Damaged(name, "count", f"条数 {held}，应为 entries, expected {count}")
        except OF_THE_STORE as error:
            raise fault_of(error, self.where) from error

    def expect_head(self, head: bytes) -> None:
        """Raise `Damaged` when the witness has seen a later head than the store's."""
        with self:
            expect_not_behind(head, os.pread(self._witness, WITNESS_BYTES + 1, 0))

    def witness(self, head: bytes) -> None:
        """Write the head that `write` has just made durable into its second place."""
        with self:
            os.pwrite(self._witness, witness_of(head), 0)

    def refresh(self) -> None:
        """Let reads see what was written last. Until then they see what stood before."""
        with self:
            self._reader.abort()
            try:
                self._reader = self._env.begin()
            except lmdb.MapResizedError:
                self._env.set_mapsize(0)  # as large as the process that writes has made it
                self._reader = self._env.begin()

    def copy_to(self, folder: Path) -> None:
        """Write a consistent, compact copy into a new folder; writing may go on meanwhile."""
        try:
            folder.mkdir(parents=True)
            self._env.copy(str(folder), compact=True)
        except OF_THE_STORE as error:
            raise fault_of(error, str(folder)) from error

    def close(self) -> None:
        """Close the environment; the object is of no use afterwards. Once more does nothing."""
        with self:
            if not self._closed:
                self._closed = True
                self._reader.abort()
                self._env.close()
                os.close(self._witness)

    @staticmethod
    def copy_beside(folder: Path, into: Path) -> None:
        """Write a consistent, compact copy of a ledger that another process may be writing to.

        Raises `NodeFault`.
        """
        if not (folder / "data.mdb").exists():
            Environment(folder, create=False)  # says that there is none
        try:
            if not Environment.in_use(folder):
                Environment(folder, create=False).close()  # what has lost its end gets its length
            into.mkdir(parents=True)
            with lmdb.open(str(folder), max_dbs=len(COLLECTIONS), readonly=True) as found:
                found.copy(str(into), compact=True)
        except OF_THE_STORE as error:
            raise fault_of(error, str(folder)) from error

    @staticmethod
    def in_use(folder: Path) -> bool:
        """Tell whether a process has opened the ledger in a folder. Raises what LMDB raises."""
        with lmdb.open(str(folder), max_dbs=len(COLLECTIONS), readonly=True) as found:
            found.reader_check()
            return "no active" not in found.readers()

    def _expect_unchanged(self, transaction: lmdb.Transaction, key: bytes, body: bytes) -> None:
        raw = transaction.get(key, db=self._dbs["meta"])
        if raw is None or unseal("meta", key, bytes(raw)) != body:
            raise NodeFault(
                "另一进程写过此账本 another process wrote to this ledger",
                self.where,
                "同一账本只运行一个节点 Run one node per ledger, then restart.",
            )

    def _make_room(self, sealed: Mapping[str, Sequence[tuple[bytes, bytes]]]) -> None:
        """Grow the memory map when the transaction at hand might not fit."""
        size = SPARE_MAP_BYTES
        for puts in sealed.values():
            size += len(puts) * PAGES_A_WRITE * PAGE_BYTES + sum([len(raw) for _, raw in puts])
        with self:
            info = self._env.info()
            held = (info["last_pgno"] + 1) * PAGE_BYTES
            room = info["map_size"]
            if held + size > room:
                self._reader.abort()
                self._env.set_mapsize(room + max(size, min(room, STEP_MAP_BYTES)))
                self._reader = self._env.begin()

    def _keep_pages_single(self) -> None:
        """Have the kernel cache the pages behind the file's end one by one, as zeros.

        LMDB writes new pages in long runs, and Linux caches a run as one folio. Later LMDB writes
        eight scattered pages a payment, and each passes over its whole folio, when it is written
        and when it is synced: 12 µs a page instead of 4 (measured: ext4, Linux 6.18).
        """
        held = (self._env.info()["last_pgno"] + 1) * PAGE_BYTES
        if held < SINGLE_PAGES_FROM_BYTES or held + SINGLE_PAGES_STEP_BYTES < self._single_until:
            return
        first = max(held, self._single_until)
        self._single_until = first + 2 * SINGLE_PAGES_STEP_BYTES
        with (Path(self.where) / "data.mdb").open("r+b", buffering=0) as file:
            if os.fstat(file.fileno()).st_size < self._single_until:
                file.truncate(self._single_until)
            for at in range(first, self._single_until, ADVICE_BYTES):
                os.posix_fadvise(file.fileno(), at, ADVICE_BYTES, os.POSIX_FADV_WILLNEED)
