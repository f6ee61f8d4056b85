"""What somebody says on a card of the walk. Each function is one verb; none commits, and each is stored at once."""

from datetime import date

from pmo.db import author, db, holds_from
from pmo.home import walk_queries
from pmo.home.logic import Rhythm
from pmo.portfolio import actions as portfolio
from pmo.portfolio.models import Project
from pmo.schedule import actions as schedule
from pmo.schedule.logic.moves import Why
from pmo.schedule.models import Milestone


def still(milestone: Milestone, rhythm: Rhythm, *, seen_version: int) -> None:
    """The date stands."""
    schedule.confirm(milestone, seen_version=seen_version)
    _complete(milestone.project, rhythm)


def move(milestone: Milestone, day: date, why: Why, rhythm: Rhythm, *, seen_version: int) -> None:
    """Another date; the same again is standing by it."""
    if schedule.reforecast(milestone, day, why, seen_version=seen_version) is None:
        schedule.confirm(milestone)
    _complete(milestone.project, rhythm)


def reach(milestone: Milestone, day: date, rhythm: Rhythm, *, seen_version: int) -> None:
    schedule.reach(milestone, day, seen_version=seen_version)
    _complete(milestone.project, rhythm)


def _complete(project: Project, rhythm: Rhythm) -> None:
    """With the last of its dates that was asked about, the project is as fresh as with a status update."""
    db.session.flush()
    milestones = walk_queries.open_milestones(project.id)
    if not any(rhythm.asks_about(milestone.forecast, milestone.confirmed_on) for milestone in milestones):
        project.confirmed_at, project.confirmed_by = holds_from(), author().person_id
        portfolio.touched(project.id)
