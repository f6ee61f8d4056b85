"""The sheet of amounts for earned value: taken out, filled in, and brought in again like any other list."""

from flask import Response

from pmo.exchange.value_sheet import COLUMNS, portfolio_of_sheet, rows
from pmo.exchange.views import bp as bp  # the same room, in several files
from pmo.kernel import clock
from pmo.kernel.languages import msg
from pmo.kernel.permissions import Permission
from pmo.web.access import actor, require_anywhere
from pmo.web.downloads import excel, workbook
from pmo.web.i18n import language, say


@bp.get("/portfolios/<int:portfolio_id>/value.xlsx")
def value_sheet(portfolio_id: int) -> Response:
    require_anywhere(Permission.MONEY_READ)
    title, today = say(msg("Earned value")), clock.today()
    portfolio = portfolio_of_sheet(actor(), portfolio_id)
    found = rows(actor(), portfolio, today)
    name = f"earned-value-{portfolio.code}-{today.isoformat()}"
    return excel(name, workbook(f"{title} {portfolio.code}", COLUMNS, found, language()))
