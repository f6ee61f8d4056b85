"""The content of a report at a moment, compared with what was reported before: the one way from the database to plain values."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import undefer

from pmo.db import Moment, db, look_back, looking_back
from pmo.kernel import clock
from pmo.kernel.errors import NotFound
from pmo.kernel.permissions import Actor, Permission, may
from pmo.portfolio.models import Project
from pmo.portfolio.queries import visible_projects
from pmo.reports import decided, earned, facts, governing, measured
from pmo.reports.logic import canonical, stored
from pmo.reports.logic.compare import compare
from pmo.reports.logic.content import Earlier, Report, Scope
from pmo.reports.logic.figures import figures, money, money_of
from pmo.reports.models import Edition
from pmo.reports.subjects import Subject, by_id
from pmo.reports.tracks import tracks
from pmo.reports.trail import trail
from pmo.rules import queries as rules
from pmo.status.colours import Situation
from pmo.status.figures import portfolio_figures
from pmo.status.logic.figures import PortfolioFigures
from pmo.status.queries import situation


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which report is asked for. Without `actor` it is read by nobody in particular, who sees all of it: so editions are."""

    scope: Scope
    id: int
    actor: Actor | None = None
    all_sheets: bool = False


def report(wanted: Wanted, moment: Moment | None = None) -> Report:
    """The report now, or as of a moment. Asked outside a transaction: it may turn the session to the past and back."""
    with shown(moment):
        subject = by_id(wanted.scope, wanted.id)
        actor = wanted.actor or subject.reader
        made = _content(subject, actor, wanted.all_sheets)
        earlier, old, since = _before(subject, made)
        made = _governed(made, actor, earlier, old)
    if since is not None and old is None:
        since = Moment(since.at, (moment or looking_back() or since).known_txn)
        with shown(since):
            old = _content(subject, actor)
    if earlier is None or since is None or old is None or not old.projects:
        return made
    with shown(moment):
        old = _as_seen(old, subject, actor)
        way = trail(old, made, since, actor)
    return replace(_beside(made, old), earlier=earlier, changes=compare(old, made, way))


@contextmanager
def shown(moment: Moment | None) -> Iterator[None]:
    """Inside, the session shows that moment (None: what it shows anyway); afterwards what it showed before."""
    if moment is None:
        yield
        return
    before = looking_back()
    look_back(moment)
    rules.forget()  # the book of now is not the one that was known then
    try:
        with clock.pretend(moment.at):
            yield
    finally:
        look_back(before)
        rules.forget()


def _content(subject: Subject, actor: Actor, all_sheets: bool = False) -> Report:
    """What the session shows, compared with nothing."""
    at = situation(actor)
    reading = facts.Reading(subject, actor, at)
    statuses = facts.statuses(reading)
    blocks = facts.programmes(reading, statuses)
    if subject.scope is Scope.PROJECT and not blocks:
        raise NotFound
    codes = {project.id: project.code for block in blocks for project in block.projects}
    raid = facts.raid(codes, codes, at.rules, at.today)
    coming = facts.meetings(subject.committee_id, at.today) if subject.committee_id is not None else ()
    limits = facts.limits_of(at.rules)
    totals = _totals(subject, actor, at)
    return Report(
        scope=subject.scope,
        code=subject.code,
        name=subject.name,
        at=clock.now(),
        today=at.today,
        limits=limits,
        programmes=blocks,
        committee=subject.committee,
        meeting=coming[0] if coming else None,
        coming=coming,
        figures=figures(totals, raid),
        money=money(totals) if totals else money_of(blocks[0].projects[0]),
        raid=raid,
        tracks=tracks(blocks, at.today),
        asked=decided.asked(subject.committee_id, actor, at.today),
        carried=decided.carried(subject.committee_id, actor, at.today),
        earned=earned.earned(codes, actor, at.today) if subject.scope is Scope.PROJECT else (),
        actions=decided.about(subject.place.project_id, actor, at.today),
        slips=facts.slips(codes),
        indicators=measured.indicators(subject, actor),
        is_partial=not may(actor, Permission.REPORT_READ, subject.place),
        all_sheets=all_sheets,
        agenda=decided.agenda(subject.committee_id, actor, at.today, statuses),
    )


