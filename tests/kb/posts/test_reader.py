from __future__ import annotations

import datetime as dt
import hashlib
import os
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from kb.errors import PostUnreadable, UsageError
from kb.model import Post
from kb.posts.reader import find_posts, read_post

Write = Callable[..., Post]
GOOD = "---\ntitle: 수출통제 안내\ncategories:\n  - 무역\nexcerpt: >\n  짧은 소개\n---\n\n<p>본문이다.</p>\n"


def holds(post: Post) -> None:
    """The laws of a post's text."""
    assert unicodedata.is_normalized("NFC", post.text)
    assert post.text == "".join(post.text[b.start : b.end] + "\n" for b in post.blocks)
    assert all(b.start < b.end and "\n" not in post.text[b.start : b.end] for b in post.blocks)
    assert post.text[: post.title_end] == f"{post.title}\n"
    assert post.text[post.title_end : post.lead_end] == (f"{post.lead}\n" if post.lead else "")
    assert post.text.encode().decode() == post.text


def test_a_post(post: Write) -> None:
    found = post(GOOD)
    holds(found)
    assert found.text == "수출통제 안내\n짧은 소개\n본문이다.\n"
    assert (found.id, found.path, found.date) == ("test/2024-07-01-1", "2024-07-01-1.md", dt.date(2024, 7, 1))
    assert found.content_hash == hashlib.sha256(GOOD.encode()).hexdigest()
    assert found.recovered == ()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp949"])
def test_encodings(post: Write, encoding: str) -> None:
    found = post(GOOD.encode(encoding))
    assert found.title == "수출통제 안내"
    assert bool(found.recovered) == (encoding in ("utf-16", "cp949"))


def test_windows_line_breaks(post: Write) -> None:
    assert post(GOOD.replace("\n", "\r\n")).text == post(GOOD).text


def test_a_few_broken_letters_are_recovered(post: Write) -> None:
    found = post(GOOD.encode() + "<p>끝이 잘린 글</p>".encode() * 20 + "가".encode()[:2])
    assert "끝이 잘린 글" in found.text
    assert "�" in found.recovered[0]


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2024-07-05", dt.date(2024, 7, 5)),
        ("2024-07-05 09:00:00", dt.date(2024, 7, 5)),
        ("2024-07-05 20:00:00 +0000", dt.date(2024, 7, 6)),
        ("2024-07-05T20:00:00Z", dt.date(2024, 7, 6)),
        ("2024-07-05 01:00:00 +0900", dt.date(2024, 7, 5)),
        ("2024-07-05T20:00:00-05:00", dt.date(2024, 7, 6)),
        ("2024년 7월 5일", dt.date(2024, 7, 5)),
    ],
)
def test_the_date_is_the_korean_day(post: Write, typed: str, day: dt.date) -> None:
    assert post(f"---\ntitle: 가\ndate: {typed}\n---\n본문").date == day


def test_an_impossible_date_gives_way_to_the_file_name(post: Write) -> None:
    found = post("---\ntitle: 가\ndate: 2024-02-31\n---\n본문")
    assert found.date == dt.date(2024, 7, 1)
    assert "없는 날짜" in found.recovered[0]


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        (GOOD, "2024-02-31-a.md", "없는 날짜"),
        ("---\ntitle: 가\ndate: 2024-02-31\n---\n본문", "a.md", "2024-02-31"),
        (GOOD, "a.md", "날짜가 없습니다"),
        ("", "2024-07-01-a.md", "빈 파일"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "2024-07-01-a.md", "이진"),
        (b"\x01\x02\x03\x04" * 50, "2024-07-01-a.md", "이진"),
        (b"---\ntitle: \xff\xfe\x81\n---\n", "2024-07-01-a.md", "인코딩"),
        ("가" * 400_000, "2024-07-01-a.md", "너무 큽니다"),
    ],
)
def test_what_cannot_be_read_says_why(post: Write, content: str | bytes, name: str, reason: str) -> None:
    with pytest.raises(PostUnreadable, match=reason) as error:
        post(content, name)
    assert error.value.path == name


def test_a_vanished_file(tmp_path: Path) -> None:
    with pytest.raises(PostUnreadable, match="사라졌습니다"):
        read_post(tmp_path, tmp_path / "2024-07-01-a.md", "s", max_bytes=10)


def test_a_pipe_does_not_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "2024-07-01-a.md")
    with pytest.raises(PostUnreadable, match="일반 파일이 아니"):
        read_post(tmp_path, tmp_path / "2024-07-01-a.md", "s", max_bytes=10)


