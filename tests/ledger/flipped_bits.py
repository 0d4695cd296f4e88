"""Flips one bit of a store's file at a time, reads everything, and says what came of it.

Run as a program, because LMDB may die on a broken page: argv are the store's folder, a scratch
folder, and the bits to flip. One line each: bit, then `same` (every byte read as before),
`named <damage>`, `fault <fault>`, or `SILENT` when something was read differently without a word.
"""

import shutil
import sys
from hashlib import sha256
from pathlib import Path

from mingzhang.kernel.faults import NodeFault
from mingzhang.ledger.damaged import Damaged
from mingzhang.ledger.store import Store
from tests.ledger.flipped_store import INDEXED, KEYS, SPENT


def all_that_is_read(store):
    """Digest over everything that a store answers."""
    digest = sha256(repr((store.height, store.root, store.genesis, store.meta("seed"))).encode())
    for key, volume in KEYS:
        digest.update(repr(store.get(key, volume)).encode())
    for key in SPENT:
        digest.update(repr(store.spent(key)).encode())
    for key in INDEXED:
        digest.update(repr(store.index("invoice", key)).encode())
    for height in range(store.height + 1):
        digest.update(repr((store.journal(height), store.delta(height))).encode())
    digest.update(repr(list(store.leaves())).encode())
    digest.update(repr(list(store.spent_in(7))).encode())
    return digest.hexdigest()


def outcome(folder, expected):
    """What a store with one flipped bit says."""
    try:
        store = Store.open(folder)
    except Damaged as found:
        return f"named {found}"
    except NodeFault as fault:
        return f"fault {fault}"
    try:
        read = all_that_is_read(store)
    except Damaged as found:
        return f"named {found}"
    except NodeFault as fault:
        return f"fault {fault}"
    else:
        named = [str(found) for found in store.check()]
        if named:
            return f"named by check {named[0]}"
        return "same" if read == expected else "SILENT"
    finally:
        store.close()


def main(folder, scratch, bits):
    """Print one line a bit."""
    store = Store.open(folder)
    expected = all_that_is_read(store)
    assert list(store.check()) == []
    store.close()
    whole = (folder / "data.mdb").read_bytes()
    for bit in bits:
        shutil.rmtree(scratch, ignore_errors=True)
        shutil.copytree(folder, scratch, ignore=shutil.ignore_patterns("lock.mdb", "data.mdb"))
        broken = bytearray(whole)
        broken[bit // 8] ^= 1 << bit % 8
        (scratch / "data.mdb").write_bytes(broken)
        sys.stdout.write(f"{bit} {outcome(scratch, expected)}".replace("\n", " ") + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), [int(bit) for bit in sys.argv[3:]])