def _governed(made: Report, actor: Actor, earlier: Earlier | None, old: Report | None) -> Report:
    """With gates and change requests, told from the report before on."""
    ids = [project.id for project in made.projects]
    asked = governing.Asked(ids, actor, earlier.on if earlier else None, old)
    book = rules.rule_book()
    return replace(made, gates=governing.gates(asked, made, book), requests=governing.requests(asked, book))


def _totals(subject: Subject, actor: Actor, at: Situation) -> PortfolioFigures | None:
    """What the pages show above the list; a project alone has no totals."""
    if subject.scope is Scope.PROJECT:
        return None
    return portfolio_figures(actor, subject.selection, at=at, permission=Permission.REPORT_READ)


def _before(subject: Subject, made: Report) -> tuple[Earlier | None, Report | None, Moment | None]:
    """The newest earlier edition that covers this subject; else the day the committee met last, to be read anew."""
    found = db.session.scalar(_editions_before(subject, made.at))
    if found is not None:
        earlier = Earlier(found.number, clock.local(found.moment).date(), found.moment, found.scope_code)
        try:
            return earlier, stored.read(found.content), Moment(found.moment, found.known_txn)
        except canonical.Unreadable:  # of an older form: read the state of its moment anew
            return earlier, None, Moment(found.moment)
    met = facts.last_meeting(subject, made.today)
    if met is None:
        return None, None, None
    return Earlier("", met, clock.end_of_day(met)), None, Moment(clock.end_of_day(met))


def _editions_before(subject: Subject, at: datetime) -> Select[Edition]:
    """A committee is told what has changed since its own edition, everybody else since the newest one."""
    place = subject.place
    covering: list[ColumnElement[bool]] = [Edition.portfolio_id == place.portfolio_id, Edition.moment <= at]
    covering.append(or_(Edition.programme_id.is_(None), Edition.programme_id == place.programme_id))
    covering.append(or_(Edition.project_id.is_(None), Edition.project_id == place.project_id))
    own = and_(Edition.scope == Scope.COMMITTEE.value, Edition.committee_id == subject.committee_id)
    order = [own.desc()] if subject.committee_id is not None else []
    query = select(Edition).options(undefer(Edition.content)).where(*covering)
    return query.order_by(*order, Edition.moment.desc(), Edition.id.desc()).limit(1)


def _as_seen(old: Report, subject: Subject, actor: Actor) -> Report:
    """An earlier report, reduced to what belongs to this subject and may be seen by who asks now."""
    place = subject.place
    within = [Project.portfolio_id == place.portfolio_id]
    if place.programme_id is not None:
        within.append(Project.programme_id == place.programme_id)
    if place.project_id is not None:
        within.append(Project.id == place.project_id)
    mine = Project.id.in_(visible_projects(actor, Permission.REPORT_READ))
    seen = set(db.session.scalars(select(Project.id).where(mine, *within)))
    return reduced(old, seen)


def reduced(report: Report, ids: set[int]) -> Report:
    """Only these projects."""
    blocks = tuple(
        replace(block, projects=tuple(project for project in block.projects if project.id in ids)) for block in report.programmes
    )
    codes = {project.code for block in blocks for project in block.projects}
    raid = tuple(line for line in report.raid if line.project in codes)
    earned_lines = tuple(line for line in report.earned if line.project in codes)
    return replace(report, programmes=tuple(block for block in blocks if block.projects), raid=raid, earned=earned_lines)


def _beside(made: Report, old: Report) -> Report:
    """The new report with the colours and levels of the old one beside its own."""
    colours = {project.id: project.overall for project in old.projects}
    levels = {line.id: line.level for line in old.raid}
    blocks = tuple(
        replace(
            block,
            projects=tuple(
                replace(project, before=colours.get(project.id), was_there=project.id in colours) for project in block.projects
            ),
        )
        for block in made.programmes
    )
    raid = tuple(replace(line, level_before=levels.get(line.id), was_there=line.id in levels) for line in made.raid)
    return replace(made, programmes=blocks, raid=raid)
