"""One part of an answer, stored by the verb of the page it would have been typed on, with the rights of that moment."""

from dataclasses import dataclass

from pmo.db import db
from pmo.inbox.forms import UpdateText
from pmo.inbox.logic.answers import Part
from pmo.inbox.models import ReceivedMail, ReplyProject
from pmo.kernel import clock
from pmo.kernel.errors import Conflict, Invalid
from pmo.kernel.languages import Message, msg
from pmo.kernel.permissions import Actor, Permission, may
from pmo.portfolio.models import Project
from pmo.raid import actions as raid
from pmo.raid.forms import NewItem
from pmo.raid.logic import RaidType
from pmo.status.telling import open_period, tell
from pmo.web.forms import parse


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a part, in a sentence, and where it is read now."""

    sentence: Message
    path: str = ""
    is_stored: bool = False


def store(part: Part, asked: ReplyProject, actor: Actor, received: ReceivedMail) -> Outcome:
    """Stored whole, or not at all and why. One answer is taken for each project of a mail."""
    project = asked.project
    if not may(actor, Permission.RAID_EDIT if part.kind else Permission.STATUS_WRITE, project.place):
        return Outcome(msg("%(code)s: nothing was stored, for you may not write about it any more.", code=project.code))
    path = f"/projects/{project.id}"
    if asked.answered_at is not None:
        return Outcome(msg("%(code)s: nothing was stored, for you have answered that mail already.", code=project.code), path)
    try:
        with db.session.begin_nested():
            done = _item(part, part.kind, project) if part.kind else _update(part, project, actor)
            asked.answered_at, asked.received_id = clock.machine_now(), received.id
    except (Invalid, Conflict) as refusal:
        return Outcome(msg("%(code)s: nothing was stored. %(why)s", code=project.code, why=_why(refusal)), path)
    return done


def _update(part: Part, project: Project, actor: Actor) -> Outcome:
    """Raises Invalid, Conflict."""
    typed = parse(UpdateText, {"text": part.text})
    _, span = open_period(project, actor)
    if span.corrects:
        raise Conflict(msg("The update of this period is written already; it can be corrected on its page."))
    tell(project, typed.text, actor, seen_version=0)
    said = msg("%(code)s: your status update is stored.", code=project.code)
    return Outcome(said, f"/projects/{project.id}", is_stored=True)


def _item(part: Part, kind: RaidType, project: Project) -> Outcome:
    """Raises Invalid, Conflict."""
    typed = parse(NewItem, {"type": kind.value, "title": part.title, "description": part.text})
    made = raid.add(project, typed.type, typed.item())
    said = msg("%(code)s: %(item)s is in the register. Score it and name its owner there.", code=project.code, item=made.code)
    return Outcome(said, f"/raid/{made.id}", is_stored=True)


def _why(refusal: Invalid | Conflict) -> Message:
    return next(iter(refusal.errors.values())) if isinstance(refusal, Invalid) else refusal.message
