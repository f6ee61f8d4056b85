"""Portfolios, programmes, projects, status updates, reported positions."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "portfolio",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_key", sa.String(), nullable=False),
        sa.Column("description", sa.String(), server_default="", nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portfolio")),
        sa.UniqueConstraint("code", name=op.f("uq_portfolio_code")),
    )
    op.create_table(
        "programme",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("portfolio_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_key", sa.String(), nullable=False),
        sa.Column("description", sa.String(), server_default="", nullable=False),
        sa.Column("manager_id", sa.Integer(), nullable=True),
        sa.Column("organisation", sa.String(), server_default="", nullable=False),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["manager_id"], ["person.id"], name=op.f("fk_programme_manager_id")),
        sa.ForeignKeyConstraint(["portfolio_id"], ["portfolio.id"], name=op.f("fk_programme_portfolio_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme")),
    )
    op.create_index(op.f("ix_programme_portfolio_id"), "programme", ["portfolio_id"], unique=False)
    op.create_index("uq_programme_portfolio_id_code", "programme", ["portfolio_id", "code"], unique=True)
    op.create_table(
        "project",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("portfolio_id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), server_default="other", nullable=False),
        sa.Column("method", sa.String(), server_default="waterfall", nullable=False),
        sa.Column("phase", sa.String(), server_default="executing", nullable=False),
        sa.Column("state", sa.String(), server_default="open", nullable=False),
        sa.Column("manager_id", sa.Integer(), nullable=True),
        sa.Column("sponsor", sa.String(), server_default="", nullable=False),
        sa.Column("description", sa.String(), server_default="", nullable=False),
        sa.Column("tolerance_days", sa.Integer(), nullable=True),
        sa.Column("tolerance_percent", sa.Numeric(precision=6, scale=2), nullable=True),
        sa.Column("currency", sa.String(), server_default="EUR", nullable=False),
        sa.Column("budget", sa.Numeric(precision=18, scale=2), nullable=True),
        sa.Column("spent", sa.Numeric(precision=18, scale=2), nullable=True),
        sa.Column("forecast_cost", sa.Numeric(precision=18, scale=2), nullable=True),
        sa.Column("money_on", sa.Date(), nullable=True),
        sa.Column("no_value", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("tags", postgresql.ARRAY(sa.String()), server_default="{}", nullable=False),
        sa.Column("external_id", sa.String(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("closing_reason", sa.String(), server_default="", nullable=False),
        sa.CheckConstraint("tolerance_days >= 0 and tolerance_percent >= 0", name=op.f("ck_project_tolerance_not_negative")),
        sa.ForeignKeyConstraint(["manager_id"], ["person.id"], name=op.f("fk_project_manager_id")),
        sa.ForeignKeyConstraint(["portfolio_id"], ["portfolio.id"], name=op.f("fk_project_portfolio_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_project_programme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project")),
    )
    op.create_index(op.f("ix_project_manager_id"), "project", ["manager_id"], unique=False)
    op.create_index("ix_project_portfolio_id_external_id", "project", ["portfolio_id", "external_id"], unique=False)
    op.create_index("ix_project_portfolio_id_name_key", "project", ["portfolio_id", "name_key"], unique=False)
    op.create_index(op.f("ix_project_programme_id"), "project", ["programme_id"], unique=False)
    op.create_index("uq_project_portfolio_id_code", "project", ["portfolio_id", "code"], unique=True)
    op.create_table(
        "reported_position",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("position_on", sa.Date(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("rating", sa.String(), nullable=True),
        sa.Column("rating_scale", sa.Integer(), nullable=True),
        sa.Column("start_on", sa.Date(), nullable=True),
        sa.Column("end_on", sa.Date(), nullable=True),
        sa.Column("currency", sa.String(), server_default="", nullable=False),
        sa.Column("budget", sa.Numeric(precision=18, scale=2), nullable=True),
        sa.Column("forecast_cost", sa.Numeric(precision=18, scale=2), nullable=True),
        sa.Column("year_budget", sa.Numeric(precision=18, scale=2), nullable=True),
        sa.Column("year_forecast", sa.Numeric(precision=18, scale=2), nullable=True),
        sa.Column("values", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("no_value", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_reported_position_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reported_position")),
    )
    op.create_index(
        "uq_reported_position_project_id_position_on_source",
        "reported_position",
        ["project_id", "position_on", "source"],
        unique=True,
    )
    op.create_table(
        "status_update",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("period_start", sa.Date(), nullable=True),
        sa.Column("period_end", sa.Date(), nullable=False),
        sa.Column("stated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("done", sa.String(), server_default="", nullable=False),
        sa.Column("next", sa.String(), server_default="", nullable=False),
        sa.Column("attention", sa.String(), server_default="", nullable=False),
        sa.Column("back_to_green", sa.String(), server_default="", nullable=False),
        sa.Column("overall", sa.String(), nullable=True),
        sa.Column("schedule", sa.String(), nullable=True),
        sa.Column("cost", sa.String(), nullable=True),
        sa.Column("scope", sa.String(), nullable=True),
        sa.Column("resources", sa.String(), nullable=True),
        sa.Column("risk", sa.String(), nullable=True),
        sa.Column("quality", sa.String(), nullable=True),
        sa.Column("source", sa.String(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_status_update_author_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_status_update_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_status_update")),
    )
    op.create_index("ix_status_update_project_id_stated_at", "status_update", ["project_id", "stated_at"], unique=False)
    op.execute("select history.track('portfolio')")
    op.execute("select history.track('programme')")
    op.execute("select history.track('project')")
    op.execute("select history.track('reported_position')")
    op.execute("select history.track('status_update')")


def downgrade() -> None:
    op.execute("select history.untrack('status_update')")
    op.execute("select history.untrack('reported_position')")
    op.execute("select history.untrack('project')")
    op.execute("select history.untrack('programme')")
    op.execute("select history.untrack('portfolio')")
    op.drop_index("ix_status_update_project_id_stated_at", table_name="status_update")
    op.drop_table("status_update")
    op.drop_index("uq_reported_position_project_id_position_on_source", table_name="reported_position")
    op.drop_table("reported_position")
    op.drop_index("uq_project_portfolio_id_code", table_name="project")
    op.drop_index(op.f("ix_project_programme_id"), table_name="project")
    op.drop_index("ix_project_portfolio_id_name_key", table_name="project")
    op.drop_index("ix_project_portfolio_id_external_id", table_name="project")
    op.drop_index(op.f("ix_project_manager_id"), table_name="project")
    op.drop_table("project")
    op.drop_index("uq_programme_portfolio_id_code", table_name="programme")
    op.drop_index(op.f("ix_programme_portfolio_id"), table_name="programme")
    op.drop_table("programme")
    op.drop_table("portfolio")
