"""How far a report on its way is, and PDF files of editions, which are made the same way."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("report_making", sa.Column("shape", sa.String(), server_default="word", nullable=False))
    op.add_column("report_making", sa.Column("edition_id", sa.Integer(), nullable=True))
    op.add_column("report_making", sa.Column("step", sa.Integer(), server_default="0", nullable=False))
    op.add_column("report_making", sa.Column("steps", sa.Integer(), server_default="0", nullable=False))
    op.create_foreign_key(op.f("fk_report_making_edition_id"), "report_making", "edition", ["edition_id"], ["id"])
    op.create_index(op.f("ix_report_making_edition_id"), "report_making", ["edition_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_report_making_edition_id"), table_name="report_making")
    op.drop_constraint(op.f("fk_report_making_edition_id"), "report_making", type_="foreignkey")
    for name in ("steps", "step", "edition_id", "shape"):
        op.drop_column("report_making", name)
