"""What bringing a list in would change, project by project and field by field. Computed by comparing; nothing is written here."""

from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Dict
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

from pmo.exchange.logic.codes import Coded, Given, programme_codes, project_codes
from pmo.exchange.logic.matching import By, Candidate, Link
from pmo.exchange.logic.no_value import Reason
from pmo.exchange.logic.telling import Spoken, Telling, telling
from pmo.exchange.logic.wanted import MONEY, Promise, Reported, Wanted
from pmo.kernel.sorting import name_key
from pmo.portfolio.logic import State


class Outcome(StrEnum):
    """What becomes of a row."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    OLDER = "older"  # newer history here: only the reported position is kept
    CLOSED = "closed"  # the project is closed here: likewise
    ASKED = "asked"  # left out until the question is answered
    LEFT_OUT = "left out"  # of an older list, and unknown here today


@dataclass(frozen=True, slots=True)
class Dates:
    """A milestone that is there."""

    id: int
    name: str
    baseline: date | None = None
    commitment: date | None = None
    forecast: date | None = None
    actual: date | None = None
    no_value: Dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Here:
    """A project as it stands, with what this sender already reported for this day."""

    candidate: Candidate
    programme_id: int
    state: State
    newest: datetime  # of its own history and that of its milestones
    facts: Dict[str, object]
    no_value: Dict[str, str]
    manager_id: int | None
    tags: tuple[str, ...]
    milestones: Dict[str, Dates] = field(default_factory=dict)  # by folded name
    spoken: Spoken = Spoken()
    reported_then: Reported | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One field of a project, or one date of a milestone (then `milestone` names it)."""

    field: str
    before: object
    after: object
    milestone: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    wanted: Wanted
    link: Link
    outcome: Outcome
    changes: tuple[Change, ...] = ()
    here: Here | None = None
    manager_id: int | None = None
    telling: Telling | None = None
    given: Given | None = None  # the code of a new project

    @property
    def tells(self) -> bool:
        """Whether a status update has to be written or corrected."""
        return self.telling is not None and not self.telling.held

    @property
    def reports(self) -> bool:
        """Whether the reported position has to be written or corrected."""
        kept = self.outcome not in {Outcome.ASKED, Outcome.LEFT_OUT}
        return kept and (self.here is None or self.here.reported_then != self.wanted.reported)


@dataclass(frozen=True, slots=True)
class Plan:
    rows: tuple[Row, ...]
    gone: tuple[Candidate, ...]
    is_older: bool  # a newer list of this sender was brought in already
    programmes: Dict[str, str] = field(default_factory=dict)  # codes by folded name, also of those to make

    def of(self, *outcomes: Outcome) -> list[Row]:
        return [row for row in self.rows if row.outcome in outcomes]

    def linked(self, by: By) -> int:
        return sum(row.link.by is by for row in self.rows)

    @property
    def changes_nothing(self) -> bool:
        return not self.of(Outcome.ADDED, Outcome.CHANGED) and not any(row.tells or row.reports for row in self.rows)


def plan(
    rows: Sequence[Wanted],
    links: Sequence[Link],
    here: Dict[int, Here],
    people: Dict[str, int],
    on: date,
    effective: datetime,
    is_older: bool,
) -> tuple[Row, ...]:
    """Every row with its outcome. `here` by project, `people` by folded name, `effective`: the moment a list of `on` shows."""
    when = _When(on, effective, is_older)
    return tuple(_row(row, link, here, people, when) for row, link in zip(rows, links, strict=True))


def with_codes(rows: Sequence[Row], there: Coded) -> tuple[tuple[Row, ...], dict[str, str]]:
    """The rows with the codes new projects get, and the codes of the programmes."""
    written = [row.wanted.group for row in rows if row.outcome in {Outcome.ADDED, Outcome.CHANGED}]
    programmes = programme_codes(written, there)
    given = project_codes([row.wanted for row in rows if row.outcome is Outcome.ADDED], programmes, there)
    return tuple(replace(row, given=given[row.wanted.at]) if row.outcome is Outcome.ADDED else row for row in rows), programmes


@dataclass(frozen=True, slots=True)
class _When:
    """The day a list shows, the moment it holds from, and whether a newer one of its sender is here."""

    on: date
    effective: datetime
    is_older: bool


