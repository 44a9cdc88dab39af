"""What the process says of itself: lines for a person or JSON for a collector, each with the request it belongs to.

Owns the format and the level. Knows nothing of the web: whoever begins a piece of work sets ``REQUEST``.
What is written never holds a secret: no header, no cookie, no token, no address of a database with its password.
"""

from __future__ import annotations

import logging
import re
import sys
from contextvars import ContextVar
from typing import Literal, TextIO

import click

Format = Literal["text", "json"]
Level = Literal["debug", "info", "warning", "error"]

REQUEST: ContextVar[str] = ContextVar("request", default="")
"""The id of the request that is being answered; empty outside of one."""

COLOURS = {"WARNING": "yellow", "ERROR": "red", "CRITICAL": "red"}
LIBRARIES = ("alembic", "sqlalchemy", "whoosh", "opensearch", "opensearchpy", "urllib3")


class RequestId(logging.Filter):
    """Gives each record the request it was made in."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = REQUEST.get()
        return True


UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
"""What would begin a line of its own or steer a terminal; messages hold addresses as they were asked."""


def printable(text: str) -> str:
    """With what steers a terminal written out: names and messages may come from a file that means harm."""
    return UNPRINTABLE.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


class TextFormatter(logging.Formatter):
    """``12:04:11 WARNING web.search: …  [request]``; the level is coloured on a terminal."""

    def __init__(self, *, colour: bool, process: bool) -> None:
        super().__init__(datefmt="%H:%M:%S" if colour else "%Y-%m-%dT%H:%M:%S%z")
        self._colour = colour
        self._process = process

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 # the library's name
        level = f"{record.levelname:7}"
        if self._colour and record.levelname in COLOURS:
            level = click.style(level, fg=COLOURS[record.levelname])
        number = f" {record.process}" if self._process else ""
        request = getattr(record, "request_id", "")
        told = f"{self.formatTime(record, self.datefmt)} {level}{number} {record.name}: {printable(record.message)}"
        return f"{told} [{request}]" if request else told


def json_formatter() -> logging.Formatter:
    """One object a line: time, level, logger, message, process, request_id, and what the line adds."""
    from pythonjsonlogger.json import JsonFormatter  # only where it is asked for

    names = {"asctime": "time", "levelname": "level", "name": "logger"}
    fields = "%(asctime)s %(levelname)s %(name)s %(message)s %(process)d %(request_id)s"
    return JsonFormatter(fields, datefmt="%Y-%m-%dT%H:%M:%S%z", rename_fields=names, json_ensure_ascii=False)


SECRET = re.compile(r"(kb_[a-z2-7]{8}_)[a-z2-7]{32}|(://[^\s:/@]{1,100}:)[^\s@/]{1,300}(?=@)")
"""The secret half of an access token, which somebody may put into an address, and a password before its server."""


def hushed(text: str) -> str:
    return SECRET.sub(lambda found: f"{found[1] or found[2]}***", text)


class Stderr(logging.StreamHandler[TextIO]):
    """Whatever standard error is when something is written. No secret gets there, whoever logs what."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)  # the stream is asked for, never kept

    def format(self, record: logging.LogRecord) -> str:
        return hushed(super().format(record))

    @property
    def stream(self) -> TextIO:  # type: ignore[override] # the base class has it as a plain attribute
        return sys.stderr


def configure(form: Format, level: Level, *, process: bool = False) -> None:
    """Everything logged goes to standard error. May be called again: the last call holds."""
    handler = Stderr()
    colour = sys.stderr.isatty()
    handler.setFormatter(json_formatter() if form == "json" else TextFormatter(colour=colour, process=process))
    handler.addFilter(RequestId())
    root = logging.getLogger()
    for old in root.handlers[:]:
        if isinstance(old, Stderr):
            root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level.upper())
    for name in LIBRARIES:  # what they tell at "info" is not about this program
        logging.getLogger(name).setLevel(logging.DEBUG if level == "debug" else logging.WARNING)
