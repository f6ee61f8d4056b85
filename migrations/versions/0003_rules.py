"""Dated rules."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("country", sa.String(), server_default="", nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=True),
        sa.Column("value", sa.Numeric(precision=14, scale=4), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.CheckConstraint("valid_to is null or valid_to >= valid_from", name=op.f("ck_rule_ends_after_start")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule")),
    )
    op.create_index(
        "uq_rule_code_country_programme_valid_from",
        "rule",
        ["code", "country", "programme_id", "valid_from"],
        unique=True,
        postgresql_nulls_not_distinct=True,
    )
    op.execute("select history.track('rule', false)")


def downgrade() -> None:
    op.execute("select history.untrack('rule')")
    op.drop_index("uq_rule_code_country_programme_valid_from", table_name="rule", postgresql_nulls_not_distinct=True)
    op.drop_table("rule")
