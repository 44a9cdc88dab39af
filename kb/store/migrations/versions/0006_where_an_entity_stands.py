"""where an entity stands in a post is read from an index alone"""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_mentions_entity_id_post_id", "mentions")
    op.create_index("ix_mentions_entity_id_post_id", "mentions", ["entity_id", "post_id", "start"])


def downgrade() -> None:
    op.drop_index("ix_mentions_entity_id_post_id", "mentions")
    op.create_index("ix_mentions_entity_id_post_id", "mentions", ["entity_id", "post_id"])
