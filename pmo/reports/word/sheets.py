"""One sheet per project: its dimensions, why, what comes next, money, milestones. Also the body of a project's own report."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from pmo.kernel import formats
from pmo.kernel.formats import NBSP
from pmo.kernel.languages import Message, msg
from pmo.portfolio.logic import COLOUR_NAMES, DIMENSION_NAMES, Dimension
from pmo.reports.logic import sentences
from pmo.reports.logic.content import MilestoneLine, ProjectLine, Report
from pmo.reports.logic.figures import amounts_of
from pmo.reports.word.changes import milestones
from pmo.reports.word.paper import WIDTH, Paper
from pmo.reports.word.status import LONGEST_NAME, reason
from pmo.reports.word.tables import Column, Row, Status, status_strip, table
from pmo.reports.word.xml import GAP, INK_2, Align, Look, Piece, clean

LINE = Look(size=10, after=2, spacing=1.05, keep=True)


@dataclass(frozen=True, slots=True)
class Detail:
    """How much a sheet says: the more sheets, the less, so that the annex stays short."""

    sheets: int  # up to so many
    milestones: int
    longest: int  # letters of what the manager wrote, per heading
    has_done: bool = True
    has_outlook: bool = True  # attention and next


DETAILS = (Detail(8, 4, 500), Detail(12, 2, 240), Detail(10_000, 0, 130, False), Detail(10_000, 0, 90, False, False))
MOST_PAGES = 10  # of the whole report, if shorter sheets can bring it there; fonts wider than ours add a page or two
OWN = Detail(1, 0, 2000)  # the project's own report


def sheets(paper: Paper, report: Report, title: str) -> None:
    shown, place = report.sheets, paper.place()
    for detail in [detail for detail in DETAILS if len(shown) <= detail.sheets]:
        paper.back_to(place)
        paper.heading(title, new_page=not paper.is_tight)
        for project in shown:
            _sheet(paper, project, report, detail)
        if paper.pages <= MOST_PAGES:
            return


def title_of(report: Report) -> Message:
    return msg("All projects") if report.all_sheets else msg("Projects that are not green")


def _sheet(paper: Paper, project: ProjectLine, report: Report, detail: Detail) -> None:
    name = clean(f"{project.code}{GAP}{project.name}", LONGEST_NAME)
    paper.heading([Piece(f"{clean(project.code, 30)}{GAP}", ink=INK_2), Piece(clean(project.name, LONGEST_NAME))], 2)
    strip(paper, project, name)
    words(paper, project, detail)
    shown = _few(project, detail.milestones)
    _facts(paper, project, keep=bool(shown))
    if shown:
        milestones(paper, [("", line) for line in shown], report)


def strip(paper: Paper, project: ProjectLine, title: str) -> None:
    shown = [(Dimension.OVERALL, project.overall), *((mark.dimension, mark.colour) for mark in project.marks)]
    columns = [Column(paper.say(DIMENSION_NAMES[dimension]), WIDTH / len(shown), Align.CENTRE) for dimension, _ in shown]
    status_strip(paper, columns, [colour for _, colour in shown], title)


def words(paper: Paper, project: ProjectLine, detail: Detail) -> None:
    """What is the matter, what comes next, what brings it back: a paragraph each, or one for all in a short sheet."""
    parts = list(_paragraphs(paper, project, detail))
    if detail.has_done:
        for pieces in parts:
            paper.write(pieces, LINE)
    elif parts:
        together = [piece for pieces in parts for piece in (*pieces, Piece(" "))]
        paper.write(together, replace(LINE, size=9))


def _paragraphs(paper: Paper, project: ProjectLine, detail: Detail) -> Iterator[list[Piece]]:
    pieces = reason(paper, project)
    if project.overall and project.since:
        since = msg("%(colour)s since %(day)s.", colour=COLOUR_NAMES[project.overall], day=project.since)
        pieces = [Piece(f"{paper.say(since)} ", bold=True), *pieces]
    if any(piece.words for piece in pieces):
        yield pieces
    said = project.words
    for title, text in (
        (msg("Attention:"), said.attention if detail.has_outlook else ""),
        (msg("Done:"), said.done if detail.has_done else ""),
        (msg("Next:"), said.next if detail.has_outlook else ""),
        (msg("Back to green:"), said.back_to_green),
    ):
        if text:
            yield [Piece(f"{paper.say(title)} ", bold=True), Piece(clean(text, detail.longest))]
    if detail.has_outlook and not detail.milestones and detail is not OWN and project.next_milestone:
        yield [Piece(paper.say(sentences.of_milestone(project.next_milestone)))]


def _facts(paper: Paper, project: ProjectLine, *, keep: bool) -> None:
    money = project.money
    shown = [(msg("Manager"), clean(project.manager, 60))] if project.manager else []
    for title, amount in amounts_of(money):
        known = formats.money(amount, money.currency, paper.lang) or paper.say(msg("not known"))
        shown.append((title, known))
    pieces = []
    for title, value in shown:
        pieces += [Piece(f"{paper.say(title)} ", ink=INK_2), Piece(f"{value}{3 * NBSP} ")]
    paper.write(pieces, Look(size=9 if paper.is_tight else 10, after=3, keep=keep))


def _few(project: ProjectLine, most: int) -> list[MilestoneLine]:
    """The next ones and the last one, by forecast."""
    ahead = [line for line in project.milestones if not line.is_reached and line.promise.forecast is not None]
    ahead.sort(key=lambda line: (line.promise.forecast or project.end.forecast, line.code))
    return ahead[:most] if len(ahead) <= most or most < 2 else [*ahead[: most - 1], ahead[-1]]


def dimensions(paper: Paper, project: ProjectLine) -> None:
    """Every dimension with its reason, for the project's own report."""
    rows: list[Row] = [
        [paper.say(DIMENSION_NAMES[mark.dimension]), Status(mark.colour), clean(paper.say(mark.reason), OWN.longest)]
        for mark in project.marks
    ]
    columns = [
        Column(paper.say(msg("Dimension")), 3.2),
        Column(paper.say(msg("Status")), 1.8, Align.CENTRE),
        Column(paper.say(msg("Reason")), 12.2),
    ]
    table(paper, columns, rows, paper.say(msg("Status by dimension")))
