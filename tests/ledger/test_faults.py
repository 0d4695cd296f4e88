"""Faults of the machine: kill -9, a full disk, a disk that fails, a closed store, threads."""

import hmac
import os
import random
import shutil
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256

import lmdb
import pytest

from mingzhang.kernel.faults import NodeFault
from mingzhang.ledger import environment
from mingzhang.ledger.sealed import COLLECTIONS, seal_all
from mingzhang.ledger.store import Store
from mingzhang.verify.volume import verify_value
from tests.ledger import naive_map
from tests.ledger.writing_until_killed import write_block, writes_of

SEED = bytes(range(32))
ENV = os.environ | {"PYTHONPATH": os.pathsep.join(["src", "."])}


@pytest.fixture
def folder(tmp_path):
    store = Store.create(tmp_path / "ledger", b"genesis")
    store.stage(0, {}, SEED)
    store.stage_journal(0, b"genesis")
    store.commit()
    store.close()
    return tmp_path / "ledger"


def expected_root(height):
    """Root after a height of `writing_until_killed`, by the naive map."""
    maps = {None: {}}
    for each in range(1, height + 1):
        for key, (volume, record) in writes_of(each).items():
            of = maps.setdefault(volume, {})
            if record is None:
                of.pop(key, None)
            else:
                salt = hmac.digest(SEED, key.encode(), "sha256")
                of[key] = sha256(salt + record).digest()
    values = {key.encode(): value for key, value in maps.pop(None).items()}
    for volume, of in maps.items():
        root = naive_map.root_of({key.encode(): value for key, value in of.items()})
        values[f"kernel/volume/{volume}".encode()] = root
    return naive_map.root_of(values)


