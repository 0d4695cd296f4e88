"""`audit` executes a ledger again and names what differs."""

import shutil

import lmdb
import msgspec
import pytest

from mingzhang.consensus.audit import audit_home
from mingzhang.consensus.home import Node
from mingzhang.ledger.blocks import block_bytes, read_block
from mingzhang.ledger.environment import Environment
from mingzhang.ledger.sealed import seal_all
from mingzhang.ledger.store import Store
from mingzhang.ledger.stored import body_of_block
from tests.engine import small
from tests.engine.small import ANN, BEN, VERSIONS, Add, Later, Slip


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    home = tmp_path_factory.mktemp("audit") / "home"
    small.make(home)
    node = Node(home, VERSIONS)
    node.start()
    now = small.time.time_ns() // 1_000_000
    for n in range(20):
        waiting = [
            node.engine.submit(who(command))
            for who in (ANN, BEN)
            for command in (
                Add(counter=f"c{n % 3}", amount_fen=n * 60),
                Slip(number=f"n{n}"),
                Later(counter="later", due_ms=now + n),
            )
        ]
        for each in waiting:
            each.result(20)
    node.stop()
    return home


@pytest.fixture
def home(finished, tmp_path):
    return shutil.copytree(finished, tmp_path / "home")


def test_an_honest_ledger_comes_out_byte_for_byte(home):
    seen = []
    audit = audit_home(home, VERSIONS, lambda height, last: seen.append(height))
    assert audit.differences == ()
    assert audit.commands == 120
    assert audit.records > 20
    assert seen


def test_what_falls_due_in_a_seal_is_sealed_too_and_the_ledger_comes_out_the_same(tmp_path):
    small.make(tmp_path / "home")
    now = small.time.time_ns() // 1_000_000
    node = Node(tmp_path / "home", VERSIONS, lambda: now)
    node.start()
    for later_ms in range(1, 9):
        due_ms = node.engine.next_time_ms() + later_ms
        node.engine.submit(ANN(Later(counter="later", due_ms=due_ms), now)).result(20)
        with node.engine.state_lock:
            assert not node.application.needs_seal
    node.stop()
    assert audit_home(tmp_path / "home", VERSIONS).differences == ()


def rewrite_block(home, height, change):
    """Change a stored block, with a checksum that fits, as an operator could."""
    store = Store.open(home / "ledger")
    block = change(read_block(store.journal(height)))
    store.close()
    environment = Environment(home / "ledger", create=False)
    with environment._env.begin(write=True) as txn:
        body = body_of_block(block_bytes(block))
        ((key, raw),) = seal_all("journal", [(height.to_bytes(8, "big"), body)])
        txn.put(key, raw, db=environment._dbs["journal"])
    environment.close()


def first_with_commands(home):
    store = Store.open(home / "ledger")
    found = next(h for h, w in store.blocks(1, 10_000) if read_block(w).commands)
    store.close()
    return found


@pytest.mark.parametrize(
    ("what", "change"),
    [
        ("receipt", lambda b: replaced(b, receipts=(b.receipts[0][:-2] + b"0}", *b.receipts[1:]))),
        ("header", lambda b: replaced(b, commands=(*b.commands, b"junk"))),
        ("header", lambda b: replaced(b, block_hash=b"\0" * 32)),
        ("header", lambda b: replaced(b, time_ms=b.time_ms + 1)),
    ],
)
def test_a_block_that_an_operator_rewrote_is_named_by_height(home, what, change):
    height = first_with_commands(home)
    rewrite_block(home, height, change)
    (difference,) = audit_home(home, VERSIONS).differences
    assert (difference.height, difference.what) == (height, what)


def replaced(block, **changed):
    return msgspec.structs.replace(block, **changed)


def test_a_flipped_byte_of_the_file_is_named(home):
    path = home / "ledger" / "data.mdb"
    wire = path.read_bytes()
    assert b'"number":"n7"' in wire
    path.write_bytes(wire.replace(b'"number":"n7"', b'"number":"n6"'))  # old pages too
    (difference,) = audit_home(home, VERSIONS).differences
    assert "count/slip" in difference.key + difference.detail


def test_lmdb_is_what_stands_below(home):
    with lmdb.open(str(home / "ledger"), readonly=True, max_dbs=16) as environment:
        assert environment.stat()["entries"] > 0
