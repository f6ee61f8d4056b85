"""A whole timeline as shapes: the one layout behind the page, the print and the Word report."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from pmo.kernel.languages import Message
from pmo.schedule.logic.gantt_axis import HEAD_HEIGHT, Axis, Zoom, axis, background, fitted, header
from pmo.schedule.logic.gantt_bars import ROW_HEIGHT, label, shapes_of
from pmo.schedule.logic.gantt_links import link_shapes
from pmo.schedule.logic.gantt_rows import Link, Page, Row
from pmo.schedule.logic.shapes import Shape


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """How a timeline is looked at. `width` fits it to a paper; without it `zoom` decides."""

    today: date
    zoom: Zoom = Zoom.MONTH
    width: float | None = None
    committees: tuple[date, ...] = ()
    holidays: frozenset[date] = frozenset()
    row_height: float = ROW_HEIGHT
    shows_links: bool = True
    shows_critical: bool = True
    shows_baseline: bool = True
    selected: str = ""


@dataclass(frozen=True, slots=True)
class DrawnRow:
    row: Row
    shapes: tuple[Shape, ...]
    label: Message


@dataclass(frozen=True, slots=True)
class Drawing:
    """Header, background, links and rows, each in its own coordinates from the top left corner."""

    axis: Axis
    height: float  # of all rows together, without the header
    row_height: float
    head: tuple[Shape, ...]
    background: tuple[Shape, ...]
    links: tuple[Shape, ...]
    rows: tuple[DrawnRow, ...]
    head_height: float = HEAD_HEIGHT

    @property
    def width(self) -> float:
        return self.axis.width


def span(rows: Iterable[Row]) -> tuple[date, ...]:
    """First and last date of the rows: two days are enough to find the axis of a thousand rows."""
    days = [day for row in rows for day in row.dates]
    return (min(days), max(days)) if days else ()


def layout(page: Page, links: Iterable[Link], frame: Frame, days: Sequence[date] | None = None) -> Drawing:
    """The drawing of one page of rows. `days` are the dates the axis must show (those of all pages); else the page's own."""
    shown = span(page.rows) if days is None else days
    on = axis(shown, frame.today, frame.zoom) if frame.width is None else fitted(shown, frame.today, frame.width)
    height = len(page.rows) * frame.row_height
    seen = replace(page, rows=tuple(_seen(row, frame) for row in page.rows))
    return Drawing(
        axis=on,
        height=height,
        row_height=frame.row_height,
        head=header(on, frame.today, frame.committees),
        background=background(on, frame.today, frame.committees, frame.holidays, height),
        links=link_shapes(_seen_links(links, frame), seen, on, frame.row_height) if frame.shows_links else (),
        rows=tuple(
            DrawnRow(row, shapes_of(looked_at, on, frame.row_height, row.key == frame.selected), label(row))
            for row, looked_at in zip(page.rows, seen.rows, strict=True)
        ),
    )


def _seen(row: Row, frame: Frame) -> Row:
    """The row as far as it is to be drawn; its sentence still says everything."""
    if not frame.shows_baseline and row.baseline is not None:
        row = replace(row, baseline=None, baseline_start=None)
    return replace(row, is_critical=False) if row.is_critical and not frame.shows_critical else row


def _seen_links(links: Iterable[Link], frame: Frame) -> Iterable[Link]:
    return links if frame.shows_critical else [replace(link, is_critical=False) for link in links]
