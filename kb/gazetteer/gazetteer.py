"""All reviewed lists together, loaded once. Each list has its own module; this one only gathers them.

To add a list: write its module with ``load_xxx(path)``, then add a field and a line in ``load``.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from kb.gazetteer.agencies import AgencyList, load_agencies
from kb.gazetteer.bodies import BodyList, load_bodies
from kb.gazetteer.countries import CountryList, load_countries
from kb.gazetteer.helplines import HelplineList, load_helplines
from kb.gazetteer.hotlines import load_hotlines
from kb.gazetteer.references import ReferenceList, load_references
from kb.gazetteer.titles import TitleBook, load_titles
from kb.gazetteer.topics import TopicList, load_topics

DATA = Path(__file__).parents[2] / "data" / "gazetteer"


@dataclass(frozen=True, eq=False)
class Gazetteer:
    """The reviewed lists and the fingerprint of their files. Compared by identity: matchers are cached for it."""

    agencies: AgencyList
    bodies: BodyList
    hotlines: dict[str, str]
    helplines: HelplineList
    countries: CountryList
    topics: TopicList
    references: ReferenceList
    titles: TitleBook
    fingerprint: str

    @classmethod
    def load(cls, folder: Path = DATA) -> Gazetteer:
        """Reads and checks every list; ``DataError`` names file and line."""
        agencies = load_agencies(folder / "agencies.yaml")
        return cls(
            agencies=agencies,
            bodies=load_bodies(folder / "bodies.yaml"),
            hotlines=load_hotlines(folder / "hotlines.yaml"),
            helplines=load_helplines(folder / "helplines.yaml", agencies),
            countries=load_countries(folder),
            topics=load_topics(folder / "topics.yaml"),
            references=load_references(folder),
            titles=load_titles(folder),
            fingerprint=_fingerprint(folder),
        )


def _fingerprint(folder: Path) -> str:
    digest = hashlib.blake2b(digest_size=16)
    for path in sorted(p for p in folder.iterdir() if p.is_file()):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()
