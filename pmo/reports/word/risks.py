"""Risks the committee should know, open issues, dependencies."""

from collections.abc import Sequence

from pmo.kernel.languages import Message, msg, nmsg, plain
from pmo.raid.logic import (
    CONFIDENCE_NAMES,
    PROXIMITY_NAMES,
    RESPONSE_NAMES,
    Confidence,
    Proximity,
    RaidType,
    Response,
)
from pmo.reports.logic.content import RaidLine, Report, Scope
from pmo.reports.word.paper import Paper
from pmo.reports.word.status import LONGEST_NAME, LONGEST_WORDS
from pmo.reports.word.summary import kicker
from pmo.reports.word.tables import Column, Row, table
from pmo.reports.word.xml import AMBER_INK, GAP, INK_2, Align, Piece, clean

MOST = {RaidType.RISK: 10, RaidType.ASSUMPTION: 5, RaidType.ISSUE: 5, RaidType.DEPENDENCY: 5}


def risks(paper: Paper, report: Report, title: str) -> None:
    paper.heading(title)
    figures, limits = report.figures, report.limits
    listed = [line for line in _of(report, RaidType.RISK) if _is_listed(line, report)]
    kicker(paper, [_finding(figures.open_risks, figures.red_risks), *_shown(listed, MOST[RaidType.RISK])])
    if listed:
        paper.heading(paper.say(_which(report)), 2)
        _risks(paper, listed[: MOST[RaidType.RISK]], report)
        paper.note(paper.say(msg("Score: likelihood × impact, 1 to 25. Red from %(red)s (PM²).", red=limits.risk_red)))
    _assumptions(paper, report)
    for kind, name in ((RaidType.ISSUE, msg("Open issues")), (RaidType.DEPENDENCY, msg("Open dependencies"))):
        lines = _of(report, kind)
        if lines:
            paper.heading(paper.say(name), 2)
            _others(paper, lines[: MOST[kind]], report)
            for sentence in _shown(lines, MOST[kind]):
                paper.note(paper.say(sentence))


def _of(report: Report, kind: RaidType) -> list[RaidLine]:
    return [line for line in report.raid if line.type == kind]


def _is_listed(line: RaidLine, report: Report) -> bool:
    """A project shows every risk it has; a committee those above a score."""
    return report.scope is Scope.PROJECT or (line.level or 0) >= report.limits.risk_listed


def _finding(num: int, red: int) -> Message:
    return nmsg(
        "%(red)s of %(num)s open risk is in the red band.", "%(red)s of %(num)s open risks are in the red band.", num, red=red
    )


def _which(report: Report) -> Message:
    if report.scope is Scope.PROJECT:
        return msg("Open risks")
    return msg("Risks scoring %(level)s or more", level=report.limits.risk_listed)


def _shown(lines: Sequence[RaidLine], most: int) -> list[Message]:
    return [msg("The first %(most)s of %(all)s are shown.", most=most, all=len(lines))] if len(lines) > most else []


def _risks(paper: Paper, lines: Sequence[RaidLine], report: Report) -> None:
    then = paper.day(report.earlier.on) if report.earlier else paper.say(msg("Before"))
    columns = [
        Column(paper.say(msg("Now")), 1.1, Align.CENTRE),
        Column(then, 1.4, Align.CENTRE),
        Column(paper.say(msg("Risk")), 5.7),
        Column(paper.say(msg("Response")), 4.8),
        Column(paper.say(msg("Owner")), 2.4),
        Column(paper.say(msg("Due")), 1.8, Align.RIGHT),
    ]
    rows: list[Row] = [
        [
            [Piece(str(line.level or "–"), bold=True)],
            str(line.level_before or "–") if line.was_there else "",
            _struck(paper, line, report),
            _response(paper, line),
            clean(line.owner, 60),
            _due(paper, line, report),
        ]
        for line in lines
    ]
    table(paper, columns, rows, paper.say(msg("Risks")))


def _others(paper: Paper, lines: Sequence[RaidLine], report: Report) -> None:
    columns = [
        Column(paper.say(msg("What")), 6.8),
        Column(paper.say(msg("Response")), 5.4),
        Column(paper.say(msg("Owner")), 2.8),
        Column(paper.say(msg("Due")), 2.2, Align.RIGHT),
    ]
    rows: list[Row] = [
        [_named(line, report), _response(paper, line), clean(line.other_party or line.owner, 60), _due(paper, line, report)]
        for line in lines
    ]
    table(paper, columns, rows, columns[0].title)


def _assumptions(paper: Paper, report: Report) -> None:
    """Of a project's own report, those whose confidence somebody has stated."""
    known = [line for line in _of(report, RaidType.ASSUMPTION) if line.confidence in CONFIDENCES]
    if report.scope is not Scope.PROJECT or not known:
        return
    paper.heading(paper.say(msg("Open assumptions")), 2)
    columns = [
        Column(paper.say(msg("What")), 9.4),
        Column(paper.say(msg("Confidence")), 2.8),
        Column(paper.say(msg("Owner")), 2.8),
        Column(paper.say(msg("Due")), 2.2, Align.RIGHT),
    ]
    rows: list[Row] = [
        [
            _named(line, report),
            paper.say(CONFIDENCE_NAMES[Confidence(line.confidence)]),
            clean(line.owner, 60),
            _due(paper, line, report),
        ]
        for line in known[: MOST[RaidType.ASSUMPTION]]
    ]
    table(paper, columns, rows, paper.say(msg("Open assumptions")))
    for sentence in _shown(known, MOST[RaidType.ASSUMPTION]):
        paper.note(paper.say(sentence))


def _struck(paper: Paper, line: RaidLine, report: Report) -> list[Piece]:
    """The risk, and beneath it what would set it off and when it could strike, where that is known."""
    said = []
    if line.trigger:
        said.append(msg("Trigger: %(words)s.", words=plain(clean(line.trigger, LONGEST_WORDS).rstrip("."))))
    if line.proximity in PROXIMITIES:
        said.append(msg("Proximity: %(when)s.", when=PROXIMITY_NAMES[Proximity(line.proximity)]))
    words = " ".join(paper.say(sentence) for sentence in said)
    named = _named(line, report)
    return [Piece(f"{named}. "), Piece(words, ink=INK_2)] if words else [Piece(named)]


CONFIDENCES = frozenset(one.value for one in Confidence if one.value)
PROXIMITIES = frozenset(one.value for one in Proximity if one.value)


def _named(line: RaidLine, report: Report) -> str:
    project = "" if report.scope is Scope.PROJECT else f"{line.project} "
    return clean(f"{project}{line.code}{GAP}{line.title}", LONGEST_NAME + 30)


def _response(paper: Paper, line: RaidLine) -> str:
    name = paper.say(RESPONSE_NAMES[Response(line.response)]) if line.response in RESPONSES else line.response
    return clean(f"{name}: {line.response_text}" if name and line.response_text else line.response_text or name, LONGEST_WORDS)


RESPONSES = frozenset(response.value for response in Response if response.value)


def _due(paper: Paper, line: RaidLine, report: Report) -> list[Piece]:
    if line.due is None:
        return [Piece("")]
    day = paper.day(line.due, year=line.due.year != report.today.year)
    return [Piece(day, bold=line.is_overdue, ink=AMBER_INK)] if line.is_overdue else [Piece(day)]


def title_of(_report: Report) -> Message:
    return msg("Risks, issues and dependencies")
