"""Indicators: definitions, who gives their parts, what was measured, one-time links; mail to addresses without account."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

TRACKED = ("indicator", "indicator_part", "measurement")
AMOUNT = sa.Numeric(16, 4)
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _indicator()
    _part()
    _measurement()
    _link()
    op.alter_column("mail", "person_id", existing_type=sa.Integer(), nullable=True)
    op.add_column("mail", sa.Column("address", sa.String(), server_default="", nullable=False))
    for table in TRACKED:
        op.execute(f"select history.track('{table}')")


def downgrade() -> None:
    op.execute("delete from mail where person_id is null")
    op.drop_column("mail", "address")
    op.alter_column("mail", "person_id", existing_type=sa.Integer(), nullable=False)
    op.drop_table("collect_link")
    for table in reversed(TRACKED):
        op.execute(f"select history.untrack('{table}')")
        op.drop_table(table)


def _head() -> tuple[sa.Column[int], sa.Column[int]]:
    return sa.Column("id", sa.Integer(), nullable=False), sa.Column("version", sa.Integer(), server_default="1", nullable=False)


def _text(name: str, default: str | None = "") -> sa.Column[str]:
    return sa.Column(name, sa.String(), server_default=default, nullable=False)


def _indicator() -> None:
    op.create_table(
        "indicator",
        *_head(),
        sa.Column("portfolio_id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=True),
        sa.Column("project_id", sa.Integer(), nullable=True),
        _text("name", None),
        _text("question"),
        _text("source", None),
        _text("combine", "sum"),
        _text("unit"),
        _text("frequency", None),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        _text("direction", None),
        sa.Column("target", AMOUNT, nullable=True),
        sa.Column("warning", AMOUNT, nullable=True),
        sa.Column("alert", AMOUNT, nullable=True),
        sa.Column("archived_at", MOMENT, nullable=True),
        sa.CheckConstraint("project_id is null or programme_id is not null", name=op.f("ck_indicator_project_in_programme")),
        sa.ForeignKeyConstraint(["portfolio_id"], ["portfolio.id"], name=op.f("fk_indicator_portfolio_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_indicator_programme_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_indicator_project_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_indicator_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicator")),
    )
    op.create_index("ix_indicator_portfolio_id", "indicator", ["portfolio_id"], unique=False)


def _part() -> None:
    op.create_table(
        "indicator_part",
        *_head(),
        sa.Column("indicator_id", sa.Integer(), nullable=False),
        _text("name"),
        sa.Column("person_id", sa.Integer(), nullable=True),
        _text("supplier"),
        _text("email", None),
        _text("language", "en"),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.CheckConstraint("(person_id is null) = (email <> '')", name=op.f("ck_indicator_part_inside_or_outside")),
        sa.ForeignKeyConstraint(["indicator_id"], ["indicator.id"], name=op.f("fk_indicator_part_indicator_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_indicator_part_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicator_part")),
    )
    op.create_index(op.f("ix_indicator_part_indicator_id"), "indicator_part", ["indicator_id"], unique=False)


def _measurement() -> None:
    op.create_table(
        "measurement",
        *_head(),
        sa.Column("indicator_id", sa.Integer(), nullable=False),
        sa.Column("part_id", sa.Integer(), nullable=True),
        sa.Column("period", sa.Date(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=True),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("value", AMOUNT, nullable=True),
        sa.Column("is_estimated", sa.Boolean(), server_default="false", nullable=False),
        _text("remark"),
        _text("via"),
        sa.Column("given_at", MOMENT, nullable=True),
        _text("given_by"),
        _text("correction"),
        sa.CheckConstraint("value is null or given_at is not null", name=op.f("ck_measurement_value_was_given")),
        sa.ForeignKeyConstraint(["indicator_id"], ["indicator.id"], name=op.f("fk_measurement_indicator_id")),
        sa.ForeignKeyConstraint(["part_id"], ["indicator_part.id"], name=op.f("fk_measurement_part_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measurement")),
    )
    op.create_index("uq_measurement_part_id_period", "measurement", ["part_id", "period"], unique=True)
    op.create_index(
        "uq_measurement_computed",
        "measurement",
        ["indicator_id", "period"],
        unique=True,
        postgresql_where=sa.text("part_id is null"),
    )


def _link() -> None:
    op.create_table(
        "collect_link",
        *_head(),
        sa.Column("measurement_id", sa.Integer(), nullable=False),
        sa.Column("token_digest", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("opened_at", MOMENT, nullable=True),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["measurement_id"], ["measurement.id"], name=op.f("fk_collect_link_measurement_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collect_link")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_collect_link_token_digest")),
    )
    op.create_index(op.f("ix_collect_link_measurement_id"), "collect_link", ["measurement_id"], unique=False)
