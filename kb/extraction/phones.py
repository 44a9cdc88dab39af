"""Telephone numbers printed in a text, each as it is dialled inside Korea.

Owns the shapes of numbers and what tells a number from a date, a fax or an account. Must not know
whose number it is.
"""

from __future__ import annotations

import re
from collections.abc import Container, Generator, Iterator
from dataclasses import dataclass
from functools import lru_cache

import phonenumbers

_HYPHENS = "-‐‑‒–—―−－﹣"
_FOLD = str.maketrans(
    {**{chr(0xFF10 + n): str(n) for n in range(10)}, **dict.fromkeys(_HYPHENS, "-"), "（": "(", "）": ")", "．": "."}
    | dict.fromkeys("～∼〜˜", "~")
)
_FOLDED = re.compile("[" + re.escape("".join(map(chr, _FOLD))) + "]")
_AREA = r"2|3[1-3]|4[1-4]|5[1-5]|6[1-4]|70|80|60|50[2-8]?|1[016-9]"
_SEP = r"\s?[-.)·]?\s?"
_FULL = re.compile(
    rf"(?:(?<![\d,./=%#@-])|(?<=[A-Za-z]\.))(?:\+\s?82{_SEP}\(?0?\)?"
    rf"|\(?0)(?P<area>{_AREA}){_SEP}(?P<mid>\d{{3,4}}){_SEP}(?P<last>\d{{4}})(?![\d@])"
)
_LAST_DIGITS = re.compile(r"\d{3}\D{0,3}\d{4}")
_NATIONAL = re.compile(
    r"(?<![\d,./=-])(?P<mid>1522|1533|1544|1551|1555|1566|1577|1588|1599|16(?:00|44|55|60|61|66|68|70|77|80|88|99)"
    r"|18(?:00|11|22|33|44|51|55|66|77|99))(?P<sep>\s?[-.]\s?|\s?)(?P<last>\d{4})(?![\d@]|,\d|\s?[년원명만억개%])"
)
_SHORT = re.compile(r"(?<![\d,.:\-~/])(?P<code>1\d{2,3})(?![\d:~%]|[,.-]\d|\s?[년원명만억개건%천㎡㎞])")
_MORE = re.compile(
    r"(?:\s?\((?!평일|주말|내선|대표|무료)[가-힣]{2,4}(?: [가-힣]{2,4})?\))?\s?"
    r"(?:[,·ㆍ‧・/、&]|및|또는)\s?\(?-?(?P<last>\d{4})(?![\d]|\s?[년원명만억개%-])"
)
_RANK = r"(?:과장|팀장|사무관|서기관|주무관|연구관)"
_EXTENSION = re.compile(
    r"\)\s?(?:[,·/]|및|또는)?\s?"
    r"(?:[가-힣A-Za-z0-9·]{2,16}(?:과|팀|실|국|관|단|TF)(?=\s?\(|\s[가-힣]))?\s?"
    rf"(?:{_RANK} [가-힣]{{2,4}}|[가-힣]{{2,4}} {_RANK})?"
    r"\s?\((?:☎\s?)?(?P<last>\d{4})(?=[),])"
)  # …, 무역안보심사과(4850), 기술안보과 홍길동 사무관(☎ 4853)
_RANGE = re.compile(r"\s?~\s?(?P<end>\d{1,4})(?!\d)")

