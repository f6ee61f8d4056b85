"""The columns of the list of projects: on the page, and as a file with real dates and numbers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from pmo.kernel.languages import Message, msg
from pmo.portfolio.logic import COLOUR_NAMES, PHASE_NAMES, Colour, Phase
from pmo.status.logic.health import listed
from pmo.status.logic.statuses import MilestoneStatus, ProjectStatus
from pmo.web import downloads
from pmo.web.downloads import Shown, Value
from pmo.web.tables import Column

COLUMNS = (
    Column("project", msg("Project"), is_fixed=True),
    Column("overall", msg("Overall"), is_fixed=True, is_descending_first=True),
    Column("not_green", msg("Not green"), can_sort=False),
    Column("milestone", msg("Milestone"), can_sort=False),
    Column("next", msg("Forecast")),
    Column("to_baseline", msg("to baseline"), is_descending_first=True),
    Column("to_commitment", msg("to commit."), is_descending_first=True),
    Column("end", msg("Forecast")),
    Column("end_to_baseline", msg("to baseline"), is_descending_first=True),
    Column("phase", msg("Phase"), can_sort=False, is_shown=False),
    Column("progress", msg("Progress"), can_sort=False, is_shown=False),
    Column("budget", msg("Budget"), can_sort=False, is_shown=False),
    Column("spent", msg("Spent"), can_sort=False, is_shown=False),
    Column("committed", msg("Committed"), can_sort=False, is_shown=False),
    Column("forecast_cost", msg("Forecast cost"), can_sort=False, is_shown=False),
    Column("manager", msg("Owner")),
    Column("updated", msg("Updated")),
)
MONEY = frozenset({"budget", "spent", "committed", "forecast_cost"})


@dataclass(frozen=True, slots=True)
class Cell:
    """A column of the file and what it says of a project."""

    title: Message
    value: Callable[[ProjectStatus], Value]
    shown: Shown = Shown.TEXT


def colour_name(colour: Colour | None) -> Message:
    return COLOUR_NAMES[colour] if colour else msg("Not reported")


def _not_green(status: ProjectStatus) -> Message | None:
    said = [
        msg("%(part)s: %(colour)s", part=part.name, colour=colour_name(colour))
        for colour, parts in status.health.not_green
        for part in parts
    ]
    return listed(said) if said else None


def _of(name: str, field: str) -> Callable[[ProjectStatus], Any]:
    """A field of the next or of the last milestone, where there is one."""

    def value(status: ProjectStatus) -> Any:
        milestone: MilestoneStatus | None = getattr(status, name)
        return getattr(milestone, field) if milestone else None

    return value


def _of_override(field: str) -> Callable[[ProjectStatus], Any]:
    return lambda status: getattr(status.health.override, field, None) or None


CELLS: dict[str, tuple[Cell, ...]] = {
    "project": (
        Cell(msg("Programme"), lambda s: s.programme_name),
        Cell(msg("Code"), lambda s: s.code),
        Cell(msg("Project"), lambda s: s.name),
    ),
    "overall": (
        Cell(msg("Overall"), lambda s: colour_name(s.overall)),
        Cell(msg("Since"), lambda s: s.health.overall.since, Shown.DATE),
        Cell(msg("Computed"), lambda s: colour_name(s.health.computed.colour)),
        Cell(msg("Declared"), lambda s: colour_name(s.health.declared.overall)),
        Cell(msg("Overridden by"), _of_override("author")),
        Cell(msg("Overridden until"), _of_override("ends_on"), Shown.DATE),
        Cell(msg("Why overridden"), _of_override("reason")),
    ),
    "not_green": (Cell(msg("Not green"), _not_green),),
    "milestone": (Cell(msg("Next milestone"), _of("next_milestone", "name")),),
    "next": (Cell(msg("Next milestone, forecast"), _of("next_milestone", "forecast"), Shown.DATE),),
    "to_baseline": (Cell(msg("Next milestone, to baseline"), _of("next_milestone", "to_baseline"), Shown.DAYS),),
    "to_commitment": (Cell(msg("Next milestone, to commitment"), _of("next_milestone", "to_commitment"), Shown.DAYS),),
    "end": (Cell(msg("Project end, forecast"), _of("end", "forecast"), Shown.DATE),),
    "end_to_baseline": (Cell(msg("Project end, to baseline"), _of("end", "to_baseline"), Shown.DAYS),),
    "phase": (Cell(msg("Phase"), lambda s: PHASE_NAMES[Phase(s.phase)]),),
    "progress": (Cell(msg("Progress"), lambda s: s.percent, Shown.PERCENT),),
    "budget": (
        Cell(msg("Currency"), lambda s: s.money.currency),
        Cell(msg("Budget"), lambda s: s.money.budget, Shown.MONEY),
    ),
    "spent": (Cell(msg("Spent"), lambda s: s.money.spent, Shown.MONEY),),
    "committed": (Cell(msg("Committed"), lambda s: s.money.committed, Shown.MONEY),),
    "forecast_cost": (Cell(msg("Forecast cost"), lambda s: s.money.forecast, Shown.MONEY),),
    "manager": (Cell(msg("Owner"), lambda s: s.manager_name or None),),
    "updated": (Cell(msg("Updated"), lambda s: s.updated_on, Shown.DATE),),
}


def sheet(statuses: Sequence[ProjectStatus], shown: frozenset[str]) -> tuple[list[downloads.Column], list[list[Value]]]:
    """The columns shown, in the order of the page, and a row for each project."""
    cells = [cell for column in COLUMNS if column.key in shown for cell in CELLS[column.key]]
    heads = [downloads.Column(cell.title, cell.shown) for cell in cells]
    return heads, [[cell.value(status) for cell in cells] for status in statuses]
