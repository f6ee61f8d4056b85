"""What was entered about the money of a project for a day."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "value_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("planned", sa.Numeric(18, 2), nullable=True),
        sa.Column("actual", sa.Numeric(18, 2), nullable=True),
        sa.Column("to_complete", sa.Numeric(18, 2), nullable=True),
        sa.Column("share", sa.Numeric(5, 2), nullable=True),
        sa.Column("note", sa.String(), server_default="", nullable=False),
        sa.Column("voided_on", sa.Date(), nullable=True),
        sa.Column("void_reason", sa.String(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_value_entry_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_value_entry")),
    )
    op.create_index(
        "uq_value_entry_project_id_on_day",
        "value_entry",
        ["project_id", "on_day"],
        unique=True,
        postgresql_where=sa.text("voided_on is null"),
    )
    op.execute("select history.track('value_entry')")


def downgrade() -> None:
    op.execute("select history.untrack('value_entry')")
    op.drop_table("value_entry")
