"""The register for programs: the same items that the page shows, by number, and everything that is done to them."""

from dataclasses import fields, replace
from datetime import date
from typing import Annotated, Any, Literal

from flask import Blueprint
from pydantic import Field
from sqlalchemy import Select, func, select

from pmo.kernel.errors import Forbidden
from pmo.kernel.languages import msg
from pmo.kernel.permissions import Actor, Permission
from pmo.portfolio.models import Project
from pmo.portfolio.queries import project as project_of
from pmo.portfolio.queries import visible_projects
from pmo.raid import actions, escalation_actions, queries
from pmo.raid.actions import Item, item_of
from pmo.raid.agreement_queries import of_item
from pmo.raid.forms import Filled
from pmo.raid.logic import Confidence, Level, Proximity, RaidStatus, RaidType, Response
from pmo.raid.models import RaidItem
from pmo.raid.register_filter import STILL_OPEN
from pmo.web.access import can, require
from pmo.web.api import Asked, Body, Day, Id, Out
from pmo.web.doors import Collection
from pmo.web.forms import Blank, Line, Text

bp = Blueprint("raid_api", __name__, url_prefix="/api/v1")
ANY = {"type": RaidItem.type, "escalated": RaidItem.escalated_to, "proximity": RaidItem.proximity}
Scale = Annotated[int, Field(ge=1, le=5)]
EDIT = Permission.RAID_EDIT


class RaidItemOut(Out):
    id: int
    project_id: int
    code: str
    type: RaidType
    title: str
    description: str
    category: str
    probability: int | None
    impact: int | None
    level: int | None
    residual_probability: int | None
    residual_impact: int | None
    residual_level: int | None
    owner_id: int | None
    due: date | None
    response: Response
    response_text: str
    status: RaidStatus
    identified_by: str
    raised_on: date
    closed_on: date | None
    closing_reason: str
    trigger: str
    proximity: Proximity
    confidence: Confidence
    if_false: str
    validator_id: int | None
    other_party: str
    source_id: int | None
    escalated_to: Level
    answerer_id: int | None
    escalated_on: date | None
    escalation_reason: str
    escalation_answer: str
    answered_on: date | None
    external_id: str | None
    version: int


class RaidAsked(Asked):
    project: Line = ""  # its code
    type: Annotated[RaidType | None, Blank] = None
    state: Annotated[Literal["open", "closed"] | None, Blank] = None
    escalated: Annotated[Literal["programme", "portfolio"] | None, Blank] = None
    proximity: Annotated[Proximity | None, Blank] = None


class RaidItemBody(Body):
    title: Filled
    description: Text = ""
    category: Line = ""
    probability: Scale | None = None
    impact: Scale | None = None
    owner_id: Id | None = None
    due: Day | None = None
    response: Response = Response.NONE
    response_text: Text = ""
    status: RaidStatus | None = None
    other_party: Line = ""
    residual_probability: Scale | None = None
    residual_impact: Scale | None = None
    trigger: Text = ""
    proximity: Proximity = Proximity.NONE
    identified_by: Line = ""
    raised_on: Day | None = None
    confidence: Confidence = Confidence.NONE
    if_false: Text = ""
    validator_id: Id | None = None

    @property
    def item(self) -> Item:
        return Item(**{field.name: getattr(self, field.name) for field in fields(Item)})


class NewRaidItemBody(RaidItemBody):
    project_id: Id
    type: RaidType
    external_id: Annotated[str, Field(max_length=100)] | None = None


class ClosingBody(Body):
    reason: Line
    status: RaidStatus = RaidStatus.CLOSED


class EscalationBody(Body):
    """Who is asked must be somebody who may answer at that level."""

    level: Literal[Level.PROGRAMME, Level.PORTFOLIO]
    person_id: Id
    reason: Text


class WordsBody(Body):
    words: Text


class BecomingBody(Body):
    """An issue or, of an assumption, a risk. The answer is the new item; its source_id names the one that ended."""

    into: Literal[RaidType.ISSUE, RaidType.RISK]


def _rows(person: Actor) -> Select[Any]:
    return select(RaidItem).where(RaidItem.project_id.in_(visible_projects(person)))


