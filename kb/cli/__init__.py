"""The command line: thin commands that parse, call one thing and print. Progress goes to standard error.

Exit status: 0 done; 1 done in part, every failure named; 2 used wrongly or could not start; 130 interrupted.
Other packages add commands through the entry-point group ``kb.commands`` (``web`` adds ``serve``).
"""

from __future__ import annotations

import errno
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import entry_points
from pathlib import Path

import click

from index.errors import (
    BuildRefused,
    DocumentsRefused,
    EngineUnavailable,
    IndexBroken,
    IndexUntrusted,
    MissingLibrary,
    NoEarlierBuild,
    NoLiveBuild,
    SearchError,
    WriterBusy,
)
from kb import logs
from kb.cli import audit, backup, check, entity, evaluate, export, forget, ingest, search, status, token
from kb.cli.wording import KoreanHelp, usage
from kb.errors import KbError, os_reason
from kb.settings import load_settings

log = logging.getLogger(__name__)

click.Context.formatter_class = KoreanHelp
TOLD = {errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EPERM, errno.EROFS, errno.EFBIG, errno.EIO}


class Kb(click.Group):
    """Turns the project's errors into a line and an exit status, and finds the commands of other packages."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *(point.name for point in entry_points(group="kb.commands"))})

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        known = super().get_command(ctx, name)
        if known is not None:
            return known
        for point in entry_points(group="kb.commands", name=name):
            command: click.Command = point.load()
            return command
        return None

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        with _told_in_korean():
            return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> object:
        try:
            with _told_in_korean():
                return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            if isinstance(error, OSError) and error.errno == errno.EPIPE:
                raise  # whoever read our output has gone: click ends quietly
            log.info("%s", ctx.command_path, exc_info=error)
            raise Refused(told(error)) from error


@contextmanager
def _told_in_korean() -> Iterator[None]:
    try:
        yield
    except click.exceptions.NoArgsIsHelpError:
        raise  # is no mistake: help is shown
    except click.UsageError as error:
        raise Refused(usage(error), error.ctx.command_path if error.ctx else "kb") from error


def told(error: Exception) -> str:
    """What a person is told of a failure; with ``-v`` the log has the rest."""
    match error:
        case NoLiveBuild():
            return (
                "검색 색인이 없습니다. 먼저 kb ingest로 글을 읽거나 kb reindex를 실행하십시오. "
                "이미 읽었다면 데이터 폴더(KB_DATA_DIR)와 엔진(KB_ENGINE)이 그때와 같은지 보십시오: kb status"
            )
        case WriterBusy():
            return f"다른 작업이 쓰는 중입니다: {error}. 끝난 뒤 다시 실행하십시오."
        case IndexBroken():
            return f"검색 색인이 깨져 읽을 수 없습니다 ({error}). kb reindex로 다시 만드십시오. 글은 그대로 있습니다."
        case IndexUntrusted():
            return (
                f"다른 사용자가 쓸 수 있는 색인은 열지 않습니다 ({error}). "
                "chmod -R go-w 데이터폴더 로 막고, 손댔을지 모르면 색인 폴더를 지우고 kb reindex를 실행하십시오."
            )
        case MissingLibrary():
            return (
                f"엔진 '{error.engine}'에 필요한 라이브러리 {error.module}이(가) 설치되어 있지 않습니다. "
                ".venv/bin/pip install --require-hashes -r requirements-server.lock 으로 설치하십시오."
            )
        case NoEarlierBuild():
            return "되돌아갈 앞의 색인이 없습니다. 남아 있는 색인은 kb status --builds로 볼 수 있습니다."
        case BuildRefused():
            return f"새 색인을 쓰지 않고 쓰던 색인을 그대로 두었습니다: {error}"
        case EngineUnavailable():
            return f"검색 서버가 답하지 않습니다 ({error}). 글은 그대로 있으니, 서버가 답하면 다시 실행하십시오."
        case DocumentsRefused():
            return f"검색 서버가 받지 않은 글이 있습니다 ({error}). 다른 글은 색인에 들어갔습니다."
        case KbError():
            return str(error)
        case SearchError() if isinstance(error.__cause__, OSError) and error.__cause__.errno in TOLD:
            return (
                f"색인을 쓰지 못했습니다: {os_reason(error.__cause__)}. "
                "읽은 글은 데이터베이스에 있고 쓰던 색인도 그대로입니다. "
                "고친 뒤 같은 명령을 다시 실행하면 이어서 합니다."
            )
        case SearchError():
            return f"색인 작업을 하지 못했습니다: {error}"
        case OSError():
            where = f" {error.filename}" if error.filename else ""
            return f"파일을 쓰거나 읽을 수 없습니다:{where} ({os_reason(error)})"
        case _:
            return f"예상하지 못한 오류입니다 ({error!r}). kb -v 로 다시 실행하면 자세한 기록이 나옵니다."


class Refused(click.ClickException):
    """``command`` is one that was typed wrongly: its help may help."""

    exit_code = 2

    def __init__(self, message: str, command: str = "") -> None:
        super().__init__(message)
        self.command = command

    def show(self, file: object = None) -> None:
        click.echo(f"kb: {logs.printable(self.message)}", err=True)
        if self.command:
            click.echo(f"도움말: {self.command} --help", err=True)


@click.group(cls=Kb, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--data-dir",
    type=click.Path(path_type=Path, file_okay=False),
    help="데이터베이스와 색인이 놓이는 폴더 (환경 변수 KB_DATA_DIR, 기본 ./var)",
)
@click.option("-v", "--verbose", is_flag=True, help="진행 기록을 자세히 보입니다.")
@click.version_option(package_name="trade-control-kb")
@click.pass_context
def main(ctx: click.Context, data_dir: Path | None, verbose: bool) -> None:
    """무역안보 발표 지식베이스: 글을 읽어 들이고, 찾고, 내보냅니다."""
    os.umask(os.umask(0o022) | 0o022)  # what we write nobody else may change: an index is as good as code
    ctx.obj = settings = load_settings(data_dir=data_dir)
    logs.configure(settings.log_format, "info" if verbose else settings.log_level or "warning")


for command in (
    ingest.ingest,
    ingest.reindex,
    forget.forget,
    search.search,
    search.explain,
    entity.entity,
    entity.entities,
    export.export,
    evaluate.evaluate,
    status.status,
    check.check,
    backup.backup,
    backup.restore,
    token.token,
    audit.audit,
):
    main.add_command(command)
