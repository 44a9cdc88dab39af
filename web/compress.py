"""Compression of what is text and worth it, for whoever accepts gzip. Streams are sent as they are.

No page holds a secret beside what a visitor typed, so compressing them together gives nothing away (BREACH). The
sign-in form holds a mac, of a cookie that no request of another site carries (SameSite=Strict).
"""

from __future__ import annotations

import gzip
from functools import lru_cache

from flask import Flask, Response, request

LEAST = 1_000  # bytes: less is not worth the header
LEVEL = 6
KINDS = ("text/", "application/json", "application/problem+json", "application/atom+xml", "image/svg+xml")


@lru_cache(maxsize=16)
def kept(body: bytes) -> bytes:
    """Files of our own: compressed once."""
    return gzip.compress(body, 9, mtime=0)


def compress(response: Response) -> Response:
    static = request.endpoint == "static"
    text = response.content_type is not None and response.content_type.startswith(KINDS)
    if response.status_code == 304 or not text or (response.is_streamed and not static):
        return response
    response.vary.add("Accept-Encoding")
    if request.accept_encodings["gzip"] <= 0 or "Content-Encoding" in response.headers:
        return response
    response.direct_passthrough = False
    body = response.get_data()
    if len(body) >= LEAST:
        response.set_data(kept(body) if static else gzip.compress(body, LEVEL, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
        weaken(response)
    return response


def weaken(response: Response) -> None:
    """The tag now stands for two forms of the same content, which is what a weak one means."""
    tag, weak = response.get_etag()
    if tag and not weak:
        response.set_etag(tag, weak=True)


def register(app: Flask) -> None:
    app.after_request(compress)
