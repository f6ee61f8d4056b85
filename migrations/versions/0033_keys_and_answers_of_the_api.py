"""Scopes of tokens, answers kept for a repeated key, and how much was asked within a window."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

EVERYTHING = (
    "read", "write:portfolio", "write:schedule", "write:raid", "write:governance", "write:indicators", "write:alerts",
    "write:reports", "write:administration",
)  # fmt: skip


def upgrade() -> None:
    _scopes()
    op.create_table(
        "kept_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("request_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("headers", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("body", sa.LargeBinary(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_kept_answer_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_answer")),
    )
    op.create_index("uq_kept_answer_person_id_key", "kept_answer", ["person_id", "key"], unique=True)
    op.create_index(op.f("ix_kept_answer_made_at"), "kept_answer", ["made_at"], unique=False)
    op.create_table(
        "rate_window",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("slot", sa.BigInteger(), nullable=False),
        sa.Column("current", sa.Integer(), nullable=False),
        sa.Column("previous", sa.Integer(), server_default="0", nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rate_window")),
        sa.UniqueConstraint("key", name=op.f("uq_rate_window_key")),
        prefixes=["UNLOGGED"],  # lost with a crash, as is right for it
    )


def downgrade() -> None:
    op.drop_table("rate_window")
    op.drop_table("kept_answer")
    op.add_column("api_token", sa.Column("read_only", sa.Boolean(), server_default="false", nullable=False))
    op.execute("update api_token set read_only = (scopes = '{read}')")
    op.drop_column("api_token", "scopes")


def _scopes() -> None:
    """A token that may only read keeps that; the others may go on doing all they could."""
    op.add_column("api_token", sa.Column("scopes", postgresql.ARRAY(sa.String()), server_default="{read}", nullable=False))
    everything = ",".join(EVERYTHING)
    op.execute(f"update api_token set scopes = '{{{everything}}}' where not read_only")
    op.drop_column("api_token", "read_only")
