"""Restoring as tests do it: from the small system's genesis, with its node's key."""

import pytest

from mingzhang.consensus.restore import Trusted, restore_snapshot
from mingzhang.consensus.snapshot import SnapshotRefused
from tests.engine import grown, small
from tests.engine.small import NODE, VERSIONS

GENESIS = small.genesis(grown.START_MS)
OURS = Trusted(genesis=GENESIS)


def restore(path, home, trusted=OURS, key=NODE, versions=VERSIONS):
    return restore_snapshot(path, home, versions, key, trusted)


def refused(path, tmp_path, trusted=OURS, **given):
    """The refusal of a snapshot, which must leave nothing behind."""
    before = sorted(tmp_path.iterdir())
    with pytest.raises(SnapshotRefused) as caught:
        restore(path, tmp_path / "new", trusted, **given)
    assert sorted(tmp_path.iterdir()) == before
    return caught.value
