"""What people type about who gets the reports of a committee."""

from typing import Annotated, Literal

from pydantic import EmailStr, Field

from pmo.web.forms import Filled, Form, Line


class PersonForm(Form):
    person_id: Annotated[int, Field(gt=0, le=2_147_483_647)]


class AddressForm(Form):
    name: Filled
    email: EmailStr
    language: Literal["en", "fr", "nl"] = "en"


class ApprovalForm(Form):
    approver: Line = ""
    version: int = 0
