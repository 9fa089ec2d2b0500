"""A migration for tests only: on SQLite it makes the table `salon` anew, as batch mode does."""

import sqlalchemy as sa
from alembic import op
from alembic.script import ScriptDirectory

from connector.program import MIGRATIONS

revision = "9002"
#: whatever migration is the last one in this release
down_revision = ScriptDirectory(str(MIGRATIONS)).get_current_head()
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    with op.batch_alter_table("salon", recreate="auto") as table:
        table.alter_column("base_url", type_=sa.String(length=400))


def downgrade() -> None:
    """Back."""
    with op.batch_alter_table("salon", recreate="auto") as table:
        table.alter_column("base_url", type_=sa.String())
