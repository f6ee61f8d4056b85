"""What people type about milestones: a new date with its reason, the day it was reached, everything else about one."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from pmo.kernel import clock
from pmo.kernel.errors import Invalid
from pmo.kernel.languages import msg
from pmo.kernel.typed import read_date
from pmo.schedule.logic.moves import NOT_CHOSEN, MoveReason, Why
from pmo.web.forms import Blank, Filled, Form, Line, Refusal, Text

NO_DATE = msg("Enter a date such as 31/03/2026, or a step such as +10d or 2w.")
DATE_NEEDED = msg("Enter the new date.")


def _chosen(reason: MoveReason | None) -> MoveReason | None:
    if reason in NOT_CHOSEN:
        raise Refusal(msg("Choose one from the list."))
    return reason


Reason = Annotated[MoveReason | None, Blank, AfterValidator(_chosen)]
Code = Annotated[str, StringConstraints(max_length=20)]


class MoveForm(Form):
    """`choice` and `other` come from the page that shows two people's dates beside each other."""

    forecast: Line = ""
    reason: Reason = None
    words: Line = ""
    version: int
    choice: Literal["", "keep", "mine", "other"] = ""
    other: Line = ""

    @property
    def why(self) -> Why:
        return Why(self.reason, self.words)

    def day(self, base: date | None) -> date:
        """The date meant, steps counted from `base`. Raises Invalid."""
        field = "other" if self.choice == "other" else "forecast"
        return typed_day(self.other if self.choice == "other" else self.forecast, field, base)


class ReachForm(Form):
    actual: Line = ""
    version: int


class CancelForm(Form):
    reason: Line = ""
    version: int


class AboutForm(Form):
    name: Filled
    description: Text = ""
    owner_id: Annotated[int | None, Blank] = None
    weight: Annotated[Decimal, Field(gt=0, le=1000, max_digits=6, decimal_places=2)] = Decimal(1)
    is_gate: bool = False
    version: int = 0


class NewForm(AboutForm):
    code: Code = ""
    baseline: Line = ""
    forecast: Line = ""


class BaselineForm(Form):
    baseline: Line = ""
    reason: Reason = None
    words: Line = ""
    version: int = 0

    @property
    def why(self) -> Why:
        return Why(self.reason, self.words)


def typed_day(text: str, field: str, base: date | None = None) -> date:
    """Raises Invalid with a sentence for the field."""
    found = typed_day_or_none(text, field, base)
    if found is None:
        raise Invalid({field: DATE_NEEDED})
    return found


def typed_day_or_none(text: str, field: str, base: date | None = None) -> date | None:
    if not text:
        return None
    try:
        return read_date(text, clock.today(), base)
    except ValueError as error:
        raise Invalid({field: NO_DATE}) from error
