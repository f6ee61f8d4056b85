"""The colours of many projects as SQL, to count, filter and sort by: the twin of logic.parts, held equal to it by a test.

A colour is its rank (0 green, 1 to 3 amber, 4 red, NULL grey). Each source is read once and joined, never row by row: a look
at an earlier moment reads views that know no key.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    DateTime,
    Integer,
    Select,
    Subquery,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import distinct_on

from pmo.kernel import clock
from pmo.portfolio.logic import Colour, Dimension
from pmo.portfolio.models import Project, StatusUpdate
from pmo.raid.logic import RaidType
from pmo.raid.models import RaidItem
from pmo.rules.logic import RuleBook
from pmo.schedule.logic.slippage import BASELINE, COMMITMENT, OVERDUE
from pmo.schedule.models import Milestone
from pmo.status.amounts import bound_percent, over_percent
from pmo.status.logic.costs import BOUND, COST
from pmo.status.logic.health import PARTS
from pmo.status.logic.parts import RISK_AMBER, RISK_RED
from pmo.status.models import HealthMark
from pmo.status.overrides import running

GREEN, AMBER, RED = Colour.GREEN.rank, Colour.AMBER.rank, Colour.RED.rank
RANKS = {colour.value: colour.rank for colour in Colour}
BANDS = {colour.rank: colour.band.rank for colour in Colour}


@dataclass(frozen=True, slots=True)
class Situation:
    """What the colours depend on beside the facts: the day, the rules, the days of the committees."""

    today: date
    rules: RuleBook
    since: date  # changes from this day on are recent: the last committee
    before: date | None = None  # the next committee

    @property
    def stale_before(self) -> datetime:
        """What was said or confirmed at or after this moment is fresh."""
        days = self.rules.days("status.stale_after")
        return clock.start_of_day(self.today - timedelta(days=days - 1))


def days(later: Any, earlier: Any) -> ColumnElement[int]:
    """Calendar days between two dates, which PostgreSQL gives as a whole number."""
    return type_coerce(later - earlier, Integer)


def milestone_facts(at: Situation, *of: ColumnElement[bool]) -> Subquery:
    """Per project meant the worst slips of what is open, whether anything can be compared, the sums for the key figures."""
    m = Milestone
    is_open = m.actual.is_(None)
    expected = func.coalesce(m.actual, m.forecast)
    promised = or_(m.baseline.is_not(None), m.commitment.is_not(None))
    comparable = or_(m.actual.is_not(None), and_(m.forecast.is_not(None), or_(promised, m.forecast < at.today)))
    late, told = days(m.forecast, m.baseline), days(m.forecast, m.commitment)
    return (
        select(
            m.project_id,
            func.bool_or(comparable).label("is_comparable"),
            func.max(late).filter(is_open).label("to_baseline"),
            func.max(told).filter(is_open).label("to_commitment"),
            func.max(days(literal(at.today), m.forecast)).filter(is_open, m.forecast < at.today).label("overdue"),
            func.min(m.forecast).filter(is_open).label("next_forecast"),
            func.sum(late).filter(is_open).label("late_sum"),
            func.count(late).filter(is_open).label("late_count"),
            func.sum(told).filter(is_open).label("told_sum"),
            func.count(told).filter(is_open).label("told_count"),
            *_on_time(at, expected),
        )
        .where(m.cancelled_on.is_(None), *_within(m.project_id, of))
        .group_by(m.project_id)
        .subquery("milestone_facts")
    )


def _on_time(at: Situation, expected: Any) -> list[ColumnElement[Any]]:
    """Milestones that fell due in the window before today, and before the last committee; of those who were on time.

    The twin of schedule.logic.on_time, which says how it is counted.
    """
    window = timedelta(days=at.rules.days("milestone.on_time.window"))
    found: list[ColumnElement[Any]] = []
    for name, end in (("now", at.today), ("then", at.since)):
        fell = and_(Milestone.baseline > end - window, Milestone.baseline <= end)
        reached = and_(fell, Milestone.actual <= Milestone.baseline)
        found += [func.count().filter(fell).label(f"due_{name}"), func.count().filter(reached).label(f"hit_{name}")]
    return found


def _within(project_id: Any, of: tuple[ColumnElement[bool], ...]) -> list[ColumnElement[bool]]:
    """Facts of the projects meant only, so that a small portfolio costs little beside a large one."""
    return [project_id.in_(select(Project.id).where(*of))] if of else []


def risk_facts(*of: ColumnElement[bool]) -> Subquery:
    """Per project whether the register says anything, and the level of its worst open risk."""
    level = RaidItem.probability * RaidItem.impact
    is_open = RaidItem.closed_on.is_(None)
    return (
        select(
            RaidItem.project_id,
            func.bool_or(or_(~is_open, level.is_not(None))).label("is_known"),
            func.max(level).filter(is_open).label("level"),
        )
        .where(RaidItem.type == RaidType.RISK.value, *_within(RaidItem.project_id, of))
        .group_by(RaidItem.project_id)
        .subquery("risk_facts")
    )


def newest_updates(ids: Collection[int] | None = None) -> Select[Any]:
    """The update that counts of each project (of `ids`): the newest, of several of one moment the last written."""
    u = StatusUpdate
    newest = select(u.project_id, func.max(u.stated_at).label("stated_at")).group_by(u.project_id)
    if ids is not None:
        newest = newest.where(u.project_id.in_(ids))
    last = newest.subquery("last_stated")
    declared = [getattr(u, dimension.value) for dimension in Dimension]
    query = select(u.project_id, u.id, u.stated_at, u.author_id, u.source, u.back_to_green, *declared)
    query = query.join(last, and_(last.c.project_id == u.project_id, last.c.stated_at == u.stated_at))
    return query.ext(distinct_on(u.project_id)).order_by(u.project_id, u.id.desc())


def overall_marks() -> Subquery:
    query = select(HealthMark.project_id, _rank(HealthMark.colour).label("colour"), HealthMark.since, HealthMark.before)
    return query.where(HealthMark.dimension == Dimension.OVERALL.value).subquery("overall_mark")


def colours(at: Situation, *of: ColumnElement[bool]) -> CTE:
    """A row per project that fulfils `of`: the rank of each colour and what lists are counted, filtered and sorted by."""
    return _built(at, *of) if of else _of_all(_Ground(at))


class _Ground:
    """What the colours of all projects are built from; equal on the same days with the same rules, whoever asks."""

    def __init__(self, at: Situation) -> None:
        self.at = at
        self._key = (at.today, at.since, frozenset(at.rules.entries.items()))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Ground) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)


@lru_cache(maxsize=4)
def _of_all(ground: _Ground) -> CTE:
    """Building so large a query costs more than running it on a small portfolio."""
    return _built(ground.at)


def _built(at: Situation, *of: ColumnElement[bool]) -> CTE:
    ms, risks, marks = milestone_facts(at, *of), risk_facts(*of), overall_marks()
    updates, override = newest_updates().subquery("newest_update"), running(at.today).subquery("override")
    computed = {
        Dimension.SCHEDULE: _schedule(at, ms),
        Dimension.COST: _cost(at),
        Dimension.RISK: _risk(at, risks),
    }
    parts = {part: _part(computed.get(part), updates.c[part.value]).label(part.value) for part in PARTS}
    inner = (
        select(
            Project.id,
            *parts.values(),
            _rank(updates.c.overall).label("declared"),
            func.greatest(updates.c.stated_at, Project.confirmed_at, type_=DateTime(timezone=True)).label("updated_at"),
            risks.c.level.label("risk_level"),
            marks.c.colour.label("marked"),
            marks.c.since,
            marks.c.before,
            _rank(override.c.colour).label("overridden"),
            *(column for column in ms.c if column.name != "project_id"),
        )
        .select_from(Project)
        .outerjoin(ms, ms.c.project_id == Project.id)
        .outerjoin(risks, risks.c.project_id == Project.id)
        .outerjoin(updates, updates.c.project_id == Project.id)
        .outerjoin(marks, marks.c.project_id == Project.id)
        .outerjoin(override, override.c.project_id == Project.id)
        .where(*of)
        .cte("parts")
        .prefix_with("MATERIALIZED")
    )
    known = func.greatest(*(inner.c[part.value] for part in PARTS), type_=Integer)
    computed_overall = func.coalesce(known, inner.c.declared)
    overall = func.coalesce(inner.c.overridden, computed_overall)
    whole = select(inner, known.label("worst"), computed_overall.label("computed"), overall.label("overall"))
    return whole.cte("colours").prefix_with("MATERIALIZED")  # else every count works out every colour again


def is_said_better(c: CTE) -> ColumnElement[bool]:
    """Declared better than the worst part; never where no part is known."""
    return _band(c.c.declared) < _band(c.c.worst)


def is_changed(c: CTE, at: Situation) -> ColumnElement[bool]:
    """Overall is another colour than before the last committee: the mark says so, or has not followed yet."""
    recent = and_(c.c.since >= at.since, c.c.before.is_not(None))
    return or_(recent, and_(c.c.marked.is_not(None), c.c.marked != c.c.overall))


def is_overridden(c: CTE) -> ColumnElement[bool]:
    return c.c.overridden.is_not(None)


def is_stale(c: CTE, at: Situation) -> ColumnElement[bool]:
    return or_(c.c.updated_at.is_(None), c.c.updated_at < at.stale_before)


def is_due(c: CTE, at: Situation) -> ColumnElement[bool]:
    """An open milestone is believed for a day before the next committee, or was."""
    return c.c.next_forecast <= at.before if at.before is not None else literal(False)


def _schedule(at: Situation, ms: Subquery) -> ColumnElement[Any]:
    rules = at.rules
    shift = case((Project.tolerance_days.is_not(None), Project.tolerance_days + 1 - _rule(rules, f"{BASELINE}.amber")), else_=0)
    worst = func.greatest(
        _step(ms.c.to_baseline, _rule(rules, f"{BASELINE}.amber") + shift, _rule(rules, f"{BASELINE}.red") + shift),
        _step(ms.c.to_commitment, _rule(rules, f"{COMMITMENT}.amber"), _rule(rules, f"{COMMITMENT}.red")),
        _step(ms.c.overdue, _rule(rules, f"{OVERDUE}.amber"), _rule(rules, f"{OVERDUE}.red")),
        GREEN,
        type_=Integer,
    )
    return case((ms.c.is_comparable, worst))


def _cost(at: Situation) -> ColumnElement[Any]:
    return func.greatest(_beyond(at, COST, over_percent()), _beyond(at, BOUND, bound_percent()), type_=Integer)


def _beyond(at: Situation, rule: str, over: ColumnElement[Decimal | None]) -> ColumnElement[Any]:
    amber, red = _rule(at.rules, f"{rule}.amber"), _rule(at.rules, f"{rule}.red")
    shift = func.coalesce(Project.tolerance_percent - amber, 0)
    return case((over > red + shift, RED), (over > amber + shift, AMBER), (over.is_not(None), GREEN))


def _risk(at: Situation, risks: Subquery) -> ColumnElement[Any]:
    step = func.coalesce(_step(risks.c.level, _rule(at.rules, RISK_AMBER), _rule(at.rules, RISK_RED)), GREEN)
    return case((risks.c.is_known, step))


def _part(computed: ColumnElement[Any] | None, declared: Any) -> ColumnElement[Any]:
    return _rank(declared) if computed is None else func.coalesce(computed, _rank(declared))


def _step(value: Any, amber: Any, red: Any) -> ColumnElement[Any]:
    return case((value >= red, RED), (value >= amber, AMBER), (value.is_not(None), GREEN))


def _rank(column: Any) -> ColumnElement[Any]:
    return cast(case(RANKS, value=column), Integer)


def _band(rank: Any) -> ColumnElement[Any]:
    return case(BANDS, value=rank)


def _rule(rules: RuleBook, code: str) -> ColumnElement[Any]:
    """A number of the rules, as it holds for the programme of each project."""
    own = rules.programmes(code)
    general = literal(rules.value(code))
    return (
        case({programme: literal(value) for programme, value in own.items()}, value=Project.programme_id, else_=general)
        if own
        else general
    )
