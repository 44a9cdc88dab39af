"""Sentences that come in Korean from elsewhere (notes of the service, refusals), said in the page's language.

They are fixed but for a few words, so each is a message with places; a text is held against them. What is
not among them is shown as it came, marked as Korean.
"""

from __future__ import annotations

import re
from functools import cache

from markupsafe import Markup

from index.particles import with_particles
from web.language.catalog import gettext
from web.language.catalog import noop as n_
from web.language.choice import english
from web.language.content import HANGUL, in_korean

PLACE = re.compile(r"%\\?\((\w+)\\?\)s")
PARTICLE = re.compile(r"([이은을와])\\\(([가는를과])\\\)|\\\(([이으])\\\)(?=[라로])")  # as re.escape leaves them

SENTENCES: tuple[str, ...] = (
    # index.query
    n_("‘%(text)s’에는 찾을 낱말이 없어 무시했습니다."),
    n_("‘%(text)s’에 해당하는 %(kind)s이(가) 없습니다."),
    n_("검색어가 길어 앞의 %(n)s개 낱말까지만 읽었습니다."),
    n_("검색어가 길어 앞의 %(n)s자까지만 읽었습니다."),
    n_("따옴표가 짝이 맞지 않아 따옴표 하나를 무시했습니다."),
    n_("‘*’는 낱말의 앞부분 뒤에서만 뜻이 있어 무시했습니다. 이렇게 쓰십시오: 수출*"),
    n_("‘%(name)s:’는 아는 조건이 아니어서 낱말로 읽었습니다. 쓸 수 있는 조건: %(names)s"),
    n_("여는 괄호가 없는 닫는 괄호를 무시했습니다."),
    n_("OR는 두 낱말 사이에 쓰입니다. 짝이 없는 OR를 무시했습니다."),
    n_("OR는 나란히 쓴 낱말들을 한 덩어리로 보고 나눕니다. 다르게 묶으려면 괄호를 쓰십시오."),
    n_("AND는 두 낱말 사이에 쓰입니다. 짝이 없는 AND를 무시했습니다."),
    n_("뺄 낱말이 없는 ‘-’를 무시했습니다."),
    n_("괄호는 %(n)s겹까지만 읽습니다."),
    n_("닫는 괄호가 없어 끝에서 닫은 것으로 읽었습니다."),
    n_("조건에 값이 없어 무시했습니다. 이렇게 쓰십시오: 기관:관세청"),
    n_("‘%(text)s’는 날짜로 읽을 수 없어 낱말로 찾습니다. 이렇게 쓰십시오: 날짜:2024-07..2024-08"),
    n_("낱말이 함께 있는 글이 없어, 하나라도 있는 글을 찾았습니다."),
    n_("그대로 이어진 말이 있는 글이 없어, 낱말을 나누어 찾았습니다."),
    # kb.search
    n_("'%(value)s'에 해당하는 값이 없어 이 조건에 맞는 글이 없습니다."),
    n_("찾을 낱말이 없어 모든 글을 보입니다."),
    n_("이 말이 있는 글이 없습니다: %(words)s"),
    n_("‘%(agency)s’(이)라는 기관의 번호가 없습니다. 기관은 옛 이름과 약칭으로도 찾습니다."),
    n_("번호가 아주 많아 최근에 확인한 %(n)s개만 다룹니다."),
    n_("이름을 바꿈"),
    n_("나뉘어 나옴"),
    n_("합쳐짐"),
    n_("찾는 말"),
    n_("구절"),
    n_("앞부분이 같은 말"),
    n_("제목에서 찾는 말"),
    n_("거르는 조건"),
    n_("빼는 말"),
    n_("기능어 (찾지 않음)"),
    n_("낱말의 무게 (BM25)"),
    n_("찾는 말을 담은 몫"),
    n_("낱말 사이의 가까움"),
    n_("적힌 글자와 같음"),
    n_("나란히 이어짐"),
    # kb.knowledge, kb.store
    n_("그런 %(kind)s이(가) 없습니다: %(name)s"),
    n_("그런 글이 없습니다: %(post)s"),
    n_("'%(source)s'(이)라는 글 모음이 없습니다. 있는 것: %(found)s"),
    n_("검색 색인이 없거나 읽을 수 없습니다. kb ingest 또는 kb reindex를 실행하십시오."),
    n_("데이터베이스에 연결할 수 없습니다. 데이터베이스 서버를 확인하십시오."),
    # web.params and those who read them
    n_("%(parameter)s: 한 번만 쓸 수 있습니다."),
    n_("%(parameter)s: %(n)s자까지 쓸 수 있습니다(받은 글자 수 %(given)s)."),
    n_("%(parameter)s: %(least)s에서 %(most)s 사이의 정수여야 합니다."),
    n_("%(parameter)s: %(choices)s 가운데 하나여야 합니다."),
    n_("%(parameter)s: 값 하나는 %(n)s자까지 쓸 수 있습니다."),
    n_("%(parameter)s: 값은 %(n)s개까지 쓸 수 있습니다."),
    n_("%(parameter)s: 날짜는 2024-07-15, 2024-07 또는 2024처럼 씁니다."),
    n_("%(parameter)s: 달력에 없는 날짜입니다."),
    n_("%(parameter)s: 끝나는 날(%(day)s)보다 뒤입니다."),
    n_("%(parameter)s: 페이지로는 앞의 %(n)s건까지만 넘겨 봅니다. 조건을 좁히거나 파일로 내려받으십시오."),
    n_("‘%(kind)s’(이)라는 종류는 없습니다. 있는 종류: %(kinds)s"),
    # kb.access, web.access
    n_("이 토큰으로는 할 수 없는 일입니다. 필요한 범위: %(scope)s (%(about)s)"),
    n_("글과 목록 보기, 검색, API, 피드"),
    n_("목록 전체를 파일로 내려받기"),
    n_("/metrics 읽기"),
    n_("%(parameter)s: 이 목록의 자리 표시가 아닙니다. cursor=*로 처음부터 다시 받으십시오."),
    n_("%(parameter)s: page와 함께 쓸 수 없습니다."),
    n_("‘%(name)s’(이)라는 필터는 없습니다."),
    n_("데이터베이스에 연결할 수 없습니다. 데이터베이스 서버를 확인하십시오."),
    n_("데이터베이스를 읽을 수 없습니다. kb check를 실행하십시오."),
    n_("'%(kind)s'이라는 종류는 없습니다. 쓸 수 있는 것: %(kinds)s"),
    # kb.posts: how a file was read, and why it could not be
    n_("머리말의 date '%(text)s'는 없는 날짜입니다."),
    n_("머리말의 date '%(text)s'는 없는 시각입니다."),
    n_("머리말의 date '%(text)s'를 날짜로 읽을 수 없습니다."),
    n_("파일 이름의 날짜 '%(text)s'는 없는 날짜입니다."),
    n_("%(problem)s 파일 이름의 날짜를 썼습니다."),
    n_("날짜가 없습니다. 머리말에 date를 적거나 파일 이름을 'YYYY-MM-DD-제목'으로 지어 주세요."),
    n_("CP949(EUC-KR)로 저장된 파일을 읽었습니다."),
    n_("UTF-16으로 저장된 파일을 읽었습니다."),
    n_("글이 아닌 이진(binary) 파일입니다. 글 파일이 맞는지 확인해 주세요."),
    n_("UTF-8로 읽을 수 없는 글자 %(n)s개를 '�'로 바꾸어 읽었습니다."),
    n_("글자 인코딩을 알 수 없습니다. UTF-8로 저장해 주세요."),
    n_("UTF-16 표시(BOM)가 있으나 UTF-16으로 읽을 수 없습니다."),
    n_("머리말을 닫는 '---' 줄이 없어 필드가 끝나는 곳까지를 머리말로 읽었습니다."),
    n_("머리말(front matter)이 없어 본문만 읽었습니다."),
    n_("제목이 없어 파일 이름을 제목으로 썼습니다."),
    n_("제목이 없어 본문의 첫 소제목을 제목으로 썼습니다."),
    n_("파일이 너무 큽니다 (%(size)s MB). 한도는 %(most)s MB입니다."),
    n_("빈 파일입니다."),
    n_("읽는 사이에 파일이 사라졌습니다."),
    n_("폴더 밖을 가리키는 링크는 따라가지 않습니다."),
    n_("폴더를 가리키는 링크는 따라가지 않습니다."),
    n_("링크가 가리키는 파일이 없습니다."),
    n_("일반 파일이 아니어서(장치, 파이프 등) 읽지 않았습니다."),
    n_("파일 이름이 UTF-8이 아니어서 읽지 않았습니다."),
    n_("숨김 파일은 읽지 않습니다."),
    n_("Jekyll이 만든 폴더는 읽지 않습니다."),
    n_("'%(path)s' 폴더를 읽을 권한이 없습니다."),
    # what parameters are about (the page of the API)
    n_("%(name)s 조건. 되풀이하면 그 가운데 하나"),
    n_("뺄 %(name)s"),
    n_("%(least)s~%(most)s, 기본 %(default)s"),
    n_("%(choices)s, 기본 %(default)s"),
    n_("2024-07-15, 2024-07 또는 2024"),
    n_("되풀이할 수 있음, %(n)s개까지"),
    n_("%(n)s자까지"),
)


