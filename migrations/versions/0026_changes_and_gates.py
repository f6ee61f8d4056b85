"""Change requests of projects, and their gates with criteria."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

TABLES = ("change_request", "gate", "gate_criterion")


def upgrade() -> None:
    change_requests()
    gates()
    gate_criteria()
    for table in TABLES:
        op.execute(f"select history.track('{table}')")


def downgrade() -> None:
    for table in reversed(TABLES):
        op.execute(f"select history.untrack('{table}')")
        op.drop_table(table)


def row() -> tuple[sa.Column, sa.Column]:
    return (
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
    )


def words(*names: str) -> list[sa.Column]:
    return [sa.Column(name, sa.String(), server_default="", nullable=False) for name in names]


def link(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}"))


def change_requests() -> None:
    op.create_table(
        "change_request",
        *row(),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("requested_by", sa.String(), nullable=False),
        sa.Column("submitted_on", sa.Date(), nullable=False),
        sa.Column("submitted_by", sa.Integer(), nullable=True),
        *words("situation", "wanted", "if_not", "scope", "alternatives", "recommendation"),
        sa.Column("cost", sa.Numeric(18, 2), nullable=True),
        sa.Column("currency", sa.String(), server_default="EUR", nullable=False),
        sa.Column("milestone_id", sa.Integer(), nullable=True),
        sa.Column("old_date", sa.Date(), nullable=True),
        sa.Column("new_date", sa.Date(), nullable=True),
        sa.Column("state", sa.String(), server_default="submitted", nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decision_id", sa.Integer(), nullable=True),
        *words("reason"),
        sa.Column("postponed_until", sa.Date(), nullable=True),
        sa.Column("merged_into_id", sa.Integer(), nullable=True),
        sa.Column("forecast_move_id", sa.Integer(), nullable=True),
        sa.Column("baseline_move_id", sa.Integer(), nullable=True),
        sa.Column("implemented_on", sa.Date(), nullable=True),
        *words("evidence"),
        sa.CheckConstraint("priority between 1 and 5", name=op.f("ck_change_request_five_priorities")),
        sa.CheckConstraint("(milestone_id is null) = (new_date is null)", name=op.f("ck_change_request_date_of_a_milestone")),
        sa.CheckConstraint("(state = 'merged') = (merged_into_id is not null)", name=op.f("ck_change_request_merged_into_one")),
        *(
            link("change_request", column, to)
            for column, to in (
                ("project_id", "project"),
                ("submitted_by", "person"),
                ("milestone_id", "milestone"),
                ("meeting_id", "meeting"),
                ("decided_by", "person"),
                ("decision_id", "decision"),
                ("merged_into_id", "change_request"),
                ("forecast_move_id", "date_move"),
                ("baseline_move_id", "date_move"),
            )  # fmt: skip
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_request")),
    )
    op.create_index("uq_change_request_project_id_code", "change_request", ["project_id", "code"], unique=True)
    op.create_index("ix_change_request_state", "change_request", ["state"])
    for column in ("milestone_id", "meeting_id", "decision_id", "merged_into_id"):
        op.create_index(op.f(f"ix_change_request_{column}"), "change_request", [column])


def gates() -> None:
    op.create_table(
        "gate",
        *row(),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("round", sa.Integer(), server_default="1", nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        *words("name_fr", "name_nl", "phase"),
        sa.Column("milestone_id", sa.Integer(), nullable=True),
        sa.Column("planned_on", sa.Date(), nullable=True),
        *words("outcome"),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("recorded_by", sa.Integer(), nullable=True),
        sa.Column("decision_id", sa.Integer(), nullable=True),
        *words("reason", "quorum_note"),
        sa.Column("cancelled_on", sa.Date(), nullable=True),
        *words("cancel_reason"),
        sa.CheckConstraint("(outcome = '') = (decided_on is null)", name=op.f("ck_gate_decided_on_a_day")),
        *(
            link("gate", column, to)
            for column, to in (
                ("project_id", "project"),
                ("milestone_id", "milestone"),
                ("recorded_by", "person"),
                ("decision_id", "decision"),
            )  # fmt: skip
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gate")),
    )
    op.create_index("uq_gate_project_id_code_round", "gate", ["project_id", "code", "round"], unique=True)
    for column in ("milestone_id", "decision_id"):
        op.create_index(op.f(f"ix_gate_{column}"), "gate", [column])


def gate_criteria() -> None:
    op.create_table(
        "gate_criterion",
        *row(),
        sa.Column("gate_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        *words("text_fr", "text_nl"),
        sa.Column("weight", sa.Integer(), server_default="1", nullable=False),
        sa.Column("is_met", sa.Boolean(), nullable=True),
        sa.Column("score", sa.Integer(), nullable=True),
        *words("note", "link"),
        sa.Column("artefact_id", sa.Integer(), nullable=True),
        sa.Column("dropped_on", sa.Date(), nullable=True),
        sa.CheckConstraint("score between 0 and 10", name=op.f("ck_gate_criterion_score_from_0_to_10")),
        sa.CheckConstraint("weight between 1 and 5", name=op.f("ck_gate_criterion_weight_from_1_to_5")),
        link("gate_criterion", "gate_id", "gate"),
        link("gate_criterion", "artefact_id", "artefact"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gate_criterion")),
    )
    op.create_index(op.f("ix_gate_criterion_gate_id"), "gate_criterion", ["gate_id"])
