"""A job knows in which fields something of its client was still found."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.add_column("job", sa.Column("left_in", sa.String(), nullable=True))


def downgrade() -> None:
    """Back."""
    op.drop_column("job", "left_in")
