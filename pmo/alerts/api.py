"""Alerts for programs: what still stands, and what is answered to it."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from flask import Blueprint
from sqlalchemy import Select, select

from pmo.alerts import actions, queries
from pmo.alerts.logic.rules import RuleCode, Severity, Subject
from pmo.alerts.logic.sentences import sentence
from pmo.alerts.models import Finding
from pmo.db import db
from pmo.kernel.errors import NotFound
from pmo.kernel.languages import msg
from pmo.kernel.permissions import Actor, Permission
from pmo.web.access import actor, require, within_scopes
from pmo.web.api import Asked, Body, Day, Out
from pmo.web.doors import Collection
from pmo.web.forms import Blank, Line
from pmo.web.i18n import say

bp = Blueprint("alerts_api", __name__, url_prefix="/api/v1")


class AlertOut(Out):
    id: int
    rule: RuleCode
    subject: Subject
    subject_id: int
    project_id: int | None  # null: about something that is no project
    portfolio_id: int | None  # only of what may stand outside projects
    programme_id: int | None
    severity: Severity
    sentence: str
    facts: dict[str, Any]
    owner_id: int | None
    raised_at: datetime
    acknowledged_at: datetime | None
    acknowledgement: str
    snoozed_until: date | None
    snooze_reason: str
    cleared_at: datetime | None
    version: int


class AlertsAsked(Asked):
    state: Annotated[Literal["standing", "ended", "all"] | None, Blank] = None  # without it: standing
    severity: Annotated[Severity | None, Blank] = None


class SeenBody(Body):
    """A red alert asks a word about what is done."""

    note: Line = ""


class SnoozingBody(Body):
    until: Day
    reason: Line


def _rows(person: Actor) -> Select[Any]:
    return select(Finding).where(queries.visible_findings(person))


def _narrow(query: Select[Any], asked: AlertsAsked) -> Select[Any]:
    if asked.severity:
        query = query.where(Finding.severity == asked.severity.value)
    if asked.state == "all":
        return query
    return query.where(Finding.cleared_at.is_not(None) if asked.state == "ended" else Finding.cleared_at.is_(None))


def _show(row: Finding) -> AlertOut:
    shown = {name: getattr(row, name) for name in AlertOut.model_fields if name != "sentence"}
    return AlertOut.model_validate({**shown, "sentence": say(sentence(RuleCode(row.rule), row.facts))})


def _unseen(row: Finding, person: Actor) -> bool:
    query = select(Finding.id).where(Finding.id == row.id, queries.visible_findings(person))
    return db.session.scalar(query) is None


def _theirs(row: Finding) -> None:
    """Whoever answers alerts there, and whose own it is."""
    if _unseen(row, actor()):
        raise NotFound
    of_indicator, own = row.subject == Subject.INDICATOR, row.owner_id == actor().person_id
    reading = Permission.INDICATOR_READ if of_indicator else Permission.PROJECT_READ
    require(reading if own else Permission.ALERT_ANSWER, queries.row(row.id).place)
    within_scopes(Permission.ALERT_ANSWER)


def _acknowledge(row: Finding, typed: SeenBody, seen: int) -> None:
    actions.acknowledge(row, typed.note, by=actor().person_id, seen_version=seen)


def _snooze(row: Finding, typed: SnoozingBody, seen: int) -> None:
    actions.snooze(row, typed.until, typed.reason, by=actor().person_id, seen_version=seen)


def _take_back(row: Finding, _typed: Body, seen: int) -> None:
    actions.take_back(row, seen_version=seen)


alerts: Collection[Finding] = Collection(
    bp, "alerts", "alert", AlertOut, Permission.PROJECT_READ, _rows, Finding.id, queries.finding,
    show=_show, asked=AlertsAsked, narrow=_narrow, anywhere=True, unseen=_unseen,
)  # fmt: skip
ANSWER = Permission.ALERT_ANSWER
alerts.list(msg("Alerts: those that still stand, unless others are asked for"))
alerts.read(msg("One alert"))
alerts.act("acknowledge", msg("Seen; it speaks again only if it gets worse"), _theirs, _acknowledge, form=SeenBody, scope=ANSWER)
alerts.act(
    "snooze", msg("Not now: it comes back on that day, or when it gets worse"), _theirs, _snooze, form=SnoozingBody, scope=ANSWER
)
alerts.act("take-back", msg("Not seen after all, not put off any more"), _theirs, _take_back, scope=ANSWER)
