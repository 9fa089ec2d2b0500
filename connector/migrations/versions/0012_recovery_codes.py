"""Recovery codes, another code app before its first code, invitations by an owner, what a browser is setting up."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "recovery_code",
        sa.Column("owner", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["owner"], ["owner.id"], name=op.f("fk_recovery_code_owner_owner")),
        sa.PrimaryKeyConstraint("owner", "code_hash", name=op.f("pk_recovery_code")),
    )
    op.add_column("owner", sa.Column("next_totp_secret", sa.LargeBinary(), nullable=True))
    op.add_column("owner", sa.Column("recovery_key", sa.LargeBinary(), nullable=True))
    op.add_column("login_session", sa.Column("errand", sa.String(length=8), nullable=True))
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("salon", sa.String(length=64), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_invitation_salon_salon"), "salon", ["salon"], ["slug"])


def downgrade() -> None:
    """Back: who has only a recovery code left needs `owner reset`."""
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_invitation_salon_salon"), type_="foreignkey")
        batch_op.drop_column("salon")
    op.drop_column("login_session", "errand")
    op.drop_column("owner", "recovery_key")
    op.drop_column("owner", "next_totp_secret")
    op.drop_table("recovery_code")
