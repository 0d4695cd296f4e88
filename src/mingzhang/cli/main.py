"""`mingzhang`: the command line."""

import asyncio
import hashlib
import secrets
import sys
import time
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import typer
from rich.progress import Progress

from mingzhang.app import RULES, VERSIONS
from mingzhang.cli import demo as demos
from mingzhang.cli.asked import URL, Kinds
from mingzhang.cli.client import Client, KeyFile
from mingzhang.cli.jurisdiction import read_draft
from mingzhang.cli.shown import OUT, answered, as_json, fail, proven, table
from mingzhang.cli.snapshots import refill, restore, snapshot
from mingzhang.cli.watching import Watch
from mingzhang.cli.witness import Witness, WitnessRefused
from mingzhang.consensus.audit import AuditRefused, audit_home
from mingzhang.consensus.clock import ClockAhead, ClockBehind
from mingzhang.consensus.genesis import GenesisRefused
from mingzhang.consensus.home import HomeRefused, Node, NodeKey, make_home, write_secret
from mingzhang.consensus.replay import SAID
from mingzhang.consensus.snapshot import SnapshotRefused
from mingzhang.crypto.suite import Ed25519Suite
from mingzhang.gateway.keystore import (
    PASSWORD_CHARS_MAX,
    PASSWORD_CHARS_MIN,
    Keystore,
    PasswordRefused,
    UserExists,
)
from mingzhang.gateway.server import server_for
from mingzhang.gateway.service import open_service
from mingzhang.kernel.faults import NodeFault
from mingzhang.verify import command as verification
from mingzhang.verify import note
from mingzhang.views.projector import ViewsRefused

app = typer.Typer(
    name="mingzhang",
    help="明账：政府预算绩效管理账本。A ledger for government budget performance management.",
    no_args_is_help=True,
    add_completion=False,
)
Home = Annotated[Path, typer.Argument(help="the node's folder 节点目录")]
Json = Annotated[bool, typer.Option("--json", help="print JSON")]
Url = Annotated[str, typer.Option(envvar="MZ_URL", help="the gateway 网关地址")]

ADVICE = (
    "请停用本节点，保留其目录作证据；以另一机构的快照恢复，并在那里审计。\n"
    "Stop this node and keep its folder as evidence; restore from a snapshot of another "
    "institution and audit there."
)


def _new_secret(path: Path) -> bytes:
    """Write 32 random bytes as hex into a new file of mode 600; return them."""
    secret = secrets.token_bytes(32)
    try:
        write_secret(path, secret.hex())
    except FileExistsError:
        fail(f"{path} 已存在。{path} exists already; choose another name.")
    except OSError as error:
        fail(f"{path} 无法写入：{error.strerror}。It cannot be written.")
    return secret


@app.command()
def salt(path: Annotated[Path, typer.Argument(help="a new salt file 新盐值文件")]) -> None:
    """Make a ledger's salt; print the hash that its genesis file names 生成盐值."""
    as_json({"salt_sha256": hashlib.sha256(_new_secret(path)).hexdigest()})


@app.command()
def keygen(path: Annotated[Path, typer.Argument(help="a new key file 新密钥文件")]) -> None:
    """Make a personal key: 32 random bytes, mode 600; print its public half 生成密钥."""
    seed = _new_secret(path)
    signer = Ed25519Suite().signer(seed)
    as_json({"public_key": signer.public_key.hex(), "kid": KeyFile.read(path).kid})


@app.command()
def init(
    home: Home,
    genesis: Annotated[Path, typer.Option(help="genesis file, JSON or YAML 创世文件")],
    key: Annotated[Path, typer.Option(help="the node's key file 节点密钥")],
    salt: Annotated[Path, typer.Option(help="file with the salt, hex 盐值文件")],
) -> None:
    """Make a node's folder from a genesis file 初始化节点."""
    try:
        seed = bytes.fromhex(key.read_text().strip())
        secret = bytes.fromhex(salt.read_text().strip())
        make_home(home, read_draft(genesis), secret, NodeKey(seed), VERSIONS)
    except (GenesisRefused, HomeRefused, OSError, ValueError) as refused:
        fail(str(refused))
    OUT.print(f"账本已建立 ledger begun: {home}")


