"""The whole report as a Word file: which sections it has, in which order, in one language."""

from collections.abc import Callable, Iterator
from datetime import datetime

from pmo.kernel.languages import Message, msg
from pmo.reports.logic import sentences
from pmo.reports.logic.content import Report, Scope
from pmo.reports.logic.stamp import Stamp, short
from pmo.reports.word import (
    agenda,
    changes,
    decisions,
    governed,
    indicators,
    risks,
    sheets,
    slips,
    status,
    summary,
    timeline,
    value,
)
from pmo.reports.word.frame import Properties, running_heads, set_up
from pmo.reports.word.paging import pages
from pmo.reports.word.paper import Paper
from pmo.reports.word.xml import GAP, INK_2, Look, clean

MANY = 18  # projects from which everything is set smaller
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
Section = tuple[str, Callable[[Paper, Report, str], None]]


Tell = Callable[[int, int], None]  # so many steps are done, of so many


def silent(_step: int, _steps: int) -> None:
    """Nobody waits for news."""


def document(report: Report, stamp: Stamp, lang: str, tell: Tell = silent) -> bytes:
    """The file. Numbers, dates and order come from the report; this module and its neighbours only choose words and looks."""
    paper = Paper(lang, is_tight=len(report.projects) > MANY)
    set_up(paper, properties(paper, report, stamp))
    heads(paper, report, stamp)
    summary.band(paper, report, stamp)
    sections = list(_sections(paper, report))
    paper.heading(f"1{GAP}{paper.say(sentences.headline(report))}")
    _first_page(paper, report)
    summary.meetings(paper, report.coming)
    place = summary.contents_of(paper, len(sections) + 1)
    for number, (title, write) in enumerate(sections, start=1):
        tell(number, len(sections) + 1)
        write(paper, report, title)
    anchor(paper, stamp)
    place.fill(paper, pages(paper.blocks))
    return paper.bytes()


def _first_page(paper: Paper, report: Report) -> None:
    if report.scope is Scope.PROJECT:
        _project_page(paper, report)
        return
    summary.kicker(paper, list(sentences.kicker(report)))
    summary.key_figures(paper, report)
    summary.bullets(paper, report)


def _project_page(paper: Paper, report: Report) -> None:
    """The status report of one project: its dimensions with reasons, and what its manager wrote for the period."""
    project = report.projects[0]
    summary.kicker(paper, list(summary.about_project(project)))
    summary.key_figures(paper, report)
    sheets.dimensions(paper, project)
    sheets.words(paper, project, sheets.OWN)


def _sections(paper: Paper, report: Report) -> Iterator[Section]:
    """What follows the first page, numbered from 2; the annex has no number."""
    chosen = _of_project if report.scope is Scope.PROJECT else _of_many
    for number, (title, write) in enumerate(chosen(report), start=2):
        yield f"{number}{GAP}{paper.say(title)}", write
    if report.scope is not Scope.PROJECT and report.sheets:
        annex = paper.say(msg("Annex"))
        yield f"{annex}{GAP}{paper.say(sheets.title_of(report))}", sheets.sheets


def _of_many(report: Report) -> Iterator[tuple[Message, Callable[[Paper, Report, str], None]]]:
    if report.agenda is not None and report.agenda.lines:
        yield agenda.title_of(report), agenda.agenda
    if report.carried is not None:
        yield decisions.carried_title(report.carried), decisions.carried
    if report.asked:
        yield decisions.asked_title(report), decisions.asked
    if not report.projects:
        return
    if report.gates or report.requests:
        yield governed.title_of(report), governed.governed
    yield status.title_of(report), status.status
    yield changes.title_of(report), _changes
    yield timeline.title_of(report), _timeline
    if report.raid:
        yield risks.title_of(report), risks.risks
    if report.indicators:
        yield indicators.title_of(report), indicators.indicators


def _of_project(report: Report) -> Iterator[tuple[Message, Callable[[Paper, Report, str], None]]]:
    yield msg("Milestones"), _milestones
    if report.earned:
        yield value.title_of(report), value.value
    if report.gates or report.requests:
        yield governed.title_of(report), governed.governed
    yield changes.title_of(report) if report.earlier else msg("What changed"), changes.changes
    if report.raid:
        yield risks.title_of(report), risks.risks
    if report.indicators:
        yield indicators.title_of(report), indicators.indicators


def _changes(paper: Paper, report: Report, title: str) -> None:
    changes.changes(paper, report, title)
    changes.promises(paper, report)


def _timeline(paper: Paper, report: Report, title: str) -> None:
    timeline.timeline(paper, report, title)
    timeline.milestone_trend(paper, report)
    slips.slips(paper, report)
    timeline.money(paper, report)


def _milestones(paper: Paper, report: Report, title: str) -> None:
    timeline.timeline(paper, report, title)
    changes.milestones(paper, [("", line) for line in report.projects[0].milestones], report)
    timeline.milestone_trend(paper, report)
    timeline.money(paper, report)


def properties(paper: Paper, report: Report, stamp: Stamp) -> Properties:
    title = f"{paper.say(summary.TITLES[report.scope])}, {clean(report.name)}"
    return Properties(
        title=title,
        subject=clean(report.committee or report.name),
        author=clean(f"{stamp.author}, {stamp.organisation}" if stamp.organisation else stamp.author),
        keywords=clean(f"{report.scope}, {report.code}, {paper.say(stamp.name)}"),
        comments=_comments(paper, report, stamp),
        category=paper.say(msg("Status report")),
        version=paper.say(stamp.name),
        at=report.at,
    )


def _comments(paper: Paper, report: Report, stamp: Stamp) -> str:
    said = [msg("Data of %(moment)s. Data hash %(hash)s.", moment=report.at, hash=stamp.content_sha256)]
    said += [stamp.approval] if stamp.approval is not None else []
    return clean(" ".join(paper.say(sentence) for sentence in said))


def heads(paper: Paper, report: Report, stamp: Stamp) -> None:
    left = f"{paper.say(summary.TITLES[report.scope])}, {clean(report.name, 60)}"
    right = clean(summary.committee(paper, report), 60) if report.committee else ""
    foot = f"{paper.say(stamp.name)}. {paper.say(_foot(report.at, stamp.content_sha256))}"
    running_heads(paper, left, right, foot, paper.say(msg("Page %(page)s of %(pages)s", page="%(page)s", pages="%(pages)s")))


def _foot(at: datetime, digest: str) -> Message:
    return msg("Data of %(moment)s. Hash %(hash)s. Internal.", moment=at, hash=short(digest))


def anchor(paper: Paper, stamp: Stamp) -> None:
    """The whole hash and the head of the history, printed: an anchor outside the database."""
    said = [msg("Hash of the data (SHA-256): %(hash)s.", hash=stamp.content_sha256)]
    if stamp.chain_head:
        said.append(msg("Head of the sealed history: %(head)s.", head=stamp.chain_head))
    paper.write(" ".join(paper.say(sentence) for sentence in said), Look(size=7.5, ink=INK_2, before=10))
