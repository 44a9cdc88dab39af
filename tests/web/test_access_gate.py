"""The gate: no address answers without a credential where one is asked for, and only what its scope allows with it."""

from __future__ import annotations

import datetime as dt

import pytest
from access_sites import Make, Site
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from page_checks import check_safe, check_structure
from selectolax.lexbor import LexborHTMLParser as HTMLParser
from werkzeug.routing import Rule

from kb.knowledge import KnowledgeBase
from web.access.visitors import REMEMBERED

OPEN = {"static", "status.health", "status.readiness", "access.sign_in", "access.sign_out"}
VALUES = {"source": "samples", "name": "2024-01-01-1", "kind": "agency", "filename": "site.css"}


def addresses(app: Flask) -> list[tuple[Rule, str]]:
    with app.test_request_context():
        adapter = app.url_map.bind("localhost")
        return [
            (rule, adapter.build(rule.endpoint, {name: VALUES[name] for name in rule.arguments}))
            for rule in app.url_map.iter_rules()
            if "GET" in (rule.methods or ())
        ]


def test_no_address_answers_without_a_credential(guarded: Site) -> None:
    client = guarded.client()
    told = addresses(guarded.app)
    assert len(told) > 30
    for rule, address in told:
        if rule.endpoint in OPEN or "metrics" in rule.rule:
            continue
        for method in ("GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE", "PATCH"):
            answer = client.open(address, method=method)
            assert answer.status_code == 401, (method, address)
            assert answer.headers["WWW-Authenticate"].startswith("Bearer "), address
            assert answer.headers["Cache-Control"] == "no-store", address


def test_what_is_not_there_is_not_told_to_strangers(guarded: Site) -> None:
    assert guarded.client().get("/no-such-page").status_code == 401
    assert guarded.client(guarded.token()).get("/no-such-page").status_code == 404


def test_every_address_answers_with_a_credential(guarded: Site) -> None:
    client = guarded.client(guarded.token())
    for rule, address in addresses(guarded.app):
        if "metrics" not in rule.rule:
            with client.get(address) as answer:
                assert answer.status_code in (200, 302, 304, 404), address


def test_the_open_addresses_tell_nothing(guarded: Site) -> None:
    client = guarded.client()
    assert client.get("/healthz").get_json() == {"status": "ok"}
    assert set(client.get("/readyz").get_json()) == {"ready"}
    assert "detail" in guarded.client(guarded.token()).get("/readyz").get_json()


def test_a_refusal_is_a_problem_for_programs_and_a_form_for_people(guarded: Site) -> None:
    problem = guarded.client().get("/api/v1/search?q=관세")
    assert problem.content_type == "application/problem+json"
    assert problem.get_json()["status"] == 401
    page = guarded.client().get("/search?q=관세")
    assert page.status_code == 401 and page.content_type.startswith("text/html")
    check_safe(page.text, page.headers["Content-Security-Policy"])
    check_structure(HTMLParser(page.text))
    onward = HTMLParser(page.text).css_first("input[name=next]")
    assert onward is not None and onward.attributes["value"] == "/search?q=%EA%B4%80%EC%84%B8"


def test_the_address_is_no_place_for_a_token(guarded: Site) -> None:
    text = guarded.token()
    assert guarded.client().get(f"/api/v1/status?token={text}&access_token={text}").status_code == 401


WRONG = [
    "",
    "Bearer",
    "Bearer ",
    "Basic YTpi",
    "Bearer kb_",
    "Bearer kb_aaaaaaaa_" + "a" * 32,
    "Bearer " + "x" * 9_000,
    "Bearer 전략물자".encode().decode("latin-1"),
    "Digest username=a",
]


@pytest.mark.parametrize("sent", WRONG)
def test_what_is_no_token_does_not_open(guarded: Site, sent: str) -> None:
    answer = guarded.client().get("/api/v1/status", headers={"Authorization": sent})
    assert answer.status_code == 401
    assert ('error="invalid_token"' in answer.headers["WWW-Authenticate"]) == bool(sent.strip())


def test_a_token_changed_in_any_one_place_does_not_open(guarded: Site) -> None:
    text = guarded.token()
    client = guarded.app.test_client()

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.integers(0, len(text) - 1), st.sampled_from("abcdefghijklmnopqrstuvwxyz234567_"))
    def changed(place: int, letter: str) -> None:
        other = text[:place] + letter + text[place + 1 :]
        answer = client.get("/api/v1/suggest", headers={"Authorization": f"Bearer {other}"})
        assert (answer.status_code == 200) == (other == text)

    changed()


def test_the_secret_of_another_token_does_not_open(guarded: Site) -> None:
    one, other = guarded.token(), guarded.token()
    mixed = f"{one[:12]}{other[12:]}"
    assert guarded.client(mixed).get("/api/v1/status").status_code == 401


