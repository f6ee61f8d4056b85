"""Work of the indicators room: every night, and after a definition, closed periods are measured and asked for."""

from flask import current_app

from pmo.config import Settings
from pmo.db import transaction
from pmo.indicators import actions
from pmo.indicators.closing import close_periods
from pmo.jobs import app, defer
from pmo.kernel import clock
from pmo.rules.queries import rule_book
from pmo.schedule.calendars import house_calendar


@app.task(name="indicators.close", queueing_lock="indicators.close")
def close() -> None:
    """Computed ones are measured, suppliers of the others asked; twice does no harm."""
    close_periods()
    settings: Settings = current_app.config["SETTINGS"]
    today = clock.today()
    calendar = house_calendar(settings.country, today.year - 1, today.year + 1)
    with transaction("indicators"):
        actions.ask_everybody(actions.House(rule_book(), calendar, today))
        defer("alerts.indicators")


@app.periodic(cron="20 4 * * *")
@app.task(name="indicators.nightly", queueing_lock="indicators.nightly")
def nightly(timestamp: int) -> None:
    close()
