"""What several commands share: opening the knowledge base, JSON on standard output, progress on standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Never

import click
from tqdm import tqdm

from kb.settings import Settings

if TYPE_CHECKING:
    from kb.knowledge import KnowledgeBase

json_option = click.option("--json", "as_json", is_flag=True, help="사람 대신 기계가 읽을 JSON으로 답합니다.")


@contextmanager
def knowledge_base(settings: Settings) -> Iterator[KnowledgeBase]:
    from kb.knowledge import KnowledgeBase  # loads the database and the engine: not needed for --help

    with KnowledgeBase.open(settings) as base:
        yield base


def echo_json(value: object) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


@contextmanager
def progress_bar(label: str, unit: str = "편", total: int | None = None) -> Iterator[Callable[[int], object]]:
    """A bar on standard error; silent when that is not a terminal, so that logs stay readable."""
    bar: tqdm[Never]
    with tqdm(desc=label, unit=unit, total=total, file=sys.stderr, disable=not sys.stderr.isatty(), leave=False) as bar:
        yield bar.update
