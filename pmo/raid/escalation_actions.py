"""An item goes up to those who lead the programme or the portfolio, and comes back. Each function is one verb, not committed."""

from collections.abc import Mapping

from sqlalchemy import select

from pmo.db import author, db, holds_from
from pmo.jobs import tell_asker
from pmo.kernel import clock
from pmo.kernel.errors import Conflict, Invalid
from pmo.kernel.languages import Message, msg
from pmo.kernel.permissions import Permission, Place, may
from pmo.people.queries import actors
from pmo.portfolio.actions import touched
from pmo.portfolio.logic import State
from pmo.portfolio.models import Programme
from pmo.raid.logic import Level
from pmo.raid.models import RaidItem

To = tuple[Level, int]  # a level, and who is asked there
NOT_THERE = msg("It is not with anybody else: its project has it.")
STALE = msg("Somebody else changed this item while you were looking at it.")


def place_of(level: Level, raid_item: RaidItem) -> Place:
    """What whoever answers at this level must look after: the programme, the whole portfolio."""
    at = raid_item.place
    return Place(at.portfolio_id) if level is Level.PORTFOLIO else Place(at.portfolio_id, at.programme_id)


def answerers(raid_item: RaidItem) -> dict[To, str]:
    """To whom it can go: every level above the one it is at, who leads the programme first. Three statements at most."""
    leads = db.session.scalar(select(Programme.manager_id).where(Programme.id == raid_item.project.programme_id))
    people = sorted(actors(clock.today()).values(), key=lambda one: (one.person_id != leads, one.name, one.person_id))
    return {
        (level, one.person_id): one.name
        for level in (Level.PROGRAMME, Level.PORTFOLIO)
        if level.rank > Level(raid_item.escalated_to).rank
        for one in people
        if may(one, Permission.RAID_ANSWER, place_of(level, raid_item))
    }


def escalate(raid_item: RaidItem, to: To | None, *, reason: str, offered: Mapping[To, str], seen_version: int) -> None:
    """The project cannot settle it alone: somebody of a higher level is asked. Raises Invalid, Conflict."""
    _open(raid_item, seen_version)
    problems: dict[str, Message] = {}
    if to is None or to not in offered:
        problems["to"] = msg("Choose whom you ask.")
    if not reason:
        problems["reason"] = msg("Say why, in a few words: they read it.")
    if problems or to is None:
        raise Invalid(problems)
    level, raid_item.answerer_id = to
    raid_item.escalated_to, raid_item.escalated_on = level.value, clock.local(holds_from()).date()
    raid_item.escalated_by, raid_item.escalation_reason = author().person_id, reason
    raid_item.escalation_answer, raid_item.answered_on, raid_item.answered_by = "", None, None
    touched(raid_item.project_id)


def answer(raid_item: RaidItem, words: str, *, seen_version: int) -> None:
    """What the level says to it; it stays there. Raises Invalid, Conflict."""
    _open(raid_item, seen_version)
    _escalated(raid_item)
    _say(raid_item, words, msg("Say what you decide, or what you do about it."))
    tell_asker("raid.answered", raid_item.id)


def hand_back(raid_item: RaidItem, words: str, *, seen_version: int) -> None:
    """Its project deals with it again. Raises Invalid, Conflict."""
    _open(raid_item, seen_version)
    _escalated(raid_item)
    _say(raid_item, words, msg("Say why it goes back to the project."))
    raid_item.escalated_to = Level.PROJECT.value
    tell_asker("raid.handed_back", raid_item.id)


def _say(raid_item: RaidItem, words: str, missing: Message) -> None:
    if not words:
        raise Invalid({"words": missing})
    raid_item.escalation_answer, raid_item.answered_on = words, clock.local(holds_from()).date()
    raid_item.answered_by = author().person_id
    touched(raid_item.project_id)


def _escalated(raid_item: RaidItem) -> None:
    if raid_item.escalated_to == Level.PROJECT:
        raise Conflict(NOT_THERE)


def _open(raid_item: RaidItem, seen_version: int) -> None:
    """Waits for whoever is writing this row."""
    db.session.refresh(raid_item, with_for_update={"of": RaidItem})
    if raid_item.version != seen_version:
        raise Conflict(STALE)
    if raid_item.closed_on is not None:
        raise Conflict(msg("%(code)s is closed already.", code=raid_item.code))
    if raid_item.project.state != State.OPEN:
        raise Conflict(msg("This project is not open any more."))
