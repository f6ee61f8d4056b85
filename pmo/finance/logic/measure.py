"""How much of the work was planned and is done at a day: weighted milestones, or the tasks of a plan; earned schedule."""

from calendar import monthrange
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction

from pmo.kernel.languages import Message, msg


class Method(StrEnum):
    MILESTONES = "milestones"
    TASKS = "tasks"


METHOD_NAMES: dict[Method, Message] = {
    Method.MILESTONES: msg("Weighted milestones"),
    Method.TASKS: msg("Percent complete of the tasks"),
}


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the work: of a milestone both days are its baseline, and it is done on the day it was reached."""

    weight: Fraction
    start: date | None
    finish: date | None
    reached: date | None = None
    done: Fraction | None = None  # share of a task, as its plan says today

    def planned_on(self, day: date) -> Fraction:
        """The share of it that should be done at the end of a day; a task grows evenly from its start to its finish."""
        if self.start is None or self.finish is None or day < self.start:
            return Fraction(0)
        if day >= self.finish:
            return Fraction(1)
        return Fraction((day - self.start).days + 1, (self.finish - self.start).days + 1)


@dataclass(frozen=True, slots=True)
class Work:
    """All the pieces of a project, measured one way."""

    method: Method
    pieces: tuple[Piece, ...]

    @property
    def whole(self) -> Fraction:
        return sum((piece.weight for piece in self.pieces), Fraction(0))

    @property
    def planned(self) -> tuple[Piece, ...]:
        """Those with a baseline."""
        return tuple(piece for piece in self.pieces if piece.start is not None and piece.finish is not None)

    @property
    def first(self) -> date | None:
        return min((piece.start for piece in self.planned if piece.start), default=None)

    @property
    def last(self) -> date | None:
        return max((piece.finish for piece in self.planned if piece.finish), default=None)

    def planned_share(self, day: date) -> Fraction | None:
        """None where nothing weighs anything, or nothing has a baseline."""
        if not self.whole or not self.planned:
            return None
        return sum((piece.weight * piece.planned_on(day) for piece in self.pieces), Fraction(0)) / self.whole

    def done_share(self, day: date) -> Fraction | None:
        """Of milestones at any day; of tasks as the plan says today."""
        if not self.whole:
            return None
        return sum((piece.weight * self._done(piece, day) for piece in self.pieces), Fraction(0)) / self.whole

    def done_count(self, day: date) -> int:
        return sum(self._done(piece, day) == 1 for piece in self.pieces)

    def planned_count(self, day: date) -> int:
        return sum(piece.planned_on(day) == 1 for piece in self.pieces)

    def _done(self, piece: Piece, day: date) -> Fraction:
        if self.method is Method.TASKS:
            return piece.done or Fraction(0)
        return Fraction(piece.reached is not None and piece.reached <= day)


def chosen(milestones: Iterable[Piece], tasks: Iterable[Piece]) -> Work:
    """Tasks where a plan says how far any of them is; else milestones, without guessing."""
    said = tuple(tasks)
    if any(piece.done is not None and piece.weight for piece in said):
        return Work(Method.TASKS, said)
    return Work(Method.MILESTONES, tuple(milestones))


def earned_schedule(earned: Fraction, planned: Sequence[Fraction]) -> Fraction | None:
    """In periods: how long the plan takes to the value that is earned. `planned` are cumulative, at the start and at each end.

    ES = C + (EV − PV_C) / (PV_C+1 − PV_C), where C is the last period whose planned value is earned.
    """
    if not planned or planned[-1] <= planned[0]:
        return None
    if earned >= planned[-1]:
        return Fraction(next(number for number, value in enumerate(planned) if value == planned[-1]))
    whole = max((number for number, value in enumerate(planned) if value <= earned), default=0)
    step = planned[whole + 1] - planned[whole]
    return whole + max(Fraction(0), earned - planned[whole]) / step


def months_between(first: date, day: date) -> Fraction:
    """Months from the start of the month of `first` to the end of a day, the last one in part."""
    whole = (day.year - first.year) * 12 + day.month - first.month
    return whole + Fraction(day.day, monthrange(day.year, day.month)[1])


def month_ends(first: date, last: date) -> tuple[date, ...]:
    """The last days of the months from that of `first` to that of `last`."""
    ends = []
    day = first.replace(day=1)
    while day <= last:
        ends.append(day.replace(day=monthrange(day.year, day.month)[1]))
        day = ends[-1] + timedelta(days=1)
    return tuple(ends)


def by_month(first: date, last: date, planned_on: Callable[[date], Fraction]) -> tuple[Fraction, ...]:
    """Planned value before the first month and at the end of each."""
    return (Fraction(0), *(planned_on(day) for day in month_ends(first, last)))
