"""Timeline of the projects, milestone trend, money with what is known of it."""

from collections.abc import Iterator

from pmo.kernel import formats
from pmo.kernel.languages import Message, msg, nmsg, plain
from pmo.portfolio.logic import Colour
from pmo.reports import charts
from pmo.reports.charts import Picture, PrintedRow
from pmo.reports.logic.content import MilestoneLine, MoneyLine, ProjectLine, Promise, Report, Scope
from pmo.reports.logic.figures import speaks_of_committed
from pmo.reports.word.paging import PAGE_HEIGHT
from pmo.reports.word.paper import Paper
from pmo.reports.word.status import LONGEST_NAME
from pmo.reports.word.summary import kicker
from pmo.reports.word.tables import Column, Row, table
from pmo.reports.word.xml import GAP, Align, Piece, clean
from pmo.schedule.logic import trend
from pmo.schedule.logic.gantt import Frame
from pmo.schedule.logic.gantt_rows import Kind, Mark
from pmo.schedule.logic.gantt_rows import Row as GanttRow

CAPTION = 62.0  # points below a chart: its frame, the legend, and what another program may count differently
LONGEST_LABEL = 26  # letters beside the milestone trend


def timeline(paper: Paper, report: Report, title: str) -> None:
    """Below what stands on the page already, as long as that leaves a third of it: the chart then goes on overleaf."""
    paper.heading(title, new_page=paper.left < PAGE_HEIGHT / 3)
    kicker(paper, list(_finding(report)))
    pictures = timeline_pictures(report, paper.lang, min(charts.ROOM, paper.left - CAPTION))
    for picture in pictures:
        paper.picture(picture, paper.say(msg("Timeline")), keep=picture is pictures[-1])
    if pictures:
        paper.note(paper.say(LEGEND))


def timeline_pictures(report: Report, lang: str, first: float = charts.ROOM) -> tuple[Picture, ...]:
    """As many as it takes pages; none where nothing has a date. `first` is what the first page has left, in points."""
    rows = list(_rows(report, lang))
    frame = Frame(today=report.today, committees=tuple(meeting.held_on for meeting in report.coming))
    return charts.timeline(rows, frame, lang, first) if rows else ()


LEGEND = msg(
    "Dark: done. Grey line: baseline. Hatched: past baseline. Violet bar: what the committee was told. Diamond: next milestone,"
    " named below the project. Right: slip of the end to baseline and to commitment, in calendar days."
)


def _finding(report: Report) -> Iterator[Message]:
    if report.scope is Scope.PROJECT:
        return
    late = [project for project in report.projects if (project.end.to_baseline or 0) > 0]
    told = [project for project in report.projects if (project.end.to_commitment or 0) > 0]
    num = len(report.projects)
    yield nmsg(
        "%(num)s of %(all)s projects ends later than its baseline.",
        "%(num)s of %(all)s projects end later than their baseline.",
        len(late),
        all=num,
    )
    yield nmsg("%(num)s ends later than the committee was told.", "%(num)s end later than the committee was told.", len(told))


def _rows(report: Report, lang: str) -> Iterator[PrintedRow]:
    if report.scope is Scope.PROJECT:
        project = report.projects[0]
        if project.end.forecast:
            yield _project_row(project, lang)
        yield from (_milestone_row(line) for line in project.milestones if line.promise.forecast)
        return
    for project in report.projects:
        yield _project_row(project, lang)


def _project_row(project: ProjectLine, lang: str) -> PrintedRow:
    line, end = project.next_milestone, project.end
    marks = (Mark(line.promise.forecast, line.name, line.colour),) if line and line.promise.forecast else ()
    note = plain(f"{formats.day(line.promise.forecast, lang)}{GAP}{clean(line.name)}") if line else None
    row = GanttRow(
        key=project.code,
        kind=Kind.PROJECT,
        name=clean(project.name),
        code=clean(project.code),
        start=project.start,
        finish=end.forecast,
        baseline=end.baseline,
        commitment=end.commitment,
        percent=project.percent,
        colour=project.overall,
        marks=marks,
    )
    return PrintedRow(row, note, *_tones(end))


def _milestone_row(line: MilestoneLine) -> PrintedRow:
    row = GanttRow(
        key=line.code,
        kind=Kind.MILESTONE,
        name=clean(line.name),
        code=clean(line.code),
        finish=line.promise.forecast,
        baseline=line.promise.baseline,
        commitment=line.promise.commitment,
        colour=line.colour,
        is_reached=line.is_reached,
        is_gate=line.is_gate,
    )
    return PrintedRow(row, None, *_tones(line.promise))


