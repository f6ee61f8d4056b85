"""Shapes as SVG: geometry in attributes, looks in classes, so that a strict content policy holds and themes apply."""

from collections.abc import Iterable
from dataclasses import replace

from markupsafe import Markup, escape

from pmo.schedule.logic.gantt import Drawing, DrawnRow
from pmo.schedule.logic.shapes import Anchor, Circle, Point, Polygon, Polyline, Rect, Shape, Text, say

HATCH = (
    '<pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect class="hatch-bg" width="6" height="6"/><line class="hatch-l" x1="0" y1="0" x2="0" y2="6"/></pattern>'
)
STRIP = '<use class="gantt__strip" href="#gantt-strip"/>'


def head(drawing: Drawing, lang: str) -> Markup:
    """The header of a timeline: decoration for the eye, the dates are in the table."""
    return _svg("gh", drawing.width, drawing.head_height, _written(drawing.head, lang), 'aria-hidden="true"')


def under(drawing: Drawing, lang: str) -> Markup:
    """What lies behind all rows: grid, holidays, committees, today, links. Each row can repeat its strip of it, for print."""
    strip = _written((_cut(shape, drawing.row_height) for shape in drawing.background), lang)
    defined = f'<defs>{HATCH}<g id="gantt-strip">{strip}</g></defs>'
    inside = defined + _written(drawing.background, lang) + _written(drawing.links, lang)
    return _svg("gantt__ov", drawing.width, drawing.height, inside, 'aria-hidden="true"')


def row(drawn: DrawnRow, drawing: Drawing, lang: str) -> Markup:
    """One row; its sentence is its name for those who do not see it."""
    named = f'role="img" aria-label="{escape(say(drawn.label, lang))}"'
    return _svg("gantt__row", drawing.width, drawing.row_height, STRIP + _written(drawn.shapes, lang), named)


def chart(shapes: Iterable[Shape], width: float, height: float, label: str, lang: str) -> Markup:
    """A chart that grows with its column."""
    named = f'role="img" aria-label="{escape(label)}"'
    return Markup(f'<svg class="chart" viewBox="0 0 {width:g} {height:g}" {named}>{_written(shapes, lang)}</svg>')  # noqa: S704


def _cut(shape: Shape, height: float) -> Shape:
    """A shape of the background, as high as one row."""
    if isinstance(shape, Rect):
        return replace(shape, height=height)
    if isinstance(shape, Polyline):
        return replace(shape, points=tuple((x, min(y, height)) for x, y in shape.points))
    return shape


def _svg(look: str, width: float, height: float, inside: str, named: str) -> Markup:
    size = f'width="{width:g}" height="{height:g}" viewBox="0 0 {width:g} {height:g}"'
    return Markup(f'<svg class="{look}" {size} {named}>{inside}</svg>')  # noqa: S704 - every text was escaped


def _written(shapes: Iterable[Shape], lang: str) -> str:
    return "".join([_element(shape, lang) for shape in shapes])


def _element(shape: Shape, lang: str) -> str:
    match shape:
        case Rect():
            return _rect(shape)
        case Polyline():
            return _polyline(shape)
        case Polygon():
            return f'<path class="{shape.look}" d="M{_pairs(shape.points)}z"/>'
        case Circle():
            return f'<circle class="{shape.look}" cx="{shape.x:g}" cy="{shape.y:g}" r="{shape.radius:g}"/>'
        case Text():
            anchor = "" if shape.anchor is Anchor.START else f' text-anchor="{shape.anchor}"'
            return f'<text class="{shape.look}" x="{shape.x:g}" y="{shape.y:g}"{anchor}>{escape(say(shape.words, lang))}</text>'


def _rect(shape: Rect) -> str:
    radius = f' rx="{shape.radius:g}"' if shape.radius else ""
    size = f'x="{shape.x:g}" y="{shape.y:g}" width="{shape.width:g}" height="{shape.height:g}"'
    return f'<rect class="{shape.look}" {size}{radius}/>'


def _polyline(shape: Polyline) -> str:
    dash = f' stroke-dasharray="{" ".join(f"{length:g}" for length in shape.dash)}"' if shape.dash else ""
    if len(shape.points) == 2:
        (x1, y1), (x2, y2) = shape.points
        return f'<line class="{shape.look}" x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}"{dash}/>'
    return f'<path class="{shape.look}" d="M{_pairs(shape.points)}"{dash}/>'


def _pairs(points: Iterable[Point]) -> str:
    return " ".join([f"{x:g} {y:g}" for x, y in points])
