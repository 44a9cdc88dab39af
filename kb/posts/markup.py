"""Owns how HTML, Markdown and both mixed become raw blocks in reading order. Judges no content: furniture.py does.

The body is HTML to begin with; Markdown is parsed only where it really is (mistune is ten times the cost of the rest).
A first pass over the tags drops those that say nothing of structure, so that the tree stays shallow: a hundred
thousand nested ``div`` cost lexbor a quarter of a minute, and unclosed ``b`` multiply.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

import mistune
from selectolax.lexbor import LexborHTMLParser, LexborNode

from kb.model import BlockKind
from kb.posts import clean

_INLINE = frozenset(
    "abbr acronym address-line b bdi bdo big blink cite code data del dfn em font i ins kbd label mark marquee meter"
    " nobr output progress q rb rp rt rtc ruby s samp small span strike strong sub sup time tt u var wbr".split()
)
_NEUTRAL = frozenset(
    "address article aside body button center details dialog dir div fieldset figure footer form frameset header"
    " hgroup html legend main menu nav optgroup option picture search section select summary".split()
)
_CONTAINER = frozenset("ul ol dl table blockquote pre figcaption".split())
_LEAF = frozenset("h1 h2 h3 h4 h5 h6 p li dt dd tr td th thead tbody tfoot caption a img br hr".split())
_SILENT = frozenset(
    "script style iframe object embed applet noscript noembed noframes template svg math canvas video audio source"
    " track map area textarea input param col colgroup link meta base title head keygen datalist frame".split()
)
_MAX_DEPTH = 60
_MARKDOWN_LIMIT = 300_000  # characters; mistune is quadratic on hostile nesting, and no person writes longer Markdown
_PIPE_LIMIT = 300  # a line

_TAG = re.compile(
    r"<(/?)([a-zA-Z][a-zA-Z0-9]*+(?:[:-][a-zA-Z0-9:-]*+)?+)"
    r"((?:[\s/](?:[^<>\"']|\"[^\"<]{0,4000}+\"|'[^'<]{0,4000}+')*+)?+)>"
)
_MARKED_LINE = re.compile(r"^ {0,3}(?:\#{1,6}[ \t]+\S|(?:[-*+]|\d{1,3}[.)])[ \t]+\S|>[ \t]?\S|```|~~~)", re.MULTILINE)
# Marks inside a line: a cheap substring to ask for first, and the mark itself.
_MARKS = (
    ("**", re.compile(r"\*\*(?=\S)[^*\n]{1,300}\*\*")),
    ("](", re.compile(r"\[[^\[\]\n]{1,300}\]\((?:https?:|/|\#)")),
    ("  \n", re.compile(r"[^\s>] [ \t]+\n(?=[^\s<])")),
    ("--", re.compile(r"^[ \t]{0,8}\|?[ \t]{0,8}:?-{2,}:?[ \t]{0,8}\||[^\s>]\n-{3,}[ \t]*$", re.MULTILINE)),
    ("===", re.compile(r"[^\s>]\n={3,}[ \t]*$", re.MULTILINE)),
)
_LONE_IMAGE = re.compile(r"^[ \t]{0,80}!\[([^\]\n]*)\]\(([^)\n]*)\)(?:\{:[^}\n]*\})?[ \t]*$", re.MULTILINE)
_JEKYLL = re.compile(r"\{%[^\n]{0,500}?%\}|\{\{[^\n]{0,500}?\}\}|\{::?[^}\n]{0,500}\}")
_STARS = re.compile(r"\*\*(?=\S)([^*\n]{1,300}?)\*\*")
_LINK = re.compile(r"!?\[(?=[^\[\]\n]*\w)([^\[\]\n]{1,300})\]\((?:https?://|/|\#)[^()\n]{0,500}\)")
_BLANK_LINE = re.compile(r"\n[ \t\r\xa0]*\n\s*")


@dataclass(slots=True)
class RawBlock:
    """A block as found. ``linked`` is how many of its characters are link text."""

    kind: BlockKind
    text: str
    level: int = 0
    links: list[str] = field(default_factory=list)
    linked: int = 0
    caption: bool = False


@dataclass(frozen=True, slots=True)
class RawBody:
    blocks: list[RawBlock]
    alts: list[str]  # alternative texts of images


def parse(body: str) -> RawBody:
    """The blocks of a body, empty ones left out, and the alternative texts of its images."""
    if "{" in body:
        body = _JEKYLL.sub("", body)
    body = _LONE_IMAGE.sub(_image_tag, body)
    if _is_markdown(body):
        body = _render(body)
    tree = LexborHTMLParser(_Tags().plain(body))
    walker = _Walker()
    if tree.body is not None:
        walker.walk(tree.body)
    return RawBody(walker.done(), walker.alts)


def _is_markdown(body: str) -> bool:
    if len(body) > _MARKDOWN_LIMIT:
        return False
    return bool(_MARKED_LINE.search(body)) or any(hint in body and mark.search(body) for hint, mark in _MARKS)


def _image_tag(match: re.Match[str]) -> str:
    return f'\n<img alt="{html.escape(match[1])}">\n'


@cache
def _markdown() -> mistune.Markdown:
    markdown = mistune.create_markdown(escape=False, plugins=["table"])
    markdown.block.rules.remove("indent_code")  # the blog editor indents its HTML
    return markdown


def _render(body: str) -> str:
    if any(line.count("|") > _PIPE_LIMIT for line in body.split("\n")):
        return body
    try:
        return str(_markdown()(body))
    except (RecursionError, IndexError, ValueError):  # a hostile nesting: the marks stay visible, no word is lost
        return body


def _unmarked(text: str) -> str:
    """Without the Markdown that was left inside HTML, where mistune does not look."""
    if "**" in text:
        text = _STARS.sub(r"\1", text)
    return _LINK.sub(r"\1", text) if "](" in text else text


class _Tags:
    """The first pass over the tags of one body."""

    def __init__(self) -> None:
        self._depth = 0

    def plain(self, body: str) -> str:
        return _TAG.sub(self._tag, body)

    def _tag(self, match: re.Match[str]) -> str:
        name = match[2].lower()
        if name in _INLINE:
            return ""
        if name in _NEUTRAL:
            return "<br>"
        if name in _CONTAINER:
            return self._container(match)
        if name in _LEAF or name in _SILENT:
            return match[0]
        if ":" in name or "-" in name:  # <o:p>, <custom-element>
            return ""
        return html.escape(match[0], quote=False)  # "<KBS 뉴스>", "<www.korea.kr>": words, not tags

    def _container(self, match: re.Match[str]) -> str:
        if match[1]:
            self._depth -= 1
            return match[0] if self._depth < _MAX_DEPTH else "<br>"
        self._depth = max(self._depth, 0) + 1
        return match[0] if self._depth <= _MAX_DEPTH else "<br>"


@dataclass(slots=True)
class _Row:
    cells: list[list[RawBlock]] = field(default_factory=list)


class _Walker:
    """Gathers blocks while the tree is walked without recursion."""

    def __init__(self) -> None:
        self.alts: list[str] = []
        self._out: list[RawBlock] = []
        self._rows: list[_Row] = []
        self._parts: list[str] = []
        self._links: list[str] = []
        self._linked = 0
        self._anchor: int | None = None  # where in _parts the open link began
        self._kinds: list[tuple[BlockKind, int]] = [("paragraph", 0)]
        self._lists = 0
        self._pre = 0
        self._caption = False

    def walk(self, top: LexborNode) -> None:
        for node, entering in _events(top):
            tag = node.tag
            if tag == "-text":
                self._text(node.text_content or "")
            elif entering:
                self._enter(tag or "", node)
            else:
                self._leave(tag or "")

    def done(self) -> list[RawBlock]:
        self._flush()
        while self._rows:
            self._end_row()
        return self._out

    def _text(self, text: str) -> None:
        if self._pre:
            self._lines(text.split("\n"))
        elif "\n" in text and not self._rows and _BLANK_LINE.search(text):
            self._lines(_BLANK_LINE.split(text))
        else:
            self._parts.append(text)

    def _lines(self, lines: list[str]) -> None:
        self._parts.append(lines[0])
        for text in lines[1:]:
            self._flush()
            self._parts.append(text)

    def _enter(self, tag: str, node: LexborNode) -> None:
        if tag == "img":
            self.alts.append(clean.line(node.attributes.get("alt") or ""))
        elif tag == "a":
            self._open_link(node.attributes.get("href") or "")
        else:
            self._flush()
            self._open(tag)

    def _open(self, tag: str) -> None:
        if tag in ("ul", "ol", "dl"):
            self._lists += 1
        elif tag == "li":
            self._kinds.append(("item", max(self._lists - 1, 0)))
        elif len(tag) == 2 and tag[0] == "h" and tag[1].isdigit():
            self._kinds.append(("heading", int(tag[1])))
        elif tag == "blockquote":
            self._kinds.append(("quote", 0))
        elif tag == "pre":
            self._pre += 1
            self._kinds.append(("preformatted", 0))
        elif tag == "tr":
            self._rows.append(_Row())
        elif tag in ("td", "th") and self._rows:
            self._rows[-1].cells.append([])
            self._kinds.append(("paragraph", 0))
        elif tag == "table" and self._rows:  # a table inside a cell: what came before it goes out first
            self._emit_row(self._rows[-1])
            self._rows[-1] = _Row()
        elif tag == "figcaption":
            self._caption = True

    def _leave(self, tag: str) -> None:
        if tag == "a":
            self._close_link()
            return
        if tag == "img":
            return
        self._flush()
        if tag in ("ul", "ol", "dl"):
            self._lists -= 1
        elif tag == "tr":
            self._end_row()
        elif tag in ("li", "blockquote", "pre", "td", "th") or (len(tag) == 2 and tag[0] == "h" and tag[1].isdigit()):
            self._close(tag)
        elif tag == "figcaption":
            self._caption = False

    def _close(self, tag: str) -> None:
        if tag == "pre":
            self._pre -= 1
        if len(self._kinds) > 1:
            self._kinds.pop()

    def _open_link(self, href: str) -> None:
        self._links.append(href)
        self._anchor = len(self._parts)

    def _close_link(self) -> None:
        if self._anchor is not None:
            self._linked += len("".join(self._parts[self._anchor :]).strip())
        self._anchor = None

    def _flush(self) -> None:
        """Close the block being gathered, if anything is in it."""
        if self._anchor is not None:
            self._close_link()
            self._anchor = 0
        text = clean.line("".join(self._parts)) if self._parts else ""
        if text:
            text = _unmarked(text)
            kind, level = self._kinds[-1]
            self._emit(RawBlock(kind, text, level, self._links, self._linked, self._caption))
        if text or self._anchor is None:
            self._links = []
        self._parts = []
        self._linked = 0

    def _emit(self, block: RawBlock) -> None:
        if self._rows and self._rows[-1].cells:
            self._rows[-1].cells[-1].append(block)
        else:
            self._out.append(block)

    def _end_row(self) -> None:
        if self._rows:
            self._emit_row(self._rows.pop())

    def _emit_row(self, row: _Row) -> None:
        """A row becomes one block; a cell that lays out a page (one cell, or long ones) stays the blocks it holds."""
        filled = [cell for cell in row.cells if cell]
        if not filled:
            return
        if _is_layout(filled):
            self._out.extend(block for cell in filled for block in cell)
            return
        text = "\t".join(" ".join(block.text for block in cell) for cell in row.cells).rstrip("\t")
        links = [link for cell in filled for block in cell for link in block.links]
        self._out.append(RawBlock("row", text, 0, links, sum(b.linked for cell in filled for b in cell)))


def _is_layout(cells: list[list[RawBlock]]) -> bool:
    longest = max(len(cell) for cell in cells)
    letters = sum(len(block.text) for cell in cells for block in cell)
    return longest > 1 and (len(cells) == 1 or (longest > 3 and letters > 400))


def _events(top: LexborNode) -> Iterator[tuple[LexborNode, bool]]:
    """Every node below ``top``: text once, elements on entering and on leaving. Silent elements are passed over."""
    node, end = top.child, top.mem_id  # "==" would compare the HTML
    while node is not None:
        tag = node.tag
        below = None
        if tag == "-text":
            yield node, True
        elif tag is not None and tag not in _SILENT and tag[0] != "-" and tag != "!doctype":
            yield node, True
            below = node.child
            if below is None:
                yield node, False
        if below is not None:
            node = below
            continue
        while node is not None and node.next is None:
            node = node.parent
            if node is None or node.mem_id == end:
                return
            yield node, False
        node = node.next if node is not None else None
