"""What people type about procedures."""

from datetime import date
from typing import Annotated

from pydantic import StringConstraints

from pmo.kernel.permissions import Role
from pmo.procedures.actions import Content
from pmo.web.forms import Form, Line, Text, WebAddress

Title = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class VersionForm(Form):
    valid_from: date
    news: Line = ""
    text: Text = ""
    link: WebAddress = ""
    seen: int = 0

    def content(self) -> Content:
        return Content(self.valid_from, self.text, self.link, self.news)


class NewForm(VersionForm):
    title: Title
    audience: list[Role] = []


class HeadForm(Form):
    title: Title
    audience: list[Role] = []
    version: int = 0
