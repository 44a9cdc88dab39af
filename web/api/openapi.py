"""The OpenAPI 3.1 document, made from the table of endpoints and the table of schemas."""

from __future__ import annotations

import re

from kb.views import Json
from web import labels
from web.api.endpoints import PREFIX, Endpoint
from web.api.schemas import SCHEMAS
from web.language.catalog import noop as n_
from web.params import Many, Param

PROBLEM: Json = {"$ref": "#/components/responses/Problem"}
VERSION = "1"  # of what the answers mean, as in the address; which program gives them is nobody's business
TOKEN: Json = {
    "type": "http",
    "scheme": "bearer",
    "bearerFormat": "kb_<id>_<secret>",
    "description": "kb token create로 만든 접근 토큰. 서버가 KB_ACCESS=token일 때 필요합니다. 범위는 read.",
}
PLACE = re.compile(r"<(?:path:)?(\w+)>")
PATH_WORDS = {"source": n_("글의 출처"), "name": n_("이름 또는 키"), "kind": n_("항목의 종류")}


def document(endpoints: tuple[Endpoint, ...], guarded: bool = False) -> dict[str, Json]:
    """``guarded``: this server asks for a token. Another one may not, and describes itself without."""
    security: dict[str, Json] = {"security": [{"token": []}]} if guarded else {}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "무역안보 지식베이스 API",
            "version": VERSION,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        **security,
        "paths": {PREFIX + PLACE.sub(r"{\1}", e.rule): {"get": operation(e)} for e in endpoints},
        "components": {
            "schemas": dict(SCHEMAS),
            "responses": RESPONSES,
            "securitySchemes": {"token": TOKEN},
        },
    }


def problem(about: str, *headers: str) -> Json:
    """A failure: its shape, and what its headers tell."""
    told: dict[str, Json] = {"headers": {name: HEADERS[name] for name in headers}} if headers else {}
    return {"description": about, "content": {"application/problem+json": {"schema": ref("Problem")}}, **told}


def operation(endpoint: Endpoint) -> dict[str, Json]:
    ok: dict[str, Json] = {
        "description": endpoint.about,
        "content": {"application/json": {"schema": ref(endpoint.schema)}},
    }
    responses: dict[str, Json] = {"200": ok, "304": {"description": "그대로(If-None-Match)"}}
    if endpoint.params:
        responses["400"] = PROBLEM
    if PLACE.search(endpoint.rule):
        responses["404"] = PROBLEM
    return {
        "operationId": endpoint.name,
        "summary": endpoint.about,
        "parameters": [*map(in_path, PLACE.findall(endpoint.rule)), *map(in_query, endpoint.params)],
        "responses": responses | EVERYWHERE,
    }


def in_path(name: str) -> Json:
    schema: dict[str, Json] = {"type": "string", "minLength": 1}
    if name == "kind":
        schema = {"type": "string", "enum": list(labels.KINDS)}
    return {"name": name, "in": "path", "required": True, "description": PATH_WORDS[name], "schema": schema}


def in_query(param: Param) -> Json:
    described: dict[str, Json] = {
        "name": param.name,
        "in": "query",
        "description": param.about,
        "schema": param.schema(),
    }
    if isinstance(param, Many):
        described |= {"style": "form", "explode": True}
    return described


def ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


HEADERS: dict[str, Json] = {
    "WWW-Authenticate": {"description": "무엇을 보여야 하는지(RFC 6750)", "schema": {"type": "string"}},
    "Retry-After": {"description": "다시 시도할 수 있을 때까지의 초", "schema": {"type": "integer", "minimum": 1}},
    "RateLimit-Limit": {"description": "1분에 받는 요청의 수", "schema": {"type": "integer"}},
    "RateLimit-Remaining": {"description": "이번 1분에 남은 수", "schema": {"type": "integer"}},
    "RateLimit-Reset": {"description": "다시 처음 수가 될 때까지의 초", "schema": {"type": "integer"}},
}
RESPONSES: Json = {
    "Problem": problem("RFC 9457 문제 보고"),
    "Unauthorised": problem("접근 토큰이 없거나 틀림", "WWW-Authenticate"),
    "Forbidden": problem("토큰의 범위에 없거나, 이 컴퓨터의 이름이 아닌 주소로 옴"),
    "TooMany": problem(
        "1분의 요청 수를 넘음", "Retry-After", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"
    ),
}
EVERYWHERE: dict[str, Json] = {
    "401": {"$ref": "#/components/responses/Unauthorised"},
    "403": {"$ref": "#/components/responses/Forbidden"},
    "429": {"$ref": "#/components/responses/TooMany"},
    "500": PROBLEM,
    "503": PROBLEM,
}
