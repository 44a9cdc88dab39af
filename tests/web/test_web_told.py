"""Every sentence that pages may show in Korean has its English: what the code of kb and index says, read from it.

A note that is made anew or worded otherwise fails here until ``web.language.told`` knows it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from web.language import told
from web.language.content import in_korean

ROOT = Path(__file__).parents[2]
HANGUL = re.compile(r"[가-힣]")
# What a visitor may be told comes from here; files and command line speak to those who run the site.
PLACES = (
    "index/query",
    "kb/search",
    "kb/posts",
    "kb/knowledge.py",
    "web/params.py",
    "web/cursor.py",
    "web/search/params.py",
    "web/search/values.py",
    "web/entities/params.py",
)


# Said on the command line alone.
ELSEWHERE = ("kb/posts/folder.py", "kb/search/documents.py", "kb/search/sync.py")


def modules() -> Iterator[Path]:
    for place in PLACES:
        path = ROOT / place
        found = sorted(path.rglob("*.py")) if path.is_dir() else [path]
        yield from (each for each in found if str(each.relative_to(ROOT)) not in ELSEWHERE)


def sentences(path: Path) -> Iterator[str]:
    """Texts of a module with Hangul that are neither documentation nor patterns, with "x" in every place.

    What goes to the log is said to operators, in Korean alone.
    """
    tree = ast.parse(path.read_text(encoding="utf-8"))
    logged = {id(part) for node in ast.walk(tree) if is_logging(node) for part in ast.walk(node)}
    parts = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node)}
    documentation = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(p.value if isinstance(p, ast.Constant) else "x" for p in node.values)
        elif (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in parts | documentation | logged
        ):
            yield re.sub(r"{\w*(:[^}]*)?}", "x", node.value)


def is_logging(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and ast.unparse(node.func.value) == "log"


def spoken() -> Iterator[tuple[str, str]]:
    for path in modules():
        for text in sentences(path):
            if (
                not text.startswith("엔진 ")
                and re.search(r"(니다|세요|십시오)\.", text)
                and len(text) < 300
                and "\n" not in text
            ):
                yield str(path.relative_to(ROOT)), text


def test_there_are_sentences_to_hold() -> None:
    found = list(spoken())
    assert len(found) > 25
    assert any("괄호는 x겹까지만" in text for _, text in found)


def test_every_sentence_of_the_code_has_its_english(app: Flask) -> None:
    with app.test_request_context("/?lang=en"):
        untold = [(where, text) for where, text in spoken() if not (known(text) or known(f"q=x: {text}"))]
    assert untold == []


def known(text: str) -> bool:
    return told(text) != in_korean(text)


def test_particles_fit_the_word_before_them_and_are_told_in_english_too(client: FlaskClient) -> None:
    cases = (
        ("/search?q=기관:없는청", "‘없는청’에 해당하는 기관이 없습니다."),
        ("/directory?agency=없는부", "‘없는부’라는 기관의 번호가 없습니다."),
        ("/entities/없는것", "‘없는것’이라는 종류는 없습니다."),
        ("/search/filter/없는표", "‘없는표’라는 필터는 없습니다."),
        ("/entities/agency/없는청", "그런 기관이 없습니다: 없는청"),
    )
    for address, korean in cases:
        assert korean in client.get(address).text
        assert korean not in client.get(address, headers={"Accept-Language": "en"}).text
