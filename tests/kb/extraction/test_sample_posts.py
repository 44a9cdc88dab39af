"""What the sample posts are about and which countries they name.

``sample_posts.tsv`` holds a post a line: name, topics, countries, as the rules gave them and a person
accepted them (generous by a second topic in three: 2024-08-08-1, 2025-04-10-1, 2026-02-25-1). A
change of rules that moves a line moves it knowingly.
"""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from index.analysis.korean import KoreanAnalyzer
from kb.extraction.countries import find_countries
from kb.extraction.scene import Scene
from kb.extraction.topics import find_topics
from kb.gazetteer.countries import load_countries
from kb.gazetteer.gazetteer import DATA
from kb.gazetteer.topics import load_topics
from kb.model import Post
from kb.posts.reader import find_posts, read_post

SAMPLES = Path(__file__).parents[3] / "data" / "posts"
LISTS: Any = SimpleNamespace(countries=load_countries(DATA), topics=load_topics(DATA / "topics.yaml"))
EXPECTED = [line.split("\t") for line in Path(__file__).with_name("sample_posts.tsv").read_text("utf-8").splitlines()]


@pytest.fixture(scope="module")
def scenes(analyzer: KoreanAnalyzer) -> dict[str, Scene]:
    folder = find_posts(SAMPLES)
    posts = [read_post(folder.root, Path(name), "samples", max_bytes=1_000_000) for name in folder.names]
    analyses = analyzer.analyse_many([post.text for post in posts])
    return {post.name: Scene(post, analysis) for post, analysis in zip(posts, analyses, strict=True)}


def test_every_sample_has_its_line(scenes: dict[str, Scene]) -> None:
    assert [line[0] for line in EXPECTED] == sorted(scenes)


@pytest.mark.parametrize(("name", "topics", "countries"), EXPECTED, ids=[line[0] for line in EXPECTED])
def test_topics_and_countries(name: str, topics: str, countries: str, scenes: dict[str, Scene]) -> None:
    scene = scenes[name]
    assert {m.entity.name for m in find_topics(scene, LISTS)} == set(topics.split())
    assert {m.entity.name for m in find_countries(scene, LISTS)} == set(countries.split())


def test_every_sample_says_that_it_is_one(scenes: dict[str, Scene]) -> None:
    for scene in scenes.values():
        assert "견본" in scene.post.categories
        assert "견본(가상)" in _apart(scene.post)


def _apart(post: Post) -> str:
    own = post.provenance
    return " ".join((own.source_line or "", own.licence or "", *own.furniture))
