"""What people type about artefacts and documents."""

from datetime import date
from typing import Annotated

from pmo.methods.actions import Asked, Held
from pmo.portfolio.logic import Phase
from pmo.web.forms import Blank, Filled, Form, Line, WebAddress


class ArtefactForm(Form):
    phase: Phase
    name: Filled
    name_fr: Line = ""
    name_nl: Line = ""
    version: int = 0

    def asked(self) -> Asked:
        return Asked(self.phase, self.name, self.name_fr, self.name_nl)


class DocumentForm(Form):
    owner_id: Annotated[int | None, Blank] = None
    link: WebAddress = ""
    valid_until: Annotated[date | None, Blank] = None
    not_needed: Line = ""
    version: int = 0

    def held(self) -> Held:
        return Held(self.owner_id, self.link, self.valid_until, self.not_needed)
