"""Holds that an owner opens by hand."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "hold",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("salon", sa.String(length=64), nullable=False),
        sa.Column("client", sa.String(length=256), nullable=False),
        sa.Column("why", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.Column("categories", sa.String(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=False),
        sa.Column("opened_by", sa.Uuid(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["salon"], ["salon.slug"], name=op.f("fk_hold_salon_salon")),
        sa.ForeignKeyConstraint(["opened_by"], ["owner.id"], name=op.f("fk_hold_opened_by_owner")),
        sa.ForeignKeyConstraint(["ended_by"], ["owner.id"], name=op.f("fk_hold_ended_by_owner")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hold")),
    )
    with op.batch_alter_table("hold", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hold_salon"), ["salon"], unique=False)
        batch_op.create_index("ix_hold_client", ["salon", "client"], unique=False)


def downgrade() -> None:
    """Back."""
    with op.batch_alter_table("hold", schema=None) as batch_op:
        batch_op.drop_index("ix_hold_client")
        batch_op.drop_index(batch_op.f("ix_hold_salon"))
    op.drop_table("hold")
