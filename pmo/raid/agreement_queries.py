"""Reads of agreements between projects. The name of a project the actor may not see does not leave the database."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, true
from sqlalchemy.orm import aliased, contains_eager

from pmo.db import db
from pmo.kernel.errors import NotFound
from pmo.kernel.permissions import Actor, Permission
from pmo.people.models import Person
from pmo.people.visibility import within
from pmo.portfolio.logic import State
from pmo.portfolio.models import Project
from pmo.portfolio.queries import visible_projects
from pmo.raid.agreement_logic import AgreementState, Dates, Limits, Side, Standing
from pmo.raid.logic import RaidStatus
from pmo.raid.models import Agreement, RaidItem
from pmo.rules.logic import RuleBook
from pmo.schedule.models import Milestone

Receiver, Giver = aliased(Project), aliased(Project)
MILESTONE_DAY = case((Milestone.cancelled_on.is_(None), func.coalesce(Milestone.actual, Milestone.forecast)))
PROMISED = case((Agreement.milestone_id.is_not(None), MILESTONE_DAY), else_=Agreement.promised)
ENOUGH = 50  # of one page


@dataclass(frozen=True, slots=True)
class Party:
    """A project on one side."""

    id: int
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Tie:
    """An agreement as pages show it; a side that the actor may not see is None."""

    id: int
    item_id: int
    code: str
    what: str
    owner: str
    receiver: Party | None
    giver: Party | None
    milestone: str
    receiver_id: int
    giver_id: int
    standing: Standing
    limits: Limits

    @property
    def dates(self) -> Dates:
        return self.standing.dates

    @property
    def state(self) -> AgreementState:
        return self.standing.state(self.limits)

    @property
    def tone(self) -> str:
        """Colour of the gap."""
        if self.limits.is_red(self.dates):
            return "red"
        return "amber" if self.limits.is_broken(self.dates) else ""


def limits_of(rules: RuleBook, programme_id: int | None = None) -> Limits:
    return Limits(*(rules.days(f"dependency.gap.{name}", programme_id) for name in ("amber", "red")))


def agreement(agreement_id: int) -> Agreement:
    """With its item and both projects, in one statement. Raises NotFound; the caller asks for the permission."""
    return _one(Agreement.id == agreement_id)


def of_item(item_id: int) -> Agreement | None:
    return db.session.scalar(select(Agreement).where(Agreement.item_id == item_id))


def tie(agreement_id: int, actor: Actor, rules: RuleBook) -> Tie:
    """Raises NotFound where neither side may be seen."""
    query = _ties(actor).where(Agreement.id == agreement_id, _seen(actor))
    row = db.session.execute(query).first()
    if row is None:
        raise NotFound
    return _tie(row, rules)


def ties(project_ids: Collection[int], actor: Actor, rules: RuleBook) -> list[Tie]:
    """Open agreements in which one of these projects needs or gives something, the next need first: one statement."""
    those = or_(Receiver.id.in_(project_ids), Giver.id.in_(project_ids))
    query = _ties(actor).where(those, RaidItem.closed_on.is_(None), _seen(actor)).limit(ENOUGH)
    return [_tie(row, rules) for row in db.session.execute(query.order_by(RaidItem.due.nulls_last(), Agreement.id))]


def ties_of_manager(actor: Actor, rules: RuleBook) -> list[tuple[Tie, tuple[Side, ...]]]:
    """Open agreements of open projects that this person manages, with the sides that are theirs: one statement."""
    mine = or_(Receiver.manager_id == actor.person_id, Giver.manager_id == actor.person_id)
    still = (RaidItem.closed_on.is_(None), Receiver.state == State.OPEN, Giver.state == State.OPEN)
    query = _ties(actor).add_columns(Receiver.manager_id.label("receiver_manager"), Giver.manager_id.label("giver_manager"))
    query = query.where(mine, *still, _seen(actor)).order_by(RaidItem.due.nulls_last(), Agreement.id)
    found = []
    for row in db.session.execute(query):
        managers = {Side.RECEIVER: row.receiver_manager, Side.GIVER: row.giver_manager}
        found.append((_tie(row, rules), tuple(side for side, manager in managers.items() if manager == actor.person_id)))
    return found


def facts(project_ids: Collection[int]) -> list[Any]:
    """For the rules: open agreements of these projects between open projects, whoever may see them."""
    those = or_(RaidItem.project_id.in_(project_ids), Agreement.giver_id.in_(project_ids))
    ids = (Agreement.id, RaidItem.project_id.label("receiver_id"), Agreement.giver_id)
    query = (
        select(*ids, RaidItem.code, RaidItem.title, RaidItem.due)
        .add_columns(PROMISED.label("promised"))
        .join(RaidItem, RaidItem.id == Agreement.item_id)
        .join(Receiver, Receiver.id == RaidItem.project_id)
        .join(Giver, Giver.id == Agreement.giver_id)
        .outerjoin(Milestone, Milestone.id == Agreement.milestone_id)
        .where(those, RaidItem.closed_on.is_(None), Receiver.state == State.OPEN, Giver.state == State.OPEN)
    )
    return list(db.session.execute(query.order_by(Agreement.id)))


def tied_to(project_id: int) -> set[int]:
    """The project itself, and those whose agreements a change of it may break or mend."""
    query = (
        select(RaidItem.project_id, Agreement.giver_id)
        .join(RaidItem, RaidItem.id == Agreement.item_id)
        .where(or_(RaidItem.project_id == project_id, Agreement.giver_id == project_id))
    )
    return {project_id, *(found for row in db.session.execute(query) for found in row)}


def givers(actor: Actor, receiver_id: int) -> list[tuple[int, str, str]]:
    """Open projects the actor may see, which may be asked for something: id, code, name."""
    query = select(Project.id, Project.code, Project.name).where(
        Project.id.in_(visible_projects(actor)), Project.state == State.OPEN, Project.id != receiver_id
    )
    return [(row[0], row[1], row[2]) for row in db.session.execute(query.order_by(Project.code, Project.id))]


def milestones_of(project_id: int) -> list[tuple[int, str, date | None]]:
    """What may stand for a promise: milestones not yet reached."""
    still = (Milestone.actual.is_(None), Milestone.cancelled_on.is_(None))
    query = select(Milestone.id, Milestone.name, Milestone.forecast).where(Milestone.project_id == project_id, *still)
    rows = db.session.execute(query.order_by(Milestone.forecast.nulls_last(), Milestone.id))
    return [(row[0], row[1], row[2]) for row in rows]


def promise_of(found: Agreement) -> date | None:
    """The day the giver promises: the milestone's own day where one stands for it."""
    if found.milestone is None:
        return found.promised
    return None if found.milestone.cancelled_on else found.milestone.actual or found.milestone.forecast


