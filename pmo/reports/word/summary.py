"""The first page: band, headline, key figures, what to know first, next meetings, contents."""

from collections.abc import Iterator, Sequence
from typing import Any

from pmo.kernel import formats
from pmo.kernel.languages import Message, msg
from pmo.portfolio.logic import PHASE_NAMES, Colour, Phase
from pmo.reports.logic import sentences
from pmo.reports.logic.content import MeetingLine, MoneyLine, ProjectLine, Report, Scope
from pmo.reports.logic.stamp import Stamp
from pmo.reports.word.frame import Contents, contents
from pmo.reports.word.paging import Block
from pmo.reports.word.paper import WIDTH, Paper
from pmo.reports.word.tables import TONES, Column, box, line, plain_table, signed, table
from pmo.reports.word.xml import COMMITTEE, INK, INK_2, LINE, Align, Look, Piece, paragraph

TITLES = {
    Scope.PROJECT: msg("Project status report"),
    Scope.PROGRAMME: msg("Programme status report"),
    Scope.PORTFOLIO: msg("Portfolio status report"),
    Scope.COMMITTEE: msg("Portfolio status report"),
}
SMALL = Look(size=8.5, ink=INK_2, align=Align.RIGHT)


def band(paper: Paper, report: Report, stamp: Stamp) -> None:
    """Title and scope on the left; for whom, of when and by whom on the right. No fill: no toner."""
    left = [
        paragraph(paper.say(TITLES[report.scope]), Look(size=19, bold=True), paper.lang),
        paragraph(report.name, Look(size=10, ink=INK_2), paper.lang),
    ]
    right = [paragraph(words, SMALL, paper.lang) for words in _about(paper, report, stamp)]
    if report.committee:
        right.insert(
            0, paragraph(committee(paper, report), Look(size=10.5, bold=True, ink=COMMITTEE, align=Align.RIGHT), paper.lang)
        )
    lines = {"top": line(24, INK), "bottom": line(4, LINE)}
    cells = [box(10.2, *left, lines=lines), box(7.0, *right, lines=lines)]
    made = plain_table([10.2, 7.0], cells, paper.say(msg("About this report")))
    paper.add(made, Block(66))
    paper.gap(8)


def committee(paper: Paper, report: Report) -> str:
    return f"{report.committee}, {paper.day(report.meeting.held_on, year=True)}" if report.meeting else report.committee


def _about(paper: Paper, report: Report, stamp: Stamp) -> list[str]:
    said = [msg("Data of %(moment)s.", moment=report.at)]
    if report.earlier and report.earlier.number:
        said.append(msg("Compared with edition %(number)s of %(day)s.", number=report.earlier.title, day=report.earlier.on))
    elif report.earlier:
        said.append(msg("Compared with the state on %(day)s.", day=report.earlier.on))
    said.append(msg("Prepared by %(name)s.", name=stamp.author))
    if stamp.approval is not None:
        said.append(stamp.approval)
    if report.is_partial:
        said.append(msg("Only the projects %(name)s may see.", name=stamp.author))
    said.append(msg("%(edition)s.", edition=stamp.name) if stamp.number else msg("Draft, not published."))
    return [paper.say(sentence) for sentence in said]


def key_figures(paper: Paper, report: Report) -> None:
    """Five figures side by side, each with what it is measured against."""
    shown = [*_dates(paper, report), *_money(paper, report), _risks(paper, report)]
    width = WIDTH / len(shown)
    lines = {"top": line(8, INK), "bottom": line(4, LINE)}
    cells = [
        box(
            width,
            paragraph(title, Look(size=9, ink=INK_2), paper.lang),
            paragraph(value, Look(size=16, bold=True, ink=ink), paper.lang),
            paragraph(against, Look(size=9, ink=INK_2), paper.lang),
            lines=lines,
            align="top",
        )
        for title, value, against, ink in shown
    ]
    paper.add(plain_table([width] * len(shown), cells, paper.say(msg("Key figures")), padding=60), Block(58))
    paper.gap(6)


Figure = tuple[str, str, str, str]  # title, value, against what, ink


