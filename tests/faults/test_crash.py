"""Whatever kills the node: no confirmed command is lost, none is applied twice."""

import os
import random
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from mingzhang.consensus.audit import audit_home
from mingzhang.kernel.faults import NodeFault
from tests.engine import small
from tests.engine.small import ANN, VERSIONS, Counter
from tests.faults import busy_node

ROOT = Path(__file__).parents[2]
CYCLES = 200
CYCLES_AHEAD = 25
STRACE = shutil.which("strace")
needs_strace = pytest.mark.skipif(STRACE is None, reason="strace is not installed (Debian: strace)")
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small disk needs root")


@pytest.fixture
def home(tmp_path):
    small.make(tmp_path / "home")
    return tmp_path / "home"


def logged(log):
    lines = log.read_bytes().decode().splitlines() if log.exists() else []
    return (
        [line[2:] for line in lines if line.startswith("s ")],
        [line[2:] for line in lines if line.startswith("a ")],
    )


def hold_against(home, log):
    """Open the ledger again; all that was acknowledged is there, once."""
    submitted, acknowledged = logged(log)
    engine = busy_node.open_engine(home)
    application = engine.application
    spent = [each for each in submitted if application.spent(ANN.kid, each) is not None]
    lost = sorted(dict.fromkeys(acknowledged).keys() - dict.fromkeys(spent).keys())
    counters = [application.view().find(Counter, f"c{n}") for n in range(busy_node.COUNTERS)]
    total = sum(counter.total_fen for counter in counters if counter)
    engine._store.close()
    assert lost == []
    assert total == len(spent)
    return len(acknowledged), len(spent)


def wait_for(condition):
    """Look again and again, for half a minute at most."""
    deadline = small.time.monotonic() + 30
    while not condition():
        assert small.time.monotonic() < deadline, "nothing happened"
        os.sched_yield()


def forked(home, log, work):
    """Run a node in a child of this process, which has everything imported already."""
    child = os.fork()
    if child:
        return child
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        work(home, descriptor)
    finally:
        os._exit(1)


@pytest.mark.timeout(280)
def test_two_hundred_kills_under_load_lose_nothing_and_double_nothing(home, tmp_path):
    kill_again_and_again(home, tmp_path / "log", CYCLES)


def test_kills_lose_nothing_when_rules_run_ahead_in_a_process_of_their_own(home, tmp_path):
    kill_again_and_again(home, tmp_path / "log", CYCLES_AHEAD, small.RULES)


def kill_again_and_again(home, log, cycles, rules=None):
    source = random.Random(8)
    log.touch()
    for _ in range(cycles):
        met = log.stat().st_size
        child = forked(home, log, lambda h, fd: busy_node.main(h, fd, 10_000, rules))
        wait_for(lambda met=met: b"\na " in log.read_bytes()[met:])
        until = small.time.monotonic() + source.random() * 0.03
        wait_for(lambda until=until: small.time.monotonic() > until)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    acknowledged, applied = hold_against(home, log)
    assert acknowledged > cycles
    assert applied >= acknowledged
    audit = audit_home(home, VERSIONS)
    assert audit.differences == ()


def traced(home, log, inject, rounds=40):
    """Run a node under strace, which fails or kills it at a system call."""
    command = [
        STRACE,
        "-f",
        "-qq",
        "-o",
        os.devnull,
        "-e",
        "trace=fdatasync,pwritev,pwrite64,writev",
    ]
    command += ["-e", f"inject={inject}", sys.executable, "-m", "tests.faults.busy_node"]
    command += [str(home), str(log), str(rounds)]
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, check=False, timeout=120
    )


@needs_strace
@pytest.mark.parametrize(
    "inject",
    [
        "fdatasync:signal=KILL:when=1",
        "fdatasync:signal=KILL:when=2",
        "fdatasync:signal=KILL:when=3",
        "pwrite64:signal=KILL:when=1",
        "pwrite64:signal=KILL:when=2",
        "pwrite64:signal=KILL:when=3",
        "writev:signal=KILL:when=2",
    ],
)
def test_killed_inside_a_write_or_sync_of_a_block(home, tmp_path, inject):
    log = tmp_path / "log"
    ended = traced(home, log, inject)
    assert ended.returncode != 0
    hold_against(home, log)
    assert audit_home(home, VERSIONS).differences == ()


@needs_strace
@pytest.mark.parametrize("when", [1, 2, 5])
def test_a_sync_that_fails_stops_the_node_and_confirms_nothing(home, tmp_path, when):
    log = tmp_path / "log"
    ended = traced(home, log, f"fdatasync:error=EIO:when={when}")
    assert ended.returncode != 0
    assert b"stop" in ended.stderr.lower()
    hold_against(home, log)
    assert audit_home(home, VERSIONS).differences == ()


@needs_root
def test_a_full_disk_stops_the_node_and_space_lets_it_go_on(home, tmp_path):
    disk, log = tmp_path / "disk", tmp_path / "log"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(disk)]
    if subprocess.run(mount, check=False, capture_output=True).returncode != 0:
        pytest.skip("this machine may not mount a tmpfs")
    try:
        shutil.copytree(home, disk / "home")
        ended = forked(disk / "home", log, lambda h, fd: busy_node.main(h, fd, 10_000))
        assert os.waitstatus_to_exitcode(os.waitpid(ended, 0)[1]) == 1
        acknowledged, _ = hold_against(disk / "home", log)
        assert acknowledged > 0
        grown = ["mount", "-o", "remount,size=64m", str(disk)]
        subprocess.run(grown, check=True, capture_output=True)
        again = forked(disk / "home", log, lambda h, fd: busy_node.main(h, fd, 20))
        os.waitpid(again, 0)
        assert hold_against(disk / "home", log)[0] > acknowledged
    finally:
        subprocess.run(["umount", str(disk)], check=False, capture_output=True)


def test_a_file_that_lost_its_end_is_named_and_never_served(home, tmp_path):
    log = tmp_path / "log"
    os.waitpid(forked(home, log, lambda h, fd: busy_node.main(h, fd, 6)), 0)
    path = home / "ledger" / "data.mdb"
    whole = path.read_bytes()
    for cut in (4_096, 8_192 + 100, len(whole) // 2):
        torn = tmp_path / f"torn-{cut}"
        shutil.copytree(home, torn)
        (torn / "ledger" / "data.mdb").write_bytes(whole[:-cut])
        if cut > len(whole) // 3:
            with pytest.raises(NodeFault):
                hold_against(torn, log)
        elif audit_home(torn, VERSIONS).differences == ():  # what is gone was not in use
            hold_against(torn, log)
