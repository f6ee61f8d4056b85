"""Working days: Monday to Friday, without the public holidays and closures of a calendar."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

WEEK = 7
WORKWEEK = 5
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days on which nobody works although they are weekdays. Loaded once, passed to whoever counts days."""

    holidays: frozenset[date] = frozenset()

    def is_working(self, day: date) -> bool:
        return day.weekday() < WORKWEEK and day not in self.holidays

    def count(self, first: date, last: date) -> int:
        """Working days from `first` to `last`, both included; negative when they stand the other way round."""
        if last < first:
            return -self.count(last, first)
        closed = _closed_weekdays(self.holidays)
        return _weekdays(first, last) - (bisect_right(closed, last) - bisect_left(closed, first))

    def between(self, day: date, other: date) -> int:
        """Working days one has to let pass to get from `day` to `other`: 0 on the same day, 1 from Friday to Monday."""
        if other < day:
            return -self.between(other, day)
        return self.count(day + ONE_DAY, other) if other > day else 0

    def add(self, day: date, days: int) -> date:
        """The n-th working day after `day` (before it, when negative); with 0, `day` itself or the next working day."""
        if days == 0:
            return self.next_working(day)
        step = ONE_DAY if days > 0 else -ONE_DAY
        left = abs(days)
        while left:
            day += step
            left -= self.is_working(day)
        return day

    def next_working(self, day: date) -> date:
        while not self.is_working(day):
            day += ONE_DAY
        return day


def _weekdays(first: date, last: date) -> int:
    days = (last - first).days + 1
    weeks, rest = divmod(days, WEEK)
    start = first.weekday()
    return weeks * WORKWEEK + sum((start + offset) % WEEK < WORKWEEK for offset in range(rest))


@lru_cache(maxsize=64)
def _closed_weekdays(holidays: frozenset[date]) -> tuple[date, ...]:
    return tuple(sorted(day for day in holidays if day.weekday() < WORKWEEK))
