"""A plan as its file gives it: tasks, links, baselines, calendars. Nothing in it is computed by us."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from pmo.schedule.logic.gantt_rows import LinkKind


class Unit(StrEnum):
    """What a duration or a lag was typed in; an `e` before it counts the clock round, not working time."""

    MINUTES = "m"
    HOURS = "h"
    DAYS = "d"
    WEEKS = "w"
    MONTHS = "mo"
    PERCENT = "%"
    ELAPSED_MINUTES = "em"
    ELAPSED_HOURS = "eh"
    ELAPSED_DAYS = "ed"
    ELAPSED_WEEKS = "ew"
    ELAPSED_MONTHS = "emo"
    ELAPSED_PERCENT = "e%"


class Constraint(StrEnum):
    ASAP = "ASAP"  # as soon as possible
    ALAP = "ALAP"  # as late as possible
    MSO = "MSO"  # must start on
    MFO = "MFO"  # must finish on
    SNET = "SNET"  # start no earlier than
    SNLT = "SNLT"  # start no later than
    FNET = "FNET"  # finish no earlier than
    FNLT = "FNLT"  # finish no later than


@dataclass(frozen=True, slots=True)
class Problem:
    """One value of the file that could not be taken over; `uid` is its task's, None for the plan itself."""

    uid: int | None
    field: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class Baseline:
    """One of the eleven frozen copies a plan can hold of a task; number 0 is the one people call the baseline."""

    number: int
    start: datetime | None = None
    finish: datetime | None = None
    duration_minutes: int | None = None
    work_minutes: int | None = None
    cost: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanTask:
    uid: int
    position: int  # its line in the plan
    name: str
    wbs: str = ""
    outline_level: int = 1
    is_summary: bool = False
    is_milestone: bool = False
    is_critical: bool = False
    is_active: bool = True
    is_manual: bool = False
    start: datetime | None = None
    finish: datetime | None = None
    duration_minutes: int | None = None
    duration_unit: Unit | None = None
    percent_complete: Decimal | None = None
    actual_start: datetime | None = None
    actual_finish: datetime | None = None
    constraint_type: Constraint = Constraint.ASAP
    constraint_date: datetime | None = None
    deadline: datetime | None = None
    calendar_uid: int | None = None
    notes: str = ""
    baselines: tuple[Baseline, ...] = ()

    @property
    def baseline(self) -> Baseline | None:
        return next((kept for kept in self.baselines if kept.number == 0), None)


@dataclass(frozen=True, slots=True)
class PlanLink:
    predecessor_uid: int
    successor_uid: int
    kind: LinkKind = LinkKind.FS
    lag_minutes: int = 0  # working time; clock time for elapsed units; 0 where the lag is a percentage
    lag_unit: Unit | None = None
    lag_percent: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Hours:
    """A stretch of working time within a day, as "08:00" and "12:00"; "00:00" at its end is midnight."""

    start: str
    end: str


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """Monday is 1, Sunday 7. `hours` None: as the calendar above says; empty: nobody works."""

    weekday: int
    hours: tuple[Hours, ...] | None


@dataclass(frozen=True, slots=True)
class CalendarException:
    """Days that differ from the week; recurring ones keep how they recur."""

    name: str
    first: date
    last: date
    hours: tuple[Hours, ...] = ()
    recurrence: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class PlanCalendar:
    uid: int
    name: str
    parent_uid: int | None = None
    week: tuple[CalendarDay, ...] = ()
    exceptions: tuple[CalendarException, ...] = ()


@dataclass(frozen=True, slots=True)
class PlanFile:
    """The whole file. `settings` are its properties that others need to compute with it, by their name in the file."""

    name: str
    start: datetime | None
    finish: datetime | None
    status_date: datetime | None
    calendars: tuple[PlanCalendar, ...]
    tasks: tuple[PlanTask, ...]
    links: tuple[PlanLink, ...]
    settings: tuple[tuple[str, str], ...] = ()
    problems: tuple[Problem, ...] = ()
