"""One row of a timeline as shapes: bar, progress, baseline, commitment, milestones, and the sentence that says the same."""

from collections.abc import Iterator
from datetime import date

from pmo.kernel.formats import NBSP
from pmo.kernel.languages import Message, msg, plain
from pmo.portfolio.logic import Colour
from pmo.schedule.logic.gantt_axis import Axis
from pmo.schedule.logic.gantt_rows import BRACKETS, Kind, Mark, Row, Tie
from pmo.schedule.logic.shapes import Anchor, Look, Polygon, Polyline, Rect, Shape, Text, Words, diamond, line

ROW_HEIGHT = 34  # the geometry below is drawn for it; other densities shift it by half the difference
BAR_TOP, CENTRE, BASELINE_TOP, LABEL_BASE = 9.0, 15.0, 24.0, 19.0
BAR_HEIGHT = {Kind.PROJECT: 12.0, Kind.TASK: 10.0}
HALF_DIAMOND, HALF_GHOST = 6.5, 5.0
LETTER = 6.0  # px, a guess of one letter of a label


def shift(row_height: float) -> float:
    """How much lower everything is drawn in a row of this height."""
    return (row_height - ROW_HEIGHT) / 2


def shapes_of(row: Row, on: Axis, row_height: float, selected: bool = False) -> tuple[Shape, ...]:
    """The picture of one row; empty for a row without any date."""
    dy = shift(row_height)
    if row.kind in BRACKETS:
        drawn = _bracket(row, on, dy)
    elif row.kind is Kind.MILESTONE:
        drawn = _milestone(row, on, dy, selected)
    else:
        drawn = _bar(row, on, dy)
    return (*drawn, *_ties(row.ties, on, dy), *_beyond(row, on, dy))


def label(row: Row) -> Message:
    """Name, dates and progress in one sentence: what the picture shows, for those who do not see it."""
    if row.kind is Kind.MILESTONE:
        said = _milestone_words(row)
    elif row.start is not None and row.finish is not None:
        said = msg("%(name)s: %(start)s to %(finish)s", name=row.name, start=row.start, finish=row.finish)
    else:
        said = msg("%(name)s: no dates", name=row.name)
    if row.baseline is not None:
        said = msg("%(sentence)s, baseline %(day)s", sentence=said, day=row.baseline)
    if row.commitment is not None:
        said = msg("%(sentence)s, committee was told %(day)s", sentence=said, day=row.commitment)
    if row.percent is not None and row.kind is not Kind.MILESTONE:
        said = msg("%(sentence)s, %(percent)s percent done", sentence=said, percent=row.percent)
    for tie in row.ties:
        said = msg("%(sentence)s; %(other)s", sentence=said, other=tie.words)
    return said


def mark_look(colour: Colour | None, is_reached: bool, is_gate: bool) -> Look:
    if is_reached:
        return Look.MILESTONE_DONE
    match colour.band if colour else None:
        case Colour.RED:
            return Look.MILESTONE_RED
        case Colour.AMBER:
            return Look.MILESTONE_AMBER
        case _:
            return Look.MILESTONE_GATE if is_gate else Look.MILESTONE


def _milestone_words(row: Row) -> Message:
    if row.finish is None:
        return msg("%(name)s: milestone without a date", name=row.name)
    if row.is_reached:
        return msg("%(name)s: milestone, reached %(day)s", name=row.name, day=row.finish)
    return msg("%(name)s: milestone, forecast %(day)s", name=row.name, day=row.finish)


def _bracket(row: Row, on: Axis, dy: float) -> Iterator[Shape]:
    if row.start is None or row.finish is None:
        return
    left, right, top = on.x(row.start), on.past(row.finish), 13 + dy
    foot = min(4.0, (right - left) / 2)
    yield Polygon(
        ((left, top), (right, top), (right, top + 7), (right - foot, top + 3.5), (left + foot, top + 3.5), (left, top + 7)),
        Look.BRACKET,
    )
    yield from _marks(row.marks, on, dy)


def _bar(row: Row, on: Axis, dy: float) -> Iterator[Shape]:
    if row.baseline is not None:
        left = on.x(row.baseline_start or row.start or row.baseline)
        yield Rect(left, BASELINE_TOP + dy, max(on.past(row.baseline) - left, 0), 4, Look.BAR_BASELINE, radius=1)
    if row.finish is not None:
        yield from _work(row, row.start or row.finish, row.finish, on, dy)
    if row.commitment is not None and on.shows(row.commitment):
        yield _commitment(on.x(row.commitment), 5 + dy, 25 + dy)
    yield from _marks(row.marks, on, dy)
    if row.finish is not None and row.percent is not None:
        yield _beside(on.past(row.finish), on, dy, f"{row.percent}{NBSP}%", left=on.x(row.start or row.finish))


