"""Who changed what, when and why between two moments: the last change of each column, by the history and the ledger of moves."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Text, column, or_, select, table, text
from sqlalchemy.orm import aliased

from pmo.db import Moment, db, looking_back
from pmo.kernel import clock
from pmo.kernel.permissions import Actor, Permission
from pmo.people.models import Person
from pmo.portfolio.models import Project
from pmo.portfolio.queries import visible_projects
from pmo.reports.logic.compare import Column, Known, Trail
from pmo.reports.logic.content import Why
from pmo.schedule.models import DateMove

COLUMNS = {
    "project": (
        "state",
        "programme_id",
        "description",
        "tolerance_days",
        "tolerance_percent",
        "currency",
        "budget",
        "forecast_cost",
    ),
    "raid_item": ("status", "probability", "impact"),
    "milestone": ("forecast", "actual", "baseline", "cancelled_on"),
}
REASONS = {"project": "closing_reason", "raid_item": "closing_reason", "milestone": "cancelling_reason"}
ENDS = ("state", "status", "cancelled_on")  # the columns those reasons explain
TXN = table("txn", column("id", BigInteger), column("actor", BigInteger), column("reason", Text), schema="history")


@dataclass(frozen=True, slots=True)
class Step:
    """One change of a column: by which transaction, from when on, with the reason the row itself keeps."""

    txn: int
    at: datetime
    words: str = ""


def trail(old: Known, new: Known, since: Moment, actor: Actor) -> Trail:
    """From `since` to the moment the session shows: six statements. Only what the actor may read the history of, or report on."""
    ids = {line.id for known in (old, new) for line in known.projects}
    readable, states = _projects(ids, actor)
    lines = [project for known in (old, new) for project in known.projects if project.id in readable]
    codes = {project.code for project in lines}
    wanted = {
        "project": {project.id for project in lines},
        "raid_item": {line.id for known in (old, new) for line in known.raid if line.project in codes},
        "milestone": {milestone.id for project in lines for milestone in project.milestones},
    }
    steps = {key: step for name, rows in wanted.items() for key, step in _steps(name, rows, since)}
    return Trail(_named(steps) | _moves(ids, since.at), states)


def _projects(ids: Collection[int], actor: Actor) -> tuple[set[int], dict[int, str]]:
    """Those whose story the actor may read, and the state of each."""
    told = or_(
        Project.id.in_(visible_projects(actor, Permission.HISTORY_READ)),
        Project.id.in_(visible_projects(actor, Permission.REPORT_READ)),
    )
    rows = db.session.execute(select(Project.id, Project.state, told).where(Project.id.in_(ids))).all()
    return {row[0] for row in rows if row[2]}, {row[0]: row[1] for row in rows}


def _steps(name: str, ids: Collection[int], since: Moment) -> Iterator[tuple[Column, Step]]:
    """The last change of each column after `since`, or not known then, as it was known at the moment looked at."""
    moment = looking_back()
    known = moment.known_txn if moment else None
    columns, reason = COLUMNS[name], REASONS[name]
    query = text(
        f'select id, h_txn, h_from, {reason}, {", ".join(columns)} from history."{name}" where id = any(:ids)'  # noqa: S608
        " and h_from <= :until and (cast(:known as bigint) is null or h_txn <= :known) order by id, h_version"
    )
    asked = {"ids": sorted(ids), "until": moment.at if moment else clock.now(), "known": known}
    before: dict[str, Any] = {}
    for row in map(dict, db.session.execute(query, asked).mappings()):
        same = before if before.get("id") == row["id"] else None
        if row["h_from"] > since.at or (since.known_txn is not None and row["h_txn"] > since.known_txn):
            for one in _changed(same, row, columns):
                yield (name, row["id"], one), Step(row["h_txn"], row["h_from"], row[reason] if one in ENDS else "")
        before = row


def _changed(before: Mapping[str, Any] | None, row: Mapping[str, Any], columns: Sequence[str]) -> list[str]:
    return [""] if before is None else [one for one in columns if before[one] != row[one]]


def _named(steps: Mapping[Column, Step]) -> dict[Column, Why]:
    """With the person as they were called at the moment looked at; one statement."""
    query = select(TXN.c.id, Person.name, TXN.c.reason).outerjoin(Person, Person.id == TXN.c.actor)
    rows = db.session.execute(query.where(TXN.c.id.in_({step.txn for step in steps.values()})))
    said = {row[0]: (row[1] or "", row[2] or "") for row in rows}
    return {key: Why(said[step.txn][0], step.at, "", step.words or said[step.txn][1]) for key, step in steps.items()}


def _moves(ids: Collection[int], since: datetime) -> dict[Column, Why]:
    """The last move of each date, with the reason that was chosen for it."""
    mover, moment = aliased(Person), looking_back()
    until = moment.at if moment else clock.now()
    query = (
        select(DateMove, mover.name)
        .outerjoin(mover, mover.id == DateMove.moved_by)
        .where(DateMove.project_id.in_(ids), DateMove.moved_at > since, DateMove.moved_at <= until)
        .order_by(DateMove.moved_at, DateMove.id)
    )
    return {
        ("milestone", move.milestone_id, move.field): Why(who or "", move.moved_at, move.reason, move.words)
        for move, who in db.session.execute(query)
    }
