"""A look keeps how good a proof it is, so that a page can say so without walking through the evidence."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.add_column("look", sa.Column("grade", sa.String(length=32), nullable=True))


def downgrade() -> None:
    """Back."""
    op.drop_column("look", "grade")
