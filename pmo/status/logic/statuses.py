"""The status of one project as lists, pages and reports show it: colours, next milestone, end, money, freshness, progress."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from pmo.kernel.permissions import Place
from pmo.portfolio.logic import Colour
from pmo.schedule.logic import slippage
from pmo.schedule.logic.slippage import Limits
from pmo.status.logic.health import Milestone, Money, ProjectHealth


@dataclass(frozen=True, slots=True, kw_only=True)
class MilestoneStatus:
    """A milestone with its three promises and how late it is against each. `forecast` is what happened once it is reached."""

    id: int
    code: str
    name: str
    baseline: date | None = None
    commitment: date | None = None
    forecast: date | None = None
    to_baseline: int | None = None  # calendar days
    to_commitment: int | None = None
    baseline_colour: Colour | None = None  # of the slip alone
    commitment_colour: Colour | None = None
    is_reached: bool = False
    overdue_days: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectStatus:
    id: int
    portfolio_id: int
    programme_id: int
    programme_code: str
    programme_name: str
    code: str
    name: str
    kind: str  # portfolio.logic.Kind
    method: str
    phase: str
    state: str
    manager_id: int | None
    manager_name: str
    sponsor: str
    health: ProjectHealth
    next_milestone: MilestoneStatus | None
    end: MilestoneStatus | None  # the milestone with which the project ends
    money: Money
    updated_at: datetime | None  # of the newest status update, or when all its dates were confirmed
    updated_on: date | None
    is_stale: bool  # no update for as long as the rule allows, or never
    is_silent: bool  # asked before a data cut-off that has come, and no word since
    weight_reached: Decimal  # of the milestones reached
    weight_all: Decimal  # of all that were not cancelled
    move: str = ""  # "up" or "down" since the last committee, "" for no change

    @property
    def place(self) -> Place:
        return Place(self.portfolio_id, self.programme_id, self.id)

    @property
    def overall(self) -> Colour | None:
        return self.health.overall.colour

    @property
    def percent(self) -> int | None:
        """Weight of the milestones reached; None without milestones."""
        return percent_of(self.weight_reached, self.weight_all)


def percent_of(part: Decimal, whole: Decimal) -> int | None:
    return int(part * 100 / whole) if whole else None


def milestone_status(milestone: Milestone, limits: Limits, today: date) -> MilestoneStatus:
    late, told = slippage.to_baseline(milestone), slippage.to_commitment(milestone)
    return MilestoneStatus(
        id=milestone.id,
        code=milestone.code,
        name=milestone.name,
        baseline=milestone.baseline,
        commitment=milestone.commitment,
        forecast=slippage.expected(milestone),
        to_baseline=late,
        to_commitment=told,
        baseline_colour=limits.baseline.colour(late),
        commitment_colour=limits.commitment.colour(told),
        is_reached=milestone.actual is not None,
        overdue_days=slippage.days_overdue(milestone, today),
    )
