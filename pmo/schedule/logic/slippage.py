"""How late a milestone is: against its baseline, against what a committee was told, and the colour that follows.

Every slip is in calendar days. Page, timeline, alert and report take theirs from here, so that a number is the same everywhere.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Protocol, TypeVar

from pmo.portfolio.logic import Colour, worst
from pmo.rules.logic import RuleBook

BASELINE, COMMITMENT, OVERDUE = "milestone.slip_to_baseline", "milestone.slip_to_commitment", "milestone.overdue"


class Dated(Protocol):
    """Anything with the dates of a milestone: a row of the table, or a value made from it."""

    @property
    def baseline(self) -> date | None: ...
    @property
    def commitment(self) -> date | None: ...
    @property
    def forecast(self) -> date | None: ...
    @property
    def actual(self) -> date | None: ...


class Planned(Dated, Protocol):
    """A milestone among others: cancelled ones do not count."""

    @property
    def cancelled_on(self) -> date | None: ...


P = TypeVar("P", bound=Planned)


@dataclass(frozen=True, slots=True)
class Limit:
    """From how many days on a lateness is amber, and red; `code` is the rule they come from."""

    code: str
    amber: int
    red: int

    def colour(self, days: int | None) -> Colour | None:
        if days is None:
            return None
        return Colour.RED if days >= self.red else Colour.AMBER if days >= self.amber else Colour.GREEN


@dataclass(frozen=True, slots=True)
class Limits:
    """What holds for the milestones of one project."""

    baseline: Limit
    commitment: Limit
    overdue: Limit

    @property
    def tolerance_days(self) -> int:
        """How many days a forecast may stand after its baseline without anybody asking."""
        return self.baseline.amber - 1


def limits(rules: RuleBook, programme_id: int | None = None, tolerance_days: int | None = None) -> Limits:
    """A project's own tolerance moves both limits to the baseline: amber begins after it, red as much later as in the rules."""

    def limit(code: str, shift: int = 0) -> Limit:
        return Limit(code, rules.days(f"{code}.amber", programme_id) + shift, rules.days(f"{code}.red", programme_id) + shift)

    to_baseline = limit(BASELINE)
    if tolerance_days is not None:
        to_baseline = limit(BASELINE, tolerance_days + 1 - to_baseline.amber)
    return Limits(to_baseline, limit(COMMITMENT), limit(OVERDUE))


def slip(promised: date | None, expected: date | None) -> int | None:
    """Calendar days from what was promised to what happened or is believed; negative when earlier."""
    return (expected - promised).days if promised is not None and expected is not None else None


def expected(milestone: Dated) -> date | None:
    """What happened, else what is believed."""
    return milestone.actual or milestone.forecast


def to_baseline(milestone: Dated) -> int | None:
    return slip(milestone.baseline, expected(milestone))


def to_commitment(milestone: Dated) -> int | None:
    """Slip against what a committee was told."""
    return slip(milestone.commitment, expected(milestone))


def days_overdue(milestone: Planned, today: date) -> int | None:
    """Days past the forecast with nothing reported; None when reached, cancelled, without forecast, or not past it."""
    if not is_open(milestone) or milestone.forecast is None or milestone.forecast >= today:
        return None
    return (today - milestone.forecast).days


def is_open(milestone: Planned) -> bool:
    """Still ahead: neither reached nor cancelled."""
    return milestone.actual is None and milestone.cancelled_on is None


def colour(milestone: Planned, today: date, limits: Limits) -> Colour | None:
    """The worst of slip to baseline, slip to commitment and being overdue; None when none of the three can be known."""
    return worst(
        [
            limits.baseline.colour(to_baseline(milestone)),
            limits.commitment.colour(to_commitment(milestone)),
            limits.overdue.colour(days_overdue(milestone, today)),
        ]
    )


def next_open(milestones: Iterable[P]) -> P | None:
    """The open milestone with the earliest forecast, which may be overdue; one without forecast only if no other has one."""
    still = [milestone for milestone in milestones if is_open(milestone)]
    return min(still, key=lambda milestone: milestone.forecast or _promised(milestone) or date.max, default=None)


def last(milestones: Iterable[P]) -> P | None:
    """The milestone with which the project ends: the latest by what happened or is believed, else by what was promised."""
    counted = [milestone for milestone in milestones if milestone.cancelled_on is None]
    return max(counted, key=lambda milestone: expected(milestone) or _promised(milestone) or date.min, default=None)


def _promised(milestone: Dated) -> date | None:
    return milestone.commitment or milestone.baseline
