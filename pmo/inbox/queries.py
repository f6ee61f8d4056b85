"""Reads of what arrived, and of the addresses it arrived at."""

from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from pmo.db import db, looking_back
from pmo.inbox.models import ReceivedMail, ReplyAddress, ReplyProject
from pmo.kernel import clock
from pmo.people.actions import token_digest

ROWS = 50


def address_of(token: str) -> ReplyAddress | None:
    """With its person."""
    query = select(ReplyAddress).options(joinedload(ReplyAddress.person))
    return db.session.scalar(query.where(ReplyAddress.token_digest == token_digest(token)))


def asked_at(address_id: int) -> list[ReplyProject]:
    """What was asked there, held until this transaction ends: two answers at once are one after the other."""
    query = select(ReplyProject).options(joinedload(ReplyProject.project)).where(ReplyProject.address_id == address_id)
    return list(db.session.scalars(query.order_by(ReplyProject.project_id).with_for_update(of=ReplyProject)))


def answers_today(person_id: int) -> int:
    """How many answers went to this person within a day."""
    query = select(func.count()).where(ReceivedMail.person_id == person_id, ReceivedMail.answer_id.is_not(None))
    return db.session.scalar(query.where(ReceivedMail.received_at > clock.now() - timedelta(days=1))) or 0


def received(*, held: bool, before: int | None) -> tuple[list[ReceivedMail], int | None]:
    """One page, the newest first, and where the next one begins."""
    query = select(ReceivedMail).options(joinedload(ReceivedMail.person))
    if held:
        query = query.where(ReceivedMail.reason != "")
    if looking_back() is not None:
        query = query.where(ReceivedMail.received_at <= clock.now())
    if before is not None:
        query = query.where(ReceivedMail.id < before)
    rows = list(db.session.scalars(query.order_by(ReceivedMail.id.desc()).limit(ROWS + 1)))
    return rows[:ROWS], rows[ROWS - 1].id if len(rows) > ROWS else None
