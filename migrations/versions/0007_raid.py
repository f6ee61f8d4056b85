"""The RAID register."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "raid_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("title_key", sa.String(), nullable=False),
        sa.Column("description", sa.String(), server_default="", nullable=False),
        sa.Column("category", sa.String(), server_default="", nullable=False),
        sa.Column("probability", sa.Integer(), nullable=True),
        sa.Column("impact", sa.Integer(), nullable=True),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("response", sa.String(), server_default="", nullable=False),
        sa.Column("response_text", sa.String(), server_default="", nullable=False),
        sa.Column("status", sa.String(), server_default="open", nullable=False),
        sa.Column("raised_on", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("closing_reason", sa.String(), server_default="", nullable=False),
        sa.Column("other_party", sa.String(), server_default="", nullable=False),
        sa.Column("external_id", sa.String(), nullable=True),
        sa.CheckConstraint("probability between 1 and 5 and impact between 1 and 5", name=op.f("ck_raid_item_scale_one_to_five")),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_raid_item_owner_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_raid_item_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_raid_item")),
    )
    op.create_index(op.f("ix_raid_item_owner_id"), "raid_item", ["owner_id"], unique=False)
    op.create_index("ix_raid_item_project_id_status", "raid_item", ["project_id", "status"], unique=False)
    op.create_index("uq_raid_item_project_id_code", "raid_item", ["project_id", "code"], unique=True)
    op.execute("select history.track('raid_item')")


def downgrade() -> None:
    op.execute("select history.untrack('raid_item')")
    op.drop_index("uq_raid_item_project_id_code", table_name="raid_item")
    op.drop_index("ix_raid_item_project_id_status", table_name="raid_item")
    op.drop_index(op.f("ix_raid_item_owner_id"), table_name="raid_item")
    op.drop_table("raid_item")
