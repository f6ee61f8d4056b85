"""A house's own Word templates with their versions, which committee is given which, and which version an edition was made for."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

TABLES = ("report_template", "report_template_version", "committee_template")


def upgrade() -> None:
    templates()
    versions()
    defaults()
    for table in TABLES:
        op.execute(f"select history.track('{table}')")
    op.add_column("edition", sa.Column("template_version_id", sa.Integer(), nullable=True))
    op.create_foreign_key(
        op.f("fk_edition_template_version_id"), "edition", "report_template_version", ["template_version_id"], ["id"]
    )
    op.execute("select history.track('edition')")


def downgrade() -> None:
    op.drop_column("edition", "template_version_id")
    op.execute("select history.track('edition')")
    for table in reversed(TABLES):
        op.execute(f"select history.untrack('{table}')")
        op.drop_table(table)


def row() -> tuple[sa.Column, sa.Column]:
    return (
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
    )


def templates() -> None:
    op.create_table(
        "report_template",
        *row(),
        sa.Column("portfolio_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("versions", sa.Integer(), server_default="0", nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["portfolio_id"], ["portfolio.id"], name=op.f("fk_report_template_portfolio_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_template")),
    )
    op.create_index(op.f("ix_report_template_portfolio_id"), "report_template", ["portfolio_id"])


def versions() -> None:
    op.create_table(
        "report_template_version",
        *row(),
        sa.Column("template_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("stored_file_id", sa.Integer(), nullable=False),
        sa.Column("used", postgresql.JSONB(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["template_id"], ["report_template.id"], name=op.f("fk_report_template_version_template_id")),
        sa.ForeignKeyConstraint(["stored_file_id"], ["stored_file.id"], name=op.f("fk_report_template_version_stored_file_id")),
        sa.ForeignKeyConstraint(["added_by"], ["person.id"], name=op.f("fk_report_template_version_added_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_template_version")),
    )
    unique = ["template_id", "number"]
    op.create_index("uq_report_template_version_template_id_number", "report_template_version", unique, unique=True)
    op.create_index(op.f("ix_report_template_version_stored_file_id"), "report_template_version", ["stored_file_id"])


def defaults() -> None:
    op.create_table(
        "committee_template",
        *row(),
        sa.Column("committee_id", sa.Integer(), nullable=False),
        sa.Column("template_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["committee_id"], ["committee.id"], name=op.f("fk_committee_template_committee_id")),
        sa.ForeignKeyConstraint(["template_id"], ["report_template.id"], name=op.f("fk_committee_template_template_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_committee_template")),
        sa.UniqueConstraint("committee_id", name=op.f("uq_committee_template_committee_id")),
    )
    op.create_index(op.f("ix_committee_template_template_id"), "committee_template", ["template_id"])
