"""Tokens and the audit log by the command line: shown once, kept as a hash, revoked, recorded."""

from __future__ import annotations

import datetime as dt
import json
import os
import pwd
import sqlite3
import threading
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from kb.access.audit import AuditLog
from kb.access.tokens import SHAPE, Token, digest_of, matches, mint, parts, read_expiry, read_scopes
from kb.cli import main
from kb.cli.token import last_used
from kb.errors import UsageError

NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)


def kb(data: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["--data-dir", str(data), *words])


def created(data: Path, *words: str) -> str:
    result = kb(data, "token", "create", "분석 1과", *words)
    assert result.exit_code == 0, result.output
    return result.stdout.strip()


def listed(data: Path) -> list[dict[str, object]]:
    told: list[dict[str, object]] = json.loads(kb(data, "token", "list", "--json").stdout)
    return told


def test_a_token_is_shown_once_and_kept_as_a_hash(tmp_path: Path) -> None:
    text = created(tmp_path)
    assert SHAPE.fullmatch(text)
    secret = text[12:]
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert secret.encode() not in path.read_bytes(), path
    assert secret not in kb(tmp_path, "token", "list").output + kb(tmp_path, "token", "list", "--json").output
    row = sqlite3.connect(tmp_path / "kb.sqlite3").execute("SELECT id, digest FROM access_tokens").fetchone()
    assert row == (text[3:11], digest_of(secret))


def test_the_list_says_what_a_token_may_and_until_when(tmp_path: Path) -> None:
    created(tmp_path, "--scope", "export", "--scope", "read", "--expires", "30d")
    (told,) = listed(tmp_path)
    assert told["name"] == "분석 1과" and told["scopes"] == ["read", "export"] and told["state"] == "valid"
    end = dt.datetime.fromisoformat(str(told["expires"])) - dt.datetime.now(dt.UTC)
    assert dt.timedelta(days=29) < end <= dt.timedelta(days=30)
    assert "분석 1과" in kb(tmp_path, "token", "list").stdout


def test_without_a_word_a_token_reads_and_ends_by_itself(tmp_path: Path) -> None:
    created(tmp_path)
    (told,) = listed(tmp_path)
    assert told["scopes"] == ["read"] and told["expires"] is not None


def test_revoking(tmp_path: Path) -> None:
    ident = created(tmp_path)[3:11]
    assert kb(tmp_path, "token", "revoke", ident).exit_code == 0
    assert listed(tmp_path)[0]["state"] == "revoked"
    again = kb(tmp_path, "token", "revoke", ident)
    assert again.exit_code == 2 and ident in again.stderr
    assert kb(tmp_path, "token", "revoke", "zzzzzzzz").exit_code == 2


@pytest.mark.parametrize(
    "words",
    [
        ("create", " "),
        ("create", "x" * 81),
        ("create", "줄\n바꿈\x07"),
        ("create", "이름", "--expires", "soon"),
        ("create", "이름", "--expires", "2020-01-01"),
        ("create", "이름", "--expires", "99999y"),
        ("create", "이름", "--scope", "write"),
        ("revoke",),
    ],
)
def test_what_is_wrong_is_told_and_makes_nothing(tmp_path: Path, words: tuple[str, ...]) -> None:
    result = kb(tmp_path, "token", *words)
    assert result.exit_code == 2 and "Traceback" not in result.output
    assert not (tmp_path / "kb.sqlite3").exists()


def test_administration_is_recorded(tmp_path: Path) -> None:
    text = created(tmp_path)
    kb(tmp_path, "token", "revoke", text[3:11])
    kb(tmp_path, "ingest", str(tmp_path / "none"))
    entries = json.loads(kb(tmp_path, "audit", "--json").stdout)
    told = [(e["action"], e.get("phase"), e.get("outcome")) for e in entries]
    assert told == [
        ("token create", "begin", None),
        ("token created", None, None),
        ("token create", "end", "done"),
        ("token revoke", "begin", None),
        ("token revoke", "end", "done"),
        ("ingest", "begin", None),
        ("ingest", "end", "failed: UsageError"),
    ]
    assert entries[0]["name"] == "분석 1과" and entries[3]["ident"] == text[3:11]
    assert {e["who"] for e in entries} == {pwd.getpwuid(os.getuid()).pw_name}
    assert text[12:] not in json.dumps(entries)
    assert "token revoke" in kb(tmp_path, "audit", "--action", "token").stdout
    assert "token" not in kb(tmp_path, "audit", "--action", "ingest").stdout


