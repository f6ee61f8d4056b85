"""What a project is bound to pay by contract and has not spent yet; findings and stakeholders of what is no project."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

OF_INDICATOR = "subject <> 'indicator' or portfolio_id is not null"


def upgrade() -> None:
    op.add_column("project", sa.Column("committed", sa.Numeric(18, 2), nullable=True))
    op.execute("select history.track('project')")
    findings()
    stakeholders()


def findings() -> None:
    op.alter_column("finding", "project_id", nullable=True)
    for name in ("portfolio", "programme"):
        op.add_column("finding", sa.Column(f"{name}_id", sa.Integer(), nullable=True))
        op.create_foreign_key(op.f(f"fk_finding_{name}_id"), "finding", name, [f"{name}_id"], ["id"])
    op.create_index("ix_finding_portfolio_id_cleared_at", "finding", ["portfolio_id", "cleared_at"])
    op.create_check_constraint(op.f("ck_finding_indicator_stands_somewhere"), "finding", OF_INDICATOR)
    op.execute("select history.track('finding')")


def stakeholders() -> None:
    op.alter_column("stakeholder", "project_id", nullable=True)
    op.add_column("stakeholder", sa.Column("programme_id", sa.Integer(), nullable=True))
    op.create_foreign_key(op.f("fk_stakeholder_programme_id"), "stakeholder", "programme", ["programme_id"], ["id"])
    op.create_index(op.f("ix_stakeholder_programme_id"), "stakeholder", ["programme_id"], unique=False)
    op.create_check_constraint(op.f("ck_stakeholder_of_one"), "stakeholder", "project_id is null or programme_id is null")
    op.execute("select history.track('stakeholder')")


def downgrade() -> None:
    """What belongs to no project has no place any more."""
    op.drop_constraint(op.f("ck_stakeholder_of_one"), "stakeholder", type_="check")
    op.execute("delete from stakeholder where project_id is null")
    op.drop_index(op.f("ix_stakeholder_programme_id"), table_name="stakeholder")
    op.drop_constraint(op.f("fk_stakeholder_programme_id"), "stakeholder", type_="foreignkey")
    op.drop_column("stakeholder", "programme_id")
    op.alter_column("stakeholder", "project_id", nullable=False)
    op.execute("select history.track('stakeholder')")
    op.drop_constraint(op.f("ck_finding_indicator_stands_somewhere"), "finding", type_="check")
    op.execute("delete from mailed_finding where finding_id in (select id from finding where project_id is null)")
    op.execute("delete from finding where project_id is null")
    op.drop_index("ix_finding_portfolio_id_cleared_at", table_name="finding")
    for name in ("programme", "portfolio"):
        op.drop_constraint(op.f(f"fk_finding_{name}_id"), "finding", type_="foreignkey")
        op.drop_column("finding", f"{name}_id")
    op.alter_column("finding", "project_id", nullable=False)
    op.execute("select history.track('finding')")
    op.drop_column("project", "committed")
    op.execute("select history.track('project')")