@app.command()
def adduser(
    home: Home,
    name: Annotated[str, typer.Argument(help="name to sign in with 登录名")],
    person: Annotated[str, typer.Argument(help="id of the person on the ledger 人员编号")],
    key: Annotated[
        Path | None, typer.Option(help="the person's key file; else a new key 密钥文件")
    ] = None,
    password: Annotated[
        str,
        typer.Option(
            prompt="密码 password", hide_input=True, confirmation_prompt=True, envvar="MZ_PASSWORD"
        ),
    ] = "",
) -> None:
    """Let a person sign in at this node by a password 登记登录用户.

    The key is kept in HOME/keystore.sqlite under the password. The ledger must know its other half.
    """
    if not (home / "ledger").is_dir():
        fail(f"{home} 中没有账本；先运行 init。No ledger stands in {home}; run `init` first.")
    try:
        seed = None if key is None else bytes.fromhex(key.read_text().strip())
        keystore = Keystore(home / "keystore.sqlite")
        public_key = keystore.add(name, person, password, seed)
        keystore.close()
    except PasswordRefused:
        fail(
            f"密码须有 {PASSWORD_CHARS_MIN} 至 {PASSWORD_CHARS_MAX} 个字符。"
            "A password has so many characters."
        )
    except UserExists:
        fail(f"登录名 {name} 已存在。The name {name} is taken; choose another.")
    except (OSError, ValueError) as error:
        fail(f"密钥文件无法使用：{error}。The key file cannot be used.")
    as_json({"user": name, "person": person, "public_key": public_key.hex()})


@app.command()
def run(
    home: Home,
    host: Annotated[str, typer.Option(help="address to listen on")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="port to listen on")] = 8080,
    origin: Annotated[
        list[str] | None,
        typer.Option(help="where people see it, as https://mz.example; may be repeated"),
    ] = None,
) -> None:
    """Run a node with its gateway until stopped 运行节点.

    Behind a proxy each address that people open must be named by --origin: who signs in by his own
    key signs for the address that he sees, and no other counts.
    """
    origins = tuple(_origin(each) for each in origin or ())
    try:
        node = Node(home, VERSIONS, rules=RULES)
        node.start()
    except (HomeRefused, GenesisRefused, ClockBehind, ClockAhead, NodeFault) as refused:
        fail(str(refused))
    try:
        OUT.print(f"明账 {node.genesis.chain}：http://{host}:{port}/")
        service = open_service(node, origins=origins)
        asyncio.run(server_for(service, host, port).serve())
    except ViewsRefused as refused:
        fail(str(refused))
    finally:
        node.stop()


def _origin(typed: str) -> str:
    """Return an origin as browsers write it."""
    try:
        parts = urlsplit(typed)
        port = parts.port
    except ValueError:
        fail(f"网址 {typed} 写错了。{typed} is no address.")
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/"):
        fail(f"网址写成 https://mz.example 的样子：{typed}。Write the address like that.")
    name = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    is_usual = port in (None, {"http": 80, "https": 443}[parts.scheme])
    return f"{parts.scheme}://{name}" + ("" if is_usual else f":{port}")


@app.command()
def demo(
    check: Annotated[bool, typer.Option(help="headless: load, verify, audit, exit")] = False,  # noqa: FBT002 - a flag of typer's
    home: Annotated[Path | None, typer.Option(help="folder to keep (new)")] = None,
    host: Annotated[str, typer.Option()] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="0 takes a free one")] = 8080,
) -> None:
    """Load the worked case on a fresh ledger and serve it 演示."""
    sys.exit(demos.check(home) if check else demos.serve(home, host, port))


