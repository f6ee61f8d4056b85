"""Which milestones count as on time: one definition, for the portfolio's last days and for the periods of an indicator."""

from datetime import date

from pmo.kernel.languages import Message, msg

DEFINITION: Message = msg(
    "Of the milestones whose baseline day has come in the days looked at, those reached on or before it. "
    "One not reached yet is not on time; cancelled ones do not count."
)


def fell_due(baseline: date | None, first: date, last: date) -> bool:
    """The baseline lies within the days looked at, both included; `last` is never after today."""
    return baseline is not None and first <= baseline <= last


def was_on_time(baseline: date | None, actual: date | None) -> bool:
    """Reached, and no later than the baseline said."""
    return baseline is not None and actual is not None and actual <= baseline
