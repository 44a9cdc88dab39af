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
PLACE = re.compile(r"<(?:path:)?(\w+)>")
PATH_WORDS = {"source": n_("글의 출처"), "name": n_("이름 또는 열쇠"), "kind": n_("개체의 종류")}


def document(endpoints: tuple[Endpoint, ...]) -> dict[str, Json]:
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "무역안보 지식베이스 API",
            "version": VERSION,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "paths": {PREFIX + PLACE.sub(r"{\1}", e.rule): {"get": operation(e)} for e in endpoints},
        "components": {
            "schemas": dict(SCHEMAS),
            "responses": {
                "Problem": {
                    "description": "RFC 9457 문제 보고",
                    "content": {"application/problem+json": {"schema": ref("Problem")}},
                }
            },
        },
    }


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
        "responses": responses | {"500": PROBLEM, "503": PROBLEM},
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
