"""What waits for one person: dates and responses of theirs, what other rooms ask of them; and what came of what they asked."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import contains_eager

from pmo.alerts.logic.rules import RuleCode
from pmo.alerts.queries import Row, Shelf, inbox
from pmo.changes.models import ChangeRequest
from pmo.changes.queries import answered_for as changes_answered
from pmo.changes.queries import to_decide as changes_to_decide
from pmo.changes.queries import to_decide_together
from pmo.committees.decision_queries import answered_for as decisions_answered
from pmo.committees.decision_queries import to_decide
from pmo.committees.item_queries import ItemRow, to_do
from pmo.committees.models import Decision, DecisionRequest
from pmo.db import db
from pmo.home import walk_queries
from pmo.home.logic import CardKind, find
from pmo.home.walk_queries import Walk
from pmo.indicators.models import Measurement
from pmo.indicators.queries import waiting_for as values_asked_of
from pmo.kernel import clock
from pmo.kernel.permissions import Actor, Permission, Role, may, may_anywhere
from pmo.portfolio.logic import State
from pmo.portfolio.models import Project
from pmo.portfolio.queries import visible_projects
from pmo.procedures.queries import ProcedureRow, to_read
from pmo.proposals.models import Proposal
from pmo.proposals.queries import answered_for as proposals_answered
from pmo.raid.agreement_logic import Side
from pmo.raid.agreement_queries import Tie
from pmo.raid.asked_queries import agreements_for, escalations_for
from pmo.raid.asked_queries import answered_for as items_answered
from pmo.raid.models import RaidItem
from pmo.rules.logic import RuleBook
from pmo.schedule.calendars import house_calendar
from pmo.schedule.models import Milestone
from pmo.support.models import SupportRequest
from pmo.support.queries import Answered, waiting_for
from pmo.support.queries import answered_for as support_answered

SAID_BY_THE_THING = {
    RuleCode.OVERDUE,
    RuleCode.DUE_SOON,
    RuleCode.STALE,
    RuleCode.RESPONSE_OVERDUE,
}  # shown as what they are about
SAID_TO_ITS_OWNER = {RuleCode.ESCALATED, RuleCode.ACTION_OVERDUE}  # to whoever else gets the alert it is the alert that says it


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    walk: Walk
    overdue: tuple[Due, ...]
    soon: tuple[Due, ...]
    alerts: tuple[Row, ...]  # to answer
    silent: tuple[Silent, ...]
    actions: tuple[ItemRow, ...]
    escalations: tuple[RaidItem, ...]
    agreements: tuple[tuple[Tie, Side], ...]
    values: tuple[Measurement, ...]  # of indicators
    changes: tuple[ChangeRequest, ...]  # to decide, alone
    decisions: tuple[DecisionRequest, ...]  # to decide, in a committee
    put: tuple[ChangeRequest, ...]  # the same
    to_read: tuple[ProcedureRow, ...]  # procedures to confirm
    support: tuple[SupportRequest, ...]  # for a member of the PMO


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What came lately of what somebody asked."""

    support: tuple[Answered, ...]
    items: tuple[RaidItem, ...]  # escalated
    changes: tuple[ChangeRequest, ...]
    decisions: tuple[Decision, ...]
    proposals: tuple[Proposal, ...]


def work(actor: Actor, rules: RuleBook, today: date, country: str) -> Work:
    """Each room says in one statement what it asks of a person; some need a second one for what they found."""
    rhythm = walk_queries.rhythm_of(rules, today, country)
    walks = may_anywhere(actor, Permission.WORK_WALK)
    walk = walk_queries.walk(actor, rhythm) if walks else walk_queries.no_walk(rhythm)
    calendar = house_calendar(country, today.year - 1, today.year + 1)
    until = calendar.add(today, rules.days("milestone.due_soon"))
    due = _milestones(actor, until, walk) + _responses(actor, calendar.add(today, rules.days("risk.due_soon")))
    due.sort(key=lambda one: (one.on, one.thing.project.code, one.thing.id))
    return Work(
        walk=walk,
        overdue=tuple(one for one in due if one.on < today),
        soon=tuple(one for one in due if one.on >= today),
        alerts=tuple(row for row in inbox(actor, Shelf.OPEN, mine=True) if not _is_said(row, actor)),
        silent=tuple(_silent(actor, walk)),
        actions=tuple(to_do(actor, today)),
        escalations=tuple(escalations_for(actor)),
        agreements=tuple(agreements_for(actor, rules)),
        values=tuple(one for one in values_asked_of(actor.person_id) if one.indicator.archived_at is None),
        changes=tuple(changes_to_decide(actor)) if may_anywhere(actor, Permission.CHANGE_DECIDE) else (),
        decisions=tuple(to_decide(actor)) if Role.COMMITTEE in actor.roles else (),
        put=tuple(to_decide_together(actor)) if Role.COMMITTEE in actor.roles else (),
        to_read=tuple(to_read(actor, today)),
        support=tuple(waiting_for(actor)) if may_anywhere(actor, Permission.SUPPORT_ANSWER) else (),
    )


def answers(actor: Actor, rules: RuleBook, today: date) -> Answers:
    """As long as the rule shows them: one statement each."""
    since = today - timedelta(days=rules.days("work.answered_shown"))
    moment = clock.start_of_day(since)
    return Answers(
        support=tuple(support_answered(actor, moment)),
        items=tuple(items_answered(actor, since)),
        changes=tuple(changes_answered(actor, since)),
        decisions=tuple(decisions_answered(actor, since)),
        proposals=tuple(proposals_answered(actor.person_id, moment)),
    )


def _is_said(row: Row, actor: Actor) -> bool:
    """It stands there already as what it is about."""
    rule = RuleCode(row.finding.rule)
    return rule in SAID_BY_THE_THING or (rule in SAID_TO_ITS_OWNER and row.finding.owner_id == actor.person_id)


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
    own = or_(r.owner_id == actor.person_id, r.validator_id == actor.person_id)
    mine = or_(own, and_(r.owner_id.is_(None), Project.manager_id == actor.person_id))
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
