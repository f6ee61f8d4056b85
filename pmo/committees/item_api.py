"""Actions that follow from meetings and decisions, for programs."""

from datetime import date
from typing import Any

from flask import Blueprint
from sqlalchemy import Select, select

from pmo.committees import bodies, decision_queries, item_actions, item_queries, request_actions
from pmo.committees.decision_api import NOWHERE, OfCommitteeAsked, OfCommitteeOut, of_committee
from pmo.committees.logic.decisions import ActionState, state_of
from pmo.committees.models import ActionItem
from pmo.committees.queries import meeting
from pmo.kernel import clock
from pmo.kernel.errors import Invalid
from pmo.kernel.languages import msg
from pmo.kernel.permissions import Actor, Permission, Place
from pmo.web.access import require
from pmo.web.api import Body, Out
from pmo.web.doors import Collection

bp = Blueprint("actions_api", __name__, url_prefix="/api/v1")
EDIT, DONE = Permission.COMMITTEE_EDIT, Permission.ACTION_DONE


class ActionOut(OfCommitteeOut):
    decision_id: int | None
    what: str
    owner_id: int
    opened_on: date
    due: date
    state: ActionState
    done_on: date | None
    evidence: str
    cancelled_on: date | None
    cancel_reason: str
    version: int


def _actions(person: Actor) -> Select[Any]:
    query = decision_queries.with_about(select(ActionItem), ActionItem)
    return query.where(item_queries.action_seen(person))


def _show_action(found: ActionItem) -> Out:
    state = state_of(found.due, found.done_on, found.cancelled_on, clock.today())
    facts = {name: getattr(found, name) for name in ActionOut.model_fields if name != "state"}
    return ActionOut.model_validate({**facts, "state": state})


def _gives(typed: bodies.ActionBody) -> Place:
    if typed.decision_id is not None:
        return decision_queries.decision(typed.decision_id).committee.place
    return meeting(typed.meeting_id).place if typed.meeting_id is not None else NOWHERE


def _add_action(typed: bodies.ActionBody) -> ActionItem:
    if typed.decision_id is not None:
        decision = decision_queries.decision(typed.decision_id)
        return item_actions.add_action(decision.meeting, typed.to_do, decision=decision)
    if typed.meeting_id is None:
        raise Invalid({"meeting_id": msg("Choose a meeting.")})
    about, met = bodies.about(typed), meeting(typed.meeting_id)
    if about is not None:
        request_actions.watches(met.committee, about)
        require(EDIT, about.place)
    return item_actions.add_action(met, typed.to_do, about=about)


def _change_action(found: ActionItem, typed: bodies.ToDoBody, seen: int) -> None:
    item_actions.change_action(found, typed.to_do, seen_version=seen)


def _finish(found: ActionItem, typed: bodies.DoneBody, seen: int) -> None:
    item_actions.finish(found, typed.evidence, on=typed.done_on, seen_version=seen)


def _cancel(found: ActionItem, typed: bodies.ReasonBody, seen: int) -> None:
    item_actions.cancel(found, typed.reason, seen_version=seen)


def _reopen(found: ActionItem, _typed: Body, _seen: int) -> None:
    item_actions.reopen(found)


def _reopens(found: ActionItem) -> None:
    """What was cancelled, only who edits committees brings back."""
    require(Permission.ACTION_READ, found.place)
    require(EDIT, found.committee.place) if found.cancelled_on else require(DONE, found.place)


def _committee(found: ActionItem) -> Place:
    return found.committee.place


items: Collection[ActionItem] = Collection(
    bp, "actions", "action", ActionOut, Permission.ACTION_READ, _actions, ActionItem.id, item_queries.item, show=_show_action,
    asked=OfCommitteeAsked, narrow=of_committee,
)  # fmt: skip
items.list(msg("What somebody does because a meeting or a decision wants it"))
items.read(msg("One action"))
items.add(msg("Give an action"), bodies.ActionBody, EDIT, _add_action, within=_gives)
items.change(
    msg("Change an action"), bodies.ToDoBody, EDIT, _change_action, at=_committee,
    now=lambda found: {"what": found.what, "owner_id": found.owner_id, "due": found.due},
)  # fmt: skip
items.act("finish", msg("It is done"), DONE, _finish, form=bodies.DoneBody)
items.act(
    "cancel", msg("Not needed any more"), EDIT, _cancel, form=bodies.ReasonBody, at=_committee, why=lambda typed: typed.reason
)
items.act("reopen", msg("Not done, or needed after all"), _reopens, _reopen, scope=DONE)
