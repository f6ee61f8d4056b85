"""Alerts for programs."""

from datetime import date, datetime
from typing import Any

from flask import Blueprint, Response
from sqlalchemy import select

from pmo.alerts import queries
from pmo.alerts.logic.rules import RuleCode
from pmo.alerts.logic.sentences import sentence
from pmo.alerts.models import Finding
from pmo.db import db
from pmo.kernel.permissions import Permission
from pmo.web.access import actor, require_anywhere
from pmo.web.api import Operation, Out, many, operation, paging
from pmo.web.i18n import say

bp = Blueprint("alerts_api", __name__, url_prefix="/api/v1")


class AlertOut(Out):
    id: int
    rule: str
    subject: str
    subject_id: int
    project_id: int | None  # null: about something that is no project
    portfolio_id: int | None  # only of what may stand outside projects
    programme_id: int | None
    severity: str
    sentence: str
    facts: dict[str, Any]
    owner_id: int | None
    raised_at: datetime
    acknowledged_at: datetime | None
    snoozed_until: date | None
    cleared_at: datetime | None


@bp.get("/alerts")
@operation("alerts_api.alerts", Operation("Alerts that have not ended", AlertOut, many=True))
def alerts() -> Response:
    require_anywhere(Permission.PROJECT_READ)
    after, limit = paging()
    still = (queries.visible_findings(actor()), Finding.cleared_at.is_(None), Finding.id > after)
    rows = db.session.scalars(select(Finding).where(*still).order_by(Finding.id).limit(limit + 1))
    return many([_out(row) for row in rows], limit, lambda row: row.id)


def _out(row: Finding) -> AlertOut:
    shown = {name: getattr(row, name) for name in AlertOut.model_fields if name != "sentence"}
    return AlertOut(**shown, sentence=say(sentence(RuleCode(row.rule), row.facts)))