def _row(row: Wanted, link: Link, here: Dict[int, Here], people: Dict[str, int], when: _When) -> Row:
    if link.by is By.OPEN:
        return Row(row, link, Outcome.ASKED)
    manager = people.get(name_key(row.manager)) if row.manager else None
    if link.project_id is None:
        if when.is_older:
            return Row(row, link, Outcome.LEFT_OUT, manager_id=manager)
        return Row(row, link, Outcome.ADDED, manager_id=manager, telling=telling(row.told, Spoken(), when.on))
    there = here[link.project_id]
    if when.is_older or there.newest > when.effective:
        held = telling(row.told, there.spoken, when.on, held=True)
        return Row(row, link, Outcome.OLDER, changes(row, there, manager), there, telling=held)
    if there.state is not State.OPEN and dict(row.facts).get("state") != State.OPEN:
        return Row(row, link, Outcome.CLOSED, (), there)
    found = changes(row, there, manager)
    tells = telling(row.told, there.spoken, when.on)
    differs = bool(found) or (tells is not None and tells.differs and not tells.held)
    return Row(row, link, Outcome.CHANGED if differs else Outcome.UNCHANGED, found, there, manager, tells)


def changes(row: Wanted, there: Here, manager: int | None) -> tuple[Change, ...]:
    """What differs, in the order it is shown."""
    dates = [change for promise in row.promises for change in _moves(promise, there.milestones.get(name_key(promise.name)))]
    return (*_identity(row, there, manager), *_facts(row, there), *_reasons(row, there), *dates)


def _identity(row: Wanted, there: Here, manager: int | None) -> Iterator[Change]:
    if row.key != there.candidate.key:
        yield Change("name", there.candidate.name, row.name)
    if row.external_id and not there.candidate.external_id:
        yield Change("external_id", None, row.external_id)
    if row.group.name and row.group.key != there.candidate.group_key:
        yield Change("programme", None, row.group.name)
    if manager is not None and manager != there.manager_id:
        yield Change("manager_id", there.manager_id, manager)
    if row.tags and row.tags != there.tags:
        yield Change("tags", there.tags, row.tags)


def _facts(row: Wanted, there: Here) -> list[Change]:
    """The day of the amounts moves only with an amount: the same figures a year later are no change."""
    found = [Change(key, there.facts.get(key), value) for key, value in row.facts if there.facts.get(key) != value]
    moved = any(change.field in MONEY for change in found)
    return [change for change in found if moved or change.field != "money_on"]


def _reasons(row: Wanted, there: Here) -> Iterator[Change]:
    """Why amounts are missing: reasons of this list, and the kept ones of amounts it says nothing about."""
    facts = {key: there.facts.get(key) for key in MONEY} | dict(row.facts)
    said = {key: reason for key, reason in row.no_value if reason != Reason.BLANK or key in dict(row.facts)}
    stated = dict(there.no_value) | said
    after = {key: reason for key, reason in stated.items() if facts.get(key) is None}
    if after != dict(there.no_value):
        yield Change("no_value", dict(there.no_value), after)


NO_DATES = Dates(0, "")


def _moves(promise: Promise, there: Dates | None) -> list[Change]:
    """The dates of one milestone that differ; the first date ever reported becomes its baseline."""
    if there is None and not promise.has_dates:
        return []
    there = there or NO_DATES
    wanted = dates_after(promise, there)
    found = [
        Change(key, getattr(there, key), getattr(wanted, key), promise.name)
        for key in ("baseline", "forecast", "actual")
        if getattr(there, key) != getattr(wanted, key)
    ]
    if dict(there.no_value) != dict(wanted.no_value):
        found.append(Change("no_value", dict(there.no_value), dict(wanted.no_value), promise.name))
    return found


def dates_after(promise: Promise, there: Dates) -> Dates:
    """The milestone as the list leaves it. What the list gives no date for stays, unless its mapping says that it clears."""
    if there.actual is not None and not promise.starts:
        return there  # it happened: a list has nothing more to say about it
    reasons = dict(promise.reasons)
    if there.id and not promise.clears:  # an empty cell says nothing, and what was known of the reason stays
        reasons = dict(there.no_value) | {key: reason for key, reason in promise.reasons if reason != Reason.BLANK}
    cleared = promise.clears and "forecast" in reasons
    forecast = promise.forecast if promise.forecast is not None or cleared else there.forecast
    own_baseline = promise.baseline if promise.has_baseline else None
    baseline = own_baseline or there.baseline or forecast
    actual = promise.actual if promise.starts and promise.forecast is not None else there.actual
    known = {"forecast": forecast, "baseline": baseline}
    left = {key: reason for key, reason in reasons.items() if known.get(key) is None}
    return Dates(there.id, there.name, baseline, there.commitment, forecast, actual, left)
