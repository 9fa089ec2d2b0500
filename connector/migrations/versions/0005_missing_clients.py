"""A client who is only missing can be found again."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_IS_FOUND = sa.text("found_again_on IS NOT NULL")


def upgrade() -> None:
    """Forward."""
    op.add_column("tombstone", sa.Column("kept", sa.LargeBinary(), nullable=True))
    op.add_column("client", sa.Column("found_again_on", sa.Date(), nullable=True))
    op.create_index(
        "ix_client_found_again",
        "client",
        ["salon", "found_again_on"],
        sqlite_where=_IS_FOUND,
        postgresql_where=_IS_FOUND,
    )


def downgrade() -> None:
    """Back: who is missing stays erased."""
    op.drop_index("ix_client_found_again", table_name="client")
    op.drop_column("client", "found_again_on")
    op.drop_column("tombstone", "kept")
