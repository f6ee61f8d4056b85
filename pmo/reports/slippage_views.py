"""Why dates slipped and what is known of the money: one page for a committee, a portfolio or a programme."""

from typing import Any

from flask import Response, request

from pmo.kernel import clock
from pmo.kernel.errors import NotFound
from pmo.kernel.languages import msg, render
from pmo.kernel.permissions import Permission
from pmo.reports import facts, offers
from pmo.reports.columns import SLIPS, slip_lines
from pmo.reports.logic import slip_chart
from pmo.reports.logic.content import Scope
from pmo.reports.logic.figures import money
from pmo.reports.logic.slips import SlipLine, pareto, reason_name
from pmo.reports.minutes_views import bp as bp  # the same room, in several files
from pmo.reports.offers import Offer
from pmo.reports.subjects import Subject
from pmo.schedule import svg
from pmo.status.figures import portfolio_figures
from pmo.web.access import actor, require_anywhere
from pmo.web.downloads import excel, workbook
from pmo.web.htmx import page
from pmo.web.i18n import language, say

PAGE = "reports/slippage.html"


@bp.get("/slippage")
def slippage() -> Response:
    require_anywhere(Permission.REPORT_READ)
    offered = _offered()
    wanted = request.args.get("what", "") or (offered[0].value if offered else "")
    context: dict[str, Any] = {"offered": [(one.value, say(one.title)) for one in offered], "what": wanted, "chart": None}
    if wanted:
        subject = _subject(wanted)
        found = facts.slips(offers.reported(subject, actor()))
        totals = portfolio_figures(actor(), subject.selection, permission=Permission.REPORT_READ)
        context |= {"chart": slip_chart.layout(found), "shares": pareto(found), "money": money(totals), "name": subject.name}
    return page(PAGE, "slippage", svg=svg, lang=language(), reason_name=reason_name, **context)


@bp.get("/slippage.xlsx")
def slippage_as_excel() -> Response:
    require_anywhere(Permission.REPORT_READ)
    subject = _subject(request.args.get("what", "") or next((offer.value for offer in _offered()), ""))
    found: tuple[SlipLine, ...] = facts.slips(offers.reported(subject, actor()))
    title = render(msg("Why dates slipped"), language())
    return excel(f"slippage-{subject.code}-{clock.today().isoformat()}", workbook(title, SLIPS, slip_lines(found), language()))


def _offered() -> list[Offer]:
    """Everything but single projects."""
    return [offer for offer in offers.offers(actor()) if not offer.value.startswith(f"{Scope.PROJECT.value}:")]


def _subject(value: str) -> Subject:
    """Raises NotFound, also for a single project, whose own page says why each date moved."""
    subject = offers.subject_of(value, actor())
    if subject.scope is Scope.PROJECT:
        raise NotFound
    return subject
