"""Reads of improvement proposals: they are for everybody in the house."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from pmo.db import db
from pmo.kernel.errors import NotFound
from pmo.proposals.logic import State
from pmo.proposals.models import Proposal
from pmo.web.tables import Cursor, Key, Page, cut, paged

KEYS = (Key(Proposal.id, is_descending=True),)


def proposals(states: Sequence[State], cursor: Cursor | None, size: int) -> Page[Proposal]:
    """In these states, the newest first: one statement."""
    query = select(Proposal).where(Proposal.state.in_([state.value for state in states]))
    rows = list(db.session.scalars(paged(query.options(joinedload(Proposal.proposer)), KEYS, cursor, size)))
    return cut(rows, cursor, size, lambda row: (row.id,))


def counts() -> dict[State, int]:
    found = {
        State(state): number
        for state, number in db.session.execute(select(Proposal.state, func.count()).group_by(Proposal.state))
    }
    return {state: found.get(state, 0) for state in State}


def proposal(proposal_id: int) -> Proposal:
    """With its people, in one statement. Raises NotFound."""
    people = (joinedload(Proposal.proposer), joinedload(Proposal.assessor), joinedload(Proposal.decider))
    found = db.session.scalars(select(Proposal).where(Proposal.id == proposal_id).options(*people)).one_or_none()
    if found is None:
        raise NotFound
    return found


def answered_for(person_id: int, since: datetime) -> list[Proposal]:
    """What this person proposed and somebody else decided since then: one statement."""
    p = Proposal
    decided = (p.proposer_id == person_id, p.decided_at >= since, p.decider_id != person_id)
    return list(db.session.scalars(select(p).where(*decided).order_by(p.decided_at.desc(), p.id.desc())))
