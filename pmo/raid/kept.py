"""The RAID register, in the words of its history."""

from pmo.history.logic import Field, Kept
from pmo.kernel.languages import msg
from pmo.portfolio.kept import of_its_project
from pmo.raid.logic import CATEGORY_NAMES, RESPONSE_NAMES, REVIEW_NAMES, SCALE, STATUS_NAMES, TYPE_NAMES
from pmo.raid.models import RaidItem

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
        },
        of_its_project(RaidItem),
        hidden=frozenset({"title_key"}),
        name="title",
    ),
)
