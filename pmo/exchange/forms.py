"""What is typed on the pages of an import."""

from datetime import date
from typing import Annotated

from pydantic import StringConstraints

from pmo.exchange.logic.dates import Order
from pmo.exchange.logic.fields import Kind
from pmo.web.forms import Blank, Form

Code = Annotated[str, StringConstraints(max_length=30, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]


class UploadForm(Form):
    """The kind of list and the portfolio it goes to: one there is, or the code of a new one."""

    kind: Kind = Kind.PORTFOLIO
    portfolio: str = ""
    new_portfolio: Annotated[Code | None, Blank] = None


class ChoiceForm(Form):
    """How the list is to be read, and which day it shows."""

    mapping: str = ""
    position_on: Annotated[date | None, Blank] = None
    order: Annotated[Order | None, Blank] = None
    sheet: str = ""
