"""What waits for one person: milestones, responses and alerts of theirs or of their projects, projects without a word."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import contains_eager

from pmo.alerts.logic.rules import RuleCode
from pmo.alerts.queries import Row, Shelf, inbox
from pmo.db import db
from pmo.home import walk_queries
from pmo.home.logic import CardKind, find
from pmo.home.walk_queries import Walk
from pmo.kernel.permissions import Actor, Permission, may
from pmo.portfolio.logic import State
from pmo.portfolio.models import Project
from pmo.portfolio.queries import visible_projects
from pmo.procedures.queries import ProcedureRow, to_read
from pmo.raid.models import RaidItem
from pmo.rules.logic import RuleBook
from pmo.schedule.calendars import house_calendar
from pmo.schedule.models import Milestone
from pmo.support.models import SupportRequest
from pmo.support.queries import waiting_for

SAID_BY_THE_THING = {
    RuleCode.OVERDUE,
    RuleCode.DUE_SOON,
    RuleCode.STALE,
    RuleCode.RESPONSE_OVERDUE,
}  # shown as what they are about


@dataclass(frozen=True, slots=True)
class Due:
    """A milestone or a response, overdue or due soon; `card` is where the walk asks about it, "" where it does not."""

    thing: Milestone | RaidItem
    on: date
    card: str = ""

    @property
    def is_milestone(self) -> bool:
        return isinstance(self.thing, Milestone)


@dataclass(frozen=True, slots=True)
class Silent:
    """A project of mine nobody has said anything about for too long."""

    project: Project
    heard_on: date | None


@dataclass(frozen=True, slots=True)
class Work:
    walk: Walk
    overdue: tuple[Due, ...]
    soon: tuple[Due, ...]
    asked: tuple[Row, ...]  # alerts to answer
    silent: tuple[Silent, ...]
    to_read: tuple[ProcedureRow, ...] = ()  # procedures to confirm
    support: tuple[SupportRequest, ...] = ()  # for a member of the PMO

    @property
    def count(self) -> int:
        return len(self.overdue) + len(self.soon) + len(self.asked) + len(self.silent) + len(self.to_read) + len(self.support)


def work(actor: Actor, rules: RuleBook, today: date, country: str) -> Work:
    """Twelve statements."""
    walk = walk_queries.walk(actor, walk_queries.rhythm_of(rules, today, country))
    calendar = house_calendar(country, today.year - 1, today.year + 1)
    until = calendar.add(today, rules.days("milestone.due_soon"))
    due = _milestones(actor, until, walk) + _responses(actor, calendar.add(today, rules.days("risk.due_soon")))
    due.sort(key=lambda one: (one.on, one.thing.project.code, one.thing.id))
    asked = [row for row in inbox(actor, Shelf.OPEN, mine=True) if RuleCode(row.finding.rule) not in SAID_BY_THE_THING]
    return Work(
        walk=walk,
        overdue=tuple(one for one in due if one.on < today),
        soon=tuple(one for one in due if one.on >= today),
        asked=tuple(asked),
        silent=tuple(_silent(actor, walk)),
        to_read=tuple(to_read(actor, today)),
        support=tuple(waiting_for(actor)),
    )


def _milestones(actor: Actor, until: date, walk: Walk) -> list[Due]:
    m = Milestone
    mine = or_(m.owner_id == actor.person_id, Project.manager_id == actor.person_id)
    still = (m.actual.is_(None), m.cancelled_on.is_(None), m.forecast <= until)
    query = select(m).join(m.project).options(contains_eager(m.project))
    seen = (Project.state == State.OPEN.value, Project.id.in_(visible_projects(actor)))
    found = db.session.scalars(query.where(mine, *still, *seen).order_by(m.id))
    return [Due(one, one.forecast, _card(walk, f"{CardKind.MILESTONE}{one.id}")) for one in found if one.forecast is not None]


def _responses(actor: Actor, until: date) -> list[Due]:
    r = RaidItem
    mine = or_(r.owner_id == actor.person_id, and_(r.owner_id.is_(None), Project.manager_id == actor.person_id))
    query = select(r).join(r.project).options(contains_eager(r.project))
    seen = (Project.state == State.OPEN.value, Project.id.in_(visible_projects(actor)))
    found = db.session.scalars(query.where(mine, r.closed_on.is_(None), r.due <= until, *seen).order_by(r.id))
    return [Due(one, one.due) for one in found if one.due is not None]


def _card(walk: Walk, key: str) -> str:
    card = find(walk.cards, key)
    return key if card is not None and not card.is_done else ""


def _silent(actor: Actor, walk: Walk) -> list[Silent]:
    """Projects one manages and may write about, the one longest without a word first."""
    found = []
    for project in walk.projects.values():
        mine = project.manager_id == actor.person_id and may(actor, Permission.STATUS_WRITE, project.place)
        heard = walk_queries.heard_on(project, walk.updates.get(project.id))
        if mine and (heard is None or (walk.rhythm.today - heard).days >= walk.rhythm.stale_after):
            found.append(Silent(project, heard))
    return sorted(found, key=lambda one: (one.heard_on or date.min, one.project.code))
