"""What is done to procedures. Each function is one verb: checked, not committed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from pmo.db import author, db, holds_from
from pmo.documents.actions import store
from pmo.documents.logic import examine
from pmo.kernel.errors import Conflict, Invalid
from pmo.kernel.languages import msg
from pmo.kernel.permissions import Role
from pmo.kernel.sorting import name_key
from pmo.procedures import queries
from pmo.procedures.logic import coming, in_force
from pmo.procedures.models import Procedure, ProcedureIssue, ProcedureReading

CHANGED = msg("Somebody else changed this procedure while you were looking at it.")


@dataclass(frozen=True, slots=True)
class Sent:
    """A file as it arrived: nothing about it is believed yet."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Content:
    """What a version says and from when on it counts."""

    valid_from: date
    text: str = ""
    link: str = ""
    news: str = ""


def publish(title: str, audience: Sequence[Role], content: Content, *, sent: Sent | None = None) -> Procedure:
    """A new procedure with its first version. Raises Invalid."""
    _once(title)
    made = Procedure(title=title, title_key=name_key(title), audience=[role.value for role in audience])
    db.session.add(made)
    db.session.flush()
    _issue(made, 1, content, sent)
    return made


def publish_version(procedure: Procedure, content: Content, *, seen: int, sent: Sent | None = None) -> ProcedureIssue:
    """The next version; who has confirmed the one before is asked again. `seen` is the newest number seen.

    Raises Conflict, Invalid.
    """
    db.session.refresh(procedure, with_for_update=True)
    if procedure.withdrawn_at is not None:
        raise Conflict(msg("This procedure is withdrawn. Put it back before you publish a version."))
    newest, _ = queries.issues_of(procedure)[0]
    if newest.number != seen:
        raise Conflict(CHANGED)
    if content.valid_from < newest.valid_from:
        raise Invalid({"valid_from": msg("The version before counts from a later day. Choose that day or a later one.")})
    return _issue(procedure, newest.number + 1, content, sent)


def change(procedure: Procedure, title: str, audience: Sequence[Role], *, seen_version: int) -> None:
    """Its title and whom it is for. Raises Conflict, Invalid."""
    db.session.refresh(procedure, with_for_update=True)
    if procedure.version != seen_version:
        raise Conflict(CHANGED)
    _once(title, but=procedure.id)
    procedure.title, procedure.title_key = title, name_key(title)
    procedure.audience = [role.value for role in audience]


def withdraw(procedure: Procedure) -> None:
    """Nobody is asked to read it any more; what was confirmed stays."""
    if procedure.withdrawn_at is None:
        procedure.withdrawn_at = holds_from()


def put_back(procedure: Procedure) -> None:
    procedure.withdrawn_at = None


def confirm(procedure: Procedure, issue: ProcedureIssue, person_id: int, *, today: date) -> None:
    """Read and understood, once. Raises Conflict when this version does not count any more."""
    if procedure.withdrawn_at is not None:
        raise Conflict(msg("This procedure is withdrawn, so nobody needs to read it."))
    facts = [queries.issue_facts(one) for one, _ in queries.issues_of(procedure)]
    if issue.id not in {one.id for one in (in_force(facts, today), coming(facts, today)) if one}:
        raise Conflict(msg("A newer version took the place of this one. Read that one."))
    facts_of_reading = {"issue_id": issue.id, "person_id": person_id, "confirmed_at": holds_from()}
    db.session.execute(insert(ProcedureReading).values(**facts_of_reading).on_conflict_do_nothing())


def _issue(procedure: Procedure, number: int, content: Content, sent: Sent | None) -> ProcedureIssue:
    accepted = examine(sent.name, sent.content) if sent else None
    if not (content.text or content.link or accepted):
        raise Invalid({"text": msg("Give a text, a link or a file.")})
    made = ProcedureIssue(
        procedure_id=procedure.id, number=number, valid_from=content.valid_from, news=content.news, text=content.text,
        link=content.link, published_at=holds_from(), published_by=author().person_id,
    )  # fmt: skip
    if sent and accepted:
        made.file_name, made.stored_file_id = accepted.name, store(accepted, sent.content).id
    db.session.add(made)
    db.session.flush()
    return made


def _once(title: str, but: int = 0) -> None:
    if db.session.scalar(select(Procedure.id).where(Procedure.title_key == name_key(title), Procedure.id != but)):
        raise Invalid({"title": msg("Another procedure has this title.")})
