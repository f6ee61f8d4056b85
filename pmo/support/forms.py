"""What people type about support requests."""

from typing import Annotated

from pydantic import StringConstraints

from pmo.support.actions import Question
from pmo.support.logic import Urgency
from pmo.web.forms import Blank, Form

Subject = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Words = Annotated[str, StringConstraints(min_length=1, max_length=20_000)]


class AskForm(Form):
    subject: Subject
    text: Words
    urgency: Urgency
    project_id: Annotated[int | None, Blank] = None

    def question(self) -> Question:
        return Question(self.subject, self.text, self.urgency, self.project_id)


class MessageForm(Form):
    text: Words