def test_the_name_is_the_systems_and_not_what_the_environment_claims(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("USER", "LOGNAME", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "minister")
    AuditLog(tmp_path).record("시험")
    assert next(AuditLog(tmp_path).entries()).who != "minister"


def test_without_a_record_no_token_is_made(tmp_path: Path) -> None:
    created(tmp_path)
    log = tmp_path / "audit.jsonl"
    log.unlink()
    log.mkdir()
    result = kb(tmp_path, "token", "create", "이름")
    assert result.exit_code == 2 and "기록 없이는" in result.stderr
    log.rmdir()
    assert len(listed(tmp_path)) == 1


def test_an_ingest_goes_on_without_a_record_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "audit.jsonl").mkdir()
    result = kb(tmp_path, "ingest", str(tmp_path / "none"))
    assert "감사 기록" in result.stderr and "none" in result.stderr


def test_lines_of_many_writers_do_not_mix(tmp_path: Path) -> None:
    log = AuditLog(tmp_path)
    writers = [threading.Thread(target=lambda: [log.record("가" * 50, n=n) for n in range(50)]) for _ in range(8)]
    for each in writers:
        each.start()
    for each in writers:
        each.join()
    assert [entry.action for entry in log.entries()] == ["가" * 50] * 400
    assert log.path.stat().st_mode & 0o777 == 0o600


@given(st.lists(st.text(max_size=40), max_size=5))
def test_any_text_is_kept_on_a_line_of_its_own(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    log = AuditLog(tmp_path_factory.mktemp("log"))
    for text in texts:
        log.record("시험", told=text)
    found = [entry.details["told"] for entry in log.entries()]
    assert [str(each).encode("utf-8", "replace") for each in found] == [t.encode("utf-8", "replace") for t in texts]


def test_a_line_cut_off_is_told(tmp_path: Path) -> None:
    log = AuditLog(tmp_path)
    log.record("앞")
    with log.path.open("a", encoding="utf-8") as file:
        file.write('{"at": "2026-01-0\n')
    log.record("뒤")
    assert [entry.action for entry in log.entries()] == ["앞", "damaged", "뒤"]
    assert kb(tmp_path, "audit").exit_code == 0


def test_no_record_moves_the_terminal(tmp_path: Path) -> None:
    AuditLog(tmp_path).record("sign-in refused", address="\x1b[2J\x07evil")
    assert "\x1b" not in kb(tmp_path, "audit").stdout


def test_the_last_use_is_read_from_the_log(tmp_path: Path) -> None:
    text = created(tmp_path)
    AuditLog(tmp_path).record("token used", token=text[3:11], name="분석 1과")
    assert listed(tmp_path)[0]["last_used"] == dt.datetime.now().date().isoformat()
    assert set(last_used(AuditLog(tmp_path))) == {text[3:11]}


def test_expiry_as_people_write_it() -> None:
    assert read_expiry("90d", NOW) == NOW + dt.timedelta(days=90)
    assert read_expiry("2w", NOW) == NOW + dt.timedelta(days=14)
    assert read_expiry("never", NOW) is None
    end = read_expiry("2026-03-05", NOW)
    assert end is not None and dt.timedelta(days=3) < end - NOW < dt.timedelta(days=6)


def test_a_token_has_160_bits_and_no_two_are_alike() -> None:
    made = [mint("가", (), None, NOW) for _ in range(200)]
    assert len({text for _, text in made}) == len({token.id for token, _ in made}) == 200
    assert 32 * 5 >= 160 and all(len(text.rpartition("_")[2]) == 32 for _, text in made)
    assert "digest" not in repr(made[0][0])


@given(st.text(max_size=60))
def test_no_other_text_is_a_token(text: str) -> None:
    token, _ = mint("가", (), None, NOW)
    found = parts(text)
    assert found is None or not matches(token, found[1])


def test_only_the_secret_matches() -> None:
    token, text = mint("가", (), None, NOW)
    found = parts(text)
    assert found is not None and matches(token, found[1])
    assert not matches(token, found[1][::-1]) and not matches(None, found[1]) and not matches(None, "")


def test_states() -> None:
    token = Token("a", "가", read_scopes(()), NOW, expires_at=NOW)
    assert token.state(NOW - dt.timedelta(seconds=1)) == "valid"
    assert token.state(NOW) == "expired"
    with pytest.raises(UsageError):
        read_scopes(("read", "write"))
