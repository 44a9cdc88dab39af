"""Alembic's entry: runs on the connection that kb.store.database hands over."""

from alembic import context

from kb.store import tables  # noqa: F401 - the tables register themselves
from kb.store.base import Base

context.configure(
    connection=context.config.attributes["connection"], target_metadata=Base.metadata, render_as_batch=True
)
with context.begin_transaction():
    context.run_migrations()
