"""What is typed to get a report."""

from typing import Annotated, Literal

from pydantic import Field

from pmo.web.forms import Blank, Form, Line

Language = Literal["en", "fr", "nl"]
Shape = Literal["full", "page"]  # the whole report, or a project's status on one page


class DraftForm(Form):
    """`what` names a subject: committee:1."""

    what: Annotated[str, Field(min_length=3, max_length=40)]
    lang: Language = "en"
    shape: Shape = "full"
    all_sheets: bool = False


class PublishForm(DraftForm):
    """`key` belongs to the form as it was shown: sent twice, it publishes once."""

    key: Annotated[Line, Field(min_length=8, max_length=64)]
    template: Annotated[int | None, Blank] = None


class TemplateForm(Form):
    """A new template; its file travels beside the form."""

    name: Annotated[Line, Field(min_length=1, max_length=120)]
    portfolio_id: int


class SeenForm(Form):
    """Of a template as it was shown."""

    version: int = 0


class AskForm(DraftForm):
    """`seen` is the newest request this page knew of."""

    note: Annotated[str, Field(max_length=500)] = ""
    seen: int = 0


class AnswerForm(Form):
    answer: Literal["approve", "back"]
    reason: Annotated[str, Field(max_length=2_000)] = ""
    version: int = 0


class SendForm(Form):
    """`seen` is the newest sending this page knew of."""

    again: bool = False
    seen: int = 0