@cache
def patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Those with more words of their own come first, so that "%(n)s자까지" does not take what another says better."""
    ordered = sorted(SENTENCES, key=lambda sentence: -len(PLACE.sub("", sentence)))
    return tuple((re.compile(_pattern(sentence), re.DOTALL), sentence) for sentence in ordered)


def _pattern(sentence: str) -> str:
    return PARTICLE.sub(_either, PLACE.sub(r"(?P<\1>.+?)", re.escape(sentence)))


def _either(found: re.Match[str]) -> str:
    """이(가) is written as it stands, or as 이 or 가."""
    return f"(?:{found[0]}|{found[1]}|{found[2]})" if found[1] else f"(?:{found[0]}|{found[3]})?"


def told(text: str) -> Markup | str:
    if not english() or not HANGUL.search(text):
        return with_particles(text)
    if (known := gettext(text)) != text:
        return known
    for pattern, sentence in patterns():
        if found := pattern.fullmatch(text):
            said = Markup(gettext(sentence))  # noqa: S704 - the catalog is ours; what goes into its places is escaped
            return said % {name: _part(value) for name, value in found.groupdict().items()}
    return in_korean(text)


def plain_told(text: str) -> str:
    """The same as text of a file: no marks."""
    said = told(text)
    return said.striptags() if isinstance(said, Markup) else said


def _part(value: str) -> Markup | str:
    """A word in a place may itself be one of ours (the name of a kind), or a list of them."""
    said = [gettext(part) if part else "" for part in value.split(", ")]
    return Markup(", ").join(in_korean(part) for part in said)
