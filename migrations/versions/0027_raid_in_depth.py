"""What the logs of PM² say beside the score: trigger, proximity, who found it, what tests an assumption, where it went up to."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

TEXTS = (
    "trigger",
    "proximity",
    "identified_by",
    "confidence",
    "if_false",
    "escalated_to",
    "escalation_reason",
    "escalation_answer",
)
DAYS = ("escalated_on", "answered_on")
POINTERS = {"validator_id": "person", "source_id": "raid_item", "answerer_id": "person"}


def upgrade() -> None:
    for name in TEXTS:
        op.add_column("raid_item", sa.Column(name, sa.String(), server_default="", nullable=False))
    for name in DAYS:
        op.add_column("raid_item", sa.Column(name, sa.Date(), nullable=True))
    for name, table in POINTERS.items():
        op.add_column("raid_item", sa.Column(name, sa.Integer(), nullable=True))
        op.create_foreign_key(op.f(f"fk_raid_item_{name}"), "raid_item", table, [name], ["id"])
    op.create_index(op.f("ix_raid_item_source_id"), "raid_item", ["source_id"], unique=False)
    op.execute("select history.track('raid_item')")


def downgrade() -> None:
    op.drop_index(op.f("ix_raid_item_source_id"), table_name="raid_item")
    for name in POINTERS:
        op.drop_constraint(op.f(f"fk_raid_item_{name}"), "raid_item", type_="foreignkey")
    for name in (*TEXTS, *DAYS, *POINTERS):
        op.drop_column("raid_item", name)
    op.execute("select history.track('raid_item')")
