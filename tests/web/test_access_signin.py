"""Signing in with a browser: the form, the cookie, and that no other site can use either."""

from __future__ import annotations

import datetime as dt
import re
import time
from typing import Any

import pytest
from access_sites import Make, Site
from flask.testing import FlaskClient
from page_checks import check_safe, check_structure
from selectolax.lexbor import LexborHTMLParser as HTMLParser
from werkzeug.test import TestResponse

from web.access.guesses import ALLOWED

HTTPS = {"X-Forwarded-Proto": "https"}


def fields(page: str) -> dict[str, str]:
    return {
        n.attributes["name"] or "": n.attributes.get("value") or ""
        for n in HTMLParser(page).css("form[method=post] input")
    }


def post(client: FlaskClient, token: str, onward: str = "/search?q=관세", **options: Any) -> TestResponse:
    sent = fields(client.get(onward, headers=options.get("headers")).text) | {"token": token}
    return client.post("/sign-in", data=sent, **options)


def cookies(answer: TestResponse) -> dict[str, str]:
    return {line.partition("=")[0]: line for line in answer.headers.getlist("Set-Cookie")}


def test_a_token_opens_the_page_that_was_asked_for(guarded: Site) -> None:
    client = guarded.client()
    answer = post(client, guarded.token())
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/search?q=%EA%B4%80%EC%84%B8"
    assert client.get("/search?q=관세").status_code == 200
    with client.get("/search.csv?q=관세") as file:
        assert file.status_code == 200


def test_the_cookie_is_shut_away(guarded: Site) -> None:
    text = guarded.token()
    kept = cookies(post(guarded.client(), text))["kb"]
    for word in ("HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=43200"):
        assert word in kept
    assert "Secure" not in kept and "Domain" not in kept
    assert text[12:] not in kept


def test_by_https_the_cookie_is_secure_and_bound_to_the_host(make: Make) -> None:
    site = make(access="token", rate_limits="off", trusted_proxies="127.0.0.1")
    client = site.client()
    first = client.get("/sign-in", headers=HTTPS, base_url="https://kb.example")
    assert "Secure" in cookies(first)["kb_form"]
    sent = fields(first.text) | {"token": site.token()}
    kept = cookies(client.post("/sign-in", data=sent, headers=HTTPS, base_url="https://kb.example"))
    assert "Secure" in kept["__Host-kb"] and "Path=/" in kept["__Host-kb"] and "Domain" not in kept["__Host-kb"]


def test_a_wrong_token_is_told_in_the_form_and_in_the_log(guarded: Site) -> None:
    answer = post(guarded.client(), "kb_aaaaaaaa_" + "a" * 32)
    assert answer.status_code == 401
    assert "들어올 수 없습니다" in answer.text and "a" * 32 not in answer.text
    check_safe(answer.text, answer.headers["Content-Security-Policy"])
    check_structure(HTMLParser(answer.text))
    log = (guarded.data / "audit.jsonl").read_text(encoding="utf-8")
    assert "sign-in refused" in log and "aaaaaaaa" in log and "a" * 32 not in log


@pytest.mark.parametrize("spoiled", ["mac", "cookie", "origin", "null"])
def test_a_form_of_another_site_does_not_sign_in(guarded: Site, spoiled: str) -> None:
    client, text = guarded.client(), guarded.token()
    sent = fields(client.get("/sign-in").text) | {"token": text}
    headers = {}
    if spoiled == "mac":
        sent["form"] = sent["form"][:-1] + ("0" if sent["form"][-1] != "0" else "1")
    elif spoiled == "cookie":
        client.delete_cookie("kb_form")
    else:
        headers["Origin"] = "https://evil.example" if spoiled == "origin" else "null"
    answer = client.post("/sign-in", data=sent, headers=headers)
    assert answer.status_code == 403
    assert "kb" not in cookies(answer)
    assert client.get("/search").status_code == 401


def test_our_own_origin_signs_in(guarded: Site) -> None:
    assert post(guarded.client(), guarded.token(), headers={"Origin": "http://localhost"}).status_code == 303


@pytest.mark.parametrize(
    "onward",
    [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "/a\r\nSet-Cookie: x=1",
        "/\t/evil.example",
        "",
        "evil",
        "/sign-out",
        "/" + "a" * 9_000,
    ],
)
def test_nobody_is_led_elsewhere(guarded: Site, onward: str) -> None:
    client = guarded.client()
    page = client.get("/sign-in", query_string={"next": onward})
    assert fields(page.text)["next"] == "/"
    sent = fields(page.text) | {"token": guarded.token(), "next": onward[:3_000]}
    answer = client.post("/sign-in", data=sent)
    assert answer.status_code == 303 and (answer.headers["Location"] == "/" or onward.startswith("/aaaa"))


def test_signing_out(guarded: Site) -> None:
    client = guarded.client()
    post(client, guarded.token())
    assert client.post("/sign-out", data={"form": "0" * 64}).status_code == 403
    assert client.get("/overview").status_code == 200
    page = client.get("/sign-out")
    check_structure(HTMLParser(page.text))
    answer = client.post("/sign-out", data=fields(page.text))
    assert answer.status_code == 303 and answer.headers["Clear-Site-Data"] == '"cache"'
    assert client.get("/overview").status_code == 401


