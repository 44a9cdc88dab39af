"""Owns the way from a file to a ``Post``. What cannot be read raises PostUnreadable with a reason; what can be
mended is, and says so in ``Post.recovered``. Knows no store and no extraction."""

from __future__ import annotations

import hashlib
import os
import stat
import unicodedata
from functools import cache
from importlib.metadata import version
from pathlib import Path

from kb.errors import Cause, PostUnreadable, os_reason
from kb.model import Post
from kb.posts import body, clean, dates, decode, frontmatter
from kb.posts.folder import PostFile, PostFolder, Skipped, find_posts

__all__ = ["PostFile", "PostFolder", "Skipped", "find_posts", "fingerprint", "post_of", "read_original", "read_post"]

LIBRARIES = ("mistune", "python-frontmatter", "PyYAML", "selectolax")


@cache
def fingerprint() -> str:
    """Changes whenever a file may be read in another way: the next ingestion reads again what bears another.

    The rules are the sources of this package themselves, so no version number can be forgotten; what finds the
    files reads none of them.
    """
    digest = hashlib.blake2b(" ".join(version(library) for library in LIBRARIES).encode(), digest_size=16)
    for source in sorted(Path(__file__).parent.glob("*.py")):
        if source.name != "folder.py":
            digest.update(source.name.encode() + b"\0" + source.read_bytes() + b"\0")
    return digest.hexdigest()


def read_post(root: Path, path: Path, source: str, *, max_bytes: int) -> Post:
    """``path`` is below ``root`` (absolute, or relative to it). Raises PostUnreadable and nothing else."""
    return read_original(root, path, source, max_bytes=max_bytes)[0]


def read_original(root: Path, path: Path, source: str, *, max_bytes: int) -> tuple[Post, bytes]:
    """The post and the bytes it was read from. Raises PostUnreadable and nothing else."""
    path = root / path
    relative = unicodedata.normalize("NFC", path.relative_to(root).as_posix())
    try:
        data = _load(root, path, max_bytes)
    except _Unreadable as error:
        raise PostUnreadable(relative, str(error), error.cause) from None
    return post_of(source, relative, data), data


def post_of(source: str, relative: str, data: bytes) -> Post:
    """The post that a file's bytes hold; ``relative`` is its path below the folder. Raises PostUnreadable."""
    try:
        return _post(source, relative, data)
    except _Unreadable as error:
        raise PostUnreadable(relative, str(error), error.cause) from None
    except (decode.NotText, dates.NoDate) as error:
        raise PostUnreadable(relative, str(error)) from None


class _Unreadable(Exception):
    """The reason, in Korean."""

    def __init__(self, reason: str, cause: Cause = "content") -> None:
        super().__init__(reason)
        self.cause = cause


def _load(root: Path, path: Path, max_bytes: int) -> bytes:
    try:
        if path.is_symlink() and not path.resolve().is_relative_to(root.resolve()):
            raise _Unreadable("폴더 밖을 가리키는 링크는 따라가지 않습니다.")
        with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:  # noqa: PTH123  # a descriptor: a pipe must not block
            found = os.fstat(file.fileno())
            if not stat.S_ISREG(found.st_mode):
                raise _Unreadable("일반 파일이 아니어서(장치, 파이프 등) 읽지 않았습니다.")
            if found.st_size > max_bytes:
                raise _Unreadable(_too_large(found.st_size, max_bytes))
            data = file.read(max_bytes + 1)
    except FileNotFoundError:
        raise _Unreadable("읽는 사이에 파일이 사라졌습니다.", "gone") from None
    except OSError as error:
        raise _Unreadable(f"파일을 열 수 없습니다 ({os_reason(error)}).", "access") from None
    if len(data) > max_bytes:
        raise _Unreadable(_too_large(len(data), max_bytes))
    return data


def _too_large(size: int, limit: int) -> str:
    return f"파일이 너무 큽니다 ({size / 1_000_000:.1f} MB). 한도는 {limit / 1_000_000:.1f} MB입니다."


def _post(source: str, relative: str, data: bytes) -> Post:
    decoded = decode.decode(data)
    if not decoded.text.strip():
        raise _Unreadable("빈 파일입니다.")
    front = frontmatter.read(decoded.text)
    name = relative.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    day, date_note = dates.post_date(front.date, name)
    lead = body.plain_lead(front.excerpt or front.feature_text)
    title, title_note = _title(front, name)
    text = body.compose(title, lead, front.body)
    notes = (decoded.note, *front.notes, date_note, title_note)
    return Post(
        source=source,
        name=name,
        path=relative,
        title=title,
        lead=lead,
        date=day,
        categories=front.categories,
        image=front.image,
        text=text.text,
        title_end=text.title_end,
        lead_end=text.lead_end,
        blocks=text.blocks,
        provenance=text.provenance,
        content_hash=hashlib.sha256(data).hexdigest(),
        recovered=tuple(note for note in notes if note),
    )


def _title(front: frontmatter.FrontMatter, name: str) -> tuple[str, str | None]:
    title = body.plain_title(front.title)
    if title:
        return title, None
    heading = body.first_heading(front.body)
    if heading:
        return heading, "제목이 없어 본문의 첫 소제목을 제목으로 썼습니다."
    return clean.line(name) or "제목 없음", "제목이 없어 파일 이름을 제목으로 썼습니다."
