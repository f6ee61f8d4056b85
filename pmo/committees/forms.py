"""What people type about committees and their meetings."""

from datetime import date
from typing import Annotated, Literal

from pydantic import StringConstraints, model_validator

from pmo.kernel.languages import msg
from pmo.web.forms import Blank, Filled, Form, Line, Refusal

Code = Annotated[str, StringConstraints(min_length=1, max_length=20, to_upper=True, pattern=r"^[\w.-]+$")]


class CommitteeForm(Form):
    code: Code
    name: Filled
    portfolio: Line = ""  # code; kept when the committee is changed
    programme: Line = ""  # code, empty for the whole portfolio
    language: Literal["en", "fr", "nl"] = "en"
    version: int = 0


class MeetingForm(Form):
    held_on: date
    cut_off: Annotated[date | None, Blank] = None
    pack_on: Annotated[date | None, Blank] = None
    room: Line = ""
    version: int = 0

    @model_validator(mode="after")
    def in_order(self) -> "MeetingForm":
        cut_off, pack = self.cut_off or self.held_on, self.pack_on or self.held_on
        if cut_off > pack:
            raise Refusal(msg("Data are cut off before the pack is sent."), "cut_off")
        if pack > self.held_on:
            raise Refusal(msg("The pack is sent before the committee meets."), "pack_on")
        return self
