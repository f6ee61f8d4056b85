"""Who escalated an item and who answered it, who closed a support request: who asked is told what came of it."""

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


def downgrade() -> None:
    for table, names in POINTERS.items():
        for name in names:
            op.drop_constraint(op.f(f"fk_{table}_{name}"), table, type_="foreignkey")
            op.drop_column(table, name)
        op.execute(f"select history.track('{table}')")
