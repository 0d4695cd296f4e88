"""The ledger under load: `./mz bench ledger [--json] [--quick]`.

Payments are auto-approved through the solo engine: each is one signed request, decided by
contracts, approved and instructed in its block, and its share of the bank's reports (100 a
command). fsync is on, signatures are verified in the node's worker, journal and receipts are
written. Rounds alternate with PostgreSQL driven through the same lifecycle. The last line of
`--json` is one flat object.
"""

import argparse
import asyncio
import gc
import json
import multiprocessing
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

sys.path[:0] = [
    str(Path(__file__).resolve().parents[1]),
    str(Path(__file__).resolve().parents[1] / "src"),
]

from bench import world
from bench.postgres import Missing, programs, server
from mingzhang.consensus.home import Node
from mingzhang.domain.contracts.document import from_json
from mingzhang.domain.contracts.evaluator import Evaluator
from mingzhang.domain.execution.state import Payment
from mingzhang.gateway.server import server_for
from mingzhang.gateway.service import open_service
from mingzhang.gateway.sessions import RateLimit
from mingzhang.verify.volume import verify_value
from mingzhang.views.projector import Projector, open_views

WINDOW = 400
"""Commands that may be on their way at once."""
SETTLED_A_COMMAND = 100
GROWTH_STEP = 25_000
FIRST = 150_000
"""Payments whose cost counts as that of the beginning, and as that of the end."""
MARK = b'"payment":"'


def now_ms() -> int:
    """Return this machine's time in ms."""
    return time.time_ns() // 1_000_000


class Round:
    """Drives the engine with requests, and has the bank settle each in turn."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._room = threading.Semaphore(WINDOW)
        self._lock = threading.Lock()
        self._paid: list[str] = []
        self.refused = 0
        self.waits_s: list[float] = []

    def drive(self, requests: list[bytes]) -> tuple[float, float]:
        """Submit all requests and settle all payments.

        Returns (seconds, CPU seconds of this process and those that the node started).
        """
        began, cpu = time.perf_counter(), cpu_s()
        for wire in requests:
            self._room.acquire()
            self._submit(wire, request=True)
            if len(self._paid) >= SETTLED_A_COMMAND:
                self._settle(SETTLED_A_COMMAND)
        self._wait_for_all()
        while self._paid:
            self._settle(SETTLED_A_COMMAND)
        self._wait_for_all()
        return time.perf_counter() - began, cpu_s() - cpu

    def _wait_for_all(self) -> None:
        """Wait until nothing is on its way. Answers are not kept: the node's memory is measured."""
        for _ in range(WINDOW):
            if not self._room.acquire(timeout=600):
                raise RuntimeError("no answer in ten minutes")
        self._room.release(WINDOW)

    def _settle(self, most: int) -> None:
        with self._lock:
            names, self._paid = self._paid[:most], self._paid[most:]
        self._room.acquire()
        self._submit(world.settlement(names, now_ms()), request=False)

    def _submit(self, wire: bytes, *, request: bool) -> None:
        sent = time.perf_counter()
        answer = self._node.engine.submit(wire)

        def done(future: Any) -> None:  # noqa: ANN401 - a future
            outcome = future.result().outcome
            self.waits_s.append(time.perf_counter() - sent)
            if outcome.code:
                self.refused += 1
            elif request:
                at = outcome.receipt.index(MARK) + len(MARK)
                with self._lock:
                    self._paid.append(outcome.receipt[at : at + 36].decode())
            self._room.release()

        answer.add_done_callback(done)


def signed(first: int, count: int, lines: int) -> list[bytes]:
    """Return signed requests, made by a pool before the clock starts."""
    jobs = [
        (n, min(2_000, first + count - n), lines, now_ms())
        for n in range(first, first + count, 2_000)
    ]
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        return [wire for part in pool.map(world.payments, jobs) for wire in part]


