"""What extraction costs beside Kiwi, finder by finder, and how well it does on annotated posts."""

from __future__ import annotations

import json
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from bench.tables import Column, number, table
from bench.work import Result, Work
from index.analysis.korean import KoreanAnalyzer
from index.analysis.stream import Analysis
from kb.extraction.evaluate import GoldPost, evaluate, to_gold_form
from kb.extraction.pipeline import FINDERS, Extractor
from kb.extraction.scene import Scene
from kb.gazetteer.gazetteer import Gazetteer
from kb.model import Post
from kb.posts.reader import find_posts, read_post

MAX_BYTES = 10_000_000
SAMPLE = 300
SHARE_AIM = 0.25


def measure(work: Work) -> Result:
    analyzer = KoreanAnalyzer()
    folder = find_posts(work.posts[0].resolve())
    names = [file.relative for file in folder]
    posts = list(_read(folder.root, "bench", names[:: max(1, len(names) // SAMPLE)]))
    analyzer.analyse(posts[0].text)
    began = time.process_time()
    analyses = [analyzer.analyse(post.text) for post in posts]
    kiwi = (time.process_time() - began) / len(posts) * 1000
    found: Result = {"posts": len(posts), "kiwi": kiwi, "finders": _profile(posts, analyses)}
    if work.gold and work.corpus:
        found |= {"annotated": _score(analyzer, work.gold, work.corpus.resolve())}
    return found


def _read(folder: Path, source: str, names: list[str]) -> Iterator[Post]:
    for name in names:
        yield read_post(folder, folder / name, source, max_bytes=MAX_BYTES)


def _profile(posts: list[Post], analyses: list[Analysis]) -> dict[str, float]:
    """Milliseconds a post of each finder, in processor time of this process."""
    gazetteer = Gazetteer.load()
    for post, analysis in zip(posts[:30], analyses[:30], strict=True):  # matchers are built on first use
        Extractor(gazetteer).extract(post, analysis)
    took: defaultdict[str, float] = defaultdict(float)
    for post, analysis in zip(posts, analyses, strict=True):
        scene = Scene(post, analysis)
        for find in FINDERS:
            began = time.process_time()
            scene.add(find(scene, gazetteer))
            took[find.__name__] += (time.process_time() - began) / len(posts) * 1000
    return dict(sorted(took.items(), key=lambda item: -item[1]))


def _score(analyzer: KoreanAnalyzer, gold_file: Path, corpus: Path) -> list[Result]:
    gold = [GoldPost.from_json(json.loads(line)) for line in gold_file.read_text(encoding="utf-8").splitlines()]
    posts: list[Post] = []
    for wanted in gold:
        source, name = wanted.post.split("/")
        posts += _read(corpus / source / "_posts", source, [f"{name}.md"])
    extractor = Extractor(Gazetteer.load())
    analyses = analyzer.analyse_many(post.text for post in posts)
    found = [to_gold_form(p, extractor.extract(p, a)) for p, a in zip(posts, analyses, strict=True)]
    names = ("kind", "precision", "recall", "f1", "right", "wrong", "missed")
    return [{name: getattr(figure, name) for name in names} for figure in evaluate(gold, found)]


def told(result: Result) -> Iterator[str]:
    whole, kiwi = sum(result["finders"].values()), result["kiwi"]
    yield f"{result['posts']} posts of the collection, one thread, processor time."
    rows = [{"what": f"`{name}`", "ms": took} for name, took in result["finders"].items()]
    rows += [{"what": f"**extraction, {whole / kiwi:.1%} of Kiwi**", "ms": whole}, {"what": "Kiwi", "ms": kiwi}]
    yield table(rows, (Column("what", "what"), Column("ms", "ms a post", number(2))))
    if annotated := result.get("annotated"):
        yield "Against the development annotations, which were in view while the rules were written:"
        shown = [Column(key, key, number(3)) for key in ("precision", "recall", "f1")]
        yield table(annotated, (Column("kind", "kind"), *shown, *(Column(k, k) for k in ("right", "wrong", "missed"))))
