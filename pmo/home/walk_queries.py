"""Reads of the weekly walk: the cards of one person, with what they are drawn and drafted from. Six statements."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import contains_eager

from pmo.db import db
from pmo.home import logic
from pmo.home.logic import Card, CardKind, Change, Moved, Next, Reviewed, Rhythm, Stretch
from pmo.kernel import clock
from pmo.kernel.errors import NotFound
from pmo.kernel.permissions import Actor, Permission, may
from pmo.portfolio.logic import State
from pmo.portfolio.models import Project, StatusUpdate
from pmo.portfolio.queries import visible_projects
from pmo.raid.logic import RaidType, Review
from pmo.raid.models import RaidItem
from pmo.rules.logic import RuleBook
from pmo.schedule.calendars import house_calendar
from pmo.schedule.logic import slippage
from pmo.schedule.logic.moves import DateField, MoveReason
from pmo.schedule.models import DateMove, Milestone

TOLD = (Review.UP.value, Review.DOWN.value, Review.CLOSED.value)


@dataclass(frozen=True, slots=True)
class Walk:
    """One person's walk today: the cards in order, and the things behind them by their ids."""

    rhythm: Rhythm
    cards: tuple[Card, ...]
    projects: dict[int, Project]
    milestones: dict[int, Milestone]
    risks: dict[int, RaidItem]
    writes: frozenset[int]  # projects whose sentence this person may write
    updates: dict[int, StatusUpdate]
    changes: dict[int, list[Change]]

    @property
    def open_cards(self) -> int:
        return logic.count_open(self.cards)

    @property
    def done(self) -> int:
        return sum(card.is_done for card in self.cards)

    def card(self, key: str) -> Card | None:
        """One of the cards, or the sentence of a project of theirs although nobody asks for it."""
        found = logic.find(self.cards, key)
        wanted = next((one for one in self.writes if key == f"{CardKind.SENTENCE}{one}"), None)
        if found is not None or wanted is None:
            return found
        return Card(CardKind.SENTENCE, wanted, wanted, self.projects[wanted].name)

    def coming(self, project_id: int) -> Next | None:
        """The next milestone of a project, as far as it is asked about."""
        found = slippage.next_open(m for m in self.milestones.values() if m.project_id == project_id)
        return Next(found.name, found.forecast) if found and found.forecast else None


def rhythm_of(rules: RuleBook, today: date, country: str) -> Rhythm:
    calendar = house_calendar(country, today.year - 1, today.year + 1)
    due_until = calendar.add(today, rules.days("walk.due_within"))
    again, ahead = rules.days("walk.again_after"), rules.days("walk.confirm_after")
    return Rhythm(today, due_until, again, ahead, rules.days("status.stale_after"))


def walk(actor: Actor, rhythm: Rhythm) -> Walk:
    """Five statements, whatever there is to ask."""
    milestones, risks = _milestones(actor, rhythm), _risks(actor, rhythm)
    managed = list(db.session.scalars(_managed(actor)))
    projects = (
        {project.id: project for project in managed}
        | {m.project_id: m.project for m in milestones}
        | {r.project_id: r.project for r in risks}
    )
    updates = newest_updates(projects)
    changes = _changes(actor, rhythm, updates, risks)
    own = {project.id for project in managed}
    writes = frozenset(project.id for project in managed if may(actor, Permission.STATUS_WRITE, project.place))
    ordered = sorted(projects.values(), key=lambda project: (project.id not in own, project.code, project.id))
    cards = _cards(milestones, risks, rhythm)
    stretches = [
        Stretch(
            project_id=project.id,
            name=project.name,
            cards=tuple(cards[project.id]),
            writes=project.id in writes,
            is_changed=bool(changes[project.id]),
            is_told=_told_today(updates.get(project.id), actor, rhythm.today),
            goes_stale=rhythm.goes_stale(heard_on(project, updates.get(project.id))),
        )
        for project in ordered
    ]
    by_id = {milestone.id: milestone for milestone in milestones}
    by_code = {risk.id: risk for risk in risks}
    return Walk(rhythm, logic.deck(stretches), projects, by_id, by_code, writes, updates, changes)


