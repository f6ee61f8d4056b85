"""What one project promises another: agreements about dependencies; risks as they are after their response."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "agreement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("giver_id", sa.Integer(), nullable=False),
        sa.Column("milestone_id", sa.Integer(), nullable=True),
        sa.Column("promised", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(), server_default="", nullable=False),
        sa.Column("settled_need_by", sa.Date(), nullable=True),
        sa.Column("settled_promised", sa.Date(), nullable=True),
        sa.Column("receiver_agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("receiver_agreed_by", sa.Integer(), nullable=True),
        sa.Column("giver_agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("giver_agreed_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["item_id"], ["raid_item.id"], name=op.f("fk_agreement_item_id")),
        sa.ForeignKeyConstraint(["giver_id"], ["project.id"], name=op.f("fk_agreement_giver_id")),
        sa.ForeignKeyConstraint(["milestone_id"], ["milestone.id"], name=op.f("fk_agreement_milestone_id")),
        sa.ForeignKeyConstraint(["receiver_agreed_by"], ["person.id"], name=op.f("fk_agreement_receiver_agreed_by")),
        sa.ForeignKeyConstraint(["giver_agreed_by"], ["person.id"], name=op.f("fk_agreement_giver_agreed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement")),
        sa.UniqueConstraint("item_id", name=op.f("uq_agreement_item_id")),
    )
    op.create_index(op.f("ix_agreement_giver_id"), "agreement", ["giver_id"], unique=False)
    op.execute("select history.track('agreement')")
    op.add_column("raid_item", sa.Column("residual_probability", sa.Integer(), nullable=True))
    op.add_column("raid_item", sa.Column("residual_impact", sa.Integer(), nullable=True))
    op.create_check_constraint(
        op.f("ck_raid_item_residual_one_to_five"),
        "raid_item",
        "residual_probability between 1 and 5 and residual_impact between 1 and 5",
    )
    op.execute("select history.track('raid_item')")


def downgrade() -> None:
    op.drop_constraint(op.f("ck_raid_item_residual_one_to_five"), "raid_item", type_="check")
    op.drop_column("raid_item", "residual_impact")
    op.drop_column("raid_item", "residual_probability")
    op.execute("select history.track('raid_item')")
    op.execute("select history.untrack('agreement')")
    op.drop_index(op.f("ix_agreement_giver_id"), table_name="agreement")
    op.drop_table("agreement")
