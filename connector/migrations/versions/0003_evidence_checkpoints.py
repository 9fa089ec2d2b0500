"""Pruned evidence leaves signed checkpoints."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "evidence_checkpoint",
        sa.Column("salon", sa.String(length=64), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("previous", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["salon"], ["salon.slug"], name=op.f("fk_evidence_checkpoint_salon_salon")),
        sa.PrimaryKeyConstraint("salon", "seq", name=op.f("pk_evidence_checkpoint")),
    )


def downgrade() -> None:
    """Back: a chain that was pruned can no longer be checked."""
    op.drop_table("evidence_checkpoint")
