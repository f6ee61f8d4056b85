"""Gates that come and were decided, change requests that wait and were decided, with their effect on dates and money."""

from collections.abc import Sequence
from decimal import Decimal

from pmo.changes.logic import PRIORITY_NAMES, STATE_NAMES, ChangeState
from pmo.gates.logic import OUTCOME_NAMES, STANDING_NAMES, Outcome, Standing
from pmo.kernel import formats
from pmo.kernel.languages import Amount, Message, msg, nmsg
from pmo.reports.logic.content import Report
from pmo.reports.logic.governed import Condition, GateLine, Gates, RequestLine, Requests
from pmo.reports.word.paper import Paper
from pmo.reports.word.summary import kicker
from pmo.reports.word.tables import Column, Row, signed, table
from pmo.reports.word.xml import AMBER_INK, INK, INK_2, RED_INK, Align, Piece, clean

LONGEST = 240
BAD = {Outcome.STOP: RED_INK, Outcome.HOLD: AMBER_INK, Outcome.RECYCLE: AMBER_INK, Outcome.CONDITIONAL: AMBER_INK}
NOT_YET = {Standing.NOT_READY: RED_INK, Standing.WEAK: AMBER_INK}


def title_of(report: Report) -> Message:
    if report.gates and report.requests:
        return msg("Gates and change requests")
    return msg("Gates") if report.gates else msg("Change requests")


def governed(paper: Paper, report: Report, title: str) -> None:
    paper.heading(title)
    kicker(paper, [*_about_gates(report.gates), *_about_requests(report.requests)])
    if report.gates:
        _gates(paper, report.gates)
    if report.requests:
        _requests(paper, report.requests)


def _about_gates(found: Gates | None) -> list[Message]:
    if found is None:
        return []
    due, decided = len(found.due) + found.more_due, len(found.decided)
    said = [nmsg("%(num)s gate is due by %(day)s.", "%(num)s gates are due by %(day)s.", due, day=found.until)] if due else []
    if decided:
        said.append(nmsg("%(num)s gate was decided.", "%(num)s gates were decided.", decided))
    return said


def _about_requests(found: Requests | None) -> list[Message]:
    if found is None:
        return []
    said = []
    if waiting := len(found.waiting) + found.more_waiting:
        said.append(nmsg("%(num)s change waits for approval.", "%(num)s changes wait for approval.", waiting))
    if found.cost is not None:
        said.append(msg("Together they cost %(amount)s.", amount=Amount(*found.cost)))
    if decided := len(found.decided):
        said.append(nmsg("%(num)s change was decided.", "%(num)s changes were decided.", decided))
    return said


def _gates(paper: Paper, found: Gates) -> None:
    if found.due:
        columns = _columns(paper, (msg("Gate"), 6.6), (msg("Project"), 2.4), (msg("Due"), 2.6), (msg("How ready"), 5.6))
        _table(paper, msg("Gates due"), columns, [_due(paper, line) for line in found.due], found.more_due)
    if found.decided:
        columns = _columns(
            paper, (msg("Gate"), 4.2), (msg("Project"), 2.0), (msg("Outcome"), 3.8), (msg("Reason and conditions"), 7.2)
        )
        _table(paper, msg("Gates decided"), columns, [_decided(paper, line) for line in found.decided], 0)


def _requests(paper: Paper, found: Requests) -> None:
    for title, lines, more in (
        (msg("Changes that wait for approval"), found.waiting, found.more_waiting),
        (msg("Changes decided"), found.decided, 0),
        (msg("Changes asked"), found.asked, found.more_asked),
    ):
        if lines:
            _table(paper, title, _request_columns(paper), [_request(paper, line) for line in lines], more)


def _request_columns(paper: Paper) -> list[Column]:
    columns = _columns(paper, (msg("Change request"), 6.6), (msg("Project"), 2.0), (msg("State"), 3.0))
    return [*columns, Column(paper.say(msg("Date")), 3.2, Align.RIGHT), Column(paper.say(msg("Money")), 2.4, Align.RIGHT)]


def _columns(paper: Paper, *named: tuple[Message, float]) -> list[Column]:
    return [Column(paper.say(title), width) for title, width in named]


