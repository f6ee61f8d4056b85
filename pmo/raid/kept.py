"""The RAID register, in the words of its history."""

from sqlalchemy import select

from pmo.db import db
from pmo.history.logic import Field, Kept
from pmo.kernel.languages import msg
from pmo.kernel.permissions import Place
from pmo.portfolio.kept import of_its_project
from pmo.portfolio.models import Project
from pmo.raid.logic import (
    CATEGORY_NAMES,
    CONFIDENCE_NAMES,
    LEVEL_NAMES,
    PROXIMITY_NAMES,
    RESPONSE_NAMES,
    REVIEW_NAMES,
    SCALE,
    STATUS_NAMES,
    TYPE_NAMES,
)
from pmo.raid.models import Agreement, RaidItem


def _of_its_receiver(row_id: int) -> Place | None:
    query = select(Project).join(RaidItem, RaidItem.project_id == Project.id).join(Agreement, Agreement.item_id == RaidItem.id)
    found = db.session.scalar(query.where(Agreement.id == row_id))
    return found.place if found else None


KEPT = (
    Kept(
        "raid_item",
        msg("RAID item"),
        {
            "code": Field(msg("Code")),
            "type": Field(msg("Type"), TYPE_NAMES),
            "title": Field(msg("Title")),
            "project_id": Field(msg("Project"), refers="project"),
            "description": Field(msg("Description")),
            "category": Field(msg("Category"), CATEGORY_NAMES),
            "probability": Field(msg("Probability"), SCALE),
            "impact": Field(msg("Impact"), SCALE),
            "owner_id": Field(msg("Owner"), refers="person"),
            "due": Field(msg("Due")),
            "response": Field(msg("Response"), RESPONSE_NAMES),
            "response_text": Field(msg("Response in words")),
            "status": Field(msg("Status"), STATUS_NAMES),
            "raised_on": Field(msg("Raised on")),
            "closed_on": Field(msg("Closed on")),
            "closing_reason": Field(msg("Why closed")),
            "other_party": Field(msg("Other party")),
            "external_id": Field(msg("Number elsewhere")),
            "reviewed_at": Field(msg("Reviewed")),
            "reviewed_by": Field(msg("Reviewed by"), refers="person"),
            "review": Field(msg("What the review found"), REVIEW_NAMES),
            "residual_probability": Field(msg("Probability after the response"), SCALE),
            "residual_impact": Field(msg("Impact after the response"), SCALE),
            "trigger": Field(msg("Trigger")),
            "proximity": Field(msg("Proximity"), PROXIMITY_NAMES),
            "identified_by": Field(msg("Identified by")),
            "confidence": Field(msg("Confidence"), CONFIDENCE_NAMES),
            "if_false": Field(msg("If it does not hold")),
            "validator_id": Field(msg("Validated by"), refers="person"),
            "source_id": Field(msg("Came from"), refers="raid_item"),
            "escalated_to": Field(msg("Escalated to"), LEVEL_NAMES),
            "answerer_id": Field(msg("Asked for an answer"), refers="person"),
            "escalated_on": Field(msg("Escalated on")),
            "escalated_by": Field(msg("Escalated by"), refers="person"),
            "escalation_reason": Field(msg("Why escalated")),
            "escalation_answer": Field(msg("Answer to the escalation")),
            "answered_on": Field(msg("Answered on")),
            "answered_by": Field(msg("Answered by"), refers="person"),
        },
        of_its_project(RaidItem),
        hidden=frozenset({"title_key"}),
        name="title",
    ),
    Kept(
        "agreement",
        msg("Agreement on a dependency"),
        {
            "promised": Field(msg("Promised")),
            "reason": Field(msg("Why the date changed")),
            "settled_need_by": Field(msg("Needed by, as agreed")),
            "settled_promised": Field(msg("Promised, as agreed")),
            "receiver_agreed_at": Field(msg("The receiver agreed")),
            "receiver_agreed_by": Field(msg("Agreed for the receiver by"), refers="person"),
            "giver_agreed_at": Field(msg("The giver agreed")),
            "giver_agreed_by": Field(msg("Agreed for the giver by"), refers="person"),
        },
        _of_its_receiver,
        hidden=frozenset({"item_id", "giver_id", "milestone_id"}),  # who reads one side may not know the other
        name="reason",
    ),
)
