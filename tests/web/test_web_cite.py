"""Citations: TeX prints what the title says."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from web.posts.cite import escaped


@pytest.mark.parametrize(
    ("text", "tex"),
    [
        ("R&D 100%", r"R\&D 100\%"),
        ("a_b{c}", r"a\_b\{c\}"),
        ("x^2~\\", r"x\textasciicircum{}2\textasciitilde{}\textbackslash{}"),
    ],
)
def test_what_tex_would_read_is_escaped(text: str, tex: str) -> None:
    assert escaped(text) == tex


@given(st.text())
def test_braces_stay_balanced(text: str) -> None:
    tex = escaped(text).replace(r"\{", "").replace(r"\}", "")
    assert tex.count("{") == tex.count("}")


def test_a_post_has_its_entry(client: FlaskClient) -> None:
    hit = client.get("/api/v1/search?q=전략물자").get_json()["hits"][0]
    entry = client.get(hit["url"] + "/cite.bib").text
    assert entry.startswith("@online{") and entry.rstrip().endswith("}")
    assert hit["date"] in entry and escaped(hit["title"]) in entry and "http://localhost" + hit["url"] in entry
