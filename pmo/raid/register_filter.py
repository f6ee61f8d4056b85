"""What of the register is asked for, as conditions: the filters of its pages and the fields of the filter language."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, case, func

from pmo.kernel.languages import msg
from pmo.kernel.permissions import Actor
from pmo.people.models import Person
from pmo.portfolio.logic import State
from pmo.portfolio.models import Programme, Project
from pmo.portfolio.queries import visible_projects
from pmo.raid.logic import Level, Proximity, RaidType
from pmo.raid.models import RaidItem
from pmo.web.filters import Field, Folded, Op, Query, choice, conditions, containing, day, number, person, text
from pmo.web.filters import parse as parse_filter

LEVEL = func.coalesce(RaidItem.probability * RaidItem.impact, 0)
STILL_OPEN = RaidItem.closed_on.is_(None)
IN_OPEN_PROJECT = Project.state == State.OPEN.value
NEARNESS = case(*((RaidItem.proximity == one.value, rank) for rank, one in enumerate(Proximity) if one), else_=9)


@dataclass(frozen=True, slots=True)
class Asked:
    """What of the register is asked for; empty means all."""

    words: str = ""
    type: str = ""
    programme: str = ""
    project: str = ""
    owner: str = ""
    state: str = "open"
    probability: int | None = None
    impact: int | None = None
    left: tuple[int, int] | None = None  # likelihood and impact after the response
    is_overdue: bool = False
    project_id: int | None = None
    escalated: str = ""  # a Level
    proximity: str = ""

    @property
    def places(self) -> dict[str, str]:
        """The filters by place, for the address of another page about the same items."""
        return {name: value for name, value in (("programme", self.programme), ("project", self.project)) if value}

    @property
    def owner_id(self) -> int | None:
        """None for everybody, nobody, and what is no id."""
        is_id = self.owner.isascii() and self.owner.isdecimal() and len(self.owner) < 10  # noqa: PLR2004  # what an id can be
        return int(self.owner) if is_id else None


def wanted(actor: Actor, asked: Asked, today: date) -> list[ColumnElement[bool]]:
    typed = parse_filter(asked.words)
    found = containing(
        typed.words, RaidItem.code, Folded(RaidItem.title_key), RaidItem.response_text, Folded(Person.name_key), Project.code
    )
    terms = conditions(Query((), typed.terms), searchable(actor, today))
    return [RaidItem.project_id.in_(visible_projects(actor)), *_chosen(asked, today), *found, *terms]


def _chosen(asked: Asked, today: date) -> list[ColumnElement[bool]]:
    """What is open is what the figures and the report count: in open projects; a project that is named shows its own anyway."""
    is_named = bool(asked.project or asked.project_id)
    cell = and_(RaidItem.probability == asked.probability, RaidItem.impact == asked.impact)
    left = asked.left or (None, None)
    pairs = (
        (asked.state in ("open", "left"), STILL_OPEN),
        (asked.state == "open" and not is_named, IN_OPEN_PROJECT),
        (asked.state == "left", Project.state != State.OPEN.value),
        (asked.state == "closed", RaidItem.closed_on.is_not(None)),
        (asked.type, RaidItem.type == asked.type),
        (asked.programme, Programme.code == asked.programme),
        (asked.project, Project.code == asked.project),
        (asked.project_id, RaidItem.project_id == asked.project_id),
        (asked.owner_id is not None, RaidItem.owner_id == asked.owner_id),
        (asked.owner == "none", RaidItem.owner_id.is_(None)),
        (asked.is_overdue, overdue(today)),
        (asked.probability and asked.impact, cell),
        (asked.escalated, RaidItem.escalated_to == asked.escalated),
        (asked.proximity, RaidItem.proximity == asked.proximity),
        (asked.left, and_(RaidItem.residual_probability == left[0], RaidItem.residual_impact == left[1])),
    )
    return [condition for applies, condition in pairs if applies]


def searchable(actor: Actor, today: date) -> dict[str, Field]:
    """The fields of the filter language on this list."""
    me = actor.person_id
    return {
        "risk": Field(msg("Level of a risk"), "risk>=15", _level_of_risk),
        "level": Field(msg("Level"), "level>=12", number(LEVEL)),
        "type": Field(msg("Type"), "type:issue", choice(RaidItem.type, _words(RaidType))),
        "programme": Field(msg("Programme"), "programme:ONCO", text(Programme.code, Folded(Programme.name_key))),
        "project": Field(msg("Project"), "project:PAC-01", text(Project.code, Folded(Project.name_key))),
        "owner": Field(msg("Owner"), "owner:me", person(me, lambda fits: fits(RaidItem.owner_id, Person.name_key))),
        "proximity": Field(msg("Proximity"), "proximity:imminent", choice(RaidItem.proximity, _words(Proximity))),
        "escalated": Field(msg("Escalated to"), "escalated:programme", choice(RaidItem.escalated_to, _words(Level))),
        "due": Field(msg("Due"), "due<=today+14", day(RaidItem.due, today)),
        "late": Field(
            msg("Overdue, of"), "late:me", person(me, lambda fits: and_(overdue(today), fits(RaidItem.owner_id, Person.name_key)))
        ),
    }


def _words(vocabulary: type[StrEnum]) -> dict[str, str]:
    return {one.value: one.value for one in vocabulary if one}


def _level_of_risk(op: Op, value: str) -> ColumnElement[bool]:
    return and_(RaidItem.type == RaidType.RISK.value, number(LEVEL)(op, value))


def overdue(today: date) -> ColumnElement[bool]:
    return and_(STILL_OPEN, RaidItem.due < today)