_FAX_BEFORE = re.compile(
    r"(?:팩스|팩시밀리|모사전송|FAX|Fax|fax|(?<![A-Za-z/])F(?=\s?[.:]))\s?(?:번호)?\s?[):：.\]]{0,2}\s?\(?$"
)
_FAX_AFTER = re.compile(r"\s?[(\[]?\s?(?:팩스|FAX|Fax|fax)\s?[)\]](?!\s?[:：]?\s?\(?0\d)")
_NO_PHONE_BEFORE = re.compile(
    r"(?:계좌(?:번호)?|은행|농협|우체국|예금주|등록번호|사업자번호|사업자등록|허가번호|신고번호|주민번호"
    r"|주민등록번호|통신판매"
    r"|고유번호|인증번호|접수번호|관리번호|법률|고시|제)\s?[:：(]?\s?(?:제\s?)?$"
)
_QUOTES = tuple("'\"‘’“”")
_CALL_BEFORE = re.compile(
    r"(?:☎|☏|📞|📱|전화(?:번호)?|국번\s?없이|콜센터|상담센터|고객센터|신고센터|상담소|상담전화|긴급전화|직통번호"
    r"|직통전화|핫라인|헬프콜"
    r"|콜|TEL|Tel|연락처|문의처?|번호)\s?(?:는|은|인|도)?\s?[:：(\[‘'“\"]{0,2}\s?(?:국번\s?없이\s?)?[☎☏📞]?\s?$"
)
_CALL_AFTER = re.compile(
    r"\s?(?:번)?[)\]’'”\"]?\s?(?:으?로|에|에서)\s?(?:즉시 |바로 |직접 |언제든지? )?(?:전화|문의|연락|상담"
    r"|신고(?:하(?:세요|시|면|기|도록|는 것|십)|해\s?(?:주|야|달)|를? (?:바|부탁|당부)|할 수|바랍|해\b|\s?[,.]))"
    r"|\s?번?\s?(?:콜센터|상담전화|상담센터)"
)
_RUN_ON_BEFORE = re.compile(r"(?:☎|☏|📞|전화|번호|콜센터|센터|문의|연락)[^\d\n]{0,6}$")


_REPORT_TAKER = re.compile(
    r"(?:국가정보원|국정원|경찰청?|해양경찰청?|해경|소방청?|소방서|관세청|세관|국세청|방첩사령부|방첩사|금융감독원|금감원|선관위"
    r"|(?:신고|상담|콜|고객)\s?센터|신고|상담)\s?[(:：]?\s?$"
)
_REPORT = re.compile(r"신고\s?(?:전화|센터|번호|는|하|할|해|바랍|부탁)|제보|상담|문의")
_LISTED_AFTER = re.compile(r"\s?번?\s?(?:[),·/\n]|$|(?:으?로|에)(?![가-힣]))")
_REPORT_REACH = 60
_PHONE_COLUMN = re.compile(r"(?:전화|연락처|번호|문의처?|신고|콜센터)[^\n]{0,40}\n")


@dataclass(frozen=True, slots=True)
class Phone:
    """A number at its place. ``text[start:end]`` is what is printed for it, perhaps only the last four digits."""

    start: int
    end: int
    number: str
    rule: str
    confidence: float


def find_phones(text: str, hotlines: Container[str]) -> list[Phone]:
    """All numbers in reading order, fax numbers left out."""
    folded = text.translate(_FOLD) if _FOLDED.search(text) else text
    found = [*_full(folded), *_national(folded), *_short(folded, hotlines)]
    found.sort(key=lambda p: (p.start, -p.end))
    return list(_apart(found))


def _apart(found: list[Phone]) -> Iterator[Phone]:
    """Drops what lies within another number; the lines of one range share their place."""
    end, span = -1, (-1, -1)
    for phone in found:
        if phone.start >= end or (phone.start, phone.end) == span:
            end, span = phone.end, (phone.start, phone.end)
            yield phone


def _full(text: str) -> Iterator[Phone]:
    if not _LAST_DIGITS.search(text):
        return
    met = list(_FULL.finditer(text))
    spoken = {m["mid"] + m["last"] for m in met if _is_quoted(text, m.start(), m.end())}
    for m in met:
        area, mid, last = "0" + m["area"], m["mid"], m["last"]
        if mid + last in spoken or _is_excluded(text, m.start(), m.end()) or not _dialable(area + mid + last):
            continue
        start = m.start() + (text[m.start()] == "(" and ")" not in m.group())
        yield Phone(start, m.end(), f"{area}-{mid}-{last}", "phone:number", 0.99)
        yield from _continued(text, m.end(), f"{area}-{mid}", last)


