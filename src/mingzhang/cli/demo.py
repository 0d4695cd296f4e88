"""`mingzhang demo`: a fresh embedded node, the DG hospital case played through HTTP, then served.

`--check` runs headless: it plays the case, has an audit office's key countersign the checkpoint,
verifies every published figure from it with the light client, audits the chain, and prints one
JSON line of what it saw.
"""

import asyncio
import hashlib
import json
import secrets
import shutil
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import uvicorn

from mingzhang.app import RULES, VERSIONS
from mingzhang.cli.casebook import (
    ROOT,
    CaseRefused,
    Played,
    Player,
    SandboxClock,
    Script,
    at_ms,
    read_script,
)
from mingzhang.cli.client import SUITE, Client
from mingzhang.cli.jurisdiction import completed
from mingzhang.cli.shown import ERR, OUT, table
from mingzhang.cli.watching import Watch
from mingzhang.cli.witness import Witness
from mingzhang.consensus.audit import audit_home
from mingzhang.consensus.genesis import Genesis, genesis_of, plain_genesis
from mingzhang.consensus.home import Node, NodeKey, make_home, write_secret
from mingzhang.gateway.keystore import Keystore
from mingzhang.gateway.sandbox import Account, Sandbox
from mingzhang.gateway.server import server_for
from mingzhang.gateway.service import Service, open_service
from mingzhang.verify import note
from mingzhang.verify.bundle import verify
from mingzhang.verify.reasons import Rejected
from mingzhang.verify.root import TrustRoot, checkpoint_root

CASE = ROOT / "cases" / "dg-hospital"
PASSWORD_BYTES = 9
WITNESS = "audit-office"
WITNESSES = (WITNESS, "congress")
"""Their keys lie beside the node's own files only here: a witness is another institution."""
WITNESS_EVERY_S = 2.0
STARTED_S_MAX = 60.0


@dataclass
class Demo:
    """A case loaded into a running node."""

    home: Path
    script: Script
    node: Node
    service: Service
    clock: SandboxClock
    password: str
    """One password for all accounts of this demonstration, made anew each time."""


def serve(home: Path | None, host: str, port: int) -> int:
    """Load the case, print address and accounts, serve until stopped."""
    with _prepared(home) as demo, _running(demo.service, host, port) as url:
        try:
            played = _play(demo, url, OUT.print)
        except CaseRefused as refused:
            ERR.print(f"[red]{refused}[/red]")
            return 1
        with witnessed(demo, url, host):
            _print_accounts(demo, url, played)
            with _until_interrupted():
                pass
    return 0


def check(home: Path | None) -> int:
    """Load the case, verify and audit everything; print one JSON line; 0 only if all held."""
    began = time.monotonic()
    with _prepared(home) as demo:
        with _running(demo.service, "127.0.0.1", 0) as url:
            try:
                played = _play(demo, url, lambda _line: None)
            except CaseRefused as refused:
                ERR.print(f"[red]{refused}[/red]")
                return 1
            root = _countersign(demo, url)
            with Client(url) as citizen:
                verified, rejected = _verify_figures(citizen, root, demo.node.engine.height)
            rebuilt = _rebuild_matches(demo)
        demo.node.stop()
        audit = audit_home(demo.home, VERSIONS)
        seen: dict[str, Any] = {
            "steps": len(dict.fromkeys(each.step for each in played)),
            "commands": len(played),
            "refused": sum(1 for each in played if each.code),
            "clauses": sorted(dict.fromkeys(each.clause for each in played if each.clause)),
            "figures_verified": verified,
            "figures_rejected": rejected,
            "countersigned_by": WITNESS,
            "views_rebuilt_identical": rebuilt,
            "audit_heights": audit.heights,
            "audit_differences": len(audit.differences),
            "app_hash": audit.app_hash,
            "seconds": int(time.monotonic() - began),
        }
        held = not rejected and verified > 0 and rebuilt and not audit.differences
        seen["held"] = held
        sys.stdout.write(json.dumps(seen, ensure_ascii=False) + "\n")
        for each in (*rejected, *audit.differences):
            ERR.print(f"[red]{each}[/red]")
    return 0 if held else 1


# -- parts -----------------------------------------------------------------------------------


