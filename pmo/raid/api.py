"""The register for programs: the same items that the page shows, by number."""

from datetime import date
from typing import Any

from flask import Blueprint, Response, request
from sqlalchemy import Select, func, select

from pmo.db import db
from pmo.kernel.permissions import Permission
from pmo.portfolio.models import Project
from pmo.portfolio.queries import visible_projects
from pmo.raid import queries
from pmo.raid.models import RaidItem
from pmo.raid.register_filter import STILL_OPEN
from pmo.web.access import actor, require, require_anywhere
from pmo.web.api import Operation, Out, many, one, operation, paging

bp = Blueprint("raid_api", __name__, url_prefix="/api/v1")
ANY = {"type": RaidItem.type, "escalated": RaidItem.escalated_to, "proximity": RaidItem.proximity}


class RaidItemOut(Out):
    id: int
    project_id: int
    code: str
    type: str
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
    response: str
    response_text: str
    status: str
    identified_by: str
    raised_on: date
    closed_on: date | None
    closing_reason: str
    trigger: str
    proximity: str
    confidence: str
    if_false: str
    validator_id: int | None
    other_party: str
    source_id: int | None
    escalated_to: str
    answerer_id: int | None
    escalated_on: date | None
    escalation_reason: str
    escalation_answer: str
    answered_on: date | None
    external_id: str | None
    version: int


@bp.get("/raid")
@operation(
    "raid_api.items",
    Operation(
        "Items of the RAID register; state=open or closed",
        RaidItemOut,
        many=True,
        query=("project", "type", "state", "escalated", "proximity"),
    ),
)
def items() -> Response:
    require_anywhere(Permission.PROJECT_READ)
    after, limit = paging()
    query = _asked(select(RaidItem).where(RaidItem.id > after).order_by(RaidItem.id).limit(limit + 1))
    return many([RaidItemOut.model_validate(row) for row in db.session.scalars(query)], limit, lambda row: row.id)


@bp.get("/raid/<int:item_id>")
@operation("raid_api.item", Operation("One item of the RAID register", RaidItemOut))
def item(item_id: int) -> Response:
    found = queries.item(item_id)
    require(Permission.PROJECT_READ, found.place)
    return one(RaidItemOut.model_validate(found), found.version)


def _asked(query: Select[Any]) -> Select[Any]:
    """Only what the actor may see; with ?project=CODE only of that project."""
    query = query.where(RaidItem.project_id.in_(visible_projects(actor())))
    if code := request.args.get("project"):
        query = query.where(RaidItem.project_id.in_(select(Project.id).where(func.upper(Project.code) == code.upper())))
    match request.args.get("state"):
        case "open":
            query = query.where(STILL_OPEN)
        case "closed":
            query = query.where(~STILL_OPEN)
    wanted = {name: request.args.get(name, "").replace("\x00", "") for name in ANY}
    return query.where(*(ANY[name] == word for name, word in wanted.items() if word))
