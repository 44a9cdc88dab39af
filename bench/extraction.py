"""What extraction costs beside Kiwi, finder by finder, and how well it does on annotated posts.

    python -m bench.extraction --posts FOLDER [--sample N] [--gold FILE --corpus FOLDER]

``--gold`` is an annotated file; its posts are looked for under ``--corpus``/<source>/_posts.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from index.analysis.korean import KoreanAnalyzer
from index.analysis.stream import Analysis
from kb.extraction.evaluate import GoldPost, evaluate, to_gold_form
from kb.extraction.pipeline import FINDERS, Extractor
from kb.extraction.scene import Scene
from kb.gazetteer.gazetteer import Gazetteer
from kb.model import Post
from kb.posts.reader import find_posts, read_post

MAX_BYTES = 10_000_000


def read(folder: Path, source: str, names: list[str]) -> Iterator[Post]:
    for name in names:
        yield read_post(folder, folder / name, source, max_bytes=MAX_BYTES)


def profile(posts: list[Post], analyses: list[Analysis], kiwi: float) -> None:
    """Milliseconds a post of each finder, in processor time of this process."""
    gazetteer = Gazetteer.load()
    for post, analysis in zip(posts[:30], analyses[:30], strict=True):  # matchers are built on first use
        Extractor(gazetteer).extract(post, analysis)
    took: Counter[str] = Counter()
    for post, analysis in zip(posts, analyses, strict=True):
        scene = Scene(post, analysis)
        for find in FINDERS:
            began = time.process_time()
            scene.add(find(scene, gazetteer))
            took[find.__name__] += time.process_time() - began
    for name, seconds in took.most_common():
        print(f"| {name} | {seconds / len(posts) * 1000:.2f} |")
    whole = sum(took.values())
    print(f"| **extraction** | **{whole / len(posts) * 1000:.2f}** |")
    print(f"| Kiwi, one thread | {kiwi / len(posts) * 1000:.2f} |")
    print(f"| share of Kiwi's time | **{whole / kiwi:.1%}** |")


def score(analyzer: KoreanAnalyzer, gold_file: Path, corpus: Path) -> None:
    gold = [GoldPost.from_json(json.loads(line)) for line in gold_file.read_text(encoding="utf-8").splitlines()]
    posts = []
    for wanted in gold:
        source, name = wanted.post.split("/")
        posts += read(corpus / source / "_posts", source, [f"{name}.md"])
    extractor = Extractor(Gazetteer.load())
    analyses = analyzer.analyse_many(post.text for post in posts)
    found = [to_gold_form(p, extractor.extract(p, a)) for p, a in zip(posts, analyses, strict=True)]
    print("\n| kind | P | R | F1 | right | wrong | missed |\n|---|---|---|---|---|---|---|")
    for f in evaluate(gold, found):
        print(f"| {f.kind} | {f.precision:.3f} | {f.recall:.3f} | {f.f1:.3f} | {f.right} | {f.wrong} | {f.missed} |")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--posts", type=Path, default=Path("data/posts"))
    parser.add_argument("--sample", type=int, default=500, help="so many posts, evenly over the folder")
    parser.add_argument("--gold", type=Path)
    parser.add_argument("--corpus", type=Path)
    args = parser.parse_args()
    folder = find_posts(args.posts.resolve())
    names = [file.relative for file in folder]
    posts = list(read(folder.root, "bench", names[:: max(1, len(names) // args.sample)]))
    analyzer = KoreanAnalyzer()
    analyzer.analyse(posts[0].text)
    began = time.process_time()
    analyses = [analyzer.analyse(post.text) for post in posts]
    print(f"{len(posts)} posts\n\n| what | ms a post |\n|---|---|")
    profile(posts, analyses, time.process_time() - began)
    if args.gold and args.corpus:
        score(analyzer, args.gold, args.corpus.resolve())
    return 0


if __name__ == "__main__":
    sys.exit(main())
