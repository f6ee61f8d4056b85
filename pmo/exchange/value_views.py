"""The sheet of amounts for earned value: taken out, filled in, and brought in again like any other list."""

from flask import Response, request

from pmo.exchange.value_sheet import COLUMNS, rows
from pmo.exchange.views import bp as bp  # the same room, in several files
from pmo.kernel import clock
from pmo.kernel.languages import msg
from pmo.kernel.permissions import Permission
from pmo.web.access import actor, require_anywhere
from pmo.web.downloads import excel, workbook
from pmo.web.i18n import language, say


@bp.get("/value.xlsx")
def value_sheet() -> Response:
    require_anywhere(Permission.MONEY_READ)
    title, today = say(msg("Earned value")), clock.today()
    found = rows(actor(), request.args.get("portfolio", "").strip(), today)
    return excel(f"earned-value-{today.isoformat()}", workbook(title, COLUMNS, found, language()))