def _one(condition: ColumnElement[bool]) -> Agreement:
    query = (
        select(Agreement)
        .join(Agreement.item)
        .join(Receiver, RaidItem.project)
        .join(Giver, Agreement.giver)
        .outerjoin(Agreement.milestone)
        .options(
            contains_eager(Agreement.item).contains_eager(RaidItem.project.of_type(Receiver)),
            contains_eager(Agreement.giver.of_type(Giver)),
            contains_eager(Agreement.milestone),
        )
    )
    found = db.session.scalar(query.where(condition))
    if found is None:
        raise NotFound
    return found


def _sees(actor: Actor, side: Any) -> ColumnElement[bool]:
    return within(actor, Permission.PROJECT_READ, portfolio=side.portfolio_id, programme=side.programme_id, project=side.id)


def _seen(actor: Actor) -> ColumnElement[bool]:
    return or_(_sees(actor, Receiver), _sees(actor, Giver))


def _ties(actor: Actor) -> Select[Any]:
    receiver, giver = and_(true(), _sees(actor, Receiver)), and_(true(), _sees(actor, Giver))
    columns = [
        case((sees, column)).label(f"{name}_{column.key}")
        for name, side, sees in (("receiver", Receiver, receiver), ("giver", Giver, giver))
        for column in (side.code, side.name)
    ]
    return (
        select(Agreement, RaidItem, Person.name.label("owner"), PROMISED.label("promised"), *columns)
        .add_columns(case((giver, Milestone.name)).label("milestone"))
        .join(RaidItem, RaidItem.id == Agreement.item_id)
        .join(Receiver, Receiver.id == RaidItem.project_id)
        .join(Giver, Giver.id == Agreement.giver_id)
        .outerjoin(Milestone, Milestone.id == Agreement.milestone_id)
        .outerjoin(Person, Person.id == RaidItem.owner_id)
    )


def _tie(row: Any, rules: RuleBook) -> Tie:
    one, item = row.Agreement, row.RaidItem
    return Tie(
        id=one.id,
        item_id=item.id,
        code=item.code,
        what=item.title,
        owner=row.owner or "",
        receiver=Party(item.project_id, row.receiver_code, row.receiver_name) if row.receiver_code else None,
        giver=Party(one.giver_id, row.giver_code, row.giver_name) if row.giver_code else None,
        milestone=row.milestone or "",
        receiver_id=item.project_id,
        giver_id=one.giver_id,
        standing=standing(one, item, row.promised),
        limits=limits_of(rules),
    )


def standing(one: Agreement, item: RaidItem, promised: date | None) -> Standing:
    yes = {Side.RECEIVER: one.receiver_agreed_at, Side.GIVER: one.giver_agreed_at}
    return Standing(
        dates=Dates(item.due, promised),
        settled=Dates(one.settled_need_by, one.settled_promised),
        said_yes=frozenset(side for side, moment in yes.items() if moment is not None),
        ended=RaidStatus(item.status) if item.closed_on is not None else None,
    )