def _dates(paper: Paper, report: Report) -> list[Figure]:
    figures, shown = report.figures, []
    if report.scope is Scope.PROJECT:
        end = report.projects[0].end
        slip, told = _signed(paper, end.to_baseline), _signed(paper, end.to_commitment)
        against = paper.say(msg("to baseline %(slip)s, to commitment %(told)s", slip=slip, told=told))
        shown.append((paper.say(msg("Project end")), paper.day(end.forecast, year=True) or "–", against, _ink(end.baseline_tone)))
    elif figures.on_time_percent is not None:
        title = paper.say(msg("Milestones on time, %(days)s d", days=figures.on_time_days))
        target = msg("target %(percent)s %%", percent=figures.on_time_target) if figures.on_time_target is not None else None
        ink = _ink(Colour.AMBER if figures.on_time_target and figures.on_time_percent < figures.on_time_target else None)
        shown.append((title, formats.percent(figures.on_time_percent, paper.lang), paper.say(target), ink))
    if report.scope is not Scope.PROJECT:
        told = paper.say(msg("to commitment %(slip)s", slip=_signed(paper, figures.mean_to_commitment)))
        shown.append((paper.say(msg("Mean slip to baseline")), _signed(paper, figures.mean_to_baseline), told, INK))
    return shown


def _money(paper: Paper, report: Report) -> list[Figure]:
    """Of the largest currency; the others stand in the table of money."""
    totals = [line for line in report.money if not line.programme]
    if not totals:
        return []
    main = max(totals, key=lambda total: (total.projects, total.budget or 0))
    budget = _amount(paper, main, main.budget)
    of = msg("of %(budget)s; %(n)s of %(m)s known", budget=budget, n=main.spent_known, m=main.projects)
    known = msg("%(n)s of %(m)s known", n=main.forecast_known, m=main.projects)
    over = formats.percent(main.over_percent, paper.lang, signed=True, places=1) or "–"
    ink = _ink(Colour.AMBER if (main.over_percent or 0) >= report.limits.cost_amber else None)
    return [
        (paper.say(msg("Spent")), _amount(paper, main, main.spent), paper.say(of), INK),
        (paper.say(msg("Forecast to budget")), over, paper.say(known), ink),
    ]


def _risks(paper: Paper, report: Report) -> Figure:
    figures = report.figures
    of = paper.say(msg("of %(num)s open", num=figures.open_risks))
    return (
        paper.say(msg("Risks in the red band")),
        formats.integer(figures.red_risks, paper.lang),
        of,
        _ink(Colour.RED if figures.red_risks else None),
    )


def bullets(paper: Paper, report: Report) -> None:
    for bullet in sentences.bullets(report):
        pieces = [Piece(paper.say(bullet.finding), bold=True)]
        if bullet.words:
            pieces.append(Piece(f" {paper.say(bullet.words)}"))
        paper.bullet(pieces)


def meetings(paper: Paper, coming: Sequence[MeetingLine]) -> None:
    if not coming:
        return
    paper.heading(paper.say(msg("Next meetings")), 2)
    columns = [
        Column(paper.say(title), width)
        for title, width in ((msg("Committee"), 4), (msg("Data cut-off"), 4), (msg("Pack sent"), 4))
    ]
    rows = [
        [paper.day(line.held_on, year=True), paper.day(line.cut_off, year=True), paper.day(line.pack_on, year=True)]
        for line in coming
    ]
    table(paper, columns, rows, paper.say(msg("Next meetings")), together=True)


def contents_of(paper: Paper, sections: int) -> Contents:
    paper.write(paper.say(msg("Contents")), Look(size=12.5, bold=True, ink="0B5A7A", before=10, after=3, keep=True))
    return contents(paper, sections)


def kicker(paper: Paper, words: Sequence[Message]) -> None:
    """The sentence under a heading."""
    if words:
        paper.write(" ".join(paper.say(sentence) for sentence in words), Look(size=10, ink=INK_2, after=6, keep=True))


def about_project(project: ProjectLine) -> Iterator[Message]:
    """Who answers for it, in which phase it is, which period was reported."""
    if project.manager:
        yield msg("Manager %(name)s.", name=project.manager)
    if project.phase:
        yield msg("Phase: %(phase)s.", phase=PHASE_NAMES[Phase(project.phase)])
    start, end = project.words.period_start, project.words.period_end
    if start and end:
        yield msg("Period %(start)s to %(end)s.", start=start, end=end)
    elif end:
        yield msg("Period to %(end)s.", end=end)


def _signed(paper: Paper, days: int | None) -> str:
    return signed(days, paper.lang)


def _amount(paper: Paper, line: MoneyLine, amount: Any) -> str:
    return formats.money(amount, line.currency, paper.lang) or "–"


def _ink(tone: Colour | None) -> str:
    return TONES.get(tone.band, INK) if tone else INK
