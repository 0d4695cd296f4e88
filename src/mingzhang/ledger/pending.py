"""What is staged and not yet committed, laid over the environment, with the collections' counts."""

from typing import Final

import msgspec

from mingzhang.kernel.faults import NodeFault
from mingzhang.ledger.bucket import EMPTY
from mingzhang.ledger.damaged import Damaged
from mingzhang.ledger.environment import Environment
from mingzhang.ledger.sealed import COLLECTIONS, name_of, unseal

FORMAT: Final = b"1"
FORMAT_KEY, GENESIS_KEY, HEAD_KEY, COUNTS_KEY = b"format", b"genesis", b"head", b"counts"
APPLICATION: Final = b"app/"
"""Before the names of the application's own values in `meta`."""
_ABSENT: Final = b"\0absent"


class Pending:
    """Writes of one or several blocks. `find` sees them first; `commit` makes them durable.

    `meta` holds the format, the hash of the genesis file, the head (height ‖ root) and the counts.
    """

    def __init__(self, environment: Environment) -> None:
        """Read head and counts. Raises `NodeFault` when the format is another, or these differ."""
        self.environment = environment
        self._writes: dict[str, dict[bytes, bytes | None]] = {name: {} for name in COLLECTIONS}
        form = environment.read("meta", FORMAT_KEY)
        if form != FORMAT:
            raise NodeFault(
                f"账本格式 ledger format {form!r}",
                environment.where,
                f"用写它的版本打开 Open it with its own release; this one reads {FORMAT!r}.",
            )
        self.genesis = self._required(GENESIS_KEY)
        self.head = self._required(HEAD_KEY)
        environment.expect_head(self.head)
        self.counts = msgspec.msgpack.decode(self._required(COUNTS_KEY), type=dict[str, int])
        for name in COLLECTIONS:
            held = environment.count(name)
            if held != self.counts.get(name):
                why = f"条数 {held}，应为 entries, expected {self.counts.get(name)}"
                raise Damaged(name, "count", why)

    @property
    def height(self) -> int:
        """The committed height, -1 before any."""
        return int.from_bytes(self.head[:8], "big", signed=True)

    def find(self, collection: str, key: bytes) -> bytes | None:
        """Return the body staged or committed at a key, or None."""
        found = self._writes[collection].get(key, _ABSENT)
        return self.environment.read(collection, key) if found is _ABSENT else found

    def staged(self, collection: str, key: bytes) -> bytes | None:
        """Return the body staged at a key, or None; the disk is not asked."""
        return self._writes[collection].get(key)

    def find_surely(self, collection: str, key: bytes) -> bytes | None:
        """Return what `find` does, a miss being confirmed by the entries beside it."""
        found = self._writes[collection].get(key, _ABSENT)
        return self.environment.read_surely(collection, key) if found is _ABSENT else found

    def find_all(self, collection: str, prefix: bytes) -> list[tuple[bytes, bytes]]:
        """Return every (key, body) staged or committed below a prefix, sorted by key."""
        found: dict[bytes, bytes | None] = {}
        for key, raw in self.environment.entries(collection, prefix):
            if not key.startswith(prefix):
                break
            found[key] = unseal(collection, key, raw)
        staged = self._writes[collection]
        found |= {key: body for key, body in staged.items() if key.startswith(prefix)}
        return sorted([(key, body) for key, body in found.items() if body is not None])

    def put(self, collection: str, key: bytes, body: bytes | None, *, existed: bool) -> None:
        """Stage a body, or a deletion (None), of a key that stood before or did not."""
        self._writes[collection][key] = body
        self.counts[collection] += (body is not None) - existed

    def commit(self, height: int, root: bytes) -> None:
        """Make all that is staged durable, as the state after `height`."""
        head = head_of(height, root)
        self.put("meta", HEAD_KEY, head, existed=True)
        self.put("meta", COUNTS_KEY, msgspec.msgpack.encode(self.counts), existed=True)
        self.environment.write(self._writes, self.counts, (HEAD_KEY, self.head))
        self.environment.witness(head)
        with self.environment:
            self.environment.refresh()
            self._writes = {name: {} for name in COLLECTIONS}
            self.head = head

    def _required(self, key: bytes) -> bytes:
        found = self.environment.read("meta", key)
        if found is None:
            raise Damaged("meta", name_of("meta", key), "缺失 missing")
        return found


def head_of(height: int, root: bytes) -> bytes:
    """Return the stored head: the height (8, signed; -1 before genesis) ‖ the root."""
    return height.to_bytes(8, "big", signed=True) + root


def lay_out(environment: Environment, genesis: bytes) -> None:
    """Write the first entries of a new ledger, which has no height yet (-1) and an empty map."""
    counts = dict.fromkeys(COLLECTIONS, 0) | {"meta": 4}
    meta: dict[bytes, bytes | None] = {
        FORMAT_KEY: FORMAT,
        GENESIS_KEY: genesis,
        HEAD_KEY: head_of(-1, EMPTY),
        COUNTS_KEY: msgspec.msgpack.encode(counts),
    }
    environment.write({"meta": meta}, counts, None)
    environment.refresh()
