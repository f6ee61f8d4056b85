"""The plan of an import as rows of the database: few statements, whatever the length of the list."""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date

from sqlalchemy import select, text

from pmo.db import author, db, holds_from
from pmo.exchange.logic.plan import Change, Dates, Outcome, Plan, Row, dates_after
from pmo.exchange.logic.wanted import Group, Promise
from pmo.kernel.sorting import name_key
from pmo.portfolio.models import Portfolio, Programme, Project, ReportedPosition, StatusUpdate
from pmo.schedule.actions import next_code
from pmo.schedule.logic.moves import DateField, MoveReason
from pmo.schedule.models import DateMove, Milestone

LONGEST_CODE = 30
NO_DATES = Dates(0, "")
NAMED = "programme_id name name_key kind method phase state manager_id sponsor description external_id closed_on closing_reason"
COUNTED = "tolerance_days tolerance_percent currency budget spent forecast_cost money_on no_value tags"
PROJECT_COLUMNS = (*NAMED.split(), *COUNTED.split())
MILESTONE_COLUMNS = ("baseline", "forecast", "actual", "no_value")


@dataclass(frozen=True, slots=True)
class Batch:
    """One list: the portfolio it goes to, the day it shows, who sent it."""

    portfolio: Portfolio
    on: date
    source: str
    title: str


@dataclass(slots=True)
class Shelf:
    """The ORM rows the plan touches, loaded at once."""

    projects: dict[int, Project] = field(default_factory=dict)
    milestones: dict[int, Milestone] = field(default_factory=dict)
    codes: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))  # of milestones, by project


def write(plan: Plan, batch: Batch) -> list[int]:
    """Everything the plan says. Returns the projects whose present changed. The caller commits."""
    programmes = _programmes(plan, batch.portfolio)
    shelf = _shelf(plan, batch.portfolio)
    added = _add_projects(plan.of(Outcome.ADDED), programmes, batch)
    of_row = {row.wanted.at: project for row, project in zip(plan.of(Outcome.ADDED), added, strict=True)}
    of_row |= {row.wanted.at: shelf.projects[_existing(row)] for row in plan.of(Outcome.CHANGED)}
    with db.session.no_autoflush:
        _change_projects(plan.of(Outcome.CHANGED), of_row, programmes)
    _write_milestones([row for row in plan.rows if row.wanted.at in of_row], of_row, shelf)
    ids = {
        row.wanted.at: of_row[row.wanted.at].id if row.wanted.at in of_row else _existing(row) for row in plan.rows if _stays(row)
    }
    _write_status([row for row in plan.rows if row.tells], ids, batch)
    _write_positions([row for row in plan.rows if row.reports], ids, batch)
    db.session.flush()
    return sorted(project.id for project in of_row.values())


def _stays(row: Row) -> bool:
    return row.outcome not in {Outcome.ASKED, Outcome.LEFT_OUT}


def _existing(row: Row) -> int:
    if row.here is None:
        raise LookupError(row.wanted.at)
    return row.here.candidate.id


