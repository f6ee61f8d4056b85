"""What people type about items of the register."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from pmo.kernel import clock
from pmo.kernel.errors import Invalid
from pmo.kernel.languages import msg
from pmo.kernel.typed import read_date
from pmo.raid.actions import Item
from pmo.raid.logic import Confidence, Level, Proximity, RaidStatus, RaidType, Response
from pmo.web.forms import Blank, Form, Line, Text

Filled = Annotated[str, StringConstraints(min_length=1, max_length=300)]
Scale = Annotated[Annotated[int, Field(ge=1, le=5)] | None, Blank]
Person = Annotated[int | None, Blank]
NO_DATE = msg("Enter a date such as 31/03/2026, or a step such as +10d or 2w.")


class ItemForm(Form):
    title: Filled
    description: Text = ""
    category: Line = ""
    probability: Scale = None
    impact: Scale = None
    owner_id: Person = None
    due: Line = ""
    response: Response = Response.NONE
    response_text: Text = ""
    status: Annotated[RaidStatus | None, Blank] = None
    other_party: Line = ""
    residual_probability: Scale = None
    residual_impact: Scale = None
    trigger: Text = ""
    proximity: Proximity = Proximity.NONE
    identified_by: Line = ""
    raised_on: Line = ""
    confidence: Confidence = Confidence.NONE
    if_false: Text = ""
    validator_id: Person = None
    version: int = 0

    def item(self, base: date | None = None) -> Item:
        """Raises Invalid when the due day cannot be understood; steps count from `base`."""
        return Item(
            title=self.title,
            description=self.description,
            category=self.category,
            probability=self.probability,
            impact=self.impact,
            owner_id=self.owner_id,
            due=due_day(self.due, base),
            response=self.response,
            response_text=self.response_text,
            status=self.status,
            other_party=self.other_party,
            residual_probability=self.residual_probability,
            residual_impact=self.residual_impact,
            trigger=self.trigger,
            proximity=self.proximity,
            identified_by=self.identified_by,
            raised_on=due_day(self.raised_on, field="raised_on"),
            confidence=self.confidence,
            if_false=self.if_false,
            validator_id=self.validator_id,
        )


class NewItem(ItemForm):
    type: RaidType
    project_id: Annotated[int | None, Blank] = None


class CloseForm(Form):
    reason: Line = ""
    status: RaidStatus = RaidStatus.CLOSED
    version: int = 0


class BulkForm(Form):
    """First asked without `confirmed`: the answer shows what would change."""

    item: list[int] = []
    do: Literal["owner", "due", "close"] = "owner"
    owner_id: Person = None
    due: Line = ""
    reason: Line = ""
    confirmed: bool = False


class EscalateForm(Form):
    """`to` is a level and a person, as the list offers them."""

    to: Line = ""
    reason: Text = ""
    version: int = 0

    @property
    def asked(self) -> tuple[Level, int] | None:
        level, _, person = self.to.partition(":")
        if level not in (Level.PROGRAMME, Level.PORTFOLIO) or not person.isascii() or not person.isdigit() or len(person) > 9:
            return None
        return Level(level), int(person)


class AnswerForm(Form):
    words: Text = ""
    version: int = 0


def due_day(text: str, base: date | None = None, *, field: str = "due") -> date | None:
    if not text:
        return None
    try:
        return read_date(text, clock.today(), base)
    except ValueError as error:
        raise Invalid({field: NO_DATE}) from error
