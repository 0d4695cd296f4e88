"""A witness's own address: what it signed last, and nothing that it would not sign."""

import asyncio

import httpx
import pytest

from mingzhang.cli.client import Client
from mingzhang.cli.watching import Watch
from mingzhang.cli.witness import Witness
from mingzhang.verify import note
from tests.gateway.test_witness import OWN_KEY, Liar, leaves


@pytest.fixture
def liar():
    liar = Liar()
    yield liar
    liar.close()


@pytest.fixture
def watch(liar, tmp_path):
    (tmp_path / "key").write_text((b"w" * 32).hex())
    with Client(liar.url) as client:
        yield Watch(Witness(tmp_path / "key", "audit-office"), client, OWN_KEY, 3_600)


def published(watch, path, headers=None):
    async def answer():
        transport = httpx.ASGITransport(watch.server("127.0.0.1", 0).config.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://witness") as client:
            return await client.get(path, headers=headers)

    return asyncio.run(answer())


def test_the_address_publishes_key_and_newest_note_to_any_page(liar, watch):
    liar.show(leaves("a"))
    watch.look()
    liar.show(leaves("a", "b"))
    watch.look()
    answer = published(watch, "/checkpoint", {"Origin": "https://portal.example"})
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    signed = note.parse_note(answer.content)
    key = note.parse_key(published(watch, "/key").text.strip())
    assert [each.key for each in note.verify_note(signed, [key])] == [key]
    assert note.parse_checkpoint(signed.text).size == 2
    assert len(liar.taken) == 2


def test_what_it_has_signed_already_it_does_not_sign_again(liar, watch):
    liar.show(leaves("a"))
    watch.look()
    watch.look()
    assert len(liar.taken) == 1


@pytest.mark.parametrize("then", [leaves("x"), leaves("x", "y")], ids=["same size", "grown"])
def test_after_a_history_that_does_not_continue_it_keeps_the_last_note_and_says_so(
    liar, watch, then
):
    liar.show(leaves("a"))
    watch.look()
    before = watch.signed
    liar.show(then)
    watch.look()
    assert published(watch, "/checkpoint").content == before
    health = published(watch, "/healthz").json()
    assert health["well"] is False
    assert "does not continue" in health["fault"]


def test_before_the_first_signature_there_is_no_checkpoint(liar, watch):
    liar.show(leaves("a"), chain="another")
    watch.look()
    assert published(watch, "/checkpoint").status_code == 404
    assert published(watch, "/healthz").json()["well"] is False


def test_what_is_no_note_is_told_and_the_next_good_one_signed(liar, watch):
    liar.shown = b"nonsense"
    watch.look()
    assert watch.fault
    liar.show(leaves("a"))
    watch.look()
    assert watch.fault == ""
    assert watch.signed
