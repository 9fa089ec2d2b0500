"""An index of exports whose client is still known: what a salon did in all its years is not read each night."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    only = sa.text("kind = 'export' AND client IS NOT NULL")
    op.create_index("ix_job_export", "job", ["salon", "moved_at"], sqlite_where=only, postgresql_where=only)


def downgrade() -> None:
    """Back."""
    op.drop_index("ix_job_export", table_name="job")
