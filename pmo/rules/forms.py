"""What an administrator types to lay down a new value of a rule."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from pmo.web.forms import Form, Text


class NewValue(Form):
    value: Annotated[Decimal, Field(ge=0, max_digits=14, decimal_places=4)]
    valid_from: date
    reason: Text = ""
    version: int = 0
