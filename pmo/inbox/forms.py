"""What the text of an answer must be."""

from typing import Annotated

from pydantic import StringConstraints

from pmo.web.forms import Form


class UpdateText(Form):
    """As long as an answer on the page of the status update."""

    text: Annotated[str, StringConstraints(min_length=1, max_length=20_000)]
