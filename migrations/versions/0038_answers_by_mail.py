"""Addresses that take answers by mail, and what arrived there."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def begin(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]


def upgrade() -> None:
    op.add_column("mail", sa.Column("reply_token", sa.String(), server_default="", nullable=False))
    op.create_table(
        "received_mail",
        *begin("received_mail"),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), server_default="", nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), server_default="", nullable=False),
        sa.Column("stored", sa.Integer(), server_default="0", nullable=False),
        sa.Column("attachments", sa.Integer(), server_default="0", nullable=False),
        sa.Column("body", sa.String(), server_default="", nullable=False),
        sa.Column("answer_id", sa.Integer(), nullable=True),
        sa.UniqueConstraint("key", name=op.f("uq_received_mail_key")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_received_mail_person_id")),
        sa.ForeignKeyConstraint(["answer_id"], ["mail.id"], name=op.f("fk_received_mail_answer_id")),
    )
    op.create_index("ix_received_mail_person_id_received_at", "received_mail", ["person_id", "received_at"])
    op.create_index("ix_received_mail_held", "received_mail", ["id"], postgresql_where=sa.text("reason <> ''"))
    op.create_index("ix_received_mail_body", "received_mail", ["received_at"], postgresql_where=sa.text("body <> ''"))
    addresses()


def addresses() -> None:
    op.create_table(
        "reply_address",
        *begin("reply_address"),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("token_digest", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.UniqueConstraint("token_digest", name=op.f("uq_reply_address_token_digest")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_reply_address_person_id")),
    )
    op.create_table(
        "reply_project",
        *begin("reply_project"),
        sa.Column("address_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("received_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["address_id"], ["reply_address.id"], name=op.f("fk_reply_project_address_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_reply_project_project_id")),
        sa.ForeignKeyConstraint(["received_id"], ["received_mail.id"], name=op.f("fk_reply_project_received_id")),
    )
    op.create_index("uq_reply_project_address_id_project_id", "reply_project", ["address_id", "project_id"], unique=True)


def downgrade() -> None:
    op.drop_table("reply_project")
    op.drop_table("reply_address")
    op.drop_table("received_mail")
    op.drop_column("mail", "reply_token")
