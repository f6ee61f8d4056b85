"""Work of the reports room: large drafts, editions, and clearing them away."""

from flask import current_app

from pmo.config import Settings
from pmo.db import transaction
from pmo.jobs import app
from pmo.reports import making, receiving


@app.task(name="reports.make")
def make(making_id: int) -> None:
    """A draft or an edition somebody waits for."""
    settings: Settings = current_app.config["SETTINGS"]
    making.carry_out(making_id, making.House(settings.organisation, settings.languages))


@app.task(name="reports.print")
def make_prints(edition_id: int) -> None:
    """PDF files for who reads an edition by a link. Without them the Word file is there."""
    files = receiving.make_prints(edition_id)
    with transaction("PDF made"):
        receiving.keep_prints(edition_id, files)


@app.periodic(cron="50 3 * * *")
@app.task(name="reports.clear_away", queueing_lock="reports.clear_away")
def clear_away(timestamp: int) -> None:
    """Files nobody fetched are not kept."""
    with transaction("clearing away"):
        making.clear_away()
