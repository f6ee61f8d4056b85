"""Which slides a report has, in which order: first the whole, then one slide per red project, then slips, money, decisions."""

from collections.abc import Iterator, Sequence
from datetime import date

from pmo.kernel import formats
from pmo.kernel.languages import Message, msg, nmsg
from pmo.portfolio.logic import DIMENSION_NAMES, Colour, Dimension
from pmo.reports.logic import sentences, slip_chart
from pmo.reports.logic.agenda import KIND_NAMES, Kind
from pmo.reports.logic.agenda_lines import AgendaLine
from pmo.reports.logic.content import MilestoneLine, MoneyLine, ProjectLine, Report
from pmo.reports.logic.figures import amounts_of, speaks_of_committed
from pmo.reports.logic.sentences import counts
from pmo.reports.logic.slips import pareto, reason_name
from pmo.reports.logic.stamp import Stamp, short
from pmo.reports.slides.deck import BAR, ROOM, TOP, Box, Cell, Col, Deck, Series, Status
from pmo.reports.word.summary import TITLES
from pmo.reports.word.xml import clean

ROWS = 13  # of a table on one slide
LONG, SHORT = 260, 90  # letters
GREY, GREEN, AMBER, RED = "9AA9B2", "14683F", "F0A81E", "BE2A23"


def slides(report: Report, stamp: Stamp, lang: str) -> bytes:
    """The file. Numbers and dates are those of the content; only words and places are chosen here."""
    title = f"{report.committee or report.name}"
    said = msg("Data of %(moment)s. Hash %(hash)s.", moment=report.at, hash=short(stamp.content_sha256))
    deck = Deck(lang, "", clean(title), clean(stamp.author))
    deck.foot = f"{deck.say(stamp.name)}. {deck.say(said)}"
    _first(deck, report, stamp)
    _agenda(deck, report)
    _whole(deck, report)
    _status(deck, report)
    for project in report.sheets:
        if project.overall and project.overall.band is Colour.RED:
            _red(deck, project, report)
    _slips(deck, report)
    _money(deck, report)
    _asked(deck, report)
    return deck.bytes()


def _first(deck: Deck, report: Report, stamp: Stamp) -> None:
    deck.add(deck.say(TITLES[report.scope]), report.name)
    said = [report.committee] if report.committee else []
    if report.meeting:
        said.append(formats.day(report.meeting.held_on, deck.lang))
    said += [deck.say(msg("Data of %(moment)s.", moment=report.at)), deck.say(msg("Prepared by %(name)s.", name=stamp.author))]
    said += [deck.say(stamp.approval)] if stamp.approval is not None else []
    deck.text(said, Box(top=5, height=6), 20)
    deck.text([deck.say(msg("Hash of the data (SHA-256): %(hash)s.", hash=stamp.content_sha256))], Box(top=16.4, height=1), 10)


def _agenda(deck: Deck, report: Report) -> None:
    """What the meeting goes through, after the title: so that everybody sees where it is."""
    if report.agenda is None or not report.agenda.lines:
        return
    titles = (msg("No."), msg("Topic"), msg("Presented by"), msg("Time"), msg("Min."))
    widths = (1.6, 18.4, 6.0, 2.3, 2.5)
    heads = [Col(deck.say(title), width, number > 2) for number, (title, width) in enumerate(zip(titles, widths, strict=True))]  # noqa: PLR2004 - the first three are words
    rows = [_agenda_row(deck, number, line) for number, line in enumerate(report.agenda.lines, start=1)]
    _paged(deck, msg("Agenda"), heads, rows)


def _agenda_row(deck: Deck, number: int, line: AgendaLine) -> list[Cell]:
    kind = "" if line.kind is Kind.OWN else f"{deck.say(KIND_NAMES[line.kind])}: "
    name = " ".join(filter(None, (line.about, line.code, line.called(deck.lang))))
    minutes = "–" if line.minutes is None else str(line.minutes)
    return [str(number), clean(f"{kind}{name}", SHORT), clean(line.presenter, 40), line.starts, minutes]


