"""What a status report says, as plain values in no language: every number and date a reader sees comes from here."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from pmo.portfolio.logic import Colour
from pmo.reports.logic.agenda_lines import AgendaLine, AgendaLines
from pmo.reports.logic.changes import (
    AmountChange,
    Changes,
    ColourChange,
    DateChange,
    LevelChange,
    MoneyChange,
    Named,
    ScopeChange,
    Thing,
    Why,
    rank,
)
from pmo.reports.logic.decision_lines import ActionLine, AskedLine, Carried, OptionLine, TakenLine
from pmo.reports.logic.forms import FORM, READABLE
from pmo.reports.logic.governed import Gates, Requests
from pmo.reports.logic.lines import (
    Amounts,
    Figures,
    Mark,
    MilestoneLine,
    MoneyLine,
    ProgrammeBlock,
    ProjectLine,
    Promise,
    RaidLine,
    Scope,
    Words,
)
from pmo.reports.logic.slips import SlipLine

__all__ = [
    "ActionLine",
    "AgendaLine",
    "AgendaLines",
    "AmountChange",
    "Amounts",
    "AskedLine",
    "Carried",
    "Changes",
    "ColourChange",
    "DateChange",
    "Earlier",
    "EarnedLine",
    "FORM",
    "Figures",
    "Gates",
    "IndicatorLine",
    "LevelChange",
    "Limits",
    "Mark",
    "MeetingLine",
    "MilestoneLine",
    "MoneyChange",
    "MoneyLine",
    "Named",
    "OptionLine",
    "ProgrammeBlock",
    "ProjectLine",
    "Promise",
    "RaidLine",
    "Report",
    "Requests",
    "Said",
    "Scope",
    "ScopeChange",
    "SlipLine",
    "TakenLine",
    "Thing",
    "TrackLine",
    "Why",
    "Words",
]


@dataclass(frozen=True, slots=True)
class Said:
    on: date
    forecast: date


@dataclass(frozen=True, slots=True)
class TrackLine:
    """A milestone as one report after the other forecast it, oldest first."""

    project: str
    milestone: str
    name: str
    said: tuple[Said, ...]
    colour: Colour | None = None
    is_reached: bool = False


@dataclass(frozen=True, slots=True)
class MeetingLine:
    held_on: date
    cut_off: date
    pack_on: date


@dataclass(frozen=True, slots=True)
class Earlier:
    """What this report is compared with: an edition, or (without number) the state at the end of a day."""

    number: str
    on: date
    at: datetime
    code: str = ""  # of what it is about: two committees may both have an edition of March

    @property
    def title(self) -> str:
        return f"{self.code} {self.number}".strip()


@dataclass(frozen=True, slots=True)
class EarnedLine:
    """Earned value of a project at its newest status day; what is not known is None."""

    project: str
    currency: str
    on: date
    budget: Decimal | None = None
    planned: Decimal | None = None
    earned: Decimal | None = None
    actual: Decimal | None = None
    schedule_index: Decimal | None = None
    cost_index: Decimal | None = None
    at_completion: Decimal | None = None
    variance: Decimal | None = None  # budget less estimate at completion


@dataclass(frozen=True, slots=True)
class Limits:
    """The rules in force that the notes of the report quote: calendar days, percent, score."""

    baseline_amber: int
    baseline_red: int
    commitment_amber: int
    commitment_red: int
    cost_amber: Decimal
    cost_red: Decimal
    risk_red: int
    risk_listed: int
    stale_days: int


@dataclass(frozen=True, slots=True)
class IndicatorLine:
    """An indicator with the value of its last closed period; None is missing, never 0."""

    name: str
    period: date
    every: str  # indicators.logic.periods.Frequency
    value: Decimal | None
    before: Decimal | None
    unit: str
    colour: Colour | None
    direction: str  # indicators.logic.definition.Direction
    target: Decimal | None
    received: int = 0
    expected: int = 0
    is_collected: bool = False
    is_late: bool = False
    is_estimated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The whole content. The order of programmes, projects, milestones and risks is the order in print."""

    scope: Scope
    code: str
    name: str
    at: datetime
    today: date
    limits: Limits
    programmes: tuple[ProgrammeBlock, ...]
    committee: str = ""  # name
    meeting: MeetingLine | None = None  # the one this report is for
    coming: tuple[MeetingLine, ...] = ()
    earlier: Earlier | None = None
    figures: Figures = Figures()
    money: tuple[MoneyLine, ...] = ()
    raid: tuple[RaidLine, ...] = ()
    changes: Changes | None = None  # None: there is nothing to compare with
    tracks: tuple[TrackLine, ...] = ()
    asked: tuple[AskedLine, ...] = ()  # of the next meeting; these two only in the report of a committee
    carried: Carried | None = None  # None: it has not met yet
    earned: tuple[EarnedLine, ...] = ()  # only in the report of a project that carries money
    actions: tuple[ActionLine, ...] = ()  # still open, about the project: only in its own report
    slips: tuple[SlipLine, ...] = ()  # per reason, since the projects began
    indicators: tuple[IndicatorLine, ...] = ()  # of this very place
    is_partial: bool = False  # only what its maker may see
    all_sheets: bool = False  # of green projects too
    form: int = FORM
    agenda: AgendaLines | None = None  # of the next meeting, only in the report of its committee
    gates: Gates | None = None  # these two: None where there is nothing to say
    requests: Requests | None = None  # for changes

    def __post_init__(self) -> None:
        if self.form not in READABLE:
            raise ValueError(f"form {self.form}")

    @property
    def projects(self) -> tuple[ProjectLine, ...]:
        return tuple(project for block in self.programmes for project in block.projects)

    @property
    def told(self) -> dict[int, date]:
        """The forecast of every milestone still to come, by its id: what a committee is told by this report."""
        lines = (line for project in self.projects for line in project.milestones)
        return {line.id: line.promise.forecast for line in lines if not line.is_reached and line.promise.forecast is not None}

    @property
    def sheets(self) -> tuple[ProjectLine, ...]:
        """The projects that get a sheet of their own, the worst first, then the latest; each one that is overridden has one."""
        shown = [project for project in self.projects if self.all_sheets or _has_sheet(project)]
        return tuple(sorted(shown, key=_worst_first))


def _has_sheet(project: ProjectLine) -> bool:
    """What is not green, overridden, or silent when the data were cut off."""
    return project.override is not None or project.is_silent or not _is_calm(project.overall)


def _is_calm(colour: Colour | None) -> bool:
    return colour in (Colour.GREEN, None)


def _worst_first(project: ProjectLine) -> tuple[int, int, str]:
    return -rank(project.overall), -(project.end.to_baseline or 0), project.code
