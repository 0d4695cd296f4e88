"""A table that somebody sees, as an Excel workbook: what he saw, with source, height and time.

The page sends what it shows; the workbook says of which ledger and height it is, and that a figure
is proven by its bundle and not by the file.
"""

import asyncio
import io
from typing import Annotated, Any, Literal

import msgspec
import xlsxwriter
from fastapi import APIRouter, Request, Response
from msgspec import Meta

from mingzhang.gateway.problems import Problem
from mingzhang.gateway.service import Service

BYTES_MAX = 4 * 1024 * 1024
CELLS_MAX = 200_000
CELLS_A_TOKEN = 10_000
"""What one token of a caller's rate pays for: about 0.1 s of computing."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FEN_PER_YUAN = 100
WIDTH_MAX = 48
FORBIDDEN_IN_SHEET_NAMES = str.maketrans("[]:*?/\\'", "（）：＊？／＼’")
SHEET_NAME_MAX = 31

Text = Annotated[str, Meta(max_length=2_000)]
Cell = Annotated[str, Meta(max_length=32_000)] | int | bool | None


class Column(msgspec.Struct, forbid_unknown_fields=True):
    """One column. `fen` values are whole fen and become yuan with two decimals."""

    title: Text
    kind: Literal["text", "int", "fen"]


class Sheet(msgspec.Struct, forbid_unknown_fields=True):
    """What a page sends."""

    title: Text
    notes: Annotated[list[Text], Meta(max_length=20)]
    columns: Annotated[list[Column], Meta(min_length=1, max_length=100)]
    rows: Annotated[list[list[Cell]], Meta(max_length=50_000)]
    total: bool = False
    """Whether the last row is a total: single line above, double below."""


def router(service: Service) -> APIRouter:
    """Return the route ``/api/workbooks``."""
    routes = APIRouter(prefix="/api", tags=["workbooks"])

    @routes.post("/workbooks", summary="A table as an Excel workbook", max_body_size=BYTES_MAX)
    async def workbook(request: Request) -> Response:
        """Take a title, notes, columns and rows as shown; nothing is kept."""
        service.limit(service.workbook_rate, request)
        try:
            sheet = msgspec.json.decode(await request.body(), type=Sheet)
        except msgspec.MsgspecError as error:
            raise Problem(400, "GAT-10", reason=str(error)) from None
        if any(len(row) != len(sheet.columns) for row in sheet.rows):
            raise Problem(400, "GAT-10", reason="rows")
        cells = len(sheet.rows) * len(sheet.columns)
        if cells > CELLS_MAX:
            raise Problem(400, "GAT-10", reason=f"more than {CELLS_MAX} cells")
        service.limit(service.workbook_rate, request, cells // CELLS_A_TOKEN)
        async with service.writing:
            book = await asyncio.to_thread(written, sheet, _source(service))
        return Response(book, media_type=XLSX)

    return routes


def _source(service: Service) -> str:
    chain, height = service.node.genesis.chain, service.live.height
    return f"账本 ledger {chain} · 第 {height} 账页时导出 exported at page {height}"


def written(sheet: Sheet, source: str) -> bytes:
    """Return a workbook's bytes. Texts are written as texts: none of them is a formula or link."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        name = sheet.title.translate(FORBIDDEN_IN_SHEET_NAMES)[:SHEET_NAME_MAX] or "1"
        page = book.add_worksheet(name)
        formats = {
            "title": book.add_format({"bold": True, "font_size": 16}),
            "head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True}),
            "text": book.add_format({"text_wrap": True, "valign": "top"}),
            "int": book.add_format({"num_format": "#,##0"}),
            "fen": book.add_format({"num_format": "#,##0.00"}),
            "text total": book.add_format({"bold": True, "top": 1, "bottom": 6}),
            "int total": book.add_format(
                {"bold": True, "top": 1, "bottom": 6, "num_format": "#,##0"}
            ),
            "fen total": book.add_format(
                {"bold": True, "top": 1, "bottom": 6, "num_format": "#,##0.00"}
            ),
        }
        page.write_string(0, 0, sheet.title, formats["title"])
        at = 1
        for each in (*sheet.notes, source):
            page.write_string(at, 0, each)
            at += 1
        _table(page, sheet, at, formats)
        page.set_landscape()
        page.set_paper(9)  # A4
        page.fit_to_pages(1, 0)
    return out.getvalue()


def _table(page: Any, sheet: Sheet, at: int, formats: dict[str, Any]) -> None:  # noqa: ANN401
    for place, column in enumerate(sheet.columns):
        unit = "（元）" if column.kind == "fen" and "元" not in column.title else ""
        page.write_string(at, place, column.title + unit, formats["head"])
        longest = max((len(str(row[place] or "")) for row in sheet.rows), default=0)
        page.set_column(place, place, min(WIDTH_MAX, max(10, 2 * len(column.title), longest + 4)))
    page.freeze_panes(at + 1, 0)
    for number, row in enumerate(sheet.rows, start=at + 1):
        is_total = sheet.total and number == at + len(sheet.rows)
        for place, (column, value) in enumerate(zip(sheet.columns, row, strict=True)):
            look = formats[f"{column.kind} total" if is_total else column.kind]
            if value is None:
                page.write_blank(number, place, None, look)
            elif isinstance(value, int) and column.kind == "fen":
                page.write_number(number, place, value / FEN_PER_YUAN, look)
            elif isinstance(value, int) and not isinstance(value, bool) and column.kind == "int":
                page.write_number(number, place, value, look)
            else:
                page.write_string(number, place, str(value), look)
