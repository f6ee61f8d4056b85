"""The strip of key figures and the counts of the tabs: what the projects of a portfolio add up to, and of each programme."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pmo.status.logic.rollup import MoneySum


@dataclass(frozen=True, slots=True)
class Counts:
    """How many projects, by overall colour and by tab; `matching` are those the filters leave."""

    projects: int = 0
    red: int = 0
    amber: int = 0
    green: int = 0
    grey: int = 0
    said: int = 0
    due: int = 0
    changed: int = 0
    stale: int = 0
    matching: int = 0

    @property
    def not_green(self) -> int:
        return self.red + self.amber

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))


@dataclass(frozen=True, slots=True)
class Slips:
    """Sums over milestones: slips of the open ones in calendar days, and how many of those due in the window were on time."""

    late_sum: int = 0
    late_count: int = 0
    told_sum: int = 0
    told_count: int = 0
    due_now: int = 0
    hit_now: int = 0
    due_then: int = 0
    hit_then: int = 0

    @property
    def mean_to_baseline(self) -> int | None:
        return _rounded(self.late_sum, self.late_count)

    @property
    def mean_to_commitment(self) -> int | None:
        return _rounded(self.told_sum, self.told_count)

    @property
    def on_time_percent(self) -> int | None:
        """Of the milestones whose baseline fell into the window, those reached by then."""
        return _rounded(self.hit_now * 100, self.due_now)

    @property
    def on_time_before(self) -> int | None:
        """The same for the window before the last committee, by what is known today: late reports are in it."""
        return _rounded(self.hit_then * 100, self.due_then)

    def __add__(self, other: "Slips") -> "Slips":
        return Slips(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))


@dataclass(frozen=True, slots=True)
class ProgrammeFigures:
    """One programme, with the totals of its projects that this person may see."""

    id: int
    code: str
    name: str
    counts: Counts
    money: tuple[MoneySum, ...]  # one per currency; empty where no amount is shown


@dataclass(frozen=True, slots=True)
class PortfolioFigures:
    """Everything above the list: totals, and each programme in the order of the pages."""

    counts: Counts
    slips: Slips
    money: tuple[MoneySum, ...]
    programmes: tuple[ProgrammeFigures, ...]
    since: date  # the last committee, which changes are measured from
    before: date | None  # the next committee
    window_days: int  # looked back for milestones on time
    target_percent: Decimal

    def programme(self, programme_id: int) -> ProgrammeFigures | None:
        return next((programme for programme in self.programmes if programme.id == programme_id), None)


def added(sums: Sequence[MoneySum]) -> tuple[MoneySum, ...]:
    """The same currencies together; the largest by number of projects first."""
    found: dict[str, MoneySum] = {}
    for each in sums:
        found[each.currency] = found[each.currency] + each if each.currency in found else each
    return tuple(sorted(found.values(), key=lambda money: (-money.projects, money.currency)))


def _rounded(total: int, count: int) -> int | None:
    """Half a day or more counts as a whole one, on both sides of zero."""
    if not count:
        return None
    whole = (2 * abs(total) + count) // (2 * count)
    return whole if total >= 0 else -whole
