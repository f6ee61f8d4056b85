"""The computed parts of a project's health, each from its facts and limits, with the sentence a committee reads."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from pmo.kernel.languages import Message, msg, plain
from pmo.portfolio.logic import Colour, Dimension, worst
from pmo.rules.logic import RuleBook
from pmo.schedule.logic.slippage import Limit, days_overdue, is_open, limits, to_baseline, to_commitment
from pmo.status.logic.costs import BOUND, COST, cost
from pmo.status.logic.health import (
    COMPUTED,
    PARTS,
    AllLimits,
    CostLimits,
    Facts,
    Health,
    Mark,
    Milestone,
    ProjectHealth,
    Reason,
    RiskLimits,
    Risks,
    counting,
    overall_of,
    said,
)

RISK_AMBER, RISK_RED = "risk.project.amber_from", "risk.band.red_from"


def limits_of(
    rules: RuleBook, programme_id: int | None, tolerance_days: int | None, tolerance_percent: Decimal | None
) -> AllLimits:
    """The rules of the programme, moved by the project's own tolerances: amber begins after them, red as much later as before."""
    amber, red = (rules.value(f"{COST}.{level}", programme_id) for level in ("amber", "red"))
    bound_amber, bound_red = (rules.value(f"{BOUND}.{level}", programme_id) for level in ("amber", "red"))
    shift = tolerance_percent - amber if tolerance_percent is not None else Decimal(0)
    bound_shift = tolerance_percent - bound_amber if tolerance_percent is not None else Decimal(0)
    return AllLimits(
        limits(rules, programme_id, tolerance_days),
        CostLimits(amber + shift, red + shift, bound_amber + bound_shift, bound_red + bound_shift),
        RiskLimits(rules.days(RISK_AMBER, programme_id), rules.days(RISK_RED, programme_id)),
    )


def health_of(facts: Facts, rules: AllLimits, today: date, marks: Mapping[str, Mark] | None = None) -> ProjectHealth:
    """Every colour of a project with its reasons; `marks` say since when."""
    computed = {
        Dimension.SCHEDULE: schedule(facts.milestones, rules, today),
        Dimension.COST: cost(facts.money, rules.cost),
        Dimension.RISK: risk(facts.risks, rules.risk),
    }
    parts = {dimension: _part(computed.get(dimension), dimension, facts) for dimension in PARTS}
    overall = overall_of(parts, facts.declared)
    known = marks or {}
    begun = known.get(Dimension.OVERALL)
    dated = tuple(_dated(part, known.get(part.dimension), part.began or today) for part in parts.values())
    began = min((part.since for part in dated if part.since and part.colour is overall.colour), default=today)
    counts_from = facts.override.starts_on if facts.override else today if COMPUTED in known else began
    return ProjectHealth(
        _dated(counting(overall, facts.override), begun, counts_from),
        dated,
        facts.declared,
        _dated(overall, known.get(COMPUTED, begun), began),
        facts.override,
    )


def _part(computed: Health | None, dimension: Dimension, facts: Facts) -> Health:
    """A rule that knows nothing leaves the word to whoever declared something."""
    if computed is None:
        return said(dimension, facts.declared)
    if computed.colour is None and dimension in facts.declared.colours:
        return said(dimension, facts.declared)
    return computed


def _dated(health: Health, mark: Mark | None, began: date) -> Health:
    """With the day the colour began: `began` when the mark still remembers the one before, but not before that one."""
    if mark is None:
        return health
    since, before = (mark.since, mark.before) if mark.colour is health.colour else (max(began, mark.since), mark.colour)
    return Health(health.dimension, health.colour, health.reasons, health.source, since, before)


