"""CPU µs a leaf of the store: stage and commit, as the map grows (issue 8: at most 30 at 1 M).

    python -m bench.ledger_store [leaves]

A block is 500 records of the month's volume and 500 of 20,000 heads, as 500 payments write. Each
line: leaves in the volumes, median CPU µs a leaf of staging and of committing over the last
blocks, bytes on disk a payment. Then: opening, proofs, and a whole check.
"""

import json
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path

from mingzhang.ledger.store import Store
from mingzhang.verify.volume import verify_value

HEADS = [f"funds/cell/{n:08d}" for n in range(20_000)]
PAYMENTS_A_BLOCK = 500
BLOCKS_A_LINE = 100
SEED = bytes(range(32))
RANDOM = random.Random(1)
MONTHS_AT = 100_000
"""Leaves after which the next month's volume begins: 1.2 M payments a year."""


def key_of(number: int) -> str:
    """Return a payment's key, rising as time-ordered ids do."""
    return f"execution/payment/{number:012x}-7000-8000-{number * 0x9E3779B97F4A7C15 % 2**64:016x}"


def month_of(number: int) -> str:
    """Return the volume that a payment lies in."""
    return f"2026-{number // MONTHS_AT + 1:02d}"


def write_block(store: Store, number: int) -> tuple[float, float]:
    """Write one block; return the CPU seconds of staging and of committing it."""
    writes: dict[str, tuple[str | None, bytes | None]] = {
        key_of(n): (month_of(n), RANDOM.randbytes(350))
        for n in range(number, number + PAYMENTS_A_BLOCK)
    }
    writes |= {key: (None, RANDOM.randbytes(150)) for key in RANDOM.sample(HEADS, PAYMENTS_A_BLOCK)}
    block = RANDOM.randbytes(100) * 5000
    began = time.process_time()
    store.stage(store.height + 1, writes, SEED)
    staged = time.process_time()
    store.stage_journal(store.height, block)
    store.commit()
    return staged - began, time.process_time() - staged


def median_us(seconds: list[float]) -> float:
    """Return the median in µs a leaf."""
    return round(statistics.median(seconds) * 1e6 / (2 * PAYMENTS_A_BLOCK), 1)


def proofs(store: Store, last: int) -> dict[str, float]:
    """Return sizes of proofs, and the time to make and to verify one."""
    sizes, made, checked = {True: 0, False: 0}, [], []
    for n in range(0, last, max(1, last // 400)):
        for key in (key_of(n), f"none/{n}"):
            began = time.perf_counter()
            proven = store.prove(key, month_of(n))
            made.append(time.perf_counter() - began)
            value = None if proven.leaf is None else proven.leaf.value
            began = time.perf_counter()
            verify_value(proven.root, key, value, proven.proof)
            checked.append(time.perf_counter() - began)
            size = len(proven.proof.proof) + len(proven.proof.volume_proof)
            sizes[value is not None] = max(sizes[value is not None], size)
    return {
        "present_bytes_max": sizes[True],
        "absent_bytes_max": sizes[False],
        "prove_ms_median": round(statistics.median(made) * 1e3, 3),
        "prove_ms_max": round(max(made) * 1e3, 1),
        "verify_ms_max": round(max(checked) * 1e3, 3),
    }


def main(leaves: int) -> None:
    """Run."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store.create(Path(folder) / "ledger", b"bench")
        number, times = 0, []
        while number < leaves:
            times.append(write_block(store, number))
            number += PAYMENTS_A_BLOCK
            if len(times) % BLOCKS_A_LINE == 0:
                last = times[-BLOCKS_A_LINE:]
                size = (Path(folder) / "ledger" / "data.mdb").stat().st_size
                stage, commit = (median_us(list(each)) for each in zip(*last, strict=True))
                print(number, "stage", stage, "commit", commit, "bytes", size // number, flush=True)
        store.close()
        began = time.perf_counter()
        store = Store.open(Path(folder) / "ledger")
        opened = time.perf_counter() - began
        found = {"open_s": round(opened, 2)} | proofs(store, number)
        began = time.perf_counter()
        damage = list(store.check())
        found |= {"check_s": round(time.perf_counter() - began, 1), "damage": len(damage)}
        status = Path("/proc/self/status").read_text()
        found["rss_anon_mb"] = int(status.split("RssAnon:")[1].split()[0]) // 1024
        print(json.dumps(found))
        store.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
