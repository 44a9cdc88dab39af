"""Commands that change something leave two lines in the audit log: when they begin, and how they end."""

from __future__ import annotations

import functools
import secrets
from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

import click

from kb.access.audit import AuditLog, Value
from kb.errors import UsageError, os_reason
from kb.settings import Settings

P = ParamSpec("P")
R = TypeVar("R")
Callback = Callable[Concatenate[Settings, P], R]


def audited(action: str, *, must: bool = False) -> Callable[[Callback[P, R]], Callback[P, R]]:
    """For the callback of a command, under ``pass_obj``. What was asked is kept as given: no option holds a secret.

    Where the log cannot be written the command goes on and says so; with ``must`` it does nothing instead.
    """

    def decorate(callback: Callback[P, R]) -> Callback[P, R]:
        @functools.wraps(callback)
        def run(settings: Settings, /, *args: P.args, **options: P.kwargs) -> R:
            record = functools.partial(_record, AuditLog(settings.data_dir), must, action, run=secrets.token_hex(4))
            record(phase="begin", **{name: _told(value) for name, value in options.items() if value})
            try:
                result = callback(settings, *args, **options)
            except BaseException as ended:  # whatever ends it, an interruption too, is told and goes on its way
                record(phase="end", outcome=_outcome(ended))
                raise
            record(phase="end", outcome="done")
            return result

        return run

    return decorate


def note(settings: Settings, action: str, **details: Value) -> None:
    """A line of its own; where the log cannot be written, that is said and all goes on."""
    _record(AuditLog(settings.data_dir), False, action, **details)


def _told(value: object) -> Value:
    if isinstance(value, bool | int | float):
        return value
    return [str(each) for each in value] if isinstance(value, tuple | list) else str(value)


def _outcome(ended: BaseException) -> str:
    """``exit 1`` is done in part (``kb.cli``)."""
    if isinstance(ended, SystemExit | click.exceptions.Exit):
        code = ended.code if isinstance(ended, SystemExit) else ended.exit_code
        return "done" if code in (0, None) else f"exit {code}"
    return "interrupted" if isinstance(ended, KeyboardInterrupt) else f"failed: {type(ended).__name__}"


def _record(log: AuditLog, must: bool, action: str, **details: Value) -> None:
    try:
        log.record(action, **details)
    except OSError as error:
        problem = f"감사 기록 {log.path}을(를) 쓸 수 없습니다 ({os_reason(error)})"
        if must and details.get("phase") == "begin":
            raise UsageError(f"{problem}. 기록 없이는 하지 않습니다.") from error
        click.echo(f"kb: {problem}. 작업은 그대로 합니다.", err=True)
