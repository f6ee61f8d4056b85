"""What the PMO types to let another overall colour count than the computed one."""

from typing import Annotated

from pydantic import StringConstraints

from pmo.portfolio.forms import Day, Said
from pmo.status.logic.override import Wish
from pmo.web.forms import Form

Reason = Annotated[str, StringConstraints(max_length=500)]  # it is printed beside the colour


class OverrideForm(Form):
    """Everything may be missing: what must be there is said once, by logic.override. `seen` is the one that counted."""

    colour: Said = None
    reason: Reason = ""
    ends_on: Day = None
    seen: int = 0

    @property
    def wish(self) -> Wish:
        return Wish(self.colour, self.reason, self.ends_on)
