"""Which entity a reference is: its key within the kind, what a page calls it, and the names that lead to it.

An agency is its official name (its lineage joins the names), a department its agency and name, an
official name and body — never the name alone —, a contact its number.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass, replace
from functools import lru_cache

from kb.gazetteer.corrections import CorrectionList
from kb.gazetteer.gazetteer import Gazetteer
from kb.model import EntityRef


@dataclass(frozen=True, slots=True)
class Identity:
    kind: str
    key: str
    label: str
    agency: str | None = None
    aliases: tuple[str, ...] = ()
    standing: str | None = None  # of an agency: today's name of the body, where it is another
    corrected: bool = False  # a person said so: label and aliases go over what is stored


class Identifier:
    """Which entity each mention names, with the corrections of people applied."""

    def __init__(self, gazetteer: Gazetteer, corrections: CorrectionList) -> None:
        self._gazetteer = gazetteer
        self._corrections = corrections
        self.fingerprint = corrections.fingerprint
        self._plain = lru_cache(maxsize=20_000)(self._identify)

    def __call__(self, ref: EntityRef, surface: str, post: str) -> Identity | None:
        """None: the mention is hidden."""
        identity = self._plain(ref)
        for one in self._corrections.about(identity.kind, identity.key):
            if one.do in ("hide", "merge", "split") and one.holds(surface, post):
                if one.do == "hide":
                    return None
                return self._corrected(at_address(one.kind, one.target or ""))
        return identity

    def _identify(self, ref: EntityRef) -> Identity:
        return self._corrected(identify(ref, self._gazetteer))

    def _corrected(self, identity: Identity) -> Identity:
        """With the name people gave it, the names they added, and those merged into it."""
        about = self._corrections.about(identity.kind, identity.key)
        renamed = next((one.target for one in about if one.do == "rename"), None)
        added = [one.target for one in about if one.do == "alias" and one.target]
        added += self._corrections.merged_from.get((identity.kind, identity.key), [])
        if not (renamed or added):
            return identity
        aliases = (*identity.aliases, identity.label, *added)
        return replace(identity, label=renamed or identity.label, aliases=aliases, corrected=True)


def at_address(kind: str, key: str) -> Identity:
    """The entity at an address, which a correction names; its parts are those that ``identify`` joined."""
    first, _, rest = key.partition(" ")
    if kind == "official" and rest:
        return Identity(kind, key, f"{first} ({rest})", rest, (first,))
    if kind == "department" and rest:
        return Identity(kind, key, key, first, (rest,))
    return Identity(kind, key, key)


def fold(name: str) -> str:
    """A name for comparison: compatibility form, lower case, without white space, dots and hyphens."""
    return re.sub(r"[\s·‧ㆍ・.\-–]+", "", unicodedata.normalize("NFKC", name)).casefold()


def identify(ref: EntityRef, gazetteer: Gazetteer) -> Identity:
    """The entity that ``ref`` is a reference to."""
    name = unicodedata.normalize("NFC", ref.name)
    match ref.kind:
        case "agency":
            listed = gazetteer.agencies.by_name.get(name)
            standing = standing_name(name, gazetteer)
            names = listed.names if listed else (name,)
            return Identity("agency", name, name, None, names, standing if standing != name else None)
        case "department":
            label = f"{ref.agency} {name}" if ref.agency else name
            return Identity("department", label, label, ref.agency, (name, label))
        case "official":
            body = standing_name(ref.agency, gazetteer)
            label = f"{name} ({ref.agency})" if ref.agency else name  # the body under the name of its day
            return Identity("official", f"{name} {body}" if body else name, label, body, (name, label))
        case "country":
            return Identity(
                "country", name, gazetteer.countries.label(name), None, (name, *gazetteer.countries.names(name))
            )
        case "contact":
            return Identity("contact", name, name, None, (name, name.replace("-", "")))
        case "topic":
            label = gazetteer.topics.label(name)
            return Identity("topic", name, label, None, (name, label))
        case _:
            known = gazetteer.references.resolve(name)
            return Identity(ref.kind, name, name, None, known.names if known else (name,))


def standing_name(body: str | None, gazetteer: Gazetteer) -> str | None:
    """One name for a body however it is written: of an agency the last of its renamings, of others the official one.

    So a person stays one over a renaming, and 한은 is 한국은행.
    """
    if body is None or body not in gazetteer.agencies.by_name:
        other = gazetteer.bodies.resolve(body) if body else None
        return other.name if other else body
    latest = gazetteer.agencies.on(body, dt.date.max)
    return latest.name if latest else body
