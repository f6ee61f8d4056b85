"""What people type about indicators: definitions, suppliers, values."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StringConstraints

from pmo.indicators.actions import Answer, Definition, Supplier
from pmo.indicators.logic.definition import Combine, Direction, Limits, Source
from pmo.indicators.logic.periods import Frequency
from pmo.web.forms import Blank, Filled, Form, Line, Text


def _as_written(value: Any) -> Any:
    """87,5 and 1 250 are numbers too."""
    return value.replace(",", ".").replace(" ", "").replace("\N{NO-BREAK SPACE}", "") or None if isinstance(value, str) else value


Number = Annotated[
    Annotated[Decimal, Field(max_digits=16, decimal_places=4, allow_inf_nan=False)] | None, BeforeValidator(_as_written)
]
Person = Annotated[int | None, Blank]
Address = Annotated[str, StringConstraints(max_length=200, pattern=r"^$|^[^@\s]+@[^@\s]+\.[^@\s]+$")]


class DefinitionForm(Form):
    name: Filled
    scope: Line = ""
    question: Line = ""
    ask: Line = ""
    source: Source
    combine: Combine = Combine.SUM
    unit: Annotated[str, StringConstraints(max_length=20)] = ""
    frequency: Frequency = Frequency.MONTH
    starts_on: Annotated[date | None, Blank] = None
    owner_id: Person = None
    direction: Direction = Direction.UP
    target: Number = None
    warning: Number = None
    alert: Number = None
    version: int = 0

    def definition(self) -> Definition:
        return Definition(
            name=self.name,
            source=self.source,
            limits=Limits(self.direction, self.target, self.warning, self.alert),
            question=self.question,
            ask=self.ask,
            combine=self.combine,
            unit=self.unit,
            frequency=self.frequency,
            owner_id=self.owner_id,
        )


class SupplierForm(Form):
    person_id: Person = None
    supplier: Line = ""
    email: Address = ""
    language: Literal["en", "fr", "nl"] = "en"
    part: Line = ""

    def who(self) -> Supplier:
        return Supplier(self.person_id, self.supplier, self.email.lower(), self.language, self.part)


class AnswerForm(Form):
    value: Number = None
    is_estimated: bool = False
    remark: Text = ""
    reason: Line = ""
    version: int = 0

    def answer(self) -> Answer:
        return Answer(self.value, self.is_estimated, self.remark)
