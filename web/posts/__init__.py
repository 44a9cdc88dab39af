"""One post: as read, with its entities marked, and as the file held it."""

from web.posts.routes import blueprint

__all__ = ["blueprint"]
