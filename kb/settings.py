"""The settings: one frozen object, made once at start from the environment and the command line.

Nothing else in the project reads the environment. ``docs/settings.md`` is generated from this table.
"""

from __future__ import annotations

import os
import re
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote, urlsplit, urlunsplit

from pydantic import Field, ValidationError, field_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

from index.opensearch_settings import OpenSearchSettings
from kb.errors import UsageError, os_reason

PREFIX = "KB_"
SQLITE_FILE = "kb.sqlite3"
NOT_SETTINGS = {"KB_TEST_REQUIRE", "KB_TEST_POSTGRESQL_URL", "KB_TEST_OPENSEARCH"}  # read by the test suite alone

PORTS = {"http": 80, "https": 443}
HOST = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*|[0-9a-f:.]*:[0-9a-f:.]*")
SITE_FORM = "이름과 포트까지의 주소를 적으십시오(예: https://kb.example.kr). 그 아래의 폴더에는 둘 수 없습니다."


class Settings(BaseSettings):
    """Each field is set by the environment variable ``KB_`` + its name in capitals."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    data_dir: Path = Field(Path("var"), description="폴더: 데이터베이스와 색인이 놓이는 곳")
    database_url: str | None = Field(
        None,
        repr=False,  # may hold a password
        description="데이터베이스 주소(postgresql://사용자@서버/이름). 없으면 데이터 폴더의 SQLite",
    )
    database_password_file: Path | None = Field(
        None, description="데이터베이스의 비밀번호가 적힌 파일. 있으면 주소에 비밀번호를 적지 않아도 됨"
    )
    database_pool: int = Field(8, ge=1, le=200, description="PostgreSQL에서 프로세스마다 읽기에 두는 연결의 수")
    database_seconds: float = Field(
        30, ge=0, le=3600, description="PostgreSQL에서 읽는 명령 하나에 주는 시간(초). 0이면 끝이 없음"
    )
    engine: str = Field("whoosh", description="검색 엔진 이름")
    opensearch_urls: str = Field(
        "http://127.0.0.1:9200",
        description="OpenSearch 노드의 주소(쉼표로 나눔). 한 노드가 멈추면 다음 노드에 물음",
    )
    opensearch_user: str | None = Field(None, description="OpenSearch 사용자 이름")
    opensearch_password: str | None = Field(None, repr=False, description="OpenSearch 비밀번호")
    opensearch_password_file: Path | None = Field(None, description="OpenSearch 비밀번호만 담긴 파일")
    opensearch_api_key: str | None = Field(
        None, repr=False, description="OpenSearch API 키. 있으면 비밀번호 대신 씁니다"
    )
    opensearch_ca_file: Path | None = Field(
        None, description="OpenSearch의 인증서를 확인할 인증 기관 파일. 없으면 시스템의 목록"
    )
    opensearch_prefix: str = Field(
        "trade-control-kb",
        pattern=r"^[a-z0-9][a-z0-9_-]{0,99}$",
        description="OpenSearch 색인과 별칭 이름의 앞머리. 한 클러스터에 여러 지식베이스를 둘 때 다르게 정합니다",
    )
    opensearch_shards: int = Field(1, ge=1, le=1024, description="새로 만드는 OpenSearch 색인의 샤드 수")
    opensearch_replicas: int = Field(
        1, ge=0, le=20, description="샤드마다 더 두는 사본의 수. 1이면 노드 하나를 잃어도 잃는 것이 없음"
    )
    opensearch_refresh: str = Field(
        "-1",
        pattern=r"^(-1|\d+(ms|s|m))$",
        description="OpenSearch가 스스로 새로 고치는 간격. -1이면 변경을 마칠 때마다만",
    )
    opensearch_bulk_docs: int = Field(500, ge=1, le=10_000, description="한 요청에 보내는 글의 최대 수")
    opensearch_bulk_bytes: int = Field(
        8_000_000, ge=10_000, le=90_000_000, description="한 요청에 보내는 글의 최대 크기(바이트)"
    )
    opensearch_seconds: float = Field(30, ge=1, le=600, description="OpenSearch에 보낸 요청 하나를 기다리는 시간(초)")
    opensearch_retries: int = Field(
        8, ge=0, le=30, description="답하는 노드가 없거나 바쁠 때 다시 묻는 횟수. 사이의 쉼은 점점 길어짐"
    )
    jobs: int = Field(2, ge=1, le=64, description="형태소 분석에 쓰는 스레드 수")
    max_post_bytes: int = Field(4_000_000, ge=1_000, description="글 한 편의 최대 크기(바이트)")
    max_post_chars: int = Field(100_000, ge=1_000, description="글 한 편에서 읽어 내는 본문의 최대 글자 수")
    host: str = Field("127.0.0.1", description="웹 서버가 듣는 주소")
    port: int = Field(8000, ge=0, le=65535, description="웹 서버가 듣는 포트")
    site_url: str = Field(
        "",
        description="사용자가 쓰는 사이트의 주소(https://kb.example.kr). 피드, 내려받은 파일, 인용의 링크가 이것으로 "
        "시작함. 없으면 요청의 Host를 따름",
    )
    threads: int = Field(4, ge=1, le=64, description="웹 서버의 프로세스마다의 작업 스레드 수")
    answer_cache: int = Field(
        32_000_000,
        ge=0,
        description="프로세스마다 기억해 두는 검색 답의 크기(바이트). 색인이나 글이 바뀌면 잊음. 0이면 안 함",
    )
    workers: int = Field(0, ge=0, le=64, description="웹 서버의 프로세스 수. 0이면 코어 수만큼, 많아야 4")
    stuck_seconds: float = Field(
        30, ge=0, le=3600, description="움직이지 않는 웹 서버 프로세스를 끝내고 새로 띄우기까지의 시간(초). 0이면 둠"
    )
    access: Literal["local", "open", "token", "proxy"] = Field(
        "local",
        description="들어올 수 있는 사람. local: 이 컴퓨터에서만, token: 접근 토큰, proxy: 프록시가 알려 준 사용자, "
        "open: 누구나",
    )
    trusted_proxies: str = Field(
        "", description="믿는 프록시의 주소(쉼표로 나눈 IP나 CIDR). 이 주소에서 온 X-Forwarded-For와 -Proto만 씁니다"
    )
    proxy_user_header: str = Field("X-Forwarded-User", description="KB_ACCESS=proxy에서 사용자의 이름을 담은 헤더")
    metrics: Literal["token", "local"] = Field(
        "token",
        description="KB_ACCESS가 local이 아닐 때 /metrics를 읽는 길. token: metrics 범위의 토큰, "
        "local: 이 컴퓨터에서는 토큰 없이도(이 컴퓨터의 프록시가 남의 요청을 넘기지 않을 때만)",
    )
    secret_file: Path | None = Field(
        None, description="로그인 쿠키에 서명하는 열쇠의 파일. 없으면 데이터 폴더의 access.key를 만들어 씁니다"
    )
    session_hours: int = Field(12, ge=1, le=720, description="브라우저의 로그인이 이어지는 시간")
    rate_limits: Literal["auto", "on", "off"] = Field(
        "auto", description="사용자마다의 요청 수 제한. auto: KB_ACCESS=local이면 없고 그 밖에는 있음"
    )
    rate_search: int = Field(120, ge=1, le=100_000, description="1분에 받는 검색의 수(사용자마다)")
    rate_suggest: int = Field(600, ge=1, le=100_000, description="1분에 받는 검색어 제안의 수(사용자마다)")
    rate_export: int = Field(20, ge=1, le=100_000, description="1분에 받는 내려받기의 수(사용자마다)")
    rate_page: int = Field(600, ge=1, le=100_000, description="1분에 받는 그 밖의 요청의 수(사용자마다)")
    search_seconds: float = Field(
        20, ge=0, le=600, description="검색 하나에 주는 시간(초). 넘으면 그만두고 503으로 답합니다. 0이면 끝이 없음"
    )
    export_rows: int = Field(10_000, ge=1, le=1_000_000, description="검색 결과를 내려받는 파일에 담는 글의 수")
    exports_at_once: int = Field(2, ge=1, le=64, description="웹 서버의 프로세스마다 한꺼번에 만드는 파일의 수")

    log_format: Literal["text", "json"] = Field(
        "text", description="기록의 꼴. text: 사람이 읽는 줄, json: 한 줄에 하나"
    )
    log_level: Literal["debug", "info", "warning", "error"] | None = Field(
        None, description="이보다 덜 중한 것은 기록하지 않음. 없으면 kb serve는 info, 다른 명령은 warning"
    )
    slow_ms: int = Field(
        1000, ge=0, description="이보다 오래 걸린 검색과 요청은 물은 것과 함께 기록(밀리초). 0이면 안 함"
    )

    @field_validator("site_url")
    @classmethod
    def _own_address(cls, given: str) -> str:
        return web_address(given) if given else ""

    @property
    def database(self) -> str:
        """SQLAlchemy's address of the database."""
        address = self.database_url or f"sqlite:///{self.data_dir / SQLITE_FILE}"
        return with_password(address, self.database_password_file) if self.database_password_file else address

    @property
    def index_dir(self) -> Path:
        return self.data_dir / "index"

    @property
    def _opensearch_password(self) -> str | None:
        file = self.opensearch_password_file
        return secret_in(file, "KB_OPENSEARCH_PASSWORD_FILE") if file else self.opensearch_password

    @property
    def opensearch(self) -> OpenSearchSettings:
        return OpenSearchSettings(
            urls=tuple(filter(None, (url.strip() for url in self.opensearch_urls.split(",")))),
            user=None if self.opensearch_api_key else self.opensearch_user,
            password=self._opensearch_password,
            api_key=self.opensearch_api_key,
            ca_file=self.opensearch_ca_file,
            prefix=self.opensearch_prefix,
            shards=self.opensearch_shards,
            replicas=self.opensearch_replicas,
            refresh=self.opensearch_refresh,
            bulk_docs=self.opensearch_bulk_docs,
            bulk_bytes=self.opensearch_bulk_bytes,
            timeout=self.opensearch_seconds,
            retries=self.opensearch_retries,
        )


