"""The lines between rows: which end to which end, around corners, with an arrowhead."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from pmo.schedule.logic.gantt_axis import Axis
from pmo.schedule.logic.gantt_bars import CENTRE, shift
from pmo.schedule.logic.gantt_rows import Kind, Link, LinkKind, Page, Row
from pmo.schedule.logic.shapes import Look, Point, Polygon, Polyline, Shape

STUB = 5.0  # px a line leaves a bar before it turns
TURN = 9.0  # px before a bar at which it turns back
STEP = 8.0  # px a later bar must be away for the plain elbow
NEAR = 12.0  # px around the end of a bar within which a milestone is reached straight down
HALF_BAR = 6.0
ARROW = 6.0
HALF_ARROW = 3.5


@dataclass(frozen=True, slots=True)
class End:
    """A row as links see it: its two edges, the height of its middle."""

    left: float
    right: float
    y: float
    is_milestone: bool

    @property
    def x(self) -> float:
        return (self.left + self.right) / 2


@dataclass(frozen=True, slots=True)
class Route:
    points: tuple[Point, ...]
    heading: Point  # the way the arrow points: (1, 0) right, (-1, 0) left, (0, 1) down, (0, -1) up


def link_shapes(links: Iterable[Link], page: Page, on: Axis, row_height: float) -> tuple[Shape, ...]:
    """Every link with at least one end on the page; the other end may be a row of another page."""
    ends = _ends(page, on, row_height)
    height = len(page.rows) * row_height
    shapes: list[Shape] = []
    for link in sorted(links, key=lambda link: link.is_critical):  # critical ones on top
        route = _route(link, ends, page, height, row_height)
        if route is not None:
            shapes += _painted(route, on.width, link.is_critical)
    return tuple(shapes)


def _ends(page: Page, on: Axis, row_height: float) -> dict[str, End]:
    ends = {}
    for index, row in enumerate(page.rows):
        y = index * row_height + CENTRE + shift(row_height)
        if row.finish is not None:
            ends[row.key] = _end(row, row.finish, on, y)
    return ends


def _end(row: Row, finish: date, on: Axis, y: float) -> End:
    if row.kind is Kind.MILESTONE:
        return End(on.x(finish) - 7, on.x(finish) + 7, y, is_milestone=True)
    return End(on.x(row.start or finish), on.past(finish), y, is_milestone=False)


def _route(link: Link, ends: Mapping[str, End], page: Page, height: float, row_height: float) -> Route | None:
    before, after = ends.get(link.before), ends.get(link.after)
    if before is not None and after is not None:
        return route(before, after, link.kind, row_height)
    if before is not None:
        return _leaving(before, link, page, height)
    if after is not None:
        return _arriving(after, link, page, height)
    return None


def route(before: End, after: End, kind: LinkKind, row_height: float) -> Route:
    """The way from one row to another, in right angles."""
    match kind:
        case LinkKind.FS:
            return _finish_to_start(before, after, row_height)
        case LinkKind.SS:
            x = min(before.left, after.left) - STUB
            return Route(((before.left, before.y), (x, before.y), (x, after.y), (after.left - 1, after.y)), (1, 0))
        case LinkKind.FF:
            x = max(before.right, after.right) + STUB + ARROW
            return Route(((before.right, before.y), (x, before.y), (x, after.y), (after.right + 1, after.y)), (-1, 0))
        case LinkKind.SF:
            return _mirrored(_sideways(_mirror(before), _mirror(after), row_height))


def _finish_to_start(before: End, after: End, row_height: float) -> Route:
    down = 1 if after.y > before.y else -1
    start = after.x if after.is_milestone else after.left
    if before.is_milestone and abs(start - before.x) <= STUB + 1:
        return Route(((before.x, before.y + 7 * down), (before.x, after.y - 7 * down)), (0, down))
    if after.is_milestone and not before.is_milestone and abs(after.x - before.right) <= NEAR:
        return Route(((after.x, before.y + HALF_BAR * down), (after.x, after.y - 8 * down)), (0, down))
    if after.is_milestone and after.x > before.right + STUB:
        turn = after.y - 15 * down
        corners = (before.right, before.y), (before.right + STUB, before.y), (before.right + STUB, turn)
        return Route((*corners, (after.x, turn), (after.x, after.y - 8 * down)), (0, down))
    if before.is_milestone and after.left > before.x:
        return Route(((before.x, before.y + 7 * down), (before.x, after.y), (after.left - 1, after.y)), (1, 0))
    return _sideways(before, after, row_height)


def _sideways(before: End, after: End, row_height: float) -> Route:
    """Out at the right, in at the left; around the back when the later row begins too early."""
    out, into = before.right + STUB, after.left - TURN
    if after.left > before.right + STEP:
        return Route(((before.right, before.y), (out, before.y), (out, after.y), (after.left - 1, after.y)), (1, 0))
    middle = before.y + (row_height // 2 if after.y > before.y else -row_height // 2)
    corners = (before.right, before.y), (out, before.y), (out, middle), (into, middle), (into, after.y)
    return Route((*corners, (after.left - 1, after.y)), (1, 0))


def _leaving(before: End, link: Link, page: Page, height: float) -> Route | None:
    """Down or up to the edge of the page, where the line goes on on another page."""
    edge = _edge(link.after, page, height)
    if edge is None:
        return None
    starts = link.kind in (LinkKind.SS, LinkKind.SF)
    x, out = (before.left, before.left - STUB) if starts else (before.right, before.right + STUB)
    return Route(((x, before.y), (out, before.y), (out, edge)), (0, 1 if edge else -1))


def _arriving(after: End, link: Link, page: Page, height: float) -> Route | None:
    edge = _edge(link.before, page, height)
    if edge is None:
        return None
    if link.kind in (LinkKind.FF, LinkKind.SF):
        x = after.right + STUB + ARROW
        return Route(((x, edge), (x, after.y), (after.right + 1, after.y)), (-1, 0))
    return Route(((after.left - TURN, edge), (after.left - TURN, after.y), (after.left - 1, after.y)), (1, 0))


def _edge(key: str, page: Page, height: float) -> float | None:
    if key in page.above:
        return 0.0
    return height if key in page.below else None


def _mirror(end: End) -> End:
    return End(-end.right, -end.left, end.y, end.is_milestone)


def _mirrored(way: Route) -> Route:
    return Route(tuple((-x, y) for x, y in way.points), (-way.heading[0], way.heading[1]))


def _painted(way: Route, width: float, is_critical: bool) -> Iterator[Shape]:
    points = tuple((min(max(round(x, 1), 0.0), width), y) for x, y in way.points)
    yield Polyline(points, Look.LINK_CRITICAL if is_critical else Look.LINK)
    (x, y), (across, down) = points[-1], way.heading
    tip, back = (x + 2 * across, y + 2 * down), (x - 4 * across, y - 4 * down)
    sides = (
        (back[0] - HALF_ARROW * down, back[1] - HALF_ARROW * across),
        (back[0] + HALF_ARROW * down, back[1] + HALF_ARROW * across),
    )
    yield Polygon((tip, *sides), Look.ARROW_CRITICAL if is_critical else Look.ARROW)
