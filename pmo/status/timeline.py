"""A timeline put together: lines, the rows of one page, their links, drawn."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from pmo.kernel.working_days import Calendar
from pmo.schedule.calendars import calendar_around
from pmo.schedule.logic.gantt import Drawing, Frame, layout
from pmo.schedule.logic.gantt_rows import Kind, Row
from pmo.schedule.logic.slippage import limits
from pmo.status import timeline_queries, timeline_rows
from pmo.status.logic.timeline import Below, ProgrammeLine, ProjectLine, assembled, cut
from pmo.status.logic.timeline_months import Month, by_month
from pmo.status.timeline_asked import Asked

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
        """Working days a row takes; none for a milestone."""
        if row.kind is Kind.MILESTONE:
            return 0
        return self.calendar.count(row.start, row.finish) if row.start and row.finish else None


@dataclass(frozen=True, slots=True)
class Setting:
    """What does not come from the database: whose holidays are shaded, how high a row is."""

    country: str
    row_height: float


def timeline(asked: Asked, lines: tuple[ProgrammeLine, ...], setting: Setting) -> Timeline:
    """The page the view asks for. Four statements, whatever it shows."""
    view = asked.view
    projects = [project for programme in lines for project in programme.projects]
    known = {project.id: limits(asked.rules, project.programme_id, project.tolerance_days) for project in projects}
    on = cut(lines, view, has_heads=asked.project_id is None)
    read = timeline_rows.below(on.parts, asked, known)
    marks = timeline_rows.marks(on.folded, asked, known)
    span = _span(projects, asked.today)
    calendar = calendar_around(setting.country, span[0], span[-1])
    page = assembled(on, Below(read.rows, marks), view)
    above: set[str] = set()
    beneath: set[str] = set()
    links = timeline_rows.links(read, asked, above, beneath) if view.links else []
    frame = Frame(
        today=asked.today,
        zoom=view.zoom,
        committees=tuple(timeline_queries.committee_days(asked.actor, span[0], span[-1])),
        holidays=calendar.holidays,
        row_height=setting.row_height,
        shows_links=view.links,
        shows_critical=view.critical,
        shows_baseline=view.baseline,
        selected=view.panel,
    )
    hidden = timeline_rows.folded_marks(asked, known)
    rows = tuple(replace(row, marks=hidden[row.key]) if row.key in hidden else row for row in page.rows)
    page = replace(page, rows=rows, above=frozenset(above), below=frozenset(beneath))
    codes = {project.key: project.code for project in projects}
    months, left_out = by_month(page.rows, codes, asked.today)
    return Timeline(
        drawing=layout(page, links, frame, span),
        calendar=calendar,
        number=on.number,
        last=on.last,
        total=on.total,
        programmes=len(lines),
        projects=len(projects),
        months=months,
        left_out=left_out,
    )


def _span(projects: list[ProjectLine], today: date) -> tuple[date, date]:
    """From the first to the last day of anything, on whatever page; single typing errors of centuries left out."""
    days = [day for project in projects for day in project.outer if abs(day - today) < FARTHEST]
    return min([today, *days]), max([today, *days])
