"""Somebody with a browser that has no script: pages by HTTP, forms filled in by the names of their fields."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin

import requests
from lxml import html


@dataclass
class Visitor:
    """Keeps the cookies and the page that is open."""

    address: str
    session: requests.Session = field(default_factory=requests.Session)
    answer: Any = None

    def __post_init__(self) -> None:
        self.session.trust_env = False

    def go(self, path: str) -> "Visitor":
        self.answer = self.session.get(urljoin(self.address, path), timeout=60)
        assert self.answer.status_code == 200, self.text
        return self

    @property
    def text(self) -> str:
        return " ".join(html.fromstring(self.answer.text).text_content().split())

    @property
    def path(self) -> str:
        return str(self.answer.url).removeprefix(self.address)

    def form(self, action: str = "") -> Any:
        """The one that goes there; without an action the form of the page itself."""
        page = html.fromstring(self.answer.text)
        forms = [one for one in page.forms if one.method == "POST" and urljoin(self.path, one.action or "").endswith(action)]
        main = [one for one in forms if not action and one.action is None]
        [*_, found] = main or forms
        return found

    def send(self, action: str = "", *, files: dict[str, Any] | None = None, **typed: str) -> "Visitor":
        """What the form holds, but for what is typed."""
        form = self.form(action)
        values = [(name, value) for name, value in form.form_values() if name not in typed and not (files and name in files)]
        where = urljoin(str(self.answer.url), form.action or "")
        self.answer = self.session.post(where, data=[*values, *typed.items()], files=files, timeout=120)
        assert self.answer.status_code == 200, self.text
        return self
