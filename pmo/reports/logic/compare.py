"""How two states of the same projects differ: colours, dates, projects, RAID items, money, scope."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Protocol

from pmo.portfolio.logic import State
from pmo.reports.logic.changes import (
    AmountChange,
    Changes,
    ColourChange,
    DateChange,
    LevelChange,
    MoneyChange,
    Named,
    ScopeChange,
    Thing,
    Why,
    rank,
)
from pmo.reports.logic.lines import MilestoneLine, ProjectLine, RaidLine

Column = tuple[str, int, str]  # table, id, column; the column is "" for the row itself: since when it is there


@dataclass(frozen=True, slots=True)
class Trail:
    """What the history says of the way from one state to the other: the last change of each column, how projects ended."""

    whys: Mapping[Column, Why] = field(default_factory=dict)
    states: Mapping[int, str] = field(default_factory=dict)  # of projects at the end, by id

    def why(self, table: str, row_id: int, *columns: str) -> Why | None:
        """The newest of these columns."""
        found = [self.whys[table, row_id, column] for column in columns if (table, row_id, column) in self.whys]
        return max(found, key=lambda why: why.at, default=None)


class Known(Protocol):
    """A report, or the part of one that is compared."""

    @property
    def projects(self) -> tuple[ProjectLine, ...]: ...

    @property
    def raid(self) -> tuple[RaidLine, ...]: ...


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The part of a report that is compared."""

    projects: tuple[ProjectLine, ...] = ()
    raid: tuple[RaidLine, ...] = ()


Pairs = list[tuple[ProjectLine, ProjectLine]]
NO_TRAIL = Trail()


def compare(old: Known, new: Known, trail: Trail = NO_TRAIL) -> Changes:
    """Everything that is different at the end, in the order of the new state; the largest moves of dates first."""
    before, after = _open_by_id(old), _open_by_id(new)
    both = [(before[key], after[key]) for key in after if key in before]
    raised, closed, levels = _raid(old.raid, new.raid, {now.code for _, now in both}, trail)
    return Changes(
        colours=tuple(_colour(was, now) for was, now in both if was.overall is not now.overall),
        dates=tuple(sorted(_dates(both, trail), key=_largest_first)),
        baselines=tuple(_baselines(both, trail)),
        new_milestones=tuple(_milestones(both, trail, is_new=True)),
        gone_milestones=tuple(_milestones(both, trail, is_new=False)),
        new_projects=tuple(_came(project, trail) for key, project in after.items() if key not in before),
        gone_projects=tuple(_went(project, trail) for key, project in before.items() if key not in after),
        raised=raised,
        closed=closed,
        levels=levels,
        amounts=tuple(_amounts(both, trail)),
        scope=tuple(_scope(both, trail)),
        money=tuple(_money(both)),
    )


def _open_by_id(known: Known) -> dict[int, ProjectLine]:
    """A project reports on itself also when it is closed; here that means that it went."""
    return {project.id: project for project in known.projects if project.state == State.OPEN}


def _named(project: ProjectLine) -> Named:
    return Named(project.code, project.name)


def _came(project: ProjectLine, trail: Trail) -> Thing:
    why = trail.why("project", project.id, "", "state", "programme_id")
    return Thing(project.code, project.name, why=why)


def _went(project: ProjectLine, trail: Trail) -> Thing:
    state = trail.states.get(project.id, "")
    ended = state if state != State.OPEN else ""
    why = trail.why("project", project.id, "state" if ended else "programme_id")
    return Thing(project.code, project.name, kind=ended, why=why)


def _colour(was: ProjectLine, now: ProjectLine) -> ColourChange:
    who, words, on = _behind(now)
    return ColourChange(_named(now), was.overall, now.overall, now.since or on, now.not_green, who, words)


def _behind(now: ProjectLine) -> tuple[str, str, date | None]:
    """Who overrode the colour, or declared it where no fact computes it, with their words and the day."""
    if now.override is not None:
        return now.override.author, now.override.reason, now.override.starts_on
    worst = [mark for mark in now.not_green if rank(mark.colour) == rank(now.overall)]
    if worst and all(mark.fact is None for mark in worst):
        return now.words.author, now.words.attention or now.words.back_to_green, now.updated_on
    return "", "", None


def _dates(both: Pairs, trail: Trail) -> Iterator[DateChange]:
    for was, now, project in _lines(both):
        change = _date(was, now, project, trail.why("milestone", now.id, "forecast", "actual"))
        if change is not None:
            yield change