@contextmanager
def _prepared(home: Path | None, case: Path = CASE) -> Iterator[Demo]:
    """Make a home, keys and accounts for a case, and start its node on a sandbox clock."""
    script = read_script(case)
    folder = home or Path(tempfile.mkdtemp(prefix="mingzhang-demo-"))
    password = secrets.token_urlsafe(PASSWORD_BYTES)
    try:
        genesis = _make(folder, case, script, password)
        starts_ms = at_ms(script.starts, genesis.offset_s)
        with _opened(folder, script, password, starts_ms) as demo:
            yield demo
    finally:
        if home is None:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _opened(folder: Path, script: Script, password: str, time_ms: int) -> Iterator[Demo]:
    """Start the node of a home on a sandbox clock."""
    clock = SandboxClock(time_ms)
    node = Node(folder, VERSIONS, clock, rules=RULES)
    node.start()
    service = open_service(node)
    service.sandbox = _sandbox(script, password)
    try:
        yield Demo(folder, script, node, service, clock, password)
    finally:
        node.stop()


def _make(folder: Path, case: Path, script: Script, password: str) -> Genesis:
    """Write the node's folder: every person of the case gets a key of this machine's making."""
    folder.mkdir(parents=True, exist_ok=True)
    plain = plain_genesis(case / "genesis.yaml")
    keystore = Keystore(folder / "keystore.sqlite")
    keys: dict[str, list[dict[str, str]]] = {}
    for user, who in script.users.items():
        public_key = keystore.add(user, who.person, password)
        keys.setdefault(who.person, []).append(
            {"public_key": public_key.hex(), "label": f"demo {user}"}
        )
    keystore.close()
    for person in plain["rooms"]["identity"]["persons"]:
        person["keys"] = keys.get(person["id"], [])
    node_key, salt = NodeKey(SUITE.generate_key()), secrets.token_bytes(32)
    plain["salt_sha256"] = hashlib.sha256(salt).hexdigest()
    plain["validators"] = [
        {"organisation": plain["operator"], "public_key": node_key.public_key.hex()}
    ]
    del plain["operator"]
    genesis = genesis_of(completed(plain, str(case)), str(case))
    make_home(folder, genesis, salt, node_key, VERSIONS)
    for name in WITNESSES:
        write_secret(_key_of(folder, name), SUITE.generate_key().hex())
    keys_of_witnesses = [Witness(_key_of(folder, each), each).verifier_key for each in WITNESSES]
    (folder / "countersigners.txt").write_text("".join(f"{each}\n" for each in keys_of_witnesses))
    return genesis


def _key_of(folder: Path, witness: str) -> Path:
    return folder / f"{witness}.key"


def _sandbox(script: Script, password: str) -> Sandbox:
    """Return what the pages of a demonstration offer: to be anybody of the case."""
    accounts = tuple(
        Account(user, who.organisation, who.post, who.zh, who.en)
        for user, who in script.users.items()
    )
    return Sandbox(script.title_zh, script.title_en, accounts, password)


def _play(demo: Demo, url: str, say: Any) -> list[Played]:  # noqa: ANN401 - a printer of lines
    offset_s = demo.node.genesis.offset_s
    with ExitStack() as clients:
        connect = lambda user: clients.enter_context(  # noqa: E731 - one line, one use
            _signed_in(url, user, demo)
        )
        player = Player(demo.script, demo.node.engine, demo.clock, offset_s, connect)
        return player.play(lambda step: say(f"{step.n:>3}  {step.at}  {step.zh}"))


def _signed_in(url: str, user: str, demo: Demo) -> Client:
    """Return a client of a user of the case, who reads for his organisation and post."""
    who = demo.script.users[user]
    client = Client(url, acting=f"{who.organisation}/{who.post}")
    client.sign_in(user, demo.password)
    return client


def _countersign(demo: Demo, url: str) -> TrustRoot:
    """Have the audit office's key countersign the newest checkpoint; return it as a root."""
    witness, own = Witness(_key_of(demo.home, WITNESS), WITNESS), demo.node.proofs.verifier_key()
    with Client(url) as client:
        signed = witness.countersign(client, own)
    return checkpoint_root(signed, [note.parse_key(each) for each in (own, witness.verifier_key)])


@contextmanager
def witnessed(demo: Demo, url: str, host: str) -> Iterator[tuple[str, ...]]:
    """Run the other institutions' witnesses, each at an address of its own; yield the addresses."""
    with ExitStack() as running:
        own, addresses = demo.node.proofs.verifier_key(), list[str]()
        for name in WITNESSES:
            client = running.enter_context(Client(url))
            watch = Watch(Witness(_key_of(demo.home, name), name), client, own, WITNESS_EVERY_S)
            running.enter_context(watch.watching())
            listening = _listening(host, 0)
            running.enter_context(_served(watch.server(host, 0), listening))
            addresses.append(f"http://{host}:{listening.getsockname()[1]}")
        if demo.service.sandbox is not None:
            demo.service.sandbox.witnesses = tuple(addresses)
        yield tuple(addresses)


