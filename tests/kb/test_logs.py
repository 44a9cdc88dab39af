"""What is written: a line for a person, an object for a collector, each with its request."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest

from kb import logs


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    level, handlers = root.level, root.handlers[:]
    yield
    root.setLevel(level)
    root.handlers[:] = handlers


def test_a_line_for_a_person_names_its_request(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("text", "info", process=True)
    token = logs.REQUEST.set("abcd1234")
    logging.getLogger("web.access").info("한글 %s", 1)
    logs.REQUEST.reset(token)
    logging.getLogger("kb").warning("끝")
    first, second = capsys.readouterr().err.splitlines()
    assert "INFO" in first and "web.access: 한글 1 [abcd1234]" in first
    assert second.endswith("kb: 끝")
    assert "\x1b" not in first + second  # no colours where nobody sees them


def test_json_is_an_object_a_line_also_with_a_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("json", "warning")
    logging.getLogger("kb").info("not this")
    try:
        raise ZeroDivisionError
    except ZeroDivisionError:
        logging.getLogger("kb").exception("나누기", extra={"route": "/a"})
    (line,) = capsys.readouterr().err.splitlines()
    told = json.loads(line)
    assert (told["level"], told["logger"], told["message"], told["route"]) == ("ERROR", "kb", "나누기", "/a")
    assert "ZeroDivisionError" in told["exc_info"]
    assert "나누기" in line


def test_configured_twice_it_writes_once(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("text", "info")
    logs.configure("text", "info")
    logging.getLogger("kb").info("한 번")
    assert capsys.readouterr().err.count("한 번") == 1


def test_libraries_are_quiet_unless_asked(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("text", "info")
    logging.getLogger("alembic").info("context")
    assert capsys.readouterr().err == ""
    logs.configure("text", "debug")
    logging.getLogger("alembic").info("context")
    assert "context" in capsys.readouterr().err


def test_what_was_asked_begins_no_line_and_steers_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("text", "info")
    logging.getLogger("web.access").error("/x?q=%s", "a\n2026-11-23 forged\x1b[2J\u202e")
    (line,) = capsys.readouterr().err.splitlines()
    assert "a\\n2026-11-23 forged\\x1b[2J\\u202e" in line and "\x1b" not in line


@pytest.mark.parametrize("form", ["text", "json"])
def test_no_token_and_no_password_reaches_the_log(form: logs.Format, capsys: pytest.CaptureFixture[str]) -> None:
    """Somebody puts a token into an address, and the address is slow; a library tells the address of a server."""
    logs.configure(form, "info")
    token, secret = "kb_abcdefgh_", "a2" * 16
    log = logging.getLogger("web.access")
    log.warning("느린 요청 GET /help?token=%s%s", token, secret, extra={"slow": f"/help?token={token}{secret}"})
    try:
        raise RuntimeError("postgresql+psycopg://kb:geheim@127.0.0.1/kb")
    except RuntimeError:
        log.exception("away: http://admin:geheim@search:9200")
    told = capsys.readouterr().err
    assert secret not in told and "geheim" not in told
    assert f"{token}***" in told and "kb:***@127.0.0.1" in told
