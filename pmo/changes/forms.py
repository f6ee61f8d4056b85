"""What people type about change requests."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pmo.changes.actions import Verdict, Wanted
from pmo.changes.logic import Category, ChangeState
from pmo.changes.models import ChangeRequest
from pmo.committees.decision_forms import LARGEST_AMOUNT, NO_AMOUNT, Chosen, day
from pmo.committees.models import Meeting
from pmo.kernel.errors import Invalid
from pmo.kernel.formats import SYMBOLS
from pmo.kernel.languages import Message, msg
from pmo.kernel.typed import read_amount
from pmo.schedule.logic.moves import MoveReason, Why
from pmo.schedule.models import Milestone
from pmo.web.forms import Blank, Filled, Form, Line, Text


class ChangeForm(Form):
    title: Filled
    category: Category
    priority: Annotated[int, Blank] = 3
    requested_by: Filled
    situation: Text = ""
    wanted: Text = ""
    if_not: Text = ""
    milestone_id: Chosen = None
    new_date: Line = ""
    cost: Line = ""
    currency: str = "EUR"
    scope: Text = ""
    alternatives: Text = ""
    recommendation: Text = ""
    version: int = 0

    def said(self, milestone: Milestone | None) -> Wanted:
        """Steps such as +10d count from the forecast of the milestone. Raises Invalid with all that cannot be understood."""
        wrong: dict[str, Message] = {}
        new_date = cost = None
        try:
            new_date = day("new_date", self.new_date, milestone.forecast if milestone else None)
        except Invalid as refusal:
            wrong |= refusal.errors
        try:
            cost = _amount(self.cost)
        except Invalid as refusal:
            wrong |= refusal.errors
        if self.currency not in SYMBOLS:
            wrong["currency"] = msg("Choose one from the list.")
        if not 1 <= self.priority <= 5:  # noqa: PLR2004  # the five priorities of the PM² change log
            wrong["priority"] = msg("Choose one from the list.")
        if wrong:
            raise Invalid(wrong)
        return Wanted(
            self.title, self.category, self.priority, self.requested_by, self.situation, self.wanted, self.if_not, self.scope,
            self.alternatives, self.recommendation, cost, self.currency, milestone, new_date,
        )  # fmt: skip


class ForwardForm(Form):
    meeting_id: Chosen = None
    version: int = 0


class VerdictForm(Form):
    verdict: Literal[ChangeState.APPROVED, ChangeState.REJECTED, ChangeState.POSTPONED, ChangeState.MERGED]
    meeting_id: Chosen = None
    reason: Text = ""
    decided_on: Annotated[date | None, Blank] = None
    until: Line = ""
    into_id: Chosen = None
    version: int = 0

    def said(self, meeting: Meeting | None, into: ChangeRequest | None, text: str) -> Verdict:
        return Verdict(ChangeState(self.verdict), self.reason, meeting, self.decided_on, day("until", self.until), into, text)


class AgainForm(Form):
    reason: Line = ""
    is_slip: bool = False
    version: int = 0


class PlanForm(Form):
    what: Literal["forecast", "both"] = "forecast"
    reason: Annotated[MoveReason | None, Blank] = None
    version: int = 0
    milestone_version: Annotated[int | None, Blank] = None

    def why(self, words: str) -> Why:
        if self.reason is None:
            raise Invalid({"reason": msg("Choose why this date moves.")})
        return Why(self.reason, words)


class DoneForm(Form):
    evidence: Line = ""
    implemented_on: Annotated[date | None, Blank] = None
    version: int = 0


class VersionForm(Form):
    version: int = 0


def _amount(text: str) -> Decimal | None:
    if not text:
        return None
    try:
        amount = read_amount(text.replace("\N{MINUS SIGN}", "-"))
    except ValueError as error:
        raise Invalid({"cost": NO_AMOUNT}) from error
    if abs(amount) >= LARGEST_AMOUNT:
        raise Invalid({"cost": msg("This number is too large.")})
    return amount
