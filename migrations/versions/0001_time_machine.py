"""The time machine: transactions, row versions, views of any moment, seals."""

from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

SQL = Path(__file__).parents[1] / "sql"


def upgrade() -> None:
    for name in ("transactions", "versions", "seals", "roles"):
        _run((SQL / f"0001_{name}.sql").read_text())
    op.execute("select history.protect()")


def downgrade() -> None:
    _run("drop schema asknown cascade; drop schema asof cascade; drop schema history cascade")


def _run(statements: str) -> None:
    """A script of several statements, which only the driver itself accepts."""
    op.get_bind().connection.driver_connection.execute(statements)
