"""How two reports differ: colours, dates, projects, risks, money."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal

from pmo.portfolio.logic import Colour
from pmo.reports.logic.content import (
    Changes,
    ColourChange,
    DateChange,
    LevelChange,
    MilestoneLine,
    MoneyChange,
    Named,
    ProjectLine,
    RaidLine,
    Report,
    Why,
)

RISK = "risk"
Whys = Mapping[int, Why]  # by id of the milestone: its last move between the two reports


def compare(old: Report, new: Report, whys: Whys) -> Changes:
    """Everything that is different at the end, in the order of the new report; the largest moves of dates first."""
    before, after = _by_id(old), _by_id(new)
    both = [(before[key], after[key]) for key in after if key in before]
    new_risks, closed_risks, levels = _risks(old.raid, new.raid)
    return Changes(
        colours=tuple(_colour(was, now) for was, now in both if was.overall is not now.overall),
        dates=tuple(sorted(_dates(both, whys), key=_largest_first)),
        new_projects=tuple(_named(project) for key, project in after.items() if key not in before),
        gone_projects=tuple(_named(project) for key, project in before.items() if key not in after),
        new_risks=new_risks,
        closed_risks=closed_risks,
        levels=levels,
        money=tuple(_money(both)),
    )


def _by_id(report: Report) -> dict[int, ProjectLine]:
    return {project.id: project for project in report.projects}


def _named(project: ProjectLine) -> Named:
    return Named(project.code, project.name)


def _colour(was: ProjectLine, now: ProjectLine) -> ColourChange:
    return ColourChange(_named(now), was.overall, now.overall, now.since, now.not_green)


def _dates(both: Iterable[tuple[ProjectLine, ProjectLine]], whys: Whys) -> Iterator[DateChange]:
    for was, now in both:
        before = {line.id: line for line in was.milestones}
        for line in now.milestones:
            if line.id in before and (change := _date(before[line.id], line, now.code, whys.get(line.id))):
                yield change


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


Risks = tuple[tuple[Named, ...], tuple[Named, ...], tuple[LevelChange, ...]]


def _risks(old: Iterable[RaidLine], new: Iterable[RaidLine]) -> Risks:
    """New ones, closed ones, and those whose level moved. Only open items stand in a report."""
    before = {(line.project, line.code): line for line in old if line.type == RISK}
    after = {(line.project, line.code): line for line in new if line.type == RISK}
    moved = (LevelChange(_risk(line), before[key].level, line.level) for key, line in after.items() if key in before)
    return (
        tuple(_risk(line) for key, line in after.items() if key not in before),
        tuple(_risk(line) for key, line in before.items() if key not in after),
        tuple(change for change in moved if change.before != change.after),
    )


def _risk(line: RaidLine) -> Named:
    return Named(line.code, line.title, line.project)


def _money(both: list[tuple[ProjectLine, ProjectLine]]) -> Iterator[MoneyChange]:
    for currency in sorted({now.money.currency for _, now in both}):
        of_it = [(was.money, now.money) for was, now in both if was.money.currency == now.money.currency == currency]
        known = [(was.forecast, now.forecast) for was, now in of_it if was.forecast is not None and now.forecast is not None]
        if known:
            before, after = sum((was for was, _ in known), Decimal(0)), sum((now for _, now in known), Decimal(0))
            yield MoneyChange(currency, before, after, len(known), len(of_it))


def tone_of_change(change: DateChange) -> Colour | None:
    """Only a later date is coloured."""
    return change.tone if change.days is not None and change.days > 0 else None
