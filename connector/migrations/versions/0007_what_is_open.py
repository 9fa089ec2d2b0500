"""Indexes by which what is open is found, however long the history is."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_OPEN = sa.text("looked_at IS NULL")


def upgrade() -> None:
    """Forward."""
    op.create_index("ix_job_salon_state", "job", ["salon", "state", "proposed_at"])
    op.drop_index("ix_job_salon", "job")
    op.create_index("ix_look_open", "look", ["due_at"], sqlite_where=_OPEN, postgresql_where=_OPEN)
    op.drop_index("ix_look_due_at", "look")
    op.drop_index("ix_look_salon", "look")


def downgrade() -> None:
    """Back."""
    op.create_index("ix_look_salon", "look", ["salon"])
    op.create_index("ix_look_due_at", "look", ["due_at"])
    op.drop_index("ix_look_open", "look")
    op.create_index("ix_job_salon", "job", ["salon"])
    op.drop_index("ix_job_salon_state", "job")
