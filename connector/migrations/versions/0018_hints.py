"""Hints: clients whose records are to be fetched, since a delivery told of them and not all."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "hint",
        sa.Column("salon", sa.String(length=64), nullable=False),
        sa.Column("client", sa.String(length=256), nullable=False),
        sa.Column("hinted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["salon"], ["salon.slug"], name=op.f("fk_hint_salon_salon")),
        sa.PrimaryKeyConstraint("salon", "client", name=op.f("pk_hint")),
    )
    op.create_index(op.f("ix_hint_due_at"), "hint", ["due_at"])


def downgrade() -> None:
    """Back."""
    op.drop_index(op.f("ix_hint_due_at"), table_name="hint")
    op.drop_table("hint")
