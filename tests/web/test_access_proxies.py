"""What a proxy says counts only where it comes from one that is trusted."""

from __future__ import annotations

from typing import Any

import pytest
from access_sites import Make, Site
from flask import Flask, request
from hypothesis import given
from hypothesis import strategies as st

from kb.errors import UsageError
from kb.settings import Settings
from web.access import check_listening, opened
from web.access.mode import is_loopback, networks
from web.access.proxies import ABOUT_CLIENT, FORWARDED, USER, Proxies, address

TRUSTED = networks(Settings(trusted_proxies="10.0.0.0/8, 2001:db8:1::/48"))


def seen(peer: str, trusted: Any = TRUSTED, **headers: str) -> dict[str, Any]:
    environ: dict[str, Any] = {"REMOTE_ADDR": peer, "wsgi.url_scheme": "https"}
    environ.update({f"HTTP_{name.upper()}": value for name, value in headers.items()})
    Proxies(lambda e, s: [], trusted, "X-Forwarded-User").rewrite(environ)
    return environ


def test_a_stranger_says_nothing_of_himself() -> None:
    told = seen("192.0.2.9", x_forwarded_for="1.1.1.1", x_forwarded_proto="https", x_forwarded_user="minister")
    assert told["REMOTE_ADDR"] == "192.0.2.9"
    assert told[USER] == "" and told[FORWARDED] is True
    assert told["wsgi.url_scheme"] == "http"
    assert not [name for name in told if name in ABOUT_CLIENT or name == "HTTP_X_FORWARDED_USER"]


def test_a_trusted_proxy_is_believed() -> None:
    told = seen("10.1.2.3", x_forwarded_for="203.0.113.7", x_forwarded_proto="https", x_forwarded_user="김분석")
    assert (told["REMOTE_ADDR"], told["wsgi.url_scheme"], told[USER]) == ("203.0.113.7", "https", "김분석")
    assert told[FORWARDED] is True


