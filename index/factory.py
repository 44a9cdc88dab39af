"""Engine names and how each engine is made. A module is imported only when its engine is asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Literal, cast

from index.engines.base import Engine, TermsOf
from index.errors import MissingLibrary, Unsupported
from index.opensearch_settings import OpenSearchSettings

Place = Literal["folder", "memory", "opensearch"]


@dataclass(frozen=True, slots=True)
class EngineSpec:
    """Where an engine is, the extra of the distribution that installs what it needs, and where its builds are."""

    module: str
    factory: str
    extra: str = ""
    place: Place = "folder"


ENGINES: Mapping[str, EngineSpec] = {
    "whoosh": EngineSpec("index.engines.whoosh_engine", "WhooshEngine"),
    "tantivy": EngineSpec("index.engines.tantivy_engine", "TantivyEngine", extra="tantivy"),
    "opensearch": EngineSpec(
        "index.engines.opensearch_engine", "OpenSearchEngine", extra="opensearch", place="opensearch"
    ),
    "memory": EngineSpec("index.engines.memory_engine", "MemoryEngine", place="memory"),
}
DEFAULT_ENGINE = "whoosh"


def make_engine(
    name: str, root: Path, terms_of: TermsOf | None = None, opensearch: OpenSearchSettings | None = None
) -> Engine:
    """The engine of that name, its builds under ``root`` or in the cluster. Nothing is opened or created yet.

    Raises ``Unsupported`` for a name that is not in ``ENGINES`` or an engine that is not installed.
    """
    spec = ENGINES.get(name)
    if spec is None:
        raise Unsupported(f"no engine {name!r}; there are {', '.join(sorted(ENGINES))}")
    make = cast(Callable[..., Engine], _load(name, spec))
    terms_of = terms_of or _document_terms()
    match spec.place:
        case "folder":
            return make(root, terms_of)
        case "opensearch":
            return make(opensearch or OpenSearchSettings(), terms_of)
        case "memory":
            return make(terms_of)


def _load(name: str, spec: EngineSpec) -> object:
    try:
        return getattr(import_module(spec.module), spec.factory)
    except ModuleNotFoundError as error:
        if error.name is not None and error.name.startswith("index"):
            raise
        raise MissingLibrary(name, error.name or spec.extra, spec.extra) from error


def _document_terms() -> TermsOf:
    return cast(TermsOf, import_module("index.analysis.terms").document_terms)
