"""Status of all projects: last period, this period, since when, why, and the way back to green."""

from collections.abc import Iterator

from pmo.kernel.languages import Message, msg, nmsg
from pmo.portfolio.logic import DIMENSION_NAMES, Colour
from pmo.reports.logic import sentences
from pmo.reports.logic.content import Limits, ProjectLine, Report
from pmo.reports.word.paper import Paper
from pmo.reports.word.summary import kicker
from pmo.reports.word.tables import Column, Group, Row, Status, status_words, table
from pmo.reports.word.xml import GAP, INK_2, Align, Piece, clean

LONGEST_NAME, LONGEST_WORDS, LONGEST_OVERRIDE = 90, 240, 640
TIGHT_REASON, TIGHT_WAY, TIGHT_OVERRIDE = 170, 90, 320  # letters, where there are many projects


def _follows(report: Report) -> bool:
    """Whether something stands between the first page and the table: then it goes on there and leaves no page half empty."""
    return bool((report.agenda and report.agenda.lines) or report.carried or report.asked or report.gates or report.requests)


def status(paper: Paper, report: Report, title: str) -> None:
    paper.heading(title, new_page=not _follows(report))
    kicker(paper, list(_rule(report)))
    said = " ".join(paper.say(sentence) for sentence in legend(report.limits, paper.lang))
    if paper.is_tight:  # above the table, which may end at the edge of a page
        paper.note(said, after=4)
    then = paper.day(report.earlier.on) if report.earlier else paper.say(msg("Before"))
    columns = [
        Column(paper.say(msg("Project")), 4.1),
        Column(then, 1.35, Align.CENTRE),
        Column(paper.day(report.today), 1.35, Align.CENTRE),
        Column(paper.say(msg("Since")), 1.7),
        Column(paper.say(msg("Not green, reason")), 4.9),
        Column(paper.say(msg("Back to green")), 3.8),
    ]
    rows = list(_rows(paper, report))
    table(paper, columns, rows, paper.say(msg("Status of the projects")))
    if not paper.is_tight:
        paper.note(said)


def _rule(report: Report) -> Iterator[Message]:
    yield msg("Colour: the worst of the known dimensions, computed. Since: date of this colour.")
    if any(project.override for project in report.projects):
        yield msg("Where the PMO overrode a colour, that one counts until its day; the computed one is named beside it.")


def _rows(paper: Paper, report: Report) -> Iterator[Row]:
    longest = TIGHT_WAY if paper.is_tight else LONGEST_WORDS
    for block in report.programmes:
        if len(report.programmes) > 1 or block.name:
            yield Group(clean(block.name, LONGEST_NAME))
        for project in block.projects:
            yield [
                named(project.code, project.name),
                Status(project.before) if project.was_there else paper.say(msg("new")) if report.earlier else "",
                Status(project.overall),
                since(paper, project, report),
                reason(paper, project),
                clean(project.words.back_to_green, longest) if not project.is_green else "",
            ]


def named(code: str, name: str) -> str:
    return clean(f"{code}{GAP}{name}", LONGEST_NAME)


def since(paper: Paper, project: ProjectLine, report: Report) -> str:
    return paper.day(project.since, year=project.since.year != report.today.year) if project.since else ""


def reason(paper: Paper, project: ProjectLine) -> list[Piece]:
    """What was overridden; then the dimensions that are not green in bold, the reasons, what was declared instead."""
    names = ", ".join(paper.say(DIMENSION_NAMES[mark.dimension]) for mark in project.not_green)
    said = [paper.say(sentences.reasons(project)), *(paper.say(remark) for remark in _remarks(project))]
    words = clean(" ".join(part for part in said if part), TIGHT_REASON if paper.is_tight else LONGEST_WORDS)
    overridden = clean(paper.say(sentences.overridden(project)), TIGHT_OVERRIDE if paper.is_tight else LONGEST_OVERRIDE)
    shown = [Piece(f"{names}. " if names and words else names, bold=True), Piece(words)]
    if project.is_silent:
        shown = [Piece(f"{paper.say(sentences.silent(project))} ", ink=INK_2), *shown]
    return [Piece(f"{overridden} "), *shown] if overridden else shown


def _remarks(project: ProjectLine) -> Iterator[Message]:
    if project.is_said_better and project.declared:
        yield msg("Declared %(colour)s.", colour=DECLARED[project.declared])
    if project.is_silent:
        return  # said in grey, in front of everything
    if project.is_stale and project.updated_on:
        yield msg("No update since %(day)s.", day=project.updated_on)
    elif project.is_stale:
        yield msg("Never updated.")


DECLARED: dict[Colour, Message] = {
    Colour.GREEN: msg("green"),
    Colour.AMBER_GREEN: msg("amber to green"),
    Colour.AMBER: msg("amber"),
    Colour.AMBER_RED: msg("amber to red"),
    Colour.RED: msg("red"),
}


def legend(limits: Limits, lang: str) -> Iterator[Message]:
    """What the shapes mean and from where on a colour counts."""
    yield msg(
        "%(red)s act now, %(amber)s watch, %(green)s on track, – not reported.",
        red=status_words(Colour.RED, lang),
        amber=status_words(Colour.AMBER, lang),
        green=status_words(Colour.GREEN, lang),
    )
    yield msg(
        "Schedule: amber from %(amber)s d, red from %(red)s d after baseline, unless a project has a tolerance of its own.",
        amber=limits.baseline_amber,
        red=limits.baseline_red,
    )
    yield msg("Cost: amber from %(amber)s %%, red from %(red)s %% over budget.", amber=limits.cost_amber, red=limits.cost_red)


def title_of(report: Report) -> Message:
    return nmsg("Status of %(num)s project", "Status of %(num)s projects", len(report.projects))
