"""My work as it is shown: sections of lines, each with one link to where it is done or read."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from flask import url_for

from pmo.alerts.logic.rules import RuleCode
from pmo.alerts.logic.sentences import sentence
from pmo.alerts.queries import Row as Alert
from pmo.changes.models import ChangeRequest
from pmo.committees.audiences import name_of
from pmo.db import looking_back
from pmo.home.work_queries import Due, Silent, Work
from pmo.indicators.logic.periods import period_name
from pmo.kernel.languages import Message, msg, nmsg, plain
from pmo.raid.agreement_logic import Side
from pmo.raid.agreement_queries import Tie
from pmo.raid.logic import LEVEL_NAMES, Level
from pmo.reports.approval_queries import Row as Approval
from pmo.schedule.models import Milestone

OPEN, ANSWER, READ, DECIDE = msg("Open"), msg("Answer"), msg("Read"), msg("Decide")
LATE = msg("late")


@dataclass(frozen=True, slots=True)
class Line:
    """`said` stands below the title; `verb` is what its link does."""

    icon: str
    title: Message
    said: tuple[Message, ...]
    url: str
    verb: Message = OPEN
    tag: Message | None = None
    tone: str = "red"


@dataclass(frozen=True, slots=True)
class Section:
    key: str
    title: Message
    lines: tuple[Line, ...]


def sections(found: Work, approve: Sequence[Approval], today: date, language: str) -> list[Section]:
    """What waits, the most urgent first; a section with nothing in it is none."""
    every = (
        Section("overdue", msg("Overdue"), tuple(_due(one, today) for one in found.overdue)),
        Section("soon", msg("Due soon"), tuple(_due(one, today) for one in found.soon)),
        Section("asked", msg("Asked of you"), (*map(_approval, approve), *_asked(found, today, language))),
        Section("decide", msg("For your committee to decide"), tuple(_decisions(found))),
        Section("actions", msg("Your actions"), tuple(_actions(found))),
        Section("support", msg("Support requests"), tuple(_support(found, today))),
        Section("to-read", msg("Procedures to read"), tuple(_procedures(found))),
        Section("silent", msg("Without recent update"), tuple(map(_silent, found.silent))),
    )
    return [section for section in every if section.lines]


def count(shown: Iterable[Section]) -> int:
    return sum(len(section.lines) for section in shown)


def _due(one: Due, today: date) -> Line:
    days = (today - one.on).days
    is_late = one.on < today
    when = nmsg("%(num)s day overdue", "%(num)s days overdue", days) if is_late else msg("due %(day)s", day=one.on)
    thing = one.thing
    said = (plain(thing.project.code), when)
    if isinstance(thing, Milestone):
        if one.card and not looking_back():
            verb = msg("Say what happened") if is_late else msg("Confirm")
            return Line("flag", plain(thing.name), said, url_for("walk.walk", card=one.card), verb)
        url = url_for("milestones.milestone", project_id=thing.project_id, milestone_id=thing.id)
        return Line("flag", plain(thing.name), said, url)
    return Line("shield-alert", plain(f"{thing.code} {thing.title}"), said, url_for("raid.item", item_id=thing.id), ANSWER)


def _approval(row: Approval) -> Line:
    one = row.approval
    return Line(
        "file-text",
        msg("Approve the report for %(committee)s", committee=name_of(one.owner)),
        (msg("asked by %(name)s, %(moment)s", name=row.asker, moment=one.asked_at),),
        url_for("approvals.approval", approval_id=one.id),
        msg("Read and answer"),
    )


def _asked(found: Work, today: date, language: str) -> Iterator[Line]:
    for item in found.escalations:
        said = (plain(item.project.code), LEVEL_NAMES[Level(item.escalated_to)], msg("asked on %(day)s", day=item.escalated_on))
        title = msg("Escalated to you: %(item)s", item=f"{item.code} {item.title}")
        yield Line("arrow-up", title, said, url_for("raid.item", item_id=item.id), ANSWER)
    for tie, side in found.agreements:
        verb = msg("Agree") if tie.dates.promised else msg("Promise a day")
        url = url_for("dependencies.agreement", agreement_id=tie.id)
        yield Line("link", plain(f"{tie.code} {tie.what}"), _sides(tie, side), url, verb)
    for change in found.changes:
        url = url_for("change_requests.one", change_id=change.id)
        yield Line("refresh-cw", _called(change), (msg("a change request that waits for your decision"),), url, DECIDE)
    for value in found.values:
        late = LATE if value.due is not None and value.due < today else None
        title = plain(f"{value.indicator.name}, {period_name(value.period, value.indicator.every, language)}")
        url = url_for("collection.measurement", measurement_id=value.id)
        yield Line("activity", title, (msg("due %(day)s", day=value.due),), url, msg("Give the value"), late)
    yield from map(_alert, found.alerts)


def _sides(tie: Tie, side: Side) -> tuple[Message, ...]:
    """With which project, as far as it may be seen, until when it is needed and for when it is promised."""
    other = tie.giver if side is Side.RECEIVER else tie.receiver
    said = [msg("with %(project)s", project=other.code)] if other else []
    if tie.dates.need_by:
        said.append(msg("needed by %(day)s", day=tie.dates.need_by))
    if tie.dates.promised:
        said.append(msg("promised for %(day)s", day=tie.dates.promised))
    return tuple(said)


def _alert(row: Alert) -> Line:
    said = plain(f"{row.code} {row.name}")
    title = sentence(RuleCode(row.finding.rule), row.finding.facts)
    return Line("bell", title, (said,), url_for("alerts.alert", finding_id=row.finding.id), READ)


def _decisions(found: Work) -> Iterator[Line]:
    for one in found.decisions:
        held = msg("%(committee)s, %(day)s", committee=one.committee.name, day=one.meeting.held_on)
        yield Line("gavel", plain(f"{one.code} {one.question}"), (held,), url_for("decisions.one", request_id=one.id), READ)
    for change in found.put:
        if change.meeting is not None:
            held = msg("%(committee)s, %(day)s", committee=change.meeting.committee.name, day=change.meeting.held_on)
            yield Line("refresh-cw", _called(change), (held,), url_for("change_requests.one", change_id=change.id), READ)


def _called(change: ChangeRequest) -> Message:
    return plain(f"{change.project.code} {change.code} {change.title}")


def _actions(found: Work) -> Iterator[Line]:
    for row in found.actions:
        one, late = row.item, row.days_late
        said = (plain(one.project.code if one.project else one.committee.name), msg("due %(day)s", day=one.due))
        url = url_for("actions.item", action_id=one.id)
        tag = msg("%(days)s d late", days=late) if late else None
        yield Line("check", plain(f"{one.code} {one.what}"), said, url, OPEN, tag)


def _support(found: Work, today: date) -> Iterator[Line]:
    for one in found.support:
        said = (plain(one.asker.name), msg("answer due %(day)s", day=one.due))
        late = LATE if one.due < today else None
        url = url_for("support.one", support_id=one.id)
        yield Line("message-square-warning", plain(one.subject), said, url, ANSWER, late)


def _procedures(found: Work) -> Iterator[Line]:
    for row in found.to_read:
        if row.current is not None:
            said = msg("version %(number)s, in force since %(day)s", number=row.current.number, day=row.current.valid_from)
            url = url_for("procedures.procedure", procedure_id=row.procedure.id)
            yield Line("check-check", plain(row.procedure.title), (said,), url, READ)


def _silent(one: Silent) -> Line:
    project = one.project
    heard = msg("last word on %(day)s", day=one.heard_on) if one.heard_on else msg("no word yet")
    if looking_back():
        url, verb = url_for("projects.project", project_id=project.id), OPEN
    else:
        url, verb = url_for("updates.update", project_id=project.id), msg("Update status")
    return Line("clock", plain(project.name), (plain(project.code), heard), url, verb)