def test_an_expired_token_does_not_open(guarded: Site) -> None:
    text = guarded.token(expires_in=dt.timedelta(seconds=-1))
    assert guarded.client(text).get("/api/v1/status").status_code == 401


def test_a_token_expires_while_it_is_remembered(guarded: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    text = guarded.token(expires_in=dt.timedelta(minutes=1))
    client = guarded.client(text)
    assert client.get("/api/v1/suggest").status_code == 200
    later = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=2)
    monkeypatch.setattr("web.access.visitors._now", lambda: later)
    assert client.get("/api/v1/suggest").status_code == 401


def test_a_revoked_token_is_refused_within_seconds(guarded: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    text = guarded.token()
    client = guarded.client(text)
    assert client.get("/api/v1/suggest").status_code == 200
    assert guarded.knowledge.tokens.revoke(text[3:11], dt.datetime.now(dt.UTC))
    assert REMEMBERED <= 5
    monkeypatch.setattr("web.access.visitors.REMEMBERED", 0.0)
    assert client.get("/api/v1/suggest").status_code == 401


def test_a_scope_opens_only_its_own(guarded: Site) -> None:
    reader, taker = guarded.client(guarded.token("read")), guarded.client(guarded.token("export"))
    assert reader.get("/api/v1/suggest").status_code == 200
    refused = reader.get("/search.csv?q=관세", headers={"Accept": "application/json"})
    assert refused.status_code == 403
    assert 'scope="export"' in refused.headers["WWW-Authenticate"]
    assert refused.get_json()["title"] == "허용되지 않은 일입니다"
    assert taker.get("/api/v1/suggest").status_code == 403
    with taker.get("/search.csv?q=관세") as file:
        assert file.status_code == 200


def test_every_file_of_a_whole_list_needs_its_scope(guarded: Site) -> None:
    client = guarded.client(guarded.token("read"))
    files = [a for rule, a in addresses(guarded.app) if rule.rule.endswith((".csv", ".xlsx", ".jsonl", ".vcf"))]
    assert len(files) >= 10
    for address in files:
        assert client.get(address).status_code == 403, address


def test_this_machine_alone_needs_its_own_name(make: Make) -> None:
    site = make(access="local")
    for host in ("localhost", "localhost:8000", "127.0.0.1:8000", "[::1]:8000", "127.9.9.9"):
        assert site.client().get("/api/v1/suggest", base_url=f"http://{host}").status_code == 200, host
    for host in (
        "evil.example",
        "evil.example:8000",
        "localhost.evil.example",
        "10.0.0.1",
        "[2001:db8::1]",
        "169.254.1.1",
    ):
        assert site.client().get("/api/v1/suggest", base_url=f"http://{host}").status_code == 403, host


def test_what_came_through_a_proxy_is_not_this_machine(make: Make) -> None:
    """nginx writes the name it forwards to, which is ours, into what strangers ask."""
    client = make(access="local").client()
    through = {"X-Forwarded-For": "198.51.100.7"}
    assert client.get("/api/v1/suggest", base_url="http://localhost", headers=through).status_code == 403


def test_open_asks_nobody(make: Make) -> None:
    site = make(access="open", rate_limits="off")
    assert site.client().get("/api/v1/suggest", base_url="http://kb.example").status_code == 200


@pytest.mark.parametrize("access", ["local", "open", "token", "proxy"])
def test_no_body_is_taken(make: Make, access: str) -> None:
    site = make(access=access, trusted_proxies="127.0.0.1")
    answer = site.client().get("/api/v1/suggest", data=b"x" * 10)
    assert answer.status_code == 413
    assert site.client().post("/", data=b"x" * 100_000).status_code == 413
    chunked = site.client().get("/api/v1/suggest", headers={"Transfer-Encoding": "chunked"})
    assert chunked.status_code == 413


def test_the_use_of_a_token_is_noted_once_a_day(guarded: Site) -> None:
    text = guarded.token()
    client = guarded.client(text)
    for _ in range(3):
        client.get("/api/v1/suggest")
    log = (guarded.data / "audit.jsonl").read_text(encoding="utf-8")
    assert log.count("token used") == 1 and text[3:11] in log
    assert text[12:] not in log


def test_the_web_writes_nothing_to_the_database(guarded: Site, knowledge: KnowledgeBase) -> None:
    path = knowledge.settings.data_dir / "kb.sqlite3"
    text = guarded.token()

    def state() -> list[object]:
        with knowledge.tokens._database.session() as session:
            return [session.connection().exec_driver_sql("PRAGMA data_version").scalar(), path.stat().st_size]

    before = state()
    client = guarded.client(text)
    for address in ("/", "/search?q=관세", "/api/v1/status"):
        assert client.get(address).status_code == 200
    assert state() == before
