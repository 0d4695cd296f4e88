"""The load of `bench/ledger.py` over HTTP, in a process of its own: URL and a folder of tokens.

It speaks HTTP/1.1 over plain sockets: a client library would cost more than what is measured.
"""

import asyncio
import json
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import uvloop

BATCH = 100
USERS = 100
SENDERS = 8
PAUSE_S = 1.0
"""What a user does between two commands of his takes longer."""


class Connection:
    """One connection that is kept open."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    @classmethod
    async def open(cls, url: str) -> "Connection":
        """Connect to a server."""
        at = urlsplit(url)
        return cls(*await asyncio.open_connection(at.hostname, at.port))

    async def post(self, body: bytes, content_type: str) -> tuple[int, bytes]:
        """Post to ``/api/commands``; return status and body."""
        head = (
            f"POST /api/commands HTTP/1.1\r\nHost: bench\r\nContent-Type: {content_type}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        self._writer.write(head.encode() + body)
        answer = await self._reader.readuntil(b"\r\n\r\n")
        status = int(answer.split(b" ", 2)[1])
        length = int(answer.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        return status, await self._reader.readexactly(length)


async def batches(url: str, tokens: list[str]) -> float:
    """Post batches over some connections; return commands a second."""
    parts = [tokens[n : n + BATCH] for n in range(0, len(tokens), BATCH)]

    async def sender() -> None:
        connection = await Connection.open(url)
        while parts:
            body = json.dumps({"commands": parts.pop()}).encode()
            _, answer = await connection.post(body, "application/json")
            accepted = [each.get("accepted") for each in json.loads(answer)["answers"]]
            assert all(accepted), answer[:500]

    began = time.perf_counter()
    await asyncio.gather(*(sender() for _ in range(SENDERS)))
    return len(tokens) / (time.perf_counter() - began)


async def singles(url: str, tokens: list[str], pause_s: float) -> list[float]:
    """Have a hundred users send one command after another; return the waits, sorted.

    Each waits for the answer, then pauses; without a pause a hundred commands are always on
    their way, and the waits are a hundred times the time of one.
    """
    waits = []
    queue = [token.encode() for token in tokens]

    async def user(number: int) -> None:
        connection = await Connection.open(url)
        await asyncio.sleep(pause_s * number / USERS)
        while queue:
            token = queue.pop()
            sent = time.perf_counter()
            status, answer = await connection.post(token, "application/jose")
            waits.append(time.perf_counter() - sent)
            assert status < 300, answer[:500]  # noqa: PLR2004 - any success
            await asyncio.sleep(pause_s)

    await asyncio.gather(*(user(number) for number in range(USERS)))
    return sorted(waits)


def at(waits: list[float], part: float) -> float:
    """Return the wait in ms that so large a part of them stays below."""
    return round(waits[int(len(waits) * part)] * 1e3, 1)


async def main(url: str, folder: Path) -> None:
    """Run all and print one JSON line."""
    rate = await batches(url, (folder / "batch").read_text().split("\n"))
    wires = (folder / "single").read_text().split("\n")
    paced = await singles(url, wires[: len(wires) // 2], PAUSE_S)
    waits = await singles(url, wires[len(wires) // 2 :], 0)
    figures = {
        "http_commands_per_s": round(rate),
        "confirm_p50_ms": at(paced, 0.5),
        "confirm_p99_ms": at(paced, 0.99),
        "confirm_without_pause_p50_ms": at(waits, 0.5),
        "confirm_without_pause_p99_ms": at(waits, 0.99),
        "confirm_without_pause_per_s": round(USERS / (sum(waits) / len(waits))),
    }
    sys.stdout.write(json.dumps(figures) + "\n")


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1], Path(sys.argv[2])))
