"""``kb search`` and ``kb explain``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, Literal, TypeVar

import click

from kb.cli.common import echo_json, json_option, knowledge_base
from kb.dates import period_end, period_start
from kb.settings import Settings
from kb.views import SearchParams, SearchResult, Segment

F = TypeVar("F", bound=Callable[..., Any])


def filter_options(command: F) -> F:
    """The filters that search and export share."""
    for option in reversed(
        (
            click.option("--agency", multiple=True, help="기관 (어느 이름이든; 여러 번 쓰면 그중 하나)"),
            click.option("--topic", multiple=True, help="주제"),
            click.option("--country", multiple=True, help="국가 코드나 이름"),
            click.option("--official", multiple=True, help="인물"),
            click.option("--category", multiple=True, help="분류"),
            click.option("--from", "date_from", help="이 날부터 (2024, 2024-07, 2024-07-01)"),
            click.option("--to", "date_to", help="이 날까지"),
        )
    ):
        command = option(command)
    return command


def search_params(
    q: str,
    agency: tuple[str, ...] = (),
    topic: tuple[str, ...] = (),
    country: tuple[str, ...] = (),
    official: tuple[str, ...] = (),
    category: tuple[str, ...] = (),
    date_from: str | None = None,
    date_to: str | None = None,
    sort: Literal["relevance", "date"] = "relevance",
    limit: int = 10,
) -> SearchParams:
    """Raises UsageError for a date that is none."""
    given = {"agency": agency, "topic": topic, "country": country, "official": official, "category": category}
    first: dt.date | None = period_start(date_from) if date_from else None
    last: dt.date | None = period_end(date_to) if date_to else None
    filters = {name: values for name, values in given.items() if values}
    return SearchParams(q=q, filters=filters, date_from=first, date_to=last, sort=sort, per_page=limit)


@click.command()
@click.argument("query", default="")
@filter_options
@click.option("--sort", type=click.Choice(["relevance", "date"]), default="relevance", help="순서")
@click.option("--limit", type=click.IntRange(1, 100), default=10, help="몇 편까지")
@json_option
@click.pass_obj
def search(settings: Settings, /, query: str, as_json: bool, **options: Any) -> None:
    """글을 찾습니다. 검색말은 "구절", -빼기, OR, 기관:관세청, 날짜:2024-07..2024-08 을 알아듣습니다."""
    params = search_params(query, **options)
    with knowledge_base(settings) as base:
        result = base.search(params)
    if as_json:
        echo_json(result.to_json())
    else:
        _print_result(result)


def _print_result(result: SearchResult) -> None:
    click.echo(f"{result.total:,}편 ({result.seconds * 1000:.0f}ms)")
    for note in result.notes:
        click.echo(f"※ {note}")
    if result.suggestion:
        click.echo(f"혹시 이것을 찾으십니까: {result.suggestion.q}")
    for hit in result.hits:
        copies = f" (같은 발표 {len(hit.copies)}편 더)" if hit.copies else ""
        click.echo(f"\n{hit.date} {_marked(hit.title)}{copies}")
        click.echo(f"  {hit.post} · {', '.join(link.label for link in hit.agencies[:4])}")
        click.echo(f"  {_marked(hit.snippet)}")


def _marked(segments: tuple[Segment, ...]) -> str:
    return "".join(click.style(s.text, bold=True) if s.marked else s.text for s in segments).replace("\n", " ")


@click.command()
@click.argument("query")
@json_option
@click.pass_obj
def explain(settings: Settings, query: str, as_json: bool) -> None:
    """검색말이 어떻게 읽혔는지, 앞선 글이 왜 나왔는지 보입니다."""
    with knowledge_base(settings) as base:
        view = base.explain(query)
    if as_json:
        echo_json(view.to_json())
        return
    click.echo(f"읽은 대로: {view.canonical}")
    for word in view.words:
        found = "" if word.posts is None else f" — {word.posts:,}편"
        click.echo(f"  {word.typed} [{word.role}]{found}")
        for name, values in (("낱말", word.terms), ("넓힘", word.expansions), ("고침", word.corrections)):
            if values:
                click.echo(f"    {name}: {', '.join(values)}")
    for note in view.notes:
        click.echo(f"※ {note}")
    click.echo(f"식: {view.tree}")
    for hit in view.hits:
        click.echo(f"\n{hit.score:8.3f} {hit.title} ({hit.post})")
        for reason, value in hit.reasons:
            click.echo(f"    {value:+8.3f} {reason}")