@app.command()
def audit(
    home: Home,
    snapshot: Annotated[
        Path | None, typer.Option("--from", help="begin from this snapshot 自快照起")
    ] = None,
    json_: Json = False,  # noqa: FBT002 - a flag of typer's
) -> None:
    """Execute a ledger again and name the first difference 审计账本.

    From genesis, or from a snapshot, which is verified first. The node may run: then what it has
    committed by now is copied and audited.
    """
    try:
        with Progress(disable=json_, transient=True) as progress:
            task = progress.add_task("重放区块 replaying", total=None)
            found = audit_home(
                home,
                VERSIONS,
                lambda h, last: progress.update(task, completed=h, total=last),
                snapshot,
            )
    except (NodeFault, GenesisRefused, AuditRefused, SnapshotRefused, OSError) as refused:
        fail(str(refused))
    report: dict[str, Any] = {
        "heights": found.heights,
        "commands": found.commands,
        "records": found.records,
        "app_hash": found.app_hash,
        "differences": [
            {
                "height": each.height,
                "what": each.what,
                "key": each.key,
                "byte": each.byte,
                "detail": each.detail,
            }
            for each in found.differences
        ],
    }
    if json_:
        as_json(report)
    elif found.differences:
        OUT.print("[red]账本与重放不符 the ledger differs from its replay[/red]")
        for each in found.differences:
            zh, en = SAID[each.what]
            at = "" if each.byte is None else f"，第 {each.byte} 字节 byte {each.byte}"
            where = f"区块 block {each.height}，{zh} {en}：{each.key}{at}"
            OUT.print(f"{where}\n{each.detail}\n{ADVICE}", markup=False, highlight=False)
    else:
        OUT.print(
            f"[green]相符 identical[/green]：{found.heights} 个区块 blocks，"
            f"{found.commands} 条指令 commands，{found.records} 条记录 records，"
            f"app hash {found.app_hash}"
        )
    sys.exit(1 if found.differences else 0)


@app.command()
def verify(
    file: Annotated[Path, typer.Argument(help="proof bundle 证明文件")],
    root: Annotated[
        str | None, typer.Option(help="checkpoint or validators: file or address 检查点")
    ] = None,
    key: Annotated[
        list[str] | None, typer.Option(help="verifier key that must have signed")
    ] = None,
    server: Annotated[str | None, typer.Option(help="where the bundle came from")] = None,
    not_older_than: Annotated[
        str | None, typer.Option(help="block time at least: 7d, 36h, 90m, a day or a moment (UTC)")
    ] = None,
    json_: Json = False,  # noqa: FBT002 - a flag of typer's
) -> None:
    """Check a proof bundle against a root that you trust 核验证明."""
    try:
        since = verification.earliest_ns(not_older_than, time.time_ns()) if not_older_than else None
    except ValueError:
        told = f"{not_older_than!r}: 7d, 36h, 90m, 2026-11-30, 2026-11-30T16:00:00Z"
        raise typer.BadParameter(told, param_hint="--not-older-than") from None
    answer = verification.run(file, root, key or [], server, since)
    if json_:
        sys.stdout.write(verification.answer_json(answer) + "\n")
    else:
        colour = "green" if answer["verified"] else "red"
        OUT.print(f"[{colour}]{answer['zh']}[/{colour}]\n{answer['en']}")
        proven(answer.get("content"))
    sys.exit(0 if answer["verified"] else 1)


@app.command()
def countersign(
    key: Annotated[Path, typer.Option(help="your key file 联署密钥")],
    name: Annotated[str, typer.Option(help="your name in the note 联署机构名")],
    url: Url = URL,
    out: Annotated[Path | None, typer.Option(help="also keep it here")] = None,
    ledger_key: Annotated[
        str | None, typer.Option(help="the ledger's verifier key, at the first time 账本公钥")
    ] = None,
) -> None:
    """Countersign the newest checkpoint of a ledger and send it back 联署检查点.

    KEY.seen.json, beside your key, keeps the ledger's key and what you signed last: a history that
    does not continue it is refused. Keep it as you keep the key.
    """
    client = Client(url)
    with answered(as_json=True) as show:
        try:
            witness = Witness(key, name)
            seen = witness.seen
            known = ledger_key or (seen.ledger_key if seen else _confirmed_key(client))
            signed = witness.countersign(client, known)
        except WitnessRefused as refused:
            fail(str(refused))
        if out is not None:
            out.write_bytes(signed)
        size = note.parse_checkpoint(note.parse_note(signed).text).size
        show({"size": size, "verifier_key": witness.verifier_key})


