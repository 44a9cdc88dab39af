"""``kb backup`` and ``kb restore``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Never

import click
from tqdm import tqdm

from kb.cli.audited import audited
from kb.cli.common import echo_json, json_option, knowledge_base, moment, must_be_there, progress_bar
from kb.settings import Settings

if TYPE_CHECKING:
    from kb.backup.archive import Progress

file_argument = click.argument("file", type=click.Path(path_type=Path, readable=False))


@click.command()
@file_argument
@click.option("--overwrite", is_flag=True, help="같은 이름의 파일이 있으면 바꿔 씁니다.")
@json_option
@click.pass_obj
@audited("backup")
def backup(settings: Settings, file: Path, overwrite: bool, as_json: bool) -> None:
    """지식베이스를 파일 하나로 뜹니다. 수집과 검색을 멈추지 않아도 됩니다.

    데이터베이스(PostgreSQL도), 고침 기록, 감사 기록이 체크섬과 함께 담깁니다. 색인은 되돌릴 때 다시 만듭니다.
    """
    from kb.backup import make_backup

    must_be_there(settings)
    with _bar() as progress:
        report = make_backup(settings, file, overwrite=overwrite, progress=progress)
    if as_json:
        echo_json(report.to_json())
    else:
        click.echo(f"{report.path}: 글 {report.posts:,}편, {report.bytes / 1e6:.1f} MB")


@click.command()
@file_argument
@click.option("--force", is_flag=True, help="이미 있는 것을 옮겨 두고(PostgreSQL에서는 지우고) 되돌립니다.")
@click.option(
    "--keep-tokens",
    is_flag=True,
    help="백업에 있던 접근 토큰을 폐지하지 않습니다. 이곳에서 이미 폐지한 것은 폐지한 채로 둡니다.",
)
@click.pass_obj
@audited("restore")
def restore(settings: Settings, file: Path, force: bool, keep_tokens: bool) -> None:
    """kb backup으로 뜬 파일을 빈 데이터 폴더에 되돌리고, 색인을 만들고, 맞는지 확인합니다.

    접근 토큰은 모두 폐지합니다. 백업한 뒤에 폐지한 토큰이 다시 열리지 않게 하려는 것입니다.
    """
    from kb.backup import restore_backup

    with _bar() as progress:
        report = restore_backup(settings, file, force=force, keep_tokens=keep_tokens, progress=progress)
    with knowledge_base(settings, makes=True) as base:
        with progress_bar("색인하는 중", total=base.count_posts()) as advance:
            base.reindex(progress=advance)
        checked = base.check()
    click.echo(f"{moment(report.manifest.created)}에 뜬 글 {report.manifest.posts:,}편을 되돌렸습니다.")
    if report.aside:
        click.echo(f"있던 것은 {report.aside}에 옮겨 두었습니다. 떠 있던 서버는 다시 띄우십시오.")
    for note in report.notes:
        click.echo(note)
    click.echo(checked.told())
    sys.exit(0 if checked.ok else 1)


@contextmanager
def _bar() -> Iterator[Progress]:
    """A bar that begins anew for each thing that is done; silent when standard error is no terminal."""
    bar: tqdm[Never]
    with tqdm(total=1, unit="B", unit_scale=True, file=sys.stderr, disable=not sys.stderr.isatty(), leave=False) as bar:

        def tell(what: str, done: int, total: int) -> None:
            bar.set_description(what, refresh=False)
            bar.total, bar.n = total, done
            bar.update(0)

        yield tell