def test_without_a_title_the_first_heading_serves(post: Write) -> None:
    assert post("---\nexcerpt: 가\n---\n<h2>소제목</h2>").title == "소제목"
    assert post("그냥 글").title == "2024-07-01-1"


def test_without_an_excerpt_the_feature_text_serves(post: Write) -> None:
    assert post("---\ntitle: 가\nfeature_text: 나\n---\n본문").lead == "나"
    assert post("---\ntitle: 가\n---\n본문").lead == ""


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "ignore")))
@example('---\ntitle: "\\ud800\\u1100"\n---\n<p>\u0301가</p>'.encode())
def test_arbitrary_bytes_are_a_post_or_say_why(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "2024-07-01-a.md"
    for content in (data, b"---\ntitle: " + data + b"\n---\n" + data):
        path.write_bytes(content)
        try:
            holds(read_post(tmp_path, path, "s", max_bytes=10_000))
        except PostUnreadable as error:
            assert error.reason


_PIECES = st.sampled_from(
    [
        *"<p> </p> <td> <tr> <table> </table> <li> <ul> </ul> <pre> </pre> <br> <b> </b> </a> <h2> </h2>".split(),
        *"** # * - > | ``` --- [a](b) 가 나다. 출처: ⓒ < & &nbsp; <script> </script> {% %} : ' \" #1 title:".split(),
        *("<!--", "-->", "[", "]", "\n", "\n\n", "\t", "<a href='x'>", "\u0301", "\u200b", "&#xd800;"),
    ]
)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(_PIECES, max_size=40).map(" ".join), st.lists(_PIECES, max_size=10).map(" ".join))
def test_any_markup_is_a_post_whose_offsets_hold(tmp_path: Path, markup: str, title: str) -> None:
    path = tmp_path / "2024-07-01-a.md"
    path.write_text(f"---\ntitle: {title}\nimage: a.png\n---\n{markup}")
    holds(read_post(tmp_path, path, "s", max_bytes=10_000))


def test_a_site_its_posts_folder_and_a_file_give_the_same_paths(tmp_path: Path) -> None:
    posts = tmp_path / "_posts" / "sub"
    posts.mkdir(parents=True)
    (posts / "2024-07-01-a.md").write_text(GOOD)
    (tmp_path / "README.md").write_text("# 읽어 주세요")
    for place in (tmp_path, tmp_path / "_posts", posts / "2024-07-01-a.md"):
        folder = find_posts(place)
        assert [file.relative for file in folder] == ["sub/2024-07-01-a.md"]
        assert folder.root == tmp_path / "_posts"
    assert find_posts(posts / "2024-07-01-a.md").single


def test_files_are_sorted_and_sized(tmp_path: Path) -> None:
    for name in ("b.md", "a.HTML", "c.markdown", "d.txt"):
        (tmp_path / name).write_text("가")
    assert [(file.relative, file.size) for file in find_posts(tmp_path)] == [
        ("a.HTML", 3),
        ("b.md", 3),
        ("c.markdown", 3),
    ]


def test_what_is_not_followed_is_reported(tmp_path: Path) -> None:
    root = tmp_path / "posts"
    root.mkdir()
    outside = tmp_path / "outside.md"
    outside.write_text(GOOD)
    (root / "a.md").write_text(GOOD)
    (root / "inside.md").symlink_to(root / "a.md")
    (root / "outside.md").symlink_to(outside)
    (root / "broken.md").symlink_to(root / "none.md")
    (root / "loop").symlink_to(root)
    (root / ".hidden.md").write_text(GOOD)
    os.mkfifo(root / "pipe.md")
    folder = find_posts(root)
    assert folder.names == ("a.md", "inside.md")
    assert [one.path for one in folder.skipped] == [".hidden.md", "broken.md", "loop", "outside.md", "pipe.md"]
    with pytest.raises(PostUnreadable, match="폴더 밖"):
        read_post(root, root / "outside.md", "s", max_bytes=1000)


@pytest.mark.parametrize(("made", "reason"), [(None, "없습니다"), ("", "비어"), ("a.txt", "글 파일")])
def test_a_place_without_posts_is_an_error(tmp_path: Path, made: str | None, reason: str) -> None:
    place = tmp_path / "posts"
    if made is not None:
        place.mkdir()
    if made:
        (place / made).write_text("가")
    with pytest.raises(UsageError, match=reason):
        find_posts(place)


def test_a_file_that_is_no_post(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("가")
    with pytest.raises(UsageError, match="글 파일이 아닙니다"):
        find_posts(tmp_path / "a.txt")
