"""What only a demonstration has: entering as anybody of the case, and altering its view database.

Without `Service.sandbox`, which `mingzhang demo` alone sets, these addresses do not exist.
"""

from dataclasses import asdict, dataclass, field
from typing import Annotated, Any

from fastapi import APIRouter, Body, Request, Response
from sqlalchemy import select, update

from mingzhang.gateway.entrance import begin_session
from mingzhang.gateway.problems import Problem
from mingzhang.gateway.service import Service
from mingzhang.views.schema import in_force

FIGURES = "disclosure_figures"
ALTERED_BY_FEN = 100_00
"""How much the visitor's hand adds to a figure in the local view database."""


@dataclass(frozen=True)
class Account:
    """Somebody of the case, whom a visitor may be."""

    user: str
    organisation: str
    post: str
    zh: str
    en: str


@dataclass
class Sandbox:
    """A demonstration's accounts, and what its visitor has altered."""

    title_zh: str
    title_en: str
    accounts: tuple[Account, ...]
    password: str
    witnesses: tuple[str, ...] = ()
    """Addresses of other institutions' witnesses, which this demonstration also runs."""
    altered: dict[str, int] = field(default_factory=dict)
    """Amounts before the visitor's hand, by figure."""


def router(service: Service) -> APIRouter:
    """Return the routes under ``/api/sandbox``."""
    routes = APIRouter(prefix="/api/sandbox", tags=["sandbox"])

    def sandbox() -> Sandbox:
        if service.sandbox is None:
            raise Problem(404, "GAT-28", path="/api/sandbox", method="GET")
        return service.sandbox

    @routes.get("", summary="Accounts of a demonstration / 演示账户")
    async def accounts() -> dict[str, Any]:
        found = sandbox()
        return {
            "title_zh": found.title_zh,
            "title_en": found.title_en,
            "accounts": [asdict(each) for each in found.accounts],
            "altered": sorted(found.altered),
            "witnesses": list(found.witnesses),
        }

    @routes.post("/session", summary="Enter as somebody of the case / 以案例人物进入")
    async def enter(
        request: Request, response: Response, user: Annotated[str, Body(embed=True)]
    ) -> dict[str, Any]:
        found = sandbox()
        if user not in [each.user for each in found.accounts]:
            raise Problem(404, "GAT-11")
        return await begin_session(service, request, response, user, found.password)

    @routes.post("/alter", summary="Alter a figure in the local view database / 改动本机查询库")
    async def alter(figure: Annotated[str, Body(embed=True)]) -> dict[str, Any]:
        """Add 100 yuan to what the view database shows; the signed ledger knows nothing of it."""
        found = sandbox()
        signed_fen = found.altered.setdefault(figure, _shown(service, figure))
        _write(service, figure, signed_fen + ALTERED_BY_FEN)
        return {"figure": figure, "was_fen": signed_fen, "is_fen": signed_fen + ALTERED_BY_FEN}

    @routes.post("/restore", summary="Undo the visitor's alterations / 恢复", status_code=204)
    async def restore() -> None:
        found = sandbox()
        while found.altered:
            _write(service, *found.altered.popitem())

    return routes


def _shown(service: Service, figure: str) -> int:
    _, table = service.projector.schema.rooms[FIGURES]
    wanted = select(table.c.amount_fen).where(table.c.id == figure, in_force(table, None))
    rows = service.projector.fetch(wanted)
    if not rows:
        raise Problem(404, "GAT-17", key=f"disclosure/figure/{figure}", height=service.live.height)
    return int(rows[0]["amount_fen"])


def _write(service: Service, figure: str, amount_fen: int) -> None:
    _, table = service.projector.schema.rooms[FIGURES]
    with service.projector.engine.begin() as connection:
        connection.execute(
            update(table)
            .where(table.c.id == figure, in_force(table, None))
            .values(amount_fen=amount_fen)
        )
