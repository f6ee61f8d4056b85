"""Reading a file in tests: bytes in, the understood list out; where the collected data lies."""

from pathlib import Path

import pytest

from pmo.db import acting, transaction
from pmo.exchange import mappings
from pmo.exchange.actions import Import, apply, effective_at, prepare
from pmo.exchange.logic.fields import Kind
from pmo.exchange.logic.sheets import Choices, Source, understand
from pmo.exchange.logic.text import read_text

DATA = Path(__file__).parents[3] / "shared" / "data"
needs_data = pytest.mark.skipif(not DATA.exists(), reason="the collected files are not beside this checkout")


def heard(content: bytes, name: str = "list.csv", kind: Kind = Kind.PORTFOLIO, choices: Choices | None = None):
    text = read_text(content)
    source = Source(name, (text.grid,), text.encoding, text.separator)
    return understand(source, kind, mappings.shipped(), mappings.words(), choices or Choices())


def reading(content: bytes, name: str = "list.csv", kind: Kind = Kind.PORTFOLIO, choices: Choices | None = None):
    return heard(content, name, kind, choices).readings[0]


def bring(content, name="list_2026-03-01.csv", portfolio="OFFICE", choices=None, answers=None, dry_run=False):
    """A list brought in by the same steps as the command; text is a CSV. Returns the plan."""
    content = content.encode() if isinstance(content, str) else content
    job = Import(heard(content, name, choices=choices), portfolio, "EUR", answers or {})
    if dry_run:
        return prepare(job)
    with acting(None, "import"), transaction("test", effective_at=effective_at(job.on)):
        return apply(job)
