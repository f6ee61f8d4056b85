"""What a status report says, as plain values in no language: every number and date a reader sees comes from here."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from pmo.kernel.languages import Message
from pmo.portfolio.logic import Colour, Dimension

FORM = 1  # raise it when the meaning of a field changes: an edition of another form is not computed again


class Scope(StrEnum):
    PROJECT = "project"
    PROGRAMME = "programme"
    PORTFOLIO = "portfolio"
    COMMITTEE = "committee"


@dataclass(frozen=True, slots=True)
class Promise:
    """Three dates of a milestone or of a project's end, and the two slips in calendar days with how bad they are."""

    baseline: date | None = None
    commitment: date | None = None
    forecast: date | None = None  # what is believed: the actual date once there is one
    to_baseline: int | None = None
    to_commitment: int | None = None
    baseline_tone: Colour | None = None
    commitment_tone: Colour | None = None


@dataclass(frozen=True, slots=True)
class MilestoneLine:
    id: int  # of the row: what publishing for a committee commits
    code: str
    name: str
    promise: Promise
    is_gate: bool = False
    is_reached: bool = False
    colour: Colour | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """One dimension of a project's status. `fact` is the worst of its computed facts, `reason` all of them with their limits."""

    dimension: Dimension
    colour: Colour | None
    fact: Message | None = None
    reason: Message | None = None


@dataclass(frozen=True, slots=True)
class Amounts:
    currency: str
    budget: Decimal | None = None
    spent: Decimal | None = None
    forecast: Decimal | None = None
    over_percent: Decimal | None = None  # forecast against budget


@dataclass(frozen=True, slots=True)
class Words:
    """What the project manager wrote for the period."""

    done: str = ""
    next: str = ""
    attention: str = ""
    back_to_green: str = ""
    period_start: date | None = None
    period_end: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectLine:
    id: int
    code: str
    name: str
    manager: str = ""
    phase: str = ""  # portfolio.logic.Phase
    overall: Colour | None = None
    before: Colour | None = None  # overall at the previous report
    was_there: bool = False  # the previous report knew this project
    since: date | None = None  # of the overall colour
    declared: Colour | None = None
    is_said_better: bool = False  # declared better than computed
    marks: tuple[Mark, ...] = ()  # the other dimensions, in their order
    words: Words = Words()
    updated_on: date | None = None
    is_stale: bool = False
    start: date | None = None
    end: Promise = Promise()
    percent: int | None = None
    money: Amounts = Amounts("EUR")
    milestones: tuple[MilestoneLine, ...] = ()

    @property
    def next_milestone(self) -> MilestoneLine | None:
        """The first one still ahead; those without any date come last."""
        ahead = [line for line in self.milestones if not line.is_reached and line.promise.forecast is not None]
        return min(ahead, key=lambda line: (line.promise.forecast, line.code), default=None)

    @property
    def not_green(self) -> tuple[Mark, ...]:
        return tuple(mark for mark in self.marks if mark.colour not in (None, Colour.GREEN))

    @property
    def is_green(self) -> bool:
        return self.overall is Colour.GREEN


@dataclass(frozen=True, slots=True)
class ProgrammeBlock:
    code: str
    name: str
    projects: tuple[ProjectLine, ...]


@dataclass(frozen=True, slots=True)
class MoneyLine:
    """Known amounts of one currency, of one programme or (without name) of all: an unknown one is left out, never zero."""

    programme: str
    currency: str
    projects: int
    budget: Decimal | None
    budget_known: int
    spent: Decimal | None
    spent_known: int
    forecast: Decimal | None
    forecast_known: int
    over_percent: Decimal | None  # forecast against the budget of the same projects


@dataclass(frozen=True, slots=True)
class Figures:
    """The strip of key figures."""

    on_time_percent: int | None = None
    on_time_days: int = 0  # looked back
    on_time_target: int | None = None
    mean_to_baseline: int | None = None
    mean_to_commitment: int | None = None
    open_risks: int = 0
    red_risks: int = 0