def _table(paper: Paper, title: Message, columns: Sequence[Column], rows: Sequence[Row], more: int) -> None:
    paper.heading(paper.say(title), 2)
    table(paper, columns, rows, paper.say(title))
    if more:
        paper.note(paper.say(nmsg("%(num)s more is not listed.", "%(num)s more are not listed.", more)))


def _due(paper: Paper, line: GateLine) -> Row:
    standing = line.standing or Standing.UNKNOWN
    ready = Piece(paper.say(STANDING_NAMES[standing]), bold=standing in NOT_YET, ink=NOT_YET.get(standing, INK))
    return [
        _name(paper, line),
        line.project,
        paper.day(line.due, year=True) if line.due else "–",
        [ready, Piece(f" {met_of(paper, line)}", ink=INK_2)],
    ]


def met_of(paper: Paper, line: GateLine) -> str:
    said = paper.say(msg("%(met)s of %(all)s must-meet", met=line.met, all=line.musts))
    return said if line.percent is None else f"{said}, {formats.percent(Decimal(line.percent), paper.lang)}"


def _decided(paper: Paper, line: GateLine) -> Row:
    outcome = line.outcome or Outcome.GO
    name = Piece(paper.say(OUTCOME_NAMES[outcome]), bold=outcome in BAD, ink=BAD.get(outcome, INK))
    where = ", ".join(filter(None, (paper.day(line.decided_on), line.decision)))
    return [_name(paper, line), line.project, [name, Piece(f" {where}", ink=INK_2)], _why(paper, line)]


def _why(paper: Paper, line: GateLine) -> list[Piece]:
    pieces = [Piece(clean(line.reason, LONGEST))] if line.reason else []
    pieces += [
        Piece(f"{' ' if pieces or number else ''}{condition_of(paper.lang, one)}", ink=INK_2)
        for number, one in enumerate(line.conditions)
    ]
    return pieces or [Piece("–")]


def condition_of(lang: str, one: Condition) -> str:
    """A-012 Sign the contract (N. Verbeke, 12 Mar) ✓"""
    done = " ✓" if one.is_done else ""
    return f"{one.code} {clean(one.what, LONGEST)} ({clean(one.owner, 60)}, {formats.day(one.due, lang)}){done}"


def _request(paper: Paper, line: RequestLine) -> Row:
    title = [Piece(f"{line.code} ", ink=INK_2), Piece(clean(line.title, LONGEST))]
    if line.reason:
        reason = paper.say(msg("Reason: %(words)s", words=clean(line.reason, LONGEST)))
        title.append(Piece(f" {reason}", ink=INK_2))
    return [title, line.project, _state(paper, line), _date(paper, line), _cost(paper, line)]


def _state(paper: Paper, line: RequestLine) -> list[Piece]:
    """Waiting ones with how urgent they are, decided ones with their day."""
    if line.decided_on is None:
        return [Piece(paper.say(STATE_NAMES[line.state])), Piece(f", {paper.say(PRIORITY_NAMES[line.priority])}", ink=INK_2)]
    ink = RED_INK if line.state is ChangeState.REJECTED else INK
    until = f" → {paper.day(line.until)}" if line.until and line.state is ChangeState.POSTPONED else ""
    where = ", ".join(filter(None, (paper.day(line.decided_on), line.decision)))
    return [Piece(paper.say(STATE_NAMES[line.state]), bold=ink is RED_INK, ink=ink), Piece(f"{until} {where}", ink=INK_2)]


def _date(paper: Paper, line: RequestLine) -> list[Piece]:
    if line.new_date is None:
        return [Piece("–")]
    days = [Piece(f"{signed(line.days, paper.lang)} ", bold=True)] if line.days is not None else []
    return [*days, Piece(f"{clean(line.milestone.partition(' ')[0], 20)} {paper.day(line.new_date)}", ink=INK_2)]


def _cost(paper: Paper, line: RequestLine) -> str:
    return formats.money(line.cost, line.currency, paper.lang) or "–"


def _name(paper: Paper, line: GateLine) -> list[Piece]:
    return [Piece(f"{clean(line.code, 20)} ", ink=INK_2), Piece(clean(line.called(paper.lang), 120))]
