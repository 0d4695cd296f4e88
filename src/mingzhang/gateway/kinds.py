"""What commands there are: read from the rooms' manifests, for forms, OpenAPI and programs."""

import inspect
from typing import Any

import msgspec
from fastapi import APIRouter, Request, Response

from mingzhang.gateway.service import Service
from mingzhang.gateway.texts import fields_of, title_of, words
from mingzhang.kernel.records import Command
from mingzhang.kernel.views import Table

READS = (
    "/api/views/",
    "/api/records/",
    "/api/versions/",
    "/api/blocks/",
    "/api/refusals",
    "/api/decisions",
    "/api/search",
    "/api/registered/",
    "/api/trail/",
    "/api/work",
    "/api/following",
    "/api/cases/",
    "/api/dealings",
    "/api/proofs/",
)
CHANGES = ("/api/commands/", "/api/dry-run/", "/api/session")
REFERENCE = "#/components/schemas/{name}"


def router(service: Service) -> APIRouter:
    """Return the routes ``/api/kinds`` and ``/api/words``."""
    routes = APIRouter(prefix="/api", tags=["kinds"])

    told: dict[int, bytes] = {}
    said = msgspec.json.encode(words())

    @routes.get("/kinds", summary="All commands with their JSON Schema / 全部指令")
    async def kinds(request: Request) -> Response:
        service.limit(service.read_rate, request)
        application = service.node.application
        if application.version not in told:
            found = application.modules.commands
            kinds = [_kind(found[kind]) for kind in sorted(found)]
            told[application.version] = msgspec.json.encode({"kinds": kinds})
        return Response(told[application.version], media_type="application/json")

    @routes.get("/words", summary="What members and codes are called / 字段与代码的名称")
    async def names(request: Request) -> Response:
        """`members` by name, `codes` by member and code: each in Chinese and English."""
        service.limit(service.read_rate, request)
        return Response(said, media_type="application/json")

    return routes


def described(openapi: dict[str, Any], service: Service) -> dict[str, Any]:
    """Return an OpenAPI document with a path per kind and per table, for generated clients."""
    commands = service.node.application.modules.commands
    if f"/api/commands/{next(iter(commands))}" in openapi["paths"]:
        return openapi
    kinds = sorted(commands)
    schemas, parts = msgspec.json.schema_components(
        [commands[kind] for kind in kinds], ref_template=REFERENCE
    )
    openapi.setdefault("components", {}).setdefault("schemas", {}).update(parts)
    for kind, schema in zip(kinds, schemas, strict=True):
        openapi["paths"][f"/api/commands/{kind}"] = {"post": _operation(kind, schema)}
    for table, _ in service.projector.schema.rooms.values():
        openapi["paths"][f"/api/views/{table.name}"] = {"get": _listing(table)}
    for path, methods in openapi["paths"].items():
        for method, operation in methods.items():
            header = _header(path, method)
            if header is not None:
                operation.setdefault("parameters", []).append(header)
    return openapi


def _header(path: str, method: str) -> dict[str, Any] | None:
    """Return the header that a signed-in caller adds to a request, as OpenAPI describes it."""
    if path.startswith(READS) and method == "get":
        name, words = "X-Acting", "organisation/post that one reads for 以何单位、岗位查阅"
    elif (
        path.startswith(CHANGES) and (path, method) != ("/api/session", "post") and method != "get"
    ):
        name, words = "X-CSRF-Token", "`csrf` of the session 登录时取得的令牌"
    else:
        return None
    return {
        "name": name,
        "in": "header",
        "required": False,
        "description": words,
        "schema": {"type": "string"},
    }


def _operation(kind: str, schema: dict[str, Any]) -> dict[str, Any]:
    acting = {
        "type": "object",
        "required": ["organisation", "post"],
        "properties": {"organisation": {"type": "string"}, "post": {"type": "string"}},
    }
    versions = {"type": "object", "additionalProperties": {"type": ["string", "null"]}}
    body = {
        "type": "object",
        "required": ["as", "body"],
        "properties": {
            "id": {"type": "string"},
            "expires": {"type": "integer"},
            "as": acting,
            "on": versions,
            "body": schema,
        },
    }
    answers = {
        "200": {"description": "final and accepted 已入账"},
        "202": {"description": "pending 处理中"},
        "422": {"description": "refused, as problem details 拒绝"},
    }
    return {
        "tags": [kind.partition(".")[0]],
        "operationId": kind.replace(".", "_").replace("/", "_v"),
        "summary": f"{title_of(kind, 'en')} / {title_of(kind, 'zh-CN')}",
        "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
        "responses": answers,
    }


_TYPES: dict[str, dict[str, Any]] = {
    "text": {"type": "string"},
    "int": {"type": "integer"},
    "bool": {"type": "boolean"},
    "json": {},
}
_PAGING = {"limit": "int", "after": "text", "height": "int", "date": "text", "since": "int"}


def _listing(table: Table) -> dict[str, Any]:
    """Describe the rows of one table; a column that is not public may be missing from a row."""
    always = {"id": "text", "from_height": "int"}
    columns = {each.name: each.type for each in table.columns}
    properties: dict[str, Any] = {
        name: _TYPES[kind] for name, kind in (*always.items(), *columns.items())
    }
    properties["to_height"] = {"type": ["integer", "null"]}
    row = {"type": "object", "required": [*always, "to_height"], "properties": properties}
    filters = {name: kind for name, kind in columns.items() if kind != "json"}
    answer = {
        "type": "object",
        "required": ["height", "rows", "after"],
        "properties": {
            "height": _TYPES["int"],
            "rows": {"type": "array", "items": row},
            "after": {"type": ["string", "null"]},
        },
    }
    return {
        "tags": ["views"],
        "operationId": f"view_{table.name}",
        "summary": table.name,
        "parameters": [
            {"name": name, "in": "query", "required": False, "schema": _TYPES[kind]}
            for name, kind in (_PAGING | {"id": "text"} | filters).items()
        ],
        "responses": {
            "200": {
                "description": "rows 记录",
                "content": {"application/json": {"schema": answer}},
            }
        },
    }


def _kind(command: type[Command]) -> dict[str, Any]:
    schema = msgspec.json.schema(command)
    return {
        "kind": command.kind,
        "right": command.right(),
        "on": list(command.on_keys),
        "title": title_of(command.kind, "en"),
        "title_zh": title_of(command.kind, "zh-CN"),
        "fields": fields_of(command.kind, "en"),
        "fields_zh": fields_of(command.kind, "zh-CN"),
        "description": inspect.cleandoc(command.__doc__ or ""),
        "schema": schema,
    }
