"""Whom a comment on a case can name: posts along its way whose holders may read it.

A writer chooses among titles of posts, as officials address each other; who holds one is told only
to those who may read the case. Asked are the institution whose case it is, those above it and
those whose desks the case passes; whoever else may read it is not sought. Source: mission row H14.
"""

from typing import Any

import msgspec
from fastapi import APIRouter, Request

from mingzhang.domain.identity.state import Organisation
from mingzhang.domain.procedure.state import Case
from mingzhang.gateway.problems import Problem
from mingzhang.gateway.rights import Reader
from mingzhang.gateway.service import Service
from mingzhang.gateway.work import asked_by

TABLE = "procedure_cases"


def router(service: Service) -> APIRouter:
    """Return the route under ``/api/cases``."""
    routes = APIRouter(prefix="/api/cases", tags=["work"])

    @routes.get("/{case}/readers", summary="Posts that may read a case / 看得到一件事的岗位")
    async def readers(request: Request, case: str) -> dict[str, Any]:
        """Each post with those of its holders who may read the case, for `mentions`."""
        service.limit(service.read_rate, request)
        asking = asked_by(service, request)
        ledger = asking.who.ledger
        found = ledger.find(Case, case)
        if found is None:
            raise Problem(404, "GAT-17", key=Case.key(case), height=asking.context.height)
        if not asking.who.may_read(TABLE, found.organisation):
            raise Problem(403, "GAT-13", what=Case.key(case))
        owner = ledger.find(Organisation, found.organisation)
        desks = [desk.organisation for level in found.levels for desk in level.desks]
        along = (found.organisation, *(owner.ancestors if owner else ()), *desks)
        _, posts = asking.table("identity_posts")
        rows = []
        for row in asking.rows("identity_posts", posts.c.organisation.in_(dict.fromkeys(along))):
            at = {"organisation": row["organisation"], "post": row["id"]}
            held = [msgspec.structs.replace(asking.context, **at, person=p) for p in row["holders"]]
            may = [
                each.person
                for each in held
                if Reader(ledger, each).may_read(TABLE, found.organisation)
            ]
            if may:
                rows.append({**at, "holders": may})
        return {"height": service.live.height, "rows": rows}

    return routes
