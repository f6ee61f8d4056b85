"""What calendars hold, in whose words, and how a text is written so that no spreadsheet runs it."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from pmo.kernel.languages import Message, msg


class FeedKind(StrEnum):
    """Whose days a calendar shows."""

    PERSON = "person"
    PROJECT = "project"
    COMMITTEE = "committee"


KIND_NAMES = {
    FeedKind.PERSON: msg("My dates"),
    FeedKind.PROJECT: msg("Milestones of a project"),
    FeedKind.COMMITTEE: msg("Days of a committee"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A whole day of a calendar. Its title names things by code and name and tells nothing that was said about them."""

    uid: str  # the same for ever, whatever the day and the title become
    day: date
    title: Message
    path: str  # of its page
    sequence: int  # grows with every change
    changed_at: datetime
    is_cancelled: bool = False
    room: str = ""


@dataclass(frozen=True, slots=True)
class CalendarOf:
    """A calendar with its name, as one person may see it."""

    name: Message
    entries: tuple[Entry, ...]


def milestone_title(project: str, code: str, name: str, *, is_reached: bool) -> Message:
    if is_reached:
        return msg("%(project)s %(code)s %(name)s (reached)", project=project, code=code, name=name)
    return msg("%(project)s %(code)s %(name)s", project=project, code=code, name=name)


def action_title(code: str, *, is_done: bool) -> Message:
    """By its code alone: what a committee wants done may be nobody else's business."""
    return msg("Action %(code)s (done)", code=code) if is_done else msg("Action %(code)s due", code=code)


RUNS = ("=", "+", "-", "@", "\t", "\r", "\n")  # how a cell begins that a spreadsheet takes for a formula


def harmless(text: str) -> str:
    """The text as a cell that is only ever shown: what begins like a formula gets an apostrophe before it."""
    return f"'{text}" if text.startswith(RUNS) else text
