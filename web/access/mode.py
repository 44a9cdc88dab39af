"""Whether the settings of access make sense, before anything listens."""

from __future__ import annotations

import ipaddress
from functools import lru_cache
from typing import TypeAlias

from kb.errors import UsageError
from kb.settings import Settings

Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network

NEEDS_ACCESS = (
    "{host}에서 열면 다른 컴퓨터에서도 들어올 수 있는데, 들어올 수 있는 사람이 정해지지 않았습니다. "
    "토큰을 가진 사람만: KB_ACCESS=token (kb token create 이름). 프록시가 확인한 사람만: KB_ACCESS=proxy. "
    "누구나 들어와도 되면: --open"
)
NEEDS_PROXIES = "KB_ACCESS=proxy에는 KB_TRUSTED_PROXIES가 있어야 합니다. 프록시의 주소를 적으십시오(예: 10.0.0.5)."


def check_listening(settings: Settings, host: str) -> None:
    """Raises UsageError where an address beyond this machine would be served with nobody asking who comes."""
    if settings.access == "local" and not is_loopback(host):
        raise UsageError(NEEDS_ACCESS.format(host=host or "모든 주소"))
    if settings.access == "proxy" and not networks(settings):
        raise UsageError(NEEDS_PROXIES)
    networks(settings)  # a mistyped one is told now, not by the first request


def opened(settings: Settings, is_open: bool) -> Settings:
    """With ``--open``. Raises UsageError where the settings ask for a credential."""
    if is_open and settings.access in ("token", "proxy"):
        raise UsageError(f"KB_ACCESS={settings.access}와(과) --open은 함께 쓸 수 없습니다.")
    return settings.model_copy(update={"access": "open"}) if is_open else settings


@lru_cache(maxsize=1_024)
def is_loopback(host: str) -> bool:
    """A name other than ``localhost`` may lead anywhere; "" and 0.0.0.0 lead everywhere."""
    try:
        return ipaddress.ip_address(host.strip("[]").partition("%")[0]).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def networks(settings: Settings) -> tuple[Network, ...]:
    """The proxies that are trusted. Raises UsageError."""
    given = [part.strip() for part in settings.trusted_proxies.split(",") if part.strip()]
    try:
        return tuple(ipaddress.ip_network(part, strict=False) for part in given)
    except ValueError as error:
        raise UsageError(
            f"KB_TRUSTED_PROXIES={settings.trusted_proxies}: 주소가 아닌 것이 있습니다 ({error})"
        ) from error


def limited(settings: Settings) -> bool:
    """Whether requests are counted: not for a user on his own machine, unless it is asked for."""
    return settings.rate_limits == "on" or (settings.rate_limits == "auto" and settings.access != "local")
