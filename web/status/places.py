"""The state of the base without the machine's folders: a visitor reads names, the command line reads paths."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePath

from kb.views import StatusView
from kb.views.status import RunView


def without_folders(status: StatusView) -> StatusView:
    return replace(status, runs=tuple(map(_placed, status.runs)))


def _placed(run: RunView) -> RunView:
    """A folder by its last name, a file by its place below the folder."""
    failures = tuple((_below(run.folder, path), reason.replace(run.folder, "…")) for path, reason in run.failures)
    return replace(run, folder=PurePath(run.folder).name, failures=failures)


def _below(folder: str, path: str) -> str:
    place = PurePath(path)
    return str(place.relative_to(folder)) if place.is_relative_to(folder) else place.name
