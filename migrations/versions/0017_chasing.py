"""Updates asked for before the data cut-off of a committee, who was told what, and deputies for a time."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

TABLES = ("update_request", "update_notice")


def upgrade() -> None:
    requests()
    notices()
    op.add_column("person", sa.Column("deputy_id", sa.Integer(), nullable=True))
    op.add_column("person", sa.Column("deputy_from", sa.Date(), nullable=True))
    op.add_column("person", sa.Column("deputy_until", sa.Date(), nullable=True))
    op.create_foreign_key(op.f("fk_person_deputy_id"), "person", "person", ["deputy_id"], ["id"])
    op.create_check_constraint(
        op.f("ck_person_deputy_for_a_time"),
        "person",
        "(deputy_id is null) = (deputy_from is null) and (deputy_id is null) = (deputy_until is null)",
    )
    for table in TABLES:
        op.execute(f"select history.track('{table}')")
    op.execute("select history.track('person', false)")


def downgrade() -> None:
    op.drop_constraint(op.f("ck_person_deputy_for_a_time"), "person")
    for column in ("deputy_until", "deputy_from", "deputy_id"):
        op.drop_column("person", column)
    op.execute("select history.track('person', false)")
    for table in reversed(TABLES):
        op.execute(f"select history.untrack('{table}')")
        op.drop_table(table)


def requests() -> None:
    op.create_table(
        "update_request",
        *row(),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.Integer(), nullable=True),
        sa.Column("excused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("excused_by", sa.Integer(), nullable=True),
        sa.Column("excuse", sa.String(), server_default="", nullable=False),
        sa.CheckConstraint("excused_at is null or excuse <> ''", name=op.f("ck_update_request_excused_with_reason")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_update_request_meeting_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_update_request_project_id")),
        sa.ForeignKeyConstraint(["answered_by"], ["person.id"], name=op.f("fk_update_request_answered_by")),
        sa.ForeignKeyConstraint(["excused_by"], ["person.id"], name=op.f("fk_update_request_excused_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_update_request")),
    )
    op.create_index("uq_update_request_meeting_id_project_id", "update_request", ["meeting_id", "project_id"], unique=True)
    op.create_index(op.f("ix_update_request_project_id"), "update_request", ["project_id"], unique=False)


def notices() -> None:
    op.create_table(
        "update_notice",
        *row(),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("for_id", sa.Integer(), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_by", sa.Integer(), nullable=True),
        sa.Column("mail_id", sa.Integer(), nullable=True),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("promised_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["request_id"], ["update_request.id"], name=op.f("fk_update_notice_request_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_update_notice_person_id")),
        sa.ForeignKeyConstraint(["for_id"], ["person.id"], name=op.f("fk_update_notice_for_id")),
        sa.ForeignKeyConstraint(["told_by"], ["person.id"], name=op.f("fk_update_notice_told_by")),
        sa.ForeignKeyConstraint(["mail_id"], ["mail.id"], name=op.f("fk_update_notice_mail_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_update_notice")),
    )
    op.create_index("uq_update_notice_request_id_person_id", "update_notice", ["request_id", "person_id"], unique=True)
    op.create_index(op.f("ix_update_notice_person_id"), "update_notice", ["person_id"], unique=False)


def row() -> list[sa.Column]:
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
    ]
