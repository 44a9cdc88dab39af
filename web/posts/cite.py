"""How to cite a post: one line as Korean papers do, and BibTeX."""

from __future__ import annotations

import re

from kb.views import PostPage

SPECIAL = re.compile(r"[\\{}#$%&_^~]")
ESCAPES = {"\\": r"\textbackslash{}", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}"}


def publisher(post: PostPage) -> str:
    return post.agencies[0].label if post.agencies else post.source


def citation(post: PostPage) -> str:
    day = post.date
    return f"{publisher(post)}, 「{post.title}」, {day.year}. {day.month}. {day.day}. ({post.post})"


def bibtex(post: PostPage, root: str) -> str:
    """``root`` is the site's address without a closing slash."""
    fields = {
        "author": "{" + escaped(publisher(post)) + "}",
        "title": "{" + escaped(post.title) + "}",
        "date": post.date.isoformat(),
        "year": str(post.date.year),
        "url": root + post.url,
        "langid": "korean",
    }
    key = re.sub(r"[^A-Za-z0-9]+", "-", post.post).strip("-")
    return "@online{" + key + ",\n" + "".join(f"  {k} = {{{v}}},\n" for k, v in fields.items()) + "}\n"


def escaped(text: str) -> str:
    """Text that TeX prints as it stands."""
    return SPECIAL.sub(lambda found: ESCAPES.get(found[0], "\\" + found[0]), text)
