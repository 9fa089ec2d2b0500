"""Own steps: what to press in a booking system without an interface, as the salon wrote it down."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "own_steps",
        sa.Column("salon", sa.String(length=64), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["salon"], ["salon.slug"], name=op.f("fk_own_steps_salon_salon")),
        sa.PrimaryKeyConstraint("salon", name=op.f("pk_own_steps")),
    )


def downgrade() -> None:
    """Back: the salon's own words are lost."""
    op.drop_table("own_steps")
