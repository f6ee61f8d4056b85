"""What one card of the walk shows: its question with the facts beside it, the way back, what comes then."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pmo.home import logic
from pmo.home import walk_queries as queries
from pmo.home.logic import Card, CardKind
from pmo.home.walk_queries import Walk
from pmo.kernel.languages import Message
from pmo.kernel.permissions import Actor
from pmo.portfolio.models import Project, StatusUpdate
from pmo.portfolio.queries import project as project_of
from pmo.raid.logic import REVIEW_NAMES, SCALE
from pmo.raid.queries import bands_of
from pmo.raid.queries import item as item_of
from pmo.rules.queries import rule_book
from pmo.schedule.logic import slippage
from pmo.schedule.logic.moves import PICK_LIST
from pmo.schedule.queries import row_of
from pmo.status.asking import Selection
from pmo.status.logic.statuses import ProjectStatus
from pmo.status.queries import project_statuses
from pmo.status.telling import open_period

THEN = 3  # titles of the cards that follow

Say = Callable[[Message], str]


@dataclass(frozen=True, slots=True)
class Preview:
    """What the committee will read about one project."""

    status: ProjectStatus
    update: StatusUpdate | None
    card: Card | None  # where its sentence is changed


def shown(walk: Walk, card: Card, actor: Actor, say: Say) -> dict[str, Any]:
    """Everything the page needs for this card."""
    place = next((number for number, one in enumerate(walk.cards, 1) if one.key == card.key), 0)  # 0: not asked, but wanted
    asked = [one for one in walk.cards if one.kind is not CardKind.END]
    return {
        "walk": walk,
        "card": card,
        "place": place,
        "asked": asked,
        "back": logic.before(walk.cards, card.key) if place else logic.END,
        "then": [one for one in walk.cards[place:] if place and not one.is_done and one.kind is not CardKind.END][:THEN],
        "project": walk.projects.get(card.project_id),
        "drafted": [say(one) for one in logic.draft(changes, None)] if (changes := walk.changes.get(card.project_id)) else [],
        **KINDS[card.kind](walk, card, actor, say),
    }


def _milestone(walk: Walk, card: Card, _actor: Actor, _say: Say) -> dict[str, Any]:
    found = walk.milestones.get(card.id) or queries.milestone(card.id)
    project, today = found.project, walk.rhythm.today
    limits = slippage.limits(rule_book(), project.programme_id, project.tolerance_days)
    return {"project": project, "row": row_of(found, "", limits, today), "reasons": PICK_LIST}


def _risk(walk: Walk, card: Card, _actor: Actor, _say: Say) -> dict[str, Any]:
    found = walk.risks.get(card.id) or item_of(card.id)
    return {"project": found.project, "risk": found, "bands": bands_of(rule_book()), "scale": SCALE, "reviews": REVIEW_NAMES}


def _sentence(walk: Walk, card: Card, actor: Actor, say: Say) -> dict[str, Any]:
    """The words of this period so far and a sentence for each change since."""
    project: Project = walk.projects.get(card.id) or project_of(card.id)
    written, span = open_period(project, actor)
    so_far = written.done if written is not None and span.corrects else ""
    changes = walk.changes.get(card.id, [])
    new = logic.draft(changes, walk.coming(card.id)) if changes or not so_far else []
    return {
        "project": project,
        "sentence": logic.joined(so_far, [say(one) for one in new]),
        "version": written.version if written is not None and span.corrects else 0,
    }


def _end(walk: Walk, _card: Card, actor: Actor, _say: Say) -> dict[str, Any]:
    ids = tuple({card.project_id for card in walk.cards if card.project_id})
    mine = tuple(one for one in ids if walk.projects[one].manager_id == actor.person_id)
    statuses = project_statuses(actor, Selection(project_ids=mine, state=None))
    previews = [Preview(status, walk.updates.get(status.id), walk.card(f"{CardKind.SENTENCE}{status.id}")) for status in statuses]
    return {"previews": previews}


KINDS: dict[CardKind, Callable[[Walk, Card, Actor, Say], dict[str, Any]]] = {
    CardKind.MILESTONE: _milestone,
    CardKind.RISK: _risk,
    CardKind.SENTENCE: _sentence,
    CardKind.END: _end,
}
