"""No answer tells a version, a path of the machine or a traceback; each bears all the headers that guard it."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator
from importlib.metadata import distributions
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit

import pytest
from access_sites import Make, Site
from flask import Flask
from test_access_gate import addresses
from test_web_routes import DATA, FILES, MISSING, PAGES

from web.server import Server, listen

GUARDS = {
    "Content-Security-Policy": "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=()",
}
NAMES = ("waitress", "gunicorn", "werkzeug", "flask", "python", "whoosh", "tantivy", "sqlalchemy", "sqlite")
SOFTWARE = re.compile(rf"\b(?:{'|'.join(NAMES)})[/ -]v?\d", re.IGNORECASE)
TRACE = re.compile(r"Traceback|File \"|\bline \d+, in |<module>|0x[0-9a-f]{8,}")
BROKEN = [
    "/search?q=" + "(" * 900,
    "/search?page=x",
    "/search?from=2024-02-31",
    "/entities/%2e%2e",
    "/%00",
    "/?lang=xx",
]


def betrays(site: Site, text: str) -> list[str]:
    """What of an answer a stranger should not read."""
    places = [str(Path(__file__).parents[2]), str(site.data), str(site.knowledge.settings.data_dir), "/site-packages/"]
    found = [place for place in places if place in text]
    return found + [m[0] for pattern in (SOFTWARE, TRACE) if (m := pattern.search(text))]


@pytest.mark.parametrize("access", ["open", "token"])
def test_no_address_betrays_the_machine(make: Make, access: str) -> None:
    site = make(access=access, rate_limits="off")
    asked = {a for _, a in addresses(site.app) if "static" not in a} | set(MISSING) | set(BROKEN)
    asked |= {a for a in (*PAGES.values(), *DATA.values(), *FILES.values()) if "{" not in a}
    for address in sorted(asked):
        for accept in ("text/html", "application/json"):
            with site.client().get(address, headers={"Accept": accept}) as answer:
                text = answer.data.decode("utf-8", "replace")
                assert betrays(site, f"{answer.headers}\n{text}") == [], address
                assert "Server" not in answer.headers
                for name, part in GUARDS.items():
                    assert part in answer.headers[name], (address, name)


def test_the_description_of_the_api_names_its_own_version_and_no_program(make: Make) -> None:
    told = make(access="open").client().get("/api/v1/openapi.json").get_json()
    ours = next(d.version for d in distributions() if d.name == "trade-control-kb")
    assert told["info"]["version"] != ours


def thrown() -> list[Exception]:
    place = "/srv/secret/kb.sqlite3"
    return [
        RuntimeError(f"cannot open {place}"),
        OSError(5, "Input/output error", place),
        KeyError(place),
        RecursionError(place),
        UnicodeDecodeError("utf-8", b"\xff", 0, 1, place),
        MemoryError(place),
    ]


@pytest.mark.parametrize("error", thrown(), ids=lambda error: type(error).__name__)
def test_a_bug_anywhere_betrays_nothing(make: Make, error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every view of the site fails in turn, in the way that is given."""
    site = make(access="open", rate_limits="off")

    def fail(*_: object, **__: object) -> NoReturn:
        raise error

    for rule, address in addresses(site.app):
        if rule.endpoint == "static":
            continue
        monkeypatch.setitem(site.app.view_functions, rule.endpoint, fail)
        for accept in ("text/html", "application/json"):
            answer = site.client().get(address, headers={"Accept": accept})
            text = f"{answer.headers}\n{answer.text}"
            assert answer.status_code == 500 and "/srv/secret" not in text and type(error).__name__ not in text
            assert betrays(site, text) == []
        monkeypatch.undo()


def test_a_bug_in_the_gate_lets_nobody_in(guarded: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> NoReturn:
        raise RuntimeError("/srv/secret")

    monkeypatch.setattr("web.access.gate.identify", fail)
    for address in ("/search?q=관세", "/api/v1/status"):
        answer = guarded.client(guarded.token()).get(address)
        assert answer.status_code == 500 and "/srv/secret" not in answer.text and "관세청" not in answer.text


def app_of(site: Site) -> Flask:
    return site.app


@pytest.fixture
def running(make: Make) -> Iterator[str]:
    site = make(access="token", rate_limits="off")
    server = Server(app_of(site), listen("127.0.0.1", 0), threads=2)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield server.address
    server.stop()
    thread.join(timeout=10)


RAW = [
    b"GET / HTTP/1.1\r\nHost: x\r\n",
    b"GET / HTTP/9.9\r\nHost: x\r\n",
    b"BREW / HTTP/1.1\r\nHost: x\r\n",
    b"GET\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n",
    b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\nHost: x\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 200_000 + b"\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X-A: b\r\n" * 20_000,
    b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n",
    b"GET / HTTP/1.1\r\nHost: \xff\xfe<script>\r\n",
    b"GET /%ff%00%zz HTTP/1.1\r\nHost: x\r\n",
    b"GET http://elsewhere.example/ HTTP/1.1\r\nHost: x\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + b"\xed\xa0\x80" * 40 + b"\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nCookie: kb=" + b"=;" * 500 + b"\r\n",
]


@pytest.mark.parametrize("request_bytes", RAW, ids=range(len(RAW)))
def test_a_broken_request_is_refused_and_betrays_nothing(running: str, request_bytes: bytes) -> None:
    address = urlsplit(running)
    answer = b""
    with socket.create_connection((address.hostname, address.port), timeout=3) as connection:
        try:
            connection.sendall(request_bytes + b"Connection: close\r\n\r\n")
            answer = b"".join(iter(lambda: connection.recv(65_536), b""))
        except (ConnectionError, TimeoutError):
            pass  # cut off is as good as refused
    text = answer.decode("utf-8", "replace")
    assert not answer or re.match(r"HTTP/1\.[01] (4\d\d|501|505) ", text), text[:200]
    assert not re.search(r"(?mi)^Server:", text)
    assert not SOFTWARE.search(text) and not TRACE.search(text) and "waitress" not in text.lower(), text[:400]
