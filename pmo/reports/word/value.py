"""Earned value in the report of one project: eight figures of its newest status day, and how they follow from each other."""

from decimal import Decimal

from pmo.kernel import formats
from pmo.kernel.languages import Message, msg
from pmo.reports.logic.content import EarnedLine, Report
from pmo.reports.word.paper import WIDTH, Paper
from pmo.reports.word.tables import Column, table
from pmo.reports.word.xml import Align

SYMBOLS = ("BAC", "PV", "EV", "AC", "SPI", "CPI", "EAC", "VAC")
FORMULAS = "SPI = EV / PV, CPI = EV / AC, VAC = BAC \N{MINUS SIGN} EAC."  # symbols: the same in every language


def value(paper: Paper, report: Report, title: str) -> None:
    paper.heading(title)
    columns = [Column(symbol, WIDTH / len(SYMBOLS), Align.RIGHT) for symbol in SYMBOLS]
    table(paper, columns, [_cells(paper, line) for line in report.earned], title)
    paper.note(f"{paper.say(NAMES)} {FORMULAS}")


def title_of(report: Report) -> Message:
    return msg("Earned value on %(day)s", day=report.earned[0].on)


NAMES = msg(
    "BAC: budget at completion, PV: planned value, EV: earned value, AC: actual cost, "
    "EAC: estimate at completion, VAC: variance at completion."
)


def _cells(paper: Paper, line: EarnedLine) -> list[str]:
    amounts = [_money(paper, amount, line.currency) for amount in (line.budget, line.planned, line.earned, line.actual)]
    indices = [_known(paper, formats.number(index, paper.lang)) for index in (line.schedule_index, line.cost_index)]
    ends = [_money(paper, amount, line.currency) for amount in (line.at_completion, line.variance)]
    return [*amounts, *indices, *ends]


def _money(paper: Paper, amount: Decimal | None, currency: str) -> str:
    return _known(paper, formats.money(amount, currency, paper.lang))


def _known(paper: Paper, shown: str) -> str:
    return shown or paper.say(msg("not known"))
