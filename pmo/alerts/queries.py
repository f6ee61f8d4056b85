"""Reads of alerts: the facts the rules look at, and the findings somebody may see."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, or_, select, text
from sqlalchemy.dialects.postgresql import distinct_on

from pmo.alerts.logic.rules import (
    ActionFacts,
    DependencyFacts,
    MilestoneFacts,
    ProjectFacts,
    Severity,
)
from pmo.alerts.models import Finding, Mail, MailedFinding
from pmo.alerts.register_facts import raid_facts
from pmo.committees.models import ActionItem
from pmo.db import db
from pmo.kernel import clock
from pmo.kernel.errors import NotFound
from pmo.kernel.permissions import Actor, Permission
from pmo.people.models import Person
from pmo.portfolio.logic import Colour, Dimension, State
from pmo.portfolio.models import Programme, Project, StatusUpdate
from pmo.portfolio.queries import visible_projects
from pmo.raid import agreement_queries as agreements
from pmo.schedule.models import Milestone
from pmo.status.models import HealthMark
from pmo.web.filters import Folded, containing

PAGE = 100


class Shelf(StrEnum):
    """Where a finding lies in the inbox."""

    OPEN = "open"
    SEEN = "seen"
    LATER = "later"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Row:
    """A finding with what its line shows."""

    finding: Finding
    project_code: str
    project_name: str
    programme_id: int
    portfolio_id: int
    owner_name: str


@dataclass(frozen=True, slots=True)
class Told:
    """Who was told of a finding, and when."""

    name: str
    day: date
    state: str
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class Unmailed:
    """A finding nobody has been written to about yet, and where it stands."""

    finding: Finding
    project: Project
    programme_manager_id: int | None


def open_projects(after: int = 0, limit: int = 100, portfolio_id: int | None = None) -> list[int]:
    """Ids of open projects in portions, for a run over everything."""
    query = select(Project.id).where(Project.state == State.OPEN, Project.id > after).order_by(Project.id).limit(limit)
    return list(db.session.scalars(query if portfolio_id is None else query.where(Project.portfolio_id == portfolio_id)))


def project_facts(ids: Collection[int]) -> list[ProjectFacts]:
    """What the rules look at, for these projects as far as they are open: eight statements, however many they are."""
    updates = (
        select(StatusUpdate.project_id, StatusUpdate.stated_at)
        .where(StatusUpdate.project_id.in_(ids))
        .ext(distinct_on(StatusUpdate.project_id))
        .order_by(StatusUpdate.project_id, StatusUpdate.stated_at.desc())
    )
    updated = {row.project_id: row.stated_at for row in db.session.execute(updates)}
    milestones, (risks, escalations), marks, begun = _milestones(ids), raid_facts(ids), _marks(ids), _begun(ids)
    actions, dependencies = _actions(ids), _dependencies(ids)
    query = select(Project, Programme.manager_id).join(Programme, Programme.id == Project.programme_id).where(Project.id.in_(ids))
    return [
        replace(
            _facts(project, manager, marks.get(project.id)),
            updated_on=_day(updated.get(project.id)),
            confirmed_on=_day(project.confirmed_at),
            running_since=_day(begun.get(project.id)),
            milestones=tuple(milestones[project.id]),
            risks=tuple(risks[project.id]),
            escalations=tuple(escalations[project.id]),
            actions=tuple(actions[project.id]),
            dependencies=tuple(dependencies[project.id]),
        )
        for project, manager in db.session.execute(query.where(Project.state == State.OPEN).order_by(Project.id))
    ]


def open_findings(ids: Collection[int]) -> list[Finding]:
    query = select(Finding).where(Finding.project_id.in_(ids), Finding.cleared_at.is_(None)).order_by(Finding.id)
    return list(db.session.scalars(query))


def finding(finding_id: int) -> Finding:
    found = db.session.get(Finding, finding_id)
    if found is None:
        raise NotFound
    return found


def visible_findings(actor: Actor, *, mine: bool = False) -> ColumnElement[bool]:
    """The restriction of every list of findings: projects whose alerts the actor may read; `mine`: what concerns them."""
    seen = Finding.project_id.in_(visible_projects(actor, Permission.ALERT_READ))
    own = or_(Finding.owner_id == actor.person_id, _managed_by(actor.person_id))
    return and_(seen, own) if mine else or_(seen, and_(own, Finding.project_id.in_(visible_projects(actor))))


def on_shelf(shelf: Shelf, today: date) -> ColumnElement[bool]:
    put_off = and_(Finding.snoozed_until.is_not(None), Finding.snoozed_until > today)
    still = Finding.cleared_at.is_(None)
    match shelf:
        case Shelf.ENDED:
            return Finding.cleared_at.is_not(None)
        case Shelf.LATER:
            return and_(still, put_off)
        case Shelf.SEEN:
            return and_(still, Finding.acknowledged_at.is_not(None), ~func.coalesce(put_off, False))
        case Shelf.OPEN:
            return and_(still, Finding.acknowledged_at.is_(None), ~func.coalesce(put_off, False))


def inbox(
    actor: Actor,
    shelf: Shelf,
    *,
    search: str = "",
    severity: str = "",
    mine: bool = False,
    after: int = 0,
    limit: int | None = None,
) -> list[Row]:
    """One shelf, red before amber, newest first; all of it, or at most `limit` rows."""
    query = _rows().where(visible_findings(actor, mine=mine), on_shelf(shelf, clock.today()))
    if severity in set(Severity):
        query = query.where(Finding.severity == severity)
    query = query.where(*containing(search.split(), Project.code, Folded(Project.name_key), Finding.facts["name"].astext))
    order = (Finding.severity != Severity.RED, Finding.raised_at.desc(), Finding.id.desc())
    return [Row(*row) for row in db.session.execute(query.order_by(*order).offset(after).limit(limit))]


def counts(actor: Actor, mine: bool = False) -> dict[Shelf, int]:
    """How many lie on each shelf, in one statement."""
    today = clock.today()
    columns = [func.count().filter(on_shelf(shelf, today)) for shelf in Shelf]
    row = db.session.execute(select(*columns).select_from(Finding).where(visible_findings(actor, mine=mine))).one()
    return dict(zip(Shelf, row, strict=True))


def row(finding_id: int) -> Row:
    """Raises NotFound; the caller asks for the permission on its project."""
    found = db.session.execute(_rows().where(Finding.id == finding_id)).first()
    if found is None:
        raise NotFound
    return Row(*found)


def told(finding_id: int) -> list[Told]:
    """Who was told when."""
    query = (
        select(Person.name, Mail.day, Mail.state, Mail.sent_at)
        .join(Mail, Mail.person_id == Person.id)
        .join(MailedFinding, MailedFinding.mail_id == Mail.id)
        .where(MailedFinding.finding_id == finding_id)
        .order_by(Mail.made_at)
    )
    return [Told(*row) for row in db.session.execute(query)]


def unmailed() -> list[Unmailed]:
    """Findings nobody has been written to about since they were raised or got worse, with their project and programme manager."""
    told_of_it = (
        select(MailedFinding.id)
        .join(Mail, Mail.id == MailedFinding.mail_id)
        .where(MailedFinding.finding_id == Finding.id, Mail.made_at >= func.coalesce(Finding.repeated_at, Finding.raised_at))
        .exists()
    )
    query = (
        select(Finding, Project, Programme.manager_id)
        .join(Project, Project.id == Finding.project_id)
        .join(Programme, Programme.id == Project.programme_id)
        .where(on_shelf(Shelf.OPEN, clock.today()), Finding.is_quiet.is_(False), ~told_of_it)
        .order_by(Finding.severity.desc(), Finding.raised_at)
    )
    return [Unmailed(*row) for row in db.session.execute(query)]


def mailed_today(day: date) -> set[int]:
    """Whoever has had their mail of the day."""
    return set(db.session.scalars(select(Mail.person_id).where(Mail.purpose == "digest", Mail.day == day)))


def _rows() -> Select[Finding, str, str, int, int, str]:
    owner = func.coalesce(Person.name, "")
    return (
        select(Finding, Project.code, Project.name, Project.programme_id, Project.portfolio_id, owner)
        .join(Project, Project.id == Finding.project_id)
        .outerjoin(Person, Person.id == func.coalesce(Finding.owner_id, Project.manager_id))
    )


def _managed_by(person_id: int) -> ColumnElement[bool]:
    led = select(Programme.id).where(Programme.manager_id == person_id)
    return Finding.project_id.in_(select(Project.id).where(or_(Project.manager_id == person_id, Project.programme_id.in_(led))))


def _milestones(ids: Collection[int]) -> dict[int, list[MilestoneFacts]]:
    still = (Milestone.actual.is_(None), Milestone.cancelled_on.is_(None))
    found: dict[int, list[MilestoneFacts]] = defaultdict(list)
    for row in db.session.scalars(select(Milestone).where(Milestone.project_id.in_(ids), *still).order_by(Milestone.id)):
        found[row.project_id].append(
            MilestoneFacts(row.id, row.name, row.baseline, row.commitment, row.forecast, None, None, row.owner_id)
        )
    return found


def _actions(ids: Collection[int]) -> dict[int, list[ActionFacts]]:
    still = (ActionItem.done_on.is_(None), ActionItem.cancelled_on.is_(None))
    found: dict[int, list[ActionFacts]] = defaultdict(list)
    for row in db.session.scalars(select(ActionItem).where(ActionItem.project_id.in_(ids), *still).order_by(ActionItem.id)):
        if row.project_id is not None:
            found[row.project_id].append(ActionFacts(row.id, row.code, row.what, row.due, row.owner_id))
    return found


def _dependencies(ids: Collection[int]) -> dict[int, list[DependencyFacts]]:
    found: dict[int, list[DependencyFacts]] = defaultdict(list)
    for row in agreements.facts(ids):
        if row.due is not None and row.promised is not None:
            for project_id, is_needed in ((row.receiver_id, True), (row.giver_id, False)):
                found[project_id].append(DependencyFacts(row.id, row.code, row.title, row.due, row.promised, is_needed))
    return found


def _marks(ids: Collection[int]) -> dict[int, HealthMark]:
    query = select(HealthMark).where(HealthMark.project_id.in_(ids), HealthMark.dimension == Dimension.OVERALL)
    return {row.project_id: row for row in db.session.scalars(query)}


BEGUN = text("select id, min(h_from) from history.project where id in :ids group by id").bindparams(
    bindparam("ids", expanding=True)
)


def _begun(ids: Collection[int]) -> dict[int, datetime]:
    """When each project first existed: from then on a status update is expected."""
    return {project_id: moment for project_id, moment in db.session.execute(BEGUN, {"ids": list(ids) or [0]})}


def _facts(project: Project, programme_manager: int | None, mark: HealthMark | None) -> ProjectFacts:
    return ProjectFacts(
        id=project.id,
        programme_id=project.programme_id,
        tolerance_days=project.tolerance_days,
        manager_id=project.manager_id,
        programme_manager_id=programme_manager,
        overall=_colour(mark.colour if mark else None),
        overall_before=_colour(mark.before if mark else None),
        overall_since=mark.since if mark else None,
    )


def _colour(word: str | None) -> Colour | None:
    return Colour(word) if word else None


def _day(moment: datetime | None) -> date | None:
    return clock.local(moment).date() if moment else None
