"""Status updates of projects for programs."""

from datetime import date, datetime
from typing import Any

from flask import Blueprint
from sqlalchemy import Select, func, select

from pmo.db import db
from pmo.kernel import clock
from pmo.kernel.errors import Invalid, NotFound
from pmo.kernel.languages import msg
from pmo.kernel.permissions import HOUSE, Actor, Permission, Place
from pmo.portfolio import actions
from pmo.portfolio.actions import Declaration
from pmo.portfolio.logic import Colour, Dimension
from pmo.portfolio.models import Project, StatusUpdate
from pmo.portfolio.queries import project as project_of
from pmo.portfolio.queries import visible_projects
from pmo.status.project_queries import is_worrying
from pmo.status.queries import project_status
from pmo.web.access import actor
from pmo.web.api import Asked, Body, Day, Id, Out
from pmo.web.doors import Collection
from pmo.web.forms import Line, Text

WAY_BACK = msg("Something is amber or red: say what must happen to get back to green.")
bp = Blueprint("updates_api", __name__, url_prefix="/api/v1")


class StatusUpdateOut(Out):
    """What a project manager declares for a period; a colour is null where they cannot say."""

    id: int
    project_id: int
    period_start: date | None
    period_end: date
    stated_at: datetime
    author_id: int | None
    done: str
    next: str
    attention: str
    back_to_green: str
    overall: Colour | None
    schedule: Colour | None
    cost: Colour | None
    scope: Colour | None
    resources: Colour | None
    risk: Colour | None
    quality: Colour | None
    source: str
    version: int


class UpdatesAsked(Asked):
    project: Line = ""  # its code


class StatusUpdateBody(Body):
    """At least one of done, next and attention; with anything amber or red, back_to_green says what must happen."""

    project_id: Id
    period_start: Day | None = None
    period_end: Day
    done: Text = ""
    next: Text = ""
    attention: Text = ""
    back_to_green: Text = ""
    overall: Colour | None = None
    schedule: Colour | None = None
    cost: Colour | None = None
    scope: Colour | None = None
    resources: Colour | None = None
    risk: Colour | None = None
    quality: Colour | None = None

    @property
    def declaration(self) -> Declaration:
        """Raises Invalid."""
        colours = {dimension: getattr(self, dimension.value) for dimension in Dimension}
        if not (self.done or self.next or self.attention):
            raise Invalid({"done": msg("Say at least one thing: what is done, what comes next, or what needs attention.")})
        if self.period_end > clock.today():
            raise Invalid({"period_end": msg("The period cannot end in the future.")})
        if self.period_start is not None and self.period_start > self.period_end:
            raise Invalid({"period_start": msg("The period begins after it ends.")})
        if any(colour not in (None, Colour.GREEN) for colour in colours.values()) and not self.back_to_green:
            raise Invalid({"back_to_green": WAY_BACK})
        return Declaration(
            self.period_end, self.period_start, self.done, self.next, self.attention, self.back_to_green, colours
        )  # fmt: skip


def _rows(person: Actor) -> Select[Any]:
    return select(StatusUpdate).where(StatusUpdate.project_id.in_(visible_projects(person)))


def _narrow(query: Select[Any], asked: UpdatesAsked) -> Select[Any]:
    if not asked.project:
        return query
    of = select(Project.id).where(func.upper(Project.code) == asked.project.upper())
    return query.where(StatusUpdate.project_id.in_(of))


def _update(update_id: int) -> StatusUpdate:
    found = db.session.get(StatusUpdate, update_id)
    if found is None:
        raise NotFound
    return found


def _place(found: StatusUpdate) -> Place:
    project = db.session.get(Project, found.project_id)
    return project.place if project else HOUSE


def _declare(typed: StatusUpdateBody) -> StatusUpdate:
    project, said = project_of(typed.project_id), typed.declaration
    if not said.back_to_green and is_worrying(project_status(actor(), project.id)):
        raise Invalid({"back_to_green": WAY_BACK})
    return actions.declare(project, said)


updates: Collection[StatusUpdate] = Collection(
    bp, "status-updates", "status_update", StatusUpdateOut, Permission.PROJECT_READ, _rows, StatusUpdate.id, _update,
    asked=UpdatesAsked, narrow=_narrow, place=_place,
)  # fmt: skip
updates.list(msg("Status updates of projects"))
updates.read(msg("One status update"))
updates.add(
    msg("Report on a project for a period; the newest one counts"), StatusUpdateBody, Permission.STATUS_WRITE, _declare,
    within=lambda typed: project_of(typed.project_id).place,
)  # fmt: skip