def killed_after(folder, lines):
    """Run the writer, kill it with SIGKILL after so many lines, return the last height it said."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.ledger.writing_until_killed", folder],
        stdout=subprocess.PIPE,
        text=True,
        env=ENV,
    ) as writer:
        said = [writer.stdout.readline() for _ in range(lines + 1)]
        writer.send_signal(signal.SIGKILL)
        said += writer.stdout.readlines()
    heights = [int(line) for line in said if line.endswith("\n") and line != "open\n"]
    return heights[-1]


def test_kill_9_between_and_within_commits_loses_nothing_acknowledged(folder):
    rnd = random.Random(3)
    for _ in range(20):
        acknowledged = killed_after(folder, rnd.randrange(1, 25))
        store = Store.open(folder)
        assert store.height in (acknowledged, acknowledged + 1)
        assert store.root == expected_root(store.height)
        store.close()
    store = Store.open(folder)
    assert list(store.check()) == []
    last = store.height
    assert store.journal(last) == b"block %d " % last * 200
    assert [height for height, _ in store.blocks(0, last)] == list(range(last + 1))
    assert store.spent(b"id %d" % last) == b"receipt"
    assert store.index("invoice", str(last)) == f"{last:08d}"
    store.close()


def test_a_commit_that_the_disk_refuses_is_a_fault_and_the_old_head_stands(folder):
    # A limit on the size of files is the nearest thing to a full disk that needs no mount.
    program = (
        "import resource, signal, sys; from pathlib import Path;"
        "from tests.ledger.writing_until_killed import write_block;"
        "from mingzhang.ledger.store import Store;"
        "from mingzhang.kernel.faults import NodeFault\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, 600_000))\n"
        "store, height = Store.open(Path(sys.argv[1])), 0\n"
        "try:\n"
        "    while height < 100_000: height = write_block(store)\n"
        "except NodeFault as fault: print(height, str(fault))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, folder],
        capture_output=True,
        text=True,
        check=True,
        env=ENV,
    )
    height, _, fault = done.stdout.partition(" ")
    assert "the store failed" in fault
    assert str(folder) in fault
    store = Store.open(folder)
    assert store.height == int(height) > 5
    assert store.root == expected_root(store.height)
    assert list(store.check()) == []
    assert write_block(store) == int(height) + 1
    store.close()


@pytest.mark.skipif(shutil.which("strace") is None, reason="no strace: fsync is NOT made to fail")
@pytest.mark.parametrize("call", ["fdatasync", "writev", "pwrite64"])
def test_a_call_of_the_disk_that_fails_is_a_fault(folder, call):
    program = (
        "import sys; from pathlib import Path;"
        "from tests.ledger.writing_until_killed import write_block;"
        "from mingzhang.ledger.store import Store;"
        "from mingzhang.kernel.faults import NodeFault\n"
        "store, height = Store.open(Path(sys.argv[1])), 0\n"
        "try:\n"
        "    while height < 60: height = write_block(store)\n"
        "except NodeFault as fault: print(height, str(fault))\n"
    )
    strace = ["strace", "-f", "-qq", "-o", os.devnull, "-e", f"trace={call}"]
    strace += ["-e", f"inject={call}:error=EIO:when=20+"]
    done = subprocess.run(
        [*strace, sys.executable, "-c", program, folder],
        capture_output=True,
        text=True,
        check=False,
        env=ENV,
    )
    if "ptrace" in done.stderr:
        pytest.skip("strace may not trace here: a failing disk is NOT tried")
    height, _, fault = done.stdout.partition(" ")
    assert "the store failed" in fault, done.stderr
    store = Store.open(folder)
    assert store.height - int(height) in (0, 1)
    assert store.root == expected_root(store.height)
    store.close()


def test_a_store_grows_beyond_its_first_map(folder, monkeypatch):
    monkeypatch.setattr(environment, "FIRST_MAP_BYTES", 1 << 20)
    monkeypatch.setattr(environment, "SPARE_MAP_BYTES", 1 << 18)
    store = Store.open(folder)
    noise = random.Random(1).randbytes(300_000)
    for height in range(1, 25):
        store.stage(height, writes_of(height), SEED)
        store.stage_journal(height, noise)
        store.commit()
    assert (folder / "data.mdb").stat().st_size > 6 << 20
    assert store.journal(3) == noise
    assert list(store.check()) == []
    store.close()


def test_a_map_that_is_full_all_the_same_is_a_fault(folder, monkeypatch):
    monkeypatch.setattr(environment, "FIRST_MAP_BYTES", 1 << 20)
    monkeypatch.setattr(environment.Environment, "_make_room", lambda *_: None)
    store = Store.open(folder)
    store.stage(1, {"a/b": (None, b"x")}, SEED)
    store.stage_journal(1, random.Random(1).randbytes(3 << 20))
    with pytest.raises(NodeFault, match="MapFullError"):
        store.commit()
    store.close()
    again = Store.open(folder)
    assert again.height == 0
    again.close()


def test_every_use_of_a_closed_store_is_a_fault(folder):
    store = Store.open(folder)
    store.close()
    store.close()
    for use in (
        lambda: store.spent(b"1"),
        lambda: store.index("invoice", "1"),
        lambda: store.journal(0),
        lambda: list(store.blocks(0, 9)),
        lambda: list(store.leaves()),
        store.commit,
    ):
        with pytest.raises(NodeFault):
            use()


def test_a_file_that_is_no_store_is_a_fault(tmp_path):
    (tmp_path / "ledger").mkdir()
    (tmp_path / "ledger" / "data.mdb").write_bytes(b"not a store" * 1000)
    with pytest.raises(NodeFault, match="Invalid"):
        Store.open(tmp_path / "ledger")


def test_a_store_of_another_format_is_refused(folder):
    with (
        lmdb.open(str(folder), max_dbs=len(COLLECTIONS)) as env,
        env.begin(write=True) as txn,
    ):
        txn.put(*seal_all("meta", [(b"format", b"2")])[0], db=env.open_db(b"meta", txn))
    with pytest.raises(NodeFault, match="ledger format b'2'"):
        Store.open(folder)


def test_a_process_forked_after_the_opening_may_not_write(folder):
    store = Store.open(folder)
    child = os.fork()
    if child == 0:
        code = 1
        try:
            write_block(store)
        except NodeFault as fault:
            code = 7 if "fork" in str(fault) or "failed" in str(fault) else 2
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
    store.close()


def test_readers_in_other_threads_see_whole_blocks_while_one_writes(folder, monkeypatch):
    monkeypatch.setattr(environment, "FIRST_MAP_BYTES", 1 << 20)
    monkeypatch.setattr(environment, "SPARE_MAP_BYTES", 1 << 18)
    store = Store.open(folder)
    write_block(store)
    done = []

    def read():
        count = 0
        while not done:
            proven = store.prove("funds/cell/1")
            value = None if proven.leaf is None else proven.leaf.value
            verify_value(proven.root, proven.key, value, proven.proof)
            height = store.committed_height
            paid = f"execution/payment/{height:08d}"
            assert store.get(paid, f"2026-{height % 3 + 1:02d}").record == b"payment %d" % height
            assert store.get("execution/payment/none", "2026-01") is None
            assert store.journal(height).startswith(b"block %d " % height)
            # What is about to be written: not there, or there; never damage.
            for soon in (height + 1, height + 2):
                assert store.index("invoice", f"{soon}") in (None, f"{soon:08d}")
                assert store.spent(b"id %d" % soon) in (None, b"receipt")
            count += 1
        return count

    with ThreadPoolExecutor(3) as readers:
        counts = [readers.submit(read) for _ in range(3)]
        try:
            for _ in range(150):
                write_block(store)
        finally:
            done.append(True)
        assert all(count.result() > 5 for count in counts)
    store.close()
