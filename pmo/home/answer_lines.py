"""What came lately of what somebody asked, as lines of My work; the newest of each kind first."""

from collections.abc import Iterator
from datetime import date, timedelta

from flask import url_for

from pmo.changes.logic import STATE_NAMES as CHANGE_NAMES
from pmo.changes.logic import TONES as CHANGE_TONES
from pmo.changes.logic import ChangeState
from pmo.committees.audiences import name_of
from pmo.committees.logic.decisions import OUTCOME_NAMES, Outcome
from pmo.home.work_lines import OPEN, READ, Line
from pmo.home.work_queries import Answers
from pmo.kernel import clock
from pmo.kernel.languages import Message, msg, plain
from pmo.kernel.permissions import Actor
from pmo.proposals.logic import STATE_NAMES as PROPOSAL_NAMES
from pmo.proposals.logic import TONES as PROPOSAL_TONES
from pmo.raid.logic import Level
from pmo.reports.approval_queries import Row, answered_for
from pmo.reports.logic.approval import STATE_NAMES, State
from pmo.rules.logic import RuleBook
from pmo.support.logic import STATE_NAMES as SUPPORT_NAMES
from pmo.support.logic import TONES as SUPPORT_TONES

DECISION_TONES = {Outcome.ACCEPTED: "green", Outcome.CHANGED: "green", Outcome.DEFERRED: "amber", Outcome.REFUSED: "red"}


def drafts(actor: Actor, rules: RuleBook, today: date) -> list[Line]:
    """Of reports this person sent for approval. Whether an approval still holds is computed where it is used, not here."""
    since = clock.start_of_day(today - timedelta(days=rules.days("work.answered_shown")))
    return [_draft(row) for row in answered_for(actor, since)]


def lines(found: Answers) -> Iterator[Line]:
    yield from _support(found)
    yield from _items(found)
    yield from _changes(found)
    yield from _decisions(found)
    yield from _proposals(found)


def _draft(row: Row) -> Line:
    one, state = row.approval, row.state
    title = msg("Report for %(committee)s", committee=name_of(one.owner))
    make = url_for("reports.make", what=one.what, lang=one.language)
    read = url_for("approvals.approval", approval_id=one.id)
    said = _words(msg("by %(name)s, %(moment)s", name=row.answerer, moment=one.answered_at), one.answer)
    match state:
        case State.APPROVED:
            return Line("file-text", title, said, make, msg("Publish"), STATE_NAMES[state], "green")
        case State.LAPSED:
            return Line("file-text", title, said, read, msg("See what changed"), STATE_NAMES[state], "amber")
    return Line("file-text", title, said, read, READ, STATE_NAMES[state], "amber")


def _support(found: Answers) -> Iterator[Line]:
    for one in found.support:
        asked = one.request
        at = msg("%(moment)s", moment=one.at)
        by = msg("by %(name)s, %(moment)s", name=asked.taker.name, moment=one.at) if asked.taker else at
        url = url_for("support.one", support_id=asked.id)
        tag, tone = SUPPORT_NAMES[asked.stands], SUPPORT_TONES[asked.stands]
        yield Line("message-square-warning", plain(asked.subject), (by,), url, READ, tag, tone)


def _items(found: Answers) -> Iterator[Line]:
    for one in found.items:
        is_back = one.escalated_to == Level.PROJECT
        tag = msg("Handed back") if is_back else msg("Answered")
        said = _words(msg("%(project)s, %(day)s", project=one.project.code, day=one.answered_on), one.escalation_answer)
        url = url_for("raid.item", item_id=one.id)
        yield Line("arrow-up", plain(f"{one.code} {one.title}"), said, url, OPEN, tag, "amber" if is_back else "green")


def _changes(found: Answers) -> Iterator[Line]:
    for one in found.changes:
        state = ChangeState(one.state)
        said = _words(msg("%(project)s, %(day)s", project=one.project.code, day=one.decided_on), one.reason)
        url = url_for("change_requests.one", change_id=one.id)
        yield Line("refresh-cw", plain(f"{one.code} {one.title}"), said, url, OPEN, CHANGE_NAMES[state], CHANGE_TONES[state])


def _decisions(found: Answers) -> Iterator[Line]:
    for one in found.decisions:
        outcome = Outcome(one.outcome)
        asked = one.request
        title = plain(f"{asked.code} {asked.question}" if asked else one.text)
        said = _words(msg("%(committee)s, %(day)s", committee=one.committee.name, day=one.decided_on), one.reason)
        url = url_for("decisions.one", request_id=one.request_id)
        yield Line("gavel", title, said, url, OPEN, OUTCOME_NAMES[outcome], DECISION_TONES[outcome])


def _proposals(found: Answers) -> Iterator[Line]:
    for one in found.proposals:
        url = url_for("proposals.proposal", proposal_id=one.id)
        said = _words(msg("%(day)s", day=clock.local(one.decided_at).date()) if one.decided_at else plain(""), one.reason)
        yield Line("scale", plain(one.title), said, url, OPEN, PROPOSAL_NAMES[one.stands], PROPOSAL_TONES[one.stands])


def _words(first: Message, words: str) -> tuple[Message, ...]:
    return (first, plain(words)) if words else (first,)
