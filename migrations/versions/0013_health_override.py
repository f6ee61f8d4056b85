"""Overall colours that the PMO laid down, each with its reason and its last day."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "health_override",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("colour", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_health_override_ends_after_start")),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_health_override_author_id")),
        sa.ForeignKeyConstraint(["ended_by"], ["person.id"], name=op.f("fk_health_override_ended_by")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_health_override_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_health_override")),
    )
    op.create_index(op.f("ix_health_override_project_id"), "health_override", ["project_id"])
    op.execute("select history.track('health_override')")


def downgrade() -> None:
    op.execute("select history.untrack('health_override')")
    op.drop_index(op.f("ix_health_override_project_id"), table_name="health_override")
    op.drop_table("health_override")
    # What the older form of the program has no name for. History keeps that it was there.
    op.execute("delete from health_mark where dimension = 'computed'")
