"""Everything that is measured, section by section, and the page made from it.

    python -m bench --posts FOLDER --work FOLDER [--queries FILE] [--sizes 100000 1000000] [--only SECTION …]

Bases and results stay in the work folder: a section can be measured again by itself, and the page is made
from what is there. ``--page-only`` measures nothing.
"""

from __future__ import annotations

import argparse
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench.page import Told, machine, page
from bench.sections import compare, extraction, growth, ingest, opensearch, reindex, search
from bench.work import Result, Work, load_average, tell

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    measure: Callable[[Work], Result]
    told: Told


SECTIONS = {
    "ingest": Section("Ingestion beside bare Kiwi", ingest.measure, ingest.told),
    "reindex": Section("Reindexing from what is kept", reindex.measure, reindex.told),
    "search": Section("Searching over HTTP", search.measure, search.told),
    "growth": Section("Growth", growth.measure, growth.told),
    "compare": Section("Other indexes on the same tokens", compare.measure, compare.told),
    "opensearch": Section("The service on OpenSearch", opensearch.measure, opensearch.told),
    "extraction": Section("Extraction", extraction.measure, extraction.told),
}


def main() -> int:
    args = arguments().parse_args()
    work = Work(
        folder=args.work,
        posts=tuple(args.posts),
        query_file=args.queries,
        gold=args.gold,
        corpus=args.corpus,
        sizes=tuple(args.sizes),
        growth=tuple(args.growth),
        engines=tuple(args.engines),
        seconds=args.seconds,
        whoosh_up_to=args.whoosh_up_to,
        compared=args.compared,
    )
    if not args.page_only:
        work.save("machine", machine())
    failed = [] if args.page_only else [name for name in args.only or SECTIONS if not measured(work, name)]
    write(work, args.page)
    return 1 if failed else 0


def write(work: Work, file: Path) -> None:
    """The page and its pictures."""
    file.write_text(page(work, {name: (each.title, each.told) for name, each in SECTIONS.items()}), encoding="utf-8")
    images = file.parent / "img"
    images.mkdir(exist_ok=True)
    if grown := work.saved("growth"):
        for name, picture in growth.charts(grown).items():
            (images / name).write_text(picture, encoding="utf-8")


def measured(work: Work, name: str) -> bool:
    """Whether the section could be measured; one that fails keeps its earlier figures and the others go on."""
    tell(f"{name}: load average {load_average():.1f}")
    began = time.perf_counter()
    try:
        work.save(name, SECTIONS[name].measure(work))
    except Exception:  # whatever it was, the sections after it are still to be measured
        traceback.print_exc()
        return False
    tell(f"{name}: {time.perf_counter() - began:.0f} s")
    return True


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--posts", type=Path, nargs="+", default=[Path("data/posts")], help="folders of posts")
    parser.add_argument("--work", type=Path, required=True, help="where bases and results are kept")
    parser.add_argument("--queries", type=Path, help='JSON Lines with a "q" each; without it, titles are asked')
    parser.add_argument("--gold", type=Path, help="annotated posts, for the quality of extraction")
    parser.add_argument("--corpus", type=Path, help="where their collections are")
    parser.add_argument("--sizes", type=int, nargs="*", default=[100_000, 1_000_000], help="made collections searched")
    parser.add_argument("--growth", type=int, nargs="*", default=[5_000, 20_000, 100_000, 300_000, 1_000_000])
    parser.add_argument("--engines", nargs="+", default=["tantivy", "whoosh"])
    parser.add_argument("--whoosh-up-to", type=int, default=100_000, help="posts")
    parser.add_argument("--compared", type=int, default=100_000, help="posts that other engines get")
    parser.add_argument("--seconds", type=float, default=10, help="of each load")
    parser.add_argument("--only", nargs="+", choices=SECTIONS, help="sections")
    parser.add_argument("--page", type=Path, default=ROOT / "docs" / "benchmarks.md")
    parser.add_argument("--page-only", action="store_true")
    return parser


if __name__ == "__main__":
    sys.exit(main())
