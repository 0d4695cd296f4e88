"""A ledger as a process reads it that does not write it: what is committed, as of `refresh`.

It keeps no tree, so what it reads is guarded by the entries' checksums alone; the process that
writes compares each bucket with its tree before it changes one.
"""

from hashlib import sha256
from pathlib import Path

from mingzhang.ledger.bucket import decode_bucket
from mingzhang.ledger.damaged import Damaged
from mingzhang.ledger.environment import Environment
from mingzhang.ledger.forest import bucket_key, slot_of
from mingzhang.ledger.leaf import Leaf, leaf_of
from mingzhang.ledger.pending import APPLICATION, HEAD_KEY
from mingzhang.ledger.sealed import name_of
from mingzhang.ledger.store import index_key


class StoreReader:
    """The reads that rules ask for. To be used by one thread."""

    def __init__(self, folder: Path) -> None:
        """Open the ledger that stands in a folder, beside the process that writes it."""
        self._env = Environment(folder, create=False, reading=True)

    @property
    def height(self) -> int:
        """The committed height; -1 in a new ledger."""
        head = self._env.read("meta", HEAD_KEY)
        if head is None:
            raise Damaged("meta", name_of("meta", HEAD_KEY), "缺失 missing")
        return int.from_bytes(head[:8], "big", signed=True)

    def get(self, key: str, volume: str | None = None) -> Leaf | None:
        """Return the leaf of a record, or None where the map holds no such key."""
        position = sha256(key.encode()).digest()
        at = bucket_key((volume or "").encode(), slot_of(position))
        raw = self._env.read_surely("buckets", at)
        for entry in decode_bucket(raw) if raw else ():
            if entry[0] == position:
                return leaf_of(entry.body)
        return None

    def record(self, key: str, volume: str | None = None) -> bytes | None:
        """Return a record's bytes, or None."""
        found = self.get(key, volume)
        return None if found is None else found.record

    def index(self, name: str, key: str) -> str | None:
        """Return the id that an index holds for a key, or None."""
        found = self._env.read_surely("indexes", index_key(name, key))
        return None if found is None else found.decode()

    def spent(self, key: bytes) -> bytes | None:
        """Return the value kept for a spent key, or None."""
        found = self._env.read_surely("spent", key)
        return None if found is None else found[8:]

    def meta(self, name: str) -> bytes | None:
        """Return a value of the application's own, or None."""
        return self._env.read("meta", APPLICATION + name.encode())

    def refresh(self) -> None:
        """See what has been committed by now."""
        self._env.refresh()

    def close(self) -> None:
        """Close it."""
        self._env.close()
