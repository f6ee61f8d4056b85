"""The first things of one project, read and put aside."""

from sqlalchemy import and_, exists, func, or_, select

from pmo.committees.models import Committee
from pmo.db import author, db, holds_from
from pmo.portfolio.actions import hold
from pmo.portfolio.models import Project
from pmo.status.logic.starting import Need, Start, start_of
from pmo.status.models import StartAside
from pmo.status.project_queries import Sheet


def start_of_project(sheet: Sheet) -> Start:
    """One statement beside what the page of the project has read already."""
    project = sheet.project
    of_its_programme = or_(Committee.programme_id.is_(None), Committee.programme_id == project.programme_id)
    watches = and_(Committee.portfolio_id == project.portfolio_id, of_its_programme, Committee.archived_at.is_(None))
    aside = select(func.count(StartAside.hidden_at)).where(StartAside.project_id == project.id).scalar_subquery()
    is_followed, hidden = db.session.execute(select(exists().where(watches), aside)).one()
    met = {
        Need.MANAGER: project.manager_id is not None,
        Need.SPONSOR: project.sponsor != "",
        Need.BUDGET: project.budget is not None,
        Need.MILESTONE: any(row.milestone.cancelled_on is None for row in sheet.rows),
        Need.BASELINE: sheet.baseline_on is not None or any(row.milestone.baseline for row in sheet.rows),
        Need.COMMITTEE: is_followed,
    }
    without = frozenset() if sheet.status.money.is_shown else frozenset({Need.BUDGET})
    return start_of(frozenset(need for need, is_met in met.items() if is_met), is_hidden=hidden > 0, without=without)


def put_aside(project: Project) -> None:
    """Nobody is shown the list of this project any more, until it is taken up again."""
    hold(project)
    found = _aside(project)
    if found is None:
        found = StartAside(project_id=project.id)
        db.session.add(found)
    if found.hidden_at is None:
        found.hidden_at, found.hidden_by = holds_from(), author().person_id
    db.session.flush()


def take_up(project: Project) -> None:
    found = _aside(project)
    if found is not None:
        found.hidden_at, found.hidden_by = None, None


def _aside(project: Project) -> StartAside | None:
    return db.session.scalars(select(StartAside).where(StartAside.project_id == project.id)).one_or_none()
