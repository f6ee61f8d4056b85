"""The distribution list of a report and the switch for approval. Each function is one verb; none commits."""

from sqlalchemy import select

from pmo.committees.audiences import TABLES, Audience, of
from pmo.committees.distribution_models import DistributionEntry, ReportApprover
from pmo.committees.distribution_queries import Listing, entry_of
from pmo.db import db
from pmo.kernel import clock
from pmo.kernel.errors import Conflict, Invalid
from pmo.kernel.languages import msg
from pmo.kernel.permissions import Role
from pmo.people.queries import person_by_email

APPROVING = (Role.PMO, Role.PROGRAMME_MANAGER, Role.COMMITTEE, Role.MEDICAL_DIRECTOR)  # roles that may be asked to approve


def add_person(to: Audience, found: Listing, person_id: int, *, readers: dict[int, str], by: int) -> None:
    """Beside the members. Raises Invalid for who is on the list, or could not open what they are sent."""
    _alone(to)
    there = {one.person_id for one in found.receivers if not one.is_left_out}
    known = entry_of(to, person_id=person_id)
    if person_id in there or (known is not None and not known.is_left_out):
        raise Invalid({"person_id": msg("This person is on the list already.")})
    if person_id not in readers:
        raise Invalid({"person_id": msg("This person may not read these reports. Ask an administrator for a role.")})
    _end_left_out(to, person_id, by=by)
    _add(to, DistributionEntry(person_id=person_id, email=""), by=by)


def add_address(to: Audience, *, name: str, email: str, language: str, by: int) -> None:
    """Somebody without an account. Raises Invalid when there is one, or the address is on the list."""
    _alone(to)
    address = email.strip().lower()
    person = person_by_email(address)
    if person is not None and person.is_active:
        raise Invalid({"email": msg("%(name)s has an account with this address. Add the person instead.", name=person.name)})
    if entry_of(to, email=address) is not None:
        raise Invalid({"email": msg("This address is on the list already.")})
    _add(to, DistributionEntry(name=name, email=address, language=language), by=by)


def leave_out(to: Audience, found: Listing, person_id: int, *, by: int) -> None:
    """A member who does not want the reports by mail. Raises Conflict for who is no member any more."""
    _alone(to)
    members = {one.person_id for one in found.receivers if one.is_by_itself}
    if person_id not in members:
        raise Conflict(msg("This person does not get them by themselves any more. Load the page again."))
    known = entry_of(to, person_id=person_id)
    if known is not None and known.is_left_out:
        return
    if known is not None:
        known.ended_at, known.ended_by = clock.now(), by
        db.session.flush()
    _add(to, DistributionEntry(person_id=person_id, email="", is_left_out=True), by=by)


def end(entry: DistributionEntry, *, seen_version: int, by: int) -> None:
    """Off the list (or back on it, for a member left out); links sent to an address open nothing any more. Raises Conflict."""
    db.session.refresh(entry, with_for_update=True)
    if entry.version != seen_version or entry.ended_at is not None:
        raise Conflict(msg("Somebody else changed this meanwhile."))
    entry.ended_at, entry.ended_by = clock.now(), by


def require_approval(to: Audience, by_whom: str, *, readers: dict[int, str], seen_version: int) -> None:
    """`by_whom`: "" for nobody, role:PMO, or person:7. Raises Invalid, Conflict."""
    _alone(to)
    to = of(to.owner)
    if to.version != seen_version:
        raise Conflict(msg("Somebody else changed this meanwhile."))
    kind, _, value = by_whom.partition(":")
    if kind == "role" and value in {role.value for role in APPROVING}:
        role, person = value, None
    elif kind == "person" and value.isdecimal() and int(value) in readers:
        role, person = "", int(value)
    elif not by_whom:
        role, person = "", None
    else:
        raise Invalid({"approver": msg("Choose a role, or somebody who may read these reports.")})
    rule = to.rule
    if rule is None:
        rule = ReportApprover(**to.keys)
        db.session.add(rule)
    rule.approver_role, rule.approver_id = role, person


def _alone(to: Audience) -> None:
    """One change of a list at a time: two people who add the same address at once add it once."""
    table = TABLES[to.kind]
    db.session.scalar(select(table.id).where(table.id == to.id).with_for_update())
    if to.rule is not None:
        db.session.refresh(to.rule, ["version", "approver_role", "approver_id"])


def _add(to: Audience, entry: DistributionEntry, *, by: int) -> None:
    for column, owner_id in to.keys.items():
        setattr(entry, column, owner_id)
    entry.added_at, entry.added_by = clock.now(), by
    db.session.add(entry)
    db.session.flush()


def _end_left_out(to: Audience, person_id: int, *, by: int) -> None:
    known = entry_of(to, person_id=person_id)
    if known is not None:
        known.ended_at, known.ended_by = clock.now(), by
        db.session.flush()
