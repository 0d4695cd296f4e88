"""A plain page of what happened, with links to the API; the web replaces it when it is built."""

from datetime import UTC, datetime, timedelta
from html import escape
from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from sqlalchemy import select

from mingzhang.gateway.service import Service
from mingzhang.gateway.texts import title_of, yuan
from mingzhang.views.schema import in_force

LATEST = 80
STYLE = (
    "body{font:15px/1.6 system-ui,'Noto Sans CJK SC',sans-serif;margin:2rem auto;max-width:72rem;"
    "padding:0 1rem;color:#1f2933}table{border-collapse:collapse;width:100%;margin:.5rem 0 2rem}"
    "th,td{border-bottom:1px solid #d9dee3;padding:.35rem .6rem;text-align:left;vertical-align:top}"
    "td.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}"
    ".no{color:#a8071a}.wrap{overflow-x:auto}code{background:#f2f4f6;padding:.1rem .3rem}"
)

PAGE = """<!doctype html><html lang=zh-CN><meta charset=utf-8>
<meta name=viewport content="width=device-width,initial-scale=1">
<title>明账 · {chain}</title><style>{style}</style>
<h1>明账 <small>{chain}</small></h1>
<p>账本已到第 {height} 个区块。本账本由单一节点签名（单节点模式）：
请以另一机构联署的检查点核验，不要只信本页；核验程序 <code>mingzhang verify</code>。<br>
The ledger stands at block {height}. One node signs it: check figures against a checkpoint that
another institution has countersigned, by <code>mingzhang verify</code>, not against this page.</p>
<p><a href=/api/checkpoint/countersigned>已联署检查点 countersigned checkpoint</a> ·
<a href=/api/checkpoint>本节点检查点 this node's own</a> · <a href=/api/keys>核验公钥 keys</a> ·
<a href=/api/views>数据表 tables</a> ·
<a href=/api/kinds>指令 commands</a> · <a href=/api/blocks>区块 blocks</a> ·
<a href=/api/refusals>拒绝与预警 refusals</a> · <a href=/openapi.json>OpenAPI</a> ·
<a href=/healthz>健康 health</a></p>
<h2>已公开的数字 Published figures</h2>
<div class=wrap><table>
<tr><th>事项 subject<th>金额（元） amount<th>公开区块 in block<th>证明 proof</tr>
{figures}</table></div>
<h2>账本动态 What happened</h2>
<div class=wrap><table>
<tr><th>区块 block<th>账本时间 time<th>单位 organisation<th>事项 command<th>结果 outcome</tr>
{commands}</table></div>
"""


def router(service: Service) -> APIRouter:
    """Return the route ``/``."""
    routes = APIRouter(tags=["pages"])

    @routes.get("/", response_class=HTMLResponse, summary="What happened / 账本动态")
    async def home() -> HTMLResponse:
        return HTMLResponse(
            _page(service),
            headers={"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"},
        )

    return routes


def _page(service: Service) -> str:
    genesis = service.node.genesis
    return PAGE.format(
        style=STYLE,
        chain=escape(genesis.chain),
        height=service.live.height,
        figures=_figures(service),
        commands=_commands(service),
    )


def _figures(service: Service) -> str:
    pair = service.projector.schema.rooms.get("disclosure_figures")
    if pair is None:
        return ""
    described, table = pair
    statement = select(table).where(in_force(table, None)).order_by(table.c.id).limit(LATEST)
    rows = service.projector.fetch(statement)
    return "".join(_figure(described.of.path, row) for row in rows)


def _figure(path: str, row: dict[str, Any]) -> str:
    title = row.get("title_zh") or row["id"]
    amount = row.get("amount_fen")
    return (
        f"<tr><td>{escape(str(title))}<td class=n>{yuan(amount) if amount is not None else ''}"
        f"<td>{row['from_height']}<td><a href='/api/proofs/records/{path}/{escape(row['id'])}'>"
        "下载证明 bundle</a></tr>"
    )


def _commands(service: Service) -> str:
    schema = service.projector.schema
    blocks = schema.blocks
    statement = (
        select(schema.commands, blocks.c.time_ms)
        .join(blocks, blocks.c.height == schema.commands.c.height)
        .order_by(schema.commands.c.height.desc(), schema.commands.c.place.desc())
        .limit(LATEST)
    )
    return "".join(_command(service, row) for row in service.projector.fetch(statement))


def _command(service: Service, row: dict[str, Any]) -> str:
    zone = timedelta(seconds=service.node.genesis.offset_s)
    when = datetime.fromtimestamp(row["time_ms"] / 1_000, UTC) + zone
    kind = f"{escape(title_of(row['kind'], 'zh-CN'))} <code>{escape(row['kind'])}</code>"
    outcome = "已入账 accepted"
    if not row["accepted"]:
        clause = f"（{escape(row['clause'])}）" if row["clause"] else ""
        outcome = f"<span class=no>拒绝 refused {escape(row['code'])}{clause}</span>"
    return (
        f"<tr><td><a href='/api/blocks/{row['height']}'>{row['height']}</a>"
        f"<td>{when:%Y-%m-%d %H:%M}<td>{escape(row['organisation'])}<td>{kind}<td>{outcome}</tr>"
    )
