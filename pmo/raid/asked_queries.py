"""Reads of the register for one person: what is asked of them, and what came of what they escalated."""

from datetime import date

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import contains_eager

from pmo.db import db
from pmo.kernel.permissions import Actor
from pmo.portfolio.logic import State
from pmo.portfolio.models import Project
from pmo.portfolio.queries import visible_projects
from pmo.raid.agreement_logic import AgreementState, Side
from pmo.raid.agreement_queries import Tie, ties_of_manager
from pmo.raid.logic import Level
from pmo.raid.models import RaidItem
from pmo.rules.logic import RuleBook


def escalations_for(actor: Actor) -> list[RaidItem]:
    """What was escalated to this person and waits for their answer, the oldest first: one statement."""
    r = RaidItem
    waits = and_(
        r.answerer_id == actor.person_id, r.escalated_to != Level.PROJECT, r.answered_on.is_(None), r.closed_on.is_(None)
    )
    query = select(r).join(r.project).options(contains_eager(r.project))
    seen = (Project.state == State.OPEN, Project.id.in_(visible_projects(actor)))
    return list(db.session.scalars(query.where(waits, *seen).order_by(r.escalated_on, r.id)))


def answered_for(actor: Actor, since: date) -> list[RaidItem]:
    """What this person escalated and somebody else answered or handed back since that day: one statement."""
    r = RaidItem
    answered = (r.escalated_by == actor.person_id, r.answered_on >= since)
    others = or_(r.answered_by.is_(None), r.answered_by != actor.person_id)
    query = select(r).join(r.project).options(contains_eager(r.project))
    seen = Project.id.in_(visible_projects(actor))
    return list(db.session.scalars(query.where(*answered, others, seen).order_by(r.answered_on.desc(), r.id.desc())))


def agreements_for(actor: Actor, rules: RuleBook) -> list[tuple[Tie, Side]]:
    """Agreements in which a project this person manages has still to say yes, or to promise a day: one statement."""
    found: list[tuple[Tie, Side]] = []
    for tie, managed in ties_of_manager(actor, rules):
        side = next((side for side in managed if _waits_for(tie, side)), None)
        if side is not None:
            found.append((tie, side))
    return found


def _waits_for(tie: Tie, side: Side) -> bool:
    """The giver first promises a day; then each side says yes to both."""
    if tie.state in (AgreementState.DELIVERED, AgreementState.WITHDRAWN) or side in tie.standing.agreed:
        return False
    return side is Side.GIVER or tie.dates.promised is not None
