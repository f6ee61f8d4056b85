"""Indicators: the value of the last closed period, what is missing and from how many it was received."""

from collections.abc import Iterator

from pmo.indicators.logic.definition import Direction, Limits
from pmo.indicators.logic.periods import Frequency, period_name
from pmo.indicators.showing import amount, target
from pmo.kernel.languages import Message, msg, nmsg
from pmo.portfolio.logic import Colour
from pmo.reports.logic.content import IndicatorLine, Report
from pmo.reports.word.paper import Paper
from pmo.reports.word.summary import kicker
from pmo.reports.word.tables import Column, Row, Status, table
from pmo.reports.word.xml import Align, Piece, clean


def indicators(paper: Paper, report: Report, title: str) -> None:
    paper.heading(title)
    kicker(paper, list(_findings(report)))
    columns = [
        Column(paper.say(msg("Indicator")), 5.2),
        Column(paper.say(msg("Period")), 2.6),
        Column(paper.say(msg("Status")), 1.3, Align.CENTRE),
        Column(paper.say(msg("Value")), 1.9, Align.RIGHT),
        Column(paper.say(msg("Before")), 1.9, Align.RIGHT),
        Column(paper.say(msg("Target")), 2.4),
        Column(paper.say(msg("Remark")), 1.9),
    ]
    table(paper, columns, [_row(paper, line) for line in report.indicators], paper.say(msg("Indicators")))


def title_of(_report: Report) -> Message:
    return msg("Indicators")


def _findings(report: Report) -> Iterator[Message]:
    red = sum(line.colour is Colour.RED for line in report.indicators)
    missing = sum(line.value is None for line in report.indicators)
    yield nmsg(
        "%(red)s of %(num)s indicator is beyond its alert limit.",
        "%(red)s of %(num)s indicators are beyond their alert limit.",
        len(report.indicators),
        red=red,
    )
    if missing:
        yield nmsg("%(num)s value is missing.", "%(num)s values are missing.", missing)


def _row(paper: Paper, line: IndicatorLine) -> Row:
    lang, unknown = paper.lang, paper.say(msg("missing"))
    return [
        clean(line.name, 90),
        period_name(line.period, Frequency(line.every), lang),
        Status(line.colour),
        [Piece(amount(line.value, line.unit, lang) or unknown, bold=True)],
        amount(line.before, line.unit, lang) or "–",
        paper.say(target(Limits(Direction(line.direction), line.target), line.unit, lang)),
        ", ".join(paper.say(remark) for remark in _remarks(line)),
    ]


def _remarks(line: IndicatorLine) -> Iterator[Message]:
    if line.is_collected:
        yield msg("%(received)s of %(expected)s received", received=line.received, expected=line.expected)
    if line.is_late:
        yield msg("late")
    if line.is_estimated:
        yield msg("estimated")
