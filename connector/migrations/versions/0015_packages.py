"""Packages: sealed copies of what is held of one client, each behind a link."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "package",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("salon", sa.String(length=64), nullable=False),
        sa.Column("job", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("waiting", sa.LargeBinary(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("shown_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened", sa.Integer(), nullable=False),
        sa.Column("openings_left", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(length=16), nullable=True),
        sa.ForeignKeyConstraint(["job"], ["job.id"], name=op.f("fk_package_job_job")),
        sa.ForeignKeyConstraint(["salon"], ["salon.slug"], name=op.f("fk_package_salon_salon")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_package")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_package_token_hash")),
    )
    op.create_index(op.f("ix_package_salon"), "package", ["salon"])
    op.create_index(op.f("ix_package_job"), "package", ["job"])
    op.create_index(
        "ix_package_open",
        "package",
        ["ends_at"],
        sqlite_where=sa.text("body IS NOT NULL"),
        postgresql_where=sa.text("body IS NOT NULL"),
    )


def downgrade() -> None:
    """Back: every package is destroyed with it, and can be made anew."""
    op.drop_index("ix_package_open", table_name="package")
    op.drop_index(op.f("ix_package_job"), table_name="package")
    op.drop_index(op.f("ix_package_salon"), table_name="package")
    op.drop_table("package")
