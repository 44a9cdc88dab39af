"""How much one visitor may ask, and that all processes count together."""

from __future__ import annotations

import multiprocessing
import os
import threading
from pathlib import Path

import pytest
from access_sites import Make
from hypothesis import given
from hypothesis import strategies as st
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from web.access.counters import FILE, SharedCounters, counters
from web.access.guesses import ALLOWED

SUGGEST = "/api/v1/suggest"


@pytest.mark.parametrize(
    ("budget", "address"),
    [
        ("search", "/search?q=관세"),
        ("search", "/api/v1/search?q=관세"),
        ("search", "/explain?q=관세"),
        ("suggest", SUGGEST),
        ("export", "/search.csv?q=없는말씀"),
        ("export", "/entities/regime.jsonl"),
        ("page", "/help"),
        ("page", "/no-such-page"),
    ],
)
def test_beyond_its_budget_a_kind_of_request_is_429(make: Make, budget: str, address: str) -> None:
    client = make(access="open", **{f"rate_{budget}": 3}).client()
    for left in (2, 1, 0):
        with client.get(address) as answer:
            assert answer.status_code in (200, 404)
            assert answer.headers["RateLimit-Limit"] == "3"
            assert answer.headers["RateLimit-Remaining"] == str(left)
            assert 0 <= int(answer.headers["RateLimit-Reset"]) <= 60
    refused = client.get(address)
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert refused.headers["RateLimit-Remaining"] == "0"
    other = "/help" if budget != "page" else SUGGEST
    assert client.get(other).status_code == 200, "another budget is not touched"


def test_429_in_both_shapes(make: Make) -> None:
    client = make(access="open", rate_page=1, rate_suggest=1).client()
    for address in ("/help", SUGGEST):
        client.get(address)
    page, problem = client.get("/help"), client.get(SUGGEST)
    assert HTMLParser(page.text).css_first("h1").text() == "요청이 너무 잦습니다"  # type: ignore[union-attr] # there
    assert problem.content_type == "application/problem+json" and problem.get_json()["status"] == 429


def test_clients_do_not_pay_for_each_other(make: Make) -> None:
    site = make(access="open", rate_suggest=1)
    for peer in ("192.0.2.1", "192.0.2.2"):
        client = site.client()
        client.environ_base["REMOTE_ADDR"] = peer
        assert [client.get(SUGGEST).status_code for _ in range(2)] == [200, 429]


def test_an_ipv6_network_is_one_client(make: Make) -> None:
    site = make(access="open", rate_suggest=1)
    told = []
    for peer in ("2001:db8:1:2::1", "2001:db8:1:2:ffff::2", "2001:db8:1:3::1"):
        client = site.client()
        client.environ_base["REMOTE_ADDR"] = peer
        told.append(client.get(SUGGEST).status_code)
    assert told == [200, 429, 200]


def test_colleagues_behind_one_address_have_a_budget_each(make: Make) -> None:
    site = make(access="token", rate_suggest=1)
    one, other = site.client(site.token()), site.client(site.token())
    assert [one.get(SUGGEST).status_code, one.get(SUGGEST).status_code] == [200, 429]
    assert other.get(SUGGEST).status_code == 200


def test_files_of_the_site_and_probes_are_free(make: Make) -> None:
    client = make(access="open", rate_page=1).client()
    for _ in range(5):
        for address in ("/static/site.css", "/healthz", "/readyz"):
            with client.get(address) as answer:
                assert answer.status_code == 200 and "RateLimit-Limit" not in answer.headers


def test_on_this_machine_nobody_counts_unless_asked(make: Make) -> None:
    client = make(access="local", rate_suggest=1).client()
    assert [client.get(SUGGEST).status_code for _ in range(3)] == [200, 200, 200]
    assert "RateLimit-Limit" not in client.get(SUGGEST).headers
    counted = make(access="local", rate_limits="on", rate_suggest=1).client()
    assert [counted.get(SUGGEST).status_code for _ in range(2)] == [200, 429]


def test_who_guesses_is_sent_away_and_who_knows_is_not(make: Make) -> None:
    site = make(access="token")
    wrong = site.client("kb_aaaaaaaa_" + "a" * 32)
    told = [wrong.get(SUGGEST).status_code for _ in range(ALLOWED.amount + 3)]
    assert told == [401] * ALLOWED.amount + [429] * 3
    assert site.client(site.token()).get(SUGGEST).status_code == 200
    log = (site.data / "audit.jsonl").read_text(encoding="utf-8")
    assert log.count("sign-in refused") == 1


def test_who_shows_nothing_is_counted_and_who_knows_is_not(make: Make) -> None:
    """Pages and programs alike. The form stays within reach of colleagues behind the same address."""
    site = make(access="token", rate_page=3)
    stranger = site.client()
    told = [
        stranger.get(address).status_code for address in ("/search", SUGGEST, "/no-such-page", "/search", "/metrics")
    ]
    assert told == [401, 401, 401, 429, 429]
    refused = stranger.get("/search")
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert refused.headers["RateLimit-Remaining"] == "0"
    assert site.client(site.token()).get("/search").status_code == 200
    assert stranger.get("/healthz").status_code == 200
    form = stranger.get("/sign-in")
    sent = {n.attributes["name"] or "": n.attributes["value"] for n in HTMLParser(form.text).css("input[value]")}
    assert stranger.post("/sign-in", data=sent | {"token": site.token()}).status_code == 303
    assert stranger.get("/search").status_code == 200