def _asked(query: Select[Any], asked: RaidAsked) -> Select[Any]:
    if asked.project:
        query = query.where(RaidItem.project_id.in_(select(Project.id).where(func.upper(Project.code) == asked.project.upper())))
    if asked.state is not None:
        query = query.where(STILL_OPEN if asked.state == "open" else ~STILL_OPEN)
    wanted = {name: getattr(asked, name) for name in ANY}
    return query.where(*(ANY[name] == word for name, word in wanted.items() if word))


def _add(typed: NewRaidItemBody) -> RaidItem:
    return actions.add(project_of(typed.project_id), typed.type, typed.item, external_id=typed.external_id)


def _change(found: RaidItem, typed: RaidItemBody, seen: int) -> None:
    """The day of need of an agreement is changed there, with a reason."""
    item = typed.item
    if found.type == RaidType.DEPENDENCY and of_item(found.id) is not None:
        item = replace(item, due=found.due)
    actions.change(found, item, seen_version=seen)


def _facts(found: RaidItem) -> dict[str, Any]:
    now = item_of(found)
    return {field.name: getattr(now, field.name) for field in fields(Item)}


def _close(found: RaidItem, typed: ClosingBody, seen: int) -> None:
    actions.close(found, typed.reason, status=typed.status, seen_version=seen)


def _reopen(found: RaidItem, _typed: Body, seen: int) -> None:
    actions.reopen(found, seen_version=seen)


def _become(found: RaidItem, typed: BecomingBody, _seen: int) -> RaidItem:
    return actions.become(found, typed.into)


def _escalate(found: RaidItem, typed: EscalationBody, seen: int) -> None:
    offered = escalation_actions.answerers(found)
    escalation_actions.escalate(found, (typed.level, typed.person_id), reason=typed.reason, offered=offered, seen_version=seen)


def _answer(found: RaidItem, typed: WordsBody, seen: int) -> None:
    escalation_actions.answer(found, typed.words, seen_version=seen)


def _hand_back(found: RaidItem, typed: WordsBody, seen: int) -> None:
    escalation_actions.hand_back(found, typed.words, seen_version=seen)


def _answers(found: RaidItem) -> bool:
    return can(Permission.RAID_ANSWER, escalation_actions.place_of(Level(found.escalated_to), found))


def _theirs(found: RaidItem) -> None:
    """Whoever answers at the level it was escalated to."""
    require(Permission.PROJECT_READ, found.place)
    if not _answers(found):
        raise Forbidden
    require(Permission.RAID_ANSWER, escalation_actions.place_of(Level(found.escalated_to), found))


def _either(found: RaidItem) -> None:
    """The level hands it back; the project takes it back."""
    _theirs(found) if _answers(found) else require(EDIT, found.place)


items: Collection[RaidItem] = Collection(
    bp,
    "raid",
    "raid_item",
    RaidItemOut,
    Permission.PROJECT_READ,
    _rows,
    RaidItem.id,
    queries.item,
    asked=RaidAsked,
    narrow=_asked,
)
items.list(msg("Items of the RAID register"))
items.read(msg("One item of the RAID register"))
items.add(msg("A new item"), NewRaidItemBody, EDIT, _add, within=lambda typed: project_of(typed.project_id).place)
items.change(msg("Change an item"), RaidItemBody, EDIT, _change, now=_facts)
items.act("close", msg("Say how it ended"), EDIT, _close, form=ClosingBody, why=lambda typed: typed.reason)
items.act("reopen", msg("It is not over after all"), EDIT, _reopen)
items.act("become", msg("A risk that occurred, an assumption that does not hold"), EDIT, _become, form=BecomingBody)
items.act(
    "escalate", msg("Ask the programme or the portfolio"), EDIT, _escalate, form=EscalationBody, why=lambda typed: typed.reason
)
items.act("answer", msg("Answer what was escalated"), _theirs, _answer, form=WordsBody, scope=Permission.RAID_ANSWER)
items.act("hand-back", msg("Its project deals with it again"), _either, _hand_back, form=WordsBody, scope=EDIT)
