"""Projects without an update are asked for one before a data cut-off, step by step; one mail per person and run."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import text

from pmo.committees import chasing_actions as actions
from pmo.committees import chasing_queries as queries
from pmo.committees.chasing_queries import Line
from pmo.committees.logic.chasing import Ladder, Standing, Step, next_due, standing
from pmo.committees.models import Meeting, UpdateNotice
from pmo.config import Settings
from pmo.db import db
from pmo.home import chasing_mail
from pmo.home.chasing_people import Around, Reach, around
from pmo.kernel import clock
from pmo.kernel.working_days import Calendar
from pmo.rules.queries import rule_book
from pmo.schedule.calendars import calendar_around

ONE_AT_A_TIME = 71020183  # advisory lock of a run, and of whoever asks by hand
FARTHEST = timedelta(days=366)  # no rule asks earlier before a cut-off


@dataclass(frozen=True, slots=True)
class Run:
    """Today, by which rules, and who could be told."""

    today: date
    now: datetime
    ladder: Ladder
    calendar: Calendar
    around: Around


@dataclass(frozen=True, slots=True)
class Next:
    """Whom a project would be asked through now: the step and the people, each perhaps in place of another one."""

    step: Step
    people: tuple[Reach, ...]


def chase_all(settings: Settings) -> int:
    """Closes what was answered, tells whose step has come, writes the mails whose hour has come. Returns how many mails.

    Run twice, or again after dying half-way, it tells nobody twice: what it told and the mail are stored together.
    """
    alone()
    actions.answer()
    run = start(settings)
    if run.ladder.is_open(run.now, run.calendar):
        for meeting in queries.meetings_ahead(run.today, run.today + FARTHEST):
            if run.ladder.begins(meeting.cut_off, run.calendar) <= run.today:
                _chase(meeting, run)
    return chasing_mail.write_all(settings, run.ladder)


def ask_now(meeting: Meeting, project_ids: Collection[int], settings: Settings) -> int:
    """Whoever is next is told at once, whatever the day; the mails wait for their hours. Returns how many projects."""
    alone()
    run = start(settings)
    found = queries.lines(meeting)
    told = 0
    for line, following in whom(meeting, [line for line in found if line.project.id in project_ids], run):
        if following is not None:
            _tell(meeting, line, following)
            told += 1
    chasing_mail.write_all(settings, run.ladder)
    return told


def alone() -> None:
    """Until this transaction ends nobody else asks anybody."""
    db.session.execute(text("select pg_advisory_xact_lock(:key)"), {"key": ONE_AT_A_TIME})


def calendar_of(day: date, settings: Settings) -> Calendar:
    return calendar_around(settings.country, day - FARTHEST, day)


def start(settings: Settings) -> Run:
    today = clock.today()
    calendar = calendar_around(settings.country, today - FARTHEST, today + FARTHEST)
    now = clock.now().astimezone(ZoneInfo(settings.time_zone))
    return Run(today, now, queries.ladder_of(rule_book()), calendar, around(today))


def whom(meeting: Meeting, lines: Sequence[Line], run: Run) -> Iterator[tuple[Line, Next | None]]:
    """Beside each project, whom asking now would reach; None where there is nothing to ask or nobody above is left."""
    notices = queries.notices([line.request.id for line in lines if line.request])
    for line in lines:
        told = notices.get(line.request.id, []) if line.request else []
        stands = standing(line.asking(meeting.cut_off), is_stale=True, today=run.today)
        is_over = stands in (Standing.ANSWERED, Standing.EXCUSED) or meeting.held_on < run.today
        yield line, None if is_over else _next(line, told, run)


def _chase(meeting: Meeting, run: Run) -> None:
    lines = queries.lines(meeting)
    notices = queries.notices([line.request.id for line in lines if line.request])
    for line in lines:
        is_asked = line.request is not None and line.request.asked_at is not None
        asking = line.asking(meeting.cut_off)
        if asking.is_answered or asking.is_excused or not (is_asked or run.ladder.is_stale(line.heard_on, run.today)):
            continue
        told = notices.get(line.request.id, []) if line.request else []
        following = _next(line, told, run, due_only=True)
        if following is not None:
            _tell(meeting, line, following)
        elif not is_asked:
            actions.ask(meeting, line.project.id)  # nobody could be told; the cut-off counts all the same


def _next(line: Line, told: Iterable[UpdateNotice], run: Run, *, due_only: bool = False) -> Next | None:
    known = {notice.person_id for notice in told} | {notice.for_id for notice in told}
    days: dict[Step, date] = {}
    for notice in told:
        days[Step(notice.step)] = clock.local(notice.told_at).date()
    reach = {step: _new(run.around.reach(step, line), known) for step in Step}
    due = next_due(days, {step for step, people in reach.items() if people}, run.ladder, run.calendar, run.today)
    if due is None or (due_only and due.on > run.today):
        return None
    return Next(due.step, reach[due.step])


def _new(people: Iterable[Reach], known: Collection[int | None]) -> tuple[Reach, ...]:
    """Nobody is told twice, neither in person nor through a deputy."""
    return tuple(one for one in people if one.person_id not in known and (one.for_id is None or one.for_id not in known))


def _tell(meeting: Meeting, line: Line, following: Next) -> None:
    request = actions.ask(meeting, line.project.id)
    actions.tell(request, following.step, [(one.person_id, one.for_id) for one in following.people])
