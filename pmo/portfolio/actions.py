"""What people do to portfolios, programmes and projects. Each function is one verb: checked, not committed."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select

from pmo.db import author, db, holds_from
from pmo.jobs import defer
from pmo.kernel import clock
from pmo.kernel.errors import Conflict, Invalid
from pmo.kernel.languages import msg
from pmo.kernel.sorting import name_key
from pmo.portfolio.logic import Colour, Dimension, Kind, Method, Phase, State
from pmo.portfolio.models import Portfolio, Programme, Project, StatusUpdate

CODE_TAKEN = msg("This code is already in use here.")


@dataclass(frozen=True, slots=True)
class ProjectFacts:
    """What a person or a list says about a project; None in an amount or tolerance: not known, or the rule's value."""

    code: str
    name: str
    kind: Kind = Kind.OTHER
    method: Method = Method.WATERFALL
    phase: Phase = Phase.EXECUTING
    manager_id: int | None = None
    sponsor: str = ""
    description: str = ""
    tolerance_days: int | None = None
    tolerance_percent: Decimal | None = None
    currency: str = "EUR"
    budget: Decimal | None = None
    spent: Decimal | None = None
    committed: Decimal | None = None
    forecast_cost: Decimal | None = None
    money_on: date | None = None
    tags: tuple[str, ...] = ()
    external_id: str | None = None


def add_portfolio(*, code: str, name: str, description: str = "") -> Portfolio:
    """Raises Invalid when the code is in use."""
    if db.session.scalar(select(Portfolio.id).where(func.upper(Portfolio.code) == code.upper())):
        raise Invalid({"code": CODE_TAKEN})
    portfolio = Portfolio(code=code, name=name, name_key=name_key(name), description=description)
    db.session.add(portfolio)
    db.session.flush()
    return portfolio


def change_portfolio(portfolio: Portfolio, *, code: str, name: str, description: str, seen_version: int | None = None) -> None:
    fresh(portfolio, seen_version)
    other = select(Portfolio.id).where(func.upper(Portfolio.code) == code.upper(), Portfolio.id != portfolio.id)
    if db.session.scalar(other):
        raise Invalid({"code": CODE_TAKEN})
    portfolio.code, portfolio.name, portfolio.name_key, portfolio.description = code, name, name_key(name), description


def add_programme(
    portfolio: Portfolio, *, code: str, name: str, description: str = "", manager_id: int | None = None
) -> Programme:
    """At the end of the portfolio's programmes. Raises Invalid when the code is in use, Conflict in an archived portfolio."""
    hold(portfolio)
    if portfolio.archived_at is not None:
        raise Conflict(msg("This portfolio is archived."))
    _free_code(Programme, portfolio.id, code)
    last = db.session.scalar(select(func.max(Programme.position)).where(Programme.portfolio_id == portfolio.id)) or 0
    programme = Programme(
        portfolio_id=portfolio.id,
        code=code,
        name=name,
        name_key=name_key(name),
        description=description,
        manager_id=manager_id,
        position=last + 1,
    )
    db.session.add(programme)
    db.session.flush()
    return programme


def change_programme(
    programme: Programme, *, code: str, name: str, description: str, manager_id: int | None, seen_version: int | None = None
) -> None:
    fresh(programme, seen_version)
    _free_code(Programme, programme.portfolio_id, code, but=programme.id)
    programme.code, programme.name, programme.name_key = code, name, name_key(name)
    programme.description, programme.manager_id = description, manager_id


def archive(group: Portfolio | Programme, *, seen_version: int | None = None) -> None:
    """Out of every list; what is in it must be closed first. Raises Conflict while a project in it is open."""
    fresh(group, seen_version)
    inside = Project.portfolio_id if isinstance(group, Portfolio) else Project.programme_id
    running = (
        db.session.scalar(select(func.count()).select_from(Project).where(inside == group.id, Project.state == State.OPEN)) or 0
    )
    if running:
        raise Conflict(msg("Close its open projects first: there are %(count)s.", count=running))
    group.archived_at = holds_from()


def unarchive(group: Portfolio | Programme, *, seen_version: int | None = None) -> None:
    fresh(group, seen_version)
    group.archived_at = None


def add_project(programme: Programme, facts: ProjectFacts) -> Project:
    """Raises Invalid when the code is in use in the portfolio, Conflict in an archived programme."""
    hold(programme.portfolio)
    if programme.archived_at is not None:
        raise Conflict(msg("This programme is archived. Take that back before you add projects."))
    _free_code(Project, programme.portfolio_id, facts.code)
    project = Project(
        portfolio_id=programme.portfolio_id, programme_id=programme.id, name_key=name_key(facts.name), **_columns(facts)
    )
    db.session.add(project)
    db.session.flush()
    touched(project.id)
    return project


