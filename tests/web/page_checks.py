"""What holds for every page of the site."""

from __future__ import annotations

from itertools import pairwise

from selectolax.lexbor import LexborHTMLParser as HTMLParser
from selectolax.lexbor import LexborNode as Node


def first(tree: HTMLParser | Node, selector: str) -> Node:
    node = tree.css_first(selector)
    assert node is not None, selector
    return node


def check_safe(text: str, policy: str) -> None:
    """No script or style inside the page, nothing from elsewhere, and a policy that would refuse both."""
    assert "default-src 'none'" in policy and "unsafe" not in policy
    tree = HTMLParser(text)
    assert not tree.css("style, iframe, object, embed, base, img")
    for node in tree.css("*"):
        for name, value in node.attributes.items():
            assert name != "style" and not name.startswith("on"), (node.tag, name)
            assert not (value or "").strip().lower().startswith("javascript:"), node.html
    for script in tree.css("script"):
        assert (script.attributes["src"] or "").startswith("/static/")
        assert not script.text().strip()
    for link in tree.css("link:not([hreflang])"):
        assert (link.attributes["href"] or "").startswith(("/static/", "/search.atom")) or (
            link.attributes["rel"] == "alternate" and (link.attributes["href"] or "").startswith("/entities/")
        )


def check_structure(tree: HTMLParser, language: str = "ko") -> None:
    """What every page owes its readers: a language, one heading, landmarks, names for controls, unique ids."""
    html = tree.css_first("html")
    assert html is not None and html.attributes["lang"] == language
    assert len(tree.css("h1")) == 1
    assert len(tree.css("main")) == 1 and tree.css_first("header") is not None and tree.css_first("nav") is not None
    ids = [node.attributes["id"] for node in tree.css("[id]")]
    assert len(ids) == len(set(ids))
    labelled = {label.attributes.get("for") for label in tree.css("label")}
    for field in tree.css("input:not([type=hidden])"):
        named = field.attributes.get("aria-label") or field.attributes.get("id") in labelled
        assert named or (field.parent is not None and field.parent.tag == "label"), field.html
    levels = [int(node.tag[1]) for node in tree.css("h1, h2, h3, h4")]
    assert all(after <= before + 1 for before, after in pairwise(levels)), levels
