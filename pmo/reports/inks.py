"""How each look of a drawing is printed: colours that stay apart on a grey printer, widths in points."""

from dataclasses import dataclass

from pmo.schedule.logic.shapes import Look

TEXT, TEXT_2, TEXT_3 = "#15232c", "#485a66", "#5c6d78"
AMBER_TEXT, RED_TEXT, VIOLET = "#7d4b00", "#a8201a", "#6238a8"
WHITE, HAIR, LINE, GHOST = "#ffffff", "#e6ebee", "#b9c5cc", "#9aa9b2"
BAR, DONE, CRITICAL, CRITICAL_SOFT = "#c4d3da", "#2d5a6e", "#24343e", "#8b9aa3"
AMBER, RED, REACHED = "#f0a81e", "#be2a23", "#41545f"


@dataclass(frozen=True, slots=True)
class Ink:
    """Fill, outline, its width in points, dash, hatch; for texts fill, size and weight."""

    fill: str = "none"
    edge: str = "none"
    width: float = 0.0
    dash: tuple[float, ...] = ()
    hatch: str = ""
    size: float = 7.6
    bold: bool = False


INKS: dict[Look, Ink] = {
    Look.BAR: Ink(BAR),
    Look.BAR_DONE: Ink(DONE),
    Look.BAR_CRITICAL: Ink(CRITICAL_SOFT),
    Look.BAR_CRITICAL_DONE: Ink(CRITICAL),
    Look.BAR_BASELINE: Ink(GHOST),
    Look.BAR_LATE: Ink(WHITE, AMBER_TEXT, 0.5, hatch="//////"),
    Look.BRACKET: Ink(TEXT_2),
    Look.MILESTONE: Ink(WHITE, TEXT, 0.9),
    Look.MILESTONE_AMBER: Ink(AMBER, TEXT, 0.9),
    Look.MILESTONE_RED: Ink(RED, TEXT, 0.9),
    Look.MILESTONE_DONE: Ink(REACHED, REACHED, 0.9),
    Look.MILESTONE_GATE: Ink(VIOLET, VIOLET, 0.9),
    Look.MILESTONE_BASELINE: Ink("none", GHOST, 0.9),
    Look.MILESTONE_SELECTED: Ink("none", DONE, 1.2),
    Look.MILESTONE_BANG: Ink("none", WHITE, 1.0),
    Look.GHOST_LINE: Ink("none", GHOST, 0.9, (3, 2)),
    Look.COMMITMENT: Ink("none", VIOLET, 1.4),
    Look.TIE: Ink("none", TEXT_2, 1.2),
    Look.TIE_BROKEN: Ink("none", RED, 1.4),
    Look.BEYOND: Ink(TEXT_2),
    Look.LABEL: Ink(TEXT_2, size=7.4),
    Look.LABEL_SELECTED: Ink(TEXT, size=7.4, bold=True),
    Look.LINK: Ink("none", GHOST, 0.8),
    Look.LINK_CRITICAL: Ink("none", CRITICAL, 1.0),
    Look.ARROW: Ink(GHOST),
    Look.ARROW_CRITICAL: Ink(CRITICAL),
    Look.GRID: Ink("none", HAIR, 0.6),
    Look.WEEKEND: Ink("#f8fafa"),
    Look.HOLIDAY: Ink("#dde3e7"),
    Look.COMMITTEE_LINE: Ink("none", VIOLET, 0.8, (3, 3)),
    Look.TODAY_LINE: Ink("none", TEXT, 1.1),
    Look.HEAD_LINE: Ink("none", HAIR, 0.6),
    Look.HEAD_LINE_STRONG: Ink("none", LINE, 0.6),
    Look.HEAD_TEXT: Ink(TEXT_2, size=7.6),
    Look.HEAD_TEXT_STRONG: Ink(TEXT, size=7.8, bold=True),
    Look.HEAD_TEXT_SMALL: Ink(TEXT_3, size=7.4),
    Look.HEAD_COMMITTEE: Ink(VIOLET, size=7.8, bold=True),
    Look.HEAD_COMMITTEE_MARK: Ink(VIOLET),
    Look.HEAD_TODAY: Ink(WHITE, size=7.8, bold=True),
    Look.HEAD_TODAY_BOX: Ink(TEXT),
    Look.AXIS_LINE: Ink("none", HAIR, 0.6),
    Look.LEADER: Ink("none", LINE, 0.6),
    Look.SERIES: Ink("none", DONE, 1.5),
    Look.SERIES_QUIET: Ink("none", "#7c919d", 1.2),
    Look.SERIES_AMBER: Ink("none", "#b87400", 1.5),
    Look.SERIES_RED: Ink("none", RED, 1.5),
    Look.POINT: Ink(DONE),
    Look.POINT_QUIET: Ink("#7c919d"),
    Look.POINT_AMBER: Ink("#b87400"),
    Look.POINT_RED: Ink(RED),
    Look.TEXT: Ink(TEXT_2, size=7.6),
    Look.TEXT_STRONG: Ink(TEXT, size=8.0, bold=True),
    Look.TEXT_AMBER: Ink(AMBER_TEXT, size=7.6, bold=True),
    Look.TEXT_RED: Ink(RED_TEXT, size=7.6, bold=True),
}
