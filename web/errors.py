"""What a failure becomes over HTTP: one table, two shapes (a page, or RFC 9457 problem+json).

A traceback never leaves the process: what the table does not know is logged with the request's id and
answered as 500.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

from flask import Flask, Response, g, jsonify, make_response, render_template, request
from werkzeug.exceptions import HTTPException

from index.errors import (
    EngineUnavailable,
    IndexBroken,
    IndexUntrusted,
    NoLiveBuild,
    SearchError,
    SearchTooSlow,
    WriterBusy,
)
from index.particles import with_particles
from kb.errors import Busy, KbError, NotFound, StoreError, UsageError
from kb.views import Json
from web.language.catalog import noop as n_
from web.params import BadParameter
from web.refusals import BodyRefused, Crowded, Forbidden, Refusal, TooMany, Unauthorised

log = logging.getLogger("web")


@dataclass(frozen=True, slots=True)
class Rule:
    """``advice`` follows the message; ``retry_after`` is in seconds; ``tell``: the message is fit for a user."""

    status: int
    title: str
    advice: str = ""
    retry_after: int | None = None
    tell: bool = True


INTERNAL = Rule(500, n_("내부 오류"), n_("같은 일이 되풀이되면 아래 요청 번호를 관리자에게 알려 주십시오."), tell=False)

# The most specific class decides.
RULES: dict[type[Exception], Rule] = {
    BadParameter: Rule(400, n_("매개변수가 올바르지 않습니다")),
    UsageError: Rule(400, n_("요청이 올바르지 않습니다")),
    NotFound: Rule(404, n_("찾을 수 없습니다")),
    NoLiveBuild: Rule(
        503,
        n_("검색 색인이 아직 없습니다"),
        n_("kb ingest 폴더 명령으로 글을 넣으십시오. 글이 이미 있으면 kb reindex 명령으로 색인을 만들 수 있습니다."),
    ),
    WriterBusy: Rule(503, n_("색인을 쓰는 중입니다"), n_("잠시 뒤에 다시 시도하십시오."), retry_after=5),
    Busy: Rule(503, n_("다른 작업이 쓰는 중입니다"), n_("잠시 뒤에 다시 시도하십시오."), retry_after=5),
    EngineUnavailable: Rule(
        503, n_("검색 서버가 답하지 않습니다"), n_("잠시 뒤에 다시 시도하십시오."), retry_after=5, tell=False
    ),
    IndexBroken: Rule(
        503, n_("색인을 읽을 수 없습니다"), n_("kb reindex 명령으로 색인을 다시 만드십시오."), tell=False
    ),
    IndexUntrusted: Rule(
        503, n_("색인을 읽을 수 없습니다"), n_("색인 폴더를 다른 사용자가 쓸 수 있어 열지 않았습니다."), tell=False
    ),
    SearchTooSlow: Rule(
        503,
        n_("검색이 너무 오래 걸려 그만두었습니다"),
        n_("검색어를 줄이거나 기간과 조건을 더하십시오."),
        tell=False,
    ),
    StoreError: Rule(
        503, n_("데이터베이스를 쓸 수 없습니다"), n_("kb check 명령으로 상태를 확인하십시오."), tell=False
    ),
    Unauthorised: Rule(401, n_("로그인이 필요합니다")),
    Forbidden: Rule(403, n_("허용되지 않은 일입니다")),
    BodyRefused: Rule(413, n_("요청이 너무 큽니다")),
    TooMany: Rule(429, n_("요청이 너무 잦습니다"), n_("잠시 뒤에 다시 시도하십시오.")),
    Crowded: Rule(503, n_("지금은 붐빕니다"), n_("잠시 뒤에 다시 시도하십시오.")),
    KbError: INTERNAL,
    SearchError: INTERNAL,
}

HTTP_TITLES: dict[int, tuple[str, str]] = {
    400: (n_("요청이 올바르지 않습니다"), n_("브라우저가 보낸 요청을 읽을 수 없습니다.")),
    404: (n_("찾을 수 없습니다"), n_("이 주소에는 아무것도 없습니다.")),
    405: (n_("허용되지 않는 방법입니다"), n_("이 주소는 읽기만 할 수 있습니다.")),
    413: (n_("요청이 너무 큽니다"), n_("보낸 내용이 너무 큽니다.")),
    414: (n_("주소가 너무 깁니다"), n_("검색어나 조건을 줄이십시오.")),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """A failure as it is told. ``further`` are extension members of the JSON form."""

    status: int
    title: str
    detail: str
    advice: str = ""
    retry_after: int | None = None
    further: tuple[tuple[str, Json], ...] = ()

    def to_json(self, instance: str) -> dict[str, Json]:
        detail = " ".join(part for part in (self.detail, self.advice) if part)
        shape: dict[str, Json] = {
            "type": "about:blank",
            "title": self.title,
            "status": self.status,
            "detail": detail,
            "instance": instance,
            "request_id": g.request_id,
        }
        return shape | dict(self.further)


def rule_for(error: Exception) -> Rule:
    return next((RULES[cls] for cls in type(error).__mro__ if cls in RULES), INTERNAL)


def problem_of(error: Exception) -> Problem:
    if isinstance(error, HTTPException):
        status = error.code or 500
        title, detail = HTTP_TITLES.get(status, (f"HTTP {status}", n_("요청을 처리하지 못했습니다.")))
        return Problem(status, title, detail)
    rule = rule_for(error)
    detail = with_particles(str(error)) if rule.tell else ""
    further: tuple[tuple[str, Json], ...] = ()
    if isinstance(error, BadParameter):
        further = (("parameter", error.name), ("value", error.value))
    return Problem(rule.status, rule.title, detail, rule.advice, rule.retry_after, further)


def wants_json() -> bool:
    if request.path.startswith("/api/"):
        return True
    best = request.accept_mimetypes.best_match(["text/html", "application/json", "application/problem+json"])
    return best is not None and best != "text/html"


def answer(error: Exception) -> Response:
    if isinstance(error, HTTPException) and error.code is not None and error.code < 400:
        return make_response(error.get_response())  # a redirect to the canonical address is no failure
    problem = problem_of(error)
    if problem.status >= 500:
        note(error)
    if wants_json():
        response = jsonify(problem.to_json(request.path))
        response.content_type = "application/problem+json"
    else:
        response = make_response(render_template("error.html", problem=problem))
    response.status_code = problem.status
    if problem.retry_after is not None:
        response.headers["Retry-After"] = str(problem.retry_after)
    if isinstance(error, Refusal):
        response.headers.update(error.headers)
    if isinstance(error, HTTPException) and error.code == 405:
        response.headers["Allow"] = "GET, HEAD, OPTIONS"
    return response


def onward(response: Response) -> Response:
    """A redirect within the site names no host: what a client or a proxy calls us need not lead to us."""
    location = response.headers.get("Location", "")
    if location.startswith(request.host_url):
        response.headers["Location"] = "/" + location.removeprefix(request.host_url).lstrip("/")
    return response


def note(error: Exception) -> None:
    """What we expect is a line, however often it happens; a bug leaves its trace."""
    asked = request.full_path.rstrip("?")
    if rule_for(error) is INTERNAL:
        log.error("request %s: %s", g.request_id, asked, exc_info=error)
    else:
        log.warning("request %s: %s: %s: %s", g.request_id, asked, type(error).__name__, error)


def register(app: Flask) -> None:
    app.register_error_handler(Exception, answer)
    app.after_request(onward)  # Flask answers its own redirects before it asks anybody
