"""Who could be asked for an update of a project, at each step; who stands in for whom today."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from pmo.committees.chasing_queries import Line
from pmo.committees.logic.chasing import Step
from pmo.db import db
from pmo.kernel.permissions import Actor, Permission, Role, may
from pmo.kernel.sorting import name_key
from pmo.people.models import Person
from pmo.people.queries import actors


@dataclass(frozen=True, slots=True)
class Reach:
    """Somebody who is told, perhaps in place of another one."""

    person_id: int
    name: str
    for_id: int | None = None
    for_name: str = ""


@dataclass(frozen=True, slots=True)
class Around:
    """Everybody active with what they may do, and the deputies of today."""

    people: Mapping[int, Actor]
    deputies: Mapping[int, int]

    def reach(self, step: Step, line: Line) -> list[Reach]:
        """Only who may read the project is told about it; a deputy who may not is passed over."""
        found: dict[int, Reach] = {}
        for person_id in self._of(step, line):
            one = self._told(person_id, line)
            if one is not None:
                found.setdefault(one.person_id, one)
        return list(found.values())

    def _told(self, person_id: int, line: Line) -> Reach | None:
        person = self.people.get(person_id)
        deputy = self.people.get(self.deputies.get(person_id, 0))
        if person is not None and deputy is not None and _may_read(deputy, line):
            return Reach(deputy.person_id, deputy.name, person.person_id, person.name)
        return Reach(person.person_id, person.name) if person is not None and _may_read(person, line) else None

    def _of(self, step: Step, line: Line) -> list[int]:
        match step:
            case Step.OWNER:
                return [line.project.manager_id] if line.project.manager_id else []
            case Step.PROGRAMME_MANAGER:
                return [line.programme_manager_id] if line.programme_manager_id else []
            case Step.PMO:
                return [one.person_id for one in self.people.values() if _is_pmo(one, line)]
            case Step.SPONSOR:
                return self._sponsor(line.project.sponsor)

    def _sponsor(self, name: str) -> list[int]:
        """A sponsor is a function or a name; told is only who is one person here, by name or address."""
        if not name:
            return []
        sought = name_key(name)
        same = [one.person_id for one in self.people.values() if sought in (name_key(one.name), name_key(one.email))]
        return same if len(same) == 1 else []


def around(today: date) -> Around:
    """Two statements, however many projects there are."""
    people = actors(today)
    away = (Person.deputy_from <= today, Person.deputy_until >= today, Person.is_active)
    rows = db.session.execute(select(Person.id, Person.deputy_id).where(*away))
    return Around(people, {person_id: deputy_id for person_id, deputy_id in rows if deputy_id is not None})


def _may_read(actor: Actor, line: Line) -> bool:
    return may(actor, Permission.PROJECT_READ, line.project.place)


def _is_pmo(actor: Actor, line: Line) -> bool:
    return any(grant.role is Role.PMO and grant.covers(line.project.place) for grant in actor.grants)
