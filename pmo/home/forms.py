"""What people say on the cards of the walk."""

from datetime import date
from typing import Annotated

from pydantic import StringConstraints

from pmo.home.logic import Answer
from pmo.raid.logic import Review
from pmo.schedule.forms import Reason, typed_day
from pmo.schedule.logic.moves import Why
from pmo.web.forms import Form, Line

Sentence = Annotated[str, StringConstraints(max_length=2000)]


class MilestoneCard(Form):
    answer: Answer
    forecast: Line = ""
    reason: Reason = None
    words: Line = ""
    actual: Line = ""
    version: int

    @property
    def why(self) -> Why:
        return Why(self.reason, self.words)

    def new_day(self, base: date | None) -> date:
        """Raises Invalid."""
        return typed_day(self.forecast, "forecast", base)

    def reached_on(self) -> date:
        """Raises Invalid."""
        return typed_day(self.actual, "actual")


class RiskCard(Form):
    answer: Review
    reason: Line = ""
    version: int


class SentenceCard(Form):
    sentence: Sentence = ""
    version: int = 0
