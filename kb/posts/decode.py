"""Owns bytes to characters: UTF-8 with or without BOM, UTF-16 with BOM, CP949. Knows no front matter."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_HANGUL = re.compile(r"[가-힣ㄱ-ㅣ一-龥]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """Line breaks are ``\\n``; ``note`` tells a repair, in Korean."""

    text: str
    note: str | None = None


class NotText(Exception):
    """Why the bytes are no text, in Korean."""


def decode(data: bytes) -> Decoded:
    """Raises NotText for what is binary or in an encoding that cannot be told."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _checked(_utf16(data), "UTF-16으로 저장된 파일을 읽었습니다.")
    if b"\0" in data:
        raise NotText("글이 아닌 이진(binary) 파일입니다. 글 파일이 맞는지 확인해 주세요.")
    try:
        return _checked(data.decode("utf-8-sig"), None)
    except UnicodeDecodeError:
        return _legacy(data)


def _utf16(data: bytes) -> str:
    try:
        return data.decode("utf-16")
    except UnicodeDecodeError:
        raise NotText("UTF-16 표시(BOM)가 있으나 UTF-16으로 읽을 수 없습니다.") from None


def _legacy(data: bytes) -> Decoded:
    """CP949 when it reads as Korean; UTF-8 with a few broken letters when that is what it is."""
    lenient = data.decode("utf-8-sig", errors="replace")
    broken = lenient.count("\ufffd")
    if broken * 20 < len(_NOT_ASCII.findall(lenient)):
        return _checked(lenient, f"UTF-8로 읽을 수 없는 글자 {broken}개를 '�'로 바꾸어 읽었습니다.")
    try:
        text = data.decode("cp949")
    except UnicodeDecodeError:
        raise NotText("글자 인코딩을 알 수 없습니다. UTF-8로 저장해 주세요.") from None
    if len(_HANGUL.findall(text)) * 2 < len(_NOT_ASCII.findall(text)):
        raise NotText("글자 인코딩을 알 수 없습니다. UTF-8로 저장해 주세요.")
    return _checked(text, "CP949(EUC-KR)로 저장된 파일을 읽었습니다.")


def _checked(text: str, note: str | None) -> Decoded:
    if len(_CONTROLS.findall(text[:100_000])) * 100 > len(text[:100_000]) or "\0" in text:
        raise NotText("글이 아닌 이진(binary) 파일입니다. 글 파일이 맞는지 확인해 주세요.")
    return Decoded(text.replace("\r\n", "\n").replace("\r", "\n"), note)
