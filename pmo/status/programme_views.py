"""The page of one programme: what its projects add up to, by rules that stand beside the figures."""

from flask import Blueprint, Response

from pmo.finance.logic import totals
from pmo.finance.queries import values
from pmo.kernel.permissions import Permission, Place
from pmo.raid import agreement_queries as agreements
from pmo.raid.agreement_logic import STATE_NAMES
from pmo.raid.logic import STATUS_NAMES, RaidStatus
from pmo.raid.queries import bands_of, escalated_in
from pmo.schedule.logic.moves import REASON_NAMES
from pmo.schedule.logic.slippage import limits
from pmo.status import programme_queries, queries
from pmo.status.logic.rollup import RULES
from pmo.web.access import actor, require
from pmo.web.htmx import page

bp = Blueprint("programmes", __name__)
PAGE = "status/programme.html"


@bp.get("/programmes/<int:programme_id>")
def programme(programme_id: int) -> Response:
    """For whoever may see the programme, or at least one of its projects: then only those are in the figures."""
    head, at = queries.programme_head(programme_id), queries.situation(actor())
    whole = queries.programme_roll_up(actor(), programme_id, at=at)
    require(Permission.PROJECT_READ, whole.projects[0].place if whole.projects else Place(head.portfolio_id, head.id))
    ids = [project.id for project in whole.projects]
    return page(
        PAGE,
        "programme",
        head=head,
        place=Place(head.portfolio_id, head.id),
        whole=whole,
        at=at,
        rules=RULES,
        earned=totals.totals(values(actor(), ids, at.today).values()),
        earned_limits=totals.limits(at.rules, head.id),
        moved=programme_queries.moved_since(ids, at.since),
        risks=programme_queries.risks_from(ids, at.rules.days("risk.committee_from", head.id)),
        escalated=escalated_in(ids),
        dependencies=programme_queries.dependencies(ids),
        ties=agreements.ties(ids, actor(), at.rules),
        tie_states=STATE_NAMES,
        limits=limits(at.rules, head.id),
        bands=bands_of(at.rules),
        reason_names=REASON_NAMES,
        status_names={status.value: name for status, name in STATUS_NAMES.items() if isinstance(status, RaidStatus)},
    )
