"""Why dates slipped, in the Word report: the Pareto as a picture and as a table."""

from pmo.kernel import formats
from pmo.kernel.languages import Message, msg
from pmo.reports import charts
from pmo.reports.logic.content import Report
from pmo.reports.logic.slip_chart import layout
from pmo.reports.logic.slips import pareto, reason_name
from pmo.reports.word.paper import Paper
from pmo.reports.word.tables import Column, Row, table
from pmo.reports.word.xml import Align, Piece

NOTE = msg("Forecasts that moved later since the projects began, in calendar days. A move that was undone is not counted.")


def slips(paper: Paper, report: Report) -> None:
    """Its heading is the finding; where nothing slipped there is nothing to say."""
    chart = layout(report.slips)
    if chart is None:
        return
    paper.heading(paper.say(chart.title), 2)
    paper.picture(charts.drawn(chart.shapes, chart.width, chart.height, chart.label, paper.lang), paper.say(TITLE))
    paper.gap(4)
    titles = ((msg("Reason"), 7.2), (msg("Moves"), 2.2), (msg("Days"), 2.4), (msg("Share"), 2.4), (msg("Together"), 3.0))
    columns = [
        Column(paper.say(title), width, Align.RIGHT if number else Align.LEFT) for number, (title, width) in enumerate(titles)
    ]
    rows: list[Row] = [
        [
            [Piece(paper.say(reason_name(share.line.reason)), bold=number == 0)],
            formats.integer(share.line.count, paper.lang),
            formats.delta(share.line.days, paper.lang),
            formats.percent(share.percent, paper.lang),
            formats.percent(share.cumulative, paper.lang),
        ]
        for number, share in enumerate(pareto(report.slips))
    ]
    table(paper, columns, rows, paper.say(TITLE), together=True)
    paper.note(paper.say(NOTE))


TITLE: Message = msg("Why dates slipped")
