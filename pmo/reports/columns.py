"""Editions and changes as rows of Excel files."""

from collections.abc import Iterator, Sequence
from datetime import date

from pmo.kernel import clock
from pmo.kernel.languages import Message, msg
from pmo.portfolio.logic import COLOUR_NAMES, Colour
from pmo.reports.logic.content import Changes, DateChange, Named
from pmo.reports.logic.slips import SlipLine, pareto, reason_name
from pmo.reports.queries import EditionRow
from pmo.schedule.logic.moves import REASON_NAMES, MoveReason
from pmo.web.downloads import Column, Shown, Value

EDITIONS = (
    Column(msg("Edition")),
    Column(msg("Committee")),
    Column(msg("Meeting"), Shown.DATE),
    Column(msg("About")),
    Column(msg("State on"), Shown.MOMENT),
    Column(msg("Published"), Shown.MOMENT),
    Column(msg("By")),
    Column(msg("Red"), Shown.NUMBER),
    Column(msg("Amber"), Shown.NUMBER),
    Column(msg("Green"), Shown.NUMBER),
    Column(msg("Not reported"), Shown.NUMBER),
    Column(msg("Commitments changed"), Shown.NUMBER),
    Column(msg("Hash"), width=66),
)
CHANGES = (
    Column(msg("What")),
    Column(msg("Project")),
    Column(msg("Item"), width=36),
    Column(msg("Before")),
    Column(msg("Now")),
    Column(msg("Days"), Shown.DAYS),
    Column(msg("Reason")),
    Column(msg("Who")),
    Column(msg("When"), Shown.DATE),
)
SLIPS = (
    Column(msg("Reason")),
    Column(msg("Moves"), Shown.NUMBER),
    Column(msg("Days"), Shown.DAYS),
    Column(msg("Share"), Shown.PERCENT),
    Column(msg("Together"), Shown.PERCENT),
)
Line = tuple[Value, ...]


def edition_line(row: EditionRow) -> Line:
    one = row.edition
    who = (one.title, row.committee, row.held_on, one.name, one.moment, one.published_at, one.author_name)
    return (*who, one.red, one.amber, one.green, one.unknown, one.committed, one.content_sha256)


def change_lines(changes: Changes) -> Iterator[Line]:
    """Everything the comparison shows: what, project, item, before, now, days, reason, who, when."""
    for one in changes.colours:
        yield _plain(msg("Colour"), one.project, _colour(one.before), _colour(one.after), one.since)
    yield from map(_date, changes.dates)
    for what, things in (
        (msg("New project"), changes.new_projects),
        (msg("Project gone"), changes.gone_projects),
        (msg("New risk"), changes.new_risks),
        (msg("Risk closed"), changes.closed_risks),
    ):
        yield from (_plain(what, thing) for thing in things)
    for level in changes.levels:
        yield _plain(msg("Risk level"), level.risk, level.before, level.after)
    for money in changes.money:
        yield _plain(msg("Forecast cost"), Named("", money.currency), money.before, money.after)


def slip_lines(lines: Sequence[SlipLine]) -> Iterator[Line]:
    """The Pareto: per reason, the heaviest first."""
    for share in pareto(lines):
        yield reason_name(share.line.reason), share.line.count, share.line.days, share.percent, share.cumulative


def _plain(what: Message, thing: Named, before: Value = None, after: Value = None, when: date | None = None) -> Line:
    """A project by its code and name; a risk by its project, then its code and name."""
    project, item = (thing.project, f"{thing.code} {thing.name}") if thing.project else (thing.code, thing.name)
    return what, project, item, before, after, None, None, None, when


def _date(change: DateChange) -> Line:
    what = msg("Reached") if change.is_reached else msg("Date")
    name = f"{change.milestone.code} {change.milestone.name}"
    why = change.why
    if why is None:
        return what, change.milestone.project, name, change.before, change.after, change.days, None, None, None
    reason: Value = REASON_NAMES[MoveReason(why.reason)] if why.reason and not why.words else why.words
    who = (why.who, clock.local(why.at).date())
    return what, change.milestone.project, name, change.before, change.after, change.days, reason, *who


def _colour(colour: Colour | None) -> Value:
    return COLOUR_NAMES[colour] if colour else msg("Not reported")
