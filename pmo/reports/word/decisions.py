"""What the last meeting left, and what the next one has to decide, with room to write on."""

from collections.abc import Sequence

from pmo.committees.logic.decisions import OUTCOME_NAMES, ActionState
from pmo.kernel import formats
from pmo.kernel.formats import NBSP
from pmo.kernel.languages import Message, msg, nmsg
from pmo.reports.logic.content import Report
from pmo.reports.logic.decision_lines import ActionLine, AskedLine, Carried, OptionLine, TakenLine
from pmo.reports.word.paging import Block, height_of
from pmo.reports.word.paper import WIDTH, Paper
from pmo.reports.word.summary import kicker
from pmo.reports.word.tables import Column, Row, table
from pmo.reports.word.xml import COMMITTEE, GAP, INK_2, RED_INK, Align, Look, Piece, clean, element, paragraph_properties

LONGEST = 300
BOXES = (msg("accepted"), msg("with change"), msg("deferred"), msg("refused"))
RULES = 2  # lines to write on


def carried_title(carried: Carried) -> Message:
    return msg("Decisions and actions of %(day)s", day=carried.held_on)


def asked_title(_report: Report) -> Message:
    return msg("Decisions asked")


def carried(paper: Paper, report: Report, title: str) -> None:
    """Every decision of the last meeting, and every action of it or still open from before, with its state."""
    if report.carried is None:
        return
    paper.heading(title)
    kicker(paper, list(_state_of(report.carried)))
    if report.carried.decisions:
        decisions_taken(paper, report.carried.decisions)
    if report.carried.actions:
        actions(paper, report.carried.actions)


def asked(paper: Paper, report: Report, title: str) -> None:
    """One question after the other, each on one page with its options and its lines to write on: no line of it goes on alone."""
    paper.heading(title)
    for one in report.asked:
        _question(paper, one)


def decisions_taken(paper: Paper, lines: Sequence[TakenLine]) -> None:
    columns = [
        Column(paper.say(msg("No.")), 1.8),
        Column(paper.say(msg("Decision")), 8.0),
        Column(paper.say(msg("About")), 2.0),
        Column(paper.say(msg("Outcome")), 3.2),
        Column(paper.say(msg("Actions")), 2.2),
    ]
    rows: list[Row] = [
        [one.code, _words_of(paper, one), clean(one.about, 20), _outcome(paper, one), ", ".join(one.actions)] for one in lines
    ]
    table(paper, columns, rows, paper.say(msg("Decisions taken")))


def actions(paper: Paper, lines: Sequence[ActionLine]) -> None:
    columns = [
        Column(paper.say(msg("No.")), 1.6),
        Column(paper.say(msg("Action")), 6.6),
        Column(paper.say(msg("Owner")), 3.2),
        Column(paper.say(msg("Due")), 2.4, Align.RIGHT),
        Column(paper.say(msg("State")), 3.4),
    ]
    rows: list[Row] = [
        [one.code, _what(one), clean(one.owner, 60), paper.day(one.due, year=True), _state(paper, one)] for one in lines
    ]
    table(paper, columns, rows, paper.say(msg("Actions")))


def _state_of(carried: Carried) -> list[Message]:
    late = len(carried.late)
    done = sum(one.state is ActionState.DONE for one in carried.actions)
    said = [
        nmsg("%(num)s decision.", "%(num)s decisions.", len(carried.decisions)),
        nmsg("%(num)s action, %(done)s done.", "%(num)s actions, %(done)s done.", len(carried.actions), done=done),
    ]
    return [*said, nmsg("%(num)s is late.", "%(num)s are late.", late)] if late else said


def _words_of(paper: Paper, one: TakenLine) -> list[Piece]:
    pieces = [Piece(clean(one.text, LONGEST))]
    more = [msg("Changed: %(words)s", words=clean(one.change, LONGEST))] if one.change else []
    more += [msg("Reason: %(words)s", words=clean(one.reason, LONGEST))] if one.reason else []
    return [*pieces, *(Piece(f" {paper.say(sentence)}", ink=INK_2) for sentence in more)]


