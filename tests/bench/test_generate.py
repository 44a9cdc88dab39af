"""A made collection is a knowledge base like any other: whole, in line with its index, the same for the same seed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bench.generate import Rows, generate, make, rows
from bench.material import Material, read_material
from index.analysis.korean import KoreanAnalyzer
from index.analysis.stream import Analysis
from index.analysis.terms import laid_terms
from index.laid import LaidTerms
from kb.knowledge import KnowledgeBase
from kb.settings import Settings, load_settings

SAMPLES = Path(__file__).parents[2] / "data" / "posts"
POSTS = 300


def settings(folder: Path) -> Settings:
    return load_settings(data_dir=folder, engine="tantivy")


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory, analyzer: KoreanAnalyzer) -> Path:
    folder = tmp_path_factory.mktemp("real")
    with KnowledgeBase.open(settings(folder), analyzer) as base:
        base.ingest([SAMPLES])
    with closing(sqlite3.connect(folder / "kb.sqlite3")) as connection:  # kept terms, whoever keeps them
        connection.execute(
            "INSERT OR IGNORE INTO index_terms (post_id, content_hash, fingerprint, terms)"
            " SELECT id, content_hash, 'kept', x'00' FROM posts"
        )
        connection.commit()
    return folder


@pytest.fixture(scope="module")
def material(real: Path) -> Material:
    return read_material(real / "kb.sqlite3")


@pytest.fixture(scope="module")
def made(material: Material) -> Rows:
    return rows(material, 1, range(POSTS))


@pytest.fixture
def base(real: Path, tmp_path: Path, analyzer: KoreanAnalyzer) -> Iterator[KnowledgeBase]:
    generate(real, tmp_path / "made", POSTS, workers=1)
    with KnowledgeBase.open(settings(tmp_path / "made"), analyzer) as base:
        yield base


def test_the_same_seed_makes_the_same_posts_and_another_does_not(material: Material, made: Rows) -> None:
    assert rows(material, 1, range(100, 120))["posts"] == made["posts"][100:120]
    assert rows(material, 2, range(100, 120))["posts"] != made["posts"][100:120]


def test_titles_are_distinct_but_for_copies(material: Material) -> None:
    posts = [make(material, 1, number) for number in range(2000)]
    titles = {post.paragraphs[0].text for post in posts}
    texts = {tuple(paragraph.text for paragraph in post.paragraphs) for post in posts}
    assert len(texts) - len(titles) < 20  # 54 posts have few pairs of halves: some read alike
    assert 0 < 2000 - len(texts) < 40  # one in two hundred repeats another


def test_mentions_and_words_stand_where_they_say(made: Rows) -> None:
    texts = {post[0]: str(post[6]) for post in made["posts"]}
    assert len(made["mentions"]) > POSTS
    assert all(texts[post][start:end] == surface for post, _, start, end, surface, *_ in made["mentions"])
    for post, _, _, morphemes in made["analyses"]:
        words = Analysis.from_bytes(morphemes)
        assert all(0 <= word.start <= word.end <= len(texts[post]) for word in words)
        assert Analysis.from_bytes(words.to_bytes()) == words


def test_kept_terms_are_those_of_the_whole_text(made: Rows) -> None:
    kept = {post: terms for post, _, _, terms in made["index_terms"]}
    morphemes = {post: blob for post, _, _, blob in made["analyses"]}
    same = 0
    for post, *rest in made["posts"]:
        text, title_end = rest[5], rest[6]
        want = laid_terms(Analysis.from_bytes(morphemes[post]), text, title_end)
        same += LaidTerms.from_bytes(kept[post]).to_bytes() == want.to_bytes()
    assert same >= POSTS - 3  # a prefix at the end of a line may turn the word on the next one


def test_a_made_base_agrees_with_its_index(base: KnowledgeBase) -> None:
    base.reindex()
    report = base.check()
    assert report.ok, report.told()
    assert (report.posts, report.indexed, report.lag) == (POSTS, POSTS, 0)
    assert base.entities("agency").total > 5
