"""A salon's booking system may have settings that its dialect has to be told: a time zone, fields for consents."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.add_column("salon", sa.Column("dialect_settings", sa.String(), nullable=True))


def downgrade() -> None:
    """Back."""
    op.drop_column("salon", "dialect_settings")
