"""Every front matter that YAML breaks or cuts is read as a person reads it."""

from __future__ import annotations

import pytest

from kb.posts import frontmatter

REST = "categories:\n  - 무역\nexcerpt: >\n  짧은 소개입니다.\n  둘째 줄입니다.\nimage: '/a.png'\n"


def read(head: str) -> frontmatter.FrontMatter:
    return frontmatter.read(f"---\n{head}---\n\n본문\n")


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("2024", "2024"),
        ("007", "007"),
        ("yes", "yes"),
        ('"전략물자: 새 목록"', "전략물자: 새 목록"),
        ("'그''s 목록'", "그's 목록"),
        ("전략물자 판정 신청 방법", "전략물자 판정 신청 방법"),
    ],
)
def test_a_valid_title_stays_as_typed_and_needs_no_repair(typed: str, title: str) -> None:
    found = read(f"title: {typed}\n{REST}")
    assert (found.title, found.notes) == (title, ())


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("[속보] 수출통제 강화", "[속보] 수출통제 강화"),
        ("[속보]", "[속보]"),
        ("{단독} 우회수출", "{단독} 우회수출"),
        ("{단독}", "{단독}"),
        ("관세청 : 불법 수출 적발", "관세청 : 불법 수출 적발"),
        ("'우회수출' 막는다", "'우회수출' 막는다"),
        ('"우회" 수출 "차단"', '"우회" 수출 "차단"'),
        ('"장관 "엄정 대응" 지시"', '장관 "엄정 대응" 지시'),
        ('"닫히지 않은 제목', "닫히지 않은 제목"),
        ("제목 #1", "제목 #1"),
        ("`AI`로 보는 통제", "`AI`로 보는 통제"),
        ("@관세청 소식", "@관세청 소식"),
        ("%로 보는 무역", "%로 보는 무역"),
        ("!속보 전략물자", "!속보 전략물자"),
        ("&수출 통제", "&수출 통제"),
        ("*중요* 공지", "*중요* 공지"),
        ("- 하이픈 제목", "- 하이픈 제목"),
        ("앞줄\n뒷줄", "앞줄 뒷줄"),
        ("탭이\n\t있는 제목", "탭이 있는 제목"),
        ("> 화살표 제목", "> 화살표 제목"),
    ],
)
def test_a_broken_title_is_recovered_with_everything_else(typed: str, title: str) -> None:
    found = read(f"title: {typed}\n{REST}")
    assert found.title == title
    assert (found.excerpt, found.categories, found.image) == ("짧은 소개입니다. 둘째 줄입니다.", ("무역",), "/a.png")
    assert len(found.notes) == 1


def test_no_space_after_the_colon() -> None:
    found = read(f"title:수출통제\n{REST}")
    assert (found.title, found.categories) == ("수출통제", ("무역",))
    assert found.notes


def test_a_field_given_twice_keeps_the_last_as_jekyll_does() -> None:
    found = read(f"title: 처음\n{REST}title: 나중\n")
    assert found.title == "나중"
    assert "title" in found.notes[0]


def test_a_quote_that_swallows_the_next_field() -> None:
    found = read("title: '통제\nexcerpt: 그는 '라 했다\n")
    assert found.title == "통제"
    assert found.excerpt == "그는 '라 했다"


def test_an_excerpt_that_is_not_indented() -> None:
    assert read("title: 가\nexcerpt: >\n들여쓰지 않은 글\nimage: a.png\n").excerpt == "들여쓰지 않은 글"


@pytest.mark.parametrize(
    ("typed", "categories"),
    [
        ("categories: 무역\n", ("무역",)),
        ("categories: [무역, 안보]\n", ("무역", "안보")),
        ("categories: 무역, 안보\n", ("무역", "안보")),
        ("category: 무역\n", ("무역",)),
        ("categories:\n", ()),
    ],
)
def test_categories(typed: str, categories: tuple[str, ...]) -> None:
    assert read(f"title: 가\n{typed}").categories == categories


def test_an_image_with_properties() -> None:
    assert read("title: 가\nimage:\n  path: /a/b.png\n  alt: 사진\n").image == "/a/b.png"


def test_aliases_that_explode_are_refused_not_followed() -> None:
    levels = "".join(f"a{n}: &a{n} [*a{n - 1},*a{n - 1},*a{n - 1}]\n" for n in range(1, 40))
    found = read(f"title: 제목\na0: &a0 [x]\n{levels}")
    assert found.title == "제목"
    assert found.notes


def test_deep_nesting_and_tags_do_no_harm() -> None:
    assert read("title: 제목\nx: " + "[" * 50_000 + "\n").title == "제목"
    assert read("title: 제목\nx: !!python/object/apply:os.system ['exit 1']\n").title == "제목"


def test_no_end_is_recovered() -> None:
    found = frontmatter.read("---\ntitle: 끝 없는 머리말\ncategories:\n  - 무역\n\n<p>본문</p>\n")
    assert (found.title, found.categories, found.body.strip()) == ("끝 없는 머리말", ("무역",), "<p>본문</p>")
    assert "---" in found.notes[0]


def test_no_front_matter_is_all_body() -> None:
    found = frontmatter.read("# 제목\n\n본문")
    assert (found.title, found.body) == ("", "# 제목\n\n본문")
    assert found.notes
