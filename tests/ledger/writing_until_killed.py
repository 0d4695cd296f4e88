"""Commits block after block and says so on standard output, until it is killed.

argv: the store's folder. A line is written after the commit of its height has returned.
"""

import sys
from pathlib import Path

from mingzhang.ledger.store import Store

SEED = bytes(range(32))


def writes_of(height):
    """What a height writes, known from the height alone: a reader can tell what is right."""
    return {
        f"funds/cell/{height % 50}": (None, b"balance %d" % height),
        f"execution/payment/{height:08d}": (f"2026-{height % 3 + 1:02d}", b"payment %d" % height),
        f"funds/cell/{(height + 25) % 50}": (None, None if height % 2 else b"b %d" % height),
    }


def write_block(store):
    """Stage and commit the next height; return it."""
    height = store.height + 1
    store.stage(height, writes_of(height), SEED)
    store.stage_journal(height, b"block %d " % height * 200)
    store.stage_spent(height, height // 100, b"id %d" % height, b"receipt")
    store.stage_index("invoice", f"{height}", f"{height:08d}")
    store.commit()
    return height


def main(folder):
    """Write for ever."""
    store = Store.open(folder)
    sys.stdout.write("open\n")
    sys.stdout.flush()
    while True:
        sys.stdout.write(f"{write_block(store)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
