"""A small store with something in every collection, for the test that flips its bits."""

from mingzhang.ledger.store import Store

SEED = bytes(range(32))
HEIGHTS = 12
KEYS = [
    *((f"funds/cell/{n}", None) for n in range(80)),
    *((f"execution/payment/{n:04d}", "2026-11") for n in range(80)),
]
SPENT = [b"kid/%04d" % n for n in range(80)]
INDEXED = [f"044-{n}" for n in range(80)]


def fill(folder):
    """Make the store. The last ten of the keys, spent ids and invoices are never written."""
    store = Store.create(folder, b"genesis")
    store.stage(0, {}, SEED)
    store.stage_journal(0, b"genesis block")
    for height in range(1, HEIGHTS):
        part = slice(height * 6, height * 6 + 6)
        writes = {k: (v, b"%d " % height * 40) for k, v in (*KEYS[:70][part], *KEYS[80:150][part])}
        store.stage(height, writes, SEED)
        store.stage_journal(height, b"block %d " % height * 300)
        for key in SPENT[:70][part]:
            store.stage_spent(height, 7, key, b"receipt")
        for key in INDEXED[:70][part]:
            store.stage_index("invoice", key, "payment " + key)
        store.stage_meta("seed", b"%d" % height)
        store.commit()
    store.close()
