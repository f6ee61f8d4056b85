"""How projects roll up to a programme, and the rules of it in words, as the page shows them beside the figures."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pmo.kernel.languages import Message, msg
from pmo.portfolio.logic import Colour, worst
from pmo.status.logic.health import Money
from pmo.status.logic.statuses import MilestoneStatus, ProjectStatus, percent_of

RULES: tuple[tuple[Message, Message], ...] = (
    (msg("Dates"), msg("Finish = latest child. A child without dates is left out and named.")),
    (msg("Money"), msg("Sum of known figures per currency, always with n of m. Unknown is never zero.")),
    (msg("Colour"), msg("Worst child; a child without data is grey and named. What the PMO overrides counts until its day.")),
    (msg("Progress"), msg("Weight of the milestones reached, of all children together. Cancelled ones do not count.")),
)


@dataclass(frozen=True, slots=True)
class Known:
    """A sum of what is known, of how many."""

    total: Decimal | None = None
    count: int = 0

    def __add__(self, other: "Known") -> "Known":
        if other.total is None:
            return Known(self.total, self.count + other.count)
        return Known((self.total or Decimal(0)) + other.total, self.count + other.count)


@dataclass(frozen=True, slots=True)
class MoneySum:
    """Amounts of one currency. `of_forecast` is the budget of the projects whose forecast is known, to compare like with like."""

    currency: str
    projects: int = 0
    budget: Known = Known()
    spent: Known = Known()
    forecast: Known = Known()
    of_forecast: Known = Known()  # budget and forecast both known
    forecast_of_budget: Known = Known()
    committed: Known = Known()

    @property
    def over_percent(self) -> Decimal | None:
        """Forecast against the budget of the same projects."""
        budget, forecast = self.of_forecast.total, self.forecast_of_budget.total
        return (forecast - budget) * 100 / budget if budget and forecast is not None else None

    @property
    def spent_percent(self) -> Decimal | None:
        """Only where every budget and every amount spent is known."""
        if not self.budget.total or self.spent.total is None or self.budget.count != self.spent.count:
            return None
        return self.spent.total * 100 / self.budget.total

    def __add__(self, other: "MoneySum") -> "MoneySum":
        return MoneySum(
            self.currency,
            self.projects + other.projects,
            self.budget + other.budget,
            self.spent + other.spent,
            self.forecast + other.forecast,
            self.of_forecast + other.of_forecast,
            self.forecast_of_budget + other.forecast_of_budget,
            self.committed + other.committed,
        )


def money_by_currency(amounts: Iterable[Money]) -> tuple[MoneySum, ...]:
    """The projects' money, a sum per currency; what is not shown to this person does not count at all."""
    sums: dict[str, MoneySum] = {}
    for money in amounts:
        if money.is_shown:
            sums[money.currency] = sums.get(money.currency, MoneySum(money.currency)) + _alone(money)
    return tuple(sums.values())


def _alone(money: Money) -> MoneySum:
    both = money.budget is not None and money.forecast is not None
    return MoneySum(
        money.currency,
        1,
        _known(money.budget),
        _known(money.spent),
        _known(money.forecast),
        _known(money.budget if both else None),
        _known(money.forecast if both else None),
        _known(money.committed),
    )


def _known(amount: Decimal | None) -> Known:
    return Known(amount, int(amount is not None))


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeRollUp:
    """A programme as its visible projects make it."""

    projects: tuple[ProjectStatus, ...]
    colour: Colour | None
    computed: Colour | None  # the worst child as the rules see it
    worst: ProjectStatus | None  # the child that decides the colour
    since: date | None
    finish: MilestoneStatus | None
    finishes_with: ProjectStatus | None
    money: tuple[MoneySum, ...]
    percent: int | None
    oldest_update: date | None
    never_updated: int

    @property
    def without_dates(self) -> tuple[ProjectStatus, ...]:
        return tuple(child for child in self.projects if child.end is None or child.end.forecast is None)

    @property
    def without_colour(self) -> tuple[ProjectStatus, ...]:
        return tuple(child for child in self.projects if child.overall is None)

    @property
    def overridden(self) -> tuple[ProjectStatus, ...]:
        return tuple(child for child in self.projects if child.health.override is not None)


def roll_up(projects: Sequence[ProjectStatus]) -> ProgrammeRollUp:
    """Finish = latest child, money = sum of known, colour = worst child, progress by weight of milestones."""
    colour = worst([child.overall for child in projects])
    deciding = [child for child in projects if colour is not None and child.overall is colour]
    first = min(deciding, key=lambda child: child.health.overall.since or date.max, default=None)
    ending = [(child.end.forecast, child) for child in projects if child.end is not None and child.end.forecast is not None]
    last = max(ending, key=lambda pair: pair[0], default=(None, None))[1]
    updates = [child.updated_on for child in projects if child.updated_on is not None]
    return ProgrammeRollUp(
        projects=tuple(projects),
        colour=colour,
        computed=worst([child.health.computed.colour for child in projects]),
        worst=first,
        since=first.health.overall.since if first else None,
        finish=last.end if last else None,
        finishes_with=last,
        money=money_by_currency(child.money for child in projects),
        percent=percent_of(
            sum((child.weight_reached for child in projects), Decimal(0)),
            sum((child.weight_all for child in projects), Decimal(0)),
        ),
        oldest_update=min(updates, default=None),
        never_updated=len(projects) - len(updates),
    )
