"""What is there already, as far as a list about to be brought in touches it: a fixed number of statements whatever its length."""

from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime

from sqlalchemy import Select, func, select, text
from sqlalchemy.dialects.postgresql import distinct_on

from pmo.db import db
from pmo.exchange.logic.codes import Coded
from pmo.exchange.logic.matching import Candidate
from pmo.exchange.logic.plan import Dates, Here
from pmo.exchange.logic.telling import Spoken, Stated
from pmo.exchange.logic.wanted import COLOURS, MONEY, NUMBERS, TEXTS, WORDS, Reported, Told
from pmo.people.models import Person
from pmo.portfolio.logic import State
from pmo.portfolio.models import Portfolio, Programme, Project, ReportedPosition, StatusUpdate
from pmo.schedule.models import Milestone

LONG_AGO = datetime(1900, 1, 1, tzinfo=UTC)
FACTS = (*TEXTS, *NUMBERS, *MONEY, "currency", "money_on", "state", "closed_on", "closing_reason")
NAMES = text("select distinct id, name_key from history.project where portfolio_id = :portfolio")
NEWEST = text(
    "select project_id, max(h_from) from ("
    " select id as project_id, h_from from history.project where h_to is null and portfolio_id = :portfolio"
    " union all"
    " select m.project_id, m.h_from from history.milestone m join project p on p.id = m.project_id"
    " where m.h_to is null and p.portfolio_id = :portfolio and m.name_key = any(:names)"
    ") versions group by project_id"
)


@dataclass(frozen=True, slots=True)
class Standing:
    """The portfolio a list goes to, as it stands, and what its sender reported before."""

    portfolio_id: int | None
    here: dict[int, Here]
    people: dict[str, int]
    coded: Coded
    before: tuple[int, ...]  # projects in this sender's list of the same day, or else of the day before
    is_older: bool  # a newer list of this sender is here already


@dataclass(frozen=True, slots=True)
class Asking:
    """The list somebody asks for: its day, the moment it holds from, its sender, its title, the milestones it speaks of."""

    on: date
    moment: datetime
    source: str
    title: str
    names: Collection[str]  # folded


def standing(portfolio: Portfolio | None, asking: Asking) -> Standing:
    people = _people()
    if portfolio is None:
        return Standing(None, {}, people, Coded(), (), is_older=False)
    days = _days(portfolio.id, asking.source)
    last = max((day for day in days if day <= asking.on), default=None)
    here = _projects(portfolio.id, asking)
    return Standing(
        portfolio.id,
        here,
        people,
        _coded(portfolio, here),
        _reported_on(portfolio.id, asking.source, last) if last else (),
        is_older=any(day > asking.on for day in days),
    )


def _coded(portfolio: Portfolio, here: dict[int, Here]) -> Coded:
    query = select(Programme.name_key, Programme.code).where(Programme.portfolio_id == portfolio.id).order_by(Programme.id)
    programmes = tuple((key, code) for key, code in db.session.execute(query))
    return Coded(portfolio.name, programmes, tuple((one.candidate.group_key, one.candidate.code) for one in here.values()))


def portfolio_by_code(code: str) -> Portfolio | None:
    return db.session.scalar(select(Portfolio).where(func.upper(Portfolio.code) == code.strip().upper()))


def only_portfolio() -> Portfolio | None:
    """The portfolio of a house that has one."""
    found = db.session.scalars(select(Portfolio).where(Portfolio.archived_at.is_(None)).limit(2)).all()
    return found[0] if len(found) == 1 else None


def _projects(portfolio_id: int, asking: Asking) -> dict[int, Here]:
    query = select(Project, Programme.name_key).join(Programme, Programme.id == Project.programme_id)
    rows = db.session.execute(query.where(Project.portfolio_id == portfolio_id).order_by(Project.id)).all()
    newest = _newest(portfolio_id, asking.names)
    milestones = _milestones(portfolio_id, asking.names)
    then = _positions(portfolio_id, asking.on, asking.source)
    former = _former_names(portfolio_id)
    spoken = _spoken(portfolio_id, asking)
    return {
        project.id: Here(
            candidate=Candidate(
                project.id,
                project.code,
                project.name,
                project.name_key,
                project.external_id,
                group_key,
                frozenset(former[project.id]),
                project.id in then,
            ),
            programme_id=project.programme_id,
            state=State(project.state),
            newest=newest.get(project.id, LONG_AGO),
            facts={key: getattr(project, key) for key in FACTS},
            no_value=dict(project.no_value),
            manager_id=project.manager_id,
            tags=tuple(project.tags),
            milestones=milestones[project.id],
            spoken=spoken(project.id),
            reported_then=then.get(project.id),
        )
        for project, group_key in rows
    }