def test_a_token_that_asks_beyond_its_scope_is_counted_alone(make: Make) -> None:
    site = make(access="token", rate_page=2)
    narrow, address = site.client(site.token("read")), "/search.csv?q=관세"
    assert [narrow.get(address).status_code for _ in range(3)] == [403, 403, 429]
    assert narrow.get("/help").status_code == 200, "what it may read it reads"
    assert site.client().get("/help").status_code == 401, "the address pays nothing"


def test_bodies_that_are_refused_are_counted(make: Make) -> None:
    client = make(access="open", rate_page=2).client()
    assert [client.post("/search", data="x").status_code for _ in range(3)] == [413, 413, 429]
    assert client.get("/help").status_code == 200


def test_a_file_waits_while_others_are_made(make: Make) -> None:
    client = make(access="open", exports_at_once=1).client()
    first = client.get("/search.csv?q=관세", buffered=False)
    assert first.status_code == 200
    crowded = client.get("/search.csv?q=관세")
    assert crowded.status_code == 503 and crowded.headers["Retry-After"] == "5"
    assert client.head("/search.csv?q=관세").status_code == 503  # the file would be made all the same
    assert client.get("/search?q=관세").status_code == 200
    first.close()
    for _ in range(3):  # whoever reads to the end, goes away or asks for the head alone gives the place back
        with client.get("/search.csv?q=관세") as answer:
            assert answer.status_code == 200 and answer.data
        with client.head("/search.csv?q=관세") as answer:
            assert answer.status_code == 200
        assert client.get("/search.csv?page=0").status_code == 400


def test_pages_lead_so_far_and_no_further(make: Make) -> None:
    client = make().client()
    assert client.get("/search?page=100&per_page=100").status_code == 200
    refused = client.get("/api/v1/search?page=101&per_page=100")
    assert refused.status_code == 400
    assert refused.get_json()["parameter"] == "page" and "내려받으십시오" in refused.get_json()["detail"]


def hit(path: Path, times: int) -> None:
    own = FixedWindowRateLimiter(SharedCounters(path))
    for _ in range(times):
        own.hit(RateLimitItemPerMinute(10**6), "together")


def test_processes_and_threads_count_together(tmp_path: Path) -> None:
    path = tmp_path / FILE
    forked = multiprocessing.get_context("fork")
    workers: list[threading.Thread | multiprocessing.process.BaseProcess] = [
        *(forked.Process(target=hit, args=(path, 100)) for _ in range(2)),  # first: a fork beside threads may hang
        *(threading.Thread(target=hit, args=(path, 100)) for _ in range(3)),
    ]
    for each in workers:
        each.start()
    for each in workers:
        each.join()
    shared = SharedCounters(path)
    stats = FixedWindowRateLimiter(shared).get_window_stats(RateLimitItemPerMinute(10**6), "together")
    assert stats.remaining == 10**6 - 500
    shared.close()


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 5)), max_size=30))
def test_shared_counters_count_as_the_memory_does(hits: list[tuple[str, int]]) -> None:
    ours, theirs = SharedCounters(Path(":memory:")), MemoryStorage()
    for key, amount in hits:
        assert ours.incr(key, 60, amount) == theirs.incr(key, 60, amount)
    assert [ours.get(key) for key in "abc"] == [theirs.get(key) for key in "abc"]
    ours.clear("a")
    assert ours.get("a") == 0 and ours.check()
    assert ours.reset() is not None and ours.get("b") == 0
    ours.close()


def test_a_window_that_has_ended_begins_anew() -> None:
    ours = SharedCounters(Path(":memory:"))
    assert ours.incr("a", -1) == 1
    assert ours.incr("a", 60) == 1 and ours.incr("a", 60) == 2
    ours.close()


def test_where_nothing_can_be_written_a_process_counts_for_itself(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert isinstance(counters(tmp_path / "file"), MemoryStorage)


def test_what_a_server_makes_is_its_owners_alone(make: Make, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        make(access="token", data_dir=tmp_path / "new").client("kb_aaaaaaaa_" + "a" * 32).get(SUGGEST)
    finally:
        os.umask(before)
    made = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "new").iterdir()}
    assert {FILE, "access.key", "audit.jsonl"} <= made.keys() and set(made.values()) == {0o600}
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700


def test_counters_that_break_stop_nobody(make: Make) -> None:
    site = make(access="open", rate_suggest=1)
    site.app.extensions["kb.limits"]._limiter.storage.close()
    assert [site.client().get(SUGGEST).status_code for _ in range(3)] == [200, 200, 200]


def test_a_search_that_takes_too_long_is_given_up(make: Make) -> None:
    client = make(search_seconds=1e-9).client()
    answer = client.get("/api/v1/search?q=관세+수출+통제")
    assert answer.status_code == 503
    assert "검색어를 줄이거나" in answer.get_json()["detail"]
    assert make().client().get("/api/v1/search?q=관세+수출+통제").status_code == 200
