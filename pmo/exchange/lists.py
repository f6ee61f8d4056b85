"""Lists of milestones, RAID items, status updates and amounts: each row finds its project, each day is applied on its own."""

from collections.abc import Collection, Sequence
from collections.abc import Mapping as Dict
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import func, or_, select, text

from pmo.db import db
from pmo.exchange.logic.entries import Entry
from pmo.kernel.errors import Refused as Rejected
from pmo.kernel.languages import Message, msg
from pmo.kernel.sorting import name_key
from pmo.people.models import Person
from pmo.portfolio.logic import State
from pmo.portfolio.models import Portfolio, Project


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that cannot be brought in, and why."""

    at: str
    what: str
    why: Message
    cell: str = ""  # where one cell of the row is meant
    column: Message | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """What a row changes in one amount, so that it can be looked at; in a conflict nothing is changed until somebody says so."""

    at: str
    code: str
    name: str
    day: date
    field: str
    before: Decimal | None
    after: Decimal | None
    currency: str
    is_new: bool = False
    is_conflict: bool = False


@dataclass(slots=True)
class Tally:
    """What became of the rows, and which projects changed."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    older: int = 0  # changed or closed here since the day of the list: left as they are
    refused: list[Refused] = field(default_factory=list)
    changed: set[int] = field(default_factory=set)
    lines: list[Line] = field(default_factory=list)
    conflicts: int = 0

    def count(self, project_id: int, *, is_new: bool = False, differs: bool = False) -> None:
        self.created += is_new
        self.updated += differs and not is_new
        self.unchanged += not differs and not is_new
        if is_new or differs:
            self.changed.add(project_id)

    def __iadd__(self, other: "Tally") -> "Tally":
        self.created, self.updated = self.created + other.created, self.updated + other.updated
        self.unchanged, self.older = self.unchanged + other.unchanged, self.older + other.older
        self.refused, self.lines = self.refused + other.refused, self.lines + other.lines
        self.conflicts += other.conflicts
        self.changed |= other.changed
        return self


@dataclass(frozen=True, slots=True)
class Found:
    """A row and the project it is about."""

    entry: Entry
    project: Project

    @property
    def is_over(self) -> bool:
        """The project was closed before the day of the list: its milestones and items stand still."""
        return self.project.state != State.OPEN and self.project.closed_on != self.entry.on


def portfolio_named(entries: Sequence[Entry], chosen: str) -> str:
    """The portfolio the rows name (by code or name), else the one chosen. Raises Refused where they contradict each other."""
    said = {entry.text("portfolio") for entry in entries} - {""}
    if not said:
        return chosen
    codes, keys = [one.upper() for one in said], [name_key(one) for one in said]
    query = select(Portfolio.code, Portfolio.name_key)
    rows = db.session.execute(query.where(or_(func.upper(Portfolio.code).in_(codes), Portfolio.name_key.in_(keys)))).all()
    known = {row.name_key: row.code for row in rows} | {name_key(row.code): row.code for row in rows}
    named = sorted({known.get(name_key(one), one) for one in said})
    if len(named) > 1:
        raise Rejected(
            msg("The list has rows of several portfolios (%(codes)s): bring each in on its own.", codes=", ".join(named))
        )
    if chosen and named[0].upper() != chosen.upper():
        raise Rejected(
            msg("The list is of the portfolio %(other)s, and %(chosen)s was chosen. Choose the one it is of.",
                other=named[0], chosen=chosen)
        )  # fmt: skip
    return str(named[0])


def find_projects(entries: Sequence[Entry], project_code: str, portfolio_code: str) -> tuple[list[Found], list[Refused]]:
    """By code, identifier or name within the portfolio; rows about nothing known are refused."""
    query = select(Project).join(Portfolio, Portfolio.id == Project.portfolio_id).order_by(Project.id)
    if portfolio_code:
        query = query.where(func.upper(Portfolio.code) == portfolio_code.upper())
    named = {entry.project or project_code for entry in entries}
    codes, keys = [name.upper() for name in named], [name_key(name) for name in named]
    same = or_(func.upper(Project.code).in_(codes), func.upper(Project.external_id).in_(codes), Project.name_key.in_(keys))
    known: dict[str, list[Project]] = {}
    for one in db.session.scalars(query.where(same)):
        for name in {one.code.upper(), (one.external_id or one.code).upper(), one.name_key.upper()}:
            known.setdefault(name, []).append(one)
    found, refused = [], []
    for entry in entries:
        name = entry.project or project_code
        projects = known.get(name.upper()) or known.get(name_key(name).upper()) or []
        why = _objection(name, projects)
        if why is None:
            found.append(Found(entry, projects[0]))
        else:
            refused.append(Refused(entry.at, name, why))
    return found, refused


def _objection(name: str, projects: Sequence[Project]) -> Message | None:
    if not name:
        return msg("no project is named: add a column, or say which with --project")
    if not projects:
        return msg("no project has this code, identifier or name")
    if len(projects) > 1:
        return msg("several projects have this code, identifier or name")
    return None


def people() -> Dict[str, int]:
    """By e-mail address and by name; a name two people share names nobody."""
    rows = db.session.execute(select(Person.id, Person.name_key, Person.email)).all()
    names: dict[str, list[int]] = {}
    for person_id, key, _ in rows:
        names.setdefault(key, []).append(person_id)
    by_name = {key: ids[0] for key, ids in names.items() if len(ids) == 1}
    return by_name | {email.casefold(): person_id for person_id, _, email in rows}


def person(known: Dict[str, int], entry: Entry, key: str, otherwise: int | None) -> int | None:
    said = entry.text(key)
    return known.get(said.casefold()) or known.get(name_key(said)) or otherwise if said else otherwise


def strangers(known: Dict[str, int], entry: Entry, key: str) -> list[Refused]:
    """The name of somebody who is nobody here, or more than one person: the row comes in, its owner stays as it is."""
    said = entry.text(key)
    if not said or said.casefold() in known or name_key(said) in known:
        return []
    return [Refused(entry.at, said, msg("nobody here, or more than one person, has this name: the owner stays as it is"))]


def standing_since(table: str, project_ids: Collection[int]) -> dict[int, datetime]:
    """Since when the rows of these projects have stood as they do: history only moves forward from there."""
    query = text(f"select id, h_from from history.{table} where h_to is null and project_id = any(:ids)")  # noqa: S608 our own names
    return {row_id: since for row_id, since in db.session.execute(query, {"ids": list(project_ids)})}


def portfolios_of(project_ids: Collection[int]) -> dict[int, list[int]]:
    """Projects by their portfolio."""
    found: dict[int, list[int]] = {}
    query = select(Project.portfolio_id, Project.id).where(Project.id.in_(project_ids)).order_by(Project.id)
    for portfolio_id, project_id in db.session.execute(query):
        found.setdefault(portfolio_id, []).append(project_id)
    return found
