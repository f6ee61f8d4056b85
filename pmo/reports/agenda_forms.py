"""What people type about an agenda: one form for all of its lines, each field named after its line."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from typing import Annotated

from pydantic import Field, StringConstraints

from pmo.kernel.errors import Invalid
from pmo.kernel.languages import Message, msg
from pmo.reports.agenda_actions import Wording
from pmo.web.forms import Blank, Form, Line, parse

LONGEST_NOTE = 500
Minutes = Annotated[Annotated[int, Field(ge=0, le=600)] | None, Blank]
CLOCK = re.compile(r"([01]?\d|2[0-3])\s*[:.hu]\s*([0-5]\d)?")
NO_TIME = msg("Enter a time such as 14:00.")


class WordsForm(Form):
    presenter: Line = ""
    note: Annotated[str, StringConstraints(max_length=LONGEST_NOTE)] = ""
    minutes: Minutes = None


class PlaceForm(WordsForm):
    position: Annotated[Annotated[int, Field(ge=1, le=10_000)] | None, Blank] = None


class OwnLineForm(WordsForm):
    title: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    version: int = 0


class OutForm(Form):
    line: Line = ""
    reason: Line = ""
    version: int = 0


class OwnTitle(Form):
    title: Annotated[str, StringConstraints(min_length=1, max_length=200)]


@dataclass(frozen=True, slots=True)
class Typed:
    """The whole form, understood."""

    words: Mapping[str, Wording]
    places: Mapping[str, int]
    starts_at: time | None


def read(typed: Mapping[str, str], keys: Sequence[str]) -> Typed:
    """Raises Invalid with a sentence for each field that is not understood; what is not in the form is left as it is."""
    errors: dict[str, Message] = {}
    words: dict[str, Wording] = {}
    places: dict[str, int] = {}
    for key in keys:
        fields = {
            name: typed[f"{name}-{key}"] for name in ("position", "presenter", "note", "minutes") if f"{name}-{key}" in typed
        }
        if not fields:
            continue
        try:
            one = parse(PlaceForm, fields)
            title = parse(OwnTitle, {"title": typed.get(f"title-{key}", "")}).title if key.startswith("own:") else ""
        except Invalid as refusal:
            errors |= {f"{name}-{key}": message for name, message in refusal.errors.items()}
            continue
        words[key] = Wording(title=title, presenter=one.presenter, note=one.note, minutes=one.minutes)
        if one.position is not None:
            places[key] = one.position
    starts_at = _time(typed.get("starts_at", ""), errors)
    if errors:
        raise Invalid(errors)
    return Typed(words, places, starts_at)


def _time(text: str, errors: dict[str, Message]) -> time | None:
    """14:00, as a browser sends it; also 14h, 14u30 and 9.15, as people here write it."""
    if not text.strip():
        return None
    found = CLOCK.fullmatch(text.strip()[:8].lower())
    if found is None:
        errors["starts_at"] = NO_TIME
        return None
    return time(int(found[1]), int(found[2] or 0))
