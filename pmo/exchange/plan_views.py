"""Bringing a plan into a project by the browser: upload, look at what it would change, apply or throw away."""

import hashlib
import re
from collections.abc import Mapping
from datetime import date

from flask import Blueprint, Response, request, url_for
from sqlalchemy import func, select

from pmo.db import db, transaction
from pmo.exchange import runs
from pmo.exchange.logic.preview import thaw
from pmo.exchange.models import ImportRun
from pmo.exchange.schedules import bring_plan
from pmo.kernel import clock, formats
from pmo.kernel.errors import Conflict, Invalid, NotFound, Refused
from pmo.kernel.languages import Message, msg
from pmo.kernel.permissions import Permission
from pmo.portfolio import queries as portfolio
from pmo.portfolio.models import Project
from pmo.schedule.models import Plan, Task
from pmo.web.access import actor, require
from pmo.web.htmx import page, see_other
from pmo.web.i18n import language
from pmo.web.look_back import only_now

bp = Blueprint("plans", __name__, url_prefix="/projects/<int:project_id>/plan")
PAGE, KIND = "exchange/plan.html", "schedule"
ISO_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(T[0-9:.]+)?")
FIELD_NAMES: dict[str, Message] = {
    "new": msg("new milestone"),
    "forecast": msg("forecast"),
    "baseline": msg("baseline"),
    "actual": msg("reached"),
    "name": msg("name"),
    "wbs": msg("outline number"),
    "outline_level": msg("outline level"),
    "is_summary": msg("summary"),
    "is_milestone": msg("milestone"),
    "is_critical": msg("critical path"),
    "is_active": msg("active"),
    "is_manual": msg("dates set by hand"),
    "start": msg("start"),
    "finish": msg("finish"),
    "duration_minutes": msg("duration in minutes"),
    "duration_unit": msg("unit of the duration"),
    "percent_complete": msg("percent done"),
    "actual_start": msg("started"),
    "actual_finish": msg("finished"),
    "constraint_type": msg("constraint"),
    "constraint_date": msg("day of the constraint"),
    "deadline": msg("deadline"),
    "calendar_uid": msg("calendar"),
    "notes": msg("notes"),
    "baselines": msg("baseline"),
}


@bp.get("")
def plan(project_id: int) -> Response:
    return _page(_project(project_id))


@bp.post("")
def upload(project_id: int) -> Response:
    project = _project(project_id)
    only_now()
    sent = request.files.get("file")
    content = sent.read() if sent else b""
    if sent is None or not sent.filename or not content:
        return _page(project, {"file": msg("Choose a file with something in it.")}, 422)
    name = sent.filename.replace("\\", "/").rpartition("/")[2][:200].replace("\x00", "")
    try:
        shown = bring_plan(content, name, project, dry_run=True)
    except Refused as refusal:
        return _page(project, {"file": refusal.message}, 422)
    with transaction("plan uploaded"):
        _forget(project)
        db.session.add(
            ImportRun(
                kind=KIND,
                file_name=name,
                file_sha256=hashlib.sha256(content).hexdigest(),
                content=content,
                person_id=actor().person_id,
                project_id=project.id,
                preview=shown,
                state=runs.READY,
                made_at=clock.now(),
            )  # fmt: skip
        )
    return see_other(url_for(".plan", project_id=project.id))


@bp.post("/<int:run_id>/apply")
def apply(project_id: int, run_id: int) -> Response:
    """As it is now: what was changed here since the look is compared again."""
    project = _project(project_id)
    only_now()
    run = _mine(project, run_id)
    try:
        report = bring_plan(run.content, run.file_name, project)
    except (Conflict, Invalid) as refusal:
        return _page(project, {"": refusal.message}, 409)
    with transaction("plan brought in"):
        run.preview, run.state, run.content, run.applied_at = {"done": report}, runs.APPLIED, b"", clock.now()
    return see_other(url_for("timeline.project_timeline", project_id=project.id))


@bp.post("/<int:run_id>/discard")
def discard(project_id: int, run_id: int) -> Response:
    project = _project(project_id)
    run = _mine(project, run_id)
    with transaction("plan thrown away"):
        runs.discard(run)
    return see_other(url_for(".plan", project_id=project.id))


def _project(project_id: int) -> Project:
    found = portfolio.project(project_id)
    require(Permission.IMPORT_RUN, found.place)
    return found


def _open_run(project: Project) -> ImportRun | None:
    """The file this person is looking at, for this project."""
    mine = (ImportRun.kind == KIND, ImportRun.project_id == project.id, ImportRun.person_id == actor().person_id)
    query = select(ImportRun).where(*mine, ImportRun.state == runs.READY)
    return db.session.scalar(query.order_by(ImportRun.id.desc()).limit(1))


def _mine(project: Project, run_id: int) -> ImportRun:
    run = _open_run(project)
    if run is None or run.id != run_id:
        raise NotFound
    return run


def _forget(project: Project) -> None:
    """A newer file takes the place of the one looked at before."""
    if (before := _open_run(project)) is not None:
        runs.discard(before)


def _said(value: str | None) -> str:
    """A stored value for the page: days in the language of the reader."""
    found = ISO_DAY.fullmatch(value or "")
    return formats.day(date.fromisoformat(found[1]), language()) if found else (value or "–")[:60]


def _page(project: Project, errors: Mapping[str, Message] | None = None, status: int = 200) -> Response:
    db.session.rollback()
    tasks = db.session.scalar(select(func.count()).select_from(Task).where(Task.project_id == project.id, Task.is_active))
    return page(
        PAGE, "plan", status=status, project=project, run=_open_run(project), errors=dict(errors or {}), tasks=tasks,
        plan=db.session.scalar(select(Plan).where(Plan.project_id == project.id)), thaw=thaw, field_names=FIELD_NAMES,
        said=_said,
    )  # fmt: skip
