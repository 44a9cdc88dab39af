"""``kb ingest`` and ``kb reindex``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kb.cli.audited import audited
from kb.cli.common import echo_json, json_option, knowledge_base, progress_bar, tell_waiting, wait_option
from kb.settings import Settings

if TYPE_CHECKING:
    from kb.pipeline import IngestReport


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path, readable=False))
@click.option("--source", help="글 모음의 이름. 없으면 폴더의 이름을 씁니다.")
@click.option("--jobs", type=click.IntRange(1, 64), help="형태소 분석 스레드 수 (기본 KB_JOBS)")
@wait_option
@json_option
@click.pass_obj
@audited("ingest")
def ingest(
    settings: Settings, paths: tuple[Path, ...], source: str | None, jobs: int | None, wait: bool, as_json: bool
) -> None:
    """Jekyll 사이트, _posts 폴더, 글 파일을 지식베이스와 색인에 읽어 들입니다.

    다시 실행하면 바뀐 글만 읽고, 없어진 글은 뺍니다. 중간에 멈춘 실행은 이어서 합니다.
    """
    try:
        with knowledge_base(settings, makes=True) as base, progress_bar("읽는 중") as bar:
            report = base.ingest(paths, source, jobs=jobs, progress=bar, waiting=tell_waiting if wait else None)
    except KeyboardInterrupt:
        click.echo("중단했습니다. 같은 명령을 다시 실행하면 이어서 합니다.", err=True)
        sys.exit(130)
    if as_json:
        echo_json(report.to_json())
    else:
        _print_report(report)
    sys.exit(1 if report.failed else 0)


def _print_report(report: IngestReport) -> None:
    click.echo(
        f"본 글 {report.seen:,} · 새 글 {report.added:,} · 고친 글 {report.updated:,} · 그대로 {report.unchanged:,} · "
        f"뺀 글 {report.removed:,} · 되살려 읽음 {report.recovered:,} · 실패 {len(report.failed):,} · "
        f"{report.seconds:.1f}초"
    )
    if report.reread:
        click.echo(f"  프로그램이 새 판이라 그대로인 파일 {report.reread:,}개를 다시 읽어 견주었습니다.")
    for path, reason in report.failed:
        click.echo(f"  실패 {path}: {reason}")


@click.command()
@click.option("--engine", help="이 엔진으로 색인을 만들어 갈아 끼웁니다 (기본 KB_ENGINE)")
@click.option("--rollback", is_flag=True, help="바로 앞의 색인으로 되돌립니다.")
@wait_option
@json_option
@click.pass_obj
@audited("reindex")
def reindex(settings: Settings, engine: str | None, rollback: bool, wait: bool, as_json: bool) -> None:
    """색인을 곁에 새로 만들어 갈아 끼웁니다. 그동안 검색은 옛 색인이 답합니다."""
    try:
        with knowledge_base(settings.model_copy(update={"engine": engine}) if engine else settings) as base:
            if rollback:
                build = base.rollback()
            else:
                with progress_bar("색인하는 중", total=base.count_posts()) as bar:
                    build = base.reindex(progress=bar, waiting=tell_waiting if wait else None)
    except KeyboardInterrupt:
        click.echo("중단했습니다. 쓰던 색인은 그대로입니다.", err=True)
        sys.exit(130)
    answer = {
        "build": build.build,
        "engine": build.engine,
        "documents": build.documents,
        "seconds": round(build.seconds, 2),
    }
    if as_json:
        echo_json(answer)
    else:
        click.echo(f"{build.engine} 색인 {build.build}: 글 {build.documents:,}편, {build.seconds:.1f}초")
    if build.engine != settings.engine:
        click.echo(
            f"이 색인은 KB_ENGINE={build.engine} 인 서버와 명령이 씁니다. 지금 설정은 {settings.engine}이니, "
            f"export KB_ENGINE={build.engine} 으로 바꾸고 kb serve를 다시 띄우십시오.",
            err=True,
        )
