"""The built pages as the gateway serves them; what stands in them is tested in a browser."""

import asyncio
import re

import httpx
import pytest
from fastapi import FastAPI

from mingzhang.gateway import problems, web


@pytest.fixture
def serve(service):
    """Return a function that asks a gateway over a bundle's folder."""

    def ask(bundle, path):
        app = FastAPI()
        problems.handle(app)
        app.include_router(web.router(service, bundle))

        async def answer():
            transport = httpx.ASGITransport(app)
            async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
                return await client.get(path)

        return asyncio.run(answer())

    return ask


@pytest.fixture
def bundle(tmp_path):
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text('<script nonce="__NONCE__" src="/assets/a-1.js"></script>')
    (tmp_path / "assets" / "a-1.js").write_text("1")
    (tmp_path / "secret.txt").write_text("no")
    return tmp_path


def test_each_answer_has_a_nonce_of_its_own_and_lets_no_inline_script_in(serve, bundle):
    first, second = serve(bundle, "/"), serve(bundle, "/desk/payments/1")
    nonces = [re.search('nonce="([^"]+)"', each.text)[1] for each in (first, second)]
    assert nonces[0] != nonces[1]
    policy = first.headers["Content-Security-Policy"]
    assert f"'nonce-{nonces[0]}'" in policy
    assert "script-src 'self';" in policy
    assert "unsafe-eval" not in policy
    assert first.headers["Cache-Control"] == "no-store"
    assert first.headers["Permissions-Policy"].startswith("camera=(self), microphone=()")


def test_an_asset_is_kept_for_good_and_nothing_beside_the_assets_is_served(serve, bundle):
    asset = serve(bundle, "/assets/a-1.js")
    assert asset.headers["Content-Encoding"] == "gzip"  # httpx asks for it, and opens it
    assert asset.text == "1"
    assert asset.headers["Cache-Control"].endswith("immutable")
    assert asset.headers["Content-Type"].startswith("text/javascript")
    for path in ("/assets/none.js", "/assets/..%2fsecret.txt", "/assets/%2e%2e%2fsecret.txt"):
        answer = serve(bundle, path)
        assert answer.status_code == 404
        assert answer.json()["code"] == "GAT-28"


def test_without_a_built_bundle_a_plain_page_says_what_to_do(serve, tmp_path):
    page = serve(tmp_path, "/")
    assert page.status_code == 200
    assert "./mz web" in page.text
    assert "script" not in page.text
    assert "/openapi.json" in page.text


def test_an_address_that_no_page_has_is_answered_as_a_problem(http):
    answer = http.get("/nonsense")
    assert answer.status_code == 404
    assert answer.json()["code"] == "GAT-28"


def test_pages_carry_headers_that_keep_others_out(http):
    page = http.get("/")
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert http.get("/api/blocks").headers["Cache-Control"] == "no-store"


def test_a_ledger_that_is_no_demonstration_has_no_sandbox(http):
    assert http.get("/api/ledger").json()["sandbox"] is False
    assert http.get("/api/sandbox").status_code == 404
    assert http.post("/api/sandbox/session", json={"user": "ann"}).status_code == 404
    assert http.post("/api/sandbox/alter", json={"figure": "x"}).status_code == 404
