"""``kb status``."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import click

from kb.cli.common import echo_json, is_there, json_option, knowledge_base, moment
from kb.settings import Settings
from kb.views import StatusView

if TYPE_CHECKING:
    from index.builds import BuildInfo
    from kb.knowledge import KnowledgeBase

COUNTS = {
    "seen": "본 글",
    "added": "새 글",
    "updated": "고친 글",
    "unchanged": "그대로",
    "removed": "뺀 글",
    "recovered": "되살려 읽음",
    "reread": "새 판으로 다시 읽음",
    "failed": "실패",
}
SHOWN_LINES = 30
ACTIONS = {"seal": "만듦", "promote": "쓰기 시작", "rollback": "되돌림", "drop": "지움", "damaged": "읽을 수 없는 줄"}


@click.command()
@json_option
@click.option("--builds", is_flag=True, help="색인의 세대와 그 기록도 보입니다.")
@click.option("--quiet-if-filled", is_flag=True, hidden=True, help="글이 있으면 0, 없으면 1로 끝납니다.")
@click.pass_obj
def status(settings: Settings, as_json: bool, builds: bool, quiet_if_filled: bool) -> None:
    """글과 엔티티의 수, 엔진, 색인의 상태와 크기를 보입니다."""
    if quiet_if_filled and not is_there(settings):
        sys.exit(1)
    with knowledge_base(settings) as base:
        if quiet_if_filled:
            sys.exit(0 if base.count_posts() else 1)
        view = base.status()
        if as_json:
            echo_json(view.to_json() | (_builds_json(base) if builds else {}))
            return
        _print_status(view)
        if builds:
            _print_builds(base.builds(), base.build_log())


def _builds_json(base: KnowledgeBase) -> dict[str, object]:
    found = [
        {
            "build": info.manifest.build,
            "live": info.live,
            "previous": info.previous,
            "documents": info.manifest.documents,
            "created": info.manifest.created,
            "bytes": info.size,
        }
        for info in base.builds()
    ]
    return {"builds": found, "log": [dict(line) for line in base.build_log()]}


def _print_builds(builds: Sequence[BuildInfo], log: Sequence[Mapping[str, str | int]]) -> None:
    click.echo("색인의 세대")
    for info in builds:
        part = "쓰는 중" if info.live else "바로 앞" if info.previous else "물러남"
        made = info.manifest
        size = f"{info.size / 1e6:.1f} MB"
        click.echo(f"  {made.build}  {part}  글 {made.documents:,}편으로 {moment(made.created)}에 만듦  {size}")
    click.echo("기록")
    if len(log) > SHOWN_LINES:
        click.echo(f"  … 앞의 {len(log) - SHOWN_LINES:,}줄은 --json으로")
    for line in log[-SHOWN_LINES:]:
        action = ACTIONS.get(str(line["action"]), line["action"])
        click.echo(f"  {moment(str(line['at']))} {line['who']} {action} {line['build']}")


def _counted(counts: Mapping[str, int]) -> str:
    shown = {name: count for name, count in counts.items() if count or name != "reread"}
    return " · ".join(f"{COUNTS.get(name, name)} {count:,}" for name, count in shown.items()) or "끝나지 않음"


def _print_status(view: StatusView) -> None:
    from kb.knowledge import KIND_NAMES  # loaded by now: a status needs a base

    click.echo(f"글 {view.posts:,}편" + (f" ({view.first} ~ {view.last})" if view.posts else ""))
    for name, count in view.sources:
        click.echo(f"  {name}: {count:,}")
    click.echo("엔티티 " + ", ".join(f"{KIND_NAMES[kind]} {count:,}" for kind, count in view.entities.items()))
    built = f", {moment(view.built.isoformat())}에 만듦" if view.built else ""
    click.echo(f"색인 {view.engine} {view.build or '없음'}: 글 {view.indexed:,}편, 밀린 변경 {view.lag:,}{built}")
    click.echo(f"크기 데이터베이스 {view.database_bytes / 1e6:.1f} MB, 색인 {view.index_bytes / 1e6:.1f} MB")
    for run in view.runs:
        done = f"{run.finished.astimezone():%Y-%m-%d %H:%M}" if run.finished else "끝나지 않음"
        click.echo(f"  {done} {run.source} {run.folder}: {_counted(run.counts)}")
        for path, reason in run.failures[:20]:
            click.echo(f"    실패 {path}: {reason}")
