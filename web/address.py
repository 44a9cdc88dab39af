"""The site's own address, for links that leave it: files, feeds, citations, headers.

Whoever asks may write any name as Host, and a proxy its own. Where the settings say what the site is called
(``KB_SITE_URL``), nothing that leaves it says otherwise. Links within the site name no host at all.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import request

from web.context import settings


def root() -> str:
    """Without the last "/"."""
    return settings().site_url or request.url_root.rstrip("/")


def here() -> str:
    """What was asked for, as others may ask for it; with its Hangul."""
    return root() + request.url[len(request.url_root) - 1 :]


def is_ours(origin: str) -> bool:
    """Whether a browser names a page of this site. A proxy may give us another name than the browser has."""
    named = urlsplit(origin).netloc
    return named == request.host or (bool(settings().site_url) and origin == settings().site_url)
