"""Reads of procedures: every one is for everybody to read; who has confirmed is for those who follow it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import undefer

from pmo.db import db
from pmo.kernel.errors import NotFound
from pmo.kernel.permissions import Actor, Role
from pmo.people.models import Person
from pmo.people.queries import actors
from pmo.procedures.logic import Followed, Issue, Mine, coming, in_force, is_for, mine
from pmo.procedures.models import Procedure, ProcedureIssue, ProcedureReading


@dataclass(frozen=True, slots=True)
class ProcedureRow:
    """A procedure with the version in force and the one to come, as one person sees it."""

    procedure: Procedure
    current: ProcedureIssue | None
    coming: ProcedureIssue | None
    mine: Mine
    confirmed_at: datetime | None
    followed: Followed | None = None  # for those who may follow it

    @property
    def shown(self) -> ProcedureIssue | None:
        return self.current or self.coming


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who is asked to read a procedure, or has confirmed it without being asked."""

    name: str
    roles: tuple[Role, ...]
    confirmed_at: datetime | None
    is_asked: bool


def procedures(actor: Actor, today: date, *, follow: bool = False) -> list[ProcedureRow]:
    """All of them, withdrawn ones last: three statements, five for somebody who follows them."""
    rows = _rows(actor, today)
    if not follow:
        return rows
    people = actors(today)
    read = _confirmed([row.current.id for row in rows if row.current])
    return [
        ProcedureRow(row.procedure, row.current, row.coming, row.mine, row.confirmed_at, _followed(row, people, read))
        for row in rows
    ]


def to_read(actor: Actor, today: date) -> list[ProcedureRow]:
    """What waits for one person: three statements."""
    rows = _rows(actor, today)
    return [row for row in rows if row.mine is Mine.TO_READ and row.procedure.withdrawn_at is None]


def procedure(procedure_id: int) -> Procedure:
    """Raises NotFound."""
    found = db.session.get(Procedure, procedure_id)
    if found is None:
        raise NotFound
    return found


def issues_of(found: Procedure) -> list[tuple[ProcedureIssue, str]]:
    """Versions with their text and who published them, newest first."""
    query = (
        select(ProcedureIssue, Person.name)
        .outerjoin(Person, Person.id == ProcedureIssue.published_by)
        .where(ProcedureIssue.procedure_id == found.id)
        .options(undefer(ProcedureIssue.text))
        .order_by(ProcedureIssue.number.desc())
    )
    return [(one, name or "") for one, name in db.session.execute(query)]


def issue(found: Procedure, issue_id: int) -> ProcedureIssue:
    """A version of this procedure. Raises NotFound."""
    query = select(ProcedureIssue).where(ProcedureIssue.id == issue_id, ProcedureIssue.procedure_id == found.id)
    one = db.session.scalars(query).one_or_none()
    if one is None:
        raise NotFound
    return one


def confirmed_on(person_id: int, issues: Sequence[ProcedureIssue]) -> dict[int, datetime]:
    """When this person confirmed which of these versions."""
    query = select(ProcedureReading.issue_id, ProcedureReading.confirmed_at).where(
        ProcedureReading.person_id == person_id, ProcedureReading.issue_id.in_([one.id for one in issues])
    )
    return {issue_id: at for issue_id, at in db.session.execute(query)}


def readers(found: Procedure, current: ProcedureIssue, today: date) -> list[Reader]:
    """Who is asked and who has confirmed, those who still have to read first: two statements."""
    people = actors(today)
    read = _confirmed([current.id]).get(current.id, {})
    asked = {person_id for person_id, one in people.items() if is_for(found.audience, one.roles)}
    rows = [
        Reader(people[person_id].name, tuple(sorted(people[person_id].roles)), read.get(person_id), person_id in asked)
        for person_id in asked | (read.keys() & people.keys())
    ]
    return sorted(rows, key=lambda row: (row.confirmed_at is not None, row.name))


def issue_facts(one: ProcedureIssue) -> Issue:
    return Issue(one.id, one.number, one.valid_from)


def _rows(actor: Actor, today: date) -> list[ProcedureRow]:
    found = db.session.scalars(
        select(Procedure).order_by(Procedure.withdrawn_at.is_not(None), Procedure.title_key.collate("C"), Procedure.id)
    ).all()
    issues: dict[int, list[ProcedureIssue]] = {}
    for one in db.session.scalars(select(ProcedureIssue).order_by(ProcedureIssue.number)):
        issues.setdefault(one.procedure_id, []).append(one)
    readings = select(ProcedureReading.issue_id, ProcedureReading.confirmed_at)
    read = {key: at for key, at in db.session.execute(readings.where(ProcedureReading.person_id == actor.person_id))}
    return [_row(one, issues.get(one.id, []), read, actor, today) for one in found]


def _row(one: Procedure, issues: Sequence[ProcedureIssue], read: dict[int, datetime], actor: Actor, today: date) -> ProcedureRow:
    by_id, facts = {issue.id: issue for issue in issues}, [issue_facts(issue) for issue in issues]
    current, later = in_force(facts, today), coming(facts, today)
    at = read.get(current.id) if current else None
    is_asked = is_for(one.audience, actor.roles) and one.withdrawn_at is None
    return ProcedureRow(
        procedure=one,
        current=by_id[current.id] if current else None,
        coming=by_id[later.id] if later else None,
        mine=mine(current, confirmed=at is not None, is_asked=is_asked),
        confirmed_at=at,
    )


def _confirmed(issue_ids: Sequence[int]) -> dict[int, dict[int, datetime]]:
    """Who confirmed which version when."""
    found: dict[int, dict[int, datetime]] = {}
    for row in db.session.scalars(select(ProcedureReading).where(ProcedureReading.issue_id.in_(issue_ids))):
        found.setdefault(row.issue_id, {})[row.person_id] = row.confirmed_at
    return found


def _followed(row: ProcedureRow, people: dict[int, Actor], read: dict[int, dict[int, datetime]]) -> Followed | None:
    if row.current is None or row.procedure.withdrawn_at is not None:
        return None
    asked = {person_id for person_id, one in people.items() if is_for(row.procedure.audience, one.roles)}
    return Followed(len(asked & read.get(row.current.id, {}).keys()), len(asked))
