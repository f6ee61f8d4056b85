"""What differs between two states of the same projects, each change with who made it, when and why."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from pmo.portfolio.logic import Colour
from pmo.raid.logic import RaidType
from pmo.reports.logic.lines import Mark


@dataclass(frozen=True, slots=True)
class Named:
    """A project, milestone or risk by code and name; a milestone or risk says of which project."""

    code: str
    name: str
    project: str = ""


@dataclass(frozen=True, slots=True)
class Why:
    """Who changed something last, when, and the reason given."""

    who: str
    at: datetime
    reason: str  # schedule.logic.MoveReason, "" where none was asked
    words: str = ""


@dataclass(frozen=True, slots=True)
class Thing:
    """A project, milestone or RAID item that came or went."""

    code: str
    name: str
    project: str = ""
    kind: str = ""  # raid.logic.RaidType of an item; portfolio.logic.State of a project that went, "" where it moved elsewhere
    why: Why | None = None


@dataclass(frozen=True, slots=True)
class ColourChange:
    """`who` stands behind a colour that was declared or overridden, with their words; without, the rules computed it."""

    project: Named
    before: Colour | None
    after: Colour | None
    since: date | None
    marks: tuple[Mark, ...] = ()  # what is not green now
    who: str = ""
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
    kind: str = RaidType.RISK.value
    why: Why | None = None

    @property
    def is_worse(self) -> bool:
        return (self.after or 0) > (self.before or 0)


@dataclass(frozen=True, slots=True)
class MoneyChange:
    """Forecast at completion of the projects known in both reports, per currency."""

    currency: str
    before: Decimal
    after: Decimal
    known: int
    projects: int


@dataclass(frozen=True, slots=True)
class AmountChange:
    """The budget or the forecast at completion of one project."""

    project: Named
    field: str  # budget, forecast_cost
    currency: str
    before: Decimal | None
    after: Decimal | None
    why: Why | None = None


@dataclass(frozen=True, slots=True)
class ScopeChange:
    """What a project is to deliver, or how far it may drift before somebody must be told; "" for what was not laid down."""

    project: Named
    field: str  # description, tolerance_days, tolerance_percent
    before: str
    after: str
    why: Why | None = None


@dataclass(frozen=True, slots=True)
class Changes:
    """From one state to a later one; a change undone in between is not listed."""

    colours: tuple[ColourChange, ...] = ()
    dates: tuple[DateChange, ...] = ()
    baselines: tuple[DateChange, ...] = ()
    new_milestones: tuple[Thing, ...] = ()
    gone_milestones: tuple[Thing, ...] = ()
    new_projects: tuple[Thing, ...] = ()
    gone_projects: tuple[Thing, ...] = ()
    raised: tuple[Thing, ...] = ()  # RAID items of projects that are in both states
    closed: tuple[Thing, ...] = ()
    levels: tuple[LevelChange, ...] = ()
    amounts: tuple[AmountChange, ...] = ()
    scope: tuple[ScopeChange, ...] = ()
    money: tuple[MoneyChange, ...] = ()

    @property
    def count(self) -> int:
        dates = (self.dates, self.baselines, self.new_milestones, self.gone_milestones)
        others = (self.colours, self.new_projects, self.gone_projects, self.raised, self.closed, self.levels)
        return sum(map(len, (*dates, *others, self.amounts, self.scope)))

    @property
    def new_risks(self) -> tuple[Thing, ...]:
        return tuple(thing for thing in self.raised if thing.kind == RaidType.RISK)

    @property
    def closed_risks(self) -> tuple[Thing, ...]:
        return tuple(thing for thing in self.closed if thing.kind == RaidType.RISK)

    @property
    def worse(self) -> tuple[ColourChange, ...]:
        return tuple(change for change in self.colours if change.before and rank(change.after) > rank(change.before))

    @property
    def better(self) -> tuple[ColourChange, ...]:
        """Grey is no colour: what became or was not reported is neither worse nor better."""
        return tuple(change for change in self.colours if change.after and rank(change.after) < rank(change.before))

    @property
    def later(self) -> tuple[DateChange, ...]:
        return tuple(change for change in self.dates if change.days is not None and change.days > 0)

    @property
    def earlier(self) -> tuple[DateChange, ...]:
        return tuple(change for change in self.dates if change.days is not None and change.days < 0)


def rank(colour: Colour | None) -> int:
    return colour.rank if colour else -1
