"""A timeline put together: lines, the rows of one page, their links, drawn."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from pmo.kernel.working_days import Calendar
from pmo.schedule.calendars import calendar_around
from pmo.schedule.logic.gantt import Drawing, Frame, layout
from pmo.schedule.logic.gantt_rows import PAGE_ROWS, Kind, Page, Row
from pmo.schedule.logic.slippage import limits
from pmo.status import timeline_queries, timeline_rows, timeline_ties
from pmo.status.logic.timeline import Below, Cut, ProgrammeLine, ProjectLine, assembled, cut
from pmo.status.logic.timeline_months import Month, by_month
from pmo.status.timeline_asked import Asked

MOST_ROWS = 100_000  # of a file
FARTHEST = timedelta(days=366 * 20)


@dataclass(frozen=True, slots=True)
class Timeline:
    """Everything a page of the timeline shows."""

    drawing: Drawing
    calendar: Calendar
    number: int
    last: int
    total: int
    programmes: int
    projects: int
    months: tuple[Month, ...]  # the same milestones as a list, for small screens
    left_out: int  # of that list

    def days(self, row: Row) -> int | None:
        return days_of(row, self.calendar)


@dataclass(frozen=True, slots=True)
class Setting:
    """What does not come from the database: whose holidays are shaded, how high a row is."""

    country: str
    row_height: float


def timeline(asked: Asked, lines: tuple[ProgrammeLine, ...], setting: Setting) -> Timeline:
    """The page the view asks for. Five statements, whatever it shows."""
    seen, view = _seen(asked, lines, setting, PAGE_ROWS), asked.view
    links, above, beneath = timeline_rows.links(seen.read, asked) if view.links else ([], frozenset[str](), frozenset[str]())
    frame = Frame(
        today=asked.today,
        zoom=view.zoom,
        committees=tuple(timeline_queries.committee_days(asked.actor, seen.span[0], seen.span[-1])),
        holidays=seen.calendar.holidays,
        row_height=setting.row_height,
        shows_links=view.links,
        shows_critical=view.critical,
        shows_baseline=view.baseline,
        selected=view.panel,
    )
    page = replace(seen.page, above=above, below=beneath)
    months, left_out = by_month(page.rows, {project.key: project.code for project in _projects(lines)}, asked.today)
    return Timeline(
        drawing=layout(page, links, frame, seen.span),
        calendar=seen.calendar,
        number=seen.cut.number,
        last=seen.cut.last,
        total=seen.cut.total,
        programmes=len(lines),
        projects=len(_projects(lines)),
        months=months,
        left_out=left_out,
    )


def every_row(asked: Asked, lines: tuple[ProgrammeLine, ...], country: str) -> tuple[tuple[Row, ...], Calendar]:
    """All rows as unfolded and filtered, on one page, and the calendar their days are counted in."""
    seen = _seen(replace(asked, view=replace(asked.view, page=1)), lines, Setting(country, 0), MOST_ROWS)
    return seen.page.rows, seen.calendar


@dataclass(frozen=True, slots=True)
class _Seen:
    cut: Cut
    read: timeline_rows.Read
    page: Page
    span: tuple[date, date]
    calendar: Calendar


def _seen(asked: Asked, lines: tuple[ProgrammeLine, ...], setting: Setting, size: int) -> _Seen:
    """The rows of a page, with what stands for rows that are folded away."""
    projects = _projects(lines)
    known = {project.id: limits(asked.rules, project.programme_id, project.tolerance_days) for project in projects}
    on = cut(lines, asked.view, size, has_heads=asked.project_id is None)
    read = timeline_rows.below(on.parts, asked, known)
    page = assembled(on, Below(read.rows, timeline_rows.marks(on.folded, asked, known)), asked.view)
    hidden = timeline_rows.folded_marks(asked, known)
    rows = tuple(replace(row, marks=hidden[row.key]) if row.key in hidden else row for row in page.rows)
    rows = timeline_ties.tied(rows, asked)
    span = _span(projects, asked.today)
    return _Seen(on, read, replace(page, rows=rows), span, calendar_around(setting.country, span[0], span[-1]))


def _projects(lines: tuple[ProgrammeLine, ...]) -> list[ProjectLine]:
    return [project for programme in lines for project in programme.projects]


def days_of(row: Row, calendar: Calendar) -> int | None:
    """Working days a row takes; none for a milestone."""
    if row.kind is Kind.MILESTONE:
        return 0
    return calendar.count(row.start, row.finish) if row.start and row.finish else None


def _span(projects: list[ProjectLine], today: date) -> tuple[date, date]:
    """From the first to the last day of anything, on whatever page; single typing errors of centuries left out."""
    days = [day for project in projects for day in project.outer if abs(day - today) < FARTHEST]
    return min([today, *days]), max([today, *days])
