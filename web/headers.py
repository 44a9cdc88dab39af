"""Headers on every answer: what a browser may load (nothing but our own files), caching, its id."""

from __future__ import annotations

import hashlib
import time

from flask import Flask, Response, g, request

POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self'",
        "script-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
FIXED = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
}
HTTPS_ONLY = "max-age=31536000"  # a year; where a proxy that we trust says that the visitor came by https


def begin() -> None:
    g.started = time.perf_counter()


def finish(response: Response) -> Response:
    response.headers.update(FIXED)
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = HTTPS_ONLY
    response.headers["X-Request-ID"] = g.request_id
    response.headers["Server-Timing"] = f"app;dur={(time.perf_counter() - g.started) * 1000:.1f}"
    if response.status_code == 200 and "Cache-Control" not in response.headers:
        return revalidate(response)
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def revalidate(response: Response) -> Response:
    """Always ask again, and get 304 as long as the bytes are the same."""
    response.headers["Cache-Control"] = "private, no-cache"  # a shared cache asks nobody for a token
    response.vary.add("Accept")
    if not response.is_streamed and not response.direct_passthrough:
        response.set_etag(hashlib.blake2b(response.get_data(), digest_size=12).hexdigest())
        response.make_conditional(request)
    return response


def register(app: Flask) -> None:
    app.before_request(begin)
    app.after_request(finish)
