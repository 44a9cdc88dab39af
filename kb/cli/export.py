"""``kb export entities`` and ``kb export posts``: everything, streamed, to a file or standard output."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

import click

from kb.cli.common import knowledge_base
from kb.cli.search import filter_options, search_params
from kb.rows import Row, csv_line, json_lines
from kb.settings import Settings
from kb.views import HitView

HEAD = ("글", "날짜", "제목", "출처", "기관", "주제", "분류", "주소")
output_option = click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="이 파일에 씁니다 (기본 표준 출력)"
)


@click.group()
def export() -> None:
    """엔티티나 글을 파일로 내보냅니다."""


@export.command("entities")
@output_option
@click.pass_obj
def export_entities(settings: Settings, output: Path | None) -> None:
    """글마다 한 줄의 JSON: 주석 지침의 꼴 그대로."""
    with knowledge_base(settings) as base, _opened(output) as stream:
        for post in base.export_entities():
            stream.write(json.dumps(post.as_json(), ensure_ascii=False) + "\n")


@export.command("posts")
@click.argument("query", default="")
@filter_options
@click.option("--format", "form", type=click.Choice(["csv", "jsonl"]), default="csv", help="파일의 꼴")
@output_option
@click.pass_obj
def export_posts(settings: Settings, /, query: str, form: str, output: Path | None, **options: Any) -> None:
    """검색이 찾은 글 모두. CSV는 엑셀이 한글을 바로 읽도록 BOM을 붙이고, 수식으로 보이는 칸은 '로 시작합니다."""
    params = search_params(query, **options)
    with knowledge_base(settings) as base, _opened(output, "utf-8-sig" if form == "csv" else "utf-8") as stream:
        rows = base.export_posts(params)
        lines = json_lines(row.to_json() for row in rows) if form == "jsonl" else map(csv_line, _table(rows))
        stream.writelines(lines)


def _table(hits: Iterable[HitView]) -> Iterator[Row]:
    yield HEAD
    for hit in hits:
        agencies, topics = ("; ".join(link.label for link in links) for links in (hit.agencies, hit.topics))
        yield hit.post, hit.date, hit.plain_title, hit.source, agencies, topics, "; ".join(hit.categories), hit.url


@contextmanager
def _opened(path: Path | None, encoding: str = "utf-8") -> Iterator[TextIO]:
    if path is None:
        yield sys.stdout
    else:
        with path.open("w", encoding=encoding, newline="") as stream:
            yield stream
