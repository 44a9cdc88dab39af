"""Who may come in, and how much they may ask: docs/decisions/0520-who-may-come-in.md.

``proxies`` says who the peer is, ``gate`` who the visitor is and what they may open, ``limits`` how often,
``signin`` lets a browser in. Nothing here knows what a page shows.
"""

from web.access.gate import METRICS, open_to_operators, sees_details, visitor
from web.access.mode import check_listening, opened
from web.access.setup import register

__all__ = ["METRICS", "check_listening", "open_to_operators", "opened", "register", "sees_details", "visitor"]
