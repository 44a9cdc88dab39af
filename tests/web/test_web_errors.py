"""Failures: each class of error has its status, each answer its shape, and a traceback never leaves."""

from __future__ import annotations

import logging

import pytest
from access_sites import Make
from flask import Flask

import index.errors
import kb.errors
from kb.knowledge import KnowledgeBase
from web import create_app
from web.errors import RULES, problem_of, rule_for
from web.params import BadParameter

CLASSES = [
    value
    for module in (kb.errors, index.errors)
    for value in vars(module).values()
    if isinstance(value, type) and issubclass(value, Exception)
]


def made(cls: type[Exception]) -> Exception:
    """An error of this class, whatever its constructor wants."""
    error = cls.__new__(cls)
    Exception.__init__(error, "사정")
    return error


@pytest.mark.parametrize("cls", CLASSES)
def test_every_error_has_a_status(cls: type[Exception]) -> None:
    assert any(base in RULES for base in cls.__mro__)
    assert problem_of(made(cls)).status in (400, 404, 500, 503)


@pytest.mark.parametrize("cls", [c for c in CLASSES if getattr(c, "retryable", False)])
def test_what_may_be_tried_again_says_when(cls: type[Exception]) -> None:
    assert rule_for(made(cls)).retry_after is not None


@pytest.fixture
def broken(knowledge: KnowledgeBase) -> Flask:
    """The site with a page for each way to fail."""
    app = create_app(knowledge.settings, knowledge)

    @app.get("/fail/<int:number>")
    def fail(number: int) -> str:
        raise made(CLASSES[number])

    @app.get("/api/v1/bug")
    def bug() -> str:
        raise ZeroDivisionError("secret")

    return app


@pytest.mark.parametrize("number", range(len(CLASSES)))
@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_every_error_is_answered_in_both_shapes(broken: Flask, number: int, accept: str) -> None:
    answer = broken.test_client().get(f"/fail/{number}", headers={"Accept": accept})
    problem = problem_of(made(CLASSES[number]))
    assert answer.status_code == problem.status
    if accept == "text/html":
        assert problem.title in answer.text
    else:
        assert answer.content_type == "application/problem+json"
        assert set(answer.get_json()) >= {"type", "title", "status", "detail", "instance"}
        assert answer.get_json()["instance"] == f"/fail/{number}"
    if problem.retry_after is not None:
        assert int(answer.headers["Retry-After"]) == problem.retry_after


def test_a_bug_is_logged_and_not_told(broken: Flask, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR, logger="web"):
        answer = broken.test_client().get("/api/v1/bug")
    assert answer.status_code == 500
    assert answer.get_json()["title"] == "내부 오류"
    assert "secret" not in answer.text and "Traceback" not in answer.text
    assert answer.headers["X-Request-Id"] in caplog.text
    assert "ZeroDivisionError" in caplog.text


@pytest.mark.parametrize("path", ["/entities//agency", "//entities//agency", "/static//site.css"])
def test_a_redirect_names_no_host(make: Make, path: str) -> None:
    answer = make(access="open", rate_limits="off").client().get(path, base_url="http://evil.example")
    location = answer.headers.get("Location", "/")
    assert "evil" not in location and location.startswith("/") and not location.startswith("//")
    assert answer.status_code in (308, 404) or path.startswith("//")


def test_what_is_expected_is_one_line_of_the_log(make: Make, caplog: pytest.LogCaptureFixture) -> None:
    """However many are turned away: a trace for each would be a way to fill the disk."""
    client = make(access="open", exports_at_once=1).client()
    with client.get("/search.csv?q=관세", buffered=False), caplog.at_level(logging.DEBUG, logger="web"):
        assert client.get("/search.csv?q=관세").status_code == 503
    (record,) = [r for r in caplog.records if r.name == "web"]
    assert record.exc_info is None and record.levelno == logging.WARNING
    assert "Crowded" in record.getMessage() and "/search.csv" in record.getMessage()


def test_a_missing_index_says_which_command_to_run() -> None:
    problem = problem_of(made(index.errors.NoLiveBuild))
    assert problem.status == 503
    assert "kb reindex" in problem.advice


def test_a_long_value_is_not_repeated_in_full() -> None:
    assert len(str(BadParameter("q", "가" * 10_000, "길다"))) < 100


def test_an_empty_base_answers(tmp_path_factory: pytest.TempPathFactory) -> None:
    settings = kb_settings(tmp_path_factory)
    with KnowledgeBase.open(settings) as empty:
        client = create_app(settings, empty).test_client()
        assert client.get("/healthz").status_code == 200
        assert client.get("/readyz").status_code in (200, 503)
        for address in ("/", "/search?q=관세청", "/api/v1/search?q=관세청", "/status"):
            answer = client.get(address)
            assert answer.status_code in (200, 503), address
            assert "kb " in answer.text or answer.status_code == 200


def kb_settings(factory: pytest.TempPathFactory):  # type: ignore[no-untyped-def] # a Settings
    from kb.settings import Settings

    return Settings(data_dir=factory.mktemp("empty"))
