"""The worked case, loaded by the stranger's command, replays to the same hash everywhere."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import doors

OTHER_PYTHONS = os.environ.get("MZ_OTHER_PYTHONS", "").split()
"""Found on this machine by `./mz test`."""


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    home = tmp_path_factory.mktemp("case") / "home"
    done = doors.cli("demo", "--check", "--home", str(home))
    return home, done


def test_the_demo_loads_verifies_and_audits_the_case(loaded):
    _, done = loaded
    assert done.returncode == 0, done.stderr[-2_000:]
    seen = json.loads(done.stdout.splitlines()[-1])
    assert seen["held"] is True
    assert seen["figures_verified"] >= 20
    assert seen["clauses"] == ["R01", "R02", "R03", "R09", "R10", "R11", "R12"]
    assert seen["audit_differences"] == 0
    assert seen["views_rebuilt_identical"] is True


@pytest.mark.parametrize(
    ("python", "hash_seed"),
    [(sys.executable, seed) for seed in ("0", "1", "4294967295")]
    + [(other, "2") for other in OTHER_PYTHONS],
)
def test_every_block_replays_alike_in_any_python_whatever_seed_it_hashes_with(
    loaded, python, hash_seed
):
    home, done = loaded
    seen = json.loads(done.stdout.splitlines()[-1])
    audited = subprocess.run(
        [str(Path(python).parent / "mingzhang"), "audit", str(home), "--json"],
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        capture_output=True,
        text=True,
        check=False,
        timeout=200,
    )
    assert audited.returncode == 0, audited.stderr[-2_000:]
    report = json.loads(audited.stdout)
    assert report["differences"] == []
    assert report["app_hash"] == seen["app_hash"]
