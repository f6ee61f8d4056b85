"""Findings and mails."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mail",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("body_html", sa.String(), server_default="", nullable=False),
        sa.Column("state", sa.String(), server_default="waiting", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("problem", sa.String(), server_default="", nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_mail_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail")),
        sa.UniqueConstraint("message_id", name=op.f("uq_mail_message_id")),
    )
    op.create_index("uq_mail_person_id_purpose_day", "mail", ["person_id", "purpose", "day"], unique=True)
    op.create_table(
        "finding",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("weight", sa.Integer(), server_default="0", nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("repeated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("times", sa.Integer(), server_default="1", nullable=False),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_by", sa.Integer(), nullable=True),
        sa.Column("acknowledgement", sa.String(), server_default="", nullable=False),
        sa.Column("snoozed_until", sa.Date(), nullable=True),
        sa.Column("snooze_reason", sa.String(), server_default="", nullable=False),
        sa.Column("snoozed_by", sa.Integer(), nullable=True),
        sa.Column("cleared_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_quiet", sa.Boolean(), server_default="false", nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_finding_owner_id")),
        sa.ForeignKeyConstraint(["acknowledged_by"], ["person.id"], name=op.f("fk_finding_acknowledged_by")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_finding_project_id")),
        sa.ForeignKeyConstraint(["snoozed_by"], ["person.id"], name=op.f("fk_finding_snoozed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding")),
    )
    op.create_index("ix_finding_project_id_cleared_at", "finding", ["project_id", "cleared_at"], unique=False)
    op.create_index(op.f("ix_finding_owner_id"), "finding", ["owner_id"], unique=False)
    op.create_index(
        "uq_finding_open", "finding", ["rule", "subject", "subject_id"], unique=True, postgresql_where="cleared_at is null"
    )
    op.create_table(
        "mailed_finding",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("mail_id", sa.Integer(), nullable=False),
        sa.Column("finding_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["finding_id"], ["finding.id"], name=op.f("fk_mailed_finding_finding_id")),
        sa.ForeignKeyConstraint(["mail_id"], ["mail.id"], name=op.f("fk_mailed_finding_mail_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailed_finding")),
    )
    op.create_index(op.f("ix_mailed_finding_finding_id"), "mailed_finding", ["finding_id"], unique=False)
    op.create_index("uq_mailed_finding_mail_id_finding_id", "mailed_finding", ["mail_id", "finding_id"], unique=True)
    op.execute("select history.track('finding')")


def downgrade() -> None:
    op.execute("select history.untrack('finding')")
    op.drop_index("uq_mailed_finding_mail_id_finding_id", table_name="mailed_finding")
    op.drop_index(op.f("ix_mailed_finding_finding_id"), table_name="mailed_finding")
    op.drop_table("mailed_finding")
    op.drop_index("uq_finding_open", table_name="finding", postgresql_where="cleared_at is null")
    op.drop_index("ix_finding_project_id_cleared_at", table_name="finding")
    op.drop_table("finding")
    op.drop_index("uq_mail_person_id_purpose_day", table_name="mail")
    op.drop_table("mail")
