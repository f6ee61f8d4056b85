"""What is done to stakeholders. Each function is one verb: checked, not committed."""

from dataclasses import dataclass

from sqlalchemy import select

from pmo.db import db, holds_from
from pmo.kernel.errors import Conflict, Invalid
from pmo.kernel.languages import msg
from pmo.kernel.sorting import name_key
from pmo.people.models import Person
from pmo.portfolio.actions import hold
from pmo.portfolio.logic import State
from pmo.portfolio.models import Programme, Project
from pmo.stakeholders.logic import Engagement, Rhythm
from pmo.stakeholders.models import Stakeholder
from pmo.stakeholders.queries import of


@dataclass(frozen=True, slots=True)
class Known:
    """What a project or programme knows about a stakeholder."""

    name: str
    power: int
    interest: int
    engagement: Engagement
    desired: Engagement
    organisation: str = ""
    role: str = ""
    contact: str = ""
    message: str = ""
    channel: str = ""
    rhythm: Rhythm | None = None
    owner_id: int | None = None


def add(home: Project | Programme, known: Known) -> Stakeholder:
    """Raises Invalid where they stand in the register already, Conflict when the project or programme is archived."""
    hold(home)
    _runs(home)
    _once(home, known)
    made = Stakeholder(**{of(home): home.id})
    _write(made, known)
    db.session.add(made)
    db.session.flush()
    return made


def change(stakeholder: Stakeholder, known: Known, *, seen_version: int) -> None:
    """Raises Conflict, Invalid."""
    _runs(stakeholder.home)
    db.session.refresh(stakeholder, with_for_update={"of": Stakeholder})
    if stakeholder.version != seen_version:
        raise Conflict(msg("Somebody else changed this stakeholder while you were looking."))
    _once(stakeholder.home, known, but=stakeholder.id)
    _write(stakeholder, known)


def archive(stakeholder: Stakeholder) -> None:
    """No longer of the project; stays readable in its register."""
    _runs(stakeholder.home)
    if stakeholder.archived_at is None:
        stakeholder.archived_at = holds_from()


def restore(stakeholder: Stakeholder) -> None:
    _runs(stakeholder.home)
    stakeholder.archived_at = None


def _runs(home: Project | Programme) -> None:
    if isinstance(home, Project) and home.state == State.ARCHIVED:
        raise Conflict(msg("The project is archived, so nothing is changed in its stakeholders."))
    if isinstance(home, Programme) and home.archived_at is not None:
        raise Conflict(msg("The programme is archived, so nothing is changed in its stakeholders."))


def _once(home: Project | Programme, known: Known, but: int = 0) -> None:
    """The same name in the same organisation is the same stakeholder."""
    s = Stakeholder
    others = db.session.execute(select(s.name, s.organisation).where(getattr(s, of(home)) == home.id, s.id != but))
    if (name_key(known.name), name_key(known.organisation)) in {(name_key(one), name_key(of)) for one, of in others}:
        raise Invalid({"name": msg("This stakeholder stands in the register already.")})


def _write(row: Stakeholder, known: Known) -> None:
    if known.owner_id is not None and known.owner_id != row.owner_id:
        owner = db.session.get(Person, known.owner_id)
        if owner is None or not owner.is_active:
            raise Invalid({"owner_id": msg("Choose one from the list.")})
    row.name, row.name_key, row.organisation = known.name, name_key(known.name), known.organisation
    row.role, row.contact = known.role, known.contact
    row.power, row.interest = known.power, known.interest
    row.engagement, row.desired = known.engagement.value, known.desired.value
    row.message, row.channel = known.message, known.channel
    row.rhythm = known.rhythm.value if known.rhythm else None
    row.owner_id = known.owner_id
