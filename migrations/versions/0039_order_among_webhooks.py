"""Webhooks that nobody answers are counted, and the messages that wait or failed are found without reading the whole log."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("webhook_secret", sa.Column("failures", sa.Integer(), server_default="0", nullable=False))
    op.add_column("webhook_secret", sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_webhook_delivery_webhook_id_state",
        "webhook_delivery",
        ["webhook_id", "state"],
        postgresql_where=sa.text("state in ('waiting', 'failed')"),
    )


def downgrade() -> None:
    op.drop_index("ix_webhook_delivery_webhook_id_state", "webhook_delivery")
    op.drop_column("webhook_secret", "failing_since")
    op.drop_column("webhook_secret", "failures")
