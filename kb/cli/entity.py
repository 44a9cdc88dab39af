"""``kb entity`` and ``kb entities``."""

from __future__ import annotations

import click

from kb.cli.common import echo_json, json_option, knowledge_base
from kb.settings import Settings
from kb.views import EntityPage


@click.command()
@click.argument("kind")
@click.argument("name")
@json_option
@click.pass_obj
def entity(settings: Settings, kind: str, name: str, as_json: bool) -> None:
    """엔티티 한 곳의 모든 것을 보입니다. NAME은 어느 이름이든 됩니다 (kb entity agency MOTIE)."""
    with knowledge_base(settings) as base:
        page = base.entity(kind, name)
    if as_json:
        echo_json(page.to_json())
    else:
        _print_page(page)


def _print_page(page: EntityPage) -> None:
    click.echo(f"{page.link.label} — 글 {page.posts:,}편 ({page.first} ~ {page.last})")
    if page.aliases:
        click.echo(f"다른 이름: {', '.join(page.aliases)}")
    for step in page.lineage:
        click.echo(f"  {step.valid_from} ~ {step.valid_to or ''} {step.link.label} {step.relation}")
    for office in page.offices:
        click.echo(f"  {office.official.label} {office.title or ''} ({office.first} ~ {office.last}, {office.posts}편)")
    for desk in page.desks:
        click.echo(f"  {desk.number} {desk.agency or ''} {desk.department or ''} (마지막 확인 {desk.last})")
    for kind, items in page.together.items():
        click.echo(f"함께 나온 {kind}: " + ", ".join(f"{i.link.label} {i.posts}" for i in items))
    for mention in page.mentions[:10]:
        click.echo(f"  {mention.date} {mention.title}")
        click.echo("    " + "".join(s.text for s in mention.sentence))


@click.command()
@click.argument("kind")
@click.option("--q", default="", help="이름에 들어 있는 말")
@click.option("--page", type=click.IntRange(1), default=1)
@click.option("--limit", type=click.IntRange(1, 1000), default=50)
@json_option
@click.pass_obj
def entities(settings: Settings, kind: str, q: str, page: int, limit: int, as_json: bool) -> None:
    """한 종류의 엔티티를 많이 나온 차례로 늘어놓습니다."""
    with knowledge_base(settings) as base:
        found = base.entities(kind, q, page, limit)
    if as_json:
        echo_json(found.to_json())
        return
    click.echo(f"{found.total:,}가지 ({found.page}/{found.pages}쪽)")
    for item in found.items:
        click.echo(f"{item.posts:6,} {item.link.label}  ({item.first} ~ {item.last})")
