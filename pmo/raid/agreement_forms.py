"""What people type about agreements between projects."""

from datetime import date
from typing import Annotated

from pmo.kernel.errors import Invalid
from pmo.kernel.languages import msg
from pmo.raid.agreement_logic import Side
from pmo.raid.forms import due_day
from pmo.web.forms import Blank, Form, Line

Chosen = Annotated[int | None, Blank]


class AskForm(Form):
    giver_id: Chosen = None
    day: Line = ""
    reason: Line = ""


class ChangeForm(Form):
    """Another date, or the end: which of them says the address."""

    day: Line = ""
    milestone_id: Chosen = None
    reason: Line = ""
    version: int = 0


class YesForm(Form):
    side: Side
    version: int = 0


def asked_day(text: str, base: date | None = None) -> date:
    """Raises Invalid for what is empty or not a day."""
    day = optional_day(text, base)
    if day is None:
        raise Invalid({"day": msg("Enter a day.")})
    return day


def optional_day(text: str, base: date | None = None) -> date | None:
    try:
        return due_day(text, base)
    except Invalid as refusal:
        raise Invalid({"day": refusal.errors["due"]}) from refusal
