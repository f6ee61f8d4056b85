"""What the alert rules look at in projects: a fixed number of statements, however many they are."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import bindparam, select, text
from sqlalchemy.dialects.postgresql import distinct_on

from pmo.alerts.logic.rules import ActionFacts, DependencyFacts, MilestoneFacts, ProjectFacts
from pmo.alerts.register_facts import raid_facts
from pmo.committees.models import ActionItem
from pmo.db import db
from pmo.kernel import clock
from pmo.portfolio.logic import Colour, Dimension, State
from pmo.portfolio.models import Programme, Project, StatusUpdate
from pmo.raid import agreement_queries as agreements
from pmo.schedule.models import Milestone
from pmo.status.models import HealthMark


def project_facts(ids: Collection[int]) -> list[ProjectFacts]:
    """What the rules look at, for these projects as far as they are open: eight statements, however many they are."""
    updates = (
        select(StatusUpdate.project_id, StatusUpdate.stated_at)
        .where(StatusUpdate.project_id.in_(ids))
        .ext(distinct_on(StatusUpdate.project_id))
        .order_by(StatusUpdate.project_id, StatusUpdate.stated_at.desc())
    )
    updated = {row.project_id: row.stated_at for row in db.session.execute(updates)}
    milestones, (risks, escalations), marks, begun = _milestones(ids), raid_facts(ids), _marks(ids), _begun(ids)
    actions, dependencies = _actions(ids), _dependencies(ids)
    query = select(Project, Programme.manager_id).join(Programme, Programme.id == Project.programme_id).where(Project.id.in_(ids))
    return [
        replace(
            _facts(project, manager, marks.get(project.id)),
            updated_on=_day(updated.get(project.id)),
            confirmed_on=_day(project.confirmed_at),
            running_since=_day(begun.get(project.id)),
            milestones=tuple(milestones[project.id]),
            risks=tuple(risks[project.id]),
            escalations=tuple(escalations[project.id]),
            actions=tuple(actions[project.id]),
            dependencies=tuple(dependencies[project.id]),
        )
        for project, manager in db.session.execute(query.where(Project.state == State.OPEN).order_by(Project.id))
    ]


def _milestones(ids: Collection[int]) -> dict[int, list[MilestoneFacts]]:
    still = (Milestone.actual.is_(None), Milestone.cancelled_on.is_(None))
    found: dict[int, list[MilestoneFacts]] = defaultdict(list)
    for row in db.session.scalars(select(Milestone).where(Milestone.project_id.in_(ids), *still).order_by(Milestone.id)):
        found[row.project_id].append(
            MilestoneFacts(row.id, row.name, row.baseline, row.commitment, row.forecast, None, None, row.owner_id)
        )
    return found


def _actions(ids: Collection[int]) -> dict[int, list[ActionFacts]]:
    still = (ActionItem.done_on.is_(None), ActionItem.cancelled_on.is_(None))
    found: dict[int, list[ActionFacts]] = defaultdict(list)
    for row in db.session.scalars(select(ActionItem).where(ActionItem.project_id.in_(ids), *still).order_by(ActionItem.id)):
        if row.project_id is not None:
            found[row.project_id].append(ActionFacts(row.id, row.code, row.what, row.due, row.owner_id))
    return found


def _dependencies(ids: Collection[int]) -> dict[int, list[DependencyFacts]]:
    found: dict[int, list[DependencyFacts]] = defaultdict(list)
    for row in agreements.facts(ids):
        if row.due is not None and row.promised is not None:
            for project_id, is_needed in ((row.receiver_id, True), (row.giver_id, False)):
                found[project_id].append(DependencyFacts(row.id, row.code, row.title, row.due, row.promised, is_needed))
    return found


def _marks(ids: Collection[int]) -> dict[int, HealthMark]:
    query = select(HealthMark).where(HealthMark.project_id.in_(ids), HealthMark.dimension == Dimension.OVERALL)
    return {row.project_id: row for row in db.session.scalars(query)}


BEGUN = text("select id, min(h_from) from history.project where id in :ids group by id").bindparams(
    bindparam("ids", expanding=True)
)


def _begun(ids: Collection[int]) -> dict[int, datetime]:
    """When each project first existed: from then on a status update is expected."""
    return {project_id: moment for project_id, moment in db.session.execute(BEGUN, {"ids": list(ids) or [0]})}


def _facts(project: Project, programme_manager: int | None, mark: HealthMark | None) -> ProjectFacts:
    return ProjectFacts(
        id=project.id,
        programme_id=project.programme_id,
        tolerance_days=project.tolerance_days,
        manager_id=project.manager_id,
        programme_manager_id=programme_manager,
        overall=_colour(mark.colour if mark else None),
        overall_before=_colour(mark.before if mark else None),
        overall_since=mark.since if mark else None,
    )


def _colour(word: str | None) -> Colour | None:
    return Colour(word) if word else None


def _day(moment: datetime | None) -> date | None:
    return clock.local(moment).date() if moment else None
