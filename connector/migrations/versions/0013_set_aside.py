"""Jobs that an owner took out of a group, and what moved last."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.add_column("job", sa.Column("set_aside_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_job_salon_moved", "job", ["salon", "moved_at"])


def downgrade() -> None:
    """Back."""
    op.drop_index("ix_job_salon_moved", "job")
    op.drop_column("job", "set_aside_at")
