"""``kb token``: what lets people and programs in where ``KB_ACCESS=token``."""

from __future__ import annotations

import datetime as dt

import click

from kb.access.audit import AuditLog
from kb.access.tokens import SCOPE_NAMES, SCOPES, Token, mint, read_expiry
from kb.cli.audited import audited
from kb.cli.common import echo_json, is_there, json_option, knowledge_base
from kb.errors import NotFound
from kb.settings import Settings

STATES = {"valid": "쓸 수 있음", "expired": "만료됨", "revoked": "폐지됨"}
EXPIRES = "90d"  # a token that nobody remembers ends by itself


@click.group()
def token() -> None:
    """접근 토큰을 만들고, 늘어놓고, 폐지합니다."""


@token.command("create")
@click.argument("name")
@click.option("--expires", default=EXPIRES, show_default=True, help="만료: 90d, 12w, 6m, 1y, 2027-03-31, never")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice(SCOPES),
    help="범위(되풀이할 수 있음, 기본 read). " + "; ".join(f"{name}: {about}" for name, about in SCOPE_NAMES.items()),
)
@json_option
@click.pass_obj
@audited("token create", must=True)
def create(settings: Settings, name: str, expires: str, scopes: tuple[str, ...], as_json: bool) -> None:
    """토큰을 만들어 한 번만 보입니다. 저장하는 것은 해시뿐이라 다시 볼 수 없습니다.

    NAME은 누가 어디에 쓰는지 나중에 알아볼 이름입니다.
    """
    now = dt.datetime.now(dt.UTC).replace(microsecond=0)
    made, text = mint(name, scopes, read_expiry(expires, now), now)
    if not is_there(settings):
        click.echo(f"{settings.data_dir.absolute()}에 지식베이스가 없어 새로 만듭니다.", err=True)
    with knowledge_base(settings, makes=True) as base:
        base.tokens.add(made)
    AuditLog(settings.data_dir).record("token created", token=made.id, name=made.name, scopes=list(made.scopes))
    if as_json:
        echo_json(described(made, now, None) | {"token": text})
        return
    click.echo(text)
    click.echo(f"'{made.name}'의 토큰입니다. 지금만 볼 수 있으니 안전한 곳에 두십시오.", err=True)
    click.echo(f"아이디 {made.id} · 범위 {' '.join(made.scopes)} · 만료 {_day(made.expires_at)}", err=True)


@token.command("list")
@json_option
@click.pass_obj
def list_(settings: Settings, as_json: bool) -> None:
    """토큰을 새것부터 늘어놓습니다. 비밀은 나오지 않습니다. 마지막 사용은 날 단위입니다."""
    now = dt.datetime.now(dt.UTC)
    with knowledge_base(settings) as base:
        tokens = base.tokens.all()
    used = last_used(AuditLog(settings.data_dir))
    if as_json:
        echo_json([described(each, now, used.get(each.id)) for each in tokens])
        return
    for each in tokens:
        told = (
            f"만든 날 {_day(each.created_at)} · 만료 {_day(each.expires_at)} · 마지막 사용 {used.get(each.id) or '-'}"
        )
        click.echo(f"{each.id}  {STATES[each.state(now)]}  {' '.join(each.scopes)}  {each.name}")
        click.echo(f"          {told}")
    if not tokens:
        click.echo("토큰이 없습니다. kb token create 이름 으로 만듭니다.", err=True)


@token.command("revoke")
@click.argument("ident", metavar="ID")
@click.pass_obj
@audited("token revoke", must=True)
def revoke(settings: Settings, ident: str) -> None:
    """토큰을 폐지합니다. 웹 서버는 몇 초 안에 따릅니다. ID는 목록의 첫 칸입니다."""
    with knowledge_base(settings) as base:
        if not base.tokens.revoke(ident, dt.datetime.now(dt.UTC).replace(microsecond=0)):
            raise NotFound(f"쓸 수 있는 토큰 {ident}이(가) 없습니다. kb token list로 아이디를 확인하십시오.")
    click.echo(f"토큰 {ident}을(를) 폐지했습니다.")


def described(each: Token, now: dt.datetime, used: str | None) -> dict[str, object]:
    return {
        "id": each.id,
        "name": each.name,
        "scopes": list(each.scopes),
        "state": each.state(now),
        "created": each.created_at.isoformat(),
        "expires": each.expires_at.isoformat() if each.expires_at else None,
        "revoked": each.revoked_at.isoformat() if each.revoked_at else None,
        "last_used": used,
    }


def last_used(log: AuditLog) -> dict[str, str]:
    """The day of each token's last use: the web notes a token once a day in the audit log."""
    used = (entry for entry in log.entries() if entry.action == "token used")
    return {str(entry.details.get("token")): entry.at.astimezone().date().isoformat() for entry in used}


def _day(moment: dt.datetime | None) -> str:
    return moment.astimezone().date().isoformat() if moment else "없음"
