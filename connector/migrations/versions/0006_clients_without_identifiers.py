"""Clients whose identifiers were removed."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "unnamed",
        sa.Column("salon", sa.String(length=64), nullable=False),
        sa.Column("client_key", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("client", sa.String(length=256), nullable=True),
        sa.ForeignKeyConstraint(["salon"], ["salon.slug"], name=op.f("fk_unnamed_salon_salon")),
        sa.PrimaryKeyConstraint("salon", "client_key", name=op.f("pk_unnamed")),
    )


def downgrade() -> None:
    """Back."""
    op.drop_table("unnamed")
