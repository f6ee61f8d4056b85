"""Finding what is wrong, and what people answer. Each function is one verb; none commits."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select, text

from pmo.alerts import queries
from pmo.alerts.indicator_facts import indicator_facts, open_indicator_findings
from pmo.alerts.logic import indicator_rules
from pmo.alerts.logic.routing import gets_worse
from pmo.alerts.logic.rules import Found, Setting, Severity, find
from pmo.alerts.models import Finding
from pmo.alerts.project_facts import project_facts
from pmo.db import db, holds_from
from pmo.jobs import defer
from pmo.kernel import clock
from pmo.kernel.errors import Conflict, Invalid
from pmo.kernel.languages import msg
from pmo.kernel.permissions import Place
from pmo.portfolio.logic import State
from pmo.portfolio.models import Project
from pmo.rules.queries import rule_book
from pmo.schedule.calendars import house_calendar

EVALUATING = 7102018252  # advisory lock: one evaluation at a time, so that nothing is raised twice
Key = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an evaluation changed."""

    raised: int = 0
    repeated: int = 0
    cleared: int = 0

    def __add__(self, other: "Outcome") -> "Outcome":
        return Outcome(self.raised + other.raised, self.repeated + other.repeated, self.cleared + other.cleared)


def evaluate(project_ids: Collection[int], country: str, *, quiet: bool = False) -> Outcome:
    """Bring the findings of these projects to what is true now. `quiet`: history was brought in, nobody is written to."""
    db.session.execute(text("select pg_advisory_xact_lock(:key)"), {"key": EVALUATING})
    today = clock.local(holds_from()).date()
    setting = Setting(rule_book(today), today, house_calendar(country, today.year - 1, today.year + 1))
    facts = project_facts(project_ids)
    known = {_key(row): row for row in queries.open_findings(project_ids)}
    outcome = Outcome()
    for project in facts:
        for found in find(project, setting):
            place, key = Place(project_id=project.id), (found.rule.value, found.subject.value, found.subject_id)
            outcome += _hold(place, project.manager_id, found, known.pop(key, None), quiet)
    for gone in known.values():  # their cause ended, or their project is no longer open
        gone.cleared_at = holds_from()
    db.session.flush()
    if outcome.raised + outcome.repeated and not quiet:
        defer("alerts.digest")
    return outcome + Outcome(cleared=len(known))


def evaluate_indicators(ids: Collection[int] | None = None, *, quiet: bool = False) -> Outcome:
    """The same of indicators (of `ids`, or all): what lies beyond a limit, or was not given in time."""
    db.session.execute(text("select pg_advisory_xact_lock(:key)"), {"key": EVALUATING})
    known = {_key(row): row for row in open_indicator_findings(ids)}
    outcome = Outcome()
    for indicator in indicator_facts(clock.local(holds_from()).date(), ids):
        for found in indicator_rules.find(indicator):
            key = (found.rule.value, found.subject.value, found.subject_id)
            outcome += _hold(indicator.place, None, found, known.pop(key, None), quiet)
    for gone in known.values():  # within its limits again, answered, archived, or its project closed
        gone.cleared_at = holds_from()
    db.session.flush()
    if outcome.raised + outcome.repeated and not quiet:
        defer("alerts.digest")
    return outcome + Outcome(cleared=len(known))


def end_findings_of_closed_projects() -> Outcome:
    """What a closed project left open ends with it."""
    closed = select(Project.id).where(Project.state != State.OPEN)
    rows = db.session.scalars(select(Finding).where(Finding.cleared_at.is_(None), Finding.project_id.in_(closed))).all()
    for row in rows:
        row.cleared_at = holds_from()
    return Outcome(cleared=len(rows))


def acknowledge(row: Finding, note: str, *, by: int, seen_version: int) -> None:
    """Seen; it speaks again only if it gets worse. A red one asks a word. Raises Invalid, Conflict."""
    _still(row, seen_version)
    if row.severity == Severity.RED and not note:
        raise Invalid({"note": msg("Say in a word what is done about it: it is red.")})
    row.acknowledged_at, row.acknowledged_by, row.acknowledgement = holds_from(), by, note
    row.snoozed_until, row.snoozed_by, row.snooze_reason = None, None, ""


def snooze(row: Finding, until: date, reason: str, *, by: int, seen_version: int) -> None:
    """Not now: it comes back on that day, or when it gets worse. Raises Invalid, Conflict."""
    _still(row, seen_version)
    longest = rule_book().days("alert.snooze.longest")
    problems = {}
    if until <= clock.today():
        problems["until"] = msg("Choose a day after today.")
    elif until > clock.today() + timedelta(days=longest):
        problems["until"] = msg("An alert can be put off for at most %(days)s days.", days=longest)
    if not reason:
        problems["reason"] = msg("Say why it can wait.")
    if problems:
        raise Invalid(problems)
    row.snoozed_until, row.snooze_reason, row.snoozed_by = until, reason, by


def take_back(row: Finding, *, seen_version: int) -> None:
    """Not seen after all, not put off any more."""
    _still(row, seen_version)
    _speak_again(row)


def _hold(place: Place, manager_id: int | None, found: Found, row: Finding | None, quiet: bool) -> Outcome:
    """Raise what is new, bring up to date what is known, let what got worse speak again."""
    owner = found.owner_id or manager_id
    if row is None:
        db.session.add(
            Finding(
                rule=found.rule.value,
                subject=found.subject.value,
                subject_id=found.subject_id,
                project_id=place.project_id,
                portfolio_id=place.portfolio_id,
                programme_id=place.programme_id,
                severity=found.severity.value,
                weight=found.weight,
                owner_id=owner,
                facts=found.facts,
                raised_at=holds_from(),
                is_quiet=quiet,
            )
        )
        return Outcome(raised=1)
    worse = gets_worse(Severity(row.severity), row.weight, found.severity, found.weight)
    if worse:
        row.repeated_at, row.times, row.is_quiet = holds_from(), row.times + 1, quiet
        _speak_again(row)
    row.severity, row.weight, row.owner_id = found.severity.value, found.weight, owner
    if row.facts != found.facts:
        row.facts = found.facts
    return Outcome(repeated=int(worse))


def _speak_again(row: Finding) -> None:
    row.acknowledged_at, row.acknowledged_by, row.acknowledgement = None, None, ""
    row.snoozed_until, row.snoozed_by, row.snooze_reason = None, None, ""


def _still(row: Finding, seen_version: int) -> None:
    db.session.refresh(row, with_for_update=True)
    if row.cleared_at is not None:
        raise Conflict(msg("This alert has ended meanwhile: its cause is gone."))
    if row.version != seen_version:
        raise Conflict(msg("Somebody else answered this alert meanwhile."))


def _key(row: Finding) -> Key:
    return row.rule, row.subject, row.subject_id
