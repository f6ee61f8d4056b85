"""Decisions asked of committees and taken by them, the actions that follow, who was there."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

TABLES = ("decision_request", "decision_option", "decision", "action_item", "attendance")


def upgrade() -> None:
    requests()
    options()
    decisions()
    actions()
    op.create_table(
        "attendance",
        *row(),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("is_present", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_attendance_meeting_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_attendance_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance")),
    )
    op.create_index("uq_attendance_meeting_id_person_id", "attendance", ["meeting_id", "person_id"], unique=True)
    for table in TABLES:
        op.execute(f"select history.track('{table}')")


def downgrade() -> None:
    for table in reversed(TABLES):
        op.execute(f"select history.untrack('{table}')")
        op.drop_table(table)


def requests() -> None:
    op.create_table(
        "decision_request",
        *row(),
        *of_committee("decision_request"),
        sa.Column("asker_id", sa.Integer(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("why", sa.String(), server_default="", nullable=False),
        sa.Column("recommended", sa.Integer(), nullable=True),
        sa.Column("if_not", sa.String(), server_default="", nullable=False),
        sa.Column("needed_by", sa.Date(), nullable=True),
        sa.Column("state", sa.String(), server_default="draft", nullable=False),
        sa.Column("submitted_on", sa.Date(), nullable=True),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.Column("withdrawal", sa.String(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["asker_id"], ["person.id"], name=op.f("fk_decision_request_asker_id")),
    )
    indexes("decision_request")


def options() -> None:
    op.create_table(
        "decision_option",
        *row(),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), server_default="", nullable=False),
        sa.Column("consequence", sa.String(), server_default="", nullable=False),
        sa.Column("cost", sa.Numeric(18, 2), nullable=True),
        sa.Column("currency", sa.String(), server_default="EUR", nullable=False),
        sa.Column("payer", sa.String(), server_default="", nullable=False),
        sa.CheckConstraint("position between 1 and 5", name=op.f("ck_decision_option_at_most_five")),
        sa.ForeignKeyConstraint(["request_id"], ["decision_request.id"], name=op.f("fk_decision_option_request_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision_option")),
    )
    op.create_index("uq_decision_option_request_id_position", "decision_option", ["request_id", "position"], unique=True)


def decisions() -> None:
    op.create_table(
        "decision",
        *row(),
        *of_committee("decision"),
        sa.Column("request_id", sa.Integer(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("change_text", sa.String(), server_default="", nullable=False),
        sa.Column("reason", sa.String(), server_default="", nullable=False),
        sa.Column("deferred_to_id", sa.Integer(), nullable=True),
        sa.Column("voided_on", sa.Date(), nullable=True),
        sa.Column("void_reason", sa.String(), server_default="", nullable=False),
        sa.CheckConstraint("outcome <> 'changed' or change_text <> ''", name=op.f("ck_decision_says_what_changed")),
        sa.CheckConstraint(
            "(outcome = 'deferred') = (deferred_to_id is not null)", name=op.f("ck_decision_deferred_to_a_meeting")
        ),
        sa.ForeignKeyConstraint(["request_id"], ["decision_request.id"], name=op.f("fk_decision_request_id")),
        sa.ForeignKeyConstraint(["deferred_to_id"], ["meeting.id"], name=op.f("fk_decision_deferred_to_id")),
    )
    indexes("decision", "request_id")


def actions() -> None:
    op.create_table(
        "action_item",
        *row(),
        *of_committee("action_item"),
        sa.Column("decision_id", sa.Integer(), nullable=True),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("what_key", sa.String(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("evidence", sa.String(), server_default="", nullable=False),
        sa.Column("cancelled_on", sa.Date(), nullable=True),
        sa.Column("cancel_reason", sa.String(), server_default="", nullable=False),
        sa.CheckConstraint("done_on is null or cancelled_on is null", name=op.f("ck_action_item_one_end")),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f("fk_action_item_decision_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_action_item_owner_id")),
    )
    indexes("action_item", "decision_id", "owner_id")


def row() -> list[sa.Column]:
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
    ]


def of_committee(table: str) -> list[sa.Column | sa.Constraint]:
    """Which committee, in which meeting, about what."""
    return [
        sa.Column("committee_id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=True),
        sa.Column("programme_id", sa.Integer(), nullable=True),
        sa.Column("code", sa.String(), nullable=False),
        sa.CheckConstraint("project_id is null or programme_id is null", name=op.f(f"ck_{table}_about_one_thing")),
        sa.ForeignKeyConstraint(["committee_id"], ["committee.id"], name=op.f(f"fk_{table}_committee_id")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f(f"fk_{table}_meeting_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f(f"fk_{table}_project_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f(f"fk_{table}_programme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]


def indexes(table: str, *others: str) -> None:
    op.create_index(f"uq_{table}_committee_id_code", table, ["committee_id", "code"], unique=True)
    for column in ("meeting_id", "project_id", *others):
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False)
