"""Moves from one booking system to another: how many a salon has had, and since when it has this one."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    for table in ("salon", "evidence_head"):
        op.add_column(table, sa.Column("generation", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("salon", sa.Column("moved_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Back: of a salon that has moved, ids of both systems would mean the same people. Only where none has."""
    moved = op.get_bind().execute(sa.text("SELECT 1 FROM salon WHERE generation > 1")).first()
    if moved is not None:
        raise RuntimeError(
            "a salon has moved to another booking system: an older release cannot go on with it"
        )
    for table, column in (("evidence_head", "generation"), ("salon", "moved_at"), ("salon", "generation")):
        with op.batch_alter_table(table) as batch:
            batch.drop_column(column)
