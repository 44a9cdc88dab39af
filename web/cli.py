"""``kb serve``: opens the knowledge base and serves the site until interrupted."""

from __future__ import annotations

import datetime as dt
import errno
import socket

import click

from kb import logs
from kb.cli.audited import audited, note
from kb.errors import UsageError, os_reason
from kb.knowledge import KnowledgeBase
from kb.settings import Settings
from web import access, create_app, memory, observe
from web.server import Server, address_of, listen
from web.workers import Workers, can_watch, default_count, run_alone


@click.command(help="웹 사이트와 API를 띄웁니다.")
@click.option("--host", help="듣는 주소(기본값은 설정 KB_HOST, 이 컴퓨터에서만 열리는 127.0.0.1)")
@click.option("--port", type=click.IntRange(0, 65535), help="듣는 포트(기본값은 설정 KB_PORT, 8000). 0은 빈 포트")
@click.option(
    "--workers", type=click.IntRange(0, 64), help="프로세스 수(기본값은 설정 KB_WORKERS). 0은 코어 수, 최대 4"
)
@click.option("--open", "is_open", is_flag=True, help="누구나 들어올 수 있게 엽니다(KB_ACCESS=open과 같음)")
@click.pass_obj
@audited("serve")
def serve(settings: Settings, host: str | None, port: int | None, workers: int | None, is_open: bool) -> None:
    settings, host = access.opened(settings, is_open), host or settings.host
    access.check_listening(settings, host)
    listening = listening_on(host, settings.port if port is None else port)
    count = (settings.workers if workers is None else workers) or default_count()
    logs.configure(settings.log_format, settings.log_level or "info", process=count > 1)
    with observe.shared_between(count), KnowledgeBase.open(settings) as knowledge:
        knowledge.warm_up()  # the first visitor does not wait for Kiwi

        def make() -> Server:
            return Server(create_app(settings, knowledge), listening, settings.threads)

        if settings.access == "token" and not any(
            each.valid(dt.datetime.now(dt.UTC)) for each in knowledge.tokens.all()
        ):
            click.echo("쓸 수 있는 토큰이 아직 없습니다. kb token create 이름 으로 만드십시오.", err=True)
        note(settings, "serve listening", address=address_of(listening), access=settings.access, workers=count)
        click.echo(f"{address_of(listening)} 에서 열렸습니다. 멈추려면 Ctrl-C.", err=True)
        if count == 1 and not (settings.stuck_seconds and can_watch()):
            memory.settle()
            run_alone(make())
            return
        knowledge.close()  # connections and readers belong to one process; each child opens its own
        Workers(count, make, settings.stuck_seconds).run()


def listening_on(host: str, port: int) -> list[socket.socket]:
    """Raises UsageError where the address cannot be had."""
    try:
        return listen(host, port)
    except OSError as error:
        raise UsageError(f"{host}:{port}에서 열 수 없습니다 ({_reason(error)}).{_way_out(error)}") from error


def _reason(error: OSError) -> str:
    return "이름을 찾을 수 없습니다" if isinstance(error, socket.gaierror) else os_reason(error)


def _way_out(error: OSError) -> str:
    if error.errno in (errno.EADDRINUSE, errno.EACCES):
        return " --port로 다른 포트를 주십시오."
    return " --host에는 이 컴퓨터의 주소를 적으십시오."
