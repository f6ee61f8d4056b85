"""What a project is bound to pay by contract and has not spent yet."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("project", sa.Column("committed", sa.Numeric(18, 2), nullable=True))
    op.execute("select history.track('project')")


def downgrade() -> None:
    op.drop_column("project", "committed")
    op.execute("select history.track('project')")
