"""What leaves the site names it as the settings do, whatever a client or a proxy calls it."""

from __future__ import annotations

import io
import zipfile

import pytest
from access_sites import Make, Site
from flask.testing import FlaskClient
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from kb.errors import UsageError
from kb.knowledge import KnowledgeBase
from kb.settings import load_settings

OURS, THEIRS = "https://kb.example.kr", "evil.example"
LEAVING = [
    "/search.csv?q=관세",
    "/search.xlsx?q=관세",
    "/search.atom?q=관세",
    "/entities/agency.csv",
    "/entities/agency/관세청.atom",
    "/directory.csv",
    "/directory.xlsx",
    "/directory.vcf",
    "/api/v1/search?q=관세&cursor=*&per_page=1",
]


def everything(client: FlaskClient, address: str) -> str:
    """Headers and text, also of the parts of a workbook."""
    with client.get(address, headers={"Host": THEIRS}) as answer:
        assert answer.status_code == 200, address
        head, body = str(answer.headers), answer.data
    if ".xlsx" not in address:
        return head + body.decode()
    with zipfile.ZipFile(io.BytesIO(body)) as parts:
        return head + "".join(parts.read(name).decode() for name in parts.namelist())


def citation(knowledge: KnowledgeBase) -> str:
    return f"/posts/{next(iter(knowledge.entity('agency', '관세청').mentions)).post}/cite.bib"


def test_set_it_is_what_everything_that_leaves_says(make: Make, knowledge: KnowledgeBase) -> None:
    client = make(access="open", rate_limits="off", site_url=OURS).client()
    for address in (*LEAVING, citation(knowledge)):
        told = everything(client, address)
        assert f"{OURS}/" in told, address
        assert THEIRS not in told, address


def test_unset_the_request_says_it(make: Make, knowledge: KnowledgeBase) -> None:
    client = make(access="open", rate_limits="off").client()
    for address in (*LEAVING, citation(knowledge)):
        assert f"http://{THEIRS}/" in everything(client, address), address


def test_a_feed_knows_its_own_address(make: Make) -> None:
    client = make(access="open", rate_limits="off", site_url=OURS).client()
    told = client.get("/search.atom?q=관세&topic=X%26Y").text
    assert f'href="{OURS}/search.atom?q=%EA%B4%80%EC%84%B8&amp;topic=X%26Y"' in told


def sign_in(site: Site, origin: str) -> int:
    client = site.client()
    page = HTMLParser(client.get("/sign-in").text)
    sent = {n.attributes["name"] or "": n.attributes.get("value") or "" for n in page.css("form[method=post] input")}
    return client.post("/sign-in", data=sent | {"token": site.token()}, headers={"Origin": origin}).status_code


def test_a_browser_that_knows_the_site_by_this_name_may_sign_in(make: Make) -> None:
    """A proxy that puts its own Host does not keep people out; other sites stay out."""
    site = make(access="token", rate_limits="off", site_url=OURS)
    assert sign_in(site, OURS) == 303
    assert sign_in(site, "https://localhost") == 303  # by the name of the request, as before
    for origin in ("https://evil.example", "http://kb.example.kr", "https://kb.example.kr.evil.example", "null"):
        assert sign_in(site, origin) == 403


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("", ""),
        (OURS, OURS),
        (f"{OURS}/", OURS),
        ("https://KB.example.kr:443", OURS),
        ("http://10.0.0.5:8000", "http://10.0.0.5:8000"),
        ("http://[::1]:8000/", "http://[::1]:8000"),
        ("https://무역안보.kr", "https://xn--v92b25az0n3sa.kr"),
    ],
)
def test_an_address_is_kept_as_browsers_name_it(given: str, kept: str) -> None:
    assert load_settings(site_url=given).site_url == kept


@pytest.mark.parametrize(
    "given",
    [
        "kb.example.kr",
        "//kb.example.kr",
        "ftp://kb.example.kr",
        "https://",
        "https://kb.example.kr/kb",
        "https://kb.example.kr?q=1",
        "https://user@kb.example.kr",
        "https://kb.example.kr:port",
        "https://kb.example.kr:99999",
        "https://kb example.kr",
        'https://kb.example.kr"><script>',
        "https://[::1",
        "https://a..b",
    ],
)
def test_what_is_no_address_is_refused(given: str) -> None:
    with pytest.raises(UsageError, match=r"KB_SITE_URL=.*주소를 적으십시오"):
        load_settings(site_url=given)
