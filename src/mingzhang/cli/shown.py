"""What the command line prints: answers as tables or JSON, problems in both languages."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import httpx
from rich.cells import cell_len
from rich.console import Console
from rich.markup import escape
from rich.rule import Rule
from rich.table import Table

from mingzhang.cli.client import CallFailed
from mingzhang.gateway.texts import yuan

OUT = Console(soft_wrap=True)
ERR = Console(stderr=True, soft_wrap=True)


def fail(message: str) -> NoReturn:
    """Print what is wrong and what to do; exit 2."""
    ERR.print(f"[red]{escape(message)}[/red]")
    sys.exit(2)


def as_json(value: Any) -> None:  # noqa: ANN401 - any JSON value
    """Print a value as JSON for programs."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=1) + "\n")


@contextmanager
def answered(*, as_json: bool) -> Iterator[Callable[[Any], None]]:
    """Give a function that prints an answer; a refusal is printed and exits 1."""
    try:
        yield lambda value: _show(value, plain=as_json)
    except CallFailed as failed:
        if as_json:
            sys.stdout.write(json.dumps(failed.problem, ensure_ascii=False, indent=1) + "\n")
        else:
            problem(failed.problem)
        sys.exit(1)
    except httpx.TransportError as error:
        fail(f"连接不上网关：{error}。The gateway cannot be reached; is the node running?")
    except (OSError, ValueError) as error:
        fail(str(error))


def problem(found: dict[str, Any]) -> None:
    """Print a problem document: code, what is wrong, what to do, in both languages."""
    code = found.get("code", "")
    ERR.print(f"[red]{code}[/red] {found.get('title_zh', '')}  {found.get('title', '')}")
    for remedy in (found.get("detail_zh"), found.get("detail")):
        if remedy:
            ERR.print(f"  {remedy}")


def table(rows: list[dict[str, Any]]) -> None:
    """Print rows as a table, or each as lines of its own where they are wider than the screen."""
    if not rows:
        OUT.print("（没有记录 no rows）")
        return
    texts = [{name: _text(value) for name, value in row.items()} for row in rows]
    names = list(dict.fromkeys(name for row in texts for name in row))
    widths = [max(cell_len(t) for t in (n, *(row.get(n, "") for row in texts))) for n in names]
    if sum(widths) + 3 * len(names) + 1 > OUT.width:
        for row in texts:
            OUT.print(Rule(style="dim"))
            for name, text in row.items():
                OUT.print(f"[dim]{escape(name)}[/dim]  {escape(text)}")
        return
    shown = Table(*names, show_lines=False)
    for row in texts:
        shown.add_row(*(escape(row.get(name, "")) for name in names))
    OUT.print(shown)


def proven(content: Any) -> None:  # noqa: ANN401 - any JSON value
    """Print what a proof has shown: of a published figure what it says, else the record."""
    if not isinstance(content, dict):
        return
    figure = content.get("content")
    if isinstance(figure, dict) and {"title_zh", "title_en", "amount_fen"} <= figure.keys():
        OUT.print(f"  {escape(figure['title_zh'])}  {escape(figure['title_en'])}")
        OUT.print(
            f"  [bold]{yuan(figure['amount_fen'])}[/bold] 元 yuan · "
            f"{escape(str(figure.get('organisation', '')))} · {figure.get('year', '')}"
        )
        for part in figure.get("parts", ()):
            OUT.print(f"    {escape(part['title_zh'])}  {yuan(part['amount_fen'])} 元")
        if payee := figure.get("payee"):
            OUT.print(f"    收款人 payee: {escape(payee.get('title') or payee['payee_class'])}")
        return
    OUT.print_json(json.dumps(content, ensure_ascii=False))


def _text(value: Any) -> str:  # noqa: ANN401 - any JSON value
    if value is None:
        return ""
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def _show(value: Any, *, plain: bool) -> None:  # noqa: ANN401 - any JSON value
    if plain:
        as_json(value)
        return
    if isinstance(value, dict) and value.get("state") == "final":
        OUT.print(
            f"[green]已入账 final[/green] 区块 block {value['height']}，第 {value['place'] + 1} 条"
        )
        receipt = value["receipt"]
        _events(receipt.get("events", ()))
        OUT.print(f"  查询 status: {receipt['kid']} {receipt['id']}")
        OUT.print(f"  证明 proof: {value['proof']}")
        return
    if isinstance(value, dict) and value.get("would") == "accept":
        OUT.print("[green]试算通过，未入账 would be accepted; nothing was recorded[/green]")
        _events(value["events"])
        return
    OUT.print_json(json.dumps(value, ensure_ascii=False))


def _events(events: Iterable[dict[str, Any]]) -> None:
    for event in events:
        facts = {name: each for name, each in event.items() if name != "kind"}
        OUT.print(f"  [dim]{event['kind']}[/dim] {escape(json.dumps(facts, ensure_ascii=False))}")