def _whole(deck: Deck, report: Report) -> None:
    """Colours per programme as a chart, and what to know first."""
    kicker = " ".join(deck.say(sentence) for sentence in sentences.kicker(report))
    deck.add(deck.say(sentences.headline(report)), clean(kicker, LONG))
    if not report.projects:
        return
    seen = [counts(project.overall for project in block.projects) for block in report.programmes]
    series = [
        Series(deck.say(msg("Red")), [one.red for one in seen], RED),
        Series(deck.say(msg("Amber")), [one.amber for one in seen], AMBER),
        Series(deck.say(msg("Green")), [one.green for one in seen], GREEN),
        Series(deck.say(msg("Not reported")), [one.unknown for one in seen], GREY),
    ]
    names = [block.name for block in report.programmes]
    deck.chart(names, series, Box(width=14.5, height=13.6), deck.say(msg("Status per programme")), is_stacked=True)
    said = [clean(f"{deck.say(one.finding)} {deck.say(one.words)}", LONG) for one in sentences.bullets(report)]
    deck.text(said[:7], Box(left=17, width=15.2, height=13.6), 14)


def _status(deck: Deck, report: Report) -> None:
    columns = [
        Col(deck.say(msg("Project")), 11.0),
        Col(deck.say(msg("Before")), 2.4),
        Col(deck.say(msg("Now")), 2.4),
        Col(deck.say(msg("Next milestone")), 8.4),
        Col(deck.say(msg("Forecast")), 3.4, is_right=True),
        Col(deck.say(msg("to baseline")), 3.0, is_right=True),
    ]
    rows = [_project_row(deck, project, report) for project in report.projects]
    title = nmsg("Status of %(num)s project", "Status of %(num)s projects", len(rows))
    _paged(deck, title, columns, rows)


def _project_row(deck: Deck, project: ProjectLine, report: Report) -> list[Cell]:
    line = project.next_milestone
    before: Cell = Status(project.before) if project.was_there else deck.say(msg("new")) if report.earlier else ""
    shown = [clean(line.name, 42), _day(deck, line.promise.forecast), _days(deck, line.promise.to_baseline)] if line else [""] * 3
    return [clean(f"{project.code} {project.name}", 58), before, Status(project.overall), *shown]


def _paged(deck: Deck, title: Message, columns: Sequence[Col], rows: Sequence[Sequence[Cell]]) -> None:
    """On as many slides as it takes."""
    for number in range(0, len(rows), ROWS):
        part = rows[number : number + ROWS]
        below = msg("%(first)s to %(last)s of %(all)s", first=number + 1, last=number + len(part), all=len(rows))
        deck.add(deck.say(title), deck.say(below) if len(rows) > ROWS else "")
        deck.table(columns, part, Box(), deck.say(title))


def _red(deck: Deck, project: ProjectLine, report: Report) -> None:
    """One slide of a red project: its dimensions, why, the way back, the next milestones, its money."""
    since = deck.say(msg("Red since %(day)s.", day=project.since)) if project.since else ""
    manager = deck.say(msg("Manager %(name)s.", name=project.manager)) if project.manager else ""
    deck.add(f"{project.code} {project.name}", f"{since} {manager}".strip())
    shown = [(Dimension.OVERALL, project.overall), *((mark.dimension, mark.colour) for mark in project.marks)]
    columns = [Col(deck.say(DIMENSION_NAMES[dimension]), ROOM / len(shown)) for dimension, _ in shown]
    deck.table(columns, [[Status(colour) for _, colour in shown]], Box(top=TOP), deck.say(msg("Status by dimension")), 13)
    deck.text(list(_why(deck, project)), Box(top=5.8, height=4.6), 15)
    lines = [line for line in project.milestones if not line.is_reached][:4]
    titles = (msg("Milestone"), msg("Baseline"), msg("Commitment"), msg("Forecast"), msg("to baseline"), msg("to commit."))
    widths = (11.0, 4.0, 4.0, 4.0, 3.8, 3.8)
    heads = [Col(deck.say(title), width, number > 0) for number, (title, width) in enumerate(zip(titles, widths, strict=True))]
    if lines:
        deck.table(heads, [_milestone(deck, line) for line in lines], Box(top=11.0), deck.say(msg("Milestones")))
    deck.text([_amounts(deck, project)], Box(top=16.2, height=1.2), 13)


def _why(deck: Deck, project: ProjectLine) -> Iterator[str]:
    for sentence in (sentences.overridden(project), sentences.reasons(project)):
        if sentence:
            yield clean(deck.say(sentence), LONG)
    for title, words in (
        (msg("Attention:"), project.words.attention),
        (msg("Next:"), project.words.next),
        (msg("Back to green:"), project.words.back_to_green),
    ):
        if words:
            yield clean(f"{deck.say(title)} {words}", LONG)


def _milestone(deck: Deck, line: MilestoneLine) -> list[Cell]:
    promise = line.promise
    dates = [_day(deck, day) for day in (promise.baseline, promise.commitment, promise.forecast)]
    return [clean(line.name, 60), *dates, _days(deck, promise.to_baseline), _days(deck, promise.to_commitment)]


