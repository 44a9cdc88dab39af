"""Style sheet and scripts: an address holds the hash of its file, so a browser may keep it for good."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from flask import Flask, Response, request, url_for

STATIC = Path(__file__).parent / "static"
FOREVER = "public, max-age=31536000, immutable"


@cache
def version(name: str) -> str:
    return hashlib.blake2b((STATIC / name).read_bytes(), digest_size=6).hexdigest()


def asset(name: str) -> str:
    return url_for("static", filename=name, v=version(name))


def keep(response: Response) -> Response:
    if request.endpoint == "static" and response.status_code in (200, 304):
        response.headers["Cache-Control"] = FOREVER if request.args.get("v") else "no-cache"
    return response


def register(app: Flask) -> None:
    app.jinja_env.globals["asset"] = asset
    app.after_request(keep)