def web_address(given: str) -> str:
    """Scheme, host and port as browsers name a site. Raises ValueError: our pages are at the root of their host."""
    try:
        parts = urlsplit(given.rstrip("/"))
        host, port = (parts.hostname or "").encode("idna").decode(), parts.port
    except ValueError as error:
        raise ValueError(SITE_FORM) from error
    bare = "@" not in parts.netloc and not (parts.path or parts.query or parts.fragment)
    if not (bare and parts.scheme in PORTS and HOST.fullmatch(host)):
        raise ValueError(SITE_FORM)
    named = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{named}" + ("" if port in (None, PORTS[parts.scheme]) else f":{port}")


def secret_in(file: Path, variable: str) -> str:
    """What a file holds, for the variable that names it. Raises UsageError."""
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = os_reason(error) if isinstance(error, OSError) else "글자가 아닙니다"
        raise UsageError(f"{variable}={file}: 읽을 수 없습니다 ({reason})") from error


def with_password(address: str, file: Path) -> str:
    """The address with the password that stands in a file. Raises UsageError."""
    password = secret_in(file, "KB_DATABASE_PASSWORD_FILE")
    parts = urlsplit(address)
    user, at, place = parts.netloc.rpartition("@")
    if not at or ":" in user:
        raise UsageError(
            "KB_DATABASE_PASSWORD_FILE은 KB_DATABASE_URL에 사용자만 있을 때 씁니다: postgresql://사용자@서버/이름"
        )
    return urlunsplit(parts._replace(netloc=f"{user}:{quote(password, safe='')}@{place}"))


