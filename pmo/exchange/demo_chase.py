"""The chase before the next meeting of the demo: the projects longest without a word were asked, one manager has answered."""

from datetime import datetime, timedelta

from sqlalchemy import select

from pmo.committees import chasing_actions as actions
from pmo.committees import chasing_queries as queries
from pmo.committees.logic.chasing import Step
from pmo.committees.models import Committee
from pmo.committees.queries import next_meetings
from pmo.db import db, transaction
from pmo.kernel import clock
from pmo.kernel.working_days import Calendar

MOST = 3
MORNING = timedelta(hours=8)


def tell(committee: str) -> None:
    """Their managers two working days ago; since then one programme manager was told, and one manager said seen."""
    today = clock.today()
    found = db.session.scalars(select(Committee).where(Committee.code == committee)).one()
    meeting = next_meetings([found.id], today).get(found.id)
    if meeting is None or meeting.cut_off <= today:
        return
    lines = [line for line in queries.lines(meeting) if line.project.manager_id and line.heard_at and line.programme_manager_id]
    lines.sort(key=lambda line: (line.heard_at, line.project.code))
    with transaction("Demo", effective_at=_morning(2)):
        told = []
        for line in lines[:MOST]:
            request = actions.ask(meeting, line.project.id)
            told += actions.tell(request, Step.OWNER, [(line.project.manager_id or 0, None)])
        if lines:
            actions.tell(told[0].request, Step.PROGRAMME_MANAGER, [(lines[0].programme_manager_id or 0, None)])
        actions.acknowledge(told[1:2], meeting.cut_off, today)


def _morning(days: int) -> datetime:
    return clock.start_of_day(Calendar().add(clock.today(), -days)) + MORNING
