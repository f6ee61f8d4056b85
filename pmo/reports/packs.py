"""The next pack of each committee: for which meeting, whether it is published, what publishing it now would tell."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, func, or_, select

from pmo.committees.models import Committee, Meeting
from pmo.committees.queries import committee, committees, next_meetings
from pmo.db import db
from pmo.kernel.permissions import Actor, Permission
from pmo.portfolio.logic import State
from pmo.portfolio.models import Project
from pmo.reports import queries
from pmo.reports.models import Edition
from pmo.schedule.models import Milestone
from pmo.schedule.queries import IS_NEWS, STILL_TOLD


@dataclass(frozen=True, slots=True)
class Telling:
    """Commitments publishing would change, of the milestones the committee would be shown; of those, how many to a later day."""

    changes: int = 0
    shown: int = 0
    later: int = 0


@dataclass(frozen=True, slots=True)
class Pack:
    """`published` is the newest edition for this very meeting."""

    committee: Committee
    meeting: Meeting | None
    telling: Telling
    published: Edition | None

    @property
    def value(self) -> str:
        """What a form sends."""
        return f"committee:{self.committee.id}"


def packs(actor: Actor, today: date) -> list[Pack]:
    """For every committee this person may publish for."""
    return _packs(committees(actor, Permission.REPORT_PUBLISH), today)


def pack(committee_id: int, today: date) -> Pack:
    """Raises NotFound; the caller asks for the permission."""
    [found] = _packs([committee(committee_id)], today)
    return found


def _packs(found: Sequence[Committee], today: date) -> list[Pack]:
    """Three statements, however many committees there are."""
    ids = [one.id for one in found]
    coming, told = next_meetings(ids, today), _tellings(ids)
    done = queries.published_for([meeting.id for meeting in coming.values()])
    made = []
    for one in found:
        meeting = coming.get(one.id)
        made.append(Pack(one, meeting, told.get(one.id, Telling()), done.get(meeting.id) if meeting else None))
    return made


def _tellings(ids: Collection[int]) -> dict[int, Telling]:
    """By committee: its open projects, as its report shows them."""
    watched = and_(
        Project.portfolio_id == Committee.portfolio_id,
        or_(Committee.programme_id.is_(None), Project.programme_id == Committee.programme_id),
        Project.state == State.OPEN.value,
    )
    later = and_(IS_NEWS, Milestone.forecast > Milestone.commitment)
    query = (
        select(Committee.id, func.count().filter(IS_NEWS), func.count(), func.count().filter(later))
        .join(Project, watched)
        .join(Milestone, Milestone.project_id == Project.id)
        .where(Committee.id.in_(ids), STILL_TOLD)
        .group_by(Committee.id)
    )
    return {row[0]: Telling(row[1], row[2], row[3]) for row in db.session.execute(query)}
