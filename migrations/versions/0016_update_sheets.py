"""Update sheets that were sent out, so that a workbook is known again when it comes back."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "update_sheet",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("title", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_update_sheet_made_by")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_update_sheet_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_update_sheet")),
    )
    op.create_index(op.f("ix_update_sheet_made_by"), "update_sheet", ["made_by"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_update_sheet_made_by"), table_name="update_sheet")
    op.drop_table("update_sheet")
