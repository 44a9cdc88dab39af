"""``kb check``."""

from __future__ import annotations

import sys

import click

from kb.cli.common import echo_json, json_option, knowledge_base
from kb.settings import Settings


@click.command()
@click.option("--repair", is_flag=True, help="어긋난 색인을 데이터베이스에 맞춥니다.")
@json_option
@click.pass_obj
def check(settings: Settings, repair: bool, as_json: bool) -> None:
    """데이터베이스와 색인이 맞는지 글마다 견줍니다. 어긋나면 1로 끝납니다."""
    with knowledge_base(settings) as base:
        report = base.repair() if repair else base.check()
    if as_json:
        echo_json(report.to_json())
    else:
        click.echo(report.told())
    sys.exit(0 if report.ok else 1)
