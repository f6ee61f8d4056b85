"""What the page of one project shows beside its status: every milestone, what was declared, the register, the trend."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from pmo.kernel import clock
from pmo.kernel.permissions import Actor
from pmo.portfolio import queries as portfolio
from pmo.portfolio.logic import Colour, Dimension
from pmo.portfolio.models import Project, StatusUpdate
from pmo.raid import queries as raid
from pmo.schedule import queries as schedule
from pmo.schedule.logic import slippage
from pmo.schedule.logic.moves import MoveReason
from pmo.schedule.logic.slippage import Limits
from pmo.schedule.logic.trend import Report, Track, Trend, layout
from pmo.schedule.models import DateMove
from pmo.schedule.queries import KnownDate, MilestoneRow
from pmo.status.colours import Situation
from pmo.status.logic.health import Source
from pmo.status.logic.parts import limits_of
from pmo.status.logic.statuses import ProjectStatus
from pmo.status.models import HealthOverride
from pmo.status.overrides import laid_down
from pmo.status.queries import project_status, situation

COMPUTED = (Dimension.SCHEDULE, Dimension.COST, Dimension.RISK)
SHOWN = 6  # milestones on the overview
REPORTS = 9  # columns of the trend


@dataclass(frozen=True, slots=True)
class Written:
    """A status update and who wrote it."""

    update: StatusUpdate
    author: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """A project with what surrounds every tab of its page."""

    project: Project
    status: ProjectStatus
    at: Situation
    limits: Limits
    rows: tuple[MilestoneRow, ...]
    written: Written | None
    written_before: Written | None
    baseline_on: date | None
    open_items: int
    positions: int

    @property
    def coming(self) -> tuple[MilestoneRow, ...]:
        """For the overview: the one reached last and those still ahead, the earliest first."""
        ahead = [row for row in self.rows if row.is_open]
        reached = [row for row in self.rows if row.milestone.actual is not None]
        first = reached[-1:] if len(reached) + len(ahead) > SHOWN or ahead else reached[-SHOWN:]
        return (*first, *ahead[: SHOWN - len(first)])

    @property
    def open_milestones(self) -> int:
        return sum(row.is_open for row in self.rows)


def is_worrying(status: ProjectStatus) -> bool:
    """The rules compute amber or red, whatever is declared."""
    computed = [status.health.part(dimension) for dimension in COMPUTED]
    return any(part.source is Source.COMPUTED and part.colour not in (None, Colour.GREEN) for part in computed)


def sheet(actor: Actor, project: Project) -> Sheet:
    """Fourteen statements, whatever the project holds. Raises NotFound for a project the actor may not see."""
    at = situation(actor)
    written = [Written(update, author) for update, author in portfolio.updates_of(project.id)]
    return Sheet(
        project=project,
        status=project_status(actor, project.id, at=at),
        at=at,
        limits=slippage.limits(at.rules, project.programme_id, project.tolerance_days),
        rows=tuple(schedule.rows_of(project, at.rules, at.today)),
        written=written[0] if written else None,
        written_before=written[1] if len(written) > 1 else None,
        baseline_on=schedule.baseline_set_on(project.id),
        open_items=raid.count_open(project.id),
        positions=portfolio.count_positions(project.id),
    )


def tolerance_percent(sheet: Sheet) -> Decimal:
    """The project's own, else what the rules allow before amber."""
    project = sheet.project
    return limits_of(sheet.at.rules, project.programme_id, project.tolerance_days, project.tolerance_percent).cost.amber


def trend_of(rows: Sequence[MilestoneRow], today: date) -> Trend | None:
    """What was forecast at the end of each month and today; None while there is nothing to compare."""
    counted = [row for row in rows if row.milestone.cancelled_on is None]
    known = schedule.known_dates([row.milestone.id for row in counted], clock.now())
    first = min((dates[0].held_from for dates in known.values()), default=None)
    if first is None:
        return None
    days = report_days(clock.local(first).date(), today)
    tracks = [_track(row, known.get(row.milestone.id, []), days) for row in counted]
    return layout([track for track in tracks if track.reports], today)


def report_days(first: date, today: date) -> tuple[date, ...]:
    """The last days of the months since the first date was known, at most eight, and today."""
    ends: list[date] = []
    end = today.replace(day=1) - timedelta(days=1)
    while end >= first and len(ends) < REPORTS - 1:
        ends.append(end)
        end = end.replace(day=1) - timedelta(days=1)
    return (*reversed(ends), today)


def _track(row: MilestoneRow, known: Sequence[KnownDate], days: Sequence[date]) -> Track:
    said = [(day, _held(known, clock.end_of_day(day))) for day in days]
    reports = tuple(Report(day, expected) for day, expected in said if expected is not None)
    return Track(str(row.milestone.id), row.milestone.name, reports, row.colour, row.milestone.actual is not None)


def _held(known: Sequence[KnownDate], moment: datetime) -> date | None:
    """What was expected at a moment."""
    held = [one for one in known if one.held_from <= moment and (one.held_to is None or one.held_to > moment)]
    return held[-1].expected if held else None


class Kind(StrEnum):
    """What happened, for the feed of a project."""

    MOVED = "moved"
    TOLD = "told"
    REACHED = "reached"
    DECLARED = "declared"
    RAISED = "raised"
    ENDED = "ended"
    OVERRIDDEN = "overridden"
    COMPUTED = "computed"  # counts again, before the override was over


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of the feed: when, who, what; old and new where something changed."""

    when: datetime
    kind: Kind
    who: str
    what: str
    before: date | None = None
    after: date | None = None
    reason: MoveReason | None = None
    words: str = ""
    colour: str | None = None

    @property
    def has_time(self) -> bool:
        """Of items of the register only the day is known."""
        return self.kind not in (Kind.RAISED, Kind.ENDED)

    @property
    def day(self) -> date:
        return clock.local(self.when).date()


def activity(project_id: int, limit: int = 8) -> list[Happening]:
    """What people did, newest first: dates, status updates, items of the register, overridden colours. Four statements."""
    found = [_moved(move, name, who) for move, name, who in schedule.moves_in(project_id, limit)]
    found += [
        Happening(update.stated_at, Kind.DECLARED, who, update.attention, colour=update.overall)
        for update, who in portfolio.updates_of(project_id, limit)
    ]
    for item in raid.recent(project_id, limit):
        what = f"{item.code} {item.title}"
        found.append(Happening(clock.start_of_day(item.raised_on), Kind.RAISED, "", what))
        if item.closed_on is not None:
            found.append(Happening(clock.start_of_day(item.closed_on), Kind.ENDED, "", what, words=item.closing_reason))
    for override, who, ender in laid_down(project_id, limit):
        found.append(_overridden(override, who))
        if override.ended_at is not None and override.ended_at not in {one.when for one in found}:  # else another took its place
            found.append(Happening(override.ended_at, Kind.COMPUTED, ender, ""))
    return sorted(found, key=lambda one: one.when, reverse=True)[:limit]


def _overridden(override: HealthOverride, who: str) -> Happening:
    day = override.ends_on
    return Happening(override.made_at, Kind.OVERRIDDEN, who, "", after=day, words=override.reason, colour=override.colour)


def _moved(move: DateMove, name: str, who: str) -> Happening:
    kind = {"commitment": Kind.TOLD, "actual": Kind.REACHED}.get(move.field, Kind.MOVED)
    reason = MoveReason(move.reason) if move.reason else None
    return Happening(move.moved_at, kind, who, name, move.before, move.after, reason, move.words)
