"""Reads of stakeholders: always within one project or programme, whose permission the caller has asked for."""

from dataclasses import dataclass

from sqlalchemy import select

from pmo.db import db
from pmo.kernel.errors import NotFound
from pmo.kernel.sorting import name_key
from pmo.people.models import Person
from pmo.portfolio.models import Programme, Project
from pmo.rules.logic import RuleBook
from pmo.stakeholders.logic import Engagement, Quadrant, Standing, quadrant
from pmo.stakeholders.models import Stakeholder


@dataclass(frozen=True, slots=True)
class StakeholderRow:
    stakeholder: Stakeholder
    owner: str
    standing: Standing

    @property
    def quadrant(self) -> Quadrant:
        return self.standing.quadrant


def high_from(rules: RuleBook) -> int:
    """The level from which power or interest counts as high."""
    return rules.days("stakeholder.high_from")


def of(home: Project | Programme) -> str:
    """The column that says whose they are."""
    return "programme_id" if isinstance(home, Programme) else "project_id"


def stakeholders_of(home: Project | Programme, rules: RuleBook) -> list[StakeholderRow]:
    """Everybody, archived ones too, the most powerful first: one statement."""
    s = Stakeholder
    query = (
        select(s, Person.name)
        .outerjoin(Person, Person.id == s.owner_id)
        .where(getattr(s, of(home)) == home.id)
        .order_by(s.power.desc(), s.interest.desc(), s.name_key.collate("C"), s.id)
    )
    level = high_from(rules)
    return [StakeholderRow(one, owner or "", _standing(one, level)) for one, owner in db.session.execute(query)]


def stakeholder(home: Project | Programme, stakeholder_id: int) -> Stakeholder:
    """One of this project or programme. Raises NotFound."""
    query = select(Stakeholder).where(Stakeholder.id == stakeholder_id, getattr(Stakeholder, of(home)) == home.id)
    found = db.session.scalars(query).one_or_none()
    if found is None:
        raise NotFound
    return found


def _standing(one: Stakeholder, level: int) -> Standing:
    return Standing(
        words=name_key(f"{one.name} {one.organisation} {one.role}"),
        quadrant=quadrant(one.power, one.interest, level),
        engagement=Engagement(one.engagement),
        desired=Engagement(one.desired),
        is_archived=one.archived_at is not None,
    )
