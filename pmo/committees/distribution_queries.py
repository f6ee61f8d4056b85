"""Who gets the reports of a committee, programme or project, and who approves them before they are published."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import ColumnElement, select

from pmo.committees.audiences import COLUMNS, Audience, managers
from pmo.committees.distribution_models import DistributionEntry
from pmo.db import db
from pmo.kernel.errors import NotFound
from pmo.kernel.languages import msg
from pmo.kernel.permissions import Actor, Permission, Role, may
from pmo.people.queries import actors, names


class Why(StrEnum):
    """Why somebody stands on the list."""

    MEMBER = "member"
    MANAGER = "manager"
    PERSON = "person"
    ADDRESS = "address"


WHY_NAMES = {
    Why.MEMBER: msg("Member of the committee"),
    Why.MANAGER: msg("Leads it, or the programme it belongs to"),
    Why.PERSON: msg("Added, has an account"),
    Why.ADDRESS: msg("Added, without account"),
}


@dataclass(frozen=True, slots=True)
class Receiver:
    """Somebody on the list: with `person_id` they sign in, without it they get a link of their own."""

    name: str
    email: str
    language: str
    why: Why
    person_id: int | None = None
    entry: DistributionEntry | None = None
    is_left_out: bool = False
    may_read: bool = True

    @property
    def is_by_itself(self) -> bool:
        """Nobody added them: they can be left out, not taken off."""
        return self.why in (Why.MEMBER, Why.MANAGER)

    @property
    def gets_it(self) -> bool:
        return not self.is_left_out and self.may_read


@dataclass(frozen=True, slots=True)
class Listing:
    """The list, and who approves: `approvers` is None where nobody has to."""

    receivers: tuple[Receiver, ...]
    approvers: Mapping[int, Actor] | None = None
    approver_name: str = ""  # of the person laid down, who may have left

    @property
    def getting(self) -> tuple[Receiver, ...]:
        return tuple(one for one in self.receivers if one.gets_it)


def listing(of: Audience, today: date) -> Listing:
    """Members by their role of today, then who was added, by name. Two statements, a third for an approver who has left."""
    people = actors(today)
    entries = _entries(of)
    of_people = {entry.person_id: entry for entry in entries if entry.person_id is not None}
    members = (
        {key for key, one in people.items() if _is_member(one, of)} if of.is_committee else managers(of.owner) & people.keys()
    )
    itself = Why.MEMBER if of.is_committee else Why.MANAGER
    found = [_of_person(people[key], of_people.get(key), of, itself) for key in members]
    added = [key for key, entry in of_people.items() if key in people and key not in members and not entry.is_left_out]
    found += [_of_person(people[key], of_people[key], of, Why.PERSON) for key in added]
    found += [
        Receiver(entry.name, entry.email, entry.language, Why.ADDRESS, entry=entry)
        for entry in entries
        if entry.person_id is None
    ]
    order = list(Why)
    found.sort(key=lambda one: (order.index(one.why), one.name.casefold(), one.email))
    return Listing(tuple(found), approvers(of, people), _approver_name(of, people))


def approvers(of: Audience, people: Mapping[int, Actor]) -> dict[int, Actor] | None:
    """Who of everybody may approve its reports. None where nobody has to; empty when nobody can."""
    if not of.needs_approval:
        return None
    able = {key: one for key, one in people.items() if may(one, Permission.REPORT_READ, of.place)}
    if of.approver_id is not None:
        return {key: one for key, one in able.items() if key == of.approver_id}
    return {
        key: one
        for key, one in able.items()
        if any(grant.role.value == of.approver_role and grant.covers(of.place) for grant in one.grants)
    }


def readers(of: Audience, today: date) -> list[tuple[int, str]]:
    """Everybody who may read its reports, by name: to approve them, or to get them beside the members."""
    may_read = [(key, one.name) for key, one in actors(today).items() if may(one, Permission.REPORT_READ, of.place)]
    return sorted(may_read, key=lambda one: (one[1].casefold(), one[0]))


def entry(entry_id: int) -> DistributionEntry:
    """Raises NotFound; the caller asks for the permission."""
    found = db.session.scalar(select(DistributionEntry).where(DistributionEntry.id == entry_id))
    if found is None:
        raise NotFound
    return found


def entry_of(of: Audience, *, person_id: int | None = None, email: str = "") -> DistributionEntry | None:
    """The one that has not ended, of a person or an address."""
    query = select(DistributionEntry).where(_is_of(of), DistributionEntry.ended_at.is_(None), DistributionEntry.email == email)
    return db.session.scalar(query.where(DistributionEntry.person_id.is_not_distinct_from(person_id)))


def _is_of(of: Audience) -> ColumnElement[bool]:
    column: ColumnElement[bool] = getattr(DistributionEntry, COLUMNS[of.kind]) == of.id
    return column


def _entries(of: Audience) -> list[DistributionEntry]:
    query = select(DistributionEntry).where(_is_of(of), DistributionEntry.ended_at.is_(None))
    return list(db.session.scalars(query.order_by(DistributionEntry.id)))


def _is_member(one: Actor, of: Audience) -> bool:
    return any(grant.role is Role.COMMITTEE and grant.covers(of.place) for grant in one.grants)


def _of_person(one: Actor, entry: DistributionEntry | None, of: Audience, why: Why) -> Receiver:
    return Receiver(
        one.name,
        one.email,
        one.language,
        why,
        person_id=one.person_id,
        entry=entry,
        is_left_out=entry is not None and entry.is_left_out,
        may_read=may(one, Permission.REPORT_READ, of.place),
    )


def _approver_name(of: Audience, people: Mapping[int, Actor]) -> str:
    if of.approver_id is None:
        return ""
    here = people.get(of.approver_id)
    return here.name if here else names([of.approver_id]).get(of.approver_id, "")
