"""which reader read a file; of those that are there nobody knows, so that each is read again once"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """No row is written: a new column without a value is a line in the catalogue of either database."""
    op.add_column("source_files", sa.Column("reader", TEXT, comment="fingerprint of the reader; unknown: an older one"))


def downgrade() -> None:
    op.drop_column("source_files", "reader")