def payments_and_postgres(node: Node, args: argparse.Namespace) -> dict[str, Any]:
    """Alternate rounds of payments and of PostgreSQL; return medians."""
    try:
        programs()
        comparison: Any = server(args.lines)
    except Missing as missing:
        print(f"# PostgreSQL left out: {missing}", file=sys.stderr)
        comparison = nullcontext(None)
    rates, lifecycles, single, cpu_us, waits = [], [], [], [], []
    number = 0
    with comparison as postgres:
        for _ in range(args.rounds):
            requests = signed(number, args.payments, args.lines)
            number += args.payments
            gc.collect()
            drive = Round(node)
            seconds, cpu = drive.drive(requests)
            if drive.refused:
                raise RuntimeError(f"{drive.refused} commands were refused")
            rates.append(args.payments / seconds)
            cpu_us.append(cpu / args.payments * 1e6)
            waits += drive.waits_s
            if postgres is not None:
                lifecycles.append(postgres.lifecycles_per_s(args.postgres_s))
                single.append(postgres.lifecycles_per_s(args.postgres_s, transactions=1))
            lean = lifecycles[-1] if lifecycles else 0
            say(args, f"{rates[-1]:.0f} payments/s, {cpu_us[-1]:.0f} CPU us; PostgreSQL {lean:.0f}")
    rate = statistics.median(rates)
    beside = statistics.median(lifecycles) if lifecycles else None
    return {
        "payments_per_s": round(rate),
        "postgresql_lifecycles_per_s": round(beside) if beside else None,
        "postgresql_one_transaction_per_s": round(statistics.median(single)) if single else None,
        "ratio": round(rate / beside, 2) if beside else None,
        "cpu_us_per_payment": round(statistics.median(cpu_us)),
        "acknowledged_p99_ms": round(sorted(waits)[int(len(waits) * 0.99)] * 1e3),
        "payments": number,
    }


def growth(node: Node, args: argparse.Namespace, done: int) -> dict[str, Any]:
    """Go on to a million payments; compare CPU a payment there with that at 100,000."""
    found: dict[int, float] = {}
    while done < args.until:
        count = min(GROWTH_STEP, args.until - done)
        drive = Round(node)
        _, cpu = drive.drive(signed(done, count, args.lines))
        done += count
        found[done] = cpu / count * 1e6
        say(args, f"{done} payments: {found[done]:.0f} CPU us a payment")
    early = [us for at, us in found.items() if at <= FIRST]
    late = [us for at, us in found.items() if at > args.until - FIRST]
    return {
        "growth_100k_to_1m": round(statistics.mean(late) / statistics.mean(early), 3),
        "payments": done,
    }


def http(node: Node, args: argparse.Namespace) -> dict[str, Any]:
    """Measure batches of signed commands, and single commands of 100 users, over HTTP."""
    service = open_service(node)
    service.command_rate = RateLimit(1e9, 10**9)
    base = 10**9
    work = Path(tempfile.mkdtemp(prefix="mz-bench-http-"))
    wires = signed(base, args.http_batch + args.http_single, args.lines)
    (work / "batch").write_bytes(b"\n".join(wires[: args.http_batch]))
    (work / "single").write_bytes(b"\n".join(wires[args.http_batch :]))
    with serving(service) as url:
        while service.live.height < node.engine.height:
            time.sleep(0.1)  # what is measured is a node whose views keep up
        done = subprocess.run(
            [sys.executable, str(Path(__file__).parent / "http_client.py"), url, str(work)],
            capture_output=True, text=True, check=True, timeout=600,
        )  # fmt: skip
    shutil.rmtree(work)
    return dict(json.loads(done.stdout.splitlines()[-1]))


@contextmanager
def serving(service: Any) -> Iterator[str]:  # noqa: ANN401 - a service
    """Serve HTTP from this process, on a thread."""
    uvicorn_server = server_for(service, "127.0.0.1", 0)
    thread = threading.Thread(target=lambda: asyncio.run(uvicorn_server.serve()))
    thread.start()
    while not uvicorn_server.started:
        time.sleep(0.01)
    try:
        port = uvicorn_server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
    finally:
        uvicorn_server.should_exit = True
        thread.join()


def proofs(node: Node) -> dict[str, Any]:
    """Return the largest proofs of presence and absence, and the slowest check."""
    committed = node.application.committed
    names = [key for volume, key, _ in _some_leaves(node, 400) if volume is not None]
    present, absent, slowest = [0], [0], 0.0
    root = node.store.root
    for key in names:
        volume = committed.volume_of(key, Payment)
        for wanted, sizes in ((key, present), (key[:-4] + "ffff", absent)):
            proven = node.store.prove(wanted, volume)
            shown = proven.proof
            sizes.append(len(shown.proof) + len(shown.volume_proof) + len(shown.volume_root))
            began = time.perf_counter()
            verify_value(root, wanted, proven.leaf.value if proven.leaf else None, shown)
            slowest = max(slowest, time.perf_counter() - began)
    return {
        "proof_present_bytes_max": max(present),
        "proof_absent_bytes_max": max(absent),
        "proof_verify_ms_max": round(slowest * 1e3, 2),
    }


