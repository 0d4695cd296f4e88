"""The web: one page for every address that people open, and its assets, built from ``web/``.

An asset's name holds the hash of its content, so it never changes; the page is asked for anew each
time. Scripts come from this address only, and styles by a nonce that each answer renews: Ant Design
writes them into the page (decision 0005). Without the built bundle a plain page says what to do.
"""

import gzip
import mimetypes
import secrets
from functools import lru_cache
from html import escape
from importlib import resources
from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from mingzhang.gateway.problems import Problem
from mingzhang.gateway.service import Service

BUNDLE = Path(str(resources.files("mingzhang"))) / "web"
"""Written by ``./mz web``; inside the wheel, never in the repository."""
NONCE = "__NONCE__"
"""What the built page has in place of the nonce."""
POLICY = (
    "default-src 'self'; script-src 'self'; style-src-elem 'self' 'nonce-{nonce}'; "
    "style-src-attr 'unsafe-inline'; img-src 'self' data: blob:; connect-src *; object-src 'none'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)
"""`connect-src *`: a visitor's browser fetches checkpoints from other institutions' addresses."""
MACHINE = "camera=(self), microphone=(), geolocation=()"
"""What pages may ask of a visitor's machine: the camera, to scan a printed head."""
ASSET_HEADERS = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "Vary": "Accept-Encoding",
}
ASSETS_MAX = 500
"""Compressed assets kept at hand."""
NOT_BUILT = """<!doctype html><html lang=zh-CN><meta charset=utf-8>
<meta name=viewport content="width=device-width,initial-scale=1"><title>明账 · {chain}</title>
<h1>明账 · {chain}</h1>
<p>网页尚未构建。请在源代码目录运行 <code>./mz web</code>（Node 缺少时自动从包仓库获取），然后重启。
接口不受影响：</p>
<p>The pages have not been built. Run <code>./mz web</code> in the clone, then start again. The API
works without them:</p>
<p><a href=/api/views/disclosure_figures>已公开的数字 published figures</a> ·
<a href=/api/checkpoint/countersigned>已联署检查点 countersigned checkpoint</a> ·
<a href=/api/keys>核验公钥 keys</a> · <a href=/api/views>数据表 tables</a> ·
<a href=/api/kinds>指令 commands</a> · <a href=/api/blocks>区块 blocks</a> ·
<a href=/openapi.json>OpenAPI</a> · <a href=/healthz>健康 health</a></p>
"""
PAGES = (
    "",
    "enter",
    "desk",
    "project",
    "projects",
    "department",
    "departments",
    "payments",
    "verify",
    "public",
)
"""First parts of the addresses that people open; the router in the page knows the rest."""

mimetypes.add_type("text/javascript", ".js")
mimetypes.add_type("font/woff2", ".woff2")


def router(service: Service, bundle: Path = BUNDLE) -> APIRouter:
    """Return the routes of the pages and their assets."""
    routes = APIRouter(include_in_schema=False)

    def page() -> HTMLResponse:
        path = bundle / "index.html"
        nonce = secrets.token_urlsafe(16)
        if path.is_file():
            text = path.read_text(encoding="utf-8").replace(NONCE, nonce)
        else:
            text = NOT_BUILT.format(chain=escape(service.node.genesis.chain))
        headers = {
            "Content-Security-Policy": POLICY.format(nonce=nonce),
            "Permissions-Policy": MACHINE,
            "Cache-Control": "no-store",
        }
        return HTMLResponse(text, headers=headers)

    routes.add_api_route("/", page, methods=["GET"])
    for each in PAGES:
        routes.add_api_route(f"/{each}", page, methods=["GET"])
        routes.add_api_route(f"/{each}/{{_:path}}", page, methods=["GET"])

    @routes.get("/assets/{name}")
    def asset(request: Request, name: str) -> Response:
        path = bundle / "assets" / name
        if not path.is_file() or path.parent != bundle / "assets":
            raise Problem(404, "GAT-28", path=f"/assets/{name}", method="GET")
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        if "gzip" not in request.headers.get("accept-encoding", ""):
            return Response(path.read_bytes(), headers=ASSET_HEADERS, media_type=kind)
        headers = {**ASSET_HEADERS, "Content-Encoding": "gzip"}
        return Response(_compressed(path), headers=headers, media_type=kind)

    return routes


@lru_cache(maxsize=ASSETS_MAX)
def _compressed(path: Path) -> bytes:
    """Return an asset compressed; its name holds its hash, so it is compressed once."""
    return gzip.compress(path.read_bytes(), mtime=0)
