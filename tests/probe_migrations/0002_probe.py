"""A migration for tests only: on SQLite it makes the table `salon` anew, as batch mode does."""

import sqlalchemy as sa
from alembic import op

revision = "9002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    with op.batch_alter_table("salon", recreate="auto") as table:
        table.alter_column("base_url", type_=sa.String(length=400))


def downgrade() -> None:
    """Back."""
    with op.batch_alter_table("salon", recreate="auto") as table:
        table.alter_column("base_url", type_=sa.String())
