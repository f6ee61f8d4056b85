"""Who escalated an item and who answered it, who closed a support request; what whoever gives a value is asked."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

POINTERS = {"raid_item": ("escalated_by", "answered_by"), "support_request": ("closed_by",)}


def upgrade() -> None:
    for table, names in POINTERS.items():
        for name in names:
            op.add_column(table, sa.Column(name, sa.Integer(), nullable=True))
            op.create_foreign_key(op.f(f"fk_{table}_{name}"), table, "person", [name], ["id"])
        op.execute(f"select history.track('{table}')")
    op.add_column("indicator", sa.Column("ask", sa.String(), server_default="", nullable=False))
    op.execute("select history.track('indicator')")


def downgrade() -> None:
    op.drop_column("indicator", "ask")
    op.execute("select history.track('indicator')")
    for table, names in POINTERS.items():
        for name in names:
            op.drop_constraint(op.f(f"fk_{table}_{name}"), table, type_="foreignkey")
            op.drop_column(table, name)
        op.execute(f"select history.track('{table}')")
