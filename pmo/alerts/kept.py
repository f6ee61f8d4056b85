"""Findings and what people answered, in the words of their history."""

from pmo.alerts.models import Finding
from pmo.db import db
from pmo.history.logic import Field, Kept
from pmo.kernel.languages import msg
from pmo.kernel.permissions import Place
from pmo.portfolio.kept import of_its_project

SEVERITY_NAMES = {"red": msg("Red"), "amber": msg("Amber"), "info": msg("For information")}


def _place(row_id: int) -> Place | None:
    """Of its project, or of the programme or portfolio of what is no project."""
    found = db.session.get(Finding, row_id)
    if found is None or found.project_id is not None:
        return of_its_project(Finding)(row_id)
    return Place(found.portfolio_id, found.programme_id)


KEPT = (
    Kept(
        "finding",
        msg("Finding"),
        {
            "project_id": Field(msg("Project"), refers="project"),
            "portfolio_id": Field(msg("Portfolio"), refers="portfolio"),
            "programme_id": Field(msg("Programme"), refers="programme"),
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
        _place,
        hidden=frozenset({"rule", "subject", "subject_id", "weight", "facts", "repeated_at", "times", "is_quiet"}),
        name="rule",
    ),
)
