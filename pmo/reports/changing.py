"""What changed between two moments in a portfolio, a programme, a project or before a committee, as far as one may see it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import ColumnElement, or_, select

from pmo.committees.queries import meetings_around
from pmo.db import Moment, db
from pmo.kernel import clock
from pmo.kernel.permissions import Actor, Permission
from pmo.portfolio.models import Project
from pmo.portfolio.queries import visible_projects
from pmo.reports import facts, queries
from pmo.reports.contents import shown
from pmo.reports.logic.compare import Snapshot, compare
from pmo.reports.logic.content import Amounts, Changes, Scope
from pmo.reports.models import Edition
from pmo.reports.subjects import Subject
from pmo.reports.trail import trail
from pmo.status.queries import situation

MOST_EDITIONS = 24  # to choose from


@dataclass(frozen=True, slots=True)
class Found:
    """The changes, and every project they may speak of by its code: id and name."""

    changes: Changes
    projects: dict[str, tuple[int, str]]


def between(subject: Subject, actor: Actor, old: Moment, new: Moment | None) -> Found:
    """From `old` to `new` (None: what the session shows). Asked outside a transaction, for it turns the session to both."""
    with shown(old):
        was = _snapshot(subject, actor)
    with shown(new):
        now = _snapshot(subject, actor)
        was = _seen_now(was, actor)
        way = trail(was, now, old, actor)
    projects = {project.code: (project.id, project.name) for project in (*was.projects, *now.projects)}
    return Found(compare(was, now, way), projects)


def _snapshot(subject: Subject, actor: Actor) -> Snapshot:
    return facts.snapshot(facts.Reading(subject, actor, situation(actor), Permission.PROJECT_READ))


def _seen_now(was: Snapshot, actor: Actor) -> Snapshot:
    """Without what the actor may no longer see where it stands now, and without amounts they may no longer read."""
    ids = [project.id for project in was.projects]
    paid = Project.id.in_(visible_projects(actor, Permission.MONEY_READ))
    rows = db.session.execute(select(Project.id, paid).where(Project.id.in_(ids), Project.id.in_(visible_projects(actor))))
    may_pay = {row[0]: bool(row[1]) for row in rows}
    projects = tuple(
        project if may_pay[project.id] else replace(project, money=Amounts(project.money.currency))
        for project in was.projects
        if project.id in may_pay
    )
    codes = {project.code for project in projects}
    return Snapshot(projects, tuple(line for line in was.raid if line.project in codes))


def last_met(subject: Subject, actor: Actor) -> date | None:
    """The day the committee met last: the one asked about, else any that the actor's projects come before."""
    today = clock.today()
    if subject.committee_id is not None:
        return facts.last_meeting(subject, today)
    last = meetings_around(actor, today).last
    return last.held_on if last else None


def editions(subject: Subject, actor: Actor) -> Sequence[Edition]:
    """Those that cover the subject and may be read, newest first."""
    place = subject.place
    covering: list[ColumnElement[bool]] = [Edition.portfolio_id == place.portfolio_id, queries.visible(actor)]
    covering.append(or_(Edition.programme_id.is_(None), Edition.programme_id == place.programme_id))
    covering.append(or_(Edition.project_id.is_(None), Edition.project_id == place.project_id))
    if subject.scope is Scope.COMMITTEE:
        covering.append(Edition.committee_id == subject.committee_id)
    query = select(Edition).where(*covering).order_by(Edition.moment.desc(), Edition.id.desc())
    return db.session.scalars(query.limit(MOST_EDITIONS)).all()


def is_visible(subject: Subject, actor: Actor) -> bool:
    """Whether the actor may see at least one project of it."""
    place, mine = subject.place, Project.id.in_(visible_projects(actor))
    inside = Project.programme_id == place.programme_id if place.programme_id else Project.portfolio_id == place.portfolio_id
    return db.session.scalar(select(Project.id).where(mine, inside).limit(1)) is not None
