"""Numbers that are rules: which there are, in words, and the book of those that hold on one day."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from pmo.kernel.languages import Message, msg, nmsg, plain

EVERYWHERE = ""  # the country of a rule that holds wherever nothing narrower does


class Unit(StrEnum):
    CALENDAR_DAYS = "calendar days"
    WORKING_DAYS = "working days"
    PERCENT = "percent"
    SCORE = "score"
    HOURS = "hours"
    HOUR_OF_DAY = "hour of day"
    WORKING_DAY_OF_WEEK = "working day of the week"
    SECONDS = "seconds"
    MEBIBYTES = "MiB"
    PROJECTS = "projects"
    PERIODS = "periods"
    LINES = "lines"


class UnknownRule(LookupError):
    """A program asks for a number that nobody has laid down: a bug, or a seed file that was not loaded."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One value of a rule and the days on which it holds (both included; no end while it is open)."""

    code: str
    value: Decimal
    unit: Unit
    valid_from: date
    valid_to: date | None = None
    country: str = EVERYWHERE
    programme_id: int | None = None
    source: str = ""

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True)
class RuleBook:
    """Every rule as it holds on `day`: read today, also when the day looked at lies in the past."""

    day: date
    entries: Mapping[tuple[str, int | None], Entry] = field(default_factory=dict)

    def entry(self, code: str, programme_id: int | None = None) -> Entry:
        """The programme's own value, else the general one. Raises UnknownRule."""
        found = self.entries.get((code, programme_id)) or self.entries.get((code, None))
        if found is None:
            raise UnknownRule(f"no rule {code!r} holds on {self.day}")
        return found

    def value(self, code: str, programme_id: int | None = None) -> Decimal:
        return self.entry(code, programme_id).value

    def days(self, code: str, programme_id: int | None = None) -> int:
        """A whole number: days, a score, an hour; the rule's unit says which."""
        return int(self.value(code, programme_id))

    def programmes(self, code: str) -> dict[int, Decimal]:
        """The programmes that have a value of their own."""
        own = ((programme, entry) for (known, programme), entry in self.entries.items() if known == code)
        return {programme: entry.value for programme, entry in own if programme is not None}


def book(entries: Iterable[Entry], day: date, country: str = EVERYWHERE) -> RuleBook:
    """Of the values that hold on `day` the country's own before the general one, and the newest of those."""
    holding = [entry for entry in entries if entry.holds_on(day) and entry.country in (EVERYWHERE, country)]
    holding.sort(key=lambda entry: (entry.country != EVERYWHERE, entry.valid_from))
    return RuleBook(day, {(entry.code, entry.programme_id): entry for entry in holding})


