"""``kb evaluate``."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from kb.cli.common import echo_json, json_option, knowledge_base
from kb.settings import Settings


@click.command()
@click.argument("gold", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--misses", is_flag=True, help="놓친 것과 잘못 찾은 것을 늘어놓습니다.")
@json_option
@click.pass_obj
def evaluate(settings: Settings, gold: Path, misses: bool, as_json: bool) -> None:
    """추출한 엔티티를 주석 파일과 견주어 정밀도, 재현율, F1을 보입니다."""
    with knowledge_base(settings) as base:
        figures = base.evaluate(gold)
    if as_json:
        echo_json([asdict(figure) | {"f1": round(figure.f1, 4)} for figure in figures])
        return
    for figure in figures:
        click.echo(
            f"{figure.kind:18} P {figure.precision:.3f}  R {figure.recall:.3f}  F1 {figure.f1:.3f}   "
            f"맞음 {figure.right} 틀림 {figure.wrong} 놓침 {figure.missed}"
        )
        for miss in figure.misses if misses else ():
            click.echo(f"    {'-' if miss.wanted else '+'} {miss.post}: {miss.value}")
