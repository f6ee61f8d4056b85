"""The order of a timeline's rows, and the part of them on one page, found before the rows themselves are read."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pmo.portfolio.logic import Colour, worst
from pmo.schedule.logic.gantt_rows import PAGE_ROWS, Kind, Mark, Page, Row
from pmo.status.logic.statuses import percent_of
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
    weight_reached: Decimal = Decimal(0)  # of its milestones
    weight_all: Decimal = Decimal(0)
    overall: Colour | None = None
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


def cut(programmes: Sequence[ProgrammeLine], view: View, size: int = PAGE_ROWS, *, has_heads: bool = True) -> Cut:
    """The page the view asks for; a number out of range is the nearest page. Without heads programmes get no line."""
    runs = [run for run in _runs(programmes, view) if has_heads or not isinstance(run[0], ProgrammeLine)]
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


def assembled(on: Cut, below: Below, view: View) -> Page:
    """The rows of a page."""
    rows: list[Row] = []
    for item in on.items:
        match item:
            case Part():
                rows += below.rows.get(item.project_id, ())
            case ProgrammeLine():
                rows.append(programme_row(item, view.is_open(item.key, Kind.PROGRAMME)))
            case ProjectLine():
                rows.append(project_row(item, below.marks.get(item.id, ()), view.is_open(item.key, Kind.PROJECT)))
    return Page(on.number, on.last, tuple(rows))


def programme_row(line: ProgrammeLine, is_open: bool = True) -> Row:
    """Rolled up from all its projects, also from those on other pages, by the rules of the programme's own page."""
    ending = [project for project in line.projects if project.finish is not None]
    last = max(ending, key=lambda project: project.finish or date.min, default=None)
    reached = sum((project.weight_reached for project in line.projects), Decimal(0))
    return Row(
        key=line.key,
        kind=Kind.PROGRAMME,
        name=line.name,
        start=min((project.start for project in line.projects if project.start is not None), default=None),
        finish=last.finish if last else None,
        baseline=last.baseline if last else None,
        commitment=last.commitment if last else None,
        percent=percent_of(reached, sum((project.weight_all for project in line.projects), Decimal(0))),
        colour=worst([project.overall for project in line.projects]),
        is_open=is_open,
    )


def project_row(line: ProjectLine, marks: tuple[Mark, ...] = (), is_open: bool = True) -> Row:
    return Row(
        key=line.key,
        kind=Kind.PROJECT,
        depth=1,
        code=line.code,
        name=line.name,
        parent=f"g{line.programme_id}",
        start=line.start,
        finish=line.finish,
        baseline_start=line.baseline_start,
        baseline=line.baseline,
        commitment=line.commitment,
        percent=line.percent,
        colour=line.overall,
        is_open=is_open,
        marks=marks,
    )
