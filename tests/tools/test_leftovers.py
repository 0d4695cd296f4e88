"""A process that a test run leaves behind is found by its mark, named and ended."""

import os
import subprocess
import sys
import uuid

from tools.leftovers import end_all, marked

SLEEPER = [sys.executable, "-c", "input()"]


def started(mark, command=SLEEPER):
    env = {**os.environ, "MZ_RUN": mark}
    return subprocess.Popen(command, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def test_a_process_of_the_run_is_named_and_ended():
    mark = uuid.uuid4().hex
    with started(mark) as left:
        assert [line.split()[0] for line in end_all(mark, grace_s=0)] == [str(left.pid)]
        assert left.wait(timeout=20) < 0
    assert marked(mark) == {}


def test_a_grandchild_is_found_when_its_parent_is_gone():
    mark = uuid.uuid4().hex
    parent = (
        "import subprocess, sys\n"
        "child = subprocess.Popen([sys.executable, '-c', 'input()'], stdin=sys.stdin,"
        " stdout=subprocess.DEVNULL)\n"
        "print(child.pid, flush=True)"
    )
    with started(mark, [sys.executable, "-c", parent]) as process:
        child = process.stdout.readline().decode().strip()
        assert process.wait(timeout=20) == 0
        assert [line.split()[0] for line in end_all(mark, grace_s=0)] == [child]


def test_a_process_of_another_run_is_let_alone():
    other = uuid.uuid4().hex
    with started(other) as process:
        assert end_all(uuid.uuid4().hex, grace_s=0) == []
        assert process.poll() is None
        process.communicate(b"\n", timeout=20)


def test_a_process_about_to_end_is_waited_for():
    mark = uuid.uuid4().hex
    with started(mark, [sys.executable, "-c", "import time; time.sleep(0.05)"]) as process:
        assert end_all(mark, grace_s=20) == []
        assert process.wait(timeout=20) == 0
