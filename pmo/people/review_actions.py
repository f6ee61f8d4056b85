"""A review of access: somebody looked through what people may do. None commits."""

from collections.abc import Collection

from sqlalchemy import select

from pmo.db import db
from pmo.kernel import clock
from pmo.kernel.errors import Invalid
from pmo.kernel.languages import msg
from pmo.people.models import Person
from pmo.people.proof_models import AccessReview


def mark_reviewed(ids: Collection[int], *, by: int, note: str = "") -> int:
    """How many people were marked. Raises Invalid for nobody, for oneself, for somebody who is not there."""
    known = set(db.session.scalars(select(Person.id).where(Person.id.in_(ids)))) if ids else set()
    if not known or known != set(ids):
        raise Invalid({"person": msg("Tick the people whose access you have looked through.")})
    if by in known:
        raise Invalid({"person": msg("Nobody reviews their own access. Ask another administrator.")})
    now = clock.now()
    db.session.add_all(AccessReview(person_id=one, reviewed_by=by, reviewed_at=now, note=note) for one in sorted(known))
    return len(known)
