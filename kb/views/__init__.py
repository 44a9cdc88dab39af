"""What pages, JSON and the command line show: one view model for all three.

Plain values without behaviour beyond ``to_json``. Text is never HTML: marked stretches come as pieces,
and whoever renders them escapes them. One module a page; ``overview`` and ``directory`` are imported by name.
"""

from kb.views.common import CopyView, Json, NamedLink, Segment, entity_url, post_url, segments_html
from kb.views.entity import DeskRow, EntityCount, EntityList, EntityPage, KeyPost, LineageStep, MentionView, OfficeHeld
from kb.views.post import BlockView, ContactInPost, ForceInPost, OfficialInPost, Piece, PostPage
from kb.views.search import (
    BEGINNING,
    AgencyBranch,
    ExplainHit,
    ExplainView,
    ExplainWord,
    FacetValue,
    HitView,
    Place,
    Reach,
    SearchParams,
    SearchResult,
    Suggestion,
    SuggestItem,
)
from kb.views.status import Pulse, RunView, StatusView

__all__ = [
    "BEGINNING",
    "AgencyBranch",
    "BlockView",
    "ContactInPost",
    "CopyView",
    "DeskRow",
    "EntityCount",
    "EntityList",
    "EntityPage",
    "ExplainHit",
    "ExplainView",
    "ExplainWord",
    "FacetValue",
    "ForceInPost",
    "HitView",
    "Json",
    "KeyPost",
    "LineageStep",
    "MentionView",
    "NamedLink",
    "OfficeHeld",
    "OfficialInPost",
    "Piece",
    "Place",
    "PostPage",
    "Pulse",
    "Reach",
    "RunView",
    "SearchParams",
    "SearchResult",
    "Segment",
    "StatusView",
    "SuggestItem",
    "Suggestion",
    "entity_url",
    "post_url",
    "segments_html",
]
