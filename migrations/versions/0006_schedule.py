"""Milestones, the ledger of moved dates, tasks, links, plans."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "milestone",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_key", sa.String(), nullable=False),
        sa.Column("description", sa.String(), server_default="", nullable=False),
        sa.Column("baseline", sa.Date(), nullable=True),
        sa.Column("commitment", sa.Date(), nullable=True),
        sa.Column("forecast", sa.Date(), nullable=True),
        sa.Column("actual", sa.Date(), nullable=True),
        sa.Column("weight", sa.Numeric(precision=8, scale=2), server_default="1", nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("is_gate", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.Column("cancelled_on", sa.Date(), nullable=True),
        sa.Column("cancelling_reason", sa.String(), server_default="", nullable=False),
        sa.Column("no_value", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("task_uid", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_milestone_owner_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_milestone_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_milestone")),
    )
    op.create_index(op.f("ix_milestone_owner_id"), "milestone", ["owner_id"], unique=False)
    op.create_index("ix_milestone_project_id_forecast", "milestone", ["project_id", "forecast"], unique=False)
    op.create_index("uq_milestone_project_id_code", "milestone", ["project_id", "code"], unique=True)
    op.create_table(
        "plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("file_sha256", sa.String(), nullable=False),
        sa.Column("status_on", sa.Date(), nullable=True),
        sa.Column("start", sa.DateTime(), nullable=True),
        sa.Column("finish", sa.DateTime(), nullable=True),
        sa.Column("calendars", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("settings", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_plan_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan")),
        sa.UniqueConstraint("project_id", name=op.f("uq_plan_project_id")),
    )
    op.create_table(
        "task",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("wbs", sa.String(), server_default="", nullable=False),
        sa.Column("outline_level", sa.Integer(), server_default="1", nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("is_summary", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("is_milestone", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("is_critical", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("is_manual", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("start", sa.DateTime(), nullable=True),
        sa.Column("finish", sa.DateTime(), nullable=True),
        sa.Column("duration_minutes", sa.Integer(), nullable=True),
        sa.Column("duration_unit", sa.String(), server_default="", nullable=False),
        sa.Column("percent_complete", sa.Numeric(precision=5, scale=2), nullable=True),
        sa.Column("actual_start", sa.DateTime(), nullable=True),
        sa.Column("actual_finish", sa.DateTime(), nullable=True),
        sa.Column("constraint_type", sa.String(), server_default="", nullable=False),
        sa.Column("constraint_date", sa.DateTime(), nullable=True),
        sa.Column("deadline", sa.DateTime(), nullable=True),
        sa.Column("calendar_uid", sa.Integer(), nullable=True),
        sa.Column("notes", sa.String(), server_default="", nullable=False),
        sa.Column("baselines", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_task_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
    )
    op.create_index("uq_task_project_id_uid", "task", ["project_id", "uid"], unique=True)
    op.create_table(
        "task_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("predecessor_uid", sa.Integer(), nullable=False),
        sa.Column("successor_uid", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("lag_minutes", sa.Integer(), server_default="0", nullable=False),
        sa.Column("lag_unit", sa.String(), server_default="", nullable=False),
        sa.Column("lag_percent", sa.Numeric(precision=8, scale=2), nullable=True),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_task_link_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task_link")),
    )
    op.create_index(
        "uq_task_link_project_id_predecessor_uid_successor_uid",
        "task_link",
        ["project_id", "predecessor_uid", "successor_uid"],
        unique=True,
    )
    op.create_table(
        "date_move",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("milestone_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("before", sa.Date(), nullable=True),
        sa.Column("after", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(), server_default="", nullable=False),
        sa.Column("words", sa.String(), server_default="", nullable=False),
        sa.Column("moved_by", sa.Integer(), nullable=True),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["milestone_id"], ["milestone.id"], name=op.f("fk_date_move_milestone_id")),
        sa.ForeignKeyConstraint(["moved_by"], ["person.id"], name=op.f("fk_date_move_moved_by")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_date_move_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_date_move")),
    )
    op.create_index("ix_date_move_milestone_id_moved_at", "date_move", ["milestone_id", "moved_at"], unique=False)
    op.create_index(op.f("ix_date_move_project_id"), "date_move", ["project_id"], unique=False)
    op.execute("select history.track('milestone')")
    op.execute("select history.track('plan')")
    op.execute("select history.track('task')")
    op.execute("select history.track('task_link')")
    op.execute("select history.track('date_move')")


def downgrade() -> None:
    op.execute("select history.untrack('date_move')")
    op.execute("select history.untrack('task_link')")
    op.execute("select history.untrack('task')")
    op.execute("select history.untrack('plan')")
    op.execute("select history.untrack('milestone')")
    op.drop_index(op.f("ix_date_move_project_id"), table_name="date_move")
    op.drop_index("ix_date_move_milestone_id_moved_at", table_name="date_move")
    op.drop_table("date_move")
    op.drop_index("uq_task_link_project_id_predecessor_uid_successor_uid", table_name="task_link")
    op.drop_table("task_link")
    op.drop_index("uq_task_project_id_uid", table_name="task")
    op.drop_table("task")
    op.drop_table("plan")
    op.drop_index("uq_milestone_project_id_code", table_name="milestone")
    op.drop_index("ix_milestone_project_id_forecast", table_name="milestone")
    op.drop_index(op.f("ix_milestone_owner_id"), table_name="milestone")
    op.drop_table("milestone")
