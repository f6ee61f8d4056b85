"""What is wrong with an indicator: its value beyond a limit, or data that nobody has given. Facts in, findings out."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pmo.alerts.logic.rules import Found, RuleCode, Severity, Subject
from pmo.indicators.logic.definition import Limits, Verdict
from pmo.kernel.permissions import Place

SEVERITIES = {Verdict.BEYOND_WARNING: Severity.AMBER, Verdict.BEYOND_ALERT: Severity.RED}


@dataclass(frozen=True, slots=True)
class IndicatorFacts:
    """An indicator with the newest value that is known, and what was asked for it and is past its day."""

    id: int
    name: str
    unit: str
    every: str  # indicators.logic.periods.Frequency
    limits: Limits
    place: Place
    owner_id: int | None = None
    period: date | None = None  # of the value
    value: Decimal | None = None
    late: int = 0  # answers missing after their day
    late_since: date | None = None  # the first day somebody should have answered by


def find(indicator: IndicatorFacts) -> Iterator[Found]:
    yield from beyond(indicator)
    yield from late(indicator)


def beyond(indicator: IndicatorFacts) -> Iterator[Found]:
    """The newest known value lies beyond the warning or the alert limit; off the target alone is nothing to warn of."""
    verdict = indicator.limits.verdict(indicator.value)
    severity = SEVERITIES.get(verdict) if verdict else None
    if severity is None or indicator.value is None or indicator.period is None:
        return
    limit = indicator.limits.alert if severity is Severity.RED else indicator.limits.warning
    facts: dict[str, str | int | None] = {"name": indicator.name, "unit": indicator.unit, "every": indicator.every}
    facts |= {"period": indicator.period.isoformat(), "value": str(indicator.value), "limit": str(limit)}
    yield Found(RuleCode.INDICATOR_BEYOND, Subject.INDICATOR, indicator.id, severity, indicator.owner_id, 0, facts)


def late(indicator: IndicatorFacts) -> Iterator[Found]:
    """Somebody was asked for a value and has not answered by the day agreed."""
    if not indicator.late or indicator.late_since is None:
        return
    facts: dict[str, str | int | None] = {"name": indicator.name, "count": indicator.late}
    facts["due"] = indicator.late_since.isoformat()
    yield Found(RuleCode.INDICATOR_LATE, Subject.INDICATOR, indicator.id, Severity.AMBER, indicator.owner_id, 0, facts)
