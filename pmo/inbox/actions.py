"""Makes the addresses that take answers, and forgets the words of strangers in time."""

import secrets
from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import update

from pmo.db import db
from pmo.inbox.models import ReceivedMail, ReplyAddress, ReplyProject
from pmo.kernel import clock
from pmo.people.actions import token_digest
from pmo.people.models import Person

TOKEN_BYTES = 20  # 40 letters that survive servers which write addresses in small letters


def make_reply_address(person: Person, project_ids: Collection[int], *, days: int) -> str:
    """The token of a new address at which this person may answer about these projects, each once."""
    token = secrets.token_hex(TOKEN_BYTES)
    now = clock.machine_now()
    address = ReplyAddress(
        person_id=person.id, token_digest=token_digest(token), made_at=now, expires_at=now + timedelta(days=days)
    )  # fmt: skip
    db.session.add(address)
    db.session.flush()
    db.session.add_all(ReplyProject(address_id=address.id, project_id=project_id) for project_id in sorted(set(project_ids)))
    return token


def forget_bodies(*, days: int) -> None:
    """The words of held mails that are older."""
    old = ReceivedMail.received_at < clock.now() - timedelta(days=days)
    db.session.execute(update(ReceivedMail).where(ReceivedMail.body != "", old).values(body=""))
