"""Lists to take along: CSV that Excel opens with correct Hangul, XLSX, JSON Lines, and Atom feeds.

Rows come from iterators, so that an export holds a page of answers in memory and never a whole list.
"""

from kb.rows import Row, cell, csv_lines, json_lines
from web.export.answers import FORMS, NAMES, Listing, answer, download, file_name
from web.export.feeds import Entry, Feed, atom, feed_answer, publisher

__all__ = [
    "FORMS",
    "NAMES",
    "Entry",
    "Feed",
    "Listing",
    "Row",
    "answer",
    "atom",
    "cell",
    "csv_lines",
    "download",
    "feed_answer",
    "file_name",
    "json_lines",
    "publisher",
]
