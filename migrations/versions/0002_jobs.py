"""The job engine's own tables and functions, and the test clock that moves the effective time of a trial."""

from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SQL = Path(__file__).parents[1] / "sql"

DROP = """
do $$
declare name text;
begin
  for name in select oid::regclass::text from pg_class where relname like 'procrastinate\\_%' and relkind = 'r'
      and relnamespace = 'public'::regnamespace loop
    execute 'drop table if exists ' || name || ' cascade';
  end loop;
  for name in select oid::regprocedure::text from pg_proc where proname like 'procrastinate\\_%'
      and pronamespace = 'public'::regnamespace loop
    execute 'drop function if exists ' || name || ' cascade';
  end loop;
  for name in select t.oid::regtype::text from pg_type t where typname like 'procrastinate\\_%'
      and typnamespace = 'public'::regnamespace and typtype in ('e', 'c') loop
    execute 'drop type if exists ' || name || ' cascade';
  end loop;
end $$;
"""


def upgrade() -> None:
    _run((SQL / "0002_jobs.sql").read_text())
    op.create_table(
        "test_clock",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("offset_seconds", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_test_clock")),
    )


def downgrade() -> None:
    op.drop_table("test_clock")
    _run(DROP)


def _run(statements: str) -> None:
    """A script of several statements, which only the driver itself accepts."""
    op.get_bind().connection.driver_connection.execute(statements)