def no_walk(rhythm: Rhythm) -> Walk:
    """Of somebody who has none."""
    return Walk(rhythm, (), {}, {}, {}, frozenset(), {}, {})


def milestone(milestone_id: int) -> Milestone:
    """With its project, in one statement. Raises NotFound; the caller asks for the permission."""
    query = select(Milestone).join(Milestone.project).options(contains_eager(Milestone.project))
    found = db.session.scalar(query.where(Milestone.id == milestone_id))
    if found is None:
        raise NotFound
    return found


def is_mine(thing: Milestone | RaidItem | Project, actor: Actor) -> bool:
    """Whether it belongs to this person's walk: theirs, or of a project they manage."""
    project = thing if isinstance(thing, Project) else thing.project
    owner = None if isinstance(thing, Project) else thing.owner_id
    return actor.person_id in (project.manager_id, owner)


def open_milestones(project_id: int) -> list[Milestone]:
    still = (Milestone.actual.is_(None), Milestone.cancelled_on.is_(None))
    return list(db.session.scalars(select(Milestone).where(Milestone.project_id == project_id, *still)))


def newest_updates(project_ids: Collection[int]) -> dict[int, StatusUpdate]:
    """The update that counts of each project."""
    query = select(StatusUpdate).where(StatusUpdate.project_id.in_(project_ids)).ext(distinct_on(StatusUpdate.project_id))
    order = (StatusUpdate.project_id, StatusUpdate.stated_at.desc(), StatusUpdate.id.desc())
    return {update.project_id: update for update in db.session.scalars(query.order_by(*order))}


def walkers() -> list[int]:
    """Whoever manages an open project."""
    query = select(Project.manager_id).where(Project.state == State.OPEN, Project.manager_id.is_not(None)).distinct()
    return sorted(person_id for person_id in db.session.scalars(query) if person_id is not None)


def _cards(milestones: list[Milestone], risks: list[RaidItem], rhythm: Rhythm) -> dict[int, list[Card]]:
    """Of each project its milestones, then its risks."""
    found: dict[int, list[Card]] = defaultdict(list)
    for one in milestones:
        is_done = not slippage.is_open(one) or not rhythm.asks_about(one.forecast, one.confirmed_on)
        found[one.project_id].append(Card(CardKind.MILESTONE, one.id, one.project_id, one.name, is_done))
    for risk in risks:
        is_done = risk.closed_on is not None or not rhythm.asks_about_risk(_day(risk.reviewed_at))
        found[risk.project_id].append(Card(CardKind.RISK, risk.id, risk.project_id, f"{risk.code} {risk.title}", is_done))
    return found


def _managed(actor: Actor) -> Select[Project]:
    mine = (Project.manager_id == actor.person_id, Project.state == State.OPEN, Project.id.in_(visible_projects(actor)))
    return select(Project).where(*mine).order_by(Project.code, Project.id)


def _milestones(actor: Actor, rhythm: Rhythm) -> list[Milestone]:
    """Open ones that are asked about, and those answered today, in the order of time."""
    m = Milestone
    answered = and_(m.confirmed_on == rhythm.today, m.confirmed_by == actor.person_id)
    mine = or_(Project.manager_id == actor.person_id, m.owner_id == actor.person_id)
    query = (
        select(m)
        .join(m.project)
        .options(contains_eager(m.project))
        .where(mine, *_in_reach(actor), m.cancelled_on.is_(None), or_(m.actual.is_(None), answered))
        .order_by(m.project_id, m.baseline.nulls_last(), m.position, m.id)  # the forecast may move while one walks
    )
    return [
        one
        for one in db.session.scalars(query)
        if may(actor, Permission.MILESTONE_EDIT, one.place)
        and (_answered(one, actor, rhythm.today) or rhythm.asks_about(one.forecast, one.confirmed_on))
    ]


