"""A project's status on one page of paper, in the blocks of PM², from the overview to the next steps."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from pmo.committees.logic.decisions import ActionState
from pmo.kernel import formats
from pmo.kernel.languages import Message, msg, nmsg
from pmo.portfolio.logic import COLOUR_NAMES, DIMENSION_NAMES, Dimension
from pmo.raid.logic import RESPONSE_NAMES, RaidType, Response
from pmo.reports.logic import sentences
from pmo.reports.logic.content import Amounts, MilestoneLine, ProjectLine, RaidLine, Report
from pmo.reports.logic.stamp import Stamp
from pmo.reports.word.document import anchor, heads, properties
from pmo.reports.word.frame import set_up
from pmo.reports.word.paging import PAGE_HEIGHT
from pmo.reports.word.paper import WIDTH, Paper
from pmo.reports.word.sheets import strip
from pmo.reports.word.summary import about_project, band
from pmo.reports.word.tables import Column, Row, Slip, Status, table
from pmo.reports.word.xml import INK_2, Align, Look, Piece, clean

SAFE = PAGE_HEIGHT - 40  # what other programs may count differently
LINE = Look(size=9.5, after=2)
TITLE = Look(size=10.5, bold=True, ink="0B5A7A", before=3, after=2, keep=True)


@dataclass(frozen=True, slots=True)
class Room:
    """How much is said: rows of each table, letters of each text."""

    rows: int
    longest: int


ROOMS = (Room(5, 420), Room(5, 260), Room(4, 180), Room(3, 120), Room(3, 70), Room(2, 50), Room(1, 40))


def onepage(report: Report, stamp: Stamp, lang: str) -> bytes:
    """The file. What does not fit is shortened, text before rows; the count in each title says how many there are."""
    made = Paper(lang, is_tight=True)
    for room in ROOMS:
        made = _drawn(report, stamp, lang, room)
        if made.pages == 1 and PAGE_HEIGHT - made.left <= SAFE:
            break
    return made.bytes()


def _drawn(report: Report, stamp: Stamp, lang: str, room: Room) -> Paper:
    paper, project = Paper(lang, is_tight=True), report.projects[0]
    set_up(paper, properties(paper, report, stamp))
    heads(paper, report, stamp)
    band(paper, report, stamp)
    _overview(paper, project, room)
    _indicators(paper, report)
    _milestones(paper, project, report, room)
    _register(paper, report, room)
    _actions(paper, report, room)
    _next(paper, project, room)
    anchor(paper, stamp)
    return paper


def _title(paper: Paper, words: Message) -> None:
    paper.write(paper.say(words), TITLE)


def _said(paper: Paper, title: Message, text: str, room: Room) -> None:
    if text:
        paper.write([Piece(f"{paper.say(title)} ", bold=True), Piece(clean(text, room.longest))], LINE)


def _overview(paper: Paper, project: ProjectLine, room: Room) -> None:
    said = [paper.say(sentence) for sentence in about_project(project)]
    if project.overall and project.since:
        since = msg("%(colour)s since %(day)s.", colour=COLOUR_NAMES[project.overall], day=project.since)
        said.append(paper.say(since))
    if said:
        paper.write(clean(" ".join(said), 240), Look(size=9.5, ink=INK_2, after=3))
    strip(paper, project, paper.say(msg("Status by dimension")))
    why = sentences.overridden(project) or sentences.reasons(project)
    _said(paper, msg("Why:"), paper.say(why), room)
    _said(paper, msg("Attention:"), project.words.attention, room)
    _said(paper, msg("Done:"), project.words.done, room)


def _indicators(paper: Paper, report: Report) -> None:
    """Schedule and cost: what was agreed, what is expected now, the difference."""
    project = report.projects[0]
    end, colours = project.end, {mark.dimension: mark.colour for mark in project.marks}
    _title(paper, msg("Schedule and cost"))
    titles = (msg("Indicator"), msg("Status"), msg("Agreed"), msg("Told or spent"), msg("Forecast"), msg("Difference"))
    widths = (4.2, 1.6, 2.9, 2.9, 2.9, 2.7)
    aligns = (Align.LEFT, Align.CENTRE, *[Align.RIGHT] * 4)
    columns = [Column(paper.say(title), width, align) for title, width, align in zip(titles, widths, aligns, strict=True)]
    days = [paper.day(day, year=True) if day else "–" for day in (end.baseline, end.commitment, end.forecast)]
    slip = Slip(end.to_baseline, end.baseline_tone)
    schedule: Row = [paper.say(DIMENSION_NAMES[Dimension.SCHEDULE]), Status(colours.get(Dimension.SCHEDULE)), *days, slip]
    money = project.money
    amounts = [
        formats.money(amount, money.currency, paper.lang) or paper.say(msg("not known"))
        for amount in (money.budget, money.spent, money.forecast)
    ]
    over = formats.percent(money.over_percent, paper.lang, signed=True, places=1) or "–"
    cost: Row = [paper.say(DIMENSION_NAMES[Dimension.COST]), Status(colours.get(Dimension.COST)), *amounts, over]
    bound: list[Row] = [_bound(paper, money)] if money.committed is not None else []
    table(paper, columns, [schedule, cost, *bound], paper.say(msg("Schedule and cost")), together=True)


def _bound(paper: Paper, money: Amounts) -> Row:
    """What contracts bind beside what is spent; no colour and no date of its own."""
    return [paper.say(msg("Committed")), "", "", formats.money(money.committed, money.currency, paper.lang), "", ""]


def _milestones(paper: Paper, project: ProjectLine, report: Report, room: Room) -> None:
    reached = sum(line.is_reached for line in project.milestones)
    _title(paper, msg("Milestones: %(n)s of %(m)s reached", n=reached, m=len(project.milestones)))
    widths = (8.4, 2.3, 2.3, 2.3, 1.9)
    titles = (msg("Milestone"), msg("Baseline"), msg("Commitment"), msg("Forecast"), msg("to baseline"))
    columns = [
        Column(paper.say(title), width, Align.LEFT if number == 0 else Align.RIGHT)
        for number, (title, width) in enumerate(zip(titles, widths, strict=True))
    ]
    rows = [_milestone(paper, line, report) for line in _ahead(project)[: room.rows]]
    _rows(paper, columns, rows, msg("Milestones"))


def _ahead(project: ProjectLine) -> list[MilestoneLine]:
    """Those still to come; a milestone without a date last."""
    ahead = [line for line in project.milestones if not line.is_reached]
    return sorted(ahead, key=lambda line: (line.promise.forecast is None, line.promise.forecast or date.max, line.code))


def _milestone(paper: Paper, line: MilestoneLine, report: Report) -> Row:
    promise = line.promise
    days = [
        paper.day(day, year=day.year != report.today.year) if day else "–"
        for day in (promise.baseline, promise.commitment, promise.forecast)
    ]
    return [clean(line.name, 60), *days, Slip(promise.to_baseline, promise.baseline_tone)]


def _register(paper: Paper, report: Report, room: Room) -> None:
    """Risks and issues, the highest level first."""
    for kind, title in (
        (RaidType.RISK, nmsg("%(num)s open risk", "%(num)s open risks", _count(report, RaidType.RISK))),
        (RaidType.ISSUE, nmsg("%(num)s open issue", "%(num)s open issues", _count(report, RaidType.ISSUE))),
    ):
        lines = [line for line in report.raid if line.type == kind]
        if lines or kind is RaidType.RISK:
            _title(paper, title)
            columns = _columns(paper, (msg("Title"), 7.2), (msg("Level"), 1.5), (msg("Response"), 6.2), (msg("Due"), 2.3))
            _rows(paper, columns, [_risk(paper, line, report) for line in lines[: min(3, room.rows)]], title)


def _count(report: Report, kind: RaidType) -> int:
    return sum(line.type == kind for line in report.raid)


def _risk(paper: Paper, line: RaidLine, report: Report) -> Row:
    level = "–" if line.level is None else str(line.level)
    due = paper.day(line.due, year=line.due.year != report.today.year) if line.due else "–"
    return [clean(f"{line.code} {line.title}", 60), level, clean(_response(paper, line), 56) or "–", due]


def _response(paper: Paper, line: RaidLine) -> str:
    """What is done about it and by whom."""
    said = [paper.say(RESPONSE_NAMES[Response(line.response)])] if line.response else []
    return ", ".join([*said, *filter(None, (line.response_text, line.owner))])


def _actions(paper: Paper, report: Report, room: Room) -> None:
    lines = report.actions
    late = sum(line.state is ActionState.LATE for line in lines)
    _title(paper, nmsg("%(num)s open action, %(late)s late", "%(num)s open actions, %(late)s late", len(lines), late=late))
    columns = _columns(paper, (msg("Action"), 8.7), (msg("Who"), 4.4), (msg("Due"), 2.3), (msg("Late"), 1.8))
    rows = list(_action(paper, report, room))
    _rows(paper, columns, rows, msg("Actions"))


def _action(paper: Paper, report: Report, room: Room) -> Iterator[Row]:
    for line in report.actions[: min(3, room.rows)]:
        due = paper.day(line.due, year=line.due.year != report.today.year)
        late = paper.say(sentences.days(line.days_late)) if line.days_late else ""
        yield [clean(f"{line.code} {line.what}", 72), clean(line.owner, 36), due, late]


def _columns(paper: Paper, *given: tuple[Message, float]) -> list[Column]:
    return [Column(paper.say(title), width) for title, width in given]


def _rows(paper: Paper, columns: list[Column], rows: list[Row], title: Message) -> None:
    if rows:
        table(paper, columns, rows, paper.say(title), together=True)
    else:
        paper.write(paper.say(msg("None.")), LINE, room=WIDTH)


def _next(paper: Paper, project: ProjectLine, room: Room) -> None:
    words = project.words
    _title(paper, msg("Next steps"))
    if not words.next and not words.back_to_green:
        paper.write(paper.say(msg("Nothing was written for the next period.")), LINE)
    _said(paper, msg("Next:"), words.next, room)
    _said(paper, msg("Back to green:"), words.back_to_green, room)
