"""What a drawing is made of: shapes with a look, before anybody decides how to paint them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pmo.kernel import formats
from pmo.kernel.languages import Message, render

Point = tuple[float, float]


class Look(StrEnum):
    """What a shape means. The value is its class in the style sheet; other painters look it up in a table."""

    BAR = "gb"
    BAR_DONE = "gb-done"
    BAR_CRITICAL = "gb-crit"
    BAR_CRITICAL_DONE = "gb-crit-done"
    BAR_BASELINE = "gb-base"
    BAR_LATE = "gb-slip"
    BRACKET = "gb-sum"
    MILESTONE = "gm"
    MILESTONE_AMBER = "gm gm-warn"
    MILESTONE_RED = "gm gm-late"
    MILESTONE_DONE = "gm gm-done"
    MILESTONE_GATE = "gm gm-gate"
    MILESTONE_BASELINE = "gm-base"
    MILESTONE_SELECTED = "gm-sel"
    MILESTONE_BANG = "gm-bang"
    GHOST_LINE = "s-3"
    COMMITMENT = "gm-told"
    TIE = "gm-tie"
    TIE_BROKEN = "gm-tie gm-tie--broken"
    BEYOND = "gm-beyond"
    LABEL = "gt"
    LABEL_SELECTED = "gt gt--s"
    LINK = "gd"
    LINK_CRITICAL = "gd gd-crit"
    ARROW = "gd-h"
    ARROW_CRITICAL = "gd-crit-h"
    GRID = "gv"
    WEEKEND = "gv-we"
    HOLIDAY = "gv-hol"
    COMMITTEE_LINE = "gv-com"
    TODAY_LINE = "gv-today"
    HEAD_LINE = "l1"
    HEAD_LINE_STRONG = "l2"
    HEAD_TEXT = "h"
    HEAD_TEXT_STRONG = "q"
    HEAD_TEXT_SMALL = "w"
    HEAD_COMMITTEE = "com"
    HEAD_COMMITTEE_MARK = "com-d"
    HEAD_TODAY = "now"
    HEAD_TODAY_BOX = "now-b"
    AXIS_LINE = "g-line"
    LEADER = "g-base"
    SERIES = "s-1"
    SERIES_QUIET = "s-2"
    SERIES_AMBER = "s-warn"
    SERIES_RED = "s-bad"
    POINT = "p-1"
    POINT_QUIET = "p-2"
    POINT_AMBER = "p-warn"
    POINT_RED = "p-bad"
    TEXT = "t"
    TEXT_STRONG = "t-strong"
    TEXT_AMBER = "t-warn"
    TEXT_RED = "t-bad"


class Anchor(StrEnum):
    START = "start"
    MIDDLE = "middle"
    END = "end"


class Written(StrEnum):
    """How much of a date an axis or label writes."""

    DAY = "day"  # 12 Mar
    FULL = "full"  # 12 Mar 2026
    NUMBER = "number"  # 12
    MONTH = "MMM"
    LETTER = "MMMMM"
    MONTH_SHORT = "MMM yy"
    MONTH_YEAR = "month year"


@dataclass(frozen=True, slots=True)
class Dated:
    """A date whose wording is the painter's business: each language writes it differently."""

    day: date
    form: Written = Written.DAY


Words = str | Dated | Message


@dataclass(frozen=True, slots=True)
class Rect:
    x: float
    y: float
    width: float
    height: float
    look: Look
    radius: float = 0


@dataclass(frozen=True, slots=True)
class Polyline:
    points: tuple[Point, ...]
    look: Look
    dash: tuple[float, ...] = ()  # empty: as the look has it


@dataclass(frozen=True, slots=True)
class Polygon:
    points: tuple[Point, ...]
    look: Look


@dataclass(frozen=True, slots=True)
class Circle:
    x: float
    y: float
    radius: float
    look: Look


@dataclass(frozen=True, slots=True)
class Text:
    x: float
    y: float
    words: Words
    look: Look
    anchor: Anchor = Anchor.START


Shape = Rect | Polyline | Polygon | Circle | Text


def line(x1: float, y1: float, x2: float, y2: float, look: Look) -> Polyline:
    return Polyline(((x1, y1), (x2, y2)), look)


def diamond(x: float, y: float, half: float, look: Look) -> Polygon:
    return Polygon(((x, y - half), (x + half, y), (x, y + half), (x - half, y)), look)


def say(words: Words, lang: str) -> str:
    """The words of a text in a language."""
    if isinstance(words, str):
        return words
    if isinstance(words, Message):
        return render(words, lang)
    return _FORMS.get(words.form, _month)(words, lang)


def _month(words: Dated, lang: str) -> str:
    return formats.month(words.day, lang, words.form.value)


_FORMS: dict[Written, Callable[[Dated, str], str]] = {
    Written.DAY: lambda words, lang: formats.day(words.day, lang, year=False),
    Written.FULL: lambda words, lang: formats.day(words.day, lang),
    Written.NUMBER: lambda words, lang: str(words.day.day),
    Written.MONTH_SHORT: lambda words, lang: f"{formats.month(words.day, lang)} {words.day:%y}",
    Written.MONTH_YEAR: lambda words, lang: f"{formats.month(words.day, lang, 'MMMM')} {words.day.year}",
}


def extent(shape: Shape) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of a shape; of a text, its anchor point (its width depends on the language)."""
    match shape:
        case Rect():
            return shape.x, shape.y, shape.x + shape.width, shape.y + shape.height
        case Circle():
            return shape.x - shape.radius, shape.y - shape.radius, shape.x + shape.radius, shape.y + shape.radius
        case Text():
            return shape.x, shape.y, shape.x, shape.y
        case _:
            across, down = [x for x, _ in shape.points], [y for _, y in shape.points]
            return min(across), min(down), max(across), max(down)