def _some_leaves(node: Node, count: int) -> list[Any]:
    found = []
    for leaf in node.store.leaves():
        if leaf[0] is not None and leaf[1].startswith(f"{Payment.path}/"):
            found.append(leaf)
        if len(found) >= count:
            break
    return found


def decisions() -> dict[str, Any]:
    """Return how often payment control decides a second, inputs checked."""
    path = world.ROOT / "contracts" / "payment-control.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    evaluator = Evaluator(from_json(path.read_text(encoding="utf-8")))
    inputs = document["tests"][0]["inputs"]
    count, began = 100_000, time.perf_counter()
    for _ in range(count):
        evaluator.evaluate(inputs)
    return {"decisions_per_s": round(count / (time.perf_counter() - began))}


def projector(node: Node, args: argparse.Namespace) -> dict[str, Any]:
    """Return how many events a second the projector takes into SQLite."""
    path = Path(tempfile.mkdtemp(prefix="mz-bench-views-"))
    made = Projector(node.store, node.application.modules, open_views(f"sqlite:///{path}/v.sqlite"))
    until = min(node.store.committed_height, args.project_heights)
    began = time.perf_counter()
    made.catch_up(until)
    seconds = time.perf_counter() - began
    with made.engine.connect() as connection:
        events = connection.exec_driver_sql("SELECT count(*) FROM events").scalar()
    made.engine.dispose()
    shutil.rmtree(path)
    return {"projector_events_per_s": round(events / seconds)}


def restart(home: Path) -> dict[str, Any]:
    """Return how long a node takes to open after it was stopped."""
    began = time.perf_counter()
    node = Node(home, world.BENCH_VERSIONS, rules=world.BENCH_RULES)
    node.start()
    seconds = time.perf_counter() - began
    node.stop()
    return {"restart_s": round(seconds, 2)}


def processes() -> Iterator[Path]:
    """Yield this process and all below it, as folders of /proc."""
    waiting = [str(os.getpid())]
    while waiting:
        pid = waiting.pop()
        yield Path(f"/proc/{pid}")
        for task in Path(f"/proc/{pid}/task").iterdir():
            waiting += (task / "children").read_text(encoding="ascii").split()


def cpu_s() -> float:
    """Return the CPU seconds that all of them have used."""
    ticks = 0
    for each in processes():
        fields = (each / "stat").read_text(encoding="ascii").rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def rss_anon_mb() -> int:
    """Return the anonymous memory of all of them in MB."""
    kilobytes = 0
    for each in processes():
        status = (each / "status").read_text(encoding="utf-8")
        line = next(each for each in status.splitlines() if each.startswith("RssAnon"))
        kilobytes += int(line.split()[1])
    return kilobytes // 1024


def say(args: argparse.Namespace, text: str) -> None:
    """Print progress where people read."""
    print(f"# {text}", file=sys.stderr if args.json else sys.stdout, flush=True)


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quick", action="store_true", help="ends within 45 s; no growth")
    args = parser.parse_args()
    quick = args.quick
    args.lines = 5_000 if quick else 20_000
    args.rounds = 3
    args.payments = 6_000 if quick else 25_000
    args.postgres_s = 1 if quick else 8
    args.until = 0 if quick else 1_000_000
    args.http_batch = 2_000 if quick else 20_000
    args.http_single = 1_000 if quick else 10_000
    args.project_heights = 60 if quick else 1_500
    return args


def main() -> None:
    """Run all and print the figures."""
    args = arguments()
    folder = Path(tempfile.mkdtemp(prefix="mz-bench-ledger-"))
    try:
        node = world.make_world(folder / "home", args.lines)
        figures = payments_and_postgres(node, args)
        figures |= http(node, args)
        if args.until:
            figures |= growth(node, args, figures["payments"])
        figures["rss_anon_mb"] = rss_anon_mb()
        used = (folder / "home" / "ledger" / "data.mdb").stat().st_blocks * 512
        driven = figures["payments"] + args.http_batch + args.http_single
        figures["bytes_per_payment"] = used // driven
        figures |= proofs(node) | decisions() | projector(node, args)
        node.stop()
        figures |= restart(folder / "home")
        figures["lines"] = args.lines
        figures["python"] = sys.version.split(" ", 1)[0]
        if args.json:
            print(json.dumps(figures))
        else:
            for name, value in figures.items():
                print(f"{name:36} {value}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