def _shelf(plan: Plan, portfolio: Portfolio) -> Shelf:
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
    taken = {one.code.upper() for one in there}
    needed = [row.wanted.group for row in plan.of(Outcome.ADDED, Outcome.CHANGED)]
    for group in needed:
        named = group if group.name else Group(portfolio.name)
        if named.key not in by_key:
            made = Programme(
                portfolio_id=portfolio.id,
                code=_free(named.code or short_code(named.name), taken),
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


def _add_projects(rows: Sequence[Row], programmes: dict[str, Programme], batch: Batch) -> list[Project]:
    taken = {code.upper() for code in db.session.scalars(select(Project.code).where(Project.portfolio_id == batch.portfolio.id))}
    made = []
    for row in rows:
        wanted, programme = row.wanted, programmes[row.wanted.group.key]
        project = Project(
            portfolio_id=batch.portfolio.id,
            programme_id=programme.id,
            code=_free(_project_code(wanted.code or wanted.external_id or "", programme), taken),
            name=wanted.name,
            name_key=wanted.key,
            external_id=wanted.external_id,
            manager_id=row.manager_id,
            no_value=dict(wanted.no_value),
            tags=list(wanted.tags),
            **dict(wanted.facts),
        )
        made.append(project)
    db.session.add_all(made)
    db.session.flush()
    return made


def _change_projects(rows: Sequence[Row], of_row: dict[str, Project], programmes: dict[str, Programme]) -> None:
    changed = []
    for row in rows:
        own = [change for change in row.changes if not change.milestone]
        for change in own:
            _change(of_row[row.wanted.at], change, programmes[row.wanted.group.key] if change.field == "programme" else None)
        changed += [of_row[row.wanted.at]] if own else []
    update_many(changed, PROJECT_COLUMNS)


def _change(project: Project, change: Change, programme: Programme | None) -> None:
    if programme is not None:
        project.programme_id = programme.id
    elif change.field == "name":
        project.name, project.name_key = str(change.after), name_key(str(change.after))
    else:
        setattr(project, change.field, list(change.after) if isinstance(change.after, tuple) else change.after)


def _write_milestones(rows: Sequence[Row], of_row: dict[str, Project], shelf: Shelf) -> None:
    added: list[Milestone | DateMove] = []
    moved: list[Milestone] = []
    with db.session.no_autoflush:
        for row in rows:
            project = of_row[row.wanted.at]
            for promise in row.wanted.promises:
                there = row.here.milestones.get(name_key(promise.name)) if row.here else None
                if there is None:
                    added.append(_milestone(project, promise, shelf.codes[project.id]))
                elif (after := dates_after(promise, there)) != there:
                    added += _move(shelf.milestones[there.id], after)
                    moved.append(shelf.milestones[there.id])
        update_many(moved, MILESTONE_COLUMNS)
    db.session.add_all(added)
    db.session.flush()


def _milestone(project: Project, promise: Promise, taken: set[str]) -> Milestone:
    """Its first known date is its baseline, unless the list gives one."""
    dates = dates_after(promise, NO_DATES)
    code = next_code(taken)
    taken.add(code)
    return Milestone(
        project_id=project.id,
        code=code,
        name=promise.name,
        name_key=name_key(promise.name),
        position=len(taken),
        baseline=dates.baseline,
        forecast=dates.forecast,
        actual=dates.actual,
        no_value=dict(dates.no_value),
    )


def _move(milestone: Milestone, dates: Dates) -> list[DateMove]:
    """Dates as the list has them; what moves after it was promised enters the ledger."""
    promised = milestone.baseline is not None or milestone.commitment is not None
    moves = []
    for name in (DateField.BASELINE, DateField.FORECAST, DateField.ACTUAL):
        before, after = getattr(milestone, name.value), getattr(dates, name.value)
        setattr(milestone, name.value, after)
        if promised and before != after:
            moves.append(
                DateMove(
                    milestone_id=milestone.id,
                    project_id=milestone.project_id,
                    field=name.value,
                    before=before,
                    after=after,
                    reason=MoveReason.IMPORTED.value,
                    moved_by=author().person_id,
                    moved_at=holds_from(),
                )
            )
    milestone.no_value = dict(dates.no_value)
    return moves


def update_many(rows: Sequence[Project | Milestone], columns: Sequence[str]) -> None:
    """Changed rows in one statement: one trigger for all of them, however many. They leave the session as they are."""
    if not rows:
        return
    table = rows[0].__tablename__
    changed = [{"id": row.id, **{column: getattr(row, column) for column in columns}} for row in rows]
    for row in rows:
        db.session.expunge(row)
    sets = ", ".join(f"{column} = v.{column}" for column in columns)
    statement = (
        f"update {table} t set {sets}, version = t.version + 1"  # noqa: S608 our own names
        f" from jsonb_populate_recordset(null::{table}, cast(:rows as jsonb)) v where v.id = t.id"
    )
    db.session.execute(text(statement), {"rows": json.dumps(changed, default=str)})


def _write_status(rows: Iterable[Row], ids: dict[str, int], batch: Batch) -> None:
    telling = {ids[row.wanted.at]: row.wanted.told for row in rows}
    query = select(StatusUpdate).where(
        StatusUpdate.project_id.in_(telling), StatusUpdate.period_end == batch.on, StatusUpdate.source != ""
    )
    there = {one.project_id: one for one in db.session.scalars(query)}
    for project_id, told in telling.items():
        if told is None:
            continue
        one = there.get(project_id)
        if one is None:
            one = StatusUpdate(project_id=project_id, period_end=batch.on, stated_at=holds_from(), source=batch.title)
            one.author_id = author().person_id
            db.session.add(one)
        for name, value in (*told.colours, *told.words):
            setattr(one, name, value)


def _write_positions(rows: Iterable[Row], ids: dict[str, int], batch: Batch) -> None:
    reporting = {ids[row.wanted.at]: row.wanted.reported for row in rows}
    same = (ReportedPosition.position_on == batch.on, ReportedPosition.source == batch.source)
    query = select(ReportedPosition).where(ReportedPosition.project_id.in_(reporting), *same)
    there = {one.project_id: one for one in db.session.scalars(query)}
    for project_id, reported in reporting.items():
        values = {**asdict(reported), "values": dict(reported.values), "no_value": dict(reported.no_value)}
        one = there.get(project_id)
        if one is None:
            db.session.add(ReportedPosition(project_id=project_id, position_on=batch.on, source=batch.source, **values))
            continue
        for name, value in values.items():
            setattr(one, name, value)


def short_code(name: str) -> str:
    """A short word as it is ("MOD", "DfT"); of several words their initials ("Medical Affairs" is MA)."""
    words = re.findall(r"[A-Za-z0-9&]+", name_key(name).upper())
    if len(words) == 1 and len(words[0]) <= 12:
        return str(words[0])
    return (
        "".join(word[0] for word in words if word not in {"AND", "OF", "THE", "DE", "DU", "LA", "EN", "VAN", "FOR"})[:8] or "PRG"
    )


def _project_code(given: str, programme: Programme) -> str:
    usable = given.strip() and len(given) <= LONGEST_CODE and not re.search(r"[\s/\\?#%]", given.strip())
    return given.strip() if usable else f"{programme.code}-1"


def _free(code: str, taken: set[str]) -> str:
    """The code itself, or with the next number that is free."""
    stem, number = re.fullmatch(r"(.*?)-?(\d*)", code).groups() if code.upper() in taken else ("", "")  # type: ignore[union-attr]
    count = int(number or 1)
    while code.upper() in taken:
        count += 1
        code = f"{stem}-{count}"
    taken.add(code.upper())
    return code
