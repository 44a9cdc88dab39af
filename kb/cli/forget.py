"""``kb forget``."""

from __future__ import annotations

import click

from kb.cli.audited import audited
from kb.cli.common import knowledge_base, progress_bar
from kb.settings import Settings


@click.command()
@click.argument("source")
@click.option("--yes", is_flag=True, help="묻지 않고 뺍니다.")
@click.pass_obj
@audited("forget")
def forget(settings: Settings, source: str, yes: bool) -> None:
    """글 모음 하나를 지식베이스와 색인에서 통째로 뺍니다. 파일은 그대로 있습니다.

    견본이나 잘못 읽힌 폴더를 없앨 때 씁니다. SOURCE는 kb status에 나오는 모음의 이름입니다.
    """
    with knowledge_base(settings) as base:
        posts = base.count_posts_of(source)
        if not yes:
            click.confirm(f"'{source}'의 글 {posts:,}편을 뺍니까?", abort=True, err=True)
        with progress_bar("빼는 중", total=posts) as bar:
            removed = base.forget(source, bar)
    click.echo(f"'{source}': 글 {removed:,}편을 뺐습니다. 다시 읽히려면 kb ingest 폴더 --source {source}")