def schedule(milestones: tuple[Milestone, ...], rules: AllLimits, today: date) -> Health:
    """The worst of what lies ahead: slip to baseline, slip to commitment, days overdue. Grey when no date can be compared."""
    counted = [milestone for milestone in milestones if milestone.cancelled_on is None]
    ahead = [milestone for milestone in counted if is_open(milestone)]
    if not any(_is_comparable(milestone, today) for milestone in counted):
        sentence = msg("No milestone has dates that could be compared.") if counted else msg("There are no milestones yet.")
        return Health(Dimension.SCHEDULE, None, (Reason(None, sentence),))
    overdue = {m.id: days_overdue(m, today) for m in ahead}
    found = [
        _worst_by(ahead, rules.schedule.baseline, {m.id: to_baseline(m) for m in ahead}),
        _worst_by(ahead, rules.schedule.commitment, {m.id: to_commitment(m) for m in ahead}),
        _begun(_worst_by(ahead, rules.schedule.overdue, overdue), rules.schedule.overdue, overdue, today),
    ]
    reasons = sorted(
        (reason for reason in found if reason), key=lambda reason: reason.colour.rank if reason.colour else -1, reverse=True
    )
    if not reasons:
        green = msg("Every open milestone is within its limits.") if ahead else msg("Every milestone is reached.")
        reasons = [Reason(Colour.GREEN, green)]
    return Health(Dimension.SCHEDULE, worst([reason.colour for reason in reasons]), tuple(reasons))


def _is_comparable(milestone: Milestone, today: date) -> bool:
    if milestone.actual is not None:
        return True
    promised = milestone.baseline is not None or milestone.commitment is not None
    return milestone.forecast is not None and (promised or milestone.forecast < today)


def _worst_by(milestones: list[Milestone], limit: Limit, days: Mapping[int, int | None]) -> Reason | None:
    """The milestone that is latest by this measure, if it is beyond its limit."""
    latest = max(milestones, key=lambda milestone: days[milestone.id] or 0, default=None)
    late = days[latest.id] if latest else None
    colour = limit.colour(late)
    if latest is None or late is None or colour in (None, Colour.GREEN):
        return None
    sentence = msg("%(fact)s %(limit)s", fact=_fact(limit.code, latest.name, late), limit=_limit(colour, limit))
    return Reason(colour, sentence, f"{limit.code}.{colour}")


def _begun(reason: Reason | None, limit: Limit, days: Mapping[int, int | None], today: date) -> Reason | None:
    """Being overdue begins by itself, on the day the limit was reached."""
    if reason is None:
        return None
    late = max(day for day in days.values() if day is not None)
    reached = limit.red if reason.colour is Colour.RED else limit.amber
    return replace(reason, began=today - timedelta(days=late - reached))


def _fact(code: str, name: str, days: int) -> Message:
    facts = {
        "milestone.slip_to_baseline": msg("%(name)s: %(days)s d after baseline.", name=plain(name), days=days),
        "milestone.slip_to_commitment": msg(
            "%(name)s: %(days)s d after what the committee was told.", name=plain(name), days=days
        ),
        "milestone.overdue": msg("%(name)s: %(days)s d past its forecast and not reported.", name=plain(name), days=days),
    }
    return facts[code]


def _limit(colour: Colour | None, limit: Limit) -> Message:
    if colour is Colour.RED:
        return msg("Red from %(limit)s d.", limit=limit.red)
    return msg("Amber from %(amber)s d, red from %(red)s d.", amber=limit.amber, red=limit.red)


def risk(risks: Risks, rules: RiskLimits) -> Health:
    """The worst open risk by its PM² level. Grey when no risk was ever recorded or scored."""
    if not risks.is_known:
        return Health(Dimension.RISK, None, (Reason(None, msg("No risk has been recorded and scored yet.")),))
    if risks.worst is None:
        return Health(Dimension.RISK, Colour.GREEN, (Reason(Colour.GREEN, msg("No risk is open.")),))
    level = risks.worst.level
    colour = Colour.RED if level >= rules.red else Colour.AMBER if level >= rules.amber else Colour.GREEN
    fact = msg("%(code)s %(title)s scores %(level)s.", code=plain(risks.worst.code), title=plain(risks.worst.title), level=level)
    limit = msg("Red from %(red)s.", red=rules.red) if colour is Colour.RED else (
        msg("Amber from %(amber)s, red from %(red)s.", amber=rules.amber, red=rules.red)
    )  # fmt: skip
    rule = {Colour.RED: RISK_RED, Colour.AMBER: RISK_AMBER}.get(colour, "")
    return Health(Dimension.RISK, colour, (Reason(colour, msg("%(fact)s %(limit)s", fact=fact, limit=limit), rule),))
