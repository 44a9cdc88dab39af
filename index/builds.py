"""Builds: what an index build is called and what its manifest says.

A build is an index made aside, sealed by a manifest that is written last, and from then on changed by
the sync step only. Knows nothing of engines or of where builds are kept.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import secrets
from dataclasses import asdict, dataclass

from index.errors import BuildRefused, IndexBroken

FIELDS_VERSION = 2
"""Number of the field table. A change of ``index.fields`` or of what engines store needs a new one."""

_ID = re.compile(r"(\d{14})-s(\d+)-([0-9a-z]{1,12})-([0-9a-z]{2})")
_STAMP = "%Y%m%d%H%M%S"
_ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class BuildManifest:
    """What a build was made from. Never changes; the sync cursor, which moves, is the store's.

    ``seq0`` is the change number of the store from which changes have to be replayed; ``checks`` are
    the findings of the verification before sealing.
    """

    build: str
    engine: str
    fingerprint: str
    fields_version: int
    documents: int
    seq0: int
    created: str
    checks: tuple[str, ...] = ()

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, indent=1) + "\n"

    def check_made_with(self, fingerprint: str | None) -> None:
        """Raises ``BuildRefused`` when the build is of another analysis; None asks for none."""
        if fingerprint not in (None, self.fingerprint):
            raise BuildRefused(f"{self.build} was made with analysis {self.fingerprint}, not {fingerprint}")

    @classmethod
    def from_json(cls, text: str) -> BuildManifest:
        """Raises ``IndexBroken`` for anything that ``to_json`` did not write."""
        try:
            raw = json.loads(text)
            return cls(**{**raw, "checks": tuple(raw["checks"])})
        except (ValueError, TypeError, KeyError) as error:
            raise IndexBroken(f"a manifest cannot be read: {error}") from error


@dataclass(frozen=True, slots=True)
class BuildInfo:
    """A sealed build and the part it plays."""

    manifest: BuildManifest
    live: bool
    previous: bool
    size: int


def new_build_id(fingerprint: str, now: dt.datetime | None = None, after: str | None = None) -> str:
    """``20261122104500-s3-a91f2c-7k``: UTC time (so that ids sort by age), field table, analysis, two random signs.

    ``after`` is the newest build there is: the new one sorts behind it, also when the clock was put back.
    Lower case only, since it names an index in engines that demand it.
    """
    moment = (now or dt.datetime.now(dt.UTC)).astimezone(dt.UTC).replace(microsecond=0, tzinfo=None)
    if after is not None:
        moment = max(moment, dt.datetime.strptime(after[:14], _STAMP) + dt.timedelta(seconds=1))  # noqa: DTZ007 # UTC
    stamp = moment.strftime(_STAMP)
    short = re.sub(r"[^0-9a-z]", "", fingerprint.lower())[:6] or "0"
    return f"{stamp}-s{FIELDS_VERSION}-{short}-{''.join(secrets.choice(_ALPHABET) for _ in range(2))}"


def is_build_id(name: str) -> bool:
    return _ID.fullmatch(name) is not None


def utc_now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
