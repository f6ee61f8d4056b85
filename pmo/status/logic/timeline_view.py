"""What a person chose to see of a timeline: zoom, folding, filters, page. The address of the page holds all of it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import TypeVar

from pmo.kernel.languages import Message, msg
from pmo.schedule.logic.gantt_axis import Zoom
from pmo.schedule.logic.gantt_rows import Kind

ROW_KEY = re.compile(r"[gpt][0-9]{1,9}")
W = TypeVar("W", bound=StrEnum)


class Level(StrEnum):
    """How far everything is unfolded before single rows are flipped."""

    PROGRAMMES = "programmes"
    PROJECTS = "projects"
    ALL = "all"


class Show(StrEnum):
    """Which milestones are wanted; with a choice, tasks are left out and only projects that have some are shown."""

    EVERYTHING = ""
    LATE = "late"
    GATES = "gates"
    MINE = "mine"
    NEXT_30 = "next30"
    NEXT_60 = "next60"
    NEXT_90 = "next90"

    @property
    def days(self) -> int | None:
        """How far ahead is looked."""
        return int(self.value[4:]) if self.value.startswith("next") else None


ZOOM_NAMES: dict[Zoom, Message] = {
    Zoom.DAY: msg("Day"),
    Zoom.WEEK: msg("Week"),
    Zoom.MONTH: msg("Month"),
    Zoom.QUARTER: msg("Quarter"),
    Zoom.YEAR: msg("Year"),
    Zoom.FIT: msg("Fit"),
}
LEVEL_NAMES: dict[Level, Message] = {
    Level.PROGRAMMES: msg("Programmes"),
    Level.PROJECTS: msg("Projects"),
    Level.ALL: msg("Everything"),
}
SHOW_NAMES: dict[Show, Message] = {
    Show.LATE: msg("After the baseline"),
    Show.GATES: msg("Gates"),
    Show.MINE: msg("Mine"),
    Show.NEXT_30: msg("Next 30 days"),
    Show.NEXT_60: msg("Next 60 days"),
    Show.NEXT_90: msg("Next 90 days"),
}
TOGGLES = ("links", "critical", "baseline")  # on, unless the address says "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """The choices of a person, as the address of the page holds them."""

    zoom: Zoom = Zoom.MONTH
    level: Level = Level.PROJECTS
    flipped: frozenset[str] = frozenset()  # rows that are not as the level says
    page: int = 1
    links: bool = True
    critical: bool = True
    baseline: bool = True
    q: str = ""
    programme: str = ""
    show: Show = Show.EVERYTHING
    panel: str = ""  # key of the row whose panel is open

    def args(self) -> dict[str, str]:
        """For the address: what differs from the usual."""
        usual = View()
        said = {name: str(getattr(self, name)) for name in ("zoom", "level", "q", "programme", "show", "panel", "page")}
        changed = {name: word for name, word in said.items() if word != str(getattr(usual, name))}
        off = {name: "off" for name in TOGGLES if not getattr(self, name)}
        flipped = {"flip": ",".join(sorted(self.flipped))} if self.flipped else {}
        return changed | off | flipped

    def with_flip(self, key: str) -> "View":
        return replace(self, flipped=self.flipped ^ {key}, panel="")

    def is_open(self, key: str, kind: Kind) -> bool:
        opens = {Level.PROGRAMMES: frozenset[Kind](), Level.PROJECTS: frozenset({Kind.PROGRAMME})}.get(self.level)
        usual = opens is None or kind in opens
        return usual != (key in self.flipped)

    def wanted_until(self, today: date) -> date | None:
        return today + timedelta(days=self.show.days) if self.show.days is not None else None


def view(args: Mapping[str, str], level: Level = Level.PROJECTS) -> View:
    """The choices in an address; a word nobody knows is as if it were not there."""
    page = args.get("page", "")
    flips = args.get("flip", "")[:4000].split(",")
    return View(
        zoom=_word(Zoom, args.get("zoom"), Zoom.MONTH),
        level=_word(Level, args.get("level"), level),
        flipped=frozenset(key for key in flips if ROW_KEY.fullmatch(key)),
        page=int(page) if page.isdecimal() and len(page) < 8 else 1,
        q=args.get("q", "").strip()[:100],
        programme=args.get("programme", "").strip()[:100],
        show=_word(Show, args.get("show"), Show.EVERYTHING),
        panel=args.get("panel", "")[:40],
        **{name: args.get(name) != "off" for name in TOGGLES},
    )


def _word(words: type[W], word: str | None, usual: W) -> W:
    return words(word) if word in set(words) else usual
