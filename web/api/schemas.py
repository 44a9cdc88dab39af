"""The shapes of the JSON answers as JSON Schema. tests/web holds every real answer against them."""

from __future__ import annotations

from kb.views import Json

TEXT: Json = {"type": "string"}
WHOLE: Json = {"type": "integer"}
NUMBER: Json = {"type": "number"}
DATE: Json = {"type": "string", "format": "date"}
MOMENT: Json = {"type": "string", "format": "date-time"}
COUNTS: Json = {"type": "object", "additionalProperties": WHOLE}
MAYBE_TEXT: Json = {"type": ["string", "null"]}
MAYBE_DATE: Json = {"type": ["string", "null"], "format": "date"}
MAYBE_MOMENT: Json = {"type": ["string", "null"], "format": "date-time"}
MAYBE_WHOLE: Json = {"type": ["integer", "null"]}


def many(item: Json) -> Json:
    return {"type": "array", "items": item}


def ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def shape(**properties: Json) -> Json:
    """An object that has all of these."""
    return {"type": "object", "required": list(properties), "properties": properties}


def renamed(table: dict[str, Json]) -> Json:
    return {"type": "object", "required": list(table), "properties": table}


NEXT: Json = {"type": ["string", "null"], "description": "이어지는 답의 주소. 끝이면 null"}
TEXTS = many(TEXT)
HIT = shape(
    post=TEXT,
    title=TEXT,
    date=DATE,
    score=NUMBER,
    snippet={"type": "string", "description": "HTML. 맞은 곳은 <mark>, 나머지는 이스케이프됨"},
    agencies=TEXTS,
    topics=TEXTS,
    copies={"type": "array", "items": TEXT, "description": "같은 발표를 전하는 다른 글"},
    categories=TEXTS,
    source=TEXT,
    url=TEXT,
)
FACET = shape(value=TEXT, label=TEXT, count=WHOLE)
ENTITY = shape(
    kind=TEXT,
    key=TEXT,
    label=TEXT,
    agency=MAYBE_TEXT,
    posts=WHOLE,
    first=MAYBE_DATE,
    last=MAYBE_DATE,
    url=TEXT,
)
LINEAGE = renamed({"name": TEXT, "from": MAYBE_DATE, "to": MAYBE_DATE, "relation": TEXT, "posts": WHOLE})
MENTION = shape(post=TEXT, title=TEXT, date=DATE, sentence=TEXT, rule=TEXT, confidence=NUMBER, url=TEXT)
OFFICE = shape(official=TEXT, title=MAYBE_TEXT, agency=MAYBE_TEXT, first=DATE, last=DATE, posts=WHOLE)
DESK = shape(
    number=TEXT, department=MAYBE_TEXT, agency=MAYBE_TEXT, first=DATE, last=DATE, posts=WHOLE, shared_with=TEXTS
)
KEY_POST = shape(post=TEXT, title=TEXT, date=DATE, mentions=WHOLE, url=TEXT)
WORD = shape(typed=TEXT, role=TEXT, terms=TEXTS, expansions=TEXTS, corrections=TEXTS, posts=MAYBE_WHOLE)
# A pair, said without prefixItems: several readers of OpenAPI 3.1, Schemathesis among them, trip over it inside arrays.
REASON: Json = {"type": "array", "items": {"type": ["string", "number"]}, "minItems": 2, "maxItems": 2}
PERIOD = shape(first=DATE, last=DATE, posts=WHOLE)
MAYBE_PERIOD: Json = {
    "type": ["object", "null"],
    "required": ["first", "last", "posts"],
    "properties": {"first": DATE, "last": DATE, "posts": WHOLE},
}
RUN = shape(
    source=TEXT,
    started=MOMENT,
    finished=MAYBE_MOMENT,
    counts=COUNTS,
    failed=many(shape(path=TEXT, reason=TEXT)),
)

