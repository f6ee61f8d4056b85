"""The earned value of one project at its status days: what was entered, what follows from budget and baseline, the figures."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from pmo.finance.logic.figures import Figure, Input, Name, figures
from pmo.finance.logic.measure import Method, Work, by_month, earned_schedule, month_ends, months_between
from pmo.kernel.languages import Message, msg, nmsg

ENTERED = msg("Entered for this day")
HUNDRED = Fraction(100)


@dataclass(frozen=True, slots=True)
class Entry:
    """What somebody entered for a day; amounts are those since the beginning. `share` was measured when it was entered."""

    id: int
    on: date
    planned: Decimal | None = None
    actual: Decimal | None = None
    to_complete: Decimal | None = None
    share: Decimal | None = None  # percent of the tasks
    note: str = ""


@dataclass(frozen=True, slots=True)
class Base:
    """What the project itself says."""

    project_id: int
    code: str
    name: str
    currency: str
    budget: Decimal | None
    spent: Decimal | None
    spent_on: date | None


@dataclass(frozen=True, slots=True)
class Standing:
    """A project at one status day."""

    on: date
    figures: Mapping[Name, Figure]
    entry: Entry | None = None

    def __getitem__(self, name: Name) -> Figure:
        return self.figures[name]


@dataclass(frozen=True, slots=True)
class Value:
    """A project with every status day up to today, the oldest first; there is always at least one."""

    base: Base
    work: Work
    entries: tuple[Entry, ...]
    standings: tuple[Standing, ...]

    @property
    def newest(self) -> Standing:
        return self.standings[-1]

    def on(self, day: date | None) -> Standing:
        """The one of a day, else the newest."""
        return next((one for one in self.standings if one.on == day), self.newest)

    @property
    def is_empty(self) -> bool:
        """There is no money in it: neither budget nor cost."""
        return self.base.budget is None and self.base.spent is None and not self.entries


def value_of(base: Base, work: Work, entries: tuple[Entry, ...], today: date) -> Value:
    """A status day is a day with an actual cost; without one, the day on which the project's own amounts are true."""
    told = [entry for entry in entries if entry.actual is not None and entry.on <= today]
    standings = tuple(_standing(base, work, entry.on, entry) for entry in told)
    if not standings:
        day = min(base.spent_on or today, today)
        standings = (_standing(base, work, day, next((entry for entry in entries if entry.on == day), None)),)
    return Value(base, work, entries, standings)


def earned_on(value: Value, day: date) -> Fraction | None:
    """What was measured to be done by the end of a day."""
    return _earned(value.base, value.work, day, next((entry for entry in value.entries if entry.on == day), None)).value


def planned_on(base: Base, work: Work, day: date) -> Fraction | None:
    """What the baseline plans up to a day."""
    share = work.planned_share(day)
    return Fraction(base.budget) * share if base.budget is not None and share is not None else None


def _standing(base: Base, work: Work, on: date, entry: Entry | None) -> Standing:
    inputs = {
        Name.BAC: _budget(base),
        Name.PV: _planned(base, work, on, entry),
        Name.EV: _earned(base, work, on, entry),
        Name.AC: _actual(base, entry),
        Name.ETC_TYPED: _to_complete(entry),
    }
    return Standing(on, figures(inputs | _time(base, work, on, inputs[Name.EV].value)), entry)


def _budget(base: Base) -> Input:
    if base.budget is None:
        return Input(None, msg("The project has no approved budget."))
    return Input(Fraction(base.budget), msg("Approved budget of the project"))


def _planned(base: Base, work: Work, on: date, entry: Entry | None) -> Input:
    if entry is not None and entry.planned is not None:
        return Input(Fraction(entry.planned), ENTERED)
    found, share = planned_on(base, work, on), work.planned_share(on)
    if found is None or share is None:
        return Input(None, _why_not_planned(base, work))
    if work.method is Method.TASKS:
        return Input(
            found, msg("BAC × %(share)s %%, the part of the tasks' durations planned by this day", share=_percent(share))
        )
    told = nmsg(
        "BAC × %(share)s %%, the weight of the %(num)s milestone with a baseline up to this day, of %(all)s",
        "BAC × %(share)s %%, the weight of the %(num)s milestones with a baseline up to this day, of %(all)s",
        work.planned_count(on),
        share=_percent(share),
        all=len(work.pieces),
    )
    return Input(found, told)


