"""The OpenAPI document: it names every JSON route, and every real answer has the shape it promises."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from kb.knowledge import KnowledgeBase
from kb.views import SearchParams

TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "object": (dict,),
    "array": (list,),
    "null": (type(None),),
    "boolean": (bool,),
}


def check(value: Any, schema: dict[str, Any], defs: dict[str, Any], where: str = "$") -> None:
    """The part of JSON Schema that our document uses. Objects may hold nothing that is not described."""
    if "$ref" in schema:
        return check(value, defs[schema["$ref"].rsplit("/", 1)[1]], defs, where)
    wanted = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    assert isinstance(value, tuple(t for name in wanted for t in TYPES[name])), (where, value, wanted)
    if isinstance(value, dict) and "properties" in schema:
        assert set(value) == set(schema["required"]), (where, set(value) ^ set(schema["required"]))
        for name, each in value.items():
            check(each, schema["properties"][name], defs, f"{where}.{name}")
    elif isinstance(value, dict):
        for name, each in value.items():
            check(each, schema["additionalProperties"], defs, f"{where}.{name}")
    if isinstance(value, list):
        for i, each in enumerate(value):
            check(each, schema["prefixItems"][i] if "prefixItems" in schema else schema["items"], defs, f"{where}[{i}]")
    return None


@pytest.fixture(scope="module")
def document(app: Flask) -> dict[str, Any]:
    described: dict[str, Any] = app.test_client().get("/api/v1/openapi.json").get_json()
    return described


def test_every_route_is_described(app: Flask, document: dict[str, Any]) -> None:
    rules = {r.rule for r in app.url_map.iter_rules() if r.rule.startswith("/api/") and "openapi" not in r.rule}
    assert set(document["paths"]) == {re.sub(r"<(?:path:)?(\w+)>", r"{\1}", rule) for rule in rules}
    assert document["openapi"].startswith("3.1")


def test_every_place_in_a_path_is_a_parameter(document: dict[str, Any]) -> None:
    for path, item in document["paths"].items():
        named = {p["name"] for p in item["get"]["parameters"] if p["in"] == "path"}
        assert named == set(re.findall(r"{(\w+)}", path))
        assert all(p["required"] for p in item["get"]["parameters"] if p["in"] == "path")


def test_every_reference_resolves(document: dict[str, Any]) -> None:
    for pointer in re.findall(r"'\$ref': '#/([^']+)'", repr(document)):
        node: Any = document
        for step in pointer.split("/"):
            node = node[step]


@pytest.mark.parametrize(
    "address",
    [
        "/api/v1/search",
        "/api/v1/search?q=전략물자&per_page=50",
        "/api/v1/search?q=뷁쉛궯",
        "/api/v1/entities/agency",
        "/api/v1/entities/contact",
        "/api/v1/entities/agency/관세청",
        "/api/v1/entities/topic/strategic-items",
        "/api/v1/overview",
        "/api/v1/in-force",
        "/api/v1/in-force?about=topic",
        "/api/v1/directory",
        "/api/v1/directory?agency=없는기관",
        "/api/v1/suggest?q=관세",
        "/api/v1/suggest?q=",
        "/api/v1/explain?q=산업부 전략물자",
        "/api/v1/status",
    ],
)
def test_answers_have_the_promised_shape(client: FlaskClient, document: dict[str, Any], address: str) -> None:
    path = address.split("?")[0]
    template = next(p for p in document["paths"] if re.fullmatch(re.sub(r"{\w+}", "[^/]+", p), path))
    schema = document["paths"][template]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    check(client.get(address).get_json(), schema, document["components"]["schemas"])


def test_posts_have_the_promised_shape(client: FlaskClient, knowledge: KnowledgeBase, document: dict[str, Any]) -> None:
    for hit in knowledge.search(SearchParams(per_page=20)).hits:
        told = client.get(f"/api/v1{hit.url}").get_json()
        check(told, {"$ref": "#/components/schemas/Post"}, document["components"]["schemas"])


def test_problems_have_the_promised_shape(client: FlaskClient, document: dict[str, Any]) -> None:
    problem = client.get("/api/v1/search?page=0").get_json()
    del problem["parameter"], problem["value"]  # extension members
    check(problem, {"$ref": "#/components/schemas/Problem"}, document["components"]["schemas"])


def test_the_defaults_are_those_of_the_answers(client: FlaskClient, document: dict[str, Any]) -> None:
    described = {p["name"]: p["schema"] for p in document["paths"]["/api/v1/search"]["get"]["parameters"]}
    told = client.get("/api/v1/search").get_json()
    assert told["per_page"] == described["per_page"]["default"]
    assert told["page"] == described["page"]["default"]


def test_the_page_for_people_names_the_same(client: FlaskClient, document: dict[str, Any]) -> None:
    tree = HTMLParser(client.get("/help/api").text)
    shown = {node.text().split()[1] for node in tree.css("p code") if node.text().startswith("GET ")}
    assert shown == set(document["paths"])
    for link in tree.css("article a"):
        assert client.get(link.attributes["href"] or "").status_code == 200, link.html
