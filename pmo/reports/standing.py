"""Whether a draft that was sent for approval still says what the report says now."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from pmo.db import db
from pmo.kernel import clock
from pmo.reports.approval_queries import Row
from pmo.reports.contents import Wanted, report
from pmo.reports.logic import canonical
from pmo.reports.logic.approval import Standing
from pmo.reports.logic.content import Scope
from pmo.rules import queries as rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What was sent, and when it was approved, if it was."""

    scope: Scope
    subject_id: int
    moment: datetime
    content_sha256: str
    all_sheets: bool
    approved_at: datetime | None = None


def draft_of(row: Row) -> Draft:
    one = row.approval
    return Draft(
        scope=one.scope,
        subject_id=one.owner.id,
        moment=one.moment,
        content_sha256=one.content_sha256,
        all_sheets=one.all_sheets,
        approved_at=one.answered_at,
    )


def standing(draft: Draft) -> Standing:
    """Computed from today's data on the day of the draft: a night alone changes nothing. Too many nights end it all the same.

    Takes as long as a report. The session begins anew: what was read before is read again.
    """
    db.session.rollback()
    if draft.approved_at is not None and clock.now() - draft.approved_at > _longest():
        return Standing.EXPIRED
    rules.forget()
    with clock.pretend(draft.moment):
        made = report(Wanted(draft.scope, draft.subject_id, all_sheets=draft.all_sheets))
    rules.forget()
    is_same = canonical.sha256(canonical.plain(made)) == draft.content_sha256
    return Standing.HOLDS if is_same else Standing.CHANGED


def _longest() -> timedelta:
    return timedelta(days=rules.rule_book().days("report.approval_valid"))
