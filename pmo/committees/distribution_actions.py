"""The distribution list of a committee and the switch for approval. Each function is one verb; none commits."""

from pmo.committees.distribution_queries import Listing, Why, entry_of
from pmo.committees.models import Committee, DistributionEntry
from pmo.db import db
from pmo.kernel import clock
from pmo.kernel.errors import Conflict, Invalid
from pmo.kernel.languages import msg
from pmo.kernel.permissions import Role
from pmo.people.queries import person_by_email

APPROVING = (Role.PMO, Role.PROGRAMME_MANAGER, Role.COMMITTEE, Role.MEDICAL_DIRECTOR)  # roles that may be asked to approve


def add_person(committee: Committee, found: Listing, person_id: int, *, readers: dict[int, str], by: int) -> None:
    """Beside the members. Raises Invalid for who is on the list, or could not open what they are sent."""
    _alone(committee)
    there = {one.person_id for one in found.receivers if not one.is_left_out}
    known = entry_of(committee.id, person_id=person_id)
    if person_id in there or (known is not None and not known.is_left_out):
        raise Invalid({"person_id": msg("This person is on the list already.")})
    if person_id not in readers:
        raise Invalid({"person_id": msg("This person may not read reports of this committee. Ask an administrator for a role.")})
    _end_left_out(committee, person_id, by=by)
    _add(committee, DistributionEntry(person_id=person_id, email=""), by=by)


def add_address(committee: Committee, *, name: str, email: str, language: str, by: int) -> None:
    """Somebody without an account. Raises Invalid when there is one, or the address is on the list."""
    _alone(committee)
    address = email.strip().lower()
    person = person_by_email(address)
    if person is not None and person.is_active:
        raise Invalid({"email": msg("%(name)s has an account with this address. Add the person instead.", name=person.name)})
    if entry_of(committee.id, email=address) is not None:
        raise Invalid({"email": msg("This address is on the list already.")})
    _add(committee, DistributionEntry(name=name, email=address, language=language), by=by)


def leave_out(committee: Committee, found: Listing, person_id: int, *, by: int) -> None:
    """A member who does not want the reports by mail. Raises Conflict for who is no member any more."""
    _alone(committee)
    members = {one.person_id for one in found.receivers if one.why is Why.MEMBER}
    if person_id not in members:
        raise Conflict(msg("This person is no member of the committee any more. Load the page again."))
    known = entry_of(committee.id, person_id=person_id)
    if known is not None and known.is_left_out:
        return
    if known is not None:
        known.ended_at, known.ended_by = clock.now(), by
        db.session.flush()
    _add(committee, DistributionEntry(person_id=person_id, email="", is_left_out=True), by=by)


def end(entry: DistributionEntry, *, seen_version: int, by: int) -> None:
    """Off the list (or back on it, for a member left out); links sent to an address open nothing any more. Raises Conflict."""
    db.session.refresh(entry, with_for_update=True)
    if entry.version != seen_version or entry.ended_at is not None:
        raise Conflict(msg("Somebody else changed this meanwhile."))
    entry.ended_at, entry.ended_by = clock.now(), by


def require_approval(committee: Committee, by_whom: str, *, readers: dict[int, str], seen_version: int) -> None:
    """`by_whom`: "" for nobody, role:PMO, or person:7. Raises Invalid, Conflict."""
    if committee.version != seen_version:
        raise Conflict(msg("Somebody else changed this meanwhile."))
    kind, _, value = by_whom.partition(":")
    if kind == "role" and value in {role.value for role in APPROVING}:
        committee.approver_role, committee.approver_id = value, None
    elif kind == "person" and value.isdecimal() and int(value) in readers:
        committee.approver_role, committee.approver_id = "", int(value)
    elif not by_whom:
        committee.approver_role, committee.approver_id = "", None
    else:
        raise Invalid({"approver": msg("Choose a role, or somebody who may read reports of this committee.")})


def _alone(committee: Committee) -> None:
    """One change of a list at a time: two people who add the same address at once add it once."""
    db.session.refresh(committee, with_for_update=True)


def _add(committee: Committee, entry: DistributionEntry, *, by: int) -> None:
    entry.committee_id, entry.added_at, entry.added_by = committee.id, clock.now(), by
    db.session.add(entry)
    db.session.flush()


def _end_left_out(committee: Committee, person_id: int, *, by: int) -> None:
    known = entry_of(committee.id, person_id=person_id)
    if known is not None:
        known.ended_at, known.ended_by = clock.now(), by
        db.session.flush()
