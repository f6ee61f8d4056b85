"""Artefacts by method and phase, the documents of projects that answer them, their files, and what a new project needs."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

TABLES = ("artefact", "project_document", "document_file", "start_aside")


def upgrade() -> None:
    stored_files()
    artefacts()
    project_documents()
    document_files()
    start_asides()
    for table in TABLES:
        op.execute(f"select history.track('{table}')")


def downgrade() -> None:
    for table in reversed(TABLES):
        op.execute(f"select history.untrack('{table}')")
        op.drop_table(table)
    op.drop_table("stored_file")


def row() -> tuple[sa.Column, sa.Column]:
    return (
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
    )


def stored_files() -> None:
    op.create_table(
        "stored_file",
        *row(),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stored_file")),
        sa.UniqueConstraint("sha256", name=op.f("uq_stored_file_sha256")),
    )


def artefacts() -> None:
    op.create_table(
        "artefact",
        *row(),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("phase", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_fr", sa.String(), server_default="", nullable=False),
        sa.Column("name_nl", sa.String(), server_default="", nullable=False),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_artefact")),
    )
    op.create_index("uq_artefact_method_code", "artefact", ["method", "code"], unique=True)


def project_documents() -> None:
    op.create_table(
        "project_document",
        *row(),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("artefact_id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("link", sa.String(), server_default="", nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("not_needed", sa.String(), server_default="", nullable=False),
        sa.Column("files", sa.Integer(), server_default="0", nullable=False),
        sa.CheckConstraint("files >= 0", name=op.f("ck_project_document_files_not_negative")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_project_document_project_id")),
        sa.ForeignKeyConstraint(["artefact_id"], ["artefact.id"], name=op.f("fk_project_document_artefact_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_project_document_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_document")),
    )
    unique = ["project_id", "artefact_id"]
    op.create_index("uq_project_document_project_id_artefact_id", "project_document", unique, unique=True)
    op.create_index(op.f("ix_project_document_artefact_id"), "project_document", ["artefact_id"])


def document_files() -> None:
    op.create_table(
        "document_file",
        *row(),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("stored_file_id", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["document_id"], ["project_document.id"], name=op.f("fk_document_file_document_id")),
        sa.ForeignKeyConstraint(["stored_file_id"], ["stored_file.id"], name=op.f("fk_document_file_stored_file_id")),
        sa.ForeignKeyConstraint(["added_by"], ["person.id"], name=op.f("fk_document_file_added_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_file")),
    )
    op.create_index("uq_document_file_document_id_number", "document_file", ["document_id", "number"], unique=True)
    op.create_index(op.f("ix_document_file_stored_file_id"), "document_file", ["stored_file_id"])


def start_asides() -> None:
    op.create_table(
        "start_aside",
        *row(),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hidden_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_start_aside_project_id")),
        sa.ForeignKeyConstraint(["hidden_by"], ["person.id"], name=op.f("fk_start_aside_hidden_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_start_aside")),
        sa.UniqueConstraint("project_id", name=op.f("uq_start_aside_project_id")),
    )
