"""The page that shows the API to people: made from the OpenAPI document, so it says neither more nor less."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template

from web.api.endpoints import ENDPOINTS, PREFIX, Endpoint
from web.api.openapi import PATH_WORDS, PLACE
from web.context import settings
from web.params import Choice, Day, Many, Param, Text, Whole

reference = Blueprint("reference", __name__)

EXAMPLES = {
    "search": "/search?q=전략물자&agency=관세청&per_page=3",
    "entities": "/entities/agency?q=관세",
    "entity": "/entities/topic/strategic-items",
    "suggest": "/suggest?q=ㅈㄹㅁㅈ",
    "explain": "/explain?q=산업부 전략물자",
    "status": "/status",
}


@dataclass(frozen=True, slots=True)
class Described:
    """An endpoint as the page shows it: names, what they mean, what they take."""

    name: str
    path: str
    about: str
    schema: str
    places: tuple[tuple[str, str], ...]
    params: tuple[tuple[str, str, str], ...]
    example: str | None


@reference.get("/help/api")
def page() -> str:
    return render_template(
        "api.html", endpoints=[described(each) for each in ENDPOINTS], prefix=PREFIX, settings=settings()
    )


def described(endpoint: Endpoint) -> Described:
    example = EXAMPLES.get(endpoint.name)
    return Described(
        name=endpoint.name,
        path=PREFIX + PLACE.sub(r"{\1}", endpoint.rule),
        about=endpoint.about,
        schema=endpoint.schema,
        places=tuple((name, PATH_WORDS[name]) for name in PLACE.findall(endpoint.rule)),
        params=tuple((param.name, param.about, takes(param)) for param in endpoint.params),
        example=PREFIX + example if example else None,
    )


def takes(param: Param) -> str:
    """What values a parameter takes, in words."""
    match param:
        case Whole():
            return f"{param.least}~{param.most:,}, 기본 {param.default}"
        case Choice():
            return ", ".join(param.choices) + f", 기본 {param.choices[0]}"
        case Day():
            return "2024-07-15, 2024-07 또는 2024"
        case Many():
            return f"되풀이할 수 있음, {param.most}개까지"
        case Text():
            return f"{param.limit:,}자까지"
