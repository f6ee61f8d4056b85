"""What people type about stakeholders."""

from typing import Annotated

from pydantic import Field

from pmo.stakeholders.actions import Known
from pmo.stakeholders.logic import Engagement, Rhythm
from pmo.web.forms import Blank, Filled, Form, Line

Level = Annotated[int, Field(ge=1, le=5)]


class StakeholderForm(Form):
    name: Filled
    organisation: Line = ""
    role: Line = ""
    contact: Line = ""
    power: Level
    interest: Level
    engagement: Engagement
    desired: Engagement
    message: Line = ""
    channel: Line = ""
    rhythm: Annotated[Rhythm | None, Blank] = None
    owner_id: Annotated[Annotated[int, Field(lt=10**9)] | None, Blank] = None
    version: int = 0

    def known(self) -> Known:
        return Known(**self.model_dump(exclude={"version"}))
