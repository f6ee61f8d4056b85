"""Reads of webhooks and their messages; and what a message may tell, as its owner may see it at that moment."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, literal_column, select, true
from sqlalchemy.orm import joinedload

from pmo.alerts.models import Finding
from pmo.alerts.queries import visible_findings
from pmo.committees.models import Decision
from pmo.db import db
from pmo.hooks.logic import EventKind, HookState, SendState, Subject
from pmo.hooks.models import Webhook, WebhookDelivery
from pmo.kernel.errors import NotFound
from pmo.kernel.permissions import Actor, Permission, Place, may
from pmo.people.visibility import within
from pmo.portfolio.models import Portfolio, Programme, Project, StatusUpdate
from pmo.raid.models import RaidItem
from pmo.reports.models import Edition
from pmo.schedule.models import Milestone

NEWEST = 50  # messages on the page of a webhook


def anybody_listens() -> bool:
    return bool(db.session.scalar(select(exists().where(Webhook.state == HookState.ACTIVE.value))))


def listening_to(kinds: set[str]) -> list[Webhook]:
    """Active webhooks that ask for one of these kinds, with their owners."""
    wanted = (Webhook.state == HookState.ACTIVE.value, Webhook.kinds.overlap(sorted(kinds)))
    return list(db.session.scalars(select(Webhook).options(joinedload(Webhook.owner)).where(*wanted).order_by(Webhook.id)))


def webhook(hook_id: int) -> Webhook:
    """With owner and scope. Raises NotFound."""
    found: Webhook | None = db.session.scalar(_with_around().where(Webhook.id == hook_id))
    if found is None:
        raise NotFound
    return found


def webhooks(*, archived: bool, owner_id: int | None = None) -> list[tuple[Webhook, int, int]]:
    """All, or those of one person; each with how many messages wait and how many failed, in one statement.

    The states stand in it as they are, so that their own index is used whatever the length of the log.
    """
    d = WebhookDelivery
    counts = [
        select(func.count())
        .where(d.webhook_id == Webhook.id, d.state == literal_column(f"'{state.value}'"))
        .correlate(Webhook)
        .scalar_subquery()
        for state in (SendState.WAITING, SendState.FAILED)
    ]
    query = _with_around().add_columns(*counts)
    if owner_id is not None:
        query = query.where(Webhook.owner_id == owner_id)
    is_archived = Webhook.state == HookState.ARCHIVED.value
    rows = db.session.execute(query.where(is_archived if archived else ~is_archived).order_by(Webhook.name, Webhook.id))
    return [(row[0], row[1], row[2]) for row in rows]


def _with_around() -> Select[Any]:
    return select(Webhook).options(
        joinedload(Webhook.owner), joinedload(Webhook.portfolio), joinedload(Webhook.programme)
    )  # fmt: skip


def deliveries(hook_id: int) -> list[WebhookDelivery]:
    """The newest messages first."""
    query = select(WebhookDelivery).where(WebhookDelivery.webhook_id == hook_id)
    return list(db.session.scalars(query.order_by(WebhookDelivery.id.desc()).limit(NEWEST)))


def delivery(delivery_id: int) -> WebhookDelivery:
    found = db.session.get(WebhookDelivery, delivery_id)
    if found is None:
        raise NotFound
    return found


def scopes(actor: Actor, *, every: bool) -> list[tuple[str, str]]:
    """What a webhook may be limited to, as choices: everything there is, or what this person reads."""
    within_portfolio = within(actor, Permission.PROJECT_READ, portfolio=Portfolio.id)
    within_programme = within(actor, Permission.PROJECT_READ, portfolio=Programme.portfolio_id, programme=Programme.id)
    return [
        *_choices(Portfolio, true() if every else within_portfolio),
        *_choices(Programme, true() if every else within_programme),
    ]


def _choices(table: type[Portfolio] | type[Programme], which: ColumnElement[bool]) -> list[tuple[str, str]]:
    query = select(table.id, table.code, table.name).where(table.archived_at.is_(None), which).order_by(table.code, table.id)
    return [(f"{table.__tablename__}:{row.id}", f"{row.code} {row.name}") for row in db.session.execute(query)]


def told(kind: str, subject_id: int, owner: Actor, hook: Webhook) -> Subject | None:
    """What its owner may be told of it now; None when it lies outside what they see or what the webhook is limited to."""
    found = SUBJECTS[EventKind(kind)](subject_id, owner)
    if found is None or not may(owner, PERMISSIONS.get(EventKind(kind), Permission.PROJECT_READ), found.place):
        return None
    limits = ((hook.portfolio_id, found.place.portfolio_id), (hook.programme_id, found.place.programme_id))
    return found if all(limit in (None, place) for limit, place in limits) else None


def _project(subject_id: int, _owner: Actor) -> Subject | None:
    return _of_project(db.session.get(Project, subject_id))


def _of_project(found: Project | None) -> Subject | None:
    return Subject(found.place, {"id": found.id, "project": found.code}, f"/projects/{found.id}") if found else None


def _status(subject_id: int, _owner: Actor) -> Subject | None:
    update = db.session.get(StatusUpdate, subject_id)
    return _of_project(db.session.get(Project, update.project_id)) if update else None


def _milestone(subject_id: int, _owner: Actor) -> Subject | None:
    one = db.session.get(Milestone, subject_id)
    if one is None:
        return None
    dates = {"forecast": _day(one.forecast), "commitment": _day(one.commitment), "actual": _day(one.actual)}
    data = {"id": one.id, "code": one.code, "project": one.project.code, **dates}
    return Subject(one.project.place, data, f"/projects/{one.project_id}/milestones/{one.id}")


def _raid(subject_id: int, _owner: Actor) -> Subject | None:
    one = db.session.get(RaidItem, subject_id)
    if one is None:
        return None
    data: dict[str, int | str | None] = {"id": one.id, "code": one.code, "project": one.project.code, "item": one.type}
    return Subject(one.project.place, data, f"/raid/{one.id}")


def _finding(subject_id: int, owner: Actor) -> Subject | None:
    """A finding has its own rule of who is warned of it."""
    one = db.session.scalar(select(Finding).where(Finding.id == subject_id, visible_findings(owner)))
    if one is None:
        return None
    project = db.session.get(Project, one.project_id) if one.project_id else None
    data: dict[str, int | str | None] = {"id": one.id, "rule": one.rule, "severity": one.severity}
    place = project.place if project else Place(one.portfolio_id, one.programme_id)
    return Subject(place, data | {"project": project.code if project else None}, f"/alerts/{one.id}")


def _decision(subject_id: int, _owner: Actor) -> Subject | None:
    one = db.session.get(Decision, subject_id)
    if one is None:
        return None
    data: dict[str, int | str | None] = {"id": one.id, "code": one.code, "committee": one.committee.code}
    return Subject(one.place, data | {"project": one.project.code if one.project else None}, f"/decisions/taken/{one.id}")


def _edition(subject_id: int, _owner: Actor) -> Subject | None:
    one = db.session.get(Edition, subject_id)
    if one is None:
        return None
    return Subject(one.place, {"id": one.id, "code": one.scope_code, "number": one.number}, f"/reports/{one.id}")


def _day(day: Any) -> str | None:
    return day.isoformat() if day else None


PERMISSIONS = {
    EventKind.DECISION_RECORDED: Permission.DECISION_READ,
    EventKind.EDITION_PUBLISHED: Permission.REPORT_READ,
}
SUBJECTS: dict[EventKind, Callable[[int, Actor], Subject | None]] = {
    EventKind.PROJECT_CREATED: _project,
    EventKind.STATUS_UPDATED: _status,
    EventKind.MILESTONE_MOVED: _milestone,
    EventKind.MILESTONE_REACHED: _milestone,
    EventKind.RAID_RAISED: _raid,
    EventKind.RAID_ESCALATED: _raid,
    EventKind.RAID_CLOSED: _raid,
    EventKind.ALERT_RAISED: _finding,
    EventKind.ALERT_CLEARED: _finding,
    EventKind.DECISION_RECORDED: _decision,
    EventKind.EDITION_PUBLISHED: _edition,
}
