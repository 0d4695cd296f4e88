"""A passage through a public door is recorded when an answer came back."""

import asyncio
import sys

import httpx
import pytest

from tests import doors

ANSWER = httpx.MockTransport(lambda _: httpx.Response(200))


@pytest.fixture(autouse=True)
def no_door_yet():
    doors.forget()
    yield
    doors.forget()


def test_a_watched_client_records_http_once_answered():
    with doors.http(httpx.Client(transport=ANSWER)) as client:
        assert doors.passed() == ()
        client.get("http://node/")
        client.get("http://node/")
    assert doors.passed() == ("http",)


def test_a_watched_async_client_records_http():
    async def ask():
        async with doors.http(httpx.AsyncClient(transport=ANSWER)) as client:
            await client.get("http://node/")

    asyncio.run(ask())
    assert doors.passed() == ("http",)


def test_a_client_keeps_its_own_hooks():
    seen: list[httpx.Response] = []
    client = httpx.Client(transport=ANSWER, event_hooks={"response": [seen.append]})
    with doors.http(client):
        client.get("http://node/")
    assert len(seen) == 1


def test_no_answer_is_no_passage():
    def refuse(request):
        raise httpx.ConnectError("refused", request=request)

    client = doors.http(httpx.Client(transport=httpx.MockTransport(refuse)))
    with client, pytest.raises(httpx.ConnectError):
        client.get("http://node/")
    assert doors.passed() == ()


def test_an_unwatched_client_records_nothing():
    with httpx.Client(transport=ANSWER) as client:
        client.get("http://node/")
    assert doors.passed() == ()


@pytest.fixture
def program(tmp_path, monkeypatch):
    """Put a small `mingzhang` beside the interpreter, as an installed environment has it."""
    path = tmp_path / "mingzhang"
    path.write_text(
        '#!/bin/sh\n[ "$1" != break ] || { echo "Traceback" >&2; exit 1; }\n'
        'printf "%s," "$@"; cat; [ "$1" != refuse ]\n'
    )
    path.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))


@pytest.mark.usefixtures("program")
def test_the_command_line_is_a_door_and_its_answer_is_returned():
    answer = doors.cli("verify", "a b", stdin="text")
    assert answer.stdout == "verify,a b,text"
    assert doors.passed() == ("cli",)


@pytest.mark.usefixtures("program")
def test_a_refusal_is_an_answer_and_a_crash_is_none():
    assert doors.cli("break", stdin="").returncode == 1
    assert doors.passed() == ()
    assert doors.cli("refuse", stdin="").returncode == 1
    assert doors.passed() == ("cli",)
