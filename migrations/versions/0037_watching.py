"""What the server noticed about itself: slow statements, errors, what a job ended with, where a worker runs."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

TABLES = ("slow_statement", "problem", "job_problem", "worker_seen")


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    table(
        "slow_statement",
        text("digest"), text("shape"), text("occasion"), counted(),
        sa.Column("worst_ms", sa.Integer(), nullable=False), sa.Column("last_ms", sa.Integer(), nullable=False),
        sa.Column("last_at", moment, nullable=False), unique("slow_statement", "digest"),
    )  # fmt: skip
    table(
        "problem",
        text("digest"), text("kind"), text("place"), text("occasion"), counted(), text("last_id"),
        sa.Column("first_at", moment, nullable=False), sa.Column("last_at", moment, nullable=False), unique("problem", "digest"),
    )  # fmt: skip
    table(
        "job_problem",
        sa.Column("job_id", sa.BigInteger(), nullable=False), text("kind"), text("place"),
        sa.Column("at", moment, nullable=False), unique("job_problem", "job_id"),
    )  # fmt: skip
    table(
        "worker_seen",
        sa.Column("worker_id", sa.BigInteger(), nullable=False), text("machine"),
        sa.Column("process", sa.Integer(), nullable=False), sa.Column("since", moment, nullable=False),
    )  # fmt: skip
    op.create_index("uq_worker_seen_worker_id", "worker_seen", ["worker_id"], unique=True)


def table(name: str, *columns: sa.schema.SchemaItem) -> None:
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        *columns,
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    )


def text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False)


def counted() -> sa.Column[int]:
    return sa.Column("count", sa.Integer(), server_default="1", nullable=False)


def unique(name: str, column: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(column, name=op.f(f"uq_{name}_{column}"))


def downgrade() -> None:
    for name in reversed(TABLES):
        op.drop_table(name)
