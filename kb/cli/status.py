"""``kb status``."""

from __future__ import annotations

import sys

import click

from kb.cli.common import echo_json, json_option, knowledge_base
from kb.settings import Settings
from kb.views import StatusView


@click.command()
@json_option
@click.option("--quiet-if-filled", is_flag=True, hidden=True, help="글이 있으면 0, 없으면 1로 끝납니다.")
@click.pass_obj
def status(settings: Settings, as_json: bool, quiet_if_filled: bool) -> None:
    """글과 엔티티의 수, 엔진, 색인의 상태와 크기를 보입니다."""
    with knowledge_base(settings) as base:
        if quiet_if_filled:
            sys.exit(0 if base.count_posts() else 1)
        view = base.status()
    if as_json:
        echo_json(view.to_json())
    else:
        _print_status(view)


def _print_status(view: StatusView) -> None:
    click.echo(f"글 {view.posts:,}편 ({view.first} ~ {view.last})")
    for name, count in view.sources:
        click.echo(f"  {name}: {count:,}")
    click.echo("엔티티 " + ", ".join(f"{kind} {count:,}" for kind, count in view.entities.items()))
    click.echo(f"색인 {view.engine} {view.build or '없음'}: 글 {view.indexed:,}편, 밀린 변경 {view.lag:,}")
    click.echo(f"크기 데이터베이스 {view.database_bytes / 1e6:.1f} MB, 색인 {view.index_bytes / 1e6:.1f} MB")
    for run in view.runs:
        done = f"{run.finished:%Y-%m-%d %H:%M}" if run.finished else "끝나지 않음"
        click.echo(f"  {done} {run.source} {run.folder} {run.counts}")
        for path, reason in run.failures[:20]:
            click.echo(f"    실패 {path}: {reason}")
