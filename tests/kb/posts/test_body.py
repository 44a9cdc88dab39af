from __future__ import annotations

import time

import pytest

from kb.posts import body


def blocks(markup: str) -> list[tuple[str, str]]:
    text = body.compose("제목", "", markup)
    return [(block.kind, text.text[block.start : block.end]) for block in text.blocks[1:]]


def lines(markup: str) -> list[str]:
    return [text for _, text in blocks(markup)]


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<p><b>전략</b>물자를 <span style='a>b'>수출</span>하면</p>", ["전략물자를 수출하면"]),
        ("<p>가<br>나<br/>다</p>", ["가", "나", "다"]),
        ("<div>가<div>나</div>다</div>", ["가", "나", "다"]),
        ("가나\n다라\n\n마바", ["가나 다라", "마바"]),
        ("<p>가&nbsp;&nbsp;나\u200b다\u00ad라\ufeff\t마\u202e</p>", ["가 나다라 마"]),
        ("<p>\u1100\u1161\u1102\u1161</p>", ["가나"]),
        ("<p>Ａ１２</p>", ["Ａ１２"]),
        ("<p>가</p><script>var a='나'</script><style>b{}</style><!-- 다 --><iframe>라</iframe>", ["가"]),
        ("<p>**전략물자**의 수출</p>", ["전략물자의 수출"]),
        ("<p>[누리집](https://a.kr/b c)을 보라</p>", ["누리집을 보라"]),
        ("정책 소식 <KBS 뉴스>입니다", ["정책 소식 <KBS 뉴스>입니다"]),
        ("<p>&lt;b&gt; R&amp;D</p>", ["<b> R&D"]),
        ("{% include a.html %}<p>가{: .x}</p>", ["가"]),
        ("<p>&nbsp;</p><p></p><p>가</p>", ["가"]),
    ],
)
def test_text(markup: str, expected: list[str]) -> None:
    assert lines(markup) == expected


def test_markdown_and_html_mixed() -> None:
    markup = "## 개요\n\n**전략물자** 판정은 [무역안보관리원](https://a.kr)이 한다."
    markup += "\n\n<h3>절차</h3>\n\n    <p>들여쓴 HTML</p>\n\n* 하나\n* 둘\n"
    assert blocks(markup) == [
        ("heading", "개요"),
        ("paragraph", "전략물자 판정은 무역안보관리원이 한다."),
        ("heading", "절차"),
        ("paragraph", "들여쓴 HTML"),
        ("item", "하나"),
        ("item", "둘"),
    ]


def test_rows_keep_their_cells() -> None:
    markup = "<table><tr><th>구분</th><th></th><th>연락처</th></tr><tr><td>가<br>나</td><td>다</td></tr></table>"
    assert blocks(markup) == [("row", "구분\t\t연락처"), ("row", "가 나\t다")]


def test_a_markdown_table() -> None:
    assert blocks("구분 | 값\n---|---\n가 | 1\n")[-1] == ("row", "가\t1")


def test_a_layout_table_is_flattened_in_order() -> None:
    markup = "<table><tr><td><p>앞</p><table><tr><td>가</td><td>나</td></tr></table><p>뒤</p></td></tr></table>"
    assert lines(markup) == ["앞", "가\t나", "뒤"]


def test_nested_lists_and_headings_have_levels() -> None:
    text = body.compose("제목", "", "<h3>가</h3><ul><li>나<ul><li>다</li></ul></li></ul>")
    assert [(b.kind, b.level) for b in text.blocks[1:]] == [("heading", 3), ("item", 0), ("item", 1)]


def test_preformatted_lines_are_blocks() -> None:
    assert blocks("<pre>가\n나</pre>") == [("preformatted", "가"), ("preformatted", "나")]


@pytest.mark.parametrize(
    "markup",
    [
        "<div>" * 100_000 + "본문",
        "<ul><li>" * 50_000 + "본문",
        "<table><tr><td>" * 30_000 + "본문",
        "<b id=1>" * 50_000 + "<p>본문</p>",
        "> " * 20_000 + "본문",
        "| a " * 20_000 + "\n" + "|--" * 20_000 + "\n본문",
        "[a](" * 20_000 + "본문",
        '<span title="' * 20_000 + ">본문",
        "\t" * 100_000 + "| 본문",
    ],
)
def test_hostile_markup_is_read_in_time(markup: str) -> None:
    before = time.process_time()
    assert "본문" in body.compose("제목", "", markup).text
    assert time.process_time() - before < 20  # the slowest takes less than one


def test_lead_is_plain() -> None:
    assert (
        body.plain_lead("## 속보\n\n**전략물자** [목록](https://a.kr) &amp; <b>기술</b>") == "속보 전략물자 목록 & 기술"
    )


def test_title_keeps_brackets_that_are_no_tags() -> None:
    assert body.plain_title("<속보> R&amp;D <b>수출</b>통제") == "<속보> R&D 수출통제"