def _newest(portfolio_id: int, names: Collection[str]) -> dict[int, datetime]:
    """Since when each project and its milestones have stood as they do: history only moves forward from there."""
    found = db.session.execute(NEWEST, {"portfolio": portfolio_id, "names": list(names)}).all()
    return {project_id: newest for project_id, newest in found}


def _former_names(portfolio_id: int) -> dict[int, set[str]]:
    """Every name a project has carried: an older list calls it by the name of its day."""
    found: dict[int, set[str]] = defaultdict(set)
    for project_id, key in db.session.execute(NAMES, {"portfolio": portfolio_id}):
        found[project_id].add(key)
    return found


def _milestones(portfolio_id: int, names: Collection[str]) -> dict[int, dict[str, Dates]]:
    query = select(Milestone).join(Project).where(Project.portfolio_id == portfolio_id, Milestone.name_key.in_(list(names)))
    found: dict[int, dict[str, Dates]] = defaultdict(dict)
    for one in db.session.scalars(query.where(Milestone.cancelled_on.is_(None)).order_by(Milestone.id.desc())):
        dates = Dates(one.id, one.name, one.baseline, one.commitment, one.forecast, one.actual, dict(one.no_value))
        found[one.project_id][one.name_key] = dates
    return found


def _positions(portfolio_id: int, on: date, source: str) -> dict[int, Reported]:
    query = select(ReportedPosition).join(Project, Project.id == ReportedPosition.project_id)
    same = (Project.portfolio_id == portfolio_id, ReportedPosition.position_on == on, ReportedPosition.source == source)
    return {one.project_id: _reported(one) for one in db.session.scalars(query.where(*same))}


def _reported(one: ReportedPosition) -> Reported:
    plain = {field.name: getattr(one, field.name) for field in fields(Reported) if field.name not in {"values", "no_value"}}
    return Reported(**plain, values=tuple(sorted(one.values.items())), no_value=tuple(sorted(one.no_value.items())))


def _spoken(portfolio_id: int, asking: Asking) -> Callable[[int], Spoken]:
    """Per project: the last status update as of the list, the one this list made before, and a newer one."""
    u = StatusUpdate
    query = select(u).join(Project, Project.id == u.project_id).where(Project.portfolio_id == portfolio_id)
    newest = query.ext(distinct_on(u.project_id)).order_by(u.project_id, u.stated_at.desc(), u.id.desc())
    last = _by_project(newest.where(u.stated_at <= asking.moment))
    newer = _by_project(newest.where(u.stated_at > asking.moment))
    then = _by_project(query.where(u.source == asking.title, u.period_end == asking.on).order_by(u.id))
    return lambda project_id: Spoken(last.get(project_id), then.get(project_id), newer.get(project_id))


def _by_project(query: Select[StatusUpdate]) -> dict[int, Stated]:
    found = db.session.scalars(query)
    return {one.project_id: Stated(one.id, told(one), one.period_end, by_hand=not one.source) for one in found}


def told(one: StatusUpdate) -> Told:
    """A status update as a list would say it."""
    colours = tuple((name, getattr(one, name)) for name in COLOURS)
    return Told(colours, tuple((key, words) for key in WORDS if (words := getattr(one, key))))


def _days(portfolio_id: int, source: str) -> list[date]:
    query = select(ReportedPosition.position_on).join(Project, Project.id == ReportedPosition.project_id).distinct()
    return list(db.session.scalars(query.where(Project.portfolio_id == portfolio_id, ReportedPosition.source == source)))


def _reported_on(portfolio_id: int, source: str, day: date) -> tuple[int, ...]:
    query = select(ReportedPosition.project_id).join(Project, Project.id == ReportedPosition.project_id)
    same = (Project.portfolio_id == portfolio_id, ReportedPosition.source == source, ReportedPosition.position_on == day)
    return tuple(db.session.scalars(query.where(*same).order_by(ReportedPosition.project_id)))


def _people() -> dict[str, int]:
    """By folded name; a name two people share names nobody."""
    counted = func.count().label("bearers")
    query = select(Person.name_key, func.min(Person.id), counted).group_by(Person.name_key)
    return {key: person_id for key, person_id, bearers in db.session.execute(query) if bearers == 1}
