"""``kb check``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from kb.cli.audited import note
from kb.cli.common import echo_json, json_option, knowledge_base, progress_bar
from kb.settings import Settings

if TYPE_CHECKING:
    from kb.inspection import InspectionReport
    from kb.knowledge import KnowledgeBase


@click.command()
@click.option(
    "--repair", is_flag=True, help="어긋난 색인을 데이터베이스에 맞춥니다. --deep과 함께면 깨진 값도 고칩니다."
)
@click.option("--deep", is_flag=True, help="담긴 값을 하나하나 읽고 글마다 원본과 견줍니다. 오래 걸립니다.")
@json_option
@click.pass_obj
def check(settings: Settings, repair: bool, deep: bool, as_json: bool) -> None:
    """데이터베이스와 색인이 맞는지 글마다 견줍니다. 어긋나면 1로 끝납니다."""
    if repair:
        note(settings, "check --repair", deep=deep)
    with knowledge_base(settings) as base:
        inspected = _inspect(base, repair) if deep else None
        report = base.repair() if repair else base.check()
    if as_json:
        echo_json(report.to_json() | ({"deep": inspected.to_json()} if inspected else {}))
    else:
        if inspected:
            click.echo(inspected.told())
        click.echo(report.told())
    sys.exit(0 if report.ok and (inspected is None or inspected.ok) else 1)


def _inspect(base: KnowledgeBase, repair: bool) -> InspectionReport:
    with progress_bar("살펴보는 중", total=base.count_posts()) as bar:
        return base.inspect(repair=repair, progress=bar)
