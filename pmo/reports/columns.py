"""Editions and changes as rows of Excel files."""

from collections.abc import Iterator, Sequence

from pmo.kernel.languages import Amount, msg
from pmo.portfolio.logic import COLOUR_NAMES, Colour
from pmo.reports.logic.change_lines import Line as Told
from pmo.reports.logic.change_lines import Shown as Said
from pmo.reports.logic.change_lines import lines
from pmo.reports.logic.content import Changes
from pmo.reports.logic.slips import SlipLine, pareto, reason_name
from pmo.reports.queries import EditionRow
from pmo.web.downloads import Column, Shown, Value

EDITIONS = (
    Column(msg("Edition")),
    Column(msg("Committee")),
    Column(msg("Meeting"), Shown.DATE),
    Column(msg("About")),
    Column(msg("State on"), Shown.MOMENT),
    Column(msg("Published"), Shown.MOMENT),
    Column(msg("By")),
    Column(msg("Red"), Shown.NUMBER),
    Column(msg("Amber"), Shown.NUMBER),
    Column(msg("Green"), Shown.NUMBER),
    Column(msg("Not reported"), Shown.NUMBER),
    Column(msg("Commitments changed"), Shown.NUMBER),
    Column(msg("Hash"), width=66),
)
CHANGES = (
    Column(msg("What")),
    Column(msg("Project")),
    Column(msg("Item"), width=36),
    Column(msg("Before")),
    Column(msg("Now")),
    Column(msg("Days"), Shown.DAYS),
    Column(msg("Reason")),
    Column(msg("Who")),
    Column(msg("When"), Shown.DATE),
)
SLIPS = (
    Column(msg("Reason")),
    Column(msg("Moves"), Shown.NUMBER),
    Column(msg("Days"), Shown.DAYS),
    Column(msg("Share"), Shown.PERCENT),
    Column(msg("Together"), Shown.PERCENT),
)
Line = tuple[Value, ...]


def edition_line(row: EditionRow) -> Line:
    one = row.edition
    who = (one.title, row.committee, row.held_on, one.name, one.moment, one.published_at, one.author_name)
    return (*who, one.red, one.amber, one.green, one.unknown, one.committed, one.content_sha256)


def change_lines(changes: Changes) -> Iterator[Line]:
    """Everything the comparison shows."""
    return map(line_cells, lines(changes))


def line_cells(one: Told) -> Line:
    """What, project, item, before, now, days, reason, who, when."""
    values = (one.what, one.project, one.item or None, _cell(one.before), _cell(one.after), one.days)
    return (*values, one.reason, one.who or None, one.on)


def slip_lines(lines: Sequence[SlipLine]) -> Iterator[Line]:
    """The Pareto: per reason, the heaviest first."""
    for share in pareto(lines):
        yield reason_name(share.line.reason), share.line.count, share.line.days, share.percent, share.cumulative


def _cell(value: Said) -> Value:
    """A colour by its name; an amount as a number, for its currency is the item of the line."""
    match value:
        case Colour():
            return COLOUR_NAMES[value]
        case Amount():
            return value.value
    return value