def _risks(actor: Actor, rhythm: Rhythm) -> list[RaidItem]:
    """Open ones that are mine, or nobody's in a project of mine, and those answered today, in the order of their codes."""
    r = RaidItem
    since = clock.start_of_day(rhythm.today)
    answered = and_(r.reviewed_at >= since, r.reviewed_by == actor.person_id)
    mine = or_(r.owner_id == actor.person_id, and_(r.owner_id.is_(None), Project.manager_id == actor.person_id))
    query = (
        select(r)
        .join(r.project)
        .options(contains_eager(r.project))
        .where(mine, *_in_reach(actor), r.type == RaidType.RISK.value, or_(r.closed_on.is_(None), answered))
        .order_by(r.project_id, r.code, r.id)
    )
    return [
        one
        for one in db.session.scalars(query)
        if may(actor, Permission.RAID_EDIT, one.place)
        and (_reviewed(one, actor, rhythm.today) or rhythm.asks_about_risk(_day(one.reviewed_at)))
    ]


def _in_reach(actor: Actor) -> tuple[ColumnElement[bool], ...]:
    return (Project.state == State.OPEN.value, Project.id.in_(visible_projects(actor)))


def _answered(milestone: Milestone, actor: Actor, today: date) -> bool:
    return milestone.confirmed_on == today and milestone.confirmed_by == actor.person_id


def _reviewed(risk: RaidItem, actor: Actor, today: date) -> bool:
    return _day(risk.reviewed_at) == today and risk.reviewed_by == actor.person_id


def _changes(actor: Actor, rhythm: Rhythm, updates: dict[int, StatusUpdate], risks: list[RaidItem]) -> dict[int, list[Change]]:
    """What this person moved since the last update of each project, not longer ago than one walk."""
    first = clock.start_of_day(rhythm.today - timedelta(days=rhythm.again_after - 1))
    since = {project_id: max(first, update.stated_at) for project_id, update in updates.items()}
    moves: dict[int, list[tuple[int, Moved]]] = defaultdict(list)
    for move, name in db.session.execute(_moves(actor, first)):
        if move.moved_at > since.get(move.project_id, first):
            moves[move.project_id].append((move.milestone_id, _moved(move, name)))
    found: dict[int, list[Change]] = defaultdict(list)
    for project_id, those in moves.items():
        found[project_id] += logic.net(those)
    for risk in risks:
        reviewed = risk.reviewed_by == actor.person_id and risk.review in TOLD and risk.reviewed_at is not None
        if reviewed and risk.reviewed_at is not None and risk.reviewed_at > since.get(risk.project_id, first):
            found[risk.project_id].append(Reviewed(risk.code, risk.title, Review(risk.review)))
    return found


def _moves(actor: Actor, first: datetime) -> Select[DateMove, str]:
    fields = (DateField.FORECAST.value, DateField.ACTUAL.value)
    query = select(DateMove, Milestone.name).join(Milestone, Milestone.id == DateMove.milestone_id)
    mine = (DateMove.moved_by == actor.person_id, DateMove.moved_at >= first, DateMove.field.in_(fields))
    return query.where(*mine).order_by(DateMove.moved_at, DateMove.id)


def _moved(move: DateMove, name: str) -> Moved:
    reason = MoveReason(move.reason) if move.reason else None
    return Moved(name, move.before, move.after, reason, move.words, move.field == DateField.ACTUAL.value)


def _told_today(update: StatusUpdate | None, actor: Actor, today: date) -> bool:
    return update is not None and update.author_id == actor.person_id and _day(update.stated_at) == today


def heard_on(project: Project, update: StatusUpdate | None) -> date | None:
    return _day(max(filter(None, (project.confirmed_at, update.stated_at if update else None)), default=None))


def _day(moment: datetime | None) -> date | None:
    return clock.local(moment).date() if moment else None
