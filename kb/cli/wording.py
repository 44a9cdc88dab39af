"""Click's own words in Korean: headings of help, and what it says to a command that was typed wrongly."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import click

HEADINGS = {"Options": "옵션", "Commands": "명령", "Positional arguments": "인자"}
HELP = {"Show this message and exit.": "이 도움말을 보입니다.", "Show the version and exit.": "판 번호를 보입니다."}


class KoreanHelp(click.HelpFormatter):
    """Takes the place of ``click.Context.formatter_class``."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, prefix or "사용법: ")

    def write_heading(self, heading: str) -> None:
        super().write_heading(HEADINGS.get(heading, heading))

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        super().write_dl([(name, HELP.get(told, told)) for name, told in rows], col_max, col_spacing)


def usage(error: click.UsageError) -> str:
    """What was typed wrongly, and what may have been meant."""
    match error:
        case click.NoSuchOption():
            return f"그런 옵션이 없습니다: {error.option_name}.{_perhaps(error.possibilities)}"
        case click.exceptions.NoSuchCommand():
            return f"그런 명령이 없습니다: {error.command_name}.{_perhaps(error.possibilities)}"
        case click.MissingParameter():
            return f"빠진 것이 있습니다: {_hint(error).removesuffix('...')}"
        case click.BadParameter():
            return f"{_hint(error)}: {_wrong(error)}"
        case click.BadOptionUsage():
            takes = "requires" in error.message
            return f"{error.option_name}: 값{'이 빠졌습니다' if takes else '을 받지 않습니다'}."
        case _ if error.message.startswith("Got unexpected extra argument"):
            return f"받지 않는 말이 더 있습니다{error.message[error.message.find('(') - 1 :]}"
        case _:
            return error.format_message()


def _hint(error: click.BadParameter) -> str:
    hint = error.param_hint or (error.param.get_error_hint(error.ctx) if error.param and error.ctx else "")
    return ", ".join(hint) if isinstance(hint, list | tuple) else str(hint).replace("'", "")


def _wrong(error: click.BadParameter) -> str:
    """What may stand there; Click's own words where it is not one of the kinds that our commands take."""
    kind = error.param.type if error.param else None
    match kind:
        case click.Choice():
            return f"쓸 수 있는 것은 {', '.join(map(str, kind.choices))}입니다."
        case click.IntRange():
            bounds = f"{kind.min if kind.min is not None else ''}~{kind.max if kind.max is not None else ''}"
            return f"{bounds}의 정수를 적으십시오."
        case click.Path() if "is a file" in error.message:
            return "폴더가 아니라 파일입니다."
        case _:
            return error.message


def _perhaps(near: Sequence[str] | None) -> str:
    return f" 혹시 {', '.join(near)}?" if near else ""