def test_a_page_shows_the_way_out_to_who_signed_in(guarded: Site) -> None:
    client = guarded.client()
    post(client, guarded.token())
    assert 'href="/sign-out"' in client.get("/help").text
    assert 'href="/sign-out"' not in guarded.client(guarded.token()).get("/help").text


FORGED = "aaaaaaaa.1700000000." + "0" * 64


@pytest.mark.parametrize("cookie", [FORGED, "x", "a" * 3_000, "aaaaaaaa.9999999999." + "0" * 64])
def test_cookies_that_we_never_made_are_guesses(make: Make, cookie: str) -> None:
    site = make(access="token")
    client = site.client()
    client.set_cookie("kb", cookie)
    told = [client.get("/api/v1/suggest").status_code for _ in range(ALLOWED.amount + 3)]
    assert told == [401] * ALLOWED.amount + [429] * 3
    assert (site.data / "audit.jsonl").read_text(encoding="utf-8").count("sign-in refused") == 1
    with client.get("/static/site.css") as style:
        assert style.status_code == client.get("/healthz").status_code == 200
    colleague = site.client(site.token())  # the same address
    assert colleague.get("/api/v1/suggest").status_code == 200


def test_an_old_cookie_of_ours_is_no_guess(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    site = make(access="token")
    client, text = site.client(), site.token(expires_in=dt.timedelta(days=900))
    post(client, text)
    later = dt.datetime.now(dt.UTC) + dt.timedelta(days=2)
    monkeypatch.setattr("web.access.visitors._now", lambda: later)
    assert {client.get("/overview").status_code for _ in range(ALLOWED.amount + 3)} == {401}


def test_a_browser_whose_cookie_is_of_another_key_is_counted_once(make: Make) -> None:
    """The form takes the cookie back, so nobody is locked out after a new key."""
    client = make(access="token").client()
    client.set_cookie("kb", FORGED)
    first = client.get("/overview")
    assert first.status_code == 401 and "Max-Age=0" in cookies(first)["kb"]
    assert {client.get("/overview").status_code for _ in range(ALLOWED.amount + 3)} == {401}


def changed(cookie: str) -> list[str]:
    ident, issued, mac = cookie.split(".")
    return [
        f"{ident}.{int(issued) + 1}.{mac}",
        f"{'a' * 8}.{issued}.{mac}",
        f"{ident}.{issued}.{'0' * 64}",
        f"{ident}.{issued}",
        "",
        cookie + "0",
        cookie.upper(),
        "\x00" * 10,
        "가" * 100,
    ]


def test_a_cookie_that_was_changed_opens_nothing(guarded: Site) -> None:
    client = guarded.client()
    post(client, guarded.token())
    whole = client.get_cookie("kb")
    assert whole is not None
    for other in changed(whole.value):
        stranger = guarded.client()
        stranger.environ_base["HTTP_COOKIE"] = f"kb={other}".encode().decode("latin-1")
        assert stranger.get("/overview").status_code == 401, other


def test_a_session_ends_with_its_hours_and_with_its_token(guarded: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    text = guarded.token(expires_in=None)
    client = guarded.client()
    post(client, text)
    now = dt.datetime.now(dt.UTC)
    monkeypatch.setattr("web.access.visitors._now", lambda: now + dt.timedelta(hours=11))
    assert client.get("/overview").status_code == 200
    monkeypatch.setattr("web.access.visitors._now", lambda: now + dt.timedelta(hours=13))
    assert client.get("/overview").status_code == 401
    monkeypatch.undo()
    guarded.knowledge.tokens.revoke(text[3:11], now)
    monkeypatch.setattr("web.access.visitors.REMEMBERED", 0.0)
    assert client.get("/overview").status_code == 401


def test_a_copy_of_the_database_makes_no_session(make: Make) -> None:
    """Another key than the server's signs for nothing, though id and hash of the token are known."""
    site = make(access="token", rate_limits="off")
    text = site.token()
    client = site.client()
    post(client, text)
    (site.data / "access.key").unlink()
    later = make(access="token", rate_limits="off")
    cookie = client.get_cookie("kb")
    assert cookie is not None
    stranger = later.client()
    stranger.set_cookie("kb", cookie.value)
    assert stranger.get("/overview").status_code == 401


def test_the_key_is_for_its_owner_alone(guarded: Site, make: Make) -> None:
    path = guarded.data / "access.key"
    assert path.stat().st_mode & 0o777 == 0o600 and len(path.read_bytes()) == 32
    path.chmod(0o644)
    with pytest.raises(Exception, match="chmod 600"):
        make(access="token")


def test_in_english_too(guarded: Site) -> None:
    page = guarded.client().get("/sign-in", headers={"Accept-Language": "en"}).text
    tree = HTMLParser(page)
    assert tree.css_first("h1").text() == "Sign in"  # type: ignore[union-attr] # there, or the test fails
    assert not re.search("[가-힣]", tree.css_first("main").text())  # type: ignore[union-attr] # there


def test_comparing_takes_as_long_for_any_token(guarded: Site) -> None:
    """Not a measurement of nanoseconds: an id that is there and one that is not take the same way."""
    text = guarded.token()
    tokens = guarded.app.extensions["kb.access"].tokens
    assert tokens.by_text(text) is not None
    for wrong in (text[:12] + "a" * 32, "kb_aaaaaaaa_" + "a" * 32):
        began = time.process_time()
        assert tokens.by_text(wrong) is None
        assert time.process_time() - began < 1
