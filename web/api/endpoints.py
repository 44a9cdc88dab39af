"""The table of JSON endpoints: address, parameters, shape of the answer, and the function that answers.

Routes and the OpenAPI document are both made from it, so neither can say more than the other.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kb.views import Json
from web.api import lists
from web.context import service
from web.cursor import CURSOR
from web.directory.params import PARAMS as DIRECTORY_PARAMS
from web.entities.params import LIST_PARAMS, PAGE, PAGE_PARAMS, known
from web.force import page as force
from web.language.catalog import noop as n_
from web.params import Args, Param, Text, Whole, clean
from web.posts.routes import identity
from web.search import params as state
from web.status.places import without_folders

PREFIX = "/api/v1"

PREFIX_TEXT = Text("q", n_("치고 있는 글자: 이름, 별칭, 초성"), limit=100)
LIMIT = Whole("limit", n_("제안의 수"), default=10, least=1, most=50)
Body = dict[str, Json]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """``rule`` is Flask's; ``schema`` names the answer in the OpenAPI document."""

    name: str
    rule: str
    about: str
    schema: str
    answer: Callable[..., Body]
    params: tuple[Param, ...] = ()


def search(args: Args) -> Body:
    return lists.posts(args)


def post(args: Args, source: str, name: str) -> Body:
    return service().post(identity(source, name)).to_json()


def entities(args: Args, kind: str) -> Body:
    return lists.entities(args, kind)


def entity(args: Args, kind: str, name: str) -> Body:
    return service().entity(known(kind), clean(name), PAGE.read(args)).to_json()


def directory(args: Args) -> Body:
    return lists.desks(args)


def overview(args: Args) -> Body:
    return service().overview().to_json()


def in_force(args: Args) -> Body:
    found = force.chosen(service().days_of_force(), force.asked(args))
    since = found.since.isoformat() if found.since else None
    return {"since": since, "statements": [stated.to_json() for stated in found.statements]}


def suggest(args: Args) -> Body:
    q, limit = PREFIX_TEXT.read(args), LIMIT.read(args)
    found = service().suggest(q, limit) if q else ()
    return {"q": q, "suggestions": [item.to_json() for item in found]}


def explain(args: Args) -> Body:
    return service().explain(state.Q.read(args)).to_json()


def status(args: Args) -> Body:
    return without_folders(service().status()).to_json()


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint("search", "/search", n_("글을 찾습니다"), "SearchResult", search, (*state.PARAMS, CURSOR)),
    Endpoint("post", "/posts/<source>/<path:name>", n_("글 하나"), "Post", post),
    Endpoint("entities", "/entities/<kind>", n_("한 종류의 항목 목록"), "EntityList", entities, (*LIST_PARAMS, CURSOR)),
    Endpoint("entity", "/entities/<kind>/<path:name>", n_("항목 하나. 별칭도 됩니다"), "Entity", entity, PAGE_PARAMS),
    Endpoint(
        "directory",
        "/directory",
        n_("문의처: 번호, 부서, 기관과 마지막 확인"),
        "Directory",
        directory,
        (*DIRECTORY_PARAMS, CURSOR),
    ),
    Endpoint("overview", "/overview", n_("동향: 새 글, 주제와 기관, 국가, 자료 범위"), "Overview", overview),
    Endpoint(
        "in_force", force.PATH, n_("시행일: 언제부터 시행되는지 적은 문장"), "DaysOfForce", in_force, force.PARAMS
    ),
    Endpoint("suggest", "/suggest", n_("검색어 제안"), "Suggestions", suggest, (PREFIX_TEXT, LIMIT)),
    Endpoint("explain", "/explain", n_("검색어를 어떻게 읽었는지"), "Explanation", explain, (state.Q,)),
    Endpoint("status", "/status", n_("자료와 색인의 상태"), "Status", status),
)