SCHEMAS: dict[str, Json] = {
    "SearchResult": shape(
        total=WHOLE,
        page=WHOLE,
        pages=WHOLE,
        per_page=WHOLE,
        hits=many(ref("Hit")),
        facets={"type": "object", "additionalProperties": many(FACET)},
        suggestion=MAYBE_TEXT,
        notes=TEXTS,
        related=TEXTS,
        next=NEXT,
    ),
    "Hit": HIT,
    "Post": shape(
        post=TEXT,
        source=TEXT,
        title=TEXT,
        date=DATE,
        categories=TEXTS,
        text=TEXT,
        agencies=TEXTS,
        departments=many(shape(key=TEXT, label=TEXT)),
        officials=many(shape(name=TEXT, title=MAYBE_TEXT, agency=MAYBE_TEXT, kind=MAYBE_TEXT, url=TEXT)),
        countries=many(shape(code=TEXT, label=TEXT)),
        contacts=many(shape(number=TEXT, agency=MAYBE_TEXT, department=MAYBE_TEXT)),
        topics=TEXTS,
        further=many(shape(kind=TEXT, key=TEXT, label=TEXT)),
        in_force=many(shape(day=MAYBE_DATE, grain=MAYBE_TEXT, counted=MAYBE_TEXT, sentence=TEXT)),
        source_line=MAYBE_TEXT,
        source_url=MAYBE_TEXT,
        licence=MAYBE_TEXT,
        recovered=TEXTS,
        similar=TEXTS,
        copies=TEXTS,
        url=TEXT,
    ),
    "EntityList": shape(
        kind=TEXT, q=TEXT, total=WHOLE, page=WHOLE, pages=WHOLE, entities=many(ref("EntityCount")), next=NEXT
    ),
    "EntityCount": ENTITY,
    "Entity": shape(
        kind=TEXT,
        key=TEXT,
        label=TEXT,
        aliases=TEXTS,
        agency=MAYBE_TEXT,
        lineage=many(LINEAGE),
        posts=WHOLE,
        first=MAYBE_DATE,
        last=MAYBE_DATE,
        by_month=many(shape(month=TEXT, posts=WHOLE)),
        together={"type": "object", "additionalProperties": many(ref("EntityCount"))},
        offices=many(OFFICE),
        contacts=many(DESK),
        departments=many(ref("EntityCount")),
        key_posts=many(KEY_POST),
        quotes=many(MENTION),
        mentions=many(MENTION),
        page=WHOLE,
        pages=WHOLE,
        url=TEXT,
    ),
    "Directory": shape(
        q=TEXT,
        agency=TEXT,
        names={"type": "array", "items": TEXT, "description": "물은 기관이 쓴 이름들"},
        total=WHOLE,
        page=WHOLE,
        pages=WHOLE,
        newest_post=MAYBE_DATE,
        notes=TEXTS,
        desks=many(ref("Desk")),
        agencies=many(shape(name=TEXT, desks=WHOLE)),
        next=NEXT,
    ),
    "Desk": shape(
        number=TEXT,
        department=MAYBE_TEXT,
        agency=MAYBE_TEXT,
        first=DATE,
        last=DATE,
        posts=WHOLE,
        last_post=TEXT,
        url=TEXT,
        stale={"type": "boolean", "description": "가장 새 글보다 한 해 넘게 앞서 마지막으로 적힘"},
    ),
    "Overview": shape(
        posts=WHOLE,
        newest=many(shape(post=TEXT, title=TEXT, date=DATE, agencies=TEXTS, topics=TEXTS, url=TEXT)),
        grain={"type": "string", "enum": ["week", "month", "quarter", "year"], "description": "periods의 길이"},
        periods=many(PERIOD),
        topics=many(shape(topic=TEXT, label=TEXT, posts=WHOLE, counts=many(WHOLE))),
        agencies=many(shape(agency=TEXT, posts=WHOLE, counts=many(WHOLE))),
        quarter=MAYBE_PERIOD,
        quarter_before=MAYBE_PERIOD,
        countries=many(shape(country=TEXT, label=TEXT, now=WHOLE, before=WHOLE)),
        sources=many(shape(source=TEXT, posts=WHOLE, first=DATE, last=DATE, days=WHOLE)),
        days=many(shape(date=DATE, posts=WHOLE)),
        gaps=many(shape(first=DATE, last=DATE)),
    ),
    "DaysOfForce": shape(
        since={
            "type": ["string", "null"],
            "format": "date",
            "description": "이날부터 나온 글에서 찾음. null이면 모든 글",
        },
        statements=many(ref("DayOfForce")),
    ),
    "DayOfForce": shape(
        day={
            "type": ["string", "null"],
            "format": "date",
            "description": "grain이 month나 year이면 그 첫날. null이면 counted가 어디서부터 세는지 말함",
        },
        grain=MAYBE_TEXT,
        counted=MAYBE_TEXT,
        sentence=TEXT,
        post=TEXT,
        title=TEXT,
        date=DATE,
        agencies=TEXTS,
        topics=TEXTS,
        url=TEXT,
    ),
    "Suggestions": shape(q=TEXT, suggestions=many(shape(text=TEXT, kind=TEXT, url=TEXT, via=MAYBE_TEXT))),
    "Explanation": shape(
        q=TEXT,
        canonical=TEXT,
        words=many(WORD),
        notes=TEXTS,
        tree=TEXT,
        hits=many(shape(post=TEXT, title=TEXT, score=NUMBER, reasons=many(REASON))),
    ),
    "Status": shape(
        posts=WHOLE,
        first=MAYBE_DATE,
        last=MAYBE_DATE,
        sources=COUNTS,
        entities=COUNTS,
        engine=TEXT,
        build=MAYBE_TEXT,
        indexed=WHOLE,
        lag=WHOLE,
        built=MAYBE_TEXT,
        outbox=WHOLE,
        database_bytes=WHOLE,
        index_bytes=WHOLE,
        runs=many(RUN),
    ),
    "Problem": shape(type=TEXT, title=TEXT, status=WHOLE, detail=TEXT, instance=TEXT, request_id=TEXT),
}