def _why_not_planned(base: Base, work: Work) -> Message:
    if base.budget is None:
        return msg("The project has no approved budget, and no planned value was entered.")
    return msg("Nothing that has a weight has a baseline, and no planned value was entered.")


def _earned(base: Base, work: Work, on: date, entry: Entry | None) -> Input:
    if base.budget is None:
        return Input(None, msg("The project has no approved budget."))
    if work.method is Method.TASKS and entry is not None and entry.share is not None:
        share = Fraction(entry.share) / HUNDRED
        return Input(
            Fraction(base.budget) * share,
            msg("BAC × %(share)s %%, as the plan said when the day was entered", share=_percent(share)),
        )
    measured = work.done_share(on)
    if measured is None:
        return Input(None, msg("Nothing has a weight: add milestones, or bring in a plan."))
    return Input(Fraction(base.budget) * measured, _measured(work, on, measured))


def _measured(work: Work, on: date, share: Fraction) -> Message:
    if work.method is Method.TASKS:
        return msg("BAC × %(share)s %%, the tasks' percent complete by duration", share=_percent(share))
    return nmsg(
        "BAC × %(share)s %%, the weight of the %(num)s milestone reached up to this day, of %(all)s",
        "BAC × %(share)s %%, the weight of the %(num)s milestones reached up to this day, of %(all)s",
        work.done_count(on),
        share=_percent(share),
        all=len(work.pieces),
    )


def _actual(base: Base, entry: Entry | None) -> Input:
    if entry is not None and entry.actual is not None:
        return Input(Fraction(entry.actual), ENTERED)
    if base.spent is None:
        return Input(None, msg("No actual cost was entered, and the project does not say what was spent."))
    if base.spent_on is None:
        return Input(Fraction(base.spent), msg("Spent, as the project says"))
    return Input(Fraction(base.spent), msg("Spent, as the project says on %(day)s", day=base.spent_on))


def _to_complete(entry: Entry | None) -> Input:
    if entry is None or entry.to_complete is None:
        return Input(None, msg("No estimate to complete was entered."))
    return Input(Fraction(entry.to_complete), ENTERED)


def _time(base: Base, work: Work, on: date, earned: Fraction | None) -> dict[Name, Input]:
    """Time gone by, planned duration and earned schedule, in months from the first month of the plan."""
    first, last = work.first, work.last
    if first is None or last is None:
        unknown = Input(None, msg("There is no baseline to measure time against."))
        return {Name.AT: unknown, Name.PD: unknown, Name.ES: unknown}
    since = msg("Months since the beginning of the month of the first baseline, %(day)s", day=first)
    gone = Input(months_between(first, on), since) if on >= first else Input(None, msg("The plan has not begun on this day."))
    until = msg("Months from the first baseline to the last, %(day)s", day=last)
    return {
        Name.AT: gone,
        Name.PD: Input(months_between(first, last), until),
        Name.ES: _schedule(base, work, (first, last), earned),
    }


def _schedule(base: Base, work: Work, span: tuple[date, date], earned: Fraction | None) -> Input:
    if earned is None:
        return Input(None, msg("%(symbol)s is not known.", symbol=Name.EV.value))
    planned = by_month(*span, lambda day: planned_on(base, work, day) or Fraction(0))
    found = earned_schedule(earned, planned)
    if found is None:
        return Input(None, msg("Nothing is planned in any month."))
    return Input(found, msg("Months after which the baseline plans what is earned; within a month in proportion"))


def _percent(share: Fraction) -> Decimal:
    return round(Decimal(share.numerator) * 100 / Decimal(share.denominator), 1)


def plan_line(value: Value) -> tuple[tuple[date, Fraction], ...]:
    """Planned value over time: as it was entered where it was, else from the baselines at the end of each month."""
    entered = tuple((entry.on, Fraction(entry.planned)) for entry in value.entries if entry.planned is not None)
    if len(entered) > 1:
        return entered
    first, last = value.work.first, value.work.last
    if first is None or last is None or value.base.budget is None:
        return entered
    start = first.replace(day=1)
    ends = month_ends(first, last)
    return ((start, Fraction(0)), *((day, planned_on(value.base, value.work, day) or Fraction(0)) for day in ends))
