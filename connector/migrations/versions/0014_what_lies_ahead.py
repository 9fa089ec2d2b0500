"""What lies ahead of each client, kept with its judgement; every client is looked at once more, so that it is known."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_DAYS = ("goes_on", "some_on", "asked_on", "receipts_on")


def upgrade() -> None:
    """Forward."""
    for day in _DAYS:
        op.add_column("client", sa.Column(day, sa.Date(), nullable=True))
        is_known = sa.text(f"{day} IS NOT NULL")
        op.create_index(
            f"ix_client_{day}", "client", ["salon", day], sqlite_where=is_known, postgresql_where=is_known
        )
    op.execute("UPDATE client SET look_again_on = CURRENT_DATE WHERE look_again_on > CURRENT_DATE")


def downgrade() -> None:
    """Back."""
    for day in reversed(_DAYS):
        op.drop_index(f"ix_client_{day}", table_name="client")
        op.drop_column("client", day)
