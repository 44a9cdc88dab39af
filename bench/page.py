"""``docs/benchmarks.md`` from kept results: the machine, then each section's figures with what was aimed at.

``bench/notes/<section>.md``, where there is one, is put under the figures: why one falls short and what was tried.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Iterator, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from bench.work import Result, Work

NOTES = Path(__file__).parent / "notes"
PACKAGES = ("kiwipiepy", "tantivy", "whoosh-reloaded", "numpy", "flask", "waitress", "sqlalchemy", "opensearch-py")
Told = Callable[[Result], Iterator[str]]


def machine() -> Result:
    """What the figures were taken on, without its name or any of its paths."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "versions": {name: found for name in PACKAGES if (found := _version(name))},
    }


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor()


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def page(work: Work, sections: Mapping[str, tuple[str, Told]]) -> str:
    return (
        "\n\n".join([*_head(work), *(part for name in sections for part in _section(work, name, *sections[name]))])
        + "\n"
    )


def _head(work: Work) -> Iterator[str]:
    yield "# Benchmarks"
    found = work.saved("machine") or machine()
    versions = ", ".join(f"{name} {number}" for name, number in found["versions"].items())
    yield (
        f"Made by `make bench`. {found['processor']}, {found['cores']} cores, {found['memory_gb']} GB, "
        f"{found['system']}, Python {found['python']}; {versions}."
    )
    yield (
        "Figures are of one machine and one run: compare ratios, not seconds. ✔ and ✘ stand beside what was "
        "aimed at. “Real” posts are a collection as it was read; the others are made of its paragraphs by "
        "`bench/generate.py`, with the morphemes, index terms and mentions that were kept of them."
    )


def _section(work: Work, name: str, title: str, told: Told) -> Iterator[str]:
    result = work.saved(name)
    if result is None:
        return
    yield f"## {title}"
    yield from told(result)
    note = NOTES / f"{name}.md"
    if note.exists():
        yield note.read_text(encoding="utf-8").strip()