def _amounts(deck: Deck, project: ProjectLine) -> str:
    money, said = project.money, []
    for title, amount in amounts_of(money):
        known = formats.money(amount, money.currency, deck.lang) or deck.say(msg("not known"))
        said.append(f"{deck.say(title)} {known}")
    return "   ".join(said)


def _slips(deck: Deck, report: Report) -> None:
    if not report.slips:
        return
    shares = pareto(report.slips)
    deck.add(deck.say(slip_chart.finding(report.slips)), deck.say(msg("Why dates slipped")))
    names = [deck.say(reason_name(share.line.reason)) for share in shares]
    days = [Series(deck.say(msg("Days")), [share.line.days for share in shares], BAR)]
    deck.chart(names, days, Box(width=14.5, height=13.6), deck.say(msg("Why dates slipped")))
    titles = (msg("Reason"), msg("Moves"), msg("Days"), msg("Share"), msg("Together"))
    widths = (6.0, 2.2, 2.3, 2.2, 2.5)
    heads = [Col(deck.say(title), width, number > 0) for number, (title, width) in enumerate(zip(titles, widths, strict=True))]
    rows = [
        [
            name,
            formats.integer(share.line.count, deck.lang),
            _days(deck, share.line.days),
            formats.percent(share.percent, deck.lang),
            formats.percent(share.cumulative, deck.lang),
        ]
        for name, share in zip(names, shares, strict=True)
    ]
    deck.table(heads, rows, Box(left=17), deck.say(msg("Why dates slipped")))


def _money(deck: Deck, report: Report) -> None:
    speaks = speaks_of_committed(report.money)
    name, amount, known = (7.2, 3.7, 2.4) if speaks else (9.0, 4.4, 2.8)
    committed = [(msg("Committed"), amount), (msg("known"), known)] if speaks else []
    shown = [(msg("Budget"), amount), (msg("Spent"), amount), (msg("known"), known), *committed, (msg("Forecast at end"), amount)]
    heads = [Col(deck.say(title), width, True) for title, width in (*shown, (msg("known"), known), (msg("over"), known))]
    _paged(deck, msg("Money"), [Col(deck.say(msg("Programme")), name), *heads], [_money_row(deck, line) for line in report.money])


def _money_row(deck: Deck, line: MoneyLine) -> list[Cell]:
    budget, spent, forecast = (
        formats.money(amount, line.currency, deck.lang) or "–" for amount in (line.budget, line.spent, line.forecast)
    )
    return [
        clean(line.programme, 46) or deck.say(msg("All, %(currency)s", currency=line.currency)),
        budget,
        spent,
        deck.say(msg("%(n)s of %(m)s", n=line.spent_known, m=line.projects)),
        *_committed(deck, line),
        forecast,
        deck.say(msg("%(n)s of %(m)s", n=line.forecast_known, m=line.projects)),
        formats.percent(line.over_percent, deck.lang, signed=True, places=1) or "–",
    ]


def _committed(deck: Deck, line: MoneyLine) -> list[Cell]:
    if line.committed_known is None:
        return []
    amount = formats.money(line.committed, line.currency, deck.lang) or "–"
    return [amount, deck.say(msg("%(n)s of %(m)s", n=line.committed_known, m=line.projects))]


def _asked(deck: Deck, report: Report) -> None:
    for one in report.asked:
        deck.add(f"{one.code} {one.question}", clean(one.about, SHORT))
        options = [
            [
                clean(option.name, SHORT),
                clean(option.consequence, SHORT),
                formats.money(option.cost, option.currency, deck.lang) or deck.say(msg("not known")),
                "✓" if option.is_recommended else "",
            ]
            for option in one.options
        ]
        deck.text([clean(one.why, LONG)] if one.why else [], Box(top=TOP, height=2.2), 15)
        titles = (msg("Option"), msg("Consequence"), msg("Cost"), msg("Recommended"))
        widths = (9.0, 13.0, 4.6, 4.0)
        heads = [Col(deck.say(title), width) for title, width in zip(titles, widths, strict=True)]
        deck.table(heads, options, Box(top=6.4), deck.say(msg("Options")))


def _day(deck: Deck, day: date | None) -> str:
    return formats.day(day, deck.lang) if day else "–"


def _days(deck: Deck, slip: int | None) -> str:
    return formats.delta(slip, deck.lang) if slip is not None else "–"
