"""sums are kept, so that no page counts posts; who is named with whom is read from an index alone"""

import logging
from typing import Any

import sqlalchemy as sa
from alembic import op

from kb.gazetteer.gazetteer import Gazetteer
from kb.identity import standing_name
from kb.store.migrations.sums_of_0005 import count_anew

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

log = logging.getLogger(__name__)

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
COUNTED = {
    "source_days": "날마다의 글을",
    "entity_periods": "달마다의 글을",
    "topic_agencies": "주제와 기관의 글을",
    "roles": "직책과 부서의 글을",
    "entities": "엔티티의 글을",
}
MANY = 20_000  # posts, from which on counting takes a while


def upgrade() -> None:
    op.add_column("entities", sa.Column("standing", TEXT, comment="of an agency: today's name, where it is another"))
    make("source_days", belongs("source_id", "sources"), day("date"), number("posts"), keys=2)
    make("entity_periods", belongs("entity_id", "entities"), day("first"), number("posts"), keys=2)
    topic = sa.Column("topic_id", KEY, nullable=False, comment="0: any topic, a post counted once")
    make("topic_agencies", belongs("agency_id", "entities"), topic, number("posts"), number("led"), keys=2)
    part = sa.Column("part", TEXT, nullable=False, comment="department of a contact, title of an official")
    numbers, ends = (number("posts"), number("mentions")), (day("first"), day("last"))
    post = sa.Column("post", KEY, nullable=False, comment="the post stored last")
    agency = sa.Column("agency", TEXT, nullable=False)
    make("roles", belongs("entity_id", "entities"), agency, part, *numbers, *ends, post, keys=3)
    op.create_index("ix_roles_agency_part", "roles", ["agency", "part"])
    op.drop_index("ix_mentions_agency_department", "mentions")
    op.drop_index("ix_post_entities_post_id", "post_entities")
    op.create_index("ix_post_entities_post_id", "post_entities", ["post_id", "entity_id", "mentions"])
    op.execute("DELETE FROM index_cursors WHERE engine = 'entities' AND build = 'sums'")
    count()


def downgrade() -> None:
    """The older program makes its sums at its next ingestion: without the cursor they are due."""
    op.drop_index("ix_post_entities_post_id", "post_entities")
    op.create_index("ix_post_entities_post_id", "post_entities", ["post_id"])
    op.create_index("ix_mentions_agency_department", "mentions", ["agency", "department"])
    for table in ("roles", "topic_agencies", "entity_periods", "source_days"):
        op.drop_table(table)
    with op.batch_alter_table("entities") as batch:
        batch.drop_column("standing")


def count() -> None:
    """By statements of its own, which stay as they were; only the list of agencies is the program's of the day."""
    connection = op.get_bind()
    posts = connection.scalar(sa.text("SELECT max(id) FROM posts"))
    if posts:
        tell = log.warning if posts > MANY else log.info
        put_standing(connection, Gazetteer.load())
        count_anew(
            connection, lambda table: tell("데이터베이스를 새 판으로 올리는 중: %s 셉니다", COUNTED.get(table, table))
        )


def put_standing(connection: sa.Connection, gazetteer: Gazetteer) -> None:
    """Puts the name of today beside every agency that has another; the next ingestion does so again."""
    agencies = connection.execute(sa.text("SELECT id, key FROM entities WHERE kind = 'agency'")).all()
    names = {number: standing_name(key, gazetteer) for number, key in agencies}
    others = [{"number": number, "name": names[number]} for number, key in agencies if names[number] != key]
    if others:
        connection.execute(sa.text("UPDATE entities SET standing = :name WHERE id = :number"), others)


def make(table: str, *columns: sa.Column[Any], keys: int) -> None:
    primary = sa.PrimaryKeyConstraint(*(column.name for column in columns[:keys]), name=op.f(f"pk_{table}"))
    op.create_table(table, *columns, primary, sqlite_with_rowid=False)


def belongs(name: str, table: str) -> sa.Column[Any]:
    return sa.Column(name, KEY, sa.ForeignKey(f"{table}.id", ondelete="CASCADE"), nullable=False)


def number(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer(), nullable=False)


def day(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Date(), nullable=False)
