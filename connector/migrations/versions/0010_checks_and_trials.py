"""What the last check of a chain found, and the last trial of the wiring, are kept for the console's pages."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "evidence_check",
        sa.Column("salon", sa.String(length=64), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("by", sa.String(), nullable=True),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("pruned", sa.Integer(), nullable=False),
        sa.Column("broken_at", sa.Integer(), nullable=True),
        sa.Column("why", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["salon"], ["salon.slug"], name=op.f("fk_evidence_check_salon_salon")),
        sa.PrimaryKeyConstraint("salon", name=op.f("pk_evidence_check")),
    )
    op.create_table(
        "wiring_trial",
        sa.Column("salon", sa.String(length=64), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("steps", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["salon"], ["salon.slug"], name=op.f("fk_wiring_trial_salon_salon")),
        sa.PrimaryKeyConstraint("salon", name=op.f("pk_wiring_trial")),
    )


def downgrade() -> None:
    """Back: both are made anew by the next night, and the next trial."""
    op.drop_table("wiring_trial")
    op.drop_table("evidence_check")
