"""Writes spec/vectors/snapshot/: one snapshot that holds, and changed ones with their reasons.

The ledger is that of the small system (tests/engine/small.py): counters, slips in a volume. Written
anew only when the bytes on the ledger change (*wire* in the changelog):

    python -m tests.conformance.snapshot_vectors
"""

import itertools
import json
import tempfile
from pathlib import Path

from mingzhang.consensus.genesis import canonical
from mingzhang.consensus.home import Node
from mingzhang.consensus.snapshot import as_json, make_snapshot
from mingzhang.kernel.house import History, SpentHour, SpentHours
from tests.engine import grown, small, test_hostile_snapshots
from tests.engine.restoring import GENESIS

FOLDER = Path(__file__).parents[2] / "spec" / "vectors" / "snapshot"
WHOLE = "whole.snapshot"
HOSTILE = {
    "record-dropped": "a record dropped",
    "record-changed": "a record changed",
    "salt-changed": "a salt changed",
    "records-out-of-order": "records out of order",
    "spent-id-dropped": "a spent id dropped",
    "spent-id-one-height-later": "a spent id one height later",
    "seed-changed": "the seed changed",
    "history-entry-changed": "a history entry changed",
    "another-genesis": "another genesis",
    "another-app-hash-sealed": "another app hash sealed",
    "second-block-slipped-in-command": "a command slipped in",
    "no-sealing-block": "no block",
}
"""File name to the name of its change in tests/engine/test_hostile_snapshots.py."""


def numbered():
    """Return a maker of command ids that are the same in every run."""
    numbers = itertools.count(1)
    return lambda now_ms: small.uuid.UUID(
        int=(now_ms << 80) | (7 << 76) | (2 << 62) | next(numbers)
    )


def live(home):
    """Let a home live through two days, with ids that are always the same."""
    small.make(home, time_ms=grown.START_MS)
    clock = grown.Clock(grown.START_MS + 1_000)
    node = Node(home, small.VERSIONS, clock=clock)
    node.start()
    ids = numbered()
    for day in range(2):
        clock.now_ms += day * 24 * grown.HOUR_MS
        grown.let_due_items_run(node)
        for n, who in enumerate((small.ANN, small.BEN, small.ANN)):
            for command in (
                small.Add(counter=f"c{n}", amount_fen=n * 700),
                small.Slip(number=f"n{day}{n}"),
                small.Later(counter="later", due_ms=clock.now_ms + (n + 1) * grown.HOUR_MS),
            ):
                until = clock.now_ms + (1 + n) * grown.HOUR_MS
                wire = who(command, clock.now_ms, id=str(ids(clock.now_ms)), expires=until)
                node.engine.submit(wire).result(20)
    node.stop()


def write(folder):
    """Write all files into a folder."""
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch) / "home"
        live(home)
        whole = folder / WHOLE
        made = make_snapshot(home / "ledger", GENESIS, whole, small.VERSIONS)
        view = Node(home, small.VERSIONS)
        state = view.application.view()
        history = state.require(History, "head")
        hours = state.require(SpentHours, "head").hours
        spent = {hour: state.require(SpentHour, f"{hour:010d}") for hour in hours}
        view._executor.close()
        view.store.close()
        for name, change in HOSTILE.items():
            of, _ = test_hostile_snapshots.HOSTILE[change]
            made_up = test_hostile_snapshots.rewritten((None, None, whole), Path(scratch), of)
            (folder / f"{name}_fail.snapshot").write_bytes(made_up.read_bytes())
    (folder / "genesis.json").write_bytes(canonical(GENESIS))
    expect = {
        **as_json(made),
        "checkpoint_root": history.root,
        "spent_chains": {str(hour): [each.count, each.chain] for hour, each in spent.items()},
        "reasons": {
            f"{name}_fail.snapshot": test_hostile_snapshots.HOSTILE[change][1]
            for name, change in HOSTILE.items()
        },
    }
    (folder / "expect.json").write_text(json.dumps(expect, indent=1) + "\n")


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in list(FOLDER.iterdir()):
        old.unlink()
    write(FOLDER)
    (FOLDER / WHOLE).chmod(0o644)