def change_project(
    project: Project, facts: ProjectFacts, *, programme: Programme | None = None, seen_version: int | None = None
) -> None:
    """Every fact at once; with `programme`, the project moves there within its portfolio."""
    fresh(project, seen_version)
    _free_code(Project, project.portfolio_id, facts.code, but=project.id)
    for name, value in _columns(facts).items():
        setattr(project, name, value)
    project.name_key = name_key(facts.name)
    project.no_value = {name: word for name, word in project.no_value.items() if getattr(project, name, None) is None}
    if programme is not None and programme.id != project.programme_id:
        if programme.portfolio_id != project.portfolio_id:
            raise Invalid({"programme_id": msg("Choose a programme of the same portfolio.")})
        project.programme_id = programme.id
    touched(project.id)


def close(project: Project, reason: str, *, on: date | None = None, seen_version: int | None = None) -> None:
    """The project has ended: its dates stand still and nobody is reminded of anything any more."""
    fresh(project, seen_version)
    if project.state != State.OPEN:
        raise Conflict(msg("This project is not open any more."))
    today = clock.local(holds_from()).date()
    if not reason:
        raise Invalid({"reason": msg("Say why the project closes.")})
    if on is not None and on > today:
        raise Invalid({"closed_on": msg("This day is still to come.")})
    project.state, project.closed_on, project.closing_reason = State.CLOSED.value, on or today, reason
    touched(project.id)


def reopen(project: Project, *, seen_version: int | None = None) -> None:
    """A closed or archived project runs again; its history keeps that it was closed, and why."""
    fresh(project, seen_version)
    if project.programme.archived_at is not None:
        raise Conflict(msg("Its programme is archived. Take that back first."))
    project.state, project.closed_on, project.closing_reason = State.OPEN.value, None, ""
    touched(project.id)


def archive_project(project: Project, *, seen_version: int | None = None) -> None:
    """Out of the usual lists. Raises Conflict for a project that is still open."""
    fresh(project, seen_version)
    if project.state == State.OPEN:
        raise Conflict(msg("Close the project first; then it can be archived."))
    project.state = State.ARCHIVED.value
    touched(project.id)


@dataclass(frozen=True, slots=True)
class Declaration:
    """What a project manager says about a period; a dimension that is absent, or None, is "cannot say"."""

    period_end: date
    period_start: date | None = None
    done: str = ""
    next: str = ""
    attention: str = ""
    back_to_green: str = ""
    colours: Mapping[Dimension, Colour | None] = field(default_factory=dict)


def declare(project: Project, said: Declaration) -> StatusUpdate:
    """A status update of a period; the newest one counts. Raises Conflict for a closed project."""
    hold(project)
    if project.state != State.OPEN:
        raise Conflict(msg("This project is not open any more, so nothing more is reported about it."))
    update = StatusUpdate(project_id=project.id, author_id=author().person_id)
    _say(update, said)
    db.session.add(update)
    db.session.flush()
    touched(project.id)
    return update


def correct(update: StatusUpdate, said: Declaration, *, seen_version: int | None = None) -> None:
    """The update of a period that is still open, written again; the history keeps both."""
    fresh(update, seen_version)
    update.author_id = author().person_id
    _say(update, said)
    touched(update.project_id)


def _say(update: StatusUpdate, said: Declaration) -> None:
    update.period_start, update.period_end, update.stated_at = said.period_start, said.period_end, holds_from()
    update.done, update.next, update.attention, update.back_to_green = said.done, said.next, said.attention, said.back_to_green
    for dimension in Dimension:
        colour = said.colours.get(dimension)
        setattr(update, dimension.value, colour.value if colour else None)


def touched(project_id: int) -> None:
    """Something about a project changed: its colours and its alerts are looked at again, once per transaction."""
    defer("status.refresh", project_id=project_id)
    defer("alerts.evaluate", project_id=project_id)


def hold(row: Portfolio | Programme | Project) -> None:
    """Others who number things within this row wait until this transaction ends; readers and its children do not."""
    table = type(row)
    db.session.execute(select(table.id).where(table.id == row.id).with_for_update(key_share=True))


def fresh(row: Portfolio | Programme | Project | StatusUpdate, seen_version: int | None) -> None:
    """With a version seen: wait for whoever is writing this row, and refuse when they were faster."""
    if seen_version is None:
        return
    table = type(row)
    db.session.execute(select(table.id).where(table.id == row.id).with_for_update())
    db.session.refresh(row)
    if row.version != seen_version:
        raise Conflict(msg("Somebody else changed this while you were looking at it."))


def _columns(facts: ProjectFacts) -> dict[str, object]:
    named = asdict(facts)
    return {**named, "kind": facts.kind.value, "method": facts.method.value, "phase": facts.phase.value, "tags": list(facts.tags)}


def _free_code(table: type[Programme] | type[Project], portfolio_id: int, code: str, but: int = 0) -> None:
    same = select(table.id).where(table.portfolio_id == portfolio_id, func.upper(table.code) == code.upper(), table.id != but)
    if db.session.scalar(same):
        raise Invalid({"code": CODE_TAKEN})