UNIT_NAMES: dict[Unit, Message] = {
    Unit.CALENDAR_DAYS: msg("calendar days"),
    Unit.WORKING_DAYS: msg("working days"),
    Unit.PERCENT: msg("percent"),
    Unit.SCORE: msg("score from 1 to 25"),
    Unit.HOURS: msg("hours"),
    Unit.HOUR_OF_DAY: msg("hour of the day, 0 to 23"),
    Unit.WORKING_DAY_OF_WEEK: msg("working day of the week, 1 to 5"),
    Unit.SECONDS: msg("seconds"),
    Unit.MEBIBYTES: msg("mebibytes (MiB)"),
    Unit.PROJECTS: msg("projects"),
    Unit.PERIODS: msg("periods"),
    Unit.LINES: msg("lines"),
}
LARGEST: dict[Unit, int] = {Unit.PERCENT: 1000, Unit.SCORE: 25, Unit.HOUR_OF_DAY: 23, Unit.WORKING_DAY_OF_WEEK: 5}
LARGEST |= {Unit.SECONDS: 120, Unit.MEBIBYTES: 1024}
MOST_DAYS = 3660
NAMES: dict[str, Message] = {
    "milestone.slip_to_baseline.amber": msg("Milestone after its baseline: amber from"),
    "milestone.slip_to_baseline.red": msg("Milestone after its baseline: red from"),
    "milestone.slip_to_commitment.amber": msg("Milestone after what a committee was told: amber from"),
    "milestone.slip_to_commitment.red": msg("Milestone after what a committee was told: red from"),
    "milestone.overdue.amber": msg("Milestone past its forecast and not reported: amber from"),
    "milestone.overdue.red": msg("Milestone past its forecast and not reported: red from"),
    "milestone.due_soon": msg("Milestone counts as due soon: ahead by"),
    "milestone.on_time.window": msg("Milestones on time: looking back"),
    "milestone.on_time.target": msg("Milestones on time: target"),
    "cost.bound_over_budget.amber": msg("Spent and committed over budget: amber above"),
    "cost.bound_over_budget.red": msg("Spent and committed over budget: red above"),
    "cost.over_budget.amber": msg("Forecast cost over budget: amber above"),
    "cost.over_budget.red": msg("Forecast cost over budget: red above"),
    "risk.band.green_to": msg("Risk matrix: green up to"),
    "risk.band.red_from": msg("Risk matrix: red from"),
    "risk.committee_from": msg("Risks shown to the committee: from"),
    "risk.project.amber_from": msg("Risk colour of a project: amber from an open risk of"),
    "risk.response_overdue": msg("Risk response overdue: after its due day by more than"),
    "raid.escalation_unanswered": msg("An escalated item waits for an answer: at most"),
    "status.stale_after": msg("Status update is old: after"),
    "status.recent_change": msg("Changes shown as recent where no committee has met: of the last"),
    "status.override.longest": msg("An overall colour can be overridden: at most"),
    "action.overdue.amber": msg("An action is late: amber from"),
    "action.overdue.red": msg("An action is late: red from"),
    "committee.quorum": msg("Members who must be there for a quorum, at least"),
    "alert.snooze.longest": msg("An alert can be put off: at most"),
    "alert.digest.hour": msg("Alerts of the day are mailed: at"),
    "risk.due_soon": msg("Response to a risk counts as due soon: ahead by"),
    "walk.due_within": msg("The walk asks about milestones: due within"),
    "walk.again_after": msg("The walk asks again about what is due, and about risks: after"),
    "walk.confirm_after": msg("The walk asks about dates further ahead: not confirmed for"),
    "walk.link_valid": msg("The link in the mail opens the walk: for"),
    "walk.mail.day": msg("The mail with the walk is sent: on"),
    "walk.mail.hour": msg("The mail with the walk is sent: at"),
    "dependency.gap.amber": msg("A promise after the day of need breaks the agreement: amber from"),
    "dependency.gap.red": msg("A promise after the day of need breaks the agreement: red from"),
    "value.index.green_from": msg("Schedule and cost performance index: green from"),
    "value.index.red_below": msg("Schedule and cost performance index: red below"),
    "value.tcpi.unrealistic": msg("To-complete performance index: unrealistic above"),
    "gate.score.least": msg("Weighted score of a gate that is enough: from"),
    "chase.ask_before": msg("Updates are asked for before a data cut-off: from"),
    "chase.grace.programme_manager": msg("Still no update, the programme manager is told: after"),
    "chase.grace.pmo": msg("Still no update, the PMO is told: after"),
    "chase.grace.sponsor": msg("Still no update, the sponsor is told: after"),
    "chase.mail.from_hour": msg("Mails that ask for an update are sent: from"),
    "chase.mail.until_hour": msg("Mails that ask for an update are sent: until"),
    "indicator.due_after": msg("The value of an indicator is due: after its period ends by"),
    "indicator.remind_after": msg("Who has not given a value is reminded: after its due day by"),
    "indicator.link_valid": msg("The link for a value from outside works: for"),
    "indicator.looked_back": msg("An indicator is judged by its newest value, looking back: at most"),
    "template.file.most": msg("A Word template may have: at most"),
    "template.unpacked.most": msg("A Word template may have, unpacked: at most"),
    "template.output.most": msg("A filled Word template may have, unpacked: at most"),
    "template.memory.most": msg("Filling a Word template may take memory: at most"),
    "template.seconds.most": msg("Filling a Word template may take: at most"),
    "report.approval_valid": msg("The approval of a report holds until it is published: for"),
    "report.link_valid": msg("The link to a report for who has no account works: for"),
    "report.at_once": msg("A report is made while one waits, above that in the background: up to"),
    "report.lines_most": msg("A report lists gates to come, changes that wait, and changes asked: of each at most"),
    "report.gates_ahead": msg("A report for no meeting shows the gates that are due: within"),
    "support.due.high": msg("An urgent request to the PMO is answered: within"),
    "support.due.normal": msg("A normal request to the PMO is answered: within"),
    "support.due.low": msg("A request to the PMO that can wait is answered: within"),
    "access.review_every": msg("The access of a person is reviewed again: after"),
    "work.answered_shown": msg("What came of what somebody asked stands in their work: for"),
    "stakeholder.high_from": msg("Power or interest of a stakeholder is high: from"),
}
SUBJECTS: dict[str, Message] = {
    "milestone": msg("Milestones"),
    "cost": msg("Cost"),
    "risk": msg("Risks"),
    "status": msg("Status"),
    "action": msg("Actions"),
    "committee": msg("Committees"),
    "alert": msg("Alerts"),
    "walk": msg("Weekly walk"),
    "dependency": msg("Dependencies between projects"),
    "value": msg("Earned value"),
    "chase": msg("Update requests"),
    "indicator": msg("Indicators"),
    "template": msg("Word templates"),
    "report": msg("Reports"),
    "stakeholder": msg("Stakeholders"),
    "support": msg("Support requests"),
    "work": msg("My work"),
}


