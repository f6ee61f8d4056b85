"""What is chosen before an address of a calendar is made."""

from typing import Annotated

from pydantic import ValidationInfo, field_validator

from pmo.feeds.logic import FeedKind
from pmo.kernel.languages import msg
from pmo.web.forms import Blank, Form, Refusal


class FeedForm(Form):
    """Whose days; for anything but one's own, of which project or committee."""

    kind: FeedKind
    project_id: Annotated[int | None, Blank] = None
    committee_id: Annotated[int | None, Blank] = None

    @field_validator("project_id", "committee_id", mode="after")
    @classmethod
    def _is_chosen(cls, value: int | None, info: ValidationInfo) -> int | None:
        """Only the one that belongs to the kind is asked for."""
        wanted = {FeedKind.PROJECT: "project_id", FeedKind.COMMITTEE: "committee_id"}.get(info.data.get("kind", FeedKind.PERSON))
        if info.field_name == wanted and value is None:
            raise Refusal(msg("Choose one from the list."))
        return value if info.field_name == wanted else None

    model_config = Form.model_config | {"validate_default": True}

    @property
    def subject_id(self) -> int | None:
        return self.project_id or self.committee_id
