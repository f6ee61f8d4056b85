"""Amounts entered for a day, in the words of their history."""

from pmo.finance.models import ValueEntry
from pmo.history.logic import Field, Kept
from pmo.kernel.languages import msg
from pmo.portfolio.kept import amount, of_its_project

KEPT = (
    Kept(
        "value_entry",
        msg("Amounts of a day"),
        {
            "project_id": Field(msg("Project"), refers="project"),
            "on_day": Field(msg("Day")),
            "currency": Field(msg("Currency")),
            "planned": amount(msg("Planned value")),
            "actual": amount(msg("Actual cost")),
            "to_complete": amount(msg("Estimate to complete")),
            "share": Field(msg("Tasks done, percent")),
            "note": Field(msg("Note")),
            "voided_on": Field(msg("Voided on")),
            "void_reason": Field(msg("Why voided")),
        },
        of_its_project(ValueEntry),
        name="on_day",
    ),
)
