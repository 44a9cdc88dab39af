"""Cursors: an opaque word for a place in a list, good for this list alone. ``*`` is the beginning.

A cursor holds the place itself (a day and a post, a key), not a page number, so it stays good while posts come
and go. It is no secret and grants nothing: whoever makes one up gets a place in a public list, or a refusal.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Sequence

from flask import Response

from web.address import root
from web.language.catalog import noop as n_
from web.params import Args, BadParameter, Text

CURSOR = Text(
    "cursor",
    n_("차례대로 모두 받기. 처음은 *, 다음은 답의 next. 그 사이 자료가 바뀌어도 빠지거나 겹치지 않습니다"),
    limit=600,
)
START = "*"
WRONG = "이 목록의 자리 표시가 아닙니다. cursor=*로 처음부터 다시 받으십시오."
WITH_PAGE = "page와 함께 쓸 수 없습니다."


def asked(args: Args, about: str, size: int) -> tuple[str, ...] | None:
    """The ``size`` parts of the place that the address names; none of them at the beginning. None: no cursor.

    ``about`` says which list, with all of its filters. Raises BadParameter.
    """
    word = CURSOR.read(args)
    if not word:
        return None
    if any(args.getlist("page")):
        raise BadParameter(CURSOR.name, word, WITH_PAGE)
    if word == START:
        return ()
    parts = _opened(word)
    if len(parts) != size + 1 or parts[0] != _mark(about):
        raise BadParameter(CURSOR.name, word, WRONG)
    return parts[1:]


def word_for(about: str, place: Sequence[str]) -> str:
    text = json.dumps([_mark(about), *place], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _opened(word: str) -> tuple[str, ...]:
    try:
        parts = json.loads(base64.b64decode(word + "=" * (-len(word) % 4), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, RecursionError):
        return ()
    plain = isinstance(parts, list) and all(isinstance(part, str) for part in parts)
    return tuple(parts) if plain else ()


def _mark(about: str) -> str:
    return hashlib.blake2b(about.encode(), digest_size=6).hexdigest()


def tell_next(response: Response, address: str | None) -> Response:
    """RFC 8288, for clients that follow links without reading the answer."""
    if address:
        response.headers["Link"] = f'<{root()}{address}>; rel="next"'
    return response
