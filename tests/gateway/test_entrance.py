"""Signing in: passwords, lock-out, limits, cookies."""

import httpx
import msgspec
import pytest

from mingzhang.gateway.keystore import Keystore, PasswordRefused, UserExists
from mingzhang.gateway.sessions import (
    FAILURES_MAX,
    IDLE_S,
    LIFE_S,
    LOCKED_S,
    Failures,
    RateLimit,
    Sessions,
)
from tests.gateway.conftest import PASSWORD

JSON = {"Content-Type": "application/json"}


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(ann):
    cookie = next(iter(ann.cookies.jar))
    assert cookie.has_nonstandard_attr("HttpOnly")
    assert cookie.get_nonstandard_attr("SameSite").lower() == "strict"


def test_signing_out_ends_the_session(ann):
    assert ann.get("/api/session").json()["person"] == "ann"
    assert ann.delete("/api/session").status_code == 204
    assert ann.get("/api/session").json()["person"] is None


@pytest.mark.parametrize(
    ("user", "password"), [("ann", "wrong password"), ("nobody", PASSWORD), ("ann", "")]
)
def test_wrong_name_and_wrong_password_answer_alike(http, service, user, password):
    service.sign_in_rate._buckets.clear()
    answer = http.post("/api/session", json={"user": user, "password": password})
    assert (answer.status_code, answer.json()["code"]) == (401, "GAT-11")
    service.failures.clear(user)


def test_repeated_failures_lock_the_name_even_for_the_right_password(http, service):
    service.sign_in_rate._buckets.clear()
    for _ in range(FAILURES_MAX):
        http.post("/api/session", json={"user": "ben", "password": "wrong password"})
    answer = http.post("/api/session", json={"user": "ben", "password": PASSWORD})
    assert (answer.status_code, answer.json()["code"]) == (429, "GAT-12")
    service.failures.clear("ben")


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b'{"user":1,"password":"x"}', b"\xff"])
def test_a_sign_in_that_is_not_as_described_is_refused(http, service, body):
    service.sign_in_rate._buckets.clear()
    answer = http.post("/api/session", content=body, headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (400, "GAT-10")


@pytest.mark.parametrize("path", ["/api/session", "/api/session/key"])
@pytest.mark.parametrize(
    "kind", [None, "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]
)
def test_what_a_form_of_another_site_can_send_signs_nobody_in(http, service, path, kind):
    service.sign_in_rate._buckets.clear()
    body = msgspec.json.encode({"user": "ann", "password": PASSWORD})
    answer = http.post(path, content=body, headers={"Content-Type": kind} if kind else {})
    assert (answer.status_code, answer.json()["code"]) == (415, "GAT-10")
    assert "application/json" in answer.json()["title"]
    assert "application/json" in answer.json()["title_zh"]
    assert "set-cookie" not in answer.headers
    typed = {"Content-Type": "application/json; charset=utf-8"}
    service.sign_in_rate._buckets.clear()
    assert http.post("/api/session", content=body, headers=typed).status_code == 200


def test_sign_ins_are_limited_by_caller(url, service):
    service.sign_in_rate._buckets.clear()
    with httpx.Client(base_url=url) as client:
        codes = [client.post("/api/session", content=b"").json()["code"] for _ in range(40)]
    assert "GAT-05" in codes
    service.sign_in_rate._buckets.clear()


def test_the_keystore_keeps_no_password_and_opens_only_for_the_right_one(tmp_path):
    path = tmp_path / "keys.sqlite"
    keystore = Keystore(path)
    public = keystore.add("li", "p-li", PASSWORD)
    person, signer = keystore.open("li", PASSWORD)
    assert (person, signer.public_key) == ("p-li", public)
    assert keystore.open("li", PASSWORD + "x") is None
    with pytest.raises(UserExists):
        keystore.add("li", "p-other", PASSWORD)
    with pytest.raises(PasswordRefused):
        keystore.add("wu", "p-wu", "short")
    keystore.close()
    assert PASSWORD.encode() not in path.read_bytes()
    assert path.stat().st_mode & 0o077 == 0


def test_a_key_moved_to_another_name_does_not_open(tmp_path):
    keystore = Keystore(tmp_path / "keys.sqlite")
    keystore.add("li", "p-li", PASSWORD)
    keystore._sql.execute("UPDATE keys SET person = 'p-mayor'")
    assert keystore.open("li", PASSWORD) is None
    keystore.close()


def test_sessions_end_when_idle_and_after_their_life():
    now = [0.0]
    sessions = Sessions(clock=lambda: now[0])
    name, _ = sessions.begin("li", "p-li", bytes(32))
    now[0] = IDLE_S - 1
    assert sessions.find(name) is not None
    now[0] += IDLE_S + 1
    assert sessions.find(name) is None
    name, _ = sessions.begin("li", "p-li", bytes(32))
    for _ in range(LIFE_S // (IDLE_S - 1) + 1):
        now[0] += IDLE_S - 1
        sessions.find(name)
    assert sessions.find(name) is None
    assert sessions.find("x" * 43) is None
    assert sessions.find(None) is None


def test_a_locked_name_opens_again_after_its_time():
    now = [0.0]
    failures = Failures(clock=lambda: now[0])
    for _ in range(FAILURES_MAX):
        assert failures.locked_s("li") == 0
        failures.note("li")
    assert failures.locked_s("li") > 0
    assert failures.locked_s("wu") == 0
    now[0] += LOCKED_S + 1
    assert failures.locked_s("li") == 0


def test_a_bucket_empties_and_fills():
    now = [0.0]
    limit = RateLimit(rate=2, burst=3, clock=lambda: now[0])
    assert [limit.allows("a") for _ in range(4)] == [True, True, True, False]
    assert limit.allows("b")
    now[0] += 1
    assert [limit.allows("a") for _ in range(3)] == [True, True, False]
    assert not limit.allows("a", 4)