@pytest.mark.parametrize(
    ("chain", "client"),
    [
        ("1.1.1.1, 203.0.113.7", "203.0.113.7"),  # what stands left of the first stranger is his own word
        ("203.0.113.7, 10.9.9.9", "203.0.113.7"),
        ("10.7.7.7, 10.8.8.8", "10.7.7.7"),
        ("203.0.113.7:4711", "203.0.113.7"),
        ("[2001:db8::7]:4711", "2001:db8::7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("nonsense", "10.1.2.3"),
        ("203.0.113.7, nonsense", "10.1.2.3"),
        ("", "10.1.2.3"),
        (", ".join(["10.1.1.1"] * 5_000), "10.1.1.1"),
    ],
)
def test_the_client_is_the_first_that_is_no_proxy_of_ours(chain: str, client: str) -> None:
    assert seen("10.1.2.3", x_forwarded_for=chain)["REMOTE_ADDR"] == client


@pytest.mark.parametrize("user", ["a, b", "a\nb", "x" * 300, " ", "\x00"])
def test_what_cannot_be_one_name_is_nobody(user: str) -> None:
    assert seen("10.1.2.3", x_forwarded_user=user)[USER] == ""


@given(st.text(max_size=60), st.text(max_size=60))
def test_nothing_a_stranger_sends_changes_who_he_is(chain: str, proto: str) -> None:
    told = seen("192.0.2.9", x_forwarded_for=chain, x_forwarded_proto=proto, forwarded=f"for={chain}", x_real_ip=chain)
    assert (told["REMOTE_ADDR"], told["wsgi.url_scheme"]) == ("192.0.2.9", "http")


@given(st.text(max_size=80))
def test_any_chain_is_read(chain: str) -> None:
    assert address(seen("10.1.2.3", x_forwarded_for=chain)["REMOTE_ADDR"]) is not None


def test_by_proxy_only_its_users_come_in(make: Make) -> None:
    site = make(access="proxy", trusted_proxies="127.0.0.1", rate_limits="off")
    path = "/api/v1/suggest"
    assert site.client().get(path).status_code == 401
    assert site.client(x_forwarded_user="kim").get(path).status_code == 200
    stranger = site.client(x_forwarded_user="kim")
    stranger.environ_base["REMOTE_ADDR"] = "192.0.2.9"
    assert stranger.get(path).status_code == 401
    assert site.client().get("/overview").content_type.startswith("text/html")


def test_another_header_by_setting(make: Make) -> None:
    site = make(access="proxy", trusted_proxies="127.0.0.1", proxy_user_header="Remote-User", rate_limits="off")
    assert site.client(remote_user="kim").get("/api/v1/suggest").status_code == 200
    assert site.client(x_forwarded_user="kim").get("/api/v1/suggest").status_code == 401


def test_programs_behind_the_proxy_use_tokens(make: Make) -> None:
    site = make(access="proxy", trusted_proxies="127.0.0.1", rate_limits="off")
    assert site.client(site.token()).get("/api/v1/suggest").status_code == 200
    theirs = site.client(x_forwarded_user="kim", authorization="Bearer eyJhbGciOi")  # the proxy's own affair
    assert theirs.get("/api/v1/suggest").status_code == 200


def test_https_is_what_a_trusted_proxy_says(make: Make) -> None:
    site = make(access="open", trusted_proxies="127.0.0.1", rate_limits="off")
    told = site.client(x_forwarded_proto="https").get("/help")
    assert "max-age=" in told.headers["Strict-Transport-Security"]
    assert (
        "Strict-Transport-Security"
        not in make(access="open", rate_limits="off").client(x_forwarded_proto="https").get("/help").headers
    )


def metrics(site: Site, peer: str, token: str | None = None, **headers: str) -> int:
    client = site.client(token, **headers)
    client.environ_base["REMOTE_ADDR"] = peer
    return client.get("/metrics").status_code


@pytest.mark.parametrize("mode", ["open", "token", "proxy"])
def test_where_others_come_in_metrics_ask_for_a_token_of_that_scope(make: Make, mode: str) -> None:
    """nginx on this machine sends no X-Forwarded-For unless it is told to: strangers through it look like us."""
    site = make(access=mode, trusted_proxies="10.0.0.1", rate_limits="off")
    assert metrics(site, "127.0.0.1") == 401
    assert metrics(site, "127.0.0.1", site.token("metrics")) == 200
    assert metrics(site, "192.0.2.9") == 401
    assert metrics(site, "10.0.0.1", x_forwarded_for="127.0.0.1", x_forwarded_user="kim") == 401
    assert metrics(site, "192.0.2.9", site.token("metrics")) == 200
    assert metrics(site, "192.0.2.9", site.token("read", "export")) == 403


def test_this_machine_reads_metrics_by_an_explicit_setting(make: Make) -> None:
    site = make(access="open", metrics="local", trusted_proxies="127.0.0.9", rate_limits="off")
    assert metrics(site, "127.0.0.1") == 200
    assert metrics(site, "127.0.0.1", x_forwarded_for="192.0.2.9") == 401
    assert metrics(site, "127.0.0.9") == 401  # a proxy that we know, even when it says nothing
    assert metrics(site, "127.0.0.9", x_forwarded_for="127.0.0.1") == 401
    assert metrics(site, "192.0.2.9") == 401


def test_a_site_of_this_machine_shows_it_its_metrics(make: Make) -> None:
    site = make(access="local")
    assert metrics(site, "127.0.0.1") == 200
    assert metrics(site, "127.0.0.1", x_forwarded_for="192.0.2.9") == 401
    assert metrics(site, "192.0.2.9") == 401
    elsewhere = site.client().get("/metrics", base_url="http://evil.example")  # a page that gave itself our address
    assert elsewhere.status_code == 401


def test_a_trusted_proxy_is_never_this_machine(make: Make) -> None:
    site = make(access="local", trusted_proxies="127.0.0.1")
    assert site.client().get("/api/v1/suggest").status_code == 403
    assert site.client(x_forwarded_for="127.0.0.1").get("/api/v1/suggest").status_code == 403


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "127.8.8.8", "[::1]"])
def test_loopback(host: str) -> None:
    assert is_loopback(host)
    check_listening(Settings(), host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "", "192.0.2.1", "kb.example", "localhost.example"])
def test_another_address_needs_access_to_be_set(host: str) -> None:
    with pytest.raises(UsageError, match="KB_ACCESS=token"):
        check_listening(Settings(), host)
    for settings in (Settings(access="token"), Settings(access="open"), opened(Settings(), True)):
        check_listening(settings, host)


def test_settings_that_do_not_go_together() -> None:
    with pytest.raises(UsageError, match="KB_TRUSTED_PROXIES"):
        check_listening(Settings(access="proxy"), "127.0.0.1")
    with pytest.raises(UsageError, match="KB_TRUSTED_PROXIES"):
        check_listening(Settings(trusted_proxies="10.0.0.0/8, ten"), "127.0.0.1")
    with pytest.raises(UsageError, match="--open"):
        opened(Settings(access="token"), True)


def test_what_the_layer_took_out_never_reaches_a_view() -> None:
    app = Flask(__name__)
    app.add_url_rule("/", "all", lambda: dict(request.headers.items()))
    app.wsgi_app = Proxies(app.wsgi_app, TRUSTED, "X-Forwarded-User")  # type: ignore[method-assign] # Flask's own way
    sent = {"X-Forwarded-User": "kim", "X-Forwarded-For": "1.1.1.1", "Forwarded": "for=1.1.1.1", "Via": "x"}
    assert set(app.test_client().get("/", headers=sent).get_json()) & set(sent) == set()
