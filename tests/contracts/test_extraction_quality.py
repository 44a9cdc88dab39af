"""The figures of extraction on the annotated posts, held. Needs the shared corpus beside the checkout."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from index.analysis.korean import KoreanAnalyzer
from kb.extraction.evaluate import Figure, GoldPost, evaluate, to_gold_form
from kb.extraction.pipeline import Extractor
from kb.gazetteer.gazetteer import Gazetteer
from kb.posts.reader import read_post

SHARED = Path(__file__).parents[3] / "shared"
GOLD = SHARED / "gold" / "dev.jsonl"

# What the issue asks for; the figures reached are higher and stand in docs/extraction.md.
LEAST = {
    "agencies": 0.97,
    "departments": 0.95,
    "officials": 0.95,
    "officials+title": 0.92,
    "officials+agency": 0.90,
    "countries": 0.97,
    "contacts": 0.99,
    "contacts+owner": 0.95,
    "topics": 0.88,
}


@pytest.fixture(scope="module")
def figures(analyzer: KoreanAnalyzer) -> dict[str, Figure]:
    if not GOLD.exists():
        pytest.skip("the annotated posts are not beside this checkout")
    gold = [GoldPost.from_json(json.loads(line)) for line in GOLD.read_text(encoding="utf-8").splitlines()]
    posts = []
    for wanted in gold:
        source, name = wanted.post.split("/")
        folder = SHARED / "corpus" / source / "_posts"
        posts.append(read_post(folder, folder / f"{name}.md", source, max_bytes=10_000_000))
    extractor = Extractor(Gazetteer.load())
    analyses = analyzer.analyse_many(post.text for post in posts)
    found = [
        to_gold_form(post, extractor.extract(post, analysis)) for post, analysis in zip(posts, analyses, strict=True)
    ]
    return {figure.kind: figure for figure in evaluate(gold, found)}


@pytest.mark.parametrize("kind", LEAST)
def test_the_figures_are_held(figures: dict[str, Figure], kind: str) -> None:
    figure = figures[kind]
    misses = "\n".join(f"{'-' if m.wanted else '+'} {m.post} {m.value}" for m in figure.misses)
    assert figure.f1 >= LEAST[kind], f"{figure}\n{misses}"