def _continued(text: str, offset: int, stem: str, last: str) -> Iterator[Phone]:
    """Further last digits after a number: ``, 7934`` and ``~9``."""
    offset = yield from _ranged(text, offset, stem, last)
    more = _MORE.match(text, offset) or _EXTENSION.match(text, offset)
    while more:
        yield Phone(more.start("last"), more.end("last"), f"{stem}-{more['last']}", "phone:continued", 0.95)
        offset = yield from _ranged(text, more.end("last"), stem, more["last"])
        more = _MORE.match(text, offset) or _EXTENSION.match(text, offset)


def _ranged(text: str, offset: int, stem: str, last: str) -> Generator[Phone, None, int]:
    """The lines of ``~9`` after a number that ends in ``last``; returns where the reading stands."""
    span = _RANGE.match(text, offset)
    if span is None:
        return offset
    final = last[: 4 - len(span["end"])] + span["end"]
    for line in _lines(int(last), int(final)):
        yield Phone(span.start("end"), span.end("end"), f"{stem}-{line:04}", "phone:range", 0.8)
    return span.end()


def _lines(first: int, final: int) -> range | list[int]:
    """The further lines of a range: all of a short one, the last of a long one."""
    if not first < final:
        return []
    return range(first + 1, final + 1) if final - first <= 9 else [final]


def _national(text: str) -> Iterator[Phone]:
    for m in _NATIONAL.finditer(text):
        certain = "-" in m["sep"] or _RUN_ON_BEFORE.search(text, max(0, m.start() - 16), m.start())
        if certain and not _is_excluded(text, m.start(), m.end()):
            yield Phone(m.start(), m.end(), f"{m['mid']}-{m['last']}", "phone:national", 0.97)


def _short(text: str, hotlines: Container[str]) -> Iterator[Phone]:
    for m in _SHORT.finditer(text):
        if m["code"] in hotlines and _is_called(text, m.start(), m.end()):
            yield Phone(m.start(), m.end(), m["code"], "phone:short", 0.9)


def _is_called(text: str, start: int, end: int) -> bool:
    if _CALL_BEFORE.search(text, max(0, start - 20), start) or _CALL_AFTER.match(text, end):
        return True
    return _is_report_line(text, start, end) or _is_cell(text, start, end)


def _is_report_line(text: str, start: int, end: int) -> bool:
    """신고는 국가정보원(111), 경찰청 112: beside who takes the report, in a line that speaks of one."""
    if not _REPORT_TAKER.search(text, max(0, start - 16), start) or not _LISTED_AFTER.match(text, end):
        return False
    line, stop = text.rfind("\n", 0, start) + 1, text.find("\n", end)
    stop = min(stop if stop >= 0 else len(text), end + _REPORT_REACH)
    return _REPORT.search(text, max(line, start - _REPORT_REACH), stop) is not None


def _is_cell(text: str, start: int, end: int) -> bool:
    """A cell of its own, under a heading that says telephone."""
    if text[start - 1 : start] != "\t" or text[end : end + 1] not in ("\t", "\n", ""):
        return False
    return _PHONE_COLUMN.search(text, max(0, start - 400), start) is not None


def _is_quoted(text: str, start: int, end: int) -> bool:
    """A number that is spoken of, not offered."""
    return text[max(0, start - 1) : start] in _QUOTES and text[end : end + 1] in _QUOTES


def _is_excluded(text: str, start: int, end: int) -> bool:
    before = text[max(0, start - 14) : start]
    return _is_quoted(text, start, end) or bool(
        _FAX_BEFORE.search(before) or _NO_PHONE_BEFORE.search(before) or _FAX_AFTER.match(text, end)
    )


@lru_cache(maxsize=4096)
def _dialable(digits: str) -> bool:
    """Whether a Korean number can be so: its length by area code, no subscriber exchange that begins with 0."""
    if digits.startswith(("070", "080", "050", "060", "01")):
        return 10 <= len(digits) <= 12
    exchange = digits[2:-4] if digits.startswith("02") else digits[3:-4]
    if exchange[0] in "01":
        return False
    return phonenumbers.is_possible_number(phonenumbers.parse(digits, "KR"))
