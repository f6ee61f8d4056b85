"""Work of the reports room: large drafts, and clearing them away."""

from flask import current_app

from pmo.config import Settings
from pmo.db import transaction
from pmo.jobs import app
from pmo.reports import making


@app.task(name="reports.make")
def make(making_id: int) -> None:
    """A draft somebody waits for."""
    settings: Settings = current_app.config["SETTINGS"]
    making.carry_out(making_id, settings.organisation)


@app.periodic(cron="50 3 * * *")
@app.task(name="reports.clear_away", queueing_lock="reports.clear_away")
def clear_away(timestamp: int) -> None:
    """Files nobody fetched are not kept."""
    with transaction("clearing away"):
        making.clear_away()
