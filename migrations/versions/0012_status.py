"""Since when a dimension of a project has its colour."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "health_mark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("dimension", sa.String(), nullable=False),
        sa.Column("colour", sa.String(), nullable=True),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("before", sa.String(), nullable=True),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_health_mark_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_health_mark")),
    )
    op.create_index("uq_health_mark_project_id_dimension", "health_mark", ["project_id", "dimension"], unique=True)
    op.execute("select history.track('health_mark')")


def downgrade() -> None:
    op.execute("select history.untrack('health_mark')")
    op.drop_index("uq_health_mark_project_id_dimension", table_name="health_mark")
    op.drop_table("health_mark")
