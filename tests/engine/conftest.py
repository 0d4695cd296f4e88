"""One ledger that has lived, its snapshot, and the node restored from it: made once."""

import shutil

import pytest

from mingzhang.consensus.snapshot import make_snapshot
from tests.engine import grown, restoring
from tests.engine.small import VERSIONS


@pytest.fixture(scope="session")
def original(tmp_path_factory):
    """(home, its last commands, snapshot)."""
    folder = tmp_path_factory.mktemp("original")
    wires = grown.grow(folder / "home")
    make_snapshot(folder / "home" / "ledger", restoring.GENESIS, folder / "snapshot", VERSIONS)
    return folder / "home", wires, folder / "snapshot"


@pytest.fixture(scope="session")
def restored_once(original, tmp_path_factory):
    home = tmp_path_factory.mktemp("restored") / "home"
    restoring.restore(original[2], home)
    return home


@pytest.fixture
def restored(restored_once, tmp_path):
    return shutil.copytree(restored_once, tmp_path / "restored")
