"""Stakeholders of projects; procedures and who has read them; what people ask of the PMO and propose."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

TABLES = ("stakeholder", "procedure", "procedure_issue", "procedure_reading", "support_request", "support_message", "proposal")


def upgrade() -> None:
    stakeholders()
    procedures()
    procedure_issues()
    procedure_readings()
    support_requests()
    support_messages()
    proposals()
    for table in TABLES:
        op.execute(f"select history.track('{table}')")


def downgrade() -> None:
    for table in reversed(TABLES):
        op.execute(f"select history.untrack('{table}')")
        op.drop_table(table)


def row() -> tuple[sa.Column, sa.Column]:
    return (
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
    )


def text(name: str) -> sa.Column:
    return sa.Column(name, sa.String(), server_default="", nullable=False)


def stakeholders() -> None:
    op.create_table(
        "stakeholder",
        *row(),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_key", sa.String(), nullable=False),
        *(text(name) for name in ("organisation", "role", "contact", "message", "channel")),
        sa.Column("power", sa.Integer(), nullable=False),
        sa.Column("interest", sa.Integer(), nullable=False),
        sa.Column("engagement", sa.String(), nullable=False),
        sa.Column("desired", sa.String(), nullable=False),
        sa.Column("rhythm", sa.String(), nullable=True),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("power between 1 and 5", name=op.f("ck_stakeholder_power_is_a_level")),
        sa.CheckConstraint("interest between 1 and 5", name=op.f("ck_stakeholder_interest_is_a_level")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_stakeholder_project_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_stakeholder_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stakeholder")),
    )
    op.create_index(op.f("ix_stakeholder_project_id"), "stakeholder", ["project_id"])


def procedures() -> None:
    op.create_table(
        "procedure",
        *row(),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("title_key", sa.String(), nullable=False),
        sa.Column("audience", postgresql.ARRAY(sa.String()), server_default="{}", nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_procedure")),
        sa.UniqueConstraint("title_key", name=op.f("uq_procedure_title_key")),
    )


def procedure_issues() -> None:
    op.create_table(
        "procedure_issue",
        *row(),
        sa.Column("procedure_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        *(text(name) for name in ("news", "text", "link", "file_name")),
        sa.Column("stored_file_id", sa.Integer(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["procedure_id"], ["procedure.id"], name=op.f("fk_procedure_issue_procedure_id")),
        sa.ForeignKeyConstraint(["stored_file_id"], ["stored_file.id"], name=op.f("fk_procedure_issue_stored_file_id")),
        sa.ForeignKeyConstraint(["published_by"], ["person.id"], name=op.f("fk_procedure_issue_published_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_procedure_issue")),
    )
    op.create_index("uq_procedure_issue_procedure_id_number", "procedure_issue", ["procedure_id", "number"], unique=True)
    op.create_index(op.f("ix_procedure_issue_stored_file_id"), "procedure_issue", ["stored_file_id"])


def procedure_readings() -> None:
    op.create_table(
        "procedure_reading",
        *row(),
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["issue_id"], ["procedure_issue.id"], name=op.f("fk_procedure_reading_issue_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_procedure_reading_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_procedure_reading")),
    )
    op.create_index("uq_procedure_reading_issue_id_person_id", "procedure_reading", ["issue_id", "person_id"], unique=True)
    op.create_index(op.f("ix_procedure_reading_person_id"), "procedure_reading", ["person_id"])


def support_requests() -> None:
    op.create_table(
        "support_request",
        *row(),
        sa.Column("asker_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=True),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("subject", "text", "urgency", "state")),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("taker_id", sa.Integer(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["asker_id"], ["person.id"], name=op.f("fk_support_request_asker_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_support_request_project_id")),
        sa.ForeignKeyConstraint(["taker_id"], ["person.id"], name=op.f("fk_support_request_taker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_support_request")),
    )
    op.create_index(op.f("ix_support_request_asker_id"), "support_request", ["asker_id"])
    op.create_index(op.f("ix_support_request_project_id"), "support_request", ["project_id"])


def support_messages() -> None:
    op.create_table(
        "support_message",
        *row(),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("is_answer", sa.Boolean(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["request_id"], ["support_request.id"], name=op.f("fk_support_message_request_id")),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_support_message_author_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_support_message")),
    )
    op.create_index(op.f("ix_support_message_request_id"), "support_message", ["request_id"])


def proposals() -> None:
    op.create_table(
        "proposal",
        *row(),
        sa.Column("proposer_id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("title", "idea", "state")),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        *(sa.Column(name, sa.String(), nullable=True) for name in ("effort", "benefit", "effect")),
        *(text(name) for name in ("assessment", "reason", "effect_text")),
        sa.Column("assessor_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decider_id", sa.Integer(), nullable=True),
        sa.Column("measure_on", sa.Date(), nullable=True),
        sa.Column("measured_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state not in ('accepted', 'later', 'refused', 'measured') or (decided_at is not null and reason <> '')",
            name=op.f("ck_proposal_decided_with_reason"),
        ),
        sa.ForeignKeyConstraint(["proposer_id"], ["person.id"], name=op.f("fk_proposal_proposer_id")),
        sa.ForeignKeyConstraint(["assessor_id"], ["person.id"], name=op.f("fk_proposal_assessor_id")),
        sa.ForeignKeyConstraint(["decider_id"], ["person.id"], name=op.f("fk_proposal_decider_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
    )
    op.create_index(op.f("ix_proposal_proposer_id"), "proposal", ["proposer_id"])
