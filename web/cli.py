"""``kb serve``: opens the knowledge base and serves the site until interrupted."""

from __future__ import annotations

import click
import waitress

from kb.knowledge import KnowledgeBase
from kb.settings import Settings
from web import create_app


@click.command(help="웹 사이트와 API를 띄웁니다.")
@click.option("--host", help="듣는 주소(기본값은 설정 KB_HOST, 이 컴퓨터에서만 열리는 127.0.0.1)")
@click.option("--port", type=click.IntRange(0, 65535), help="듣는 포트(기본값은 설정 KB_PORT, 8000). 0은 빈 포트")
@click.pass_obj
def serve(settings: Settings, host: str | None, port: int | None) -> None:
    knowledge = KnowledgeBase.open(settings)
    chosen = settings.port if port is None else port
    server = waitress.create_server(
        create_app(settings, knowledge),
        host=host or settings.host,
        port=chosen,
        threads=settings.threads,
        ident=None,
        clear_untrusted_proxy_headers=True,
    )
    click.echo(f"http://{server.effective_host}:{server.effective_port} 에서 열렸습니다. 멈추려면 Ctrl-C.", err=True)
    try:
        server.run()
    finally:
        server.close()
