"""Letters to owners by mail, and who takes the weekly one."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.add_column(
        "ownership", sa.Column("takes_weekly", sa.Boolean(), nullable=False, server_default=sa.true())
    )
    op.create_table(
        "letter",
        sa.Column("owner", sa.Uuid(), nullable=False),
        sa.Column("salon", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("about", sa.String(length=256), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("why", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["owner"], ["owner.id"], name=op.f("fk_letter_owner_owner")),
        sa.ForeignKeyConstraint(["salon"], ["salon.slug"], name=op.f("fk_letter_salon_salon")),
        sa.PrimaryKeyConstraint("owner", "salon", "kind", "about", name=op.f("pk_letter")),
    )
    op.create_index(
        "ix_letter_open",
        "letter",
        ["due_at"],
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )


def downgrade() -> None:
    """Back."""
    op.drop_index("ix_letter_open", table_name="letter")
    op.drop_table("letter")
    op.drop_column("ownership", "takes_weekly")
