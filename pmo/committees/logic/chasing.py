"""Asking for updates before a data cut-off: who is asked first, who is told next and when, what became of it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from pmo.kernel.languages import Message, msg
from pmo.kernel.working_days import Calendar


class Step(StrEnum):
    """The ladder, bottom to top."""

    OWNER = "owner"
    PROGRAMME_MANAGER = "programme manager"
    PMO = "pmo"
    SPONSOR = "sponsor"


STEP_NAMES: dict[Step, Message] = {
    Step.OWNER: msg("Project manager"),
    Step.PROGRAMME_MANAGER: msg("Programme manager"),
    Step.PMO: msg("PMO"),
    Step.SPONSOR: msg("Sponsor"),
}


class Standing(StrEnum):
    """Where a project stands before a meeting."""

    FRESH = "fresh"  # nothing to ask
    WAITING = "waiting"  # not asked yet, and not updated lately
    ASKED = "asked"
    ANSWERED = "answered"
    EXCUSED = "excused"
    SILENT = "silent"  # the cut-off has come and nobody said anything


STANDING_NAMES: dict[Standing, Message] = {
    Standing.FRESH: msg("Recent update"),
    Standing.WAITING: msg("Not asked yet"),
    Standing.ASKED: msg("Asked"),
    Standing.ANSWERED: msg("Updated"),
    Standing.EXCUSED: msg("Excused"),
    Standing.SILENT: msg("No update at cut-off"),
}


@dataclass(frozen=True, slots=True)
class Ladder:
    """The rules in force. Working days before the cut-off and per step; calendar days without a word; hours of the day."""

    ask_before: int = 5
    stale_after: int = 14
    graces: Mapping[Step, int] = field(default_factory=lambda: {Step.PROGRAMME_MANAGER: 2, Step.PMO: 1, Step.SPONSOR: 1})
    from_hour: int = 7
    until_hour: int = 19

    def begins(self, cut_off: date, calendar: Calendar) -> date:
        """The first day on which a project is asked."""
        return calendar.add(cut_off, -self.ask_before)

    def is_stale(self, heard_on: date | None, today: date) -> bool:
        return heard_on is None or (today - heard_on).days >= self.stale_after

    def is_open(self, moment: datetime, calendar: Calendar) -> bool:
        """Whether anybody is written to now; `moment` is local to whoever is written to."""
        return calendar.is_working(moment.date()) and self.from_hour <= moment.hour < self.until_hour


@dataclass(frozen=True, slots=True)
class Due:
    """Who is told next, and from which day on."""

    step: Step
    on: date


@dataclass(frozen=True, slots=True)
class Asking:
    """What is known of one request: when it was asked, when somebody last said something, whether it is excused."""

    cut_off: date
    asked_at: datetime | None = None
    heard_at: datetime | None = None
    is_excused: bool = False

    @property
    def is_answered(self) -> bool:
        return self.asked_at is not None and self.heard_at is not None and self.heard_at >= self.asked_at


def next_due(
    told: Mapping[Step, date], reachable: Collection[Step], ladder: Ladder, calendar: Calendar, today: date
) -> Due | None:
    """The lowest step above those told that reaches somebody new. A step without anybody passes its days on to the next one."""
    last = max((told[step] for step in told), default=None)
    waited = 0
    for step in _above(told):
        waited += ladder.graces.get(step, 0)
        if step in reachable:
            return Due(step, today if last is None else calendar.add(last, waited))
    return None


def _above(told: Collection[Step]) -> list[Step]:
    ladder = list(Step)
    return ladder[max((ladder.index(step) + 1 for step in told), default=0) :]


def standing(asking: Asking, *, is_stale: bool, today: date) -> Standing:
    if asking.is_answered:
        return Standing.ANSWERED
    if asking.is_excused:
        return Standing.EXCUSED
    if asking.asked_at is None:
        return Standing.WAITING if is_stale else Standing.FRESH
    return Standing.SILENT if asking.cut_off <= today else Standing.ASKED