@dataclass(frozen=True, slots=True)
class RaidLine:
    project: str
    code: str
    type: str  # raid.logic.RaidType
    title: str
    level: int | None
    band: Colour | None
    owner: str
    response: str  # raid.logic.Response, "" for none chosen
    response_text: str
    due: date | None
    is_overdue: bool
    level_before: int | None = None
    was_there: bool = False
    other_party: str = ""


@dataclass(frozen=True, slots=True)
class Named:
    """A project, milestone or risk by code and name; a milestone or risk says of which project."""

    code: str
    name: str
    project: str = ""


@dataclass(frozen=True, slots=True)
class ColourChange:
    project: Named
    before: Colour | None
    after: Colour | None
    since: date | None
    marks: tuple[Mark, ...] = ()  # what is not green now


@dataclass(frozen=True, slots=True)
class Why:
    """Who moved a date last, when, and the reason given."""

    who: str
    at: datetime
    reason: str  # schedule.logic.MoveReason, "" where none was asked
    words: str = ""


@dataclass(frozen=True, slots=True)
class DateChange:
    milestone: Named
    before: date | None
    after: date | None
    days: int | None  # later when positive; None where one of the two is missing
    tone: Colour | None = None
    is_reached: bool = False
    why: Why | None = None


@dataclass(frozen=True, slots=True)
class LevelChange:
    risk: Named
    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True)
class MoneyChange:
    """Forecast at completion of the projects known in both reports, per currency."""

    currency: str
    before: Decimal
    after: Decimal
    known: int
    projects: int


@dataclass(frozen=True, slots=True)
class Changes:
    """From one report to a later one; a change undone in between is not listed."""

    colours: tuple[ColourChange, ...] = ()
    dates: tuple[DateChange, ...] = ()
    new_projects: tuple[Named, ...] = ()
    gone_projects: tuple[Named, ...] = ()
    new_risks: tuple[Named, ...] = ()
    closed_risks: tuple[Named, ...] = ()
    levels: tuple[LevelChange, ...] = ()
    money: tuple[MoneyChange, ...] = ()

    @property
    def count(self) -> int:
        listed = (self.colours, self.dates, self.new_projects, self.gone_projects, self.new_risks, self.closed_risks, self.levels)
        return sum(map(len, listed)) + sum(change.before != change.after for change in self.money)

    @property
    def worse(self) -> tuple[ColourChange, ...]:
        return tuple(change for change in self.colours if change.before and _rank(change.after) > _rank(change.before))

    @property
    def better(self) -> tuple[ColourChange, ...]:
        """Grey is no colour: what became or was not reported is neither worse nor better."""
        return tuple(change for change in self.colours if change.after and _rank(change.after) < _rank(change.before))

    @property
    def later(self) -> tuple[DateChange, ...]:
        return tuple(change for change in self.dates if change.days is not None and change.days > 0)

    @property
    def earlier(self) -> tuple[DateChange, ...]:
        return tuple(change for change in self.dates if change.days is not None and change.days < 0)


def _rank(colour: Colour | None) -> int:
    return colour.rank if colour else -1


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
    is_partial: bool = False  # only what its maker may see
    all_sheets: bool = False  # of green projects too
    form: int = FORM

    @property
    def projects(self) -> tuple[ProjectLine, ...]:
        return tuple(project for block in self.programmes for project in block.projects)

    @property
    def sheets(self) -> tuple[ProjectLine, ...]:
        """The projects that get a sheet of their own, the worst first, then the latest."""
        shown = [project for project in self.projects if self.all_sheets or project.overall not in (Colour.GREEN, None)]
        return tuple(sorted(shown, key=_worst_first))


def _worst_first(project: ProjectLine) -> tuple[int, int, str]:
    return -_rank(project.overall), -(project.end.to_baseline or 0), project.code
