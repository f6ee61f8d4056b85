"""Stored content, by the form it was made in: read back as values, and held against what is computed now."""

from typing import Any

from pmo.reports.logic import canonical
from pmo.reports.logic.content import Report
from pmo.reports.logic.forms import apart


def read(stored: Any) -> Report:
    """Raises canonical.Unreadable, also where a field is missing that this form has."""
    return canonical.read(Report, stored, apart(stored).lacks)


def comparable(stored: Any, computed: Any) -> tuple[Any, Any]:
    """Both without what the form of the stored one did not have, or meant by other words; nothing else is left out."""
    form = apart(stored)
    expected = canonical.as_far_as(stored, computed, form.lacks)
    return canonical.blanked(stored, form.meant_otherwise), canonical.blanked(expected, form.meant_otherwise)
