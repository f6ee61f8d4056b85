"""What the alert rules look at in the RAID register."""

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import and_, or_, select

from pmo.alerts.logic.rules import EscalationFacts, RiskFacts
from pmo.db import db
from pmo.raid.logic import ENDS, Level, RaidType
from pmo.raid.models import RaidItem


def raid_facts(ids: Collection[int]) -> tuple[dict[int, list[RiskFacts]], dict[int, list[EscalationFacts]]]:
    """Open risks, and what waits for the answer of a higher level."""
    r = RaidItem
    waits = and_(r.escalated_to != Level.PROJECT, r.answered_on.is_(None))
    query = select(r).where(r.project_id.in_(ids), r.status.not_in(ENDS), or_(r.type == RaidType.RISK, waits)).order_by(r.id)
    risks: dict[int, list[RiskFacts]] = defaultdict(list)
    escalations: dict[int, list[EscalationFacts]] = defaultdict(list)
    for row in db.session.scalars(query):
        if row.type == RaidType.RISK:
            risks[row.project_id].append(RiskFacts(row.id, row.code, row.title, row.due, row.level, row.owner_id))
        if row.escalated_to and row.answered_on is None and row.escalated_on is not None:
            escalations[row.project_id].append(EscalationFacts(row.id, row.code, row.title, row.escalated_on, row.answerer_id))
    return risks, escalations
