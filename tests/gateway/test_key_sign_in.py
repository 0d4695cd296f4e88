"""Signing in by a key that the person keeps: the gateway has its public half alone."""

import msgspec
import pytest

from mingzhang.crypto import jws
from mingzhang.gateway.commands import new_command_id
from tests.engine.small import ANN, STRANGER, SUITE


def own(http):
    return f"http://{http.base_url.netloc.decode()}"


def signed_in(
    http, signer=ANN.signer, origin=None, chain="small", challenge=None, seen=None, **headers
):
    """Sign in from a page at `origin`; `seen` is what the page says of itself."""
    challenge = challenge or http.post("/api/session/challenge").json()["challenge"]
    origin = origin or own(http)
    said = f"mingzhang sign-in\n{chain}\n{origin}\n{challenge}".encode()
    body = {
        "origin": seen or origin,
        "challenge": challenge,
        "public_key": signer.public_key.hex(),
        "signature": signer.sign(said).hex(),
    }
    return http.post("/api/session/key", json=body, headers=headers)


@pytest.fixture(autouse=True)
def unhurried(service):
    service.sign_in_rate._buckets.clear()


def test_who_signs_the_challenge_reads_and_tries_as_himself(http):
    answer = signed_in(http)
    assert answer.status_code == 200
    assert answer.json()["person"] == "ann"
    assert answer.json()["kid"] == ANN.kid
    assert answer.json()["signs_here"] is False
    assert http.get("/api/session").json()["person"] == "ann"
    wanted = {
        "as": {"organisation": "bureau", "post": "clerk"},
        "body": {"counter": "k", "amount_fen": 1},
    }
    csrf = {"X-CSRF-Token": answer.json()["csrf"]}
    assert http.post("/api/dry-run/count.add/1", json=wanted, headers=csrf).status_code == 200


def test_the_gateway_cannot_sign_for_him_but_takes_what_he_signed(http, service):
    csrf = {"X-CSRF-Token": signed_in(http).json()["csrf"]}
    acting = {"organisation": "bureau", "post": "clerk"}
    body = {"counter": "kept", "amount_fen": 1}
    refused = http.post(
        "/api/commands/count.add/1", json={"as": acting, "body": body}, headers=csrf
    )
    assert refused.status_code == 409
    assert refused.json()["code"] == "GAT-29"
    payload = {
        "chain": "small",
        "id": new_command_id(),
        "as": acting,
        "kind": "count.add/1",
        "on": {},
        "body": body,
        "expires": service.node.engine.next_time_ms() + 60_000,
    }
    token = jws.sign(msgspec.json.encode(payload), ANN.signer, SUITE)
    taken = http.post("/api/commands", content=token, headers={"Content-Type": "application/jose"})
    assert taken.json()["accepted"] is True


def test_a_challenge_counts_once_and_only_if_it_was_asked(http):
    challenge = http.post("/api/session/challenge").json()["challenge"]
    assert signed_in(http, challenge=challenge).status_code == 200
    for spent in (challenge, "made up"):
        answer = signed_in(http, challenge=spent)
        assert answer.status_code == 401
        assert answer.json()["code"] == "GAT-30"


def test_a_challenge_that_is_too_old_counts_no_more(http, service, monkeypatch):
    challenge = http.post("/api/session/challenge").json()["challenge"]
    now = service.challenges.clock()
    monkeypatch.setattr(service.challenges, "clock", lambda: now + 121)
    assert signed_in(http, challenge=challenge).status_code == 401


def test_a_signature_for_another_ledger_does_not_fit(http):
    answer = signed_in(http, chain="another")
    assert answer.status_code == 401
    assert answer.json()["code"] == "GAT-30"
    assert http.get("/api/session").json()["person"] is None


@pytest.mark.parametrize("host", [None, "evil.example"])
def test_what_a_page_elsewhere_had_signed_signs_nobody_in(http, host):
    """Its server passes the challenge on, and may write the Host header as it likes."""
    headers = {"Host": host} if host else {}
    answer = signed_in(http, origin="https://evil.example", **headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "GAT-31")
    lying = signed_in(http, origin="https://evil.example", seen=own(http), **headers)
    assert (lying.status_code, lying.json()["code"]) == (401, "GAT-30")
    assert http.get("/api/session").json()["person"] is None


def test_a_page_of_another_address_is_given_nothing_to_sign(http):
    asked = http.post("/api/session/challenge", headers={"Origin": "https://evil.example"})
    assert (asked.status_code, asked.json()["code"]) == (403, "GAT-31")
    assert "evil.example" in asked.json()["title_zh"]
    assert own(http) in asked.json()["detail_zh"]
    assert http.post("/api/session/challenge", headers={"Origin": own(http)}).status_code == 200


def test_behind_a_proxy_the_named_addresses_count_and_no_others(http, service, monkeypatch):
    monkeypatch.setattr(service, "origins", ("https://mz.example",))
    assert signed_in(http, origin="https://mz.example").status_code == 200
    assert signed_in(http, origin=own(http)).json()["code"] == "GAT-31"


def test_a_key_that_the_ledger_does_not_know_is_refused(http):
    assert signed_in(http, signer=STRANGER.signer).json()["code"] == "KER-11"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b'{"origin": "", "challenge": "x", "public_key": "zz", "signature": ""}',
        b'{"origin": "", "challenge": 1, "public_key": "", "signature": ""}',
    ],
)
def test_what_is_no_sign_in_is_refused(http, body):
    answer = http.post(
        "/api/session/key", content=body, headers={"Content-Type": "application/json"}
    )
    assert answer.status_code in (400, 401)
    assert answer.json()["code"] in ("GAT-10", "GAT-30")
