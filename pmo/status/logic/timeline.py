"""The order of a timeline's rows, and the part of them on one page, found before the rows themselves are read."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from pmo.kernel.working_days import Calendar
from pmo.portfolio.logic import Colour
from pmo.schedule.logic.gantt_rows import PAGE_ROWS, Kind, Mark, Page, Row, rolled_up
from pmo.status.logic.timeline_view import View


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectLine:
    """A project as far as the order of rows, the axis and its own bar need it."""

    id: int
    code: str
    name: str
    programme_id: int = 0
    tolerance_days: int | None = None
    start: date | None = None
    finish: date | None = None
    baseline_start: date | None = None
    baseline: date | None = None
    commitment: date | None = None
    percent: int | None = None
    children: int = 0
    outer: tuple[date, ...] = ()  # first and last day of anything below it

    @property
    def key(self) -> str:
        return f"p{self.id}"


@dataclass(frozen=True, slots=True)
class ProgrammeLine:
    id: int
    code: str
    name: str
    projects: tuple[ProjectLine, ...]

    @property
    def key(self) -> str:
        return f"g{self.id}"


@dataclass(frozen=True, slots=True)
class Part:
    """The rows below one project that stand on the page: from `first` up to but not including `last`, counted from 0."""

    project_id: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Cut:
    """One page of the timeline, before the rows below the projects are read."""

    number: int
    last: int
    total: int
    items: tuple[ProgrammeLine | ProjectLine | Part, ...]

    @property
    def parts(self) -> tuple[Part, ...]:
        return tuple(item for item in self.items if isinstance(item, Part))

    @property
    def projects(self) -> tuple[ProjectLine, ...]:
        return tuple(item for item in self.items if isinstance(item, ProjectLine))

    @property
    def folded(self) -> tuple[int, ...]:
        """Projects on the page whose rows are not shown anywhere: their milestones become marks on their bar."""
        opened = {part.project_id for part in self.parts}
        return tuple(project.id for project in self.projects if project.id not in opened)


def cut(programmes: Sequence[ProgrammeLine], view: View, size: int = PAGE_ROWS) -> Cut:
    """The page the view asks for; a number out of range is the nearest page."""
    runs = list(_runs(programmes, view))
    total = sum(length for _, length in runs)
    last = max(1, -(-total // size))
    number = min(max(1, view.page), last)
    start, end, at = (number - 1) * size, number * size, 0
    items: list[ProgrammeLine | ProjectLine | Part] = []
    for item, length in runs:
        first, final = max(start - at, 0), min(end - at, length)
        if first < final:
            items.append(Part(item.project_id, first, final) if isinstance(item, Part) else item)
        at += length
    return Cut(number, last, total, tuple(items))


def _runs(programmes: Sequence[ProgrammeLine], view: View) -> Iterator[tuple[ProgrammeLine | ProjectLine | Part, int]]:
    """Everything unfolded, in order, each with how many rows it takes."""
    for programme in programmes:
        yield programme, 1
        if view.is_open(programme.key, Kind.PROGRAMME):
            for project in programme.projects:
                yield project, 1
                if project.children and view.is_open(project.key, Kind.PROJECT):
                    yield Part(project.id, 0, project.children), project.children


@dataclass(frozen=True, slots=True)
class Below:
    """What was read below the projects of one page."""

    rows: Mapping[int, Sequence[Row]]  # project -> the rows of its part, in order
    marks: Mapping[int, tuple[Mark, ...]]  # folded project -> its milestones
    colours: Mapping[int, Colour | None]  # project -> overall colour


def assembled(programmes: Sequence[ProgrammeLine], on: Cut, below: Below, view: View, calendar: Calendar) -> Page:
    """The rows of a page; programmes are rolled up from all their projects, also from those on other pages."""
    tops = {row.key: row for programme in programmes for row in _family(programme, below, calendar)}
    rows: list[Row] = []
    for item in on.items:
        if isinstance(item, Part):
            rows += below.rows.get(item.project_id, ())
        else:
            kind = Kind.PROGRAMME if isinstance(item, ProgrammeLine) else Kind.PROJECT
            rows.append(replace(tops[item.key], is_open=view.is_open(item.key, kind)))
    return Page(on.number, on.last, tuple(rows))


def _family(programme: ProgrammeLine, below: Below, calendar: Calendar) -> tuple[Row, ...]:
    top = Row(key=programme.key, kind=Kind.PROGRAMME, name=programme.name)
    return rolled_up((top, *(_project_row(project, programme.key, below) for project in programme.projects)), calendar)


def _project_row(line: ProjectLine, parent: str, below: Below) -> Row:
    return Row(
        key=line.key,
        kind=Kind.PROJECT,
        depth=1,
        code=line.code,
        name=line.name,
        parent=parent,
        start=line.start,
        finish=line.finish,
        baseline_start=line.baseline_start,
        baseline=line.baseline,
        commitment=line.commitment,
        percent=line.percent,
        colour=below.colours.get(line.id),
        marks=below.marks.get(line.id, ()),
    )