@app.command()
def witness(
    key: Annotated[Path, typer.Option(help="your key file 联署密钥")],
    name: Annotated[str, typer.Option(help="your name in the note 联署机构名")],
    url: Url = URL,
    ledger_key: Annotated[
        str | None, typer.Option(help="the ledger's verifier key, at the first time 账本公钥")
    ] = None,
    host: Annotated[str, typer.Option(help="address to listen on")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="port to listen on")] = 8090,
    every: Annotated[float, typer.Option(help="seconds between looks 间隔秒数", min=0.5)] = 10.0,
) -> None:
    """Watch a ledger: countersign what continues, and publish it at an address of your own 见证.

    /key and /checkpoint of that address are where others begin a check without trusting the ledger.
    """
    client = Client(url)
    try:
        watcher = Witness(key, name)
        seen = watcher.seen
        known = ledger_key or (seen.ledger_key if seen else _confirmed_key(client))
        watch = Watch(watcher, client, known, every)
        with watch.watching():
            if watch.fault:
                fail(watch.fault)
            OUT.print(f"见证地址 witness: http://{host}:{port}/checkpoint  {watcher.verifier_key}")
            watch.server(host, port).run()
    except (WitnessRefused, OSError, ValueError) as refused:
        fail(str(refused))


def _confirmed_key(client: Client) -> str:
    """Ask whether the key that the server names is the one its operator publishes elsewhere."""
    told = str(client.get("/api/keys")["node"])
    typer.confirm(
        f"{told}\n此公钥是否与账本运营机构公布的一致？"
        "Is this the key that the ledger's operator publishes?",
        abort=True,
        err=True,
    )
    return told


@app.command()
def get(
    path: Annotated[str, typer.Argument(help="e.g. views/execution_payments, records/KEY")],
    where: Annotated[
        list[str] | None, typer.Argument(help="COLUMN=VALUE, height=, date= 字段=值、高度或日期")
    ] = None,
    url: Url = URL,
    user: Annotated[str | None, typer.Option(help="sign in 登录名")] = None,
    password: Annotated[str | None, typer.Option(envvar="MZ_PASSWORD")] = None,
    acting: Annotated[str, typer.Option("--as", help="ORGANISATION/POST 单位/岗位")] = "",
    json_: Json = False,  # noqa: FBT002 - a flag of typer's
) -> None:
    """Read tables, records, versions, blocks, refusals 查询."""
    client = Client(url, acting=acting)
    with answered(as_json=json_) as show:
        if user:
            client.sign_in(user, password or "")
        if bare := [each for each in where or [] if "=" not in each]:
            fail(f"{bare[0]}：请写成 字段=值。Write {bare[0]} as COLUMN=VALUE.")
        params = {name: value for name, _, value in (each.partition("=") for each in where or [])}
        found = client.get(f"/api/{path}", **params)
        rows = next((found[n] for n in ("rows", "blocks", "refusals") if n in found), None)
        if rows is not None and not json_:
            table(rows)
            OUT.print(f"截至区块 as of block {found['height']}")
        else:
            show(found)


@app.command()
def status(kid: str, command_id: str, url: Url = URL) -> None:
    """Tell in which of its four states a command is 指令状态."""
    with answered(as_json=True) as show:
        show(Client(url).get(f"/api/commands/{kid}/{command_id}"))


@app.command()
def rebuild(
    home: Home, views: Annotated[str | None, typer.Option(help="database URL")] = None
) -> None:
    """Drop the views and fill them again from the journal 重建查询库."""
    if not (home / "ledger").is_dir():
        fail(f"{home} 中没有账本。No ledger stands in {home}.")
    try:
        height = refill(home, views)
    except (NodeFault, ViewsRefused) as refused:
        fail(str(refused))
    OUT.print(f"查询库已重建至区块 views rebuilt up to block {height}")


app.command()(snapshot)
app.command()(restore)


@app.command(
    name="do",
    context_settings={"ignore_unknown_options": True, "allow_extra_args": True},
    add_help_option=False,
)
def give(context: typer.Context) -> None:
    """Give a command: `do KIND …`, one subcommand per kind; `do --help` lists them 办理."""
    Kinds(name="do").main(args=context.args or ["--help"], prog_name="mingzhang do")


if __name__ == "__main__":
    app()
