"""Lists from files: sealed cards, and what is remembered of each kind of list."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "card",
        sa.Column("salon", sa.String(length=64), nullable=False),
        sa.Column("client", sa.String(length=256), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("by_name", sa.String(length=64), nullable=True),
        sa.Column("by_phone", sa.String(length=64), nullable=True),
        sa.Column("by_email", sa.String(length=64), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["salon"], ["salon.slug"], name=op.f("fk_card_salon_salon")),
        sa.PrimaryKeyConstraint("salon", "client", name=op.f("pk_card")),
    )
    op.create_table(
        "brought_list",
        sa.Column("salon", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("columns", sa.LargeBinary(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["salon"], ["salon.slug"], name=op.f("fk_brought_list_salon_salon")),
        sa.PrimaryKeyConstraint("salon", "kind", name=op.f("pk_brought_list")),
    )


def downgrade() -> None:
    """Back: the next list brings the cards again."""
    op.drop_table("brought_list")
    op.drop_table("card")