def _verify_figures(client: Client, root: TrustRoot, height: int) -> tuple[int, list[str]]:
    """Verify every figure published up to a height as a citizen would.

    Returns how many held, and which did not.
    """
    verified, rejected = 0, list[str]()
    size = root.head.checkpoint.size if root.head else 0
    after: str | None = ""
    while after is not None:
        page = client.get("/api/views/disclosure_figures", limit=200, since=height, **_after(after))
        for row in page["rows"]:
            key = f"disclosure/figure/{row['id']}"
            bundle = client.http.get(f"/api/proofs/records/{key}", params={"older": size})
            try:
                found = verify(bundle.content, root)
                shown = json.loads(found.claim.content)
                amount = shown["content"].get("amount_fen", 0)
                if found.claim.key != key or amount != row["amount_fen"]:
                    rejected.append(f"{key}: another figure")
                    continue
            except Rejected as refused:
                rejected.append(f"{key}: {refused}")
                continue
            verified += 1
        after = page["after"]
    return verified, rejected


def _after(after: str) -> dict[str, str]:
    return {"after": after} if after else {}


def _rebuild_matches(demo: Demo) -> bool:
    """Rebuild the views in another file and compare every table, row by row."""
    other = open_service(demo.node, f"sqlite:///{demo.home / 'views-again.sqlite'}")
    other.projector.rebuild()
    mine = demo.service.projector
    for each in mine.schema.metadata.sorted_tables:
        twin = other.projector.schema.metadata.tables[each.name]
        order = list(each.primary_key.columns)
        with mine.engine.connect() as one, other.projector.engine.connect() as two:
            rows = one.execute(each.select().order_by(*order)).fetchall()
            again = two.execute(twin.select().order_by(*(twin.c[c.name] for c in order)))
            if rows != again.fetchall():
                return False
    other.keystore.close()
    other.projector.engine.dispose()
    return True


def _print_accounts(demo: Demo, url: str, played: list[Played]) -> None:
    refused = sum(1 for each in played if each.code)
    OUT.print(f"\n明账演示 Mingzhang demo: [bold]{url}[/bold]")
    OUT.print(
        f"案例 case: {demo.script.title_zh}（{len(played)} 条指令，其中 {refused} 条被规则拒绝）\n"
        "账本使用沙箱时钟，停在案例的日期。The ledger runs on a sandbox clock at the case's date.\n"
    )
    table(
        [
            {"user": user, "as": f"{who.organisation}/{who.post}", "who": f"{who.zh} {who.en}"}
            for user, who in demo.script.users.items()
        ]
    )
    OUT.print(
        f"密码（本次演示所有账户相同）password for all accounts: [bold]{demo.password}[/bold]"
    )
    OUT.print("按 Ctrl-C 结束。Press Ctrl-C to stop.")


@contextmanager
def _running(service: Service, host: str, port: int) -> Iterator[str]:
    """Serve on a thread of its own; yield the address once it answers."""
    listening = _listening(host, port)
    url = f"http://{host}:{listening.getsockname()[1]}"
    with _served(server_for(service, host, port), listening):
        _wait_until_up(url)
        yield url


def _listening(host: str, port: int) -> socket.socket:
    """Return a socket on a port, or on a free one where that is taken."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError:
        ERR.print(f"端口 {port} 已被占用，改用空闲端口。Port {port} is taken; using a free one.")
        listening.bind((host, 0))
    return listening


@contextmanager
def _served(server: uvicorn.Server, listening: socket.socket) -> Iterator[None]:
    """Run a server on a thread while the block runs."""
    thread = threading.Thread(
        target=lambda: asyncio.run(server.serve([listening])), name="server", daemon=True
    )
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join()
        listening.close()


def _wait_until_up(url: str) -> None:
    deadline = time.monotonic() + STARTED_S_MAX
    while True:
        try:
            httpx.get(f"{url}/healthz", timeout=5)
        except httpx.TransportError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return


@contextmanager
def _until_interrupted() -> Iterator[None]:
    waiting = threading.Event()
    try:
        while not waiting.wait(3_600):
            pass
    except KeyboardInterrupt:
        OUT.print("\n演示结束 stopped")
    yield