def load_settings(**overrides: Any) -> Settings:
    """The settings of this process; ``overrides`` are the command line's, None means not given.

    Raises UsageError naming the variable and the value that is wrong, or a ``KB_`` variable that is none.
    """
    unknown = sorted(
        name
        for name in os.environ
        if name.startswith(PREFIX)
        and name not in NOT_SETTINGS
        and name.removeprefix(PREFIX).lower() not in Settings.model_fields
    )
    if unknown:
        raise UsageError(f"알 수 없는 환경 변수 {unknown[0]}. {_meant(unknown[0])}")
    try:
        return Settings(**{name: value for name, value in overrides.items() if value is not None})
    except ValidationError as error:
        first = error.errors()[0]
        name = PREFIX + str(first["loc"][0]).upper()
        raise UsageError(f"{name}={first['input']!r}: {_wanted(first)}") from error


def _meant(unknown: str) -> str:
    near = get_close_matches(unknown, [PREFIX + name.upper() for name in Settings.model_fields], n=3)
    return f"혹시 {', '.join(near)}?" if near else "쓸 수 있는 것은 docs/settings.md에 있습니다."


def _wanted(error: ErrorDetails) -> str:
    """What a setting has to be, in Korean; pydantic's own words for what is seldom."""
    bounds = error.get("ctx", {})
    match error["type"]:
        case "literal_error":
            return f"쓸 수 있는 것은 {str(bounds['expected']).replace(' or ', ', ')}입니다."
        case "int_parsing" | "int_from_float":
            return "정수를 적으십시오."
        case "float_parsing":
            return "수를 적으십시오."
        case "greater_than_equal":
            return f"{bounds['ge']} 이상이어야 합니다."
        case "less_than_equal":
            return f"{bounds['le']} 이하여야 합니다."
        case "string_pattern_mismatch":
            return f"이 꼴이어야 합니다: {bounds['pattern']}"
        case "value_error":
            return str(bounds["error"])
        case _:
            return error["msg"]
