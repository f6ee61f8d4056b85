"""The lines of a status report: promises, marks, amounts, projects, RAID items, as plain values in no language."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from pmo.kernel.languages import Message
from pmo.portfolio.logic import Colour, Dimension
from pmo.status.logic.override import Override


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
    committed: Decimal | None = None  # bound by contract, not spent yet; from form 4 on


@dataclass(frozen=True, slots=True)
class Words:
    """What the project manager wrote for the period."""

    done: str = ""
    next: str = ""
    attention: str = ""
    back_to_green: str = ""
    period_start: date | None = None
    period_end: date | None = None
    author: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectLine:
    id: int
    code: str
    name: str
    manager: str = ""
    phase: str = ""  # portfolio.logic.Phase
    overall: Colour | None = None  # the colour that counts
    computed: Colour | None = None  # what the rules see: the same, unless it is overridden
    override: Override | None = None
    before: Colour | None = None  # overall at the previous report
    was_there: bool = False  # the previous report knew this project
    since: date | None = None  # of the overall colour
    declared: Colour | None = None
    is_said_better: bool = False  # declared better than computed
    marks: tuple[Mark, ...] = ()  # the other dimensions, in their order
    words: Words = Words()
    updated_on: date | None = None
    is_stale: bool = False
    is_silent: bool = False  # asked before the data cut-off, and no word since: its colours are grey
    start: date | None = None
    end: Promise = Promise()
    percent: int | None = None
    money: Amounts = Amounts("EUR")
    milestones: tuple[MilestoneLine, ...] = ()
    state: str = "open"  # portfolio.logic.State
    description: str = ""
    tolerance_days: int | None = None  # None: as the rules say
    tolerance_percent: Decimal | None = None

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
        """Nothing to get back from: an overridden colour may hide what is not green."""
        return self.overall is Colour.GREEN and self.override is None


def greyed(line: ProjectLine) -> ProjectLine:
    """Without a word before the cut-off, old colours are not repeated; one that the PMO overrode is the PMO's word."""
    marks = tuple(Mark(mark.dimension, None) for mark in line.marks)
    silent = replace(line, computed=None, declared=None, is_said_better=False, marks=marks)
    return silent if line.override else replace(silent, overall=None, since=None)


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
    committed: Decimal | None = None
    committed_known: int | None = None  # None: the form before did not speak of it


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
    id: int = 0
    trigger: str = ""  # these three from form 4 on, where they are known
    proximity: str = ""  # raid.logic.Proximity
    confidence: str = ""  # raid.logic.Confidence
