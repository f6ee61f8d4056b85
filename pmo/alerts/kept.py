"""Findings and what people answered, in the words of their history."""

from pmo.alerts.models import Finding
from pmo.history.logic import Field, Kept
from pmo.kernel.languages import msg
from pmo.portfolio.kept import of_its_project

SEVERITY_NAMES = {"red": msg("Red"), "amber": msg("Amber"), "info": msg("For information")}

KEPT = (
    Kept(
        "finding",
        msg("Finding"),
        {
            "project_id": Field(msg("Project"), refers="project"),
            "severity": Field(msg("Severity"), SEVERITY_NAMES),
            "owner_id": Field(msg("Owner"), refers="person"),
            "raised_at": Field(msg("Raised")),
            "acknowledged_at": Field(msg("Seen")),
            "acknowledged_by": Field(msg("Seen by"), refers="person"),
            "acknowledgement": Field(msg("Answer")),
            "snoozed_until": Field(msg("Put off until")),
            "snooze_reason": Field(msg("Why put off")),
            "snoozed_by": Field(msg("Put off by"), refers="person"),
            "cleared_at": Field(msg("Cleared")),
        },
        of_its_project(Finding),
        hidden=frozenset({"rule", "subject", "subject_id", "weight", "facts", "repeated_at", "times", "is_quiet"}),
        name="rule",
    ),
)
