"""text is compared and ordered by code point on PostgreSQL too, as SQLite does and the indexes of posts do"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TEXT_COLUMNS = sa.text(
    "SELECT table_name, column_name, collation_name FROM information_schema.columns"
    " WHERE table_schema = current_schema() AND data_type = 'text'"
)


def upgrade() -> None:
    collate("C")


def downgrade() -> None:
    collate("default")


def collate(name: str) -> None:
    """The database's own order depends on how it was made, and on the library it was made with."""
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        for table, column, collation in connection.execute(TEXT_COLUMNS).all():
            if (collation or "default") != name:
                op.execute(f'ALTER TABLE "{table}" ALTER COLUMN "{column}" TYPE text COLLATE "{name}"')
