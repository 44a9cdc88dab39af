"""``kb audit``: the record of administration."""

from __future__ import annotations

from collections import deque

import click

from kb.access.audit import AuditLog, Entry, Value
from kb.cli.common import echo_json, json_option
from kb.settings import Settings


@click.command()
@click.option("--last", type=click.IntRange(1), default=100, show_default=True, help="마지막 몇 줄")
@click.option("--action", default="", help="이 말로 시작하는 일만 (예: token, ingest, sign-in)")
@json_option
@click.pass_obj
def audit(settings: Settings, last: int, action: str, as_json: bool) -> None:
    """누가 언제 무엇을 했는지 오래된 것부터 보입니다: 토큰, 읽기, 색인, 되돌리기, 서버 시작, 거절한 로그인."""
    found = (entry for entry in AuditLog(settings.data_dir).entries() if entry.action.startswith(action))
    entries = deque(found, maxlen=last)
    if as_json:
        echo_json([entry.to_json() for entry in entries])
        return
    for entry in entries:
        click.echo(_line(entry))
    if not entries:
        click.echo("기록이 없습니다.", err=True)


def _line(entry: Entry) -> str:
    told = " ".join(f"{name}={_shown(value)}" for name, value in entry.details.items())
    return f"{entry.at.astimezone():%Y-%m-%d %H:%M:%S} {_shown(entry.who)} {_shown(entry.action)} {told}".rstrip()


def _shown(value: Value) -> str:
    """No character that moves a terminal's cursor: an address or a name may come from an attacker."""
    text = ",".join(value) if isinstance(value, list) else str(value)
    return "".join(c if c.isprintable() else "?" for c in text)
