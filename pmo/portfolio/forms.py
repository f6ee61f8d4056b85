"""What people type about portfolios, programmes, projects and their status."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, StringConstraints, ValidationInfo, field_validator

from pmo.kernel import clock
from pmo.kernel.languages import msg
from pmo.kernel.typed import read_amount, read_date
from pmo.portfolio.actions import Declaration, ProjectFacts
from pmo.portfolio.logic import Colour, Dimension, Kind, Method, Phase
from pmo.web.forms import Blank, Filled, Form, Line, Refusal, Text

Code = Annotated[str, StringConstraints(min_length=1, max_length=20, pattern=r"^[^\s/?#%]+$")]
Person = Annotated[int | None, Blank]
CURRENCIES = ("EUR", "GBP", "USD", "CHF", "SEK", "DKK", "NOK")


def _amount(value: Any) -> Any:
    if not isinstance(value, str) or not value.strip():
        return None if isinstance(value, str) else value
    try:
        return read_amount(value)
    except ValueError as error:
        raise Refusal(msg("Enter an amount such as 410000, 410 k or 1.2 M.")) from error


def _day(value: Any) -> Any:
    if not isinstance(value, str) or not value.strip():
        return None if isinstance(value, str) else value
    try:
        return read_date(value, clock.today())
    except ValueError as error:
        raise Refusal(msg("Enter a date such as 31/03/2026.")) from error


Amount = Annotated[Annotated[Decimal, Field(ge=0, max_digits=18, decimal_places=2)] | None, BeforeValidator(_amount)]
Day = Annotated[date | None, BeforeValidator(_day)]
Days = Annotated[Annotated[int, Field(ge=0, le=3650)] | None, Blank]
Percent = Annotated[Annotated[Decimal, Field(ge=0, le=1000, max_digits=6, decimal_places=2)] | None, BeforeValidator(_amount)]


class GroupForm(Form):
    """A portfolio or a programme."""

    code: Code
    name: Filled
    description: Text = ""
    manager_id: Person = None
    version: int = 0


class ProjectForm(Form):
    programme_id: int
    code: Code
    name: Filled
    kind: Kind = Kind.OTHER
    method: Method = Method.WATERFALL
    phase: Phase = Phase.INITIATING
    manager_id: Person = None
    sponsor: Line = ""
    description: Text = ""
    tolerance_days: Days = None
    tolerance_percent: Percent = None
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] = "EUR"
    budget: Amount = None
    spent: Amount = None
    committed: Amount = None
    forecast_cost: Amount = None
    money_on: Day = None
    tags: Line = ""
    external_id: Annotated[str | None, StringConstraints(max_length=100), Blank] = None
    version: int = 0

    @field_validator("currency", mode="before")
    @classmethod
    def in_capitals(cls, value: str) -> str:
        return value.strip().upper()

    @property
    def facts(self) -> ProjectFacts:
        named = self.model_dump(exclude={"programme_id", "version", "tags"})
        return ProjectFacts(**named, tags=tuple(dict.fromkeys(tag.strip() for tag in self.tags.split(",") if tag.strip())))


class CloseForm(Form):
    reason: Text = ""
    closed_on: Day = None
    version: int = 0
    anyway: bool = False


def _colour(value: Any) -> Any:
    return None if value in ("", "unknown") else value


Said = Annotated[Colour | None, BeforeValidator(_colour)]


class UpdateForm(Form):
    """A status update. `needs_way_back` is set by the view when the rules compute amber or red.

    A check looks at the fields above its own that are right in themselves, so that one mistake hides no other.
    """

    overall: Said = None
    schedule: Said = None
    cost: Said = None
    scope: Said = None
    resources: Said = None
    risk: Said = None
    quality: Said = None
    needs_way_back: bool = False
    next: Text = ""
    attention: Text = ""
    done: Annotated[Text, Field(validate_default=True)] = ""
    back_to_green: Annotated[Text, Field(validate_default=True)] = ""
    period_end: Annotated[Day, Field(validate_default=True)] = None
    period_start: Day = None
    version: int = 0

    @field_validator("done")
    @classmethod
    def says_something(cls, done: str, info: ValidationInfo) -> str:
        if not done and all(info.data.get(name) == "" for name in ("next", "attention")):
            raise Refusal(msg("Say at least one thing: what is done, what comes next, or what needs attention."))
        return done

    @field_validator("back_to_green")
    @classmethod
    def knows_the_way_back(cls, way: str, info: ValidationInfo) -> str:
        declared = [info.data.get(dimension.value) for dimension in Dimension]
        worried = any(colour is not None and colour is not Colour.GREEN for colour in declared)
        if (worried or info.data.get("needs_way_back")) and not way:
            raise Refusal(msg("Something is amber or red: say what must happen to get back to green."))
        return way

    @field_validator("period_end")
    @classmethod
    def has_ended(cls, end: date | None) -> date | None:
        if end is None:
            raise Refusal(msg("Enter the last day of the period."))
        if end > clock.today():
            raise Refusal(msg("The period cannot end in the future."))
        return end

    @field_validator("period_start")
    @classmethod
    def begins_before_it_ends(cls, start: date | None, info: ValidationInfo) -> date | None:
        end = info.data.get("period_end")
        if start is not None and end is not None and start > end:
            raise Refusal(msg("The period begins after it ends."))
        return start

    @property
    def colours(self) -> dict[Dimension, Colour | None]:
        return {dimension: getattr(self, dimension.value) for dimension in Dimension}

    def declaration(self) -> Declaration:
        end = self.period_end or clock.today()
        return Declaration(end, self.period_start, self.done, self.next, self.attention, self.back_to_green, self.colours)
