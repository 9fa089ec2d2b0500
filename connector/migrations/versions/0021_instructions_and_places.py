"""Instructions to a booking system's maker, what each lists, and the ticks of places beside the booking system."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "instruction",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("salon", sa.String(length=64), nullable=False),
        sa.Column("owner", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("tasks", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened", sa.Integer(), nullable=False),
        sa.Column("openings_left", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(length=16), nullable=True),
        sa.Column("sent_on", sa.Date(), nullable=True),
        sa.Column("answer", sa.String(length=16), nullable=True),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["owner"], ["owner.id"], name=op.f("fk_instruction_owner_owner")),
        sa.ForeignKeyConstraint(["salon"], ["salon.slug"], name=op.f("fk_instruction_salon_salon")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instruction")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_instruction_token_hash")),
    )
    op.create_index(op.f("ix_instruction_salon"), "instruction", ["salon"])
    op.create_index(
        "ix_instruction_open",
        "instruction",
        ["ends_at"],
        sqlite_where=sa.text("body IS NOT NULL"),
        postgresql_where=sa.text("body IS NOT NULL"),
    )
    op.create_table(
        "instructed_task",
        sa.Column("instruction", sa.Uuid(), nullable=False),
        sa.Column("nth", sa.Integer(), nullable=False),
        sa.Column("salon", sa.String(length=64), nullable=False),
        sa.Column("job", sa.Uuid(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["instruction"], ["instruction.id"], name=op.f("fk_instructed_task_instruction_instruction")
        ),
        sa.ForeignKeyConstraint(["job"], ["job.id"], name=op.f("fk_instructed_task_job_job")),
        sa.ForeignKeyConstraint(["salon"], ["salon.slug"], name=op.f("fk_instructed_task_salon_salon")),
        sa.PrimaryKeyConstraint("instruction", "nth", name=op.f("pk_instructed_task")),
    )
    op.create_index(op.f("ix_instructed_task_job"), "instructed_task", ["job"])
    op.create_table(
        "place_tick",
        sa.Column("job", sa.Uuid(), nullable=False),
        sa.Column("place", sa.String(length=64), nullable=False),
        sa.Column("salon", sa.String(length=64), nullable=False),
        sa.Column("owner", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["job"], ["job.id"], name=op.f("fk_place_tick_job_job")),
        sa.ForeignKeyConstraint(["owner"], ["owner.id"], name=op.f("fk_place_tick_owner_owner")),
        sa.ForeignKeyConstraint(["salon"], ["salon.slug"], name=op.f("fk_place_tick_salon_salon")),
        sa.PrimaryKeyConstraint("job", "place", name=op.f("pk_place_tick")),
    )


def downgrade() -> None:
    """Back: lists are destroyed with it; what the maker answered, and which places were ticked, is lost."""
    op.drop_table("place_tick")
    op.drop_index(op.f("ix_instructed_task_job"), table_name="instructed_task")
    op.drop_table("instructed_task")
    op.drop_index("ix_instruction_open", table_name="instruction")
    op.drop_index(op.f("ix_instruction_salon"), table_name="instruction")
    op.drop_table("instruction")