def _tones(promise: Promise) -> tuple[Colour | None, Colour | None]:
    return promise.baseline_tone, promise.commitment_tone


def milestone_trend(paper: Paper, report: Report) -> None:
    """The title of the chart is its finding; without two reports there is no trend."""
    chart = trend_chart(report)
    if chart is None:
        return
    paper.heading(paper.say(chart.title), 2)
    paper.picture(charts.trend(chart, paper.lang), paper.say(msg("Milestone trend")))
    paper.note(paper.say(msg("%(measure)s. Flat is on plan, rising is later.", measure=chart.measure)))


def trend_chart(report: Report) -> trend.Trend | None:
    tracks = [
        trend.Track(
            f"{line.project}-{line.milestone}",
            clean(line.name if report.scope is Scope.PROJECT else f"{line.project} {line.name}", LONGEST_LABEL),
            tuple(trend.Report(said.on, said.forecast) for said in line.said),
            line.colour,
            line.is_reached,
        )
        for line in report.tracks
    ]
    return trend.layout(tracks, report.today) if tracks else None


def money(paper: Paper, report: Report) -> None:
    if not report.money:
        return
    paper.heading(paper.say(msg("Money")), 2)
    columns = [Column(paper.say(title), width, align) for title, width, align in _money_columns(report)]
    table(paper, columns, [_money_row(paper, line) for line in report.money], paper.say(msg("Money")), together=True)
    paper.note(" ".join(paper.say(sentence) for sentence in _missing(report)))


def _money_columns(report: Report) -> list[tuple[Message, float, Align]]:
    """An edition of a form that knew no commitments has no column for them."""
    name, amount, known, over = (3.3, 2.1, 1.4, 1.3) if speaks_of_committed(report.money) else (4.8, 2.4, 1.8, 1.6)
    committed = [(msg("Committed"), amount, Align.RIGHT), (msg("known"), known, Align.CENTRE)]
    return [
        (msg("Programme"), name, Align.LEFT),
        (msg("Budget"), amount, Align.RIGHT),
        (msg("Spent"), amount, Align.RIGHT),
        (msg("known"), known, Align.CENTRE),
        *(committed if speaks_of_committed(report.money) else []),
        (msg("Forecast at end"), amount, Align.RIGHT),
        (msg("known"), known, Align.CENTRE),
        (msg("over"), over, Align.RIGHT),
    ]


def _money_row(paper: Paper, line: MoneyLine) -> Row:
    name = clean(line.programme, LONGEST_NAME) or paper.say(msg("All, %(currency)s", currency=line.currency))
    return [
        [Piece(name, bold=not line.programme)],
        formats.money(line.budget, line.currency, paper.lang) or "–",
        formats.money(line.spent, line.currency, paper.lang) or "–",
        paper.say(msg("%(n)s of %(m)s", n=line.spent_known, m=line.projects)),
        *_committed(paper, line),
        formats.money(line.forecast, line.currency, paper.lang) or "–",
        paper.say(msg("%(n)s of %(m)s", n=line.forecast_known, m=line.projects)),
        formats.percent(line.over_percent, paper.lang, signed=True, places=1) or "–",
    ]


def _committed(paper: Paper, line: MoneyLine) -> list[str]:
    if line.committed_known is None:
        return []
    amount = formats.money(line.committed, line.currency, paper.lang) or "–"
    return [amount, paper.say(msg("%(n)s of %(m)s", n=line.committed_known, m=line.projects))]


def _missing(report: Report) -> Iterator[Message]:
    """Unknown figures are named, so that nobody takes a sum for the whole."""
    yield msg(
        "An unknown figure is left out, never counted as zero; over compares the forecast with the budget of the same projects."
    )
    fields = ((msg("budget"), "budget"), (msg("spent"), "spent"), (msg("committed"), "committed"), (msg("forecast"), "forecast"))
    for title, field in fields:
        codes = [project.code for project in report.projects if getattr(project.money, field) is None]
        if codes and len(codes) < len(report.projects):
            yield msg("Unknown %(what)s: %(codes)s.", what=title, codes=", ".join(codes))


def title_of(report: Report) -> Message:
    return msg("Timeline and money") if report.money else msg("Timeline")
