"""Who gets the reports of a committee, who approves them before they are published, to whom editions were sent."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

TRACKED = ("distribution_entry", "report_approval", "edition_sending")


def upgrade() -> None:
    op.add_column("committee", sa.Column("approver_role", sa.String(), server_default="", nullable=False))
    op.add_column("committee", sa.Column("approver_id", sa.Integer(), nullable=True))
    op.create_foreign_key(op.f("fk_committee_approver_id"), "committee", "person", ["approver_id"], ["id"])
    op.create_check_constraint(op.f("ck_committee_one_way_to_approve"), "committee", "approver_role = '' or approver_id is null")
    distribution()
    approvals()
    sendings()
    for table in TRACKED:
        op.execute(f"select history.track('{table}')")
    op.execute("select history.track('committee')")


def downgrade() -> None:
    for table in reversed(TRACKED):
        op.execute(f"select history.untrack('{table}')")
    for table in ("edition_print", "edition_opening", "edition_sending", "report_approval_content", "report_approval"):
        op.drop_table(table)
    op.drop_table("distribution_entry")
    op.drop_constraint(op.f("ck_committee_one_way_to_approve"), "committee")
    for column in ("approver_id", "approver_role"):
        op.drop_column("committee", column)
    op.execute("select history.track('committee')")


def distribution() -> None:
    op.create_table(
        "distribution_entry",
        *row(),
        sa.Column("committee_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(), server_default="", nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("language", sa.String(), server_default="en", nullable=False),
        sa.Column("is_left_out", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("added_at", moment(), nullable=False),
        sa.Column("added_by", sa.Integer(), nullable=True),
        sa.Column("ended_at", moment(), nullable=True),
        sa.Column("ended_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("(person_id is null) = (email <> '')", name=op.f("ck_distribution_entry_person_or_address")),
        sa.CheckConstraint("not is_left_out or person_id is not null", name=op.f("ck_distribution_entry_members_left_out")),
        *keys("distribution_entry", committee_id="committee", person_id="person", added_by="person", ended_by="person"),
    )
    for column in ("person_id", "email"):
        op.create_index(
            f"uq_distribution_entry_committee_id_{column}",
            "distribution_entry",
            ["committee_id", column],
            unique=True,
            postgresql_where=sa.text("ended_at is null and email " + ("= ''" if column == "person_id" else "<> ''")),
        )


def approvals() -> None:
    op.create_table(
        "report_approval",
        *row(),
        sa.Column("committee_id", sa.Integer(), nullable=False),
        sa.Column("meeting_on", sa.Date(), nullable=True),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("all_sheets", sa.Boolean(), nullable=False),
        sa.Column("moment", moment(), nullable=False),
        sa.Column("known_txn", sa.BigInteger(), nullable=False),
        sa.Column("content_sha256", sa.String(), nullable=False),
        sa.Column("note", sa.String(), server_default="", nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("asked_at", moment(), nullable=False),
        sa.Column("state", sa.String(), server_default="waiting", nullable=False),
        sa.Column("answered_by", sa.Integer(), nullable=True),
        sa.Column("answered_at", moment(), nullable=True),
        sa.Column("answer", sa.String(), server_default="", nullable=False),
        sa.Column("ended_at", moment(), nullable=True),
        sa.Column("edition_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("state <> 'sent back' or answer <> ''", name=op.f("ck_report_approval_says_why")),
        sa.CheckConstraint("edition_id is null or state = 'approved'", name=op.f("ck_report_approval_published_as_approved")),
        *keys("report_approval", committee_id="committee", asked_by="person", answered_by="person", edition_id="edition"),
        sa.UniqueConstraint("edition_id", name=op.f("uq_report_approval_edition_id")),
    )
    op.create_index("ix_report_approval_committee_id", "report_approval", ["committee_id"])
    op.create_index(
        "uq_report_approval_waiting", "report_approval", ["committee_id"], unique=True,
        postgresql_where=sa.text("state = 'waiting'"),
    )  # fmt: skip
    op.create_table(
        "report_approval_content",
        *row(),
        sa.Column("approval_id", sa.Integer(), nullable=False),
        sa.Column("content", postgresql.JSONB(), nullable=False),
        *keys("report_approval_content", approval_id="report_approval"),
        sa.UniqueConstraint("approval_id", name=op.f("uq_report_approval_content_approval_id")),
    )


def sendings() -> None:
    op.create_table(
        "edition_sending",
        *row(),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("entry_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), server_default="", nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("sent_by", sa.Integer(), nullable=False),
        sa.Column("asked_at", moment(), nullable=False),
        sa.Column("mail_id", sa.Integer(), nullable=False),
        sa.Column("link_digest", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", moment(), nullable=False),
        sa.Column("withdrawn_at", moment(), nullable=True),
        sa.Column("withdrawn_by", sa.Integer(), nullable=True),
        *keys(
            "edition_sending", edition_id="edition", person_id="person", entry_id="distribution_entry", sent_by="person",
            mail_id="mail", withdrawn_by="person",
        ),
        sa.UniqueConstraint("link_digest", name=op.f("uq_edition_sending_link_digest")),
    )  # fmt: skip
    op.create_index(op.f("ix_edition_sending_edition_id"), "edition_sending", ["edition_id"])
    op.create_table(
        "edition_opening",
        *row(),
        sa.Column("sending_id", sa.Integer(), nullable=False),
        sa.Column("opened_at", moment(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        *keys("edition_opening", sending_id="edition_sending"),
    )
    op.create_index(op.f("ix_edition_opening_sending_id"), "edition_opening", ["sending_id"])
    op.create_table(
        "edition_print",
        *row(),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        *keys("edition_print", edition_id="edition"),
    )
    op.create_index("uq_edition_print_edition_id_language", "edition_print", ["edition_id", "language"], unique=True)


def row() -> list[sa.Column]:
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
    ]


def moment() -> sa.DateTime:
    return sa.DateTime(timezone=True)


def keys(table: str, **others: str) -> list[sa.Constraint]:
    foreign = [
        sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}")) for column, other in others.items()
    ]
    return [*foreign, sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}"))]
