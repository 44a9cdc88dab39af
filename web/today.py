"""Which day it is where announcements are made."""

from __future__ import annotations

import datetime as dt

from kb.posts.dates import KOREA


def today() -> dt.date:
    return dt.datetime.now(KOREA).date()
