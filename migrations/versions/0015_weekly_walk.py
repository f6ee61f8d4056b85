"""Dates confirmed and risks reviewed in the weekly walk, and the links that open it."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

TRACKED = ("milestone", "project", "raid_item")


def upgrade() -> None:
    op.create_table(
        "signed_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("token_digest", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_signed_link_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signed_link")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_signed_link_token_digest")),
    )
    op.create_index(op.f("ix_signed_link_person_id"), "signed_link", ["person_id"], unique=False)
    op.add_column("login_session", sa.Column("purpose", sa.String(), server_default="", nullable=False))
    op.add_column("mail", sa.Column("secret", sa.String(), server_default="", nullable=False))
    op.add_column("milestone", sa.Column("confirmed_on", sa.Date(), nullable=True))
    op.add_column("milestone", sa.Column("confirmed_by", sa.Integer(), nullable=True))
    op.add_column("project", sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("project", sa.Column("confirmed_by", sa.Integer(), nullable=True))
    op.add_column("raid_item", sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("raid_item", sa.Column("reviewed_by", sa.Integer(), nullable=True))
    op.add_column("raid_item", sa.Column("review", sa.String(), server_default="", nullable=False))
    for table, column in (("milestone", "confirmed_by"), ("project", "confirmed_by"), ("raid_item", "reviewed_by")):
        op.create_foreign_key(op.f(f"fk_{table}_{column}"), table, "person", [column], ["id"])
    for table in TRACKED:
        op.execute(f"select history.track('{table}')")


def downgrade() -> None:
    for table, columns in (
        ("raid_item", ("review", "reviewed_by", "reviewed_at")),
        ("project", ("confirmed_by", "confirmed_at")),
        ("milestone", ("confirmed_by", "confirmed_on")),
        ("mail", ("secret",)),
        ("login_session", ("purpose",)),
    ):
        for column in columns:
            op.drop_column(table, column)
    for table in TRACKED:
        op.execute(f"select history.track('{table}')")
    op.drop_index(op.f("ix_signed_link_person_id"), table_name="signed_link")
    op.drop_table("signed_link")
