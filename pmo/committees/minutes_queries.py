"""Reads for the minutes of a meeting: its members, who of them was there, and how many must be."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from pmo.committees.logic.decisions import quorum
from pmo.committees.logic.minutes import Member
from pmo.committees.models import Attendance, Meeting
from pmo.db import db
from pmo.kernel.permissions import Role
from pmo.people.models import Person
from pmo.people.queries import actors
from pmo.rules.queries import rule_book


@dataclass(frozen=True, slots=True)
class Presence:
    """The members by name, who of them was there, and how many must be."""

    members: tuple[tuple[int, str], ...]
    present: frozenset[int]
    needed: int

    @property
    def count(self) -> int:
        return len(self.present & {member for member, _ in self.members})

    @property
    def is_quorate(self) -> bool:
        return self.count >= self.needed


def presence(meeting: Meeting, today: date) -> Presence:
    """Members are those granted the committee's role where it watches; whoever was noted stays listed. Three statements."""
    noted = {row.person_id: row for row in db.session.scalars(select(Attendance).where(Attendance.meeting_id == meeting.id))}
    people = actors(today)
    members = {
        key for key, one in people.items() if any(g.role is Role.COMMITTEE and g.covers(meeting.place) for g in one.grants)
    }
    query = select(Person.id, Person.name).where(Person.id.in_(members | noted.keys())).order_by(Person.name_key, Person.id)
    listed = tuple((row[0], row[1]) for row in db.session.execute(query))
    there = frozenset(key for key, row in noted.items() if row.is_present)
    return Presence(listed, there, quorum(len(listed), rule_book().days("committee.quorum")))


def people_to_name() -> list[Member]:
    """Everybody who can be given an action in a line of minutes."""
    query = select(Person.id, Person.name, Person.email).where(Person.is_active).order_by(Person.name_key, Person.id)
    return [Member(row[0], row[1], row[2]) for row in db.session.execute(query)]