def name(code: str) -> Message:
    """The rule in words; its code where nobody has given it words yet."""
    return NAMES.get(code) or plain(code)


def subject(code: str) -> Message:
    """The heading under which rules of one kind stand together."""
    return SUBJECTS.get(code.partition(".")[0]) or msg("Other")


COUNTED: dict[Unit, Callable[[int], Message]] = {
    Unit.HOURS: lambda num: nmsg("%(num)s hour", "%(num)s hours", num),
    Unit.SECONDS: lambda num: nmsg("%(num)s second", "%(num)s seconds", num),
    Unit.PROJECTS: lambda num: nmsg("%(num)s project", "%(num)s projects", num),
    Unit.PERIODS: lambda num: nmsg("%(num)s period", "%(num)s periods", num),
    Unit.LINES: lambda num: nmsg("%(num)s line", "%(num)s lines", num),
    Unit.WORKING_DAYS: lambda num: nmsg("%(num)s working day", "%(num)s working days", num),
    Unit.CALENDAR_DAYS: lambda num: nmsg("%(num)s calendar day", "%(num)s calendar days", num),
}


def amount(value: Decimal, unit: Unit) -> Message:
    """The value with its unit: 8 calendar days, 5 %, 07:00."""
    number = int(value) if value == value.to_integral_value() else value.normalize()
    if unit in COUNTED:
        return COUNTED[unit](int(number))
    match unit:
        case Unit.PERCENT:
            return msg("%(number)s %%", number=number)
        case Unit.HOUR_OF_DAY:
            return plain(f"{int(value):02}:00")
        case Unit.WORKING_DAY_OF_WEEK:
            return msg("working day %(number)s of the week", number=number)
        case Unit.MEBIBYTES:
            return plain(f"{int(value)} MiB")
        case _:
            return msg("a score of %(number)s", number=number)


def objection(code: str, value: Decimal, unit: Unit, rules: RuleBook) -> Message | None:
    """Why this cannot be the value of the rule; None when it can. `rules` are those of its first day."""
    if unit is not Unit.PERCENT and value != value.to_integral_value():
        return msg("Enter a whole number.")
    if value > LARGEST.get(unit, MOST_DAYS):
        return msg("At most %(most)s.", most=LARGEST.get(unit, MOST_DAYS))
    stem, _, level = code.rpartition(".")
    if level == "amber" and value >= rules.value(f"{stem}.red"):
        return msg("Amber begins before red, which is at %(red)s.", red=rules.value(f"{stem}.red"))
    if level == "red" and value <= rules.value(f"{stem}.amber"):
        return msg("Red begins after amber, which is at %(amber)s.", amber=rules.value(f"{stem}.amber"))
    return None
