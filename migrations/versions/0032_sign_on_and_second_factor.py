"""Sign-on with a provider, second factors, where a role came from, when somebody last signed in, access reviews."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("role_grant", sa.Column("source", sa.String(), server_default="hand", nullable=False))
    op.add_column("role_grant", sa.Column("source_group", sa.String(), server_default="", nullable=False))
    op.execute("select history.track('role_grant')")
    op.add_column("login_session", sa.Column("way", sa.String(), server_default="password", nullable=False))
    op.add_column("login_session", sa.Column("sealed_id_token", sa.String(), server_default="", nullable=False))
    of_a_person(
        "sign_on_identity", sa.Column("issuer", sa.String(), nullable=False), sa.Column("subject", sa.String(), nullable=False)
    )
    op.create_index("uq_sign_on_identity_issuer_subject", "sign_on_identity", ["issuer", "subject"], unique=True)
    op.execute("select history.track('sign_on_identity', false)")
    of_a_person(
        "last_sign_in",
        sa.Column("signed_in_at", MOMENT, nullable=False),
        sa.Column("way", sa.String(), nullable=False),
        once=True,
    )
    op.execute(
        "insert into last_sign_in (person_id, signed_in_at, way) select person_id, max(started_at), 'password' from login_session"
        " join person on person.id = person_id where purpose = '' group by person_id"
    )
    second_factors()
    by_somebody("access_review", "reviewed", sa.Column("note", sa.String(), server_default="", nullable=False))
    by_somebody("factor_removal", "removed", sa.Column("reason", sa.String(), nullable=False))


def by_somebody(name: str, done: str, *columns: sa.Column) -> None:
    who, when = f"{done}_by", f"{done}_at"
    of_a_person(
        name,
        sa.Column(who, sa.Integer(), nullable=False),
        sa.Column(when, MOMENT, nullable=False),
        *columns,
        sa.ForeignKeyConstraint([who], ["person.id"], name=op.f(f"fk_{name}_{who}")),
    )
    op.execute(f"select history.track('{name}', false)")


def second_factors() -> None:
    of_a_person(
        "second_factor",
        sa.Column("sealed_key", sa.String(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("confirmed_at", MOMENT, nullable=True),
        sa.Column("last_step", sa.Integer(), server_default="0", nullable=False),
        once=True,
    )
    of_a_person(
        "recovery_code",
        sa.Column("code_digest", sa.LargeBinary(), nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
    )


def of_a_person(name: str, *columns: sa.schema.SchemaItem, once: bool = False) -> None:
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        *columns,
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f(f"fk_{name}_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    )
    if once:
        op.create_unique_constraint(op.f(f"uq_{name}_person_id"), name, ["person_id"])
    else:
        op.create_index(op.f(f"ix_{name}_person_id"), name, ["person_id"], unique=False)


def downgrade() -> None:
    for name in ("factor_removal", "access_review", "sign_on_identity"):
        op.execute(f"select history.untrack('{name}')")
    for name in ("factor_removal", "access_review", "recovery_code", "second_factor", "last_sign_in", "sign_on_identity"):
        op.drop_table(name)
    op.drop_column("login_session", "sealed_id_token")
    op.drop_column("login_session", "way")
    op.drop_column("role_grant", "source_group")
    op.drop_column("role_grant", "source")
    op.execute("select history.track('role_grant')")
