"""The agenda of the next meeting: what is gone through, in which order, by whom, for how long."""

from pmo.kernel.languages import Message, msg, nmsg
from pmo.reports.logic.agenda import KIND_NAMES, Kind
from pmo.reports.logic.agenda_lines import AgendaLine, AgendaLines
from pmo.reports.logic.content import Report
from pmo.reports.word.paper import Paper
from pmo.reports.word.summary import kicker
from pmo.reports.word.tables import Cell, Column, Row, table
from pmo.reports.word.xml import COMMITTEE, INK_2, Align, Piece, clean

LONGEST = 160


def title_of(_report: Report) -> Message:
    return msg("Agenda")


def agenda(paper: Paper, report: Report, title: str) -> None:
    """Times and minutes have a column only where somebody gave some."""
    found = report.agenda
    if found is None:
        return
    paper.heading(title)
    kicker(paper, about(found))
    columns = [
        Column(paper.say(msg("No.")), 1.0),
        Column(paper.say(msg("Topic")), 11.6 if not found.is_timed else 8.6),
        Column(paper.say(msg("Presented by")), 4.6 if not found.is_timed else 4.0),
    ]
    if found.is_timed:
        columns += [Column(paper.say(msg("Time")), 1.7, Align.RIGHT), Column(paper.say(msg("Min.")), 1.9, Align.RIGHT)]
    rows: list[Row] = [_row(paper, number, line, found) for number, line in enumerate(found.lines, start=1)]
    table(paper, columns, rows, paper.say(msg("Agenda")))


def about(found: AgendaLines) -> list[Message]:
    """When it begins and ends, and how long it takes, as far as somebody said so."""
    said = [msg("Meeting of %(day)s.", day=found.held_on)]
    untimed = sum(line.minutes is None for line in found.lines)
    if found.starts and found.ends and not untimed:
        said.append(msg("From %(start)s to %(end)s.", start=found.starts, end=found.ends))
    elif found.starts:
        said.append(msg("It begins at %(start)s.", start=found.starts))
    if found.is_timed:
        said.append(nmsg("%(num)s minute in all.", "%(num)s minutes in all.", found.minutes))
        if untimed:
            said.append(nmsg("%(num)s line has no time yet.", "%(num)s lines have no time yet.", untimed))
    return said


def _row(paper: Paper, number: int, line: AgendaLine, found: AgendaLines) -> list[Cell]:
    cells: list[Cell] = [str(number), words_of(paper, line), clean(line.presenter, 60)]
    if found.is_timed:
        cells += ["–", "–"] if line.minutes is None else [line.starts, str(line.minutes)]
    return cells


def words_of(paper: Paper, line: AgendaLine) -> list[Piece]:
    """What kind of line it is, what it is about, and what was noted beside it."""
    name = clean(" ".join(filter(None, (line.about, line.code, line.called(paper.lang)))), LONGEST)
    if line.kind is Kind.OWN:
        pieces = [Piece(name)]
    else:
        pieces = [Piece(paper.say(KIND_NAMES[line.kind]), ink=COMMITTEE), Piece(f" {name}")]
    return [*pieces, *([Piece(f" {clean(line.note, LONGEST)}", ink=INK_2)] if line.note else [])]
