"""Reads what a report says of its projects, by the same functions that feed the pages; each for all projects at once."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from sqlalchemy import Select, func, select

from pmo.committees.models import Meeting
from pmo.db import db
from pmo.kernel.languages import Message
from pmo.kernel.permissions import Actor, Permission
from pmo.people.models import Person
from pmo.portfolio.logic import Colour
from pmo.portfolio.models import Project, StatusUpdate
from pmo.raid.logic import Band, Bands
from pmo.raid.models import RaidItem
from pmo.raid.queries import bands_of
from pmo.raid.register_filter import STILL_OPEN
from pmo.reports.logic.compare import Snapshot
from pmo.reports.logic.content import (
    Amounts,
    Limits,
    Mark,
    MeetingLine,
    MilestoneLine,
    ProgrammeBlock,
    ProjectLine,
    Promise,
    RaidLine,
    Words,
)
from pmo.reports.logic.lines import greyed
from pmo.reports.logic.slips import Move, SlipLine, by_reason
from pmo.reports.subjects import Subject
from pmo.rules.logic import RuleBook
from pmo.schedule.logic import slippage
from pmo.schedule.logic.moves import DateField
from pmo.schedule.models import DateMove, Milestone
from pmo.schedule.queries import milestones_of
from pmo.status.colours import Situation
from pmo.status.logic.health import Health, Source
from pmo.status.logic.statuses import MilestoneStatus, ProjectStatus
from pmo.status.logic.timeline import ProjectLine as Bar
from pmo.status.logic.timeline_view import View
from pmo.status.queries import project_statuses
from pmo.status.timeline_asked import Asked
from pmo.status.timeline_queries import lines

BANDS = {Band.GREEN: Colour.GREEN, Band.YELLOW: Colour.AMBER, Band.RED: Colour.RED}


@dataclass(frozen=True, slots=True)
class Reading:
    """Who reads, on which day, by which rules."""

    subject: Subject
    actor: Actor
    at: Situation
    permission: Permission = Permission.REPORT_READ

    @property
    def rules(self) -> RuleBook:
        return self.at.rules


def limits_of(rules: RuleBook) -> Limits:
    """The rules in force that a report quotes."""
    schedule, bands = slippage.limits(rules), bands_of(rules)
    return Limits(
        schedule.baseline.amber,
        schedule.baseline.red,
        schedule.commitment.amber,
        schedule.commitment.red,
        rules.value("cost.over_budget.amber"),
        rules.value("cost.over_budget.red"),
        bands.red_from,
        bands.committee_from,
        rules.days("status.stale_after"),
    )


def statuses(reading: Reading) -> list[ProjectStatus]:
    """Of every project of the report, in the order of the pages."""
    return project_statuses(reading.actor, reading.subject.selection, at=reading.at, permission=reading.permission)


def programmes(reading: Reading, found: Sequence[ProjectStatus]) -> tuple[ProgrammeBlock, ...]:
    """Every project of the report under its programme."""
    return _blocks(reading, found, _bars(reading))


def snapshot(reading: Reading) -> Snapshot:
    """What is compared with another moment: without the bars of the timeline."""
    blocks = _blocks(reading, statuses(reading), {})
    projects = tuple(project for block in blocks for project in block.projects)
    codes = {project.id: project.code for project in projects}
    return Snapshot(projects, raid(codes, codes, reading.rules, reading.at.today))


def _blocks(reading: Reading, found: Sequence[ProjectStatus], bars: Mapping[int, Bar]) -> tuple[ProgrammeBlock, ...]:
    ids = [status.id for status in found]
    known = _Known(_projects(ids), _milestones(ids), _words(found), bars)
    made = []
    for _, group in groupby(found, key=lambda status: status.programme_id):
        block = list(group)
        projects = tuple(_project(status, known, reading) for status in block)
        made.append(ProgrammeBlock(block[0].programme_code, block[0].programme_name, projects))
    return tuple(made)


@dataclass(frozen=True, slots=True)
class _Known:
    projects: Mapping[int, Project]
    milestones: Mapping[int, Sequence[Milestone]]
    words: Mapping[int, Words]
    bars: Mapping[int, Bar]


def _project(status: ProjectStatus, known: _Known, reading: Reading) -> ProjectLine:
    health, bar, row = status.health, known.bars.get(status.id), known.projects[status.id]
    limits = slippage.limits(reading.rules, status.programme_id, row.tolerance_days)
    line = ProjectLine(
        id=status.id,
        code=status.code,
        name=status.name,
        manager=status.manager_name,
        phase=status.phase,
        overall=health.overall.colour,
        computed=health.computed.colour,
        override=health.override,
        since=health.overall.since,
        declared=health.declared.overall,
        is_said_better=health.is_said_better,
        marks=tuple(Mark(part.dimension, part.colour, _fact(part), part.sentence) for part in health.parts),
        words=known.words.get(status.id, Words()),
        updated_on=status.updated_on,
        is_stale=status.is_stale,
        is_silent=status.is_silent,
        start=bar.start if bar else None,
        end=_end(status.end, bar),
        percent=status.percent,
        money=Amounts(
            status.money.currency,
            status.money.budget,
            status.money.spent,
            status.money.forecast,
            status.money.over_percent,
            status.money.committed,
        ),
        milestones=tuple(_milestone(one, limits, reading.at.today) for one in known.milestones.get(status.id, ())),
        state=status.state,
        description=row.description,
        tolerance_days=row.tolerance_days,
        tolerance_percent=row.tolerance_percent,
    )
    return greyed(line) if line.is_silent else line


def _fact(part: Health) -> Message | None:
    """The first, worst reason without its limit; what was only declared has no fact."""
    if part.source is Source.DECLARED or not part.reasons:
        return None
    sentence = part.reasons[0].sentence
    return next((value for name, value in sentence.values if name == "fact" and isinstance(value, Message)), sentence)


def _end(end: MilestoneStatus | None, bar: Bar | None) -> Promise:
    """Of the milestone the project ends with; without milestones, the end of its plan."""
    if end is None:
        return Promise(forecast=bar.finish if bar else None)
    return Promise(
        end.baseline,
        end.commitment,
        end.forecast,
        end.to_baseline,
        end.to_commitment,
        end.baseline_colour,
        end.commitment_colour,
    )


def _milestone(one: Milestone, limits: slippage.Limits, today: date) -> MilestoneLine:
    late, told = slippage.to_baseline(one), slippage.to_commitment(one)
    promise = Promise(
        one.baseline,
        one.commitment,
        slippage.expected(one),
        late,
        told,
        limits.baseline.colour(late),
        limits.commitment.colour(told),
    )
    colour = slippage.colour(one, today, limits)
    return MilestoneLine(one.id, one.code, one.name, promise, one.is_gate, one.actual is not None, colour)


def _projects(ids: Collection[int]) -> dict[int, Project]:
    return {project.id: project for project in db.session.scalars(select(Project).where(Project.id.in_(ids)))}


def _milestones(ids: Collection[int]) -> dict[int, list[Milestone]]:
    """Cancelled ones are not reported."""
    found: dict[int, list[Milestone]] = {}
    for milestone in milestones_of(ids):
        if milestone.cancelled_on is None:
            found.setdefault(milestone.project_id, []).append(milestone)
    return found


def _words(statuses: Iterable[ProjectStatus]) -> dict[int, Words]:
    """Of the status update that counts."""
    newest = [status.health.declared.update_id for status in statuses if status.health.declared.update_id is not None]
    query = select(StatusUpdate, Person.name).outerjoin(Person, Person.id == StatusUpdate.author_id)
    found = db.session.execute(query.where(StatusUpdate.id.in_(newest)))
    return {
        said.project_id: Words(
            said.done, said.next, said.attention, said.back_to_green, said.period_start, said.period_end, author or ""
        )
        for said, author in found
    }


def _bars(reading: Reading) -> dict[int, Bar]:
    """Where the timeline draws each project."""
    place = reading.subject.place
    asked = Asked(reading.actor, View(), reading.at.today, reading.rules, place.project_id, place.portfolio_id)
    return {bar.id: bar for programme in lines(asked) for bar in programme.projects}


def raid(ids: Collection[int], codes: Mapping[int, str], rules: RuleBook, today: date) -> tuple[RaidLine, ...]:
    """Everything open in the register: the highest level first, then what is due first."""
    level = func.coalesce(RaidItem.probability * RaidItem.impact, 0)
    query = select(RaidItem, Person.name).outerjoin(Person, Person.id == RaidItem.owner_id)
    chosen = query.where(RaidItem.project_id.in_(ids), STILL_OPEN)
    found = db.session.execute(chosen.order_by(level.desc(), RaidItem.due.asc().nulls_last(), RaidItem.id))
    bands = bands_of(rules)
    return tuple(_raid(item, owner or "", codes[item.project_id], bands, today) for item, owner in found)


def _raid(item: RaidItem, owner: str, project: str, bands: Bands, today: date) -> RaidLine:
    level = item.level
    return RaidLine(
        project=project,
        code=item.code,
        type=item.type,
        title=item.title,
        level=level,
        band=BANDS[bands.of(level)] if level is not None else None,
        owner=owner,
        response=item.response,
        response_text=item.response_text,
        due=item.due,
        is_overdue=item.due is not None and item.due < today,
        other_party=item.other_party,
        id=item.id,
        trigger=item.trigger,
        proximity=item.proximity,
        confidence=item.confidence,
    )


def slips(ids: Collection[int] | Select[int]) -> tuple[SlipLine, ...]:
    """Why the forecasts of these projects moved later, in one statement."""
    columns = (DateMove.milestone_id, DateMove.before, DateMove.after, DateMove.reason)
    chosen = select(*columns).where(DateMove.project_id.in_(ids), DateMove.field == DateField.FORECAST)
    return by_reason(Move(*row) for row in db.session.execute(chosen.order_by(DateMove.moved_at, DateMove.id)))


def meetings(committee_id: int, today: date, most: int = 3) -> tuple[MeetingLine, ...]:
    """The next ones of a committee."""
    ahead = select(Meeting).where(Meeting.committee_id == committee_id, Meeting.held_on >= today, Meeting.cancelled_at.is_(None))
    found = db.session.scalars(ahead.order_by(Meeting.held_on).limit(most))
    return tuple(MeetingLine(meeting.held_on, meeting.cut_off, meeting.pack_on) for meeting in found)


def last_meeting(subject: Subject, today: date) -> date | None:
    """The day the committee met last."""
    past = (Meeting.held_on < today, Meeting.cancelled_at.is_(None), Meeting.committee_id == subject.committee_id)
    return db.session.scalar(select(func.max(Meeting.held_on)).where(*past))
