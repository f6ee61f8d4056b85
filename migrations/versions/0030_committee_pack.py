"""Agendas that are arranged; reports of projects and programmes approved and distributed; editions made by a worker."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

TABLES = ("agenda", "agenda_line", "report_approver")
SHARED = ("distribution_entry", "report_approval")  # of committees until now
OWNERS = ("programme_id", "project_id")
WAITING = sa.text("state = 'waiting'")


def upgrade() -> None:
    agendas()
    agenda_lines()
    report_approvers()
    makings()
    for table in SHARED:
        owners(table)
    for column in OWNERS:
        for who, test in (("person_id", "="), ("email", "<>")):
            op.create_index(
                f"uq_distribution_entry_{column}_{who}",
                "distribution_entry",
                [column, who],
                unique=True,
                postgresql_where=sa.text(f"ended_at is null and email {test} ''"),
            )
        op.create_index(f"ix_report_approval_{column}", "report_approval", [column])
        name = f"uq_report_approval_waiting_{column.removesuffix('_id')}"
        op.create_index(name, "report_approval", [column], unique=True, postgresql_where=WAITING)
    for table in (*TABLES, *SHARED):
        op.execute(f"select history.track('{table}')")


def downgrade() -> None:
    """What is about a programme or project has no place in the schema before."""
    op.execute(
        "update edition_sending set entry_id = null where entry_id in (select id from distribution_entry where committee_id is null)"
    )
    op.execute(
        "delete from report_approval_content where approval_id in (select id from report_approval where committee_id is null)"
    )
    for table in SHARED:
        op.execute(f"delete from {table} where committee_id is null")
        op.drop_constraint(op.f(f"ck_{table}_of_one_owner"), table)
        for column in OWNERS:
            op.drop_column(table, column)
        op.alter_column(table, "committee_id", nullable=False)
        op.execute(f"select history.track('{table}')")
    for table in reversed(TABLES):
        op.execute(f"select history.untrack('{table}')")
        op.drop_table(table)
    op.execute("delete from report_making where shape = 'edition'")
    for column in ("request_key", "template_version_id", "refusal"):
        op.drop_column("report_making", column)


def makings() -> None:
    """Publishing is done by a worker too, once for each form; it may be refused with a sentence."""
    op.add_column("report_making", sa.Column("request_key", sa.String(), nullable=True))
    op.add_column("report_making", sa.Column("template_version_id", sa.Integer(), nullable=True))
    op.add_column("report_making", sa.Column("refusal", postgresql.JSONB(), nullable=True))
    op.create_unique_constraint(op.f("uq_report_making_request_key"), "report_making", ["request_key"])
    op.create_foreign_key(
        op.f("fk_report_making_template_version_id"), "report_making", "report_template_version", ["template_version_id"], ["id"]
    )


def owners(table: str) -> None:
    """A row is about a committee, a programme or a project."""
    op.alter_column(table, "committee_id", nullable=True)
    for column in OWNERS:
        op.add_column(table, sa.Column(column, sa.Integer(), nullable=True))
        op.create_foreign_key(op.f(f"fk_{table}_{column}"), table, column.removesuffix("_id"), [column], ["id"])
    one = "num_nonnulls(committee_id, programme_id, project_id) = 1"
    op.create_check_constraint(op.f(f"ck_{table}_of_one_owner"), table, one)


def report_approvers() -> None:
    op.create_table(
        "report_approver",
        *row(),
        sa.Column("programme_id", sa.Integer(), nullable=True),
        sa.Column("project_id", sa.Integer(), nullable=True),
        text("approver_role"),
        sa.Column("approver_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("num_nonnulls(programme_id, project_id) = 1", name=op.f("ck_report_approver_of_one_owner")),
        sa.CheckConstraint("approver_role = '' or approver_id is null", name=op.f("ck_report_approver_one_way_to_approve")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_report_approver_programme_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_report_approver_project_id")),
        sa.ForeignKeyConstraint(["approver_id"], ["person.id"], name=op.f("fk_report_approver_approver_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_approver")),
        sa.UniqueConstraint("programme_id", name=op.f("uq_report_approver_programme_id")),
        sa.UniqueConstraint("project_id", name=op.f("uq_report_approver_project_id")),
    )


def row() -> tuple[sa.Column, sa.Column]:
    return (
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
    )


def text(name: str) -> sa.Column:
    return sa.Column(name, sa.String(), server_default="", nullable=False)


def agendas() -> None:
    op.create_table(
        "agenda",
        *row(),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.Time(), nullable=True),
        sa.Column("arranged_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_agenda_meeting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agenda")),
        sa.UniqueConstraint("meeting_id", name=op.f("uq_agenda_meeting_id")),
    )


def agenda_lines() -> None:
    op.create_table(
        "agenda_line",
        *row(),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        text("presenter"),
        text("note"),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.Column("left_out_on", sa.Date(), nullable=True),
        sa.Column("left_out_by", sa.Integer(), nullable=True),
        text("left_out_reason"),
        sa.CheckConstraint("(kind = 'own') = (subject_id is null)", name=op.f("ck_agenda_line_own_or_about_something")),
        sa.CheckConstraint("minutes >= 0", name=op.f("ck_agenda_line_some_minutes")),
        sa.CheckConstraint("(left_out_on is null) = (left_out_reason = '')", name=op.f("ck_agenda_line_left_out_with_a_reason")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_agenda_line_meeting_id")),
        sa.ForeignKeyConstraint(["left_out_by"], ["person.id"], name=op.f("fk_agenda_line_left_out_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agenda_line")),
    )
    op.create_index("uq_agenda_line_meeting_id_kind_subject_id", "agenda_line", ["meeting_id", "kind", "subject_id"], unique=True)
