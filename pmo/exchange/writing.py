"""The plan of an import as rows of the database: few statements, whatever the length of the list."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select

from pmo.db import author, db, holds_from
from pmo.exchange.bulk import Values, insert_many, update_many
from pmo.exchange.logic.plan import NO_DATES, Change, Dates, Outcome, Plan, Row, dates_after
from pmo.exchange.logic.wanted import WORDS, Group, Promise
from pmo.kernel.sorting import name_key
from pmo.portfolio.logic import Kind, Method, Phase, State
from pmo.portfolio.models import Portfolio, Programme, Project, ReportedPosition, StatusUpdate
from pmo.schedule.actions import next_code
from pmo.schedule.logic.moves import DateField, MoveReason
from pmo.schedule.models import DateMove, Milestone

UNSAID: dict[str, Any] = {  # what a new project is when its list does not say
    "kind": Kind.OTHER, "method": Method.WATERFALL, "phase": Phase.EXECUTING, "state": State.OPEN, "sponsor": "",
    "description": "", "tolerance_days": None, "tolerance_percent": None, "currency": "", "budget": None, "spent": None,
    "committed": None, "forecast_cost": None, "money_on": None, "closed_on": None, "closing_reason": "",
}  # fmt: skip
UNCONFIRMED: dict[str, Any] = {"confirmed_on": None, "confirmed_by": None}  # nobody here has stood by the date of a list yet
OWN = ("programme_id", "name", "name_key", "external_id", "manager_id", "no_value", "tags")


@dataclass(frozen=True, slots=True)
class Batch:
    """One list: the portfolio it goes to, the day it shows, who sent it."""

    portfolio: Portfolio
    on: date
    source: str
    title: str


@dataclass(slots=True)
class Shelf:
    """The rows the plan touches, loaded at once."""

    projects: dict[int, Project] = field(default_factory=dict)
    milestones: dict[int, Milestone] = field(default_factory=dict)
    codes: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))  # of milestones, by project


def write(plan: Plan, batch: Batch, currency: str) -> list[int]:
    """Everything the plan says; `currency` of projects without amounts. Returns the projects whose present changed."""
    programmes = _programmes(plan, batch.portfolio)
    shelf = _shelf(plan)
    ids = {row.wanted.at: _existing(row) for row in plan.rows if row.here is not None and _stays(row)}
    ids |= _add_projects(plan.of(Outcome.ADDED), programmes, batch.portfolio, currency)
    written = plan.of(Outcome.ADDED, Outcome.CHANGED)
    moved, moves, added = _milestones(written, ids, shelf)
    update_many(Project, _changed_projects(plan.of(Outcome.CHANGED), shelf, programmes))
    update_many(Milestone, moved)
    insert_many(Milestone, added)
    insert_many(DateMove, moves)
    _write_status([row for row in plan.rows if row.tells], ids, batch)
    _write_positions([row for row in plan.rows if row.reports], ids, batch)
    return sorted(ids[row.wanted.at] for row in written)


def _stays(row: Row) -> bool:
    return row.outcome not in {Outcome.ASKED, Outcome.LEFT_OUT}


def _existing(row: Row) -> int:
    if row.here is None:
        raise LookupError(row.wanted.at)
    return row.here.candidate.id


def _shelf(plan: Plan) -> Shelf:
    changed = [_existing(row) for row in plan.of(Outcome.CHANGED)]
    shelf = Shelf({one.id: one for one in db.session.scalars(select(Project).where(Project.id.in_(changed)))})
    query = select(Milestone).where(Milestone.project_id.in_(changed)).order_by(Milestone.id)
    for one in db.session.scalars(query):
        shelf.milestones[one.id] = one
        shelf.codes[one.project_id].add(one.code)
    return shelf


def _programmes(plan: Plan, portfolio: Portfolio) -> dict[str, Programme]:
    """Those the rows name, by folded name, made where they are missing; "" is the one for rows that name none."""
    query = select(Programme).where(Programme.portfolio_id == portfolio.id).order_by(Programme.id)
    there = list(db.session.scalars(query))
    by_key: dict[str, Programme] = {}
    for one in there:
        by_key.setdefault(one.name_key, one)
    needed = [row.wanted.group for row in plan.of(Outcome.ADDED, Outcome.CHANGED)]
    for group in needed:
        named = group if group.name else Group(portfolio.name)
        if named.key not in by_key:
            made = Programme(
                portfolio_id=portfolio.id,
                code=plan.programmes[named.key],
                name=named.name,
                name_key=named.key,
                organisation=named.organisation,
                position=len(by_key) + 1,
            )
            by_key[named.key] = made
            db.session.add(made)
        by_key.setdefault(group.key, by_key[named.key])
    db.session.flush()
    return by_key


def _add_projects(rows: Sequence[Row], programmes: dict[str, Programme], portfolio: Portfolio, currency: str) -> dict[str, int]:
    """Ids by the place of the row."""
    made: list[Values] = []
    for row in rows:
        wanted, programme = row.wanted, programmes[row.wanted.group.key]
        if row.given is None:
            raise LookupError(wanted.at)
        made.append(
            {
                "portfolio_id": portfolio.id,
                "programme_id": programme.id,
                "code": row.given.code,
                "name": wanted.name,
                "name_key": wanted.key,
                "external_id": wanted.external_id,
                "manager_id": row.manager_id,
                "no_value": dict(wanted.no_value),
                "tags": list(wanted.tags),
                **UNSAID,
                "currency": currency,
                **dict(wanted.facts),
            }
        )
    ids = insert_many(Project, made, key="code")
    return {row.wanted.at: ids[values["code"]] for row, values in zip(rows, made, strict=True)}


def _changed_projects(rows: Sequence[Row], shelf: Shelf, programmes: dict[str, Programme]) -> list[Values]:
    found: list[Values] = []
    for row in rows:
        own = [change for change in row.changes if not change.milestone]
        if own:
            project = shelf.projects[_existing(row)]
            values = {"id": project.id} | {column: getattr(project, column) for column in (*OWN, *UNSAID)}
            for change in own:
                values |= _changed(change, programmes[row.wanted.group.key])
            found.append(values)
    return found


def _changed(change: Change, programme: Programme) -> dict[str, Any]:
    if change.field == "programme":
        return {"programme_id": programme.id}
    if change.field == "name":
        return {"name": change.after, "name_key": name_key(str(change.after))}
    return {change.field: list(change.after) if isinstance(change.after, tuple) else change.after}


def _milestones(rows: Sequence[Row], ids: dict[str, int], shelf: Shelf) -> tuple[list[Values], list[Values], list[Values]]:
    """Changed milestones, their moves for the ledger, new milestones."""
    moved: list[Values] = []
    moves: list[Values] = []
    added: list[Values] = []
    for row in rows:
        project_id = ids[row.wanted.at]
        for promise in row.wanted.promises:
            there = row.here.milestones.get(name_key(promise.name)) if row.here else None
            if there is None and row.here is not None and not promise.has_dates:
                continue  # a milestone nobody gives a day is none yet
            if there is None:
                added.append(_new_milestone(project_id, promise, shelf.codes[project_id]))
            elif (after := dates_after(promise, there)) != there:
                moves += _moves(shelf.milestones[there.id], after)
                moved.append(_dated(after) | UNCONFIRMED | {"id": there.id})
    return moved, moves, added


def _dated(dates: Dates) -> dict[str, Any]:
    return {"baseline": dates.baseline, "forecast": dates.forecast, "actual": dates.actual, "no_value": dict(dates.no_value)}


def _new_milestone(project_id: int, promise: Promise, taken: set[str]) -> Values:
    """Its first known date is its baseline, unless the list gives one."""
    code = next_code(taken)
    taken.add(code)
    return {
        "project_id": project_id,
        "code": code,
        "name": promise.name,
        "name_key": name_key(promise.name),
        "position": len(taken),
        "description": "",
        "weight": 1,
        "is_gate": False,
        "cancelling_reason": "",
        **_dated(dates_after(promise, NO_DATES)),
    }


def _moves(milestone: Milestone, dates: Dates) -> list[Values]:
    """What moves after it was promised enters the ledger."""
    if milestone.baseline is None and milestone.commitment is None:
        return []
    return [
        {
            "milestone_id": milestone.id,
            "project_id": milestone.project_id,
            "field": name.value,
            "before": getattr(milestone, name.value),
            "after": getattr(dates, name.value),
            "reason": MoveReason.IMPORTED.value,
            "words": "",
            "moved_by": author().person_id,
            "moved_at": holds_from(),
        }
        for name in (DateField.BASELINE, DateField.FORECAST, DateField.ACTUAL)
        if getattr(milestone, name.value) != getattr(dates, name.value)
    ]


def _write_status(rows: Iterable[Row], ids: dict[str, int], batch: Batch) -> None:
    """In the name of who brings the list in: nobody else is made to say what it says."""
    by = {"author_id": author().person_id}
    whose = by | {"period_end": batch.on, "stated_at": holds_from(), "source": batch.title}
    corrected: list[Values] = []
    added: list[Values] = []
    for row in rows:
        if row.telling is None:
            continue
        said = dict.fromkeys(WORDS, "") | dict(row.telling.after.colours) | dict(row.telling.after.words)
        if row.telling.corrects is not None:
            corrected.append({"id": row.telling.corrects} | by | said)
        else:
            added.append({"project_id": ids[row.wanted.at]} | whose | said)
    update_many(StatusUpdate, corrected)
    insert_many(StatusUpdate, added)


def _write_positions(rows: Iterable[Row], ids: dict[str, int], batch: Batch) -> None:
    reporting = {ids[row.wanted.at]: asdict(row.wanted.reported) for row in rows}
    for values in reporting.values():
        values |= {"values": dict(values["values"]), "no_value": dict(values["no_value"])}
    same = (ReportedPosition.position_on == batch.on, ReportedPosition.source == batch.source)
    query = select(ReportedPosition.project_id, ReportedPosition.id).where(ReportedPosition.project_id.in_(reporting), *same)
    there = dict(db.session.execute(query).all())
    whose = {"position_on": batch.on, "source": batch.source}
    update_many(ReportedPosition, [{"id": there[key]} | values for key, values in reporting.items() if key in there])
    insert_many(ReportedPosition, [{"project_id": key} | whose | values for key, values in reporting.items() if key not in there])
