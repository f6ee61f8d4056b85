"""Stakeholders of projects."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0023"
branch_labels = None
depends_on = None

TABLES = ("stakeholder",)


def upgrade() -> None:
    stakeholders()
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
