"""The public doors of a running node, each recording that a test went through it.

A test marked with a feature counts only if it went through HTTP, the command line or a browser
while it ran (design section 12). Acceptance tests therefore take their clients from here:

- `http(client)` watches an `httpx` client, sync or async, and returns it;
- `cli(*args)` runs the installed `mingzhang` command and returns what it printed;
- `browser(page)` watches a Playwright page.
- `went_through(door)` is for a door of another kind.
"""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar

import httpx

if TYPE_CHECKING:
    from playwright.sync_api import Page, Response

Door = Literal["browser", "cli", "http"]
Client = TypeVar("Client", httpx.Client, httpx.AsyncClient)

BROKE = "Traceback"

_passed: list[Door] = []


def went_through(door: Door) -> None:
    """Record that the running test reached the system through this door and got an answer."""
    if door not in _passed:
        _passed.append(door)


def forget() -> None:
    """Begin another test: no door was used yet."""
    _passed.clear()


def passed() -> tuple[Door, ...]:
    """Return the doors that the running test went through, in the order of first use."""
    return tuple(_passed)


def http(client: Client) -> Client:
    """Watch a client: each response it receives counts as a passage through HTTP."""

    def seen(_: httpx.Response) -> None:
        went_through("http")

    async def seen_async(_: httpx.Response) -> None:
        went_through("http")

    hook = seen_async if isinstance(client, httpx.AsyncClient) else seen
    client.event_hooks["response"] = [*client.event_hooks["response"], hook]
    return client


def browser(page: "Page") -> "Page":
    """Watch a browser's page: each document or answer that it receives counts."""

    def seen(response: "Response") -> None:
        if response.ok:
            went_through("browser")

    page.on("response", seen)
    return page


def cli(
    *args: str,
    stdin: str | None = None,
    timeout_s: int = 120,
    env: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run the `mingzhang` command of this environment to its end and return what it printed.

    A refusal is an answer and counts; a program that broke with a traceback gave none.
    """
    program = Path(sys.executable).with_name("mingzhang")
    answer = subprocess.run(
        [str(program), *args],
        input=stdin,
        env={**os.environ, **(env or {})},
        capture_output=True,
        text=True,
        timeout=timeout_s,
        check=False,
    )
    if BROKE not in answer.stderr:
        went_through("cli")
    return answer
