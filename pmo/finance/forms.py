"""What people type about the money of a project."""

from pmo.finance.actions import Amounts
from pmo.portfolio.forms import Amount, Day
from pmo.web.forms import Form, Line, Text


class EntryForm(Form):
    """Everything may be missing: what must be there is said once, by the action."""

    on_day: Day = None
    planned: Amount = None
    actual: Amount = None
    to_complete: Amount = None
    note: Line = ""
    version: int = 0

    @property
    def amounts(self) -> Amounts:
        return Amounts(self.on_day, self.planned, self.actual, self.to_complete, self.note)


class VoidForm(Form):
    void_reason: Text = ""
    version: int = 0
