"""``kb serve``: opens the knowledge base and serves the site until interrupted."""

from __future__ import annotations

import logging

import click

from kb.errors import UsageError
from kb.knowledge import KnowledgeBase
from kb.settings import Settings
from web import create_app
from web.server import Server


@click.command(help="웹 사이트와 API를 띄웁니다.")
@click.option("--host", help="듣는 주소(기본값은 설정 KB_HOST, 이 컴퓨터에서만 열리는 127.0.0.1)")
@click.option("--port", type=click.IntRange(0, 65535), help="듣는 포트(기본값은 설정 KB_PORT, 8000). 0은 빈 포트")
@click.pass_obj
def serve(settings: Settings, host: str | None, port: int | None) -> None:
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    with KnowledgeBase.open(settings) as knowledge:
        server = listening(settings, knowledge, host or settings.host, settings.port if port is None else port)
        knowledge.warm_up()  # the first visitor does not wait for Kiwi
        click.echo(f"{server.address} 에서 열렸습니다. 멈추려면 Ctrl-C.", err=True)
        server.run()


def listening(settings: Settings, knowledge: KnowledgeBase, host: str, port: int) -> Server:
    """Raises UsageError where the address cannot be had."""
    try:
        return Server(create_app(settings, knowledge), host, port, settings.threads)
    except (OSError, ValueError) as error:
        raise UsageError(f"{host}:{port}에서 열 수 없습니다: {error}. --port로 다른 포트를 주세요.") from error