def _lines(both: Pairs) -> Iterator[tuple[MilestoneLine, MilestoneLine, str]]:
    """The milestones that are in both states, with the code of their project."""
    for was, now in both:
        before = {line.id: line for line in was.milestones}
        yield from ((before[line.id], line, now.code) for line in now.milestones if line.id in before)


def _date(was: MilestoneLine, now: MilestoneLine, project: str, why: Why | None) -> DateChange | None:
    """A date that moved, or a milestone that was reached meanwhile."""
    before, after = was.promise.forecast, now.promise.forecast
    reached = now.is_reached and not was.is_reached
    if before == after and not reached:
        return None
    tone = now.promise.commitment_tone or now.promise.baseline_tone
    return DateChange(Named(now.code, now.name, project), before, after, _days(before, after), tone, reached, why)


def _days(before: date | None, after: date | None) -> int | None:
    return (after - before).days if before and after else None


def _largest_first(change: DateChange) -> tuple[int, str, str]:
    return -(change.days or 0), change.milestone.project, change.milestone.code


def _baselines(both: Pairs, trail: Trail) -> Iterator[DateChange]:
    for was, now, project in _lines(both):
        before, after = was.promise.baseline, now.promise.baseline
        if before != after:
            why = trail.why("milestone", now.id, "baseline")
            yield DateChange(Named(now.code, now.name, project), before, after, _days(before, after), why=why)


def _milestones(both: Pairs, trail: Trail, *, is_new: bool) -> Iterator[Thing]:
    """Those only the newer state has, or only the older one: added, cancelled."""
    column = "" if is_new else "cancelled_on"
    for was, now in both:
        one, other = (now, was) if is_new else (was, now)
        known = {line.id for line in other.milestones}
        for line in one.milestones:
            if line.id not in known:
                yield Thing(line.code, line.name, now.code, why=trail.why("milestone", line.id, column, "cancelled_on"))


Raid = tuple[tuple[Thing, ...], tuple[Thing, ...], tuple[LevelChange, ...]]


def _raid(old: Iterable[RaidLine], new: Iterable[RaidLine], codes: set[str], trail: Trail) -> Raid:
    """New ones, closed ones, and those whose level moved. Only open items stand in a report."""
    before = {line.id: line for line in old if line.project in codes}
    after = {line.id: line for line in new if line.project in codes}
    moved = (_level(before[key], line, trail) for key, line in after.items() if key in before)
    return (
        tuple(_item(line, trail, "", "status") for key, line in after.items() if key not in before),
        tuple(_item(line, trail, "status") for key, line in before.items() if key not in after),
        tuple(change for change in moved if change.before != change.after),
    )


def _item(line: RaidLine, trail: Trail, *columns: str) -> Thing:
    return Thing(line.code, line.title, line.project, line.type, trail.why("raid_item", line.id, *columns))


def _level(was: RaidLine, now: RaidLine, trail: Trail) -> LevelChange:
    why = trail.why("raid_item", now.id, "probability", "impact")
    return LevelChange(Named(now.code, now.title, now.project), was.level, now.level, now.type, why)


def _amounts(both: Pairs, trail: Trail) -> Iterator[AmountChange]:
    for was, now in both:
        pairs = {"budget": (was.money.budget, now.money.budget), "forecast_cost": (was.money.forecast, now.money.forecast)}
        for column, (before, after) in pairs.items():
            if before != after or (before is not None and was.money.currency != now.money.currency):
                why = trail.why("project", now.id, column, "currency")
                yield AmountChange(_named(now), column, now.money.currency, before, after, why)


def _scope(both: Pairs, trail: Trail) -> Iterator[ScopeChange]:
    for was, now in both:
        for column in ("description", "tolerance_days", "tolerance_percent"):
            before, after = _text(getattr(was, column)), _text(getattr(now, column))
            if before != after:
                yield ScopeChange(_named(now), column, before, after, trail.why("project", now.id, column))


def _text(value: str | int | Decimal | None) -> str:
    if isinstance(value, Decimal):
        return format(value.normalize() if value else Decimal(0), "f")
    return "" if value is None else str(value)


def _money(both: Pairs) -> Iterator[MoneyChange]:
    for currency in sorted({now.money.currency for _, now in both}):
        of_it = [(was.money, now.money) for was, now in both if was.money.currency == now.money.currency == currency]
        known = [(was.forecast, now.forecast) for was, now in of_it if was.forecast is not None and now.forecast is not None]
        if known:
            before, after = sum((was for was, _ in known), Decimal(0)), sum((now for _, now in known), Decimal(0))
            yield MoneyChange(currency, before, after, len(known), len(of_it))
