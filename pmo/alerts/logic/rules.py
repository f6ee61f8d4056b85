"""What is wrong with a project. One function a rule: facts, limits and today in; what was found out."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from pmo.kernel.working_days import Calendar
from pmo.portfolio.logic import Colour
from pmo.rules.logic import RuleBook
from pmo.schedule.logic import slippage

Value = str | int | None


class RuleCode(StrEnum):
    """In the order the inbox groups them."""

    OVERDUE = "milestone.overdue"
    DUE_SOON = "milestone.due_soon"
    LATER_THAN_TOLD = "milestone.slip_to_commitment"
    LATER_THAN_BASELINE = "milestone.slip_to_baseline"
    WORSENED = "status.worsened"
    STALE = "status.stale"
    RESPONSE_OVERDUE = "risk.response_overdue"
    ESCALATED = "raid.escalated"
    ACTION_OVERDUE = "action.overdue"
    NEEDED_EARLIER = "dependency.needed"
    PROMISED_LATER = "dependency.promised"
    INDICATOR_BEYOND = "indicator.beyond"
    INDICATOR_LATE = "indicator.late"


class Severity(StrEnum):
    RED = "red"
    AMBER = "amber"

    @property
    def rank(self) -> int:
        return 2 if self is Severity.RED else 1


class Subject(StrEnum):
    PROJECT = "project"
    MILESTONE = "milestone"
    RAID_ITEM = "raid_item"
    ACTION = "action_item"
    AGREEMENT = "agreement"
    INDICATOR = "indicator"


@dataclass(frozen=True, slots=True)
class MilestoneFacts:
    """A milestone as the rules see it (slippage.Planned)."""

    id: int
    name: str
    baseline: date | None
    commitment: date | None
    forecast: date | None
    actual: date | None = None
    cancelled_on: date | None = None
    owner_id: int | None = None


@dataclass(frozen=True, slots=True)
class RiskFacts:
    id: int
    code: str
    title: str
    due: date | None
    level: int | None
    owner_id: int | None = None


@dataclass(frozen=True, slots=True)
class EscalationFacts:
    """An item that waits for the answer of those it was escalated to."""

    id: int
    code: str
    title: str
    since: date
    answerer_id: int | None = None


@dataclass(frozen=True, slots=True)
class ActionFacts:
    """Something a committee wants done, and is not."""

    id: int
    code: str
    what: str
    due: date
    owner_id: int | None = None


@dataclass(frozen=True, slots=True)
class DependencyFacts:
    """What the project needs from another one (`is_needed`), or gives to it."""

    id: int
    code: str
    what: str
    need_by: date
    promised: date
    is_needed: bool


@dataclass(frozen=True, slots=True)
class ProjectFacts:
    """Everything about an open project that the rules look at."""

    id: int
    programme_id: int
    tolerance_days: int | None = None
    manager_id: int | None = None
    programme_manager_id: int | None = None
    running_since: date | None = None  # the first day anything is known of it; a new project is not at once without update
    updated_on: date | None = None
    confirmed_on: date | None = None  # the day all its dates were confirmed in the weekly walk
    overall: Colour | None = None
    overall_before: Colour | None = None  # the colour it had before this one
    overall_since: date | None = None
    milestones: tuple[MilestoneFacts, ...] = ()
    risks: tuple[RiskFacts, ...] = ()  # open ones
    escalations: tuple[EscalationFacts, ...] = ()  # open ones, not answered
    actions: tuple[ActionFacts, ...] = ()  # open ones
    dependencies: tuple[DependencyFacts, ...] = ()  # open ones with both dates


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that is wrong. `facts` are what its sentence needs, ISO dates as text; `weight` grows as it gets worse."""

    rule: RuleCode
    subject: Subject
    subject_id: int
    severity: Severity
    owner_id: int | None = None
    weight: int = 0
    facts: dict[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Setting:
    """What a rule needs besides the project: the numbers in force, the day, the working days."""

    rules: RuleBook
    today: date
    calendar: Calendar


Rule = Callable[[ProjectFacts, Setting], Iterator[Found]]


def find(project: ProjectFacts, setting: Setting) -> list[Found]:
    """Everything every rule finds, in the order of the rules."""
    return [found for rule in RULES for found in rule(project, setting)]


def overdue(project: ProjectFacts, setting: Setting) -> Iterator[Found]:
    """The forecast is past and nothing was reported."""
    limits = _limits(project, setting)
    for milestone in project.milestones:
        days = slippage.days_overdue(milestone, setting.today)
        severity = _severity(limits.overdue.colour(days))
        if severity is not None and days is not None:
            facts = _facts(milestone, forecast=milestone.forecast, days=days)
            yield Found(
                RuleCode.OVERDUE, Subject.MILESTONE, milestone.id, severity, milestone.owner_id, 0, facts
            )  # older is not worse


def due_soon(project: ProjectFacts, setting: Setting) -> Iterator[Found]:
    """The forecast lies within the next working days."""
    ahead = setting.rules.days("milestone.due_soon", project.programme_id)
    last = setting.calendar.add(setting.today, ahead)
    for milestone in project.milestones:
        if slippage.is_open(milestone) and milestone.forecast is not None and setting.today <= milestone.forecast <= last:
            facts = _facts(milestone, forecast=milestone.forecast)
            yield Found(RuleCode.DUE_SOON, Subject.MILESTONE, milestone.id, Severity.AMBER, milestone.owner_id, 0, facts)


def later_than_told(project: ProjectFacts, setting: Setting) -> Iterator[Found]:
    """The forecast lies after what a committee was told."""
    limits = _limits(project, setting)
    for milestone in filter(slippage.is_open, project.milestones):
        days = slippage.to_commitment(milestone)
        severity = _severity(limits.commitment.colour(days))
        if severity is not None and days is not None:
            facts = _facts(milestone, commitment=milestone.commitment, forecast=milestone.forecast, days=days)
            yield Found(RuleCode.LATER_THAN_TOLD, Subject.MILESTONE, milestone.id, severity, milestone.owner_id, days, facts)


def later_than_baseline(project: ProjectFacts, setting: Setting) -> Iterator[Found]:
    """The forecast lies further after the baseline than the project's tolerance."""
    limits = _limits(project, setting)
    for milestone in filter(slippage.is_open, project.milestones):
        days = slippage.to_baseline(milestone)
        severity = _severity(limits.baseline.colour(days))
        if severity is not None and days is not None:
            facts = _facts(milestone, baseline=milestone.baseline, forecast=milestone.forecast, days=days)
            yield Found(RuleCode.LATER_THAN_BASELINE, Subject.MILESTONE, milestone.id, severity, milestone.owner_id, days, facts)


def worsened(project: ProjectFacts, setting: Setting) -> Iterator[Found]:
    """The overall colour became worse, not longer ago than what counts as recent."""
    now, before, since = project.overall, project.overall_before, project.overall_since
    if now is None or before is None or since is None or now.rank <= before.rank:
        return
    if (setting.today - since).days > setting.rules.days("status.recent_change", project.programme_id):
        return
    severity = Severity.RED if now.band is Colour.RED else Severity.AMBER
    facts: dict[str, Value] = {"before": before.value, "now": now.value, "since": since.isoformat()}
    yield Found(RuleCode.WORSENED, Subject.PROJECT, project.id, severity, project.manager_id, now.rank, facts)


def stale(project: ProjectFacts, setting: Setting) -> Iterator[Found]:
    """Nobody has written a status update, or confirmed its dates, for too long; without any it counts from its first day."""
    heard = max(filter(None, (project.updated_on, project.confirmed_on)), default=None)
    last = heard or project.running_since
    limit = setting.rules.days("status.stale_after", project.programme_id)
    if last is None or (setting.today - last).days <= limit:
        return
    days = (setting.today - last).days
    severity = Severity.RED if days > 2 * limit else Severity.AMBER
    facts: dict[str, Value] = {"updated": heard.isoformat() if heard else None, "days": days}
    yield Found(RuleCode.STALE, Subject.PROJECT, project.id, severity, project.manager_id, days // max(limit, 1), facts)


def response_overdue(project: ProjectFacts, setting: Setting) -> Iterator[Found]:
    """The response to an open risk was due and is not reported as done."""
    grace = setting.rules.days("risk.response_overdue", project.programme_id)
    red_from = setting.rules.days("risk.band.red_from", project.programme_id)
    for risk in project.risks:
        if risk.due is None or setting.calendar.add(risk.due, grace) >= setting.today:
            continue
        severity = Severity.RED if (risk.level or 0) >= red_from else Severity.AMBER
        days = (setting.today - risk.due).days
        facts: dict[str, Value] = {"code": risk.code, "name": risk.title, "due": risk.due.isoformat(), "days": days}
        yield Found(RuleCode.RESPONSE_OVERDUE, Subject.RAID_ITEM, risk.id, severity, risk.owner_id, 0, facts)


def escalated(project: ProjectFacts, setting: Setting) -> Iterator[Found]:
    """Somebody is asked for an answer: told at once, and again, in red, when none came within the working days of the rule."""
    wait = setting.rules.days("raid.escalation_unanswered", project.programme_id)
    for item in project.escalations:
        is_late = setting.calendar.add(item.since, wait) < setting.today
        severity = Severity.RED if is_late else Severity.AMBER
        facts: dict[str, Value] = {"code": item.code, "name": item.title, "since": item.since.isoformat()}
        yield Found(RuleCode.ESCALATED, Subject.RAID_ITEM, item.id, severity, item.answerer_id, 0, facts)


def action_overdue(project: ProjectFacts, setting: Setting) -> Iterator[Found]:
    """A committee wanted it done by a day, and nobody said that it is; it speaks again only when it turns red."""
    amber = setting.rules.days("action.overdue.amber", project.programme_id)
    red = setting.rules.days("action.overdue.red", project.programme_id)
    for action in project.actions:
        late = setting.calendar.between(action.due, setting.today)  # working days
        if setting.today <= action.due or late < amber:
            continue
        severity = Severity.RED if late >= red else Severity.AMBER
        days = (setting.today - action.due).days
        facts: dict[str, Value] = {"code": action.code, "name": action.what, "due": action.due.isoformat(), "days": days}
        yield Found(RuleCode.ACTION_OVERDUE, Subject.ACTION, action.id, severity, action.owner_id, 0, facts)


def broken(project: ProjectFacts, setting: Setting) -> Iterator[Found]:
    """A promise lies after the day of need: each side has one finding of its own, which speaks again when the gap grows."""
    amber, red = (setting.rules.days(f"dependency.gap.{level}", project.programme_id) for level in ("amber", "red"))
    for one in project.dependencies:
        gap = (one.promised - one.need_by).days
        if gap < amber:
            continue
        rule = RuleCode.NEEDED_EARLIER if one.is_needed else RuleCode.PROMISED_LATER
        severity = Severity.RED if gap >= red else Severity.AMBER
        facts: dict[str, Value] = {"code": one.code, "name": one.what, "days": gap}
        facts |= {"need_by": one.need_by.isoformat(), "promised": one.promised.isoformat()}
        yield Found(rule, Subject.AGREEMENT, one.id, severity, project.manager_id, gap, facts)


RULES: tuple[Rule, ...] = (
    overdue, due_soon, later_than_told, later_than_baseline, worsened, stale, response_overdue, escalated, action_overdue, broken,
)  # fmt: skip


def _limits(project: ProjectFacts, setting: Setting) -> slippage.Limits:
    return slippage.limits(setting.rules, project.programme_id, project.tolerance_days)


def _severity(colour: Colour | None) -> Severity | None:
    """Green is nothing to tell anybody."""
    return {Colour.RED: Severity.RED, Colour.AMBER: Severity.AMBER}.get(colour) if colour else None


def _facts(milestone: MilestoneFacts, days: int | None = None, **dates: date | None) -> dict[str, Value]:
    facts: dict[str, Value] = {"name": milestone.name}
    facts |= {name: day.isoformat() if day else None for name, day in dates.items()}
    return facts if days is None else facts | {"days": days}
