"""The formulas of computed indicators: rows of live data in; the value, with the rows that count and those that do not, out.

Every formula gives None where nothing counts: missing is missing, never 0. Days are calendar days.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import groupby

from pmo.indicators.logic.definition import Source
from pmo.kernel.languages import Message, msg
from pmo.methods.logic import STATE_NAMES, Completeness, DocumentState, completeness
from pmo.schedule.logic.on_time import fell_due, was_on_time

HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Milestone:
    project: str
    name: str
    baseline: date | None = None
    forecast: date | None = None
    actual: date | None = None
    cancelled_on: date | None = None
    is_moved: bool = False  # its forecast moved in the period


@dataclass(frozen=True, slots=True)
class Project:
    code: str
    name: str
    updated_on: date | None = None
    budget: Decimal | None = None
    forecast_cost: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Risk:
    project: str
    name: str
    level: int | None = None


@dataclass(frozen=True, slots=True)
class Action:
    project: str
    name: str
    due: date


@dataclass(frozen=True, slots=True)
class Decision:
    project: str
    name: str
    decided_on: date
    asked_on: date | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """What the method of an open project asks for."""

    project: str
    project_name: str
    name: str
    state: DocumentState


@dataclass(frozen=True, slots=True)
class Facts:
    """What the formulas look at: as it stood on `day`, for the period from `first` to `last`."""

    first: date
    last: date
    day: date
    stale_after: int
    milestones: tuple[Milestone, ...] = ()
    projects: tuple[Project, ...] = ()
    risks: tuple[Risk, ...] = ()
    actions: tuple[Action, ...] = ()  # open ones
    decisions: tuple[Decision, ...] = ()
    documents: tuple[Document, ...] = ()  # by project


@dataclass(frozen=True, slots=True)
class Row:
    """One thing looked at: what it adds, or why it does not count (`amount` is None)."""

    project: str
    name: str
    amount: Decimal | None
    says: Message


@dataclass(frozen=True, slots=True)
class Result:
    """The value and everything it was made from."""

    value: Decimal | None = None
    rows: tuple[Row, ...] = field(default=())

    @property
    def counted(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.amount is not None)

    @property
    def left_out(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.amount is None)


def compute(source: Source, facts: Facts) -> Result:
    """The value of a computed indicator. Raises KeyError for one that is collected."""
    return BY_SOURCE[source](facts)


def adherence(facts: Facts) -> Result:
    """Percent of the milestones with their baseline in the period (up to the day looked at) that were reached by then."""
    return _percent(_adherence(one, facts) for one in facts.milestones if _is_due(one, facts))


def mean_slip(facts: Facts) -> Result:
    """Mean of forecast minus baseline in days, of open milestones that have both; early ones are negative."""
    return _mean(_slip(one) for one in facts.milestones if one.actual is None)


def stability(facts: Facts) -> Result:
    """Percent of the open milestones with a forecast whose forecast did not move in the period."""
    return _percent(_stability(one) for one in facts.milestones if one.actual is None)


def freshness(facts: Facts) -> Result:
    """Percent of the open projects with a status update that is at most `stale_after` days old."""
    return _percent(_freshness(one, facts) for one in facts.projects)


def exposure(facts: Facts) -> Result:
    """Sum of likelihood times impact (1 to 25) of open risks; those without a score do not count."""
    rows = tuple(
        Row(one.project, one.name, Decimal(one.level), msg("score %(level)s", level=one.level))
        if one.level is not None
        else Row(one.project, one.name, None, msg("no score"))
        for one in facts.risks
    )
    amounts = [row.amount for row in rows if row.amount is not None]
    return Result(sum(amounts, Decimal()) if amounts else None, rows)


def overdue(facts: Facts) -> Result:
    """How many open actions are past their due day. No open action at all is no value."""
    rows = tuple(
        Row(one.project, one.name, Decimal(one.due < facts.day), msg("due %(day)s", day=one.due)) for one in facts.actions
    )
    return Result(sum((row.amount for row in rows if row.amount is not None), Decimal()) if rows else None, rows)


def lead_time(facts: Facts) -> Result:
    """Mean of the days from the submission of a request to the decision, of decisions taken in the period."""
    return _mean(_lead_time(one) for one in facts.decisions if facts.first <= one.decided_on <= facts.last)


def budget_accuracy(facts: Facts) -> Result:
    """Mean over projects of 100 - |forecast - budget| / budget * 100, at least 0; currencies need no conversion."""
    return _mean(_accuracy(one) for one in facts.projects)


def documentation(facts: Facts) -> Result:
    """Percent of the documents asked for by now that are present and valid; later ones and those not needed do not count."""
    return _percent(_documentation(one) for one in facts.documents)


def adoption(facts: Facts) -> Result:
    """Percent of the projects asked for documents by now that have every one of them."""
    projects = groupby(facts.documents, key=lambda one: (one.project, one.project_name))
    return _percent(_adoption(*project, completeness(one.state for one in asked)) for project, asked in projects)


BY_SOURCE: dict[Source, Callable[[Facts], Result]] = {
    Source.ADHERENCE: adherence,
    Source.SLIP: mean_slip,
    Source.STABILITY: stability,
    Source.FRESHNESS: freshness,
    Source.EXPOSURE: exposure,
    Source.OVERDUE: overdue,
    Source.LEAD_TIME: lead_time,
    Source.BUDGET: budget_accuracy,
    Source.DOCUMENTS: documentation,
    Source.METHOD: adoption,
}


def _is_due(one: Milestone, facts: Facts) -> bool:
    return fell_due(one.baseline, facts.first, min(facts.last, facts.day))


def _adherence(one: Milestone, facts: Facts) -> Row:
    if one.cancelled_on is not None:
        return Row(one.project, one.name, None, msg("cancelled"))
    if one.actual is None:
        return Row(one.project, one.name, Decimal(0), msg("baseline %(day)s, not reached", day=one.baseline))
    on_time = Decimal(was_on_time(one.baseline, one.actual))
    return Row(one.project, one.name, on_time, msg("baseline %(day)s, reached %(on)s", day=one.baseline, on=one.actual))


def _slip(one: Milestone) -> Row:
    if one.cancelled_on is not None:
        return Row(one.project, one.name, None, msg("cancelled"))
    if one.baseline is None or one.forecast is None:
        return Row(one.project, one.name, None, msg("no baseline") if one.baseline is None else msg("no forecast"))
    says = msg("baseline %(day)s, forecast %(on)s", day=one.baseline, on=one.forecast)
    return Row(one.project, one.name, Decimal((one.forecast - one.baseline).days), says)


def _stability(one: Milestone) -> Row:
    if one.cancelled_on is not None or one.forecast is None:
        return Row(one.project, one.name, None, msg("cancelled") if one.cancelled_on is not None else msg("no forecast"))
    return Row(one.project, one.name, Decimal(not one.is_moved), msg("moved") if one.is_moved else msg("not moved"))


def _freshness(one: Project, facts: Facts) -> Row:
    if one.updated_on is None:
        return Row(one.code, one.name, Decimal(0), msg("never updated"))
    is_fresh = (facts.day - one.updated_on).days <= facts.stale_after
    return Row(one.code, one.name, Decimal(is_fresh), msg("updated %(day)s", day=one.updated_on))


def _lead_time(one: Decision) -> Row:
    if one.asked_on is None:
        return Row(one.project, one.name, None, msg("nobody had asked before"))
    says = msg("asked %(day)s, decided %(on)s", day=one.asked_on, on=one.decided_on)
    return Row(one.project, one.name, Decimal((one.decided_on - one.asked_on).days), says)


def _accuracy(one: Project) -> Row:
    if not one.budget or one.forecast_cost is None:
        return Row(one.code, one.name, None, msg("no forecast cost") if one.budget else msg("no budget"))
    off = abs(one.forecast_cost - one.budget) / one.budget * HUNDRED
    return Row(one.code, one.name, max(Decimal(), HUNDRED - off), msg("off by %(percent)s %%", percent=round(off, 1)))


def _documentation(one: Document) -> Row:
    counts = one.state not in (DocumentState.LATER, DocumentState.NOT_NEEDED)
    amount = Decimal(one.state is DocumentState.PRESENT) if counts else None
    return Row(one.project, one.name, amount, STATE_NAMES[one.state])


def _adoption(code: str, name: str, found: Completeness) -> Row:
    if not found.due:
        return Row(code, name, None, msg("nothing is asked for yet"))
    says = msg("%(n)s of %(m)s documents", n=found.present, m=found.due)
    return Row(code, name, Decimal(found.is_complete), says)


def _percent(rows: Iterable[Row]) -> Result:
    """Of the rows that count, those that add 1."""
    result = _mean(rows)
    return Result(result.value * HUNDRED if result.value is not None else None, result.rows)


def _mean(rows: Iterable[Row]) -> Result:
    kept = tuple(rows)
    amounts = [row.amount for row in kept if row.amount is not None]
    return Result(sum(amounts, Decimal()) / len(amounts) if amounts else None, kept)
