"""Change requests, in the words of their history."""

from pmo.changes.logic import CATEGORY_NAMES, PRIORITY_NAMES, STATE_NAMES
from pmo.changes.models import ChangeRequest
from pmo.history.logic import Field, Kept
from pmo.kernel.languages import msg
from pmo.portfolio.kept import amount, of_its_project

KEPT = (
    Kept(
        "change_request",
        msg("Change request"),
        {
            "project_id": Field(msg("Project"), refers="project"),
            "code": Field(msg("No.")),
            "title": Field(msg("Title")),
            "category": Field(msg("Category"), CATEGORY_NAMES),
            "priority": Field(msg("Priority"), PRIORITY_NAMES),
            "requested_by": Field(msg("Requested by")),
            "submitted_on": Field(msg("Submitted on")),
            "submitted_by": Field(msg("Entered by"), refers="person"),
            "situation": Field(msg("As it is now")),
            "wanted": Field(msg("As it should be")),
            "if_not": Field(msg("If it is not done")),
            "scope": Field(msg("Impact on the scope")),
            "alternatives": Field(msg("Alternatives")),
            "recommendation": Field(msg("Recommendation")),
            "cost": amount(msg("Impact on money")),
            "currency": Field(msg("Currency")),
            "milestone_id": Field(msg("Milestone"), refers="milestone"),
            "old_date": Field(msg("Date before")),
            "new_date": Field(msg("New date")),
            "state": Field(msg("State"), STATE_NAMES),
            "meeting_id": Field(msg("Meeting"), refers="meeting"),
            "decided_on": Field(msg("Decided on")),
            "decided_by": Field(msg("Decided or recorded by"), refers="person"),
            "decision_id": Field(msg("Decision"), refers="decision"),
            "reason": Field(msg("Reason")),
            "postponed_until": Field(msg("Postponed until")),
            "merged_into_id": Field(msg("Merged into"), refers="change_request"),
            "implemented_on": Field(msg("Implemented on")),
            "evidence": Field(msg("Evidence")),
        },
        of_its_project(ChangeRequest),
        hidden=frozenset({"forecast_move_id", "baseline_move_id"}),
        name="title",
    ),
)