def _outcome(paper: Paper, one: TakenLine) -> str:
    name = paper.say(OUTCOME_NAMES[one.outcome])
    question = f" ({one.question})" if one.question else ""
    return f"{name}, {paper.day(one.deferred_to)}{question}" if one.deferred_to else f"{name}{question}"


def _what(one: ActionLine) -> list[Piece]:
    pieces = [Piece(clean(one.what, LONGEST))]
    if one.origin:
        pieces.append(Piece(f" ({one.origin})", ink=INK_2))
    return pieces


def _state(paper: Paper, one: ActionLine) -> list[Piece]:
    """Late ones also say so by weight: a grey print still tells them apart."""
    match one.state:
        case ActionState.LATE:
            return [Piece(paper.say(msg("%(days)s d late", days=one.days_late)), bold=True, ink=RED_INK)]
        case ActionState.DONE:
            return [Piece(paper.say(msg("Done %(day)s", day=one.ended_on))), Piece(f": {clean(one.words, 80)}", ink=INK_2)]
        case ActionState.CANCELLED:
            return [Piece(paper.say(msg("Cancelled"))), Piece(f": {clean(one.words, 80)}", ink=INK_2)]
        case ActionState.OPEN:
            return [Piece(paper.say(msg("Open")))]


def _question(paper: Paper, one: AskedLine) -> None:
    paper.heading([Piece(f"{one.code}{GAP}", ink=COMMITTEE), Piece(clean(one.question, LONGEST))], 2)
    about = [msg("Asked by %(name)s.", name=clean(one.asker, 60))]
    if one.about:
        about.append(msg("About %(name)s.", name=clean(one.about, 80)))
    if one.needed_by:
        about.append(msg("Needed by %(day)s.", day=one.needed_by))
    kicker(paper, about)
    if one.why:
        paper.write(clean(one.why, 2 * LONGEST), Look(size=10, after=4, keep=True))
    _options(paper, one.options)
    lead = paper.say(msg("If nothing is decided:"))
    pieces = [Piece(f"{lead} ", bold=True), Piece(clean(one.if_not, LONGEST))]
    paper.write(pieces, Look(size=10, after=4, keep=True))
    _room_to_write(paper)


def _options(paper: Paper, options: Sequence[OptionLine]) -> None:
    columns = [
        Column(paper.say(msg("Option")), 5.2),
        Column(paper.say(msg("Consequence")), 6.0),
        Column(paper.say(msg("Cost")), 2.6, Align.RIGHT),
        Column(paper.say(msg("Who pays")), 3.4),
    ]
    rows: list[Row] = [
        [_name(paper, one), clean(one.consequence, LONGEST), _cost(paper, one), clean(one.payer, 80) or "–"] for one in options
    ]
    table(paper, columns, rows, paper.say(msg("Options")), together=True, leads=True)


def _name(paper: Paper, one: OptionLine) -> list[Piece]:
    name = clean(one.name, LONGEST)
    if not one.is_recommended:
        return [Piece(name)]
    mark = paper.say(msg("recommended"))
    return [Piece(name, bold=True), Piece(f" ({mark})", ink=COMMITTEE)]


def _cost(paper: Paper, one: OptionLine) -> str:
    return formats.money(one.cost, one.currency, paper.lang, exact=True) or paper.say(msg("not known"))


def _room_to_write(paper: Paper) -> None:
    """A box for each outcome and ruled lines for what was said."""
    boxes = f"{4 * NBSP} ".join(f"☐{NBSP}{paper.say(word)}" for word in BOXES)
    paper.write(boxes, Look(size=10.5, after=2, keep=True))
    for number in range(RULES):
        keep = number + 1 < RULES
        look = Look(size=13, keep=keep)
        rule = element("w:pBdr", element("w:bottom", val="single", sz=4, space=1, color=INK_2))
        paper.add(element("w:p", paragraph_properties(look, rule)), Block(height_of("", look, WIDTH), keeps=keep))
        paper.write("", Look(size=2, keep=keep))  # two ruled paragraphs without anything between them share one rule
    paper.gap(6)
