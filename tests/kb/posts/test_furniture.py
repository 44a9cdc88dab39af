from __future__ import annotations

import pytest

from kb.posts import body


@pytest.mark.parametrize(
    "line",
    [
        "출처: 정책브리핑 https://www.korea.kr",
        "자료 출처: 정책브리핑",
        "<자료출처=정책브리핑 https://www.korea.kr>",
        "[자료제공 :(www.korea.kr)]",
        "사진=연합뉴스",
        "출처",
        "정책브리핑 <www.korea.kr>",
    ],
)
def test_source_lines_are_provenance(line: str) -> None:
    text = body.compose("제목", "", f"<p>{line.replace('<', '&lt;')}</p><p>본문이다.</p>")
    assert text.text == "제목\n본문이다.\n"
    assert text.provenance.source_line == line


@pytest.mark.parametrize(
    "sentence",
    [
        "정책브리핑의 정책뉴스자료는 「공공누리 제1유형:출처표시」의 조건에 따라 자유롭게 이용이 가능합니다.",
        "다만, 사진의 경우 제3자에게 저작권이 있으므로 사용할 수 없습니다.",
        "기사 이용 시에는 출처를 반드시 표기해야 하며, 위반 시 저작권법 제37조에 따라 처벌될 수 있습니다.",
        "ⓒ 어느신문, 무단 전재-재배포 금지",
        "Copyright © News. All rights reserved.",
    ],
)
def test_licence_sentences_are_cut_out_of_a_paragraph(sentence: str) -> None:
    text = body.compose("제목", "", f"<p>관세청은 단속을 강화한다. {sentence}</p>")
    assert text.text == "제목\n관세청은 단속을 강화한다.\n"
    assert text.provenance.licence == sentence


def test_a_contact_in_a_sentence_with_a_licence_stays() -> None:
    sentence = "자료는 출처를 표기하면 자유롭게 이용 가능하며 문의는 수출과(044-000-0000)로 하면 된다."
    assert sentence in body.compose("제목", "", f"<p>{sentence}</p>").text


def test_a_source_line_that_names_a_desk_stays() -> None:
    line = "정책브리핑 출처: 산업통상자원부 무역정책관 수출입과"
    assert body.compose("제목", "", f"<p>{line}</p><p>전화번호: 044-000-0000</p>").text.split("\n")[1] == line


def test_a_source_behind_a_contact_is_cut_and_the_contact_stays() -> None:
    text = body.compose(
        "제목", "", "<p>문의: 수출과(044-000-0000) &lt;자료출처=정책브리핑 https://www.korea.kr&gt;</p>"
    )
    assert text.text == "제목\n문의: 수출과(044-000-0000)\n"
    assert text.provenance.source_line == "<자료출처=정책브리핑 https://www.korea.kr>"


@pytest.mark.parametrize(
    "markup",
    [
        '<p><img src="a.png" alt="어느뉴스 속보"></p>',
        "![어느뉴스 속보](/a.png)",
        '유용한 생활 정보가 필요하시다면, <a href="https://x.kr">x.kr</a>',
        '더 많은 무역 소식은, <a href="https://blog.example.com">blog.example.com</a>',
        "<p>함께 보면 좋은 글</p>",
        '<p><a href="https://x.kr/1">원문 보기</a></p>',
        '<p><a href="https://x.kr/1">새 제도 안내 | 어느뉴스 기사 보러가기</a></p>',
        "<table><tr><td><b>정책 각주</b></td></tr></table>",
        "<p>#수출통제 #전략물자</p>",
        "<h2>목차</h2>",
        "<p>네이버에서 어느뉴스를 구독해주세요!</p>",
    ],
)
def test_furniture_is_kept_apart(markup: str) -> None:
    text = body.compose("제목", "", f"{markup}\n\n<p>본문이다.</p>")
    assert text.text == "제목\n본문이다.\n"
    assert text.provenance.furniture


@pytest.mark.parametrize(
    "sentence",
    [
        "자금 출처를 명시하지 않으면 처벌을 받는다.",
        "핵심 기술을 무단 복제해 유출한 일당이 적발됐다.",
        "검찰은 저작권법 제136조 위반 혐의로 기소했다.",
        "출처: 공식 공지에 따르면 통제 품목이 늘어난 것이다.",
        "정보 제공: 기업에 판정 절차를 안내한다",
        "관세청 문의: 042-000-0000",
        "유용한 정보를 모으는 일이 중요하다.",
        "자세한 내용은 무역안보관리원 누리집(www.example.or.kr)에서 볼 수 있다.",
        "사진의 판독으로 우회수출을 찾아냈다.",
        "1위 #전략물자 판정이 늘었다",
    ],
)
def test_content_is_never_cut(sentence: str) -> None:
    assert body.compose("제목", "", f"<p>{sentence}</p>").text == f"제목\n{sentence}\n"
