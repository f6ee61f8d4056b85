"""The addresses of a timeline: the same page with something changed."""

from dataclasses import replace
from typing import Any

from flask import url_for

from pmo.portfolio.models import Project
from pmo.status.logic.timeline_view import View

STARTS_ANEW = {"q", "show", "programme", "level"}  # choices after which page 3 means nothing any more


class Links:
    """`to(zoom="week")` in a template; `to.panel(key)` and `to.flip(key)` for the many links of rows, put together by hand."""

    def __init__(self, chosen: View, project: Project | None) -> None:
        self.chosen, self.project = chosen, project
        self.plain = _ready(self())
        self.unflipped = _ready(self(flipped=frozenset()))

    def __call__(self, **changes: Any) -> str:
        first_page = {"page": 1} if STARTS_ANEW & changes.keys() else {}
        values: dict[str, Any] = {**replace(self.chosen, **{"panel": "", **first_page, **changes}).args()}
        if self.project is None:
            return url_for("timeline.portfolio_timeline", **values)
        values.pop("level", None)
        return url_for("timeline.project_timeline", project_id=self.project.id, **values)

    @property
    def excel(self) -> str:
        """The same choices as a file."""
        values: dict[str, Any] = {name: word for name, word in self.chosen.args().items() if name not in ("page", "panel")}
        if self.project is None:
            return url_for("timeline.portfolio_excel", **values)
        values.pop("level", None)
        return url_for("timeline.project_excel", project_id=self.project.id, **values)

    def panel(self, key: str) -> str:
        return f"{self.plain}panel={key}"

    def flip(self, key: str) -> str:
        """With this row folded or unfolded."""
        return f"{self.unflipped}flip={','.join(sorted(self.chosen.flipped ^ {key}))}"


def _ready(url: str) -> str:
    """For one more word at its end."""
    return url + ("&" if "?" in url else "?")
