"""Agendas that are arranged; reports of projects and programmes approved and distributed; editions made by a worker."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0028"
branch_labels = None
depends_on = None

TABLES = ("agenda", "agenda_line")


def upgrade() -> None:
    agendas()
    agenda_lines()
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
