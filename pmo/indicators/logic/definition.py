"""What an indicator is: where its value comes from, which value is good, how parts become one value."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from pmo.kernel.languages import Message, msg
from pmo.portfolio.logic import Colour
from pmo.schedule.logic.on_time import DEFINITION

LOWEST_SCORE, HIGHEST_SCORE = 1, 5  # of a survey


class Source(StrEnum):
    """Where a value comes from: from people, or from the formula of that name in logic/formulas.py."""

    COLLECTED = "collected"
    SURVEY = "survey"
    ADHERENCE = "milestone_adherence"
    SLIP = "mean_slip"
    STABILITY = "forecast_stability"
    FRESHNESS = "status_freshness"
    EXPOSURE = "risk_exposure"
    OVERDUE = "overdue_actions"
    LEAD_TIME = "decision_lead_time"
    BUDGET = "budget_accuracy"
    DOCUMENTS = "documentation_completeness"
    METHOD = "method_adoption"

    @property
    def is_computed(self) -> bool:
        return self not in (Source.COLLECTED, Source.SURVEY)


class Direction(StrEnum):
    """Which values are good."""

    UP = "up"
    DOWN = "down"


class Combine(StrEnum):
    """How the parts of several suppliers become one value."""

    SUM = "sum"
    MEAN = "mean"


class Via(StrEnum):
    """How a value came in."""

    COMPUTED = "computed"
    TYPED = "typed"
    LINK = "link"


SOURCE_NAMES: Mapping[StrEnum, Message] = {
    Source.COLLECTED: msg("Collected from people"),
    Source.SURVEY: msg("Survey by link, 1 to 5"),
    Source.ADHERENCE: msg("Computed: milestones reached by their baseline"),
    Source.SLIP: msg("Computed: mean slip of milestones"),
    Source.STABILITY: msg("Computed: forecasts that did not move"),
    Source.FRESHNESS: msg("Computed: projects with a fresh status update"),
    Source.EXPOSURE: msg("Computed: sum of the scores of open risks"),
    Source.OVERDUE: msg("Computed: actions of committees past their day"),
    Source.LEAD_TIME: msg("Computed: days from question to decision"),
    Source.BUDGET: msg("Computed: forecast cost against budget"),
    Source.DOCUMENTS: msg("Computed: required documents that are present"),
    Source.METHOD: msg("Computed: projects that follow their method"),
}
FORMULAS: dict[Source, Message] = {
    Source.COLLECTED: msg("What people give for the period. With a part missing there is no total; it is never taken as 0."),
    Source.SURVEY: msg("The mean of the answers from 1 to 5, one per person, with how many of those asked have answered."),
    Source.ADHERENCE: msg(
        "%(definition)s In percent, over the days of the period; the portfolio page counts the same over its last days.",
        definition=DEFINITION,
    ),
    Source.SLIP: msg("The mean of the calendar days from baseline to forecast, of milestones still open. Early ones are minus."),
    Source.STABILITY: msg("Of the open milestones with a forecast, those whose forecast did not move in the period, in percent."),
    Source.FRESHNESS: msg("Of the open projects, those whose status update is not older than the rules allow, in percent."),
    Source.EXPOSURE: msg("The sum of likelihood × impact of the open risks. A risk without a score does not count."),
    Source.OVERDUE: msg("How many open actions of committees are past their due day."),
    Source.LEAD_TIME: msg("The mean of the calendar days from asking a committee to its decision, of decisions in the period."),
    Source.BUDGET: msg(
        "The mean over projects of 100 %% less the distance of forecast cost from budget. A project without both does not count."
    ),
    Source.DOCUMENTS: msg(
        "Of the documents that the methods of open projects ask for by their phase, those present and valid, in percent."
    ),
    Source.METHOD: msg(
        "Of the open projects whose method asks for documents by now, those that have every one, present and valid, in percent."
    ),
}
UNITS: dict[Source, str] = {
    Source.SURVEY: "",
    Source.ADHERENCE: "%",
    Source.SLIP: "d",
    Source.STABILITY: "%",
    Source.FRESHNESS: "%",
    Source.EXPOSURE: "",
    Source.OVERDUE: "",
    Source.LEAD_TIME: "d",
    Source.BUDGET: "%",
    Source.DOCUMENTS: "%",
    Source.METHOD: "%",
}
DIRECTION_NAMES: Mapping[StrEnum, Message] = {Direction.UP: msg("High is good"), Direction.DOWN: msg("Low is good")}
COMBINE_NAMES: Mapping[StrEnum, Message] = {Combine.SUM: msg("Added up"), Combine.MEAN: msg("Their mean")}
VIA_NAMES: Mapping[StrEnum, Message] = {
    Via.COMPUTED: msg("computed"),
    Via.TYPED: msg("typed here"),
    Via.LINK: msg("by one-time link"),
}


class Verdict(StrEnum):
    """How a value stands to what is wanted of it."""

    ON_TARGET = "on target"
    WITHIN_LIMITS = "within its limits"  # there is no target
    OFF_TARGET = "off target"  # and not beyond a limit
    BEYOND_WARNING = "beyond the warning limit"
    BEYOND_ALERT = "beyond the alert limit"


VERDICT_COLOURS: Mapping[Verdict, Colour] = {
    Verdict.ON_TARGET: Colour.GREEN,
    Verdict.WITHIN_LIMITS: Colour.GREEN,
    Verdict.OFF_TARGET: Colour.AMBER,
    Verdict.BEYOND_WARNING: Colour.AMBER,
    Verdict.BEYOND_ALERT: Colour.RED,
}


@dataclass(frozen=True, slots=True)
class Limits:
    """Which values are good enough. Off the target or beyond the warning limit a value is amber, beyond the alert limit red."""

    direction: Direction
    target: Decimal | None = None
    warning: Decimal | None = None
    alert: Decimal | None = None

    def verdict(self, value: Decimal | None) -> "Verdict | None":
        """How a value stands to target and limits; None where there is no value, or nothing to hold it against."""
        if value is None or (self.target is None and self.warning is None and self.alert is None):
            return None
        if self._is_beyond(value, self.alert):
            return Verdict.BEYOND_ALERT
        if self._is_beyond(value, self.warning):
            return Verdict.BEYOND_WARNING
        if self._is_beyond(value, self.target):
            return Verdict.OFF_TARGET
        return Verdict.ON_TARGET if self.target is not None else Verdict.WITHIN_LIMITS

    def colour(self, value: Decimal | None) -> Colour | None:
        """Green only where the target is met, or where there is none and no limit is passed."""
        verdict = self.verdict(value)
        return VERDICT_COLOURS[verdict] if verdict else None

    @property
    def is_ordered(self) -> bool:
        """The alert limit lies further from good than the warning limit, and the target is not beyond a limit."""
        known = [limit for limit in (self.target, self.warning, self.alert) if limit is not None]
        return known == sorted(known, reverse=self.direction is Direction.UP)

    def _is_beyond(self, value: Decimal, limit: Decimal | None) -> bool:
        if limit is None:
            return False
        return value < limit if self.direction is Direction.UP else value > limit


@dataclass(frozen=True, slots=True)
class Given:
    """One answer expected for a period; without `value` it is missing, whether asked in vain or answered with a reason."""

    due: date | None
    value: Decimal | None = None
    given_on: date | None = None
    is_estimated: bool = False
    is_corrected: bool = False

    @property
    def is_late(self) -> bool:
        return self.due is not None and self.given_on is not None and self.given_on > self.due

    def is_overdue(self, today: date) -> bool:
        """Nobody has answered, and the day is past."""
        return self.due is not None and self.given_on is None and self.due < today


@dataclass(frozen=True, slots=True)
class Total:
    """The value of a period, with how many of the expected parts are in it."""

    value: Decimal | None = None
    received: int = 0
    expected: int = 0
    is_late: bool = False
    is_estimated: bool = False
    is_corrected: bool = False

    @property
    def is_complete(self) -> bool:
        return self.received == self.expected


def total(parts: Sequence[Given], source: Source, combine: Combine) -> Total:
    """Parts to one value. A missing part leaves a collected value missing; a survey is the mean of who answered."""
    values = [part.value for part in parts if part.value is not None]
    marks = (
        any(part.is_late for part in parts),
        any(part.is_estimated and part.value is not None for part in parts),
        any(part.is_corrected for part in parts),
    )
    enough = bool(values) and (source is Source.SURVEY or len(values) == len(parts))
    if not enough:
        return Total(None, len(values), len(parts), *marks)
    whole = sum(values, Decimal())
    is_mean = source is Source.SURVEY or combine is Combine.MEAN
    return Total(whole / len(values) if is_mean else whole, len(values), len(parts), *marks)
