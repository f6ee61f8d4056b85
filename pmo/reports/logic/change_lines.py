"""Changes as lines of a list, each in words: of what kind, in which project, before and now, who, when and why."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pmo.kernel import clock
from pmo.kernel.languages import Amount, Message, msg, plain
from pmo.portfolio.logic import Colour, State
from pmo.raid.logic import RaidType
from pmo.reports.logic.changes import AmountChange, Changes, ColourChange, DateChange, LevelChange, ScopeChange, Thing, Why
from pmo.schedule.logic.moves import REASON_NAMES, MoveReason


class Kind(StrEnum):
    """What a list of changes is grouped and filtered by, in the order of the page."""

    PROJECTS = "projects"
    COLOURS = "colours"
    DATES = "dates"
    RAID = "raid"
    MONEY = "money"
    SCOPE = "scope"


KIND_NAMES: dict[Kind, Message] = {
    Kind.PROJECTS: msg("Projects in and out"),
    Kind.COLOURS: msg("Colours"),
    Kind.DATES: msg("Dates"),
    Kind.RAID: msg("RAID items"),
    Kind.MONEY: msg("Money"),
    Kind.SCOPE: msg("Scope and tolerance"),
}
RAISED: dict[str, Message] = {
    RaidType.RISK: msg("New risk"),
    RaidType.ASSUMPTION: msg("New assumption"),
    RaidType.ISSUE: msg("New issue"),
    RaidType.DEPENDENCY: msg("New dependency"),
}
CLOSED: dict[str, Message] = {
    RaidType.RISK: msg("Risk closed"),
    RaidType.ASSUMPTION: msg("Assumption closed"),
    RaidType.ISSUE: msg("Issue closed"),
    RaidType.DEPENDENCY: msg("Dependency closed"),
}
GONE: dict[str, Message] = {
    State.CLOSED: msg("Project closed"),
    State.ARCHIVED: msg("Project archived"),
    "": msg("Project gone"),
}
AMOUNTS: dict[str, Message] = {"budget": msg("Budget"), "forecast_cost": msg("Forecast cost")}
SCOPES: dict[str, Message] = {
    "description": msg("Description"),
    "tolerance_days": msg("Tolerance in days"),
    "tolerance_percent": msg("Tolerance in percent of cost"),
}
BY_RULES = msg("The rules")
AS_RULES = msg("as the rules say")

Shown = Message | Amount | Colour | date | int | str | None


@dataclass(frozen=True, slots=True)
class Line:
    kind: Kind
    project: str  # its code
    what: Message
    item: str = ""  # within the project
    before: Shown = None
    after: Shown = None
    days: int | None = None
    tone: Colour | None = None
    who: Message | str = ""
    on: date | None = None
    reason: Message | None = None


def lines(changes: Changes) -> tuple[Line, ...]:
    """All of them, by kind; within a kind in the order of the changes."""
    return (
        *(_thing(Kind.PROJECTS, msg("New project"), one) for one in changes.new_projects),
        *(_thing(Kind.PROJECTS, GONE[one.kind], one) for one in changes.gone_projects),
        *map(_colour, changes.colours),
        *(_date(msg("Reached") if one.is_reached else msg("Date"), one) for one in changes.dates),
        *(_date(msg("Baseline"), one) for one in changes.baselines),
        *(_thing(Kind.DATES, msg("New milestone"), one) for one in changes.new_milestones),
        *(_thing(Kind.DATES, msg("Milestone cancelled"), one) for one in changes.gone_milestones),
        *(_thing(Kind.RAID, RAISED[one.kind], one) for one in changes.raised),
        *(_thing(Kind.RAID, CLOSED[one.kind], one) for one in changes.closed),
        *map(_level, changes.levels),
        *map(_amount, changes.amounts),
        *map(_scope, changes.scope),
    )


def _thing(kind: Kind, what: Message, one: Thing) -> Line:
    """A project stands for itself; what is inside one by its code and name."""
    item = f"{one.code} {one.name}" if one.project else ""
    who, on, reason = _told(one.why)
    return Line(kind, one.project or one.code, what, item, who=who, on=on, reason=reason)


def _told(why: Why | None) -> tuple[str, date | None, Message | None]:
    return (why.who, day_of(why), reason_of(why)) if why else ("", None, None)


def _colour(one: ColourChange) -> Line:
    reason = plain(one.words) if one.words else facts(one)
    who = one.who or BY_RULES
    return Line(Kind.COLOURS, one.project.code, msg("Colour"), "", one.before, one.after, who=who, on=one.since, reason=reason)


def facts(one: ColourChange) -> Message | None:
    """Behind everything that is not green now, one after the other."""
    said: Message | None = None
    for fact in (mark.fact for mark in one.marks if mark.fact is not None):
        said = fact if said is None else msg("%(sentence)s %(reason)s", sentence=said, reason=fact)
    return said


def _date(what: Message, one: DateChange) -> Line:
    named = one.milestone
    who, on, reason = _told(one.why)
    tone = one.tone if one.days is not None and one.days > 0 else None  # only a later date is coloured
    item = f"{named.code} {named.name}"
    return Line(Kind.DATES, named.project, what, item, one.before, one.after, one.days, tone, who, on, reason)


def _level(one: LevelChange) -> Line:
    named = one.risk
    who, on, reason = _told(one.why)
    what = msg("Issue level") if one.kind == RaidType.ISSUE else msg("Risk level")
    return Line(
        Kind.RAID, named.project, what, f"{named.code} {named.name}", one.before, one.after, who=who, on=on, reason=reason
    )


def _amount(one: AmountChange) -> Line:
    who, on, reason = _told(one.why)
    before, after = (Amount(value, one.currency) if value is not None else None for value in (one.before, one.after))
    return Line(Kind.MONEY, one.project.code, AMOUNTS[one.field], one.currency, before, after, who=who, on=on, reason=reason)


def _scope(one: ScopeChange) -> Line:
    who, on, reason = _told(one.why)
    nothing: Shown = None if one.field == "description" else AS_RULES
    before, after = one.before or nothing, one.after or nothing
    return Line(Kind.SCOPE, one.project.code, SCOPES[one.field], "", before, after, who=who, on=on, reason=reason)


def sentence(line: Line) -> Message:
    """What happened, in one sentence, without project, who and why."""
    what = msg("%(what)s %(item)s", what=line.what, item=line.item) if line.item else line.what
    if line.before is None and line.after is None:
        return msg("%(sentence)s.", sentence=what)
    before, after = (value if value is not None else "–" for value in (line.before, line.after))
    return msg("%(what)s was %(before)s, now %(after)s.", what=what, before=before, after=after)


def by_whom(line: Line) -> Message | None:
    """Who, when and why, as far as known."""
    said: Message | None = plain(line.who) if isinstance(line.who, str) and line.who else line.who or None
    if line.on is not None:
        said = msg("%(name)s, %(day)s", name=said, day=line.on) if said else msg("%(day)s", day=line.on)
    if line.reason is None:
        return said
    return msg("%(who)s: %(reason)s", who=said, reason=line.reason) if said else line.reason


def because(why: Why) -> Message:
    """S. Korhonen, 6 Mar 2026: site contract. An imported list has no person behind its moves."""
    said = msg("%(name)s, %(day)s", name=why.who, day=day_of(why)) if why.who else msg("%(day)s", day=day_of(why))
    reason = reason_of(why)
    return msg("%(who)s: %(reason)s", who=said, reason=reason) if reason else said


def day_of(why: Why) -> date:
    return clock.local(why.at).date()


def reason_of(why: Why) -> Message | None:
    """What was chosen, or what was written where nothing fitting could be chosen."""
    if why.reason in ("", MoveReason.OTHER):
        return plain(why.words) if why.words else None
    name = REASON_NAMES[MoveReason(why.reason)]
    return msg("%(what)s: %(words)s", what=name, words=plain(why.words)) if why.words else name


def grouped(found: Iterable[Line]) -> Iterator[tuple[Kind, list[tuple[str, list[Line]]]]]:
    """By kind, then by project, each in the order of its first line."""
    by_kind: dict[Kind, dict[str, list[Line]]] = {}
    for line in found:
        by_kind.setdefault(line.kind, {}).setdefault(line.project, []).append(line)
    for kind in Kind:
        if kind in by_kind:
            yield kind, list(by_kind[kind].items())
