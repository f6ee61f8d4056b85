"""The elements of Microsoft Project XML, one by one: text to typed values, and a problem for what cannot be typed."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from lxml import etree

from pmo.schedule.logic.gantt_rows import LinkKind
from pmo.schedule.logic.plan import (
    Baseline,
    CalendarDay,
    CalendarException,
    Constraint,
    Hours,
    PlanCalendar,
    PlanLink,
    PlanTask,
    Problem,
    Unit,
)

T = TypeVar("T")
LONGEST_TEXT = 20_000
LARGEST_NUMBER = 2_147_483_647  # what a column holds
MOST_PERCENT = 10_000  # of a lag; Microsoft Project itself takes no more
TENTHS = 10  # lags are written in tenths of a minute
MINUTES = {"D": 1440, "H": 60, "M": 1}
DURATION = re.compile(
    r"(?P<sign>-?)P(?:(?P<D>\d{1,9})D)?(?:T(?:(?P<H>\d{1,9})H)?(?:(?P<M>\d{1,9})M)?(?:(?P<S>\d{1,9}(?:\.\d+)?)S)?)?"
)
LINKS = {"0": LinkKind.FF, "1": LinkKind.FS, "2": LinkKind.SF, "3": LinkKind.SS}
CONSTRAINTS = dict(zip("01234567", Constraint, strict=True))
UNITS = {
    "3": Unit.MINUTES, "4": Unit.ELAPSED_MINUTES, "5": Unit.HOURS, "6": Unit.ELAPSED_HOURS, "7": Unit.DAYS,
    "8": Unit.ELAPSED_DAYS, "9": Unit.WEEKS, "10": Unit.ELAPSED_WEEKS, "11": Unit.MONTHS, "12": Unit.ELAPSED_MONTHS,
    "19": Unit.PERCENT, "20": Unit.ELAPSED_PERCENT, "35": Unit.MINUTES, "36": Unit.ELAPSED_MINUTES, "37": Unit.HOURS,
    "38": Unit.ELAPSED_HOURS, "39": Unit.DAYS, "40": Unit.ELAPSED_DAYS, "41": Unit.WEEKS, "42": Unit.ELAPSED_WEEKS,
    "43": Unit.MONTHS, "44": Unit.ELAPSED_MONTHS, "51": Unit.PERCENT, "52": Unit.ELAPSED_PERCENT,
}  # fmt: skip
SUNDAY_FIRST = {"1": 7, "2": 1, "3": 2, "4": 3, "5": 4, "6": 5, "7": 6}
DATED = "0"  # the kind of a "week day" that is a dated exception, in files of the first versions
RECURRENCE = ("Type", "Occurrences", "Period", "DaysOfWeek", "MonthItem", "MonthPosition", "Month", "MonthDay")
SETTINGS = (
    "SaveVersion", "CalendarUID", "MinutesPerDay", "MinutesPerWeek", "DaysPerMonth", "DefaultStartTime", "DefaultFinishTime",
    "ScheduleFromStart", "CriticalSlackLimit", "HonorConstraints", "MultipleCriticalPaths", "NewTasksAreManual", "CurrencyCode",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fields:
    """One element, read child by child; what cannot be read is noted and left out."""

    element: etree._Element
    words: Mapping[str, str]  # the texts of its children, by name
    problems: list[Problem]
    uid: int | None = None  # its own number, or that of the element it stands in

    def text(self, name: str) -> str:
        """PostgreSQL keeps no NUL, XML allows none: what comes here can be stored."""
        return self.words.get(name, "").strip()[:LONGEST_TEXT]

    def flag(self, name: str, default: bool = False) -> bool:
        word = self.text(name).lower()
        return word in ("1", "true") if word else default

    def number(self, name: str) -> int | None:
        return self._typed(name, _number)

    def decimal(self, name: str) -> Decimal | None:
        return self._typed(name, _decimal)

    def percent(self, name: str) -> Decimal | None:
        return self._typed(name, _percent)

    def moment(self, name: str) -> datetime | None:
        """Wall-clock time of the plan: a zone, where one is written, is dropped."""
        return self._typed(name, lambda word: datetime.fromisoformat(word).replace(tzinfo=None))

    def minutes(self, name: str) -> int | None:
        return self._typed(name, _minutes)

    def all(self, path: str) -> Iterator["Fields"]:
        for element in self.element.iterfind("/".join(f"{{*}}{step}" for step in path.split("/"))):
            yield fields_of(element, self.problems, self.uid)

    def links(self, uid: int) -> list[tuple[PlanLink, bool]]:
        """The links into this task, each with whether it comes from another plan."""
        return [
            (link_of(fields, uid), fields.flag("CrossProject"))
            for fields in self.all("PredecessorLink")
            if fields.number("PredecessorUID") is not None
        ]

    def _typed(self, name: str, read: Callable[[str], T]) -> T | None:
        word = self.text(name)
        if not word:
            return None
        try:
            return read(word)
        except (ValueError, InvalidOperation, OverflowError):
            self.problems.append(Problem(self.uid, name, word[:200], "not readable"))
            return None


def fields_of(element: etree._Element, problems: list[Problem], around: int | None = None) -> Fields:
    words: dict[str, str] = {}
    for child in element:
        if child.text and isinstance(child.tag, str):
            words.setdefault(child.tag.rpartition("}")[2], child.text)
    uid = words.get("UID", "").strip()
    return Fields(element, words, problems, int(uid) if uid.isdecimal() and len(uid) < 10 else around)


def task_of(fields: Fields, position: int) -> PlanTask | None:
    """A task; None for an empty line of the plan, or one without a usable number."""
    uid = fields.number("UID")
    if uid is None or uid < 0 or fields.flag("IsNull"):
        return None
    return PlanTask(
        uid=uid,
        position=position,
        name=" ".join(fields.text("Name").split()),
        wbs=fields.text("WBS") or fields.text("OutlineNumber"),
        outline_level=min(max(fields.number("OutlineLevel") or 0, 0), 60),
        is_summary=fields.flag("Summary"),
        is_milestone=fields.flag("Milestone"),
        is_critical=fields.flag("Critical"),
        is_active=fields.flag("Active", default=True),
        is_manual=fields.flag("Manual"),
        start=fields.moment("Start"),
        finish=fields.moment("Finish"),
        duration_minutes=fields.minutes("Duration"),
        duration_unit=UNITS.get(fields.text("DurationFormat")),
        percent_complete=fields.percent("PercentComplete"),
        actual_start=fields.moment("ActualStart"),
        actual_finish=fields.moment("ActualFinish"),
        constraint_type=CONSTRAINTS.get(fields.text("ConstraintType"), Constraint.ASAP),
        constraint_date=fields.moment("ConstraintDate"),
        deadline=fields.moment("Deadline"),
        calendar_uid=_given(fields.number("CalendarUID")),
        notes=fields.text("Notes"),
        baselines=tuple(_baseline_of(kept) for kept in fields.all("Baseline")),
    )


def link_of(fields: Fields, successor_uid: int) -> PlanLink:
    predecessor = fields.number("PredecessorUID") or 0
    kind = LINKS.get(fields.text("Type"), LinkKind.FS)
    unit = UNITS.get(fields.text("LagFormat"))
    lag = fields.number("LinkLag") or 0
    if unit in (Unit.PERCENT, Unit.ELAPSED_PERCENT):
        return PlanLink(predecessor, successor_uid, kind, 0, unit, Decimal(max(min(lag, MOST_PERCENT), -MOST_PERCENT)))
    return PlanLink(predecessor, successor_uid, kind, round(lag / TENTHS), unit)


def calendar_of(fields: Fields) -> PlanCalendar:
    days = list(fields.all("WeekDays/WeekDay"))
    week = [_week_day(day) for day in days if day.text("DayType") in SUNDAY_FIRST]
    dated = [day for day in days if day.text("DayType") == DATED]
    exceptions = [*(_exception(day) for day in dated), *(_exception(day) for day in fields.all("Exceptions/Exception"))]
    known = {(one.first, one.last): one for one in exceptions if one is not None}  # newer files write both forms
    return PlanCalendar(
        uid=fields.number("UID") or 0,
        name=fields.text("Name"),
        parent_uid=_given(fields.number("BaseCalendarUID")),
        week=tuple(sorted(week, key=lambda day: day.weekday)),
        exceptions=tuple(sorted(known.values(), key=lambda one: (one.first, one.last))),
    )


def settings_of(fields: Fields) -> tuple[tuple[str, str], ...]:
    return tuple((name, fields.text(name)[:200]) for name in SETTINGS if fields.text(name))


def _week_day(fields: Fields) -> CalendarDay:
    return CalendarDay(SUNDAY_FIRST[fields.text("DayType")], _hours(fields) if fields.flag("DayWorking") else ())


def _exception(fields: Fields) -> CalendarException | None:
    period = next(fields.all("TimePeriod"), None)
    first, last = (period.moment("FromDate"), period.moment("ToDate")) if period else (None, None)
    if first is None or last is None or last < first:
        return None
    recurs = {name: fields.text(name) for name in RECURRENCE if fields.text(name)}
    simple = recurs.get("Type") in (None, "1") and recurs.get("Period") in (None, "1")
    return CalendarException(
        name=fields.text("Name"),
        first=first.date(),
        last=last.date(),
        hours=_hours(fields) if fields.flag("DayWorking") else (),
        recurrence=() if simple else tuple(recurs.items()),
    )


def _hours(fields: Fields) -> tuple[Hours, ...]:
    times = [(time.text("FromTime")[:5], time.text("ToTime")[:5]) for time in fields.all("WorkingTimes/WorkingTime")]
    return tuple(Hours(start, end) for start, end in times if start and end)


def _baseline_of(fields: Fields) -> Baseline:
    return Baseline(
        number=min(max(fields.number("Number") or 0, 0), 10),
        start=fields.moment("Start"),
        finish=fields.moment("Finish"),
        duration_minutes=fields.minutes("Duration"),
        work_minutes=fields.minutes("Work"),
        cost=fields.decimal("Cost"),
    )


def _given(uid: int | None) -> int | None:
    """The format writes "none" as -1."""
    return uid if uid is not None and uid >= 0 else None


def _number(word: str) -> int:
    value = int(word)
    if abs(value) > LARGEST_NUMBER:
        raise ValueError
    return value


def _decimal(word: str) -> Decimal:
    value = Decimal(word)
    if not value.is_finite() or abs(value) > 10**15:
        raise ValueError
    return value


def _percent(word: str) -> Decimal:
    value = _decimal(word)
    if not 0 <= value <= 100:
        raise ValueError
    return value


def _minutes(word: str) -> int:
    """PT16H30M0S and the like, to the nearest minute."""
    found = DURATION.fullmatch(word)
    if found is None:
        raise ValueError
    whole = sum(int(found[part] or 0) * size for part, size in MINUTES.items()) + round(float(found["S"] or 0) / 60)
    if whole > LARGEST_NUMBER:
        raise ValueError
    return -whole if found["sign"] else whole