def _work(row: Row, start: date, finish: date, on: Axis, dy: float) -> Iterator[Shape]:
    """The bar itself: planned part, part after the baseline, done part."""
    left, right, height = on.x(start), on.past(finish), BAR_HEIGHT[row.kind]
    width = max(right - left, 0)
    yield Rect(left, BAR_TOP + dy, width, height, Look.BAR_CRITICAL if row.is_critical else Look.BAR, radius=2)
    if row.baseline is not None and finish > row.baseline:
        late_from = max(on.past(row.baseline), left)
        yield Rect(late_from, BAR_TOP + dy, round(max(right - late_from, 0), 1), height, Look.BAR_LATE, radius=2)
    if row.percent:
        done = Look.BAR_CRITICAL_DONE if row.is_critical else Look.BAR_DONE
        yield Rect(left, BAR_TOP + dy, round(width * min(row.percent, 100) / 100, 1), height, done, radius=2)


def _milestone(row: Row, on: Axis, dy: float, selected: bool) -> Iterator[Shape]:
    y = CENTRE + dy
    if row.baseline is not None and row.baseline != row.finish:
        yield from _ghost(row.baseline, row.finish, on, y)
    if row.commitment is not None and on.shows(row.commitment):
        yield _commitment(on.x(row.commitment), 6 + dy, 24 + dy)
    if row.finish is None:
        return
    x = on.x(row.finish)
    if on.shows(row.finish):
        yield from _diamond(x, y, mark_look(row.colour, row.is_reached, row.is_gate))
    if selected and on.shows(row.finish):
        yield Rect(x - 10, 5 + dy, 20, 20, Look.MILESTONE_SELECTED, radius=4)
    leftmost = min(on.x(day) for day in row.dates)
    yield _beside(x, on, dy, row.name, Look.LABEL_SELECTED if selected else Look.LABEL, leftmost)


def _ghost(baseline: date, finish: date | None, on: Axis, y: float) -> Iterator[Shape]:
    """Where the milestone was planned, joined to where it is now."""
    was = on.x(baseline)
    if on.shows(baseline):
        yield diamond(was, y, HALF_GHOST, Look.MILESTONE_BASELINE)
    if finish is not None and abs(on.x(finish) - was) > HALF_GHOST + HALF_DIAMOND + 3:
        near, far = sorted((was, on.x(finish)))
        late = finish > baseline
        yield line(near + (6 if late else 8), y, far - (8 if late else 6), y, Look.GHOST_LINE)


def _diamond(x: float, y: float, look: Look) -> Iterator[Shape]:
    """A milestone. A red one carries a stroke too: it must be told from a reached one on a grey printer."""
    yield diamond(x, y, HALF_DIAMOND, look)
    if look is Look.MILESTONE_RED:
        yield line(x, y - 3, x, y + 3, Look.MILESTONE_BANG)


def _marks(marks: tuple[Mark, ...], on: Axis, dy: float) -> Iterator[Shape]:
    for mark in marks:
        if on.shows(mark.day):
            yield from _diamond(on.x(mark.day), CENTRE + dy, mark_look(mark.colour, mark.is_reached, mark.is_gate))


def _ties(ties: tuple[Tie, ...], on: Axis, dy: float) -> Iterator[Shape]:
    """A bracket that opens on the day of need; an arrow from there to the promise where that comes later."""
    y = BASELINE_TOP + 5 + dy
    for tie in ties:
        look = Look.TIE_BROKEN if tie.is_broken else Look.TIE
        if on.shows(tie.need_by):
            x = on.x(tie.need_by)
            yield Polyline(((x + 4, y - 5), (x, y - 5), (x, y + 3), (x + 4, y + 3)), look)
        if tie.promised is not None and on.shows(tie.promised) and on.shows(tie.need_by):
            x, end = on.x(tie.need_by), on.x(tie.promised)
            back = -4 if end > x else 4
            if abs(end - x) > 6:
                yield Polyline(((x, y - 1), (end, y - 1), (end + back, y - 4), (end, y - 1), (end + back, y + 2)), look)


def _commitment(x: float, top: float, bottom: float) -> Polyline:
    """The I-shaped mark, in one stroke."""
    return Polyline(
        ((x - 3.5, top), (x + 3.5, top), (x, top), (x, bottom), (x - 3.5, bottom), (x + 3.5, bottom)),
        Look.COMMITMENT,
    )


def _beside(x: float, on: Axis, dy: float, words: Words, look: Look = Look.LABEL, left: float = 0) -> Text:
    """A label right of `x`, or where the drawing ends too soon, left of everything in the row (`left`)."""
    if x + 13 + len(str(words)) * LETTER > on.width:
        return Text(max(left - 13, 0), LABEL_BASE + dy, words, look, Anchor.END)
    return Text(x + 13, LABEL_BASE + dy, words, look)


def _beyond(row: Row, on: Axis, dy: float) -> Iterator[Shape]:
    """Small arrows at the edges for what lies outside the drawn window."""
    y = CENTRE + dy
    if any(day < on.start for day in row.dates):
        yield Polygon(((1, y), (7, y - 5), (7, y + 5)), Look.BEYOND)
    if any(day >= on.end for day in row.dates):
        yield Polygon(((on.width - 1, y), (on.width - 7, y - 5), (on.width - 7, y + 5)), Look.BEYOND)


def name_of(row: Row) -> Message:
    """Code and name, as the report writes them in one line."""
    return msg("%(code)s %(name)s", code=row.code, name=row.name) if row.code else plain(row.name)
