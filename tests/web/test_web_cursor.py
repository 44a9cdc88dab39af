"""Cursors: every list from its beginning to its end, also while posts come and go, and nothing but its own cursors."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from index.analysis.korean import KoreanAnalyzer
from kb.knowledge import KnowledgeBase
from kb.settings import Settings
from web import create_app

LISTS = {
    "/api/v1/search": ("hits", "post"),
    "/api/v1/search?q=수출": ("hits", "post"),
    "/api/v1/search?agency=관세청&from=2024": ("hits", "post"),
    "/api/v1/entities/agency": ("entities", "key"),
    "/api/v1/entities/official": ("entities", "key"),
    "/api/v1/directory": ("desks", "number"),
    "/api/v1/directory?agency=산업부": ("desks", "number"),
}
POST = "---\ntitle: 전략물자 {n}\ndate: {day} 10:00:00 +0900\n---\n\n산업통상자원부는 전략물자 수출을 알렸다. 제{n}호\n"


def walk(client: FlaskClient, address: str, size: int) -> Iterator[dict[str, Any]]:
    onward: str | None = f"{address}{'&' if '?' in address else '?'}cursor=*&per_page={size}"
    while onward:
        answer = client.get(onward)
        assert answer.status_code == 200, answer.text
        onward = answer.get_json()["next"]
        assert answer.headers.get("Link") == (f'<http://localhost{onward}>; rel="next"' if onward else None)
        yield answer.get_json()


@pytest.mark.parametrize("address", LISTS)
@pytest.mark.parametrize("size", [1, 3, 100])
def test_a_walk_gives_everything_once(client: FlaskClient, address: str, size: int) -> None:
    name, key = LISTS[address]
    parts = list(walk(client, address, size))
    given = [item for part in parts for item in part[name]]
    assert len(given) == parts[0]["total"] > 3
    assert len({(item[key], item.get("department"), item.get("agency")) for item in given}) == len(given)
    assert all(len(part[name]) == size for part in parts[:-1]) and parts[-1][name]


def test_a_walk_through_posts_runs_from_the_newest(client: FlaskClient) -> None:
    days = [hit["date"] for part in walk(client, "/api/v1/search", 4) for hit in part["hits"]]
    assert days == sorted(days, reverse=True)


def test_pages_say_what_follows_too(client: FlaskClient) -> None:
    for address in (
        "/api/v1/search?per_page=20",
        "/api/v1/entities/agency?per_page=20",
        "/api/v1/directory?per_page=20",
    ):
        seen, onward = 0, address
        while onward:
            answer = client.get(onward).get_json()
            seen += len(answer.get("hits") or answer.get("entities") or answer.get("desks"))
            onward = answer["next"]
        assert seen == answer["total"], address


def made_up(*parts: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


@pytest.mark.parametrize("word", ["x", "**", "한글", made_up("x"), made_up(1, 2, 3), made_up(*"abcde"), "W" * 600])
@pytest.mark.parametrize("path", ["search", "entities/agency", "directory"])
def test_what_is_no_cursor_is_refused(client: FlaskClient, path: str, word: str) -> None:
    answer = client.get(f"/api/v1/{path}", query_string={"cursor": word})
    assert answer.status_code == 400
    assert answer.get_json()["parameter"] == "cursor"


def test_a_cursor_is_good_for_its_own_list_alone(client: FlaskClient) -> None:
    onward = client.get("/api/v1/search?q=수출&cursor=*&per_page=2").get_json()["next"]
    assert client.get(onward).status_code == 200
    assert client.get(onward + "&agency=관세청").status_code == 400
    assert client.get(onward + "&page=2").status_code == 400
    assert client.get(onward.replace("/search?", "/directory?")).status_code == 400
    broken = json.loads(base64.urlsafe_b64decode(onward.split("cursor=")[1] + "=="))
    assert (
        client.get("/api/v1/search", query_string={"q": "수출", "cursor": made_up(broken[0], "day", "x")}).status_code
        == 400
    )


def write(folder: Path, day: str, n: int) -> None:
    (folder / f"{day}-{n}.md").write_text(POST.format(n=n, day=day), encoding="utf-8")


@pytest.mark.parametrize("q", ["", "전략물자"])
def test_a_walk_is_not_led_astray_by_posts_that_come_and_go(tmp_path: Path, analyzer: KoreanAnalyzer, q: str) -> None:
    """By pages, a newer post in front shifts everything: one post would come twice. By cursor none does."""
    folder = tmp_path / "_posts"
    folder.mkdir()
    for n in range(9):
        write(folder, f"2024-07-{10 + n // 3}", n)  # three a day: the walk stops within a day, too
    settings = Settings(data_dir=tmp_path / "var", jobs=1)
    with KnowledgeBase.open(settings, analyzer) as base:
        base.ingest([folder], "s")
        client = create_app(settings, base).test_client()
        seen = []
        for at, part in enumerate(walk(client, f"/api/v1/search?q={q}", 2)):
            seen += [hit["post"] for hit in part["hits"]]
            if at == 0:
                write(folder, "2024-07-31", 100)  # newer than all
                write(folder, "2024-07-12", 0)  # on the day where the walk stands
                (folder / "2024-07-10-1.md").unlink()  # not yet reached
                base.ingest([folder], "s")
    assert len(seen) == len(set(seen))
    stayed = {f"s/2024-07-{10 + n // 3}-{n}" for n in range(9) if n != 1}
    assert stayed <= set(seen)
    assert "s/2024-07-10-1" not in seen and "s/2024-07-31-100" not in seen
