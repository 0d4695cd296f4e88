"""What the command line prints: answers as tables or JSON, problems in both languages."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import httpx
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from mingzhang.cli.client import CallFailed

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
    """Print rows as a table."""
    if not rows:
        OUT.print("（没有记录 no rows）")
        return
    shown = Table(show_lines=False)
    for name in rows[0]:
        shown.add_column(name, overflow="fold")
    for row in rows:
        shown.add_row(*("" if value is None else str(value) for value in row.values()))
    OUT.print(shown)


def _show(value: Any, *, plain: bool) -> None:  # noqa: ANN401 - any JSON value
    if plain:
        as_json(value)
        return
    if isinstance(value, dict) and value.get("state") == "final":
        OUT.print(
            f"[green]已入账 final[/green] 区块 block {value['height']}，第 {value['place'] + 1} 条"
        )
        for event in value["receipt"].get("events", ()):
            OUT.print(f"  {event['kind']} {json.dumps(event, ensure_ascii=False)}")
        return
    OUT.print_json(json.dumps(value, ensure_ascii=False))
