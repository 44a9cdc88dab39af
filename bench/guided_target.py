"""One process of ``bench.guided``: libFuzzer drives one target until a finding or the end of its time, and ends it."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["kb", "index"]):
    from bench import fuzz
    from index.analysis.korean import KoreanAnalyzer
    from kb.extraction.pipeline import FINDERS
    from kb.extraction.scene import Scene
    from kb.gazetteer.gazetteer import Gazetteer
    from kb.posts import body, frontmatter

SECONDS_AN_INPUT = 4
LONGEST = 3_000  # bytes of an input: long enough for any rule, short enough for thousands a minute
FINDER_NAMES = tuple(find.__name__ for find in FINDERS)

Target = Callable[[bytes], None]


def text_of(data: bytes) -> str:
    return data.decode("utf-8", "ignore")


def head(data: bytes) -> None:
    """Front matter is read or mended, never refused."""
    frontmatter.read(text_of(data))


def lay_out(data: bytes) -> None:
    """The blocks of any body stand in its text."""
    made = body.compose("제목", "", text_of(data))
    assert made.text == "".join(made.text[b.start : b.end] + "\n" for b in made.blocks)


@contextmanager
def target(name: str, folder: Path) -> Iterator[Target]:
    if name == "head":
        yield head
    elif name == "body":
        yield lay_out
    elif name == "query":
        with fuzz.small_base(folder, KoreanAnalyzer()) as base:
            yield lambda data: fuzz.check_query(text_of(data), base)
    else:
        yield finder(name, folder)


def finder(name: str, folder: Path) -> Target:
    """The finder of that name on any text, after those that it relies on."""
    analyzer, gazetteer = KoreanAnalyzer(), Gazetteer.load()
    chosen = FINDERS[: FINDER_NAMES.index(name) + 1]

    def law(data: bytes) -> None:
        post = fuzz.read(b"---\ntitle: t\n---\n" + data, folder)
        if post is None:
            return
        scene = Scene(post, analyzer.analyse(post.text))
        for find in chosen:
            scene.add(find(scene, gazetteer))
        fuzz.check_mentions(post, scene.all_mentions())

    return law


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target")
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--seconds", type=int, required=True)
    args = parser.parse_args()
    options = {
        "max_total_time": args.seconds,
        "timeout": SECONDS_AN_INPUT,
        "max_len": LONGEST,
        "dict": args.corpus.parent / "words.dict",
        "artifact_prefix": f"{args.corpus}-",
        "rss_limit_mb": 4000,
        "print_final_stats": 1,
    }
    with tempfile.TemporaryDirectory() as folder, target(args.target, Path(folder)) as law:
        law(b"")  # what is loaded at the first input is no part of its time
        atheris.Setup([sys.argv[0], *(f"-{name}={value}" for name, value in options.items()), str(args.corpus)], law)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
