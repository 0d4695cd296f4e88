"""Changes to a ledger's stored bytes, as an operator with a hex editor or a bad disk makes them."""

import lmdb

from mingzhang.ledger.blocks import block_bytes, read_block
from mingzhang.ledger.sealed import COLLECTIONS, SEAL_BYTES, seal_all
from mingzhang.ledger.stored import block_of, body_of_block


def edit(home, collection, key, change):
    """Put other raw bytes under a key; `change` gets what stands there, None takes it away."""
    with lmdb.open(str(home / "ledger"), max_dbs=len(COLLECTIONS)) as environment:
        db = environment.open_db(collection.encode())
        with environment.begin(write=True) as txn:
            after = change(txn.get(key, db=db))
            if after is None:
                txn.delete(key, db=db)
            else:
                txn.put(key, after, db=db)


def forge(home, collection, key, change):
    """Put another body under a key, with a checksum that fits."""

    def sealed(raw):
        return seal_all(collection, [(key, change(raw[SEAL_BYTES:]))])[0][1]

    edit(home, collection, key, sealed)


def forge_block(home, height, change):
    """Put another block into the journal, with a checksum that fits."""
    key = height.to_bytes(8, "big")

    def changed(body):
        return body_of_block(block_bytes(change(read_block(block_of(key, body)))))

    forge(home, "journal", key, changed)


def keys(home, collection):
    """The keys of a collection, in order."""
    with lmdb.open(str(home / "ledger"), max_dbs=len(COLLECTIONS)) as environment:
        db = environment.open_db(collection.encode(), create=False)
        with environment.begin() as txn:
            return [bytes(key) for key, _ in txn.cursor(db=db)]


def flip(raw):
    """Flip the last bit."""
    return raw[:-1] + bytes([raw[-1] ^ 1])


def body(home, collection, key):
    """The body under a key."""
    with lmdb.open(str(home / "ledger"), max_dbs=len(COLLECTIONS)) as environment:
        db = environment.open_db(collection.encode(), create=False)
        with environment.begin() as txn:
            return bytes(txn.get(key, db=db))[SEAL_BYTES:]
