"""What several commands share: opening the knowledge base, JSON on standard output, progress on standard error."""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Never

import click
from tqdm import tqdm

from kb.errors import UsageError
from kb.settings import SQLITE_FILE, Settings

if TYPE_CHECKING:
    from kb.knowledge import KnowledgeBase

json_option = click.option("--json", "as_json", is_flag=True, help="사람 대신 기계가 읽을 JSON으로 답합니다.")


wait_option = click.option("--wait", is_flag=True, help="다른 작업이 쓰는 중이면 거절하지 않고 끝나기를 기다립니다.")


def tell_waiting(holder: str) -> None:
    click.echo(f"다른 작업이 끝나기를 기다립니다 ({holder or '누구인지 알 수 없음'}). 그만두려면 Ctrl+C", err=True)


@contextmanager
def knowledge_base(settings: Settings, *, makes: bool = False) -> Iterator[KnowledgeBase]:
    """``makes``: the command may begin a base. Any other on a folder without one was given the wrong folder."""
    from kb.knowledge import KnowledgeBase  # loads the database and the engine: not needed for --help

    if not makes:
        must_be_there(settings)
    with KnowledgeBase.open(settings) as base:
        yield base


def must_be_there(settings: Settings) -> None:
    """Raises UsageError where there is no base: a backup made of nothing, night after night, helps nobody."""
    if not is_there(settings):
        raise UsageError(
            f"지식베이스가 없습니다: {settings.data_dir.absolute()}. 데이터 폴더가 맞는지 확인하십시오"
            "(--data-dir 또는 KB_DATA_DIR). 처음이라면 kb ingest 폴더 --source 이름 으로 글을 읽히십시오."
        )


def is_there(settings: Settings) -> bool:
    return settings.database_url is not None or (settings.data_dir / SQLITE_FILE).exists()


def echo_json(value: object) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


@contextmanager
def progress_bar(label: str, unit: str = "편", total: int | None = None) -> Iterator[Callable[[int], object]]:
    """A bar on standard error; silent when that is not a terminal, so that logs stay readable."""
    bar: tqdm[Never]
    with tqdm(desc=label, unit=unit, total=total, file=sys.stderr, disable=not sys.stderr.isatty(), leave=False) as bar:
        yield bar.update


def moment(text: str) -> str:
    """As the clock on the wall shows it."""
    try:
        return f"{dt.datetime.fromisoformat(text).astimezone():%Y-%m-%d %H:%M}"
    except ValueError:
        return text or "?"
