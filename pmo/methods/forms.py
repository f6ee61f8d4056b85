"""What people type about artefacts and documents."""

from datetime import date
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import StringConstraints, field_validator

from pmo.kernel.languages import msg
from pmo.methods.actions import Asked, Held
from pmo.portfolio.logic import Phase
from pmo.web.forms import Blank, Form, Line, Refusal

Filled = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Address = Annotated[str, StringConstraints(max_length=1000)]


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
    link: Address = ""
    valid_until: Annotated[date | None, Blank] = None
    not_needed: Line = ""
    version: int = 0

    @field_validator("link")
    @classmethod
    def leads_somewhere(cls, link: str) -> str:
        """Only addresses of the web: anything else a browser might run."""
        if not link:
            return link
        try:
            parts = urlsplit(link)
        except ValueError as error:
            raise Refusal(NO_ADDRESS) from error
        if parts.scheme not in ("http", "https") or not parts.hostname or any(letter.isspace() for letter in link):
            raise Refusal(NO_ADDRESS)
        return link

    def held(self) -> Held:
        return Held(self.owner_id, self.link, self.valid_until, self.not_needed)


NO_ADDRESS = msg("Enter an address that begins with https://")
