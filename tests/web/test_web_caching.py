"""Every address says how long its answer may be kept, and an unchanged answer is not sent again."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from test_web_routes import DATA, FILES, PAGES

from kb.knowledge import KnowledgeBase
from kb.views import SearchParams

DOWNLOADS = (".csv", ".xlsx", ".jsonl", ".vcf")
PROBES = ("/healthz", "/readyz", "/metrics")
EVERY = [*PAGES.values(), *DATA.values(), *FILES.values()]
KEPT = [a for a in EVERY if not a.partition("?")[0].endswith(DOWNLOADS) and a not in PROBES]
NEVER = [a for a in EVERY if a not in KEPT and a != "/metrics"]


@pytest.fixture(scope="module")
def post(knowledge: KnowledgeBase) -> str:
    return knowledge.search(SearchParams(q="전략물자", filters={"source": ("samples",)})).hits[0].url


@pytest.mark.parametrize("address", KEPT)
def test_an_answer_is_asked_for_again_and_sent_only_when_it_changed(
    client: FlaskClient, post: str, address: str
) -> None:
    first = client.get(address.format(post=post))
    kept = {part.strip() for part in first.headers["Cache-Control"].split(",")}
    assert "no-cache" in kept and "public" not in kept and first.headers["ETag"]
    again = client.get(address.format(post=post), headers={"If-None-Match": first.headers["ETag"]})
    if not re.search(r"status|readyz", address):  # these say how long ago something was
        assert again.status_code == 304 and again.data == b"" and again.headers["ETag"] == first.headers["ETag"]
    assert client.get(address.format(post=post), headers={"If-None-Match": '"other"'}).status_code == 200


@pytest.mark.parametrize("address", NEVER)
def test_files_and_probes_are_never_kept(client: FlaskClient, post: str, address: str) -> None:
    answer = client.get(address.format(post=post))
    assert answer.headers["Cache-Control"] == "no-store" and "ETag" not in answer.headers


@pytest.mark.parametrize("address", EVERY)
def test_a_compressed_answer_is_the_same_answer(client: FlaskClient, post: str, address: str) -> None:
    plain = client.get(address.format(post=post))
    packed = client.get(address.format(post=post), headers={"Accept-Encoding": "gzip"})
    assert packed.status_code == plain.status_code
    if "Content-Encoding" in packed.headers and "ETag" in plain.headers:
        assert "Accept-Encoding" in packed.headers["Vary"] and packed.content_length < len(plain.data)
        assert packed.headers["ETag"].startswith("W/")
        validated = client.get(
            address.format(post=post), headers={"Accept-Encoding": "gzip", "If-None-Match": packed.headers["ETag"]}
        )
        assert validated.status_code == 304 or "status" in address


def test_a_failure_is_never_kept(client: FlaskClient) -> None:
    for address in ("/nothing", "/search?page=0", "/api/v1/search?cursor=x", "/api/v1/posts/a/b"):
        answer = client.get(address)
        assert answer.status_code in (400, 404) and answer.headers["Cache-Control"] == "no-store"


def test_pages_in_two_languages_are_kept_apart_and_data_together(client: FlaskClient) -> None:
    assert {"Accept-Language", "Cookie"} <= set(re.split(r",\s*", client.get("/help").headers["Vary"]))
    assert "Accept-Language" not in client.get("/api/v1/search").headers.get("Vary", "")
